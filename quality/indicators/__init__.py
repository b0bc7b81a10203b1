"""Which function reads the cases of which definition: ids of expressions in the plan → code that knows the records.

A definition that names an expression nobody knows is refused before anything is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from core.errors import InputErrors, Problem
from core.words import _l
from quality.definitions import Indicator
from quality.indicators import childcare, health, home_care
from quality.indicators.evidence import CaseRow
from quality.indicators.records import Records


class Reader(NamedTuple):
    """`exclusions`: reasons for leaving somebody out that `read` knows."""

    read: Callable[[Indicator, Records], list[CaseRow]]
    exclusions: frozenset[str] = frozenset()


_CANCELLED = frozenset({"cancelled_by_member_24_hours_before"})
READERS: dict[tuple[str, str], Reader] = {
    ("billed_child_days", "billed_child_days_attended"): Reader(childcare.billed_days),
    ("children_placed_whole_period", "children_attending_85_per_cent"): Reader(
        childcare.regular_attendance, frozenset({"illness_over_10_days"})
    ),
    ("visits_due", "visits_started_within_30_minutes"): Reader(home_care.on_time, _CANCELLED),
    ("visits_due", "visits_never_started"): Reader(home_care.missed, _CANCELLED),
    ("members_65_with_two_visits_every_day", "distinct_carers_in_14_days"): Reader(
        home_care.carers, frozenset({"alarm_or_meal_visit"})
    ),
    ("minutes_planned", "minutes_delivered_up_to_plan"): Reader(home_care.care_time),
    ("members_with_two_primary_care_contacts", "continuity_at_least_0_7"): Reader(
        health.continuity, frozenset({"not_covered_whole_period"})
    ),
}


class UnknownExpression(InputErrors):
    """The plan names something that the house cannot read from its records."""

    code = "unknown_expression"


def reader_of(indicator: Indicator) -> Reader:
    """The reader of a definition, or UnknownExpression naming each id that has none."""
    reader = READERS.get((indicator.denominator, indicator.numerator))
    known = reader.exclusions if reader else frozenset(indicator.exclusions)
    unknown = [name for name in indicator.exclusions if name not in known]
    if reader is None:
        unknown = [f"{indicator.numerator} / {indicator.denominator}", *unknown]
    if reader is None or unknown:
        message = _l("No records are read under this name. Known names stand in the handbook of indicators.")
        raise UnknownExpression(Problem(indicator.code, message, name) for name in unknown)
    return reader


def cases(indicator: Indicator, records: Records) -> list[CaseRow]:
    """The case rows of one definition, in the order of the records; none when there is no source."""
    return reader_of(indicator).read(indicator, records)
