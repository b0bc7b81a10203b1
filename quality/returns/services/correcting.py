"""A correction: a new version that begins with everything of the one before; the old one counts until it is judged."""

from __future__ import annotations

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.errors import Conflict, Forbidden, InputErrors
from core.roles import PROVIDER_STAFF
from core.words import _l
from quality.names import STREAM
from quality.returns import queries
from quality.returns.asked import ONE_DAY, ReturnsPlan
from quality.returns.models import QualityReturn, ReturnPaper, ReturnRow
from quality.returns.states import CORRECTABLE, RETURN

_COPIED = ("place", "subject", "whole", "part", "leave_days", "kind", "reference", "happened_at", "reported_at")


def correct(row: QualityReturn, rules: ReturnsPlan, *, reason: str, by: Actor) -> QualityReturn:
    """Who was in time has the plan's days for it; who was late stays late."""
    row = queries.locked(row)
    if not (by.roles & PROVIDER_STAFF and by.organisation_id == row.organisation_id):
        raise Forbidden(_l("Only the provider itself fills its return."))
    if row.state not in CORRECTABLE or queries.newest(row.number) is not row:
        raise Conflict(_l("This version cannot be corrected now: look at the newest one."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say what you correct. It stands beside the new version."))
    now = clock.now()
    asked_at = row.decided_at if row.state == "returned" and row.decided_at else now
    until = row.due_at if row.is_late else max(row.due_at, asked_at + rules.correction_days * ONE_DAY)
    fresh = QualityReturn(
        number=row.number, version=row.version + 1, organisation_id=row.organisation_id, indicator=row.indicator,
        valid_from=row.valid_from, valid_until=row.valid_until, state=RETURN.initial, due_at=until, created_at=now,
        reason=reason.strip(), note=row.note,
    )  # fmt: skip
    db.session.add(fresh)
    db.session.flush()
    rows = [{name: getattr(one, name) for name in _COPIED} | {"return_id": fresh.id} for one in row.rows]
    bulk_insert(ReturnRow.__table__, [one | {"is_sampled": False} for one in rows])
    bulk_insert(ReturnPaper.__table__, [{"return_id": fresh.id, "file_id": one.file_id} for one in row.papers])
    db.session.refresh(fresh)
    audit.record(STREAM, Act.RETURN_CORRECTED, row.number, by=by, reason=reason.strip(), after=fresh.named)
    return fresh
