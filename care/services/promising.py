"""What was promised and changed: visits cancelled, requests answered. What a change replaces is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import update

from care import queries
from care.cancelling import REASONS
from care.models import CareRequest, VisitCancellation
from care.records import CancellationRow, RequestRow
from care.services.replacing import keep_replaced
from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.errors import InputErrors
from core.imports import Outcome, Sender
from core.words import _l

CANCELLATION_VALUES = ("reason", "cancelled_by", "told_at", "is_withdrawn")
REQUEST_VALUES = ("member_id", "service", "urgency", "origin", "received_on", "first_contact_on", "withdrawn_on")


def record_cancellations(
    rows: Sequence[CancellationRow], *, source: str, by: Actor, at: dt.datetime | None = None
) -> Outcome:
    """Cancel visits due, or take a cancellation back; said again without an hour keeps the hour first told."""
    at = at or clock.now()
    stored = queries.promised.cancellations({row.placement_id for row in rows}, {row.due_on for row in rows})
    wanted = {}
    for row in rows:
        known = stored.get((row.placement_id, row.due_at))
        told_at = row.told_at or (known.told_at if known else at)
        if told_at > at:
            raise InputErrors.at("told_on", _l("This moment is still to come."), told_at)
        values = {name: value for name, value in asdict(row).items() if name != "correction"}
        values |= {"told_at": told_at, "cancelled_by": REASONS[row.reason].who}
        wanted[row.placement_id, row.due_at] = values
    outcome = _keep(VisitCancellation, wanted, stored, CANCELLATION_VALUES, source, by, at)
    _tell(Act.VISITS_CANCELLED, "cancellation", list(wanted.values()), outcome, source, by)
    for row in rows:
        if row.correction:
            after = {"kind": "cancellation", "placement": row.placement_id, "due": row.due_at, "reason": row.reason}
            audit.record("care", Act.CARE_RECORD_CORRECTED, source, by=by, reason=row.correction, after=after)
    return outcome


def record_requests(rows: Sequence[RequestRow], *, source: str, by: Actor, at: dt.datetime | None = None) -> Outcome:
    """Requests for care as a provider received them, and later the day of the first contact."""
    at = at or clock.now()
    stored = queries.promised.requests({row.number for row in rows})
    wanted = {(row.organisation_id, row.number): asdict(row) for row in rows}
    outcome = _keep(CareRequest, wanted, stored, REQUEST_VALUES, source, by, at)
    _tell(Act.CARE_RECORDS_IMPORTED, "request", list(wanted.values()), outcome, source, by)
    return outcome


def take_cancellations(rows: Sequence[CancellationRow], sender: Sender) -> Outcome:
    return record_cancellations(rows, source=sender.source, by=sender.by)


def take_requests(rows: Sequence[RequestRow], sender: Sender) -> Outcome:
    return record_requests(rows, source=sender.source, by=sender.by)


def _keep(
    model: Any,
    wanted: Mapping[Any, dict[str, Any]],
    stored: Mapping[Any, Any],
    compared: Sequence[str],
    source: str,
    by: Actor,
    at: dt.datetime,
) -> Outcome:
    """Insert what is new, update what differs, and keep what it replaced."""
    said = {"source": source, "recorded_by": by.person, "recorded_at": at}
    fresh = [values | said for key, values in wanted.items() if key not in stored]
    changed = {
        key: values
        for key, values in wanted.items()
        if key in stored and any(getattr(stored[key], name) != values[name] for name in compared)
    }
    bulk_insert(model.__table__, fresh)
    if changed:
        db.session.execute(update(model), [{"id": stored[key].id, **values, **said} for key, values in changed.items()])
        keep_replaced(model, [stored[key] for key in changed], source=source, by=by, at=at)
    return Outcome(len(fresh), len(changed), len(wanted))


def _tell(act: Act, kind: str, rows: Sequence[Any], outcome: Outcome, source: str, by: Actor) -> None:
    after = {"kind": kind, "rows": len(rows), "added": outcome.added, "changed": outcome.changed}
    after["root"] = audit.merkle_root([audit.canonical(row) for row in rows]).hex()
    audit.record("care", act, source, by=by, after=after)
