"""What the provider was told to change: it reports, an auditor checks; the case closes when nothing is left."""

from __future__ import annotations

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import database_now, db
from core.errors import Conflict, InputErrors, NotFound
from core.words import _l
from quality.audit_cases import queries
from quality.audit_cases.models import AuditCase, Recommendation
from quality.audit_cases.services.concluding import refuse_stranger
from quality.audit_cases.services.opening import refuse_others
from quality.audit_cases.states import AUDIT_CASE
from quality.names import STREAM


def report(case: AuditCase, place: int, text: str, *, by: Actor) -> None:
    """The provider says what it did; again after an auditor found it not enough."""
    row = queries.locked_case(case.number)
    refuse_stranger(row, by)
    one = _recommendation(row, place)
    if row.state != "decided" or one.is_met:
        raise Conflict(_l("Nothing is open on this recommendation."))
    if not text.strip():
        raise InputErrors.at(f"report_{place}", _l("Write what you did, and since when."))
    one.report, one.reported_by, one.reported_at = text.strip(), by.person, clock.now()
    one.is_met, one.checked_by, one.checked_at = None, None, None
    db.session.flush()
    audit.record(STREAM, Act.RECOMMENDATION_REPORTED, row.number, by=by, reason=one.report, after={"place": place})


def check(case: AuditCase, place: int, *, is_met: bool, by: Actor) -> None:
    """An auditor looked: it is done, or it is not."""
    refuse_others(by)
    row = queries.locked_case(case.number)
    one = _recommendation(row, place)
    if row.state != "decided":
        raise Conflict(_l("Nothing is open on this recommendation."))
    one.is_met, one.checked_by, one.checked_at = is_met, by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.RECOMMENDATION_CHECKED, row.number, by=by, after={"place": place, "met": is_met})


def close(case: AuditCase, *, by: Actor) -> None:
    """When the decision is final, every recommendation was checked and every part is posted."""
    refuse_others(by)
    row = queries.locked_case(case.number)
    target = AUDIT_CASE.after(row.state, "close")
    if not row.is_final(database_now()):
        raise Conflict(_l("The provider may still appeal."))
    if any(one.is_met is None for one in row.recommendations):
        raise Conflict(_l("A recommendation was not checked yet."))
    if any(one.posted_at is None for one in row.instalments):
        raise Conflict(_l("A part of the sum is not posted yet."))
    row.state, row.closed_by, row.closed_at = target, by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.AUDIT_CASE_CLOSED, row.number, by=by, after={"finding": row.finding})


def _recommendation(row: AuditCase, place: int) -> Recommendation:
    found = next((one for one in row.recommendations if one.place == place), None)
    if found is None:
        raise NotFound(_l("This recommendation is not there."))
    return found
