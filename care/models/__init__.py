"""The records of care: what was granted, what was given, the places it was given at, what checking them found."""

from care.models.checked import RecordCorrection, RecordFinding, SiteMonth
from care.models.continuity import InterimArrangement
from care.models.granting import CareGrant, Placement, PlacementSlot
from care.models.places import RESIDENTIAL, Certificate, Occupancy, Quote
from care.models.promised import CareRequest, VisitCancellation
from care.models.records import Attendance, Stay, Visit
from care.models.sites import ForceMajeure, RosterShift

__all__ = [
    "RESIDENTIAL",
    "Attendance",
    "CareGrant",
    "CareRequest",
    "Certificate",
    "ForceMajeure",
    "InterimArrangement",
    "Occupancy",
    "Placement",
    "PlacementSlot",
    "Quote",
    "RecordCorrection",
    "RecordFinding",
    "RosterShift",
    "SiteMonth",
    "Stay",
    "Visit",
    "VisitCancellation",
]
