"""Every look-up of grants, placements and records has a name here."""

from care.queries import closing, months, places, sites
from care.queries.grants import (
    contracted_organisations,
    day_sites,
    declined_placements,
    ending_grants,
    free_places,
    grant,
    grants,
    placement,
    placements,
    placements_to_answer,
    sites_of,
    veiled,
)
from care.queries.planned import BookedDay, VisitDue, booked_days, visits_due
from care.queries.records import (
    attendance_of,
    attended_minutes,
    grants_of,
    incomplete_visits,
    site_week,
    stays_of,
    visits,
    visits_of,
)

__all__ = [
    "BookedDay",
    "VisitDue",
    "attendance_of",
    "attended_minutes",
    "booked_days",
    "closing",
    "contracted_organisations",
    "day_sites",
    "declined_placements",
    "ending_grants",
    "free_places",
    "grant",
    "grants",
    "grants_of",
    "incomplete_visits",
    "months",
    "placement",
    "placements",
    "placements_to_answer",
    "places",
    "site_week",
    "sites",
    "sites_of",
    "stays_of",
    "veiled",
    "visits",
    "visits_due",
    "visits_of",
]
