"""Periods and working days of the fund: plan part `procurement`. No calendar for a year is an error, not a guess."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core import plan
from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.amending import Limit, read_limits
from procurement.capacity import Yield
from procurement.choosing import LowPrices, WeightBound, read_bounds, read_low_prices
from procurement.discretion import Discretion, read_discretion
from procurement.kpi.terms import FollowUpRules, read_follow_up_rules
from procurement.penalties import BreachRules, read_rules
from procurement.securities import Demand, read_demands

PART = "procurement"
OPTIONAL = ("question_days", "answer_days", "amendment_days", "digest_hour", "cancellation_days", "signing_days",
            "framework_years", "used_alarm")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fee:
    """Of a complaint: `share` in hundredths of a per cent of the value, between `least` and `most` minor units."""

    share: int
    least: int
    most: int
    days: int

    def amount(self, value: int) -> int:
        """Minor units, rounded half up."""
        return min(max((value * self.share + 5_000) // 10_000, self.least), self.most)


@dataclass(frozen=True, slots=True)
class Periods:
    """Days are calendar days, `weekend` ISO weekdays (Monday 1), `holidays` the closed days by year.

    A rule that the text in force does not name is 0: there is no such rule.
    """

    standstill_days: int
    least_bid_days: int
    weekend: frozenset[int]
    holidays: dict[int, dict[dt.date, str]]
    question_days: int = 0
    answer_days: int = 0
    amendment_days: int = 0
    digest_hour: int = 0
    cancellation_days: int = 0
    signing_days: int = 0
    framework_years: int = 0
    used_alarm: int = 0
    refuses_two_bidders: bool = False
    bidder_stage: str = "accredited"
    yields: Mapping[str, Yield] = field(default_factory=dict)
    securities: Mapping[str, Demand] = field(default_factory=dict)
    procedures: Mapping[str, frozenset[str]] = field(default_factory=dict)
    restricted: Discretion = field(default_factory=Discretion)
    complaint_fee: Fee | None = None
    low_price: LowPrices = field(default_factory=LowPrices)
    weights: tuple[WeightBound, ...] = ()
    amendments: Mapping[str, Limit] = field(default_factory=dict)
    breach: BreachRules | None = None
    promises: FollowUpRules | None = None

    def answers_by(self, closes_at: dt.datetime) -> dt.datetime:
        """The last instant at which an answer still leaves bidders their days."""
        return closes_at - dt.timedelta(days=self.answer_days)

    def extended(self, at: dt.datetime, days: int, local: dt.datetime) -> dt.datetime:
        """The first instant at the hour of `local`, at least `days` after `at`, on a working day."""
        day = at.astimezone(local.tzinfo).date() + dt.timedelta(days=days)
        end = dt.datetime.combine(day, local.timetz())
        if end < at + dt.timedelta(days=days):
            end += dt.timedelta(days=1)
        while not self.is_working(end.date()):
            end += dt.timedelta(days=1)
        return end.astimezone(dt.UTC)

    def is_working(self, day: dt.date) -> bool:
        """Whether the fund works on `day`; refuses for a year that nobody entered."""
        if day.year not in self.holidays:
            raise DomainError(
                _l("The calendar of %(year)s is not entered yet.", year=str(day.year)), code="no_calendar"
            )
        return day.isoweekday() not in self.weekend and day not in self.holidays[day.year]


def standstill_end(sent_on: dt.date, days: int, is_working: Callable[[dt.date], bool]) -> dt.date:
    """The last day: day 1 follows the sending; a closed last day rolls forward. Signing starts the day after."""
    end = sent_on + dt.timedelta(days=days)
    while not is_working(end):
        end += dt.timedelta(days=1)
    return end


def parse(text: str) -> Periods:
    """`plan/procurement.toml` as a value; names the key that is wrong."""
    raw = tomllib.loads(text)
    holidays: dict[int, dict[dt.date, str]] = {int(year): {} for year in raw.get("calendar", {})}
    for year, rows in raw.get("calendar", {}).items():
        for row in rows.get("closed", []):
            holidays[int(year)][_day(row, year)] = str(row["name"])
    optional = {name: _whole(raw, name, 0) for name in OPTIONAL if name in raw}
    days = _whole(raw, "standstill_days", 0), _whole(raw, "least_bid_days", 0)
    return Periods(
        *days,
        frozenset(raw["weekend"]),
        holidays,
        **optional,
        refuses_two_bidders=_one_of(raw, "federations.two_bidders", ("show", "refuse")) == "refuse",
        bidder_stage=_one_of(raw, "bidders.stage", ("accredited", "authorised")),
        yields=_yields(raw),
        securities=read_demands(raw.get("securities", {})),
        procedures=_procedures(raw),
        restricted=read_discretion(raw.get("restricted", {})),
        complaint_fee=_fee(raw.get("complaint_fee")),
        low_price=read_low_prices(raw.get("low_price", {})),
        weights=read_bounds(raw.get("weights", {})),
        amendments=read_limits(raw.get("amendments", {})),
        breach=read_rules(raw.get("breach")),
        promises=read_follow_up_rules(raw.get("promises")),
    )


def _one_of(raw: dict[str, Any], where: str, words: tuple[str, ...]) -> str:
    """One of `words`; the first where the text is silent."""
    table, key = where.split(".")
    value = raw.get(table, {}).get(key, words[0])
    if value not in words:
        raise InputErrors.at(where, _l("Write one of: %(words)s.", words=", ".join(words)), value)
    return str(value)


def _fee(raw: dict[str, Any] | None) -> Fee | None:
    if raw is None:
        return None
    fee = Fee(_whole(raw, "share", 1), _whole(raw, "least", 1), _whole(raw, "most", 1), _whole(raw, "days", 1))
    if fee.least > fee.most:
        raise InputErrors.at("complaint_fee.most", _l("The most is not below the least."), fee.most)
    return fee


def _procedures(raw: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Kind of procedure → the steps of the state table that it does not have."""
    return {name: frozenset(row.get("off", ())) for name, row in raw.get("procedures", {}).items()}


def _yields(raw: dict[str, Any]) -> dict[str, Yield]:
    """Service line → what a licensed place and a worker give in a year."""
    return {
        line: Yield(*(_whole(row, key, 0) if key in row else 0 for key in ("of_place", "of_worker")))
        for line, row in raw.get("yields", {}).items()
    }


def _whole(raw: dict[str, Any], key: str, least: int) -> int:
    value = raw.get(key)
    if type(value) is not int or value < least:
        raise InputErrors.at(key, _l("This is a whole number, not below %(least)s.", least=least), value)
    return value


def _day(row: dict[str, Any], year: str) -> dt.date:
    day = row.get("on")
    if not isinstance(day, dt.date) or day.year != int(year):
        raise InputErrors.at(f"calendar.{year}", _l("A closed day is a date of that year."), day)
    return day


def is_holiday(day: dt.date) -> bool:
    """A closed day of the calendar in force; a year that nobody entered has none."""
    known = plan.timeline(PART)
    if known.first is None or day < known.first:
        return False
    periods: Periods = known(day)
    return day in periods.holidays.get(day.year, {})
