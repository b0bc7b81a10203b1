"""Plan part `facts`: the format of plan/facts.toml."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from core import plan
from core.errors import InputErrors, Problem
from core.texts import spoken
from core.web.forms import problems
from core.words import _l
from providers.facts.catalogue import GROUPS, KINDS, OCCASIONS, PERIODS, Catalogue, Fact, Share

PART = "facts"
UNITS = {"count": "people", "share": "%", "number": "", "money": "", "yes_no": "yes or no"}


def _word(**more: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(r"[a-z][a-z_]{1,39}"), **more)


def _text(**more: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, 200), **more)


def _whole(least: int = 0, **more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least, 1_000_000_000), **more)


class _FactRow(Schema):
    code = _word(required=True)
    name = _text(required=True)
    group = fields.String(required=True, validate=validate.OneOf(GROUPS))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    unit = _text(load_default="")
    periods = fields.List(fields.String(validate=validate.OneOf(PERIODS)), required=True, validate=validate.Length(1))
    evidence = _text(required=True)
    months = _whole(1, required=True)
    basis = _text(required=True)
    part_of = _word(load_default="")
    most = _whole(load_default=None)
    each = _word(load_default="")
    least_each = _whole(load_default=0)
    most_each = _whole(load_default=0)
    tolerance = _whole(load_default=0)
    asked_for = fields.List(fields.String(validate=validate.OneOf(OCCASIONS)), load_default=())
    criterion = _text(load_default="")
    returned = _text(load_default="", data_key="return")
    is_whole = fields.Boolean(load_default=False)
    is_special = fields.Boolean(load_default=False)

    @post_load
    def fact(self, row: dict[str, Any], **_rest: Any) -> Fact:
        row["periods"], row["asked_for"] = tuple(row["periods"]), frozenset(row["asked_for"])
        row["unit"] = row["unit"] or UNITS[row["kind"]]
        return Fact(**row)


class _ShareRow(Schema):
    code = _word(required=True)
    name = _text(required=True)
    part = _word(required=True)
    whole = _word(required=True)
    period = fields.String(required=True, validate=validate.OneOf(PERIODS))
    unit = _text(load_default="%")
    times = _whole(1, load_default=100)
    is_rest = fields.Boolean(load_default=False)
    criterion = _text(load_default="")
    returned = _text(load_default="", data_key="return")

    @post_load
    def share(self, row: dict[str, Any], **_rest: Any) -> Share:
        return Share(**row)


class _File(Schema):
    smallest = _whole(1, required=True)
    basis = _text(required=True)
    fact = fields.List(fields.Nested(_FactRow), required=True, validate=validate.Length(1))
    share = fields.List(fields.Nested(_ShareRow), load_default=())


def parse(text: str) -> Catalogue:
    """`plan/facts.toml` as a value; InputErrors name table, row and key."""
    try:
        raw = _File().load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at(PART, str(error)) from error
    except ValidationError as error:
        raise InputErrors(problems(error)) from error
    found = Catalogue({row.code: row for row in raw["fact"]}, {row.code: row for row in raw["share"]}, raw["smallest"])
    if wrong := [*_twice([*raw["fact"], *raw["share"]]), *_loose(found)]:
        raise InputErrors(wrong)
    return found


def _twice(rows: list[Fact | Share]) -> Iterable[Problem]:
    """A code names one thing, and a criterion asks for one."""
    for name in ("code", "criterion"):
        said = [getattr(row, name) for row in rows if getattr(row, name)]
        for value in dict.fromkeys(value for value in said if said.count(value) > 1):
            yield Problem(name, _l("This stands twice in the catalogue."), value)


def _loose(found: Catalogue) -> Iterable[Problem]:
    """What names a figure that is not there, or one that is not asked for that period."""
    for fact in found.facts.values():
        for name, period in (*((fact.part_of, period) for period in fact.periods), (fact.each, "")):
            if name and not _is_asked(found, name, period):
                yield Problem(fact.code, _l("It names a figure that is not asked for the same period."), name)
    for share in found.shares.values():
        for name in (share.part, share.whole):
            if not _is_asked(found, name, share.period):
                yield Problem(share.code, _l("It names a figure that is not asked for the same period."), name)


def _is_asked(found: Catalogue, code: str, period: str) -> bool:
    return code in found.facts and (not period or period in found.facts[code].periods)


def catalogue_on(on: dt.date) -> Catalogue:
    """As in force on the day, in the reader's words; empty where the fund has not settled what it asks."""
    if not any(row.valid_from <= on for row in plan.versions_in_force(PART)):
        return Catalogue({}, {}, 1)
    found: Catalogue = plan.in_force(PART, on)
    facts = {code: spoken(row, "name", "unit", "evidence") for code, row in found.facts.items()}
    shares = {code: spoken(row, "name", "unit") for code, row in found.shares.items()}
    return replace(found, facts=facts, shares=shares)
