"""Records of care from files and forms: what each kind is called, who may send it, how it is judged and written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from care.services import promising, taking
from care.services.closing import close_records
from care.services.judging import JUDGES
from care.services.writing import import_attendance, import_stays, import_visits
from core.imports import Desk, Layout, Outcome, Sender, layouts_in
from core.permissions import Permission
from core.tables.mapping import Mapping

FOLDER = Path(__file__).resolve().parent.parent / "mappings"
Write = Callable[[Sequence[Any], Sender], Outcome]
P = Permission


def _records(write: Callable[..., Outcome], rows: Sequence[Any], sender: Sender) -> Outcome:
    """Store the rows and close the days they name, so that what they say together is known at once."""
    of = {"source": sender.source, "organisation_id": sender.organisation_id}
    outcome = write(rows, by=sender.by, at=sender.at, **of)
    if days := [row.day for row in rows if hasattr(row, "day")]:
        scope = None if sender.organisation_id is None else [sender.organisation_id]
        close_records(min(days), max(days), by=sender.by, organisation_ids=scope)
    return outcome


KINDS: dict[str, tuple[Write, Permission]] = {
    "attendance": (partial(_records, import_attendance), P.RECORD_CARE),
    "visits": (partial(_records, import_visits), P.RECORD_CARE),
    "stays": (partial(_records, import_stays), P.CERTIFY_CARE),
    "roster": (taking.take_roster, P.RUN_SITES),
    "opening-hours": (taking.take_hours, P.RUN_SITES),
    "closures": (taking.take_closures, P.RUN_SITES),
    "occupancies": (taking.take_occupancies, P.RUN_SITES),
    "certificates": (taking.take_certificates, P.CERTIFY_CARE),
    "quotes": (taking.take_quotes, P.RUN_SITES),
    "cancellations": (promising.take_cancellations, P.CANCEL_VISITS),
    "requests": (promising.take_requests, P.RECORD_REQUESTS),
    "force-majeure": (taking.take_majeure, P.CERTIFY_CARE),
    "accepted-works": (taking.take_acceptances, P.CERTIFY_CARE),
}


def _kind(mapping: Mapping) -> str:
    """By the name, touiza-visits; every other layout is one of stays."""
    name = mapping.name.removeprefix("touiza-")
    return name if name in KINDS else "stays"


def _layout(mapping: Mapping) -> Layout:
    kind = _kind(mapping)
    return Layout(kind, mapping, JUDGES[kind], *KINDS[kind], alone=JUDGES[kind].plain)


def _ours_first(mapping: Mapping) -> bool:
    return not mapping.name.startswith("touiza-")


DESK = Desk(
    "care",
    "CI",
    {mapping.name: _layout(mapping) for mapping in sorted(layouts_in(FOLDER).values(), key=_ours_first)},
)
read_file, check_file, keep_good_rows = DESK.read, DESK.check, DESK.keep
