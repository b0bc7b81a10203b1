"""The numbers that records of care are checked against: plan part `care`, the format of plan/care.toml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from marshmallow import Schema, fields, validate

from core import plan
from core.errors import InputErrors
from core.web.forms import load_toml
from core.words import _l

PART = "care"
NEVER = 100_000  # days: a text without the rule closes no month


@dataclass(frozen=True, slots=True)
class CarePlan:
    """Percentages are whole per cent, times minutes, `walking_from_months` an age; see plan/care.toml."""

    margin_percent: int
    weekly_mean_percent: int
    walking_from_months: int
    not_walking_per_adult: int
    walking_per_adult: int
    tolerance_minutes: int
    longest_day_minutes: int
    identical_children: int
    identical_days: int
    units_per_worker_day: int
    edit_days: int
    travel_minutes_same_district: int
    travel_minutes_other_district: int
    closing_days: int
    closure_notice_days: int
    stay_exempt: frozenset[str]
    one_at_a_time: frozenset[str]
    ratios: tuple[tuple[int, int], ...] = ()  # last month of age, children for one adult; the youngest first

    def adults_needed(self, not_walking: int, walking: int) -> int:
        """Whole adults for so many children, mixed groups by their shares."""
        one, other = self.not_walking_per_adult, self.walking_per_adult
        return -(-(not_walking * other + walking * one) // (one * other))


def _number(least: int = 1, most: int = 100_000) -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(least, most))


class _Table(Schema):
    basis = fields.String(required=True, validate=validate.Length(min=1))


class _Places(_Table):
    margin_percent = _number(100, 200)
    weekly_mean_percent = _number(1, 200)


class _Staff(_Table):
    walking_from_months = _number(1, 36)
    not_walking_per_adult = _number(1, 50)
    walking_per_adult = _number(1, 50)


class _Attendance(_Table):
    tolerance_minutes = _number(0, 120)
    longest_day_minutes = _number(60, 1440)
    identical_children = _number(2, 100)
    identical_days = _number(1, 31)


class _Visits(_Table):
    units_per_worker_day = _number(1, 96)
    edit_days = _number(1, 730)
    travel_minutes_same_district = _number(0, 240)
    travel_minutes_other_district = _number(0, 480)
    stay_exempt = fields.List(fields.String(), required=True)


class _Nights(_Table):
    one_at_a_time = fields.List(fields.String(), required=True)


class _Months(_Table):
    closing_days = _number(0, 365)
    closure_notice_days = _number(0, 365)


class _Band(Schema):
    until_months = _number(0, 1200)
    children = _number(1, 100)


class _Ratios(_Table):
    band = fields.List(fields.Nested(_Band), required=True, validate=validate.Length(min=1))


class _CareFile(Schema):
    places = fields.Nested(_Places, required=True)
    staff = fields.Nested(_Staff, required=True)
    attendance = fields.Nested(_Attendance, required=True)
    visits = fields.Nested(_Visits, required=True)
    nights = fields.Nested(_Nights, required=True)
    months = fields.Nested(_Months, load_default={"closing_days": NEVER, "closure_notice_days": 0})
    ratios = fields.Nested(_Ratios, load_default={"band": []})


def parse(text: str) -> CarePlan:
    """`plan/care.toml` as a value; InputErrors name table and key."""
    raw = load_toml(_CareFile(), text, PART)
    bands = [(band["until_months"], band["children"]) for band in raw.pop("ratios")["band"]]
    if [age for age, _children in bands] != sorted({age for age, _children in bands}):
        raise InputErrors.at("ratios.band.until_months", _l("Ages rise from one row to the next."))
    values: Mapping[str, object] = {key: value for table in raw.values() for key, value in table.items()}
    sets = {key: frozenset(value) for key, value in values.items() if isinstance(value, list)}
    plain = {key: value for key, value in values.items() if key != "basis"}
    return CarePlan(**plain | sets, ratios=tuple(bands))  # type: ignore[arg-type]


def plan_by_day() -> Callable[[dt.date], CarePlan | None]:
    """Day → the plan of that day; None where none was approved: then nothing is allowed beyond the licence."""
    versions = plan.versions_in_force(PART)
    if not versions:
        return lambda _day: None
    on, first = plan.timeline(PART), versions[0].valid_from
    return lambda day: on(day) if day >= first else None
