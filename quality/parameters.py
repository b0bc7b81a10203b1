"""The numbers a definition gives its reader, by name and unit: tolerances, waits, ages. The plan says how many.

A reader is known by what it counts (denominator, numerator); one that is not listed here asks for no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

Pair = tuple[str, str]


def _whole(least: int = 0, most: int | None = None) -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(least, most))


def _some(least: int = 1) -> fields.Integer:
    return _whole(least)


def _percent() -> fields.Integer:
    return _whole(0, 100)


def _part() -> fields.Decimal:
    return fields.Decimal(required=True, validate=validate.Range(0, 1))


ASKED: dict[Pair, dict[str, fields.Field[Any]]] = {
    ("children_placed_whole_period", "children_attending_85_per_cent"): {
        "attended_percent": _percent(),
        "illness_days": _whole(),
    },
    ("child_days_with_roster", "child_days_with_usual_educator"): {
        "usual_educators": _some(),
        "hours_percent": _percent(),
    },
    ("contracted_opening_days", "days_open_contracted_hours"): {"tolerance_minutes": _whole()},
    ("visits_due", "visits_started_within_30_minutes"): {
        "tolerance_minutes": _whole(),
        "cancelled_before_hours": _whole(),
    },
    ("visits_due", "visits_never_started"): {
        "latest_start_hour": _whole(0, 24),
        "cancelled_before_hours": _whole(),
    },
    ("members_65_with_two_visits_every_day", "distinct_carers_in_14_days"): {
        "from_age_years": _whole(),
        "visits_every_day": _some(),
        "counted_days": _some(),
        "from_hour": _whole(0, 23),
        "until_hour": _whole(1, 23),
    },
    ("minutes_planned", "minutes_delivered_up_to_plan"): {
        "cancelled_before_hours": _whole(),
        "heaped_percent": _percent(),
        "heaped_from_visits": _some(),
    },
    ("new_grants", "first_visit_within_standard"): {
        "urgent_days": _whole(),
        "routine_days": _whole(),
        "begun_before_days": _whole(),
    },
    ("members_in_care_12_months", "assessed_within_12_months"): {
        "in_care_months": _some(),
        "between_months": _some(),
        "between_months_at_highest_level": _some(),
        "highest_level": _whole(),
    },
    ("requests_received", "first_contact_within_standard"): {
        "urgent_working_days": _whole(),
        "routine_working_days": _whole(),
    },
    ("members_with_two_primary_care_contacts", "continuity_at_least_0_7"): {
        "index_at_least": _part(),
        "contacts_at_least": _some(2),
        "few_contacts_up_to": _some(2),
    },
    ("index_discharges", "unplanned_readmissions_day_1_to_30"): {"readmitted_within_days": _some()},
    ("person_years_from_15", "admissions_for_ambulatory_conditions"): {"from_age_years": _whole()},
    ("members_18_to_75_with_diabetes", "hba1c_and_eye_or_kidney_check"): {
        "from_age_years": _whole(),
        "until_age_years": _whole(),
        "diabetes_contacts_at_least": _some(),
    },
    ("antibiotics_dispensed", "second_line_antibiotics_dispensed"): {
        "age_bands_from_years": fields.List(_whole(), required=True, validate=validate.Length(1)),
    },
    ("children_turning_24_months", "children_with_all_scheduled_doses"): {
        "age_months": _some(),
        "covered_months": _whole(),
    },
    ("deliveries", "four_antenatal_contacts_first_in_13_weeks"): {
        "contacts_at_least": _some(),
        "first_within_weeks": _some(),
        "covered_months": _whole(),
        "same_delivery_days": _some(),
    },
    ("members_in_care_in_season", "vaccinated_in_season"): {
        "in_care_month": _whole(1, 12),
        "in_care_day": _whole(1, 31),
    },
}

_BEFORE: dict[str, dict[str, Any]] = {
    "children_attending_85_per_cent": {"attended_percent": 85, "illness_days": 10},
    "visits_started_within_30_minutes": {"tolerance_minutes": 30, "cancelled_before_hours": 24},
    "visits_never_started": {"latest_start_hour": 23, "cancelled_before_hours": 24},
    "distinct_carers_in_14_days": {
        "from_age_years": 65, "visits_every_day": 2, "counted_days": 14, "from_hour": 7, "until_hour": 22,
    },
    "minutes_delivered_up_to_plan": {"cancelled_before_hours": 24, "heaped_percent": 50, "heaped_from_visits": 20},
    "continuity_at_least_0_7": {"index_at_least": "0.7", "contacts_at_least": 2, "few_contacts_up_to": 3},
}  # fmt: skip
"""What code counted with before a definition said its numbers; a definition approved then is never rewritten."""


def meant_before(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a definition that was written before definitions said them."""
    return _BEFORE.get(str(definition.get("numerator", "")), {})


def read(denominator: str, numerator: str, given: Any) -> dict[str, Any]:
    """The numbers as their reader takes them. Raises ValidationError by name: missing, unknown or of a wrong kind."""
    asked = Schema.from_dict(dict(ASKED.get((denominator, numerator), {})))
    found: dict[str, Any] = asked().load(given)
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def readable(name: str) -> str:
    """“Tolerance minutes” of tolerance_minutes."""
    return name.replace("_", " ").capitalize()
