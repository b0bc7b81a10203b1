"""Waiting periods: how long a benefit group stays closed after cover begins (reference: members, rule 3).

waiting = max(0, months of the group − months already credited in the window before joining), whatever cover earned
them. The numbers stand in the plan part `cover`; without an approved one, nothing waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from marshmallow import Schema, fields, validate

from core import plan
from core.errors import InputErrors, NotFound
from core.tables.computed import add_months
from core.web.forms import load_toml
from core.words import _l

PART = "cover"
CREDITING = frozenset({"active", "grace"})


@dataclass(frozen=True, slots=True)
class Span:
    """A spell of cover that may have earned credit."""

    valid_from: dt.date
    valid_until: dt.date | None


@dataclass(frozen=True, slots=True)
class CoverPlan:
    """`months`: package → benefit group → months an adult waits, `child_months`: a child, where that differs.

    `adult_from`: the age in years, 0 = everyone is one. `window_months`: how far back credit counts.

    `eligibility_days`: how long an eligibility number holds, 0 = the plan issues none.
    """

    months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    window_months: int = 24
    eligibility_days: int = 0
    child_months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    adult_from: int = 0

    def waits(
        self, package: str, joined_on: dt.date, earlier: Iterable[Span], born_on: dt.date | None = None
    ) -> dict[str, dt.date]:
        """Benefit group → first covered day, for the groups that do wait. Who is a child is so on the day of joining;
        who was born when nobody knows waits as an adult."""
        groups = self._months(package, joined_on, born_on)
        credited = credited_months(earlier, joined_on, self.window_months) if groups else 0
        left = {group: months - credited for group, months in groups.items() if months > credited}
        return {group: add_months(joined_on, months) for group, months in left.items()}

    def _months(self, package: str, joined_on: dt.date, born_on: dt.date | None) -> dict[str, int]:
        months = dict(self.months.get(package, {}))
        if born_on is not None and add_months(born_on, 12 * self.adult_from) > joined_on:
            months |= self.child_months.get(package, {})
        return months


class _Waiting(Schema):
    package = fields.String(required=True)
    group = fields.String(required=True)
    months = fields.Integer(required=True, strict=True, validate=validate.Range(0, 120))
    child_months = fields.Integer(load_default=None, strict=True, validate=validate.Range(0, 120))
    basis = fields.String(required=True, validate=validate.Length(min=1))


class _Adult(Schema):
    from_age = fields.Integer(required=True, strict=True, validate=validate.Range(1, 30))
    basis = fields.String(required=True, validate=validate.Length(min=1))


class _Credit(Schema):
    window_months = fields.Integer(required=True, strict=True, validate=validate.Range(1, 120))
    basis = fields.String(required=True, validate=validate.Length(min=1))


class _Eligibility(Schema):
    days = fields.Integer(required=True, strict=True, validate=validate.Range(1, 366))
    basis = fields.String(required=True, validate=validate.Length(min=1))


class _CoverFile(Schema):
    credit = fields.Nested(_Credit, required=True)
    eligibility = fields.Nested(_Eligibility, load_default=None)
    adult = fields.Nested(_Adult, load_default=None)
    waiting = fields.List(fields.Nested(_Waiting), load_default=list)


def parse(text: str) -> CoverPlan:
    """The plan part `cover`. Raises InputErrors naming table and row."""
    content = load_toml(_CoverFile(), text, PART)
    months: dict[str, dict[str, int]] = {}
    child_months: dict[str, dict[str, int]] = {}
    for place, row in enumerate(content["waiting"]):
        if row["child_months"] is not None and content["adult"] is None:
            message = _l("Say in the table [adult] from which age a member is one.")
            raise InputErrors.at(f"waiting.{place}.child_months", message, row["child_months"])
        months.setdefault(row["package"], {})[row["group"]] = row["months"]
        if row["child_months"] is not None:
            child_months.setdefault(row["package"], {})[row["group"]] = row["child_months"]
    eligibility = content["eligibility"] or {"days": 0}
    adult = content["adult"] or {"from_age": 0}
    window = content["credit"]["window_months"]
    return CoverPlan(months, window, eligibility["days"], child_months, adult["from_age"])


def cover_plan(on: dt.date) -> CoverPlan:
    """The approved numbers of that day."""
    try:
        found: CoverPlan = plan.in_force(PART, on)
    except NotFound:
        return CoverPlan()
    return found


def credited_months(earlier: Iterable[Span], joined_on: dt.date, window_months: int) -> int:
    """Calendar months of the window before `joined_on` with a day of cover; two spells count a month once."""
    last = _month(joined_on) - 1
    first = last - window_months + 1
    months: set[int] = set()
    for spell in earlier:
        until = last if spell.valid_until is None else min(last, _month(spell.valid_until))
        months.update(range(max(first, _month(spell.valid_from)), until + 1))
    return len(months)


def _month(day: dt.date) -> int:
    return day.year * 12 + day.month - 1
