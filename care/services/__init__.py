"""The verbs of care: grant, place, answer, end, record what was given, close records into facts."""

from care.services.closing import close_records
from care.services.granting import decide_grant
from care.services.importing import DESK, check_file, keep_good_rows, read_file
from care.services.placing import answer_placement, end_placement, offer_placement
from care.services.premises import (
    close_site_on,
    open_site_on,
    record_certificates,
    record_occupancies,
    record_quotes,
    record_roster,
    set_opening_hours,
)
from care.services.writing import import_attendance, import_stays, import_visits

__all__ = [
    "DESK",
    "answer_placement",
    "check_file",
    "close_records",
    "close_site_on",
    "decide_grant",
    "end_placement",
    "import_attendance",
    "import_stays",
    "import_visits",
    "keep_good_rows",
    "offer_placement",
    "open_site_on",
    "read_file",
    "record_certificates",
    "record_occupancies",
    "record_quotes",
    "record_roster",
    "set_opening_hours",
]
