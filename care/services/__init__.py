"""The verbs of care: grant, place, answer, end, record what was given, close records into facts."""

from care.services.closing import close_records
from care.services.granting import decide_grant
from care.services.importing import DESK, check_file, keep_good_rows, read_file
from care.services.placing import answer_placement, end_placement, offer_placement
from care.services.premises import (
    record_certificates,
    record_majeure,
    record_occupancies,
    record_quotes,
    record_roster,
)
from care.services.promising import record_cancellations, record_requests
from care.services.writing import import_attendance, import_stays, import_visits

__all__ = [
    "DESK",
    "answer_placement",
    "check_file",
    "close_records",
    "decide_grant",
    "end_placement",
    "import_attendance",
    "import_stays",
    "import_visits",
    "keep_good_rows",
    "offer_placement",
    "read_file",
    "record_cancellations",
    "record_certificates",
    "record_majeure",
    "record_occupancies",
    "record_quotes",
    "record_requests",
    "record_roster",
]
