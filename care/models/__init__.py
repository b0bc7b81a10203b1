"""The records of care: what was granted, what was given, the places it was given at, what checking them found."""

from care.models.checked import RecordCorrection, RecordFinding, SiteMonth
from care.models.granting import CareGrant, Placement, PlacementSlot
from care.models.places import RESIDENTIAL, Certificate, Occupancy, Quote
from care.models.records import Attendance, Stay, Visit
from care.models.sites import OpeningHours, RosterShift, SiteClosure

__all__ = [
    "RESIDENTIAL",
    "Attendance",
    "CareGrant",
    "Certificate",
    "Occupancy",
    "OpeningHours",
    "Placement",
    "PlacementSlot",
    "Quote",
    "RecordCorrection",
    "RecordFinding",
    "RosterShift",
    "SiteClosure",
    "SiteMonth",
    "Stay",
    "Visit",
]
