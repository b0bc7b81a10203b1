"""The fund's dated rules of procurement, as in force on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock, plan
from core.config import fund
from core.errors import InputErrors
from core.words import _l
from procurement import calendar, catalogue, clauses, reserving, tariffs, wages
from procurement import funding as funding_plan
from procurement import indexes as index_plan
from procurement.calendar import Periods
from procurement.catalogue import Catalogue
from procurement.choosing import LowPrices
from procurement.clauses import Clause
from procurement.funding import Funding
from procurement.indexes import Indexes
from procurement.kpi.copying import follow_ups
from procurement.kpi.hooks import quality_parts, score_terms
from procurement.kpi.terms import FollowUp, FollowUpRules
from procurement.models.contract import Contract
from procurement.models.tender import Tender
from procurement.penalties import BreachRules
from procurement.readiness import Rules
from procurement.reserving import Reservations
from procurement.scored import NewScore, ScoreTerms, paid_by_promises
from procurement.tariffs import Tariff
from procurement.wages import Wages


def periods(on: dt.date) -> Periods:
    """Periods and working days; without a text in force there is no procurement."""
    value: Periods = plan.in_force(calendar.PART, on)
    return value


def after_working_days(count: int, day: dt.date) -> dt.datetime:
    """The last microsecond of the `count`th working day after `day`, in the fund's zone."""
    rules = periods(day)
    while count:
        day += dt.timedelta(days=1)
        count -= rules.is_working(day)
    return end_of(day)


def end_of(day: dt.date) -> dt.datetime:
    """The last microsecond of a day of the fund."""
    return dt.datetime.combine(day, dt.time.max, fund().zone).astimezone(dt.UTC)


def breach(on: dt.date) -> BreachRules | None:
    """None: no breach procedure is in force."""
    value: Periods | None = _if_any(calendar.PART, on)
    return value.breach if value else None


def used_alarm(on: dt.date) -> int:
    """Per cent of a budget or volume from which it is told; 0: it is not."""
    value: Periods | None = _if_any(calendar.PART, on)
    return value.used_alarm if value else 0


def publication(on: dt.date) -> Rules:
    """Everything that a notice is checked against before it goes out."""
    return Rules(periods(on), reservations(on), criteria_catalogue(on), quality_parts(on))


def promises(on: dt.date) -> FollowUpRules | None:
    """How promises of contracts are followed up; None: there is no such rule."""
    value: Periods | None = _if_any(calendar.PART, on)
    return value.promises if value else None


def follow_ups_of(tender: Tender) -> dict[str, FollowUp]:
    """How its promises are followed up, as bidders could read: by the texts in force when the notice came out."""
    told_on = clock.local_day(tender.published_at or clock.now(), fund().zone)
    return follow_ups(tender, criteria_catalogue(told_on), promises(told_on))


def score_terms_of(tender: Tender) -> ScoreTerms | None:
    """What the quality score of its contracts is made of and pays, by the plan of their first day as known now."""
    return score_terms(tender.service_line, tender.starts_on, paid_by_promises(follow_ups_of(tender).values()))


def new_score(contract: Contract, on: dt.date) -> NewScore:
    """The table of the plan in force on that day, for an amendment."""
    paid = paid_by_promises(row.follow_up for row in contract.indicators)
    terms = score_terms(contract.service_line, on, paid)
    if terms is None:
        raise InputErrors.at("score", _l("No quality plan is in force on that day."), on.isoformat())
    return NewScore(terms, on)


def reservations(on: dt.date) -> Reservations | None:
    """None: nothing can be reserved."""
    value: Reservations | None = _if_any(reserving.PART, on)
    return value


def criteria_catalogue(on: dt.date) -> Catalogue:
    """Empty until one is in force."""
    value: Catalogue = _if_any(catalogue.PART, on) or {}
    return value


def low_price(on: dt.date) -> LowPrices:
    """Rules that a tender may publish, and those a new draft begins with."""
    return periods(on).low_price


def clause_library(on: dt.date) -> tuple[Clause, ...]:
    value: tuple[Clause, ...] = _if_any(clauses.PART, on) or ()
    return value


def tariff(on: dt.date) -> Tariff:
    """The fixed prices and the rules of open lists; empty until a text is in force."""
    value: Tariff = _if_any(tariffs.PART, on) or Tariff()
    return value


def labour_costs(on: dt.date) -> Wages:
    """What an hour of care must cost; nothing until a text is in force."""
    value: Wages = _if_any(wages.PART, on) or Wages()
    return value


def indexes(on: dt.date) -> Indexes:
    """What rates may follow; nothing until a text is in force."""
    value: Indexes = _if_any(index_plan.PART, on) or Indexes()
    return value


def funding(on: dt.date) -> Funding:
    """Who bears what, and how capitation is counted; nothing until a text is in force."""
    value: Funding = _if_any(funding_plan.PART, on) or Funding()
    return value


def _if_any(part: str, on: dt.date) -> Any:
    is_there = any(row.valid_from <= on for row in plan.versions_in_force(part))
    return plan.in_force(part, on) if is_there else None
