"""The fund's own records as frames, one named query each; quality.indicators.records keeps them for a period."""

from quality.queries.records.attendance import signed_days
from quality.queries.records.claims import accepted, accepted_of, priced_services, standing_lines
from quality.queries.records.hospital import stays
from quality.queries.records.people import cover, covered_whole_period, people, provider_numbers
from quality.queries.records.placed import needs, placed
from quality.queries.records.planned import booked_days, days_booked_whole_period, visits_due
from quality.queries.records.promised import cancelled_visits, first_visits, granted, offered, requests
from quality.queries.records.rostered import (
    childcare_sites,
    children_present,
    closed_days,
    majeure_days,
    opening_hours,
    rostered,
    worked_shifts,
)
from quality.queries.records.visits import given_visits

__all__ = [
    "accepted",
    "accepted_of",
    "booked_days",
    "cancelled_visits",
    "childcare_sites",
    "children_present",
    "closed_days",
    "cover",
    "covered_whole_period",
    "days_booked_whole_period",
    "first_visits",
    "given_visits",
    "granted",
    "majeure_days",
    "needs",
    "offered",
    "opening_hours",
    "people",
    "placed",
    "priced_services",
    "provider_numbers",
    "requests",
    "rostered",
    "signed_days",
    "standing_lines",
    "stays",
    "visits_due",
    "worked_shifts",
]
