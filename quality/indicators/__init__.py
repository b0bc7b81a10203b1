"""Which function reads the cases of which definition: ids of expressions in the plan → code that knows the records.

A reader gives a case frame: None without a source, no rows when nothing happened. A definition that names what nobody
reads has no source; one that leaves out for a reason its reader does not know is refused before anything is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from core.errors import InputErrors, Problem
from core.words import _l
from quality.definitions import Indicator
from quality.indicators import (
    audited,
    childcare,
    claimed,
    health,
    home_care,
    observed,
    opening,
    reported,
    rooms,
    waiting,
)
from quality.indicators.records import Records


class Reader(NamedTuple):
    """`exclusions`: reasons for leaving somebody out that `read` knows."""

    read: Callable[[Indicator, Records], pl.DataFrame | None]
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
    ("minutes_planned", "minutes_delivered_up_to_plan"): Reader(home_care.care_time, _CANCELLED),
    ("members_with_two_primary_care_contacts", "continuity_at_least_0_7"): Reader(
        health.continuity, frozenset({"not_covered_whole_period"})
    ),
    ("child_hours_attended", "child_hours_within_ratio"): Reader(rooms.within_ratio),
    ("child_days_with_roster", "child_days_with_usual_educator"): Reader(
        rooms.usual_educators, frozenset({"no_roster"})
    ),
    ("contracted_opening_days", "days_open_contracted_hours"): Reader(
        opening.opening_days, frozenset({"force_majeure"})
    ),
    ("new_grants", "first_visit_within_standard"): Reader(waiting.start_of_care),
    ("members_in_care_12_months", "assessed_within_12_months"): Reader(
        waiting.reassessed, frozenset({"less_than_12_months_of_care"})
    ),
    ("requests_received", "first_contact_within_standard"): Reader(
        waiting.first_contact, frozenset({"withdrawn_in_time"})
    ),
    ("index_discharges", "unplanned_readmissions_day_1_to_30"): Reader(
        claimed.readmissions, frozenset({"transfer", "planned_readmission", "maternity", "died_during_stay"})
    ),
    ("person_years_from_15", "admissions_for_ambulatory_conditions"): Reader(
        claimed.avoidable_admissions,
        frozenset({"transfer_in", "pregnancy_or_childbirth", "died_in_hospital", "day_case"}),
    ),
    ("members_18_to_75_with_diabetes", "hba1c_and_eye_or_kidney_check"): Reader(claimed.diabetes_checks),
    ("antibiotics_dispensed", "second_line_antibiotics_dispensed"): Reader(claimed.second_line_antibiotics),
    ("children_turning_24_months", "children_with_all_scheduled_doses"): Reader(
        claimed.immunised, frozenset({"covered_less_than_12_months"})
    ),
    ("deliveries", "four_antenatal_contacts_first_in_13_weeks"): Reader(
        claimed.antenatal, frozenset({"covered_less_than_7_months"})
    ),
    ("member_days_in_care", "unplanned_hospital_or_emergency"): Reader(claimed.hospital_use),
    ("members_in_care_in_season", "vaccinated_in_season"): Reader(claimed.vaccinated),
    ("educator_hours", "qualified_educator_hours"): Reader(reported.rows),
    ("child_days_attended", "serious_incidents"): Reader(reported.incidents),
    ("care_staff_of_baseline", "care_staff_who_left"): Reader(reported.rows),
    ("hours_paid", "hours_paid_at_floor"): Reader(reported.rows),
    ("full_time_care_workers", "training_hours"): Reader(reported.rows),
    ("members_entitled", "members_voting"): Reader(reported.votes),
    ("share_of_women_working", "share_of_women_governing"): Reader(reported.rows),
    ("inspections", "inspection_score"): Reader(observed.inspections),
    ("valid_answers", "answers_in_the_top_two"): Reader(reported.answers),
    ("value_sampled", "value_upheld"): Reader(audited.payment_accuracy),
}


class UnknownExpression(InputErrors):
    """The plan names something that the house cannot read from its records."""

    code = "unknown_expression"


def reader_of(indicator: Indicator) -> Reader | None:
    """The reader of a definition, None without one. Raises UnknownExpression naming each reason it does not know."""
    reader = READERS.get((indicator.denominator, indicator.numerator))
    unknown = [name for name in indicator.exclusions if reader and name not in reader.exclusions]
    if unknown:
        message = _l("No records are read under this name. Known names stand in the handbook of indicators.")
        raise UnknownExpression(Problem(indicator.code, message, name) for name in unknown)
    return reader


def cases(indicator: Indicator, records: Records) -> pl.DataFrame | None:
    """The case frame of one definition; None when there is no source."""
    reader = reader_of(indicator)
    return reader.read(indicator, records) if reader else None
