"""After the report: the provider answers, an inspector sees what was mended, and closes."""

from __future__ import annotations

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors
from core.roles import PROVIDER_STAFF
from core.words import _l
from quality.inspections import queries
from quality.inspections.models import Inspection
from quality.inspections.services.planning import by_inspector
from quality.inspections.states import INSPECTION, SEEN
from quality.names import STREAM


def answer(row: Inspection, reply: str, *, by: Actor) -> None:
    """The provider's words beside the report, once; they change nothing in it."""
    row = queries.locked(row)
    if not (by.roles & PROVIDER_STAFF and by.organisation_id == row.organisation_id) or row.double_of_id is not None:
        raise Forbidden(_l("The provider that was visited answers."))
    target = INSPECTION.after(row.state, "answer")
    if not reply.strip():
        raise InputErrors.at("reply", _l("Write your answer: what is right, what is not, what you do about it."))
    row.state, row.reply, row.replied_by, row.replied_at = target, reply.strip(), by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.INSPECTION_ANSWERED, row.number, by=by)


def mend(row: Inspection, item: str, note: str, *, by: Actor) -> None:
    """An inspector saw that a finding is mended, and how it was seen."""
    row = queries.locked(row)
    by_inspector(by)
    found = next((one for one in row.answers if one.item == item and one.is_finding and not one.mended_at), None)
    if found is None or row.state not in SEEN:
        raise Conflict(_l("There is no open finding on this item."))
    if not note.strip():
        raise InputErrors.at(f"{item}-mended", _l("Say how you saw that it is mended."))
    found.mended_at, found.mended_note = clock.now(), note.strip()
    db.session.flush()
    audit.record(STREAM, Act.FINDING_MENDED, row.number, by=by, reason=found.mended_note, after={"item": item})


def close(row: Inspection, *, by: Actor) -> None:
    """Only when nothing is open."""
    row = queries.locked(row)
    by_inspector(by)
    target = INSPECTION.after(row.state, "close")
    open_ = [one.item for one in row.answers if one.is_finding and one.mended_at is None]
    if open_:
        raise Conflict(_l("Still to be mended: %(items)s.", items=", ".join(open_)))
    row.state, row.closed_by, row.closed_at = target, by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.INSPECTION_CLOSED, row.number, by=by)
