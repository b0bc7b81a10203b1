"""Plan part `quality_codes`: which codes an indicator counts as what, dated and with their source.

A fund that bills by other code systems approves another text of this part; no code stands in a program.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from core import plan
from core.errors import InputErrors, Problem
from core.web.forms import problems
from core.words import _l

PART = "quality_codes"
LISTS = (
    "contact", "primary_care", "emergency", "diabetes", "antidiabetic", "hba1c", "eye_exam", "urine_albumin",
    "antibiotic", "second_line_antibiotic", "influenza_vaccine", "antenatal", "delivery", "maternity_diagnosis",
    "maternity_group", "planned_diagnosis", "planned_group", "avoidable",
)  # fmt: skip
_CODE = re.compile(r"([A-Z0-9]+(?:[.\-][A-Z0-9]+)*)(\*|\.\.([0-9]+))?")


class About(StrEnum):
    """What a list is for: an expression's codes, a class of discharge groups (stratum), a vaccine of the schedule."""

    LIST = "list"
    DISCHARGE_CLASS = "discharge_class"
    VACCINE = "vaccine"


@dataclass(frozen=True, slots=True)
class CodeList:
    """`pattern`: a regular expression over one code without its dots; `doses` of a vaccine by 24 months."""

    about: About
    name: str
    pattern: str
    doses: int
    source: str
    valid_from: dt.date
    valid_until: dt.date | None


@dataclass(frozen=True, slots=True)
class Codes:
    """The lists in force on one day, with the first years of the age bands and the days of a pregnancy."""

    lists: tuple[CodeList, ...]
    age_from: tuple[int, ...]
    gestation_days: int

    def has(self, *names: str) -> bool:
        """Every list has codes today."""
        return all(any(row.name == name for row in self._of(About.LIST)) for name in names)

    def pattern(self, *names: str) -> str:
        """One code of any of these lists; empty where none of them is in force."""
        return "|".join(row.pattern for row in self._of(About.LIST) if row.name in names)

    @property
    def discharge_classes(self) -> dict[str, str]:
        return {row.name: row.pattern for row in self._of(About.DISCHARGE_CLASS)}

    @property
    def vaccines(self) -> dict[str, CodeList]:
        return {row.name: row for row in self._of(About.VACCINE)}

    def _of(self, about: About) -> Iterator[CodeList]:
        return (row for row in self.lists if row.about is about)


@dataclass(frozen=True, slots=True)
class CodePlan:
    lists: tuple[CodeList, ...]
    age_from: tuple[int, ...]
    gestation_days: int

    def on(self, day: dt.date) -> Codes:
        held = (
            row for row in self.lists if row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)
        )
        return Codes(tuple(held), self.age_from, self.gestation_days)


class _ListRow(Schema):
    about = fields.Enum(About, by_value=True, load_default=About.LIST)
    name = fields.String(required=True, validate=validate.Regexp(r"[a-z0-9][a-z0-9_ ]{1,27}$"))
    codes = fields.List(fields.String(), required=True, validate=validate.Length(1))
    doses = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 20))
    source = fields.String(required=True, validate=validate.Length(1, 200))
    valid_from = fields.Raw(required=True)
    valid_until = fields.Raw(load_default=None)

    @post_load
    def make(self, row: dict[str, Any], **_rest: Any) -> CodeList:
        wrong = [code for code in row["codes"] if not _CODE.fullmatch(code)]
        if wrong:
            raise ValidationError(
                str(_l("Write a code, its beginning with a star (E11*), or a range of digits (765..782).")), wrong[0]
            )
        if row["about"] is About.LIST and row["name"] not in LISTS:
            raise ValidationError(str(_l("No indicator asks for a list of this name.")), row["name"])
        if (row["about"] is About.VACCINE) != (row["doses"] > 0):
            raise ValidationError(str(_l("A vaccine, and nothing else, has a number of doses.")), row["name"])
        for name in ("valid_from", "valid_until"):
            if type(row[name]) is not dt.date and not (name == "valid_until" and row[name] is None):
                raise ValidationError(str(_l("Write a date like 2026-01-01.")), f"{row['name']}.{name}")
        row["pattern"] = "|".join(_pattern(code) for code in row.pop("codes"))
        return CodeList(**row)


class _File(Schema):
    age_from = fields.List(fields.Integer(strict=True), required=True, validate=validate.Length(1))
    gestation_days = fields.Integer(required=True, strict=True, validate=validate.Range(200, 320))
    basis = fields.String(required=True)
    lists = fields.List(fields.Nested(_ListRow), data_key="list", required=True, validate=validate.Length(1))


def parse(text: str) -> CodePlan:
    """`plan/quality_codes.toml` as a value; InputErrors name row and key."""
    try:
        raw = _File().load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at(PART, str(error)) from error
    except ValidationError as error:
        raise InputErrors(problems(error.messages)) from error
    if twice := [*_overlaps(raw["lists"])]:
        raise InputErrors(twice)
    return CodePlan(tuple(raw["lists"]), tuple(sorted(raw["age_from"])), raw["gestation_days"])


def codes_on(day: dt.date) -> Codes | None:
    """As in force on the day; None where the fund has not said what its codes mean."""
    if not any(row.valid_from <= day for row in plan.versions_in_force(PART)):
        return None
    found: CodePlan = plan.in_force(PART, day)
    return found.on(day)


def _pattern(code: str) -> str:
    """`E11*` begins so; `765..782` every whole number between, written as long; else the code itself. Without dots."""
    start, more, until = _CODE.fullmatch(code).groups()  # type: ignore[union-attr]
    if until:
        return "|".join(str(number).zfill(len(start)) for number in range(int(start), int(until) + 1))
    return re.escape(start.replace(".", "")) + (r"\S*" if more else "")


def _overlaps(lists: list[CodeList]) -> Iterator[Problem]:
    """One meaning of a name at a time."""
    for place, row in enumerate(lists):
        for other in lists[:place]:
            begins, ends = max(row.valid_from, other.valid_from), [row.valid_until, other.valid_until]
            if (row.about, row.name) == (other.about, other.name) and all(end is None or begins <= end for end in ends):
                yield Problem(f"{row.about}.{row.name}", _l("Another list of this name is in force then."), str(begins))
