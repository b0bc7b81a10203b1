"""Upward effects travel as events (DECISIONS 4): append-only rows, a named cursor per listening room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Date, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.db import BigId, Instant, Json, Model, db, insert_rows
from core.written_once import written_once


class Event(Model):
    """Something happened in a lower room that a higher one may care about."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(120))
    effective_from: Mapped[dt.date] = mapped_column(Date, comment="the first day the change touches")
    data: Mapped[Any] = mapped_column(Json)
    recorded_at: Mapped[dt.datetime] = mapped_column(Instant)


written_once(Event.__table__)


class EventCursor(Model):
    """How far a room has heard."""

    __tablename__ = "event_cursor"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_event_id: Mapped[int] = mapped_column(BigId)


def publish(kind: str, subject: str, *, effective_from: dt.date, data: dict[str, Any] | None = None) -> None:
    """Append an event in the act's own transaction."""
    row = (kind, subject, effective_from, data or {}, clock.now())
    insert_rows(Event.__table__, ("kind", "subject", "effective_from", "data", "recorded_at"), [row])


def last_id() -> int:
    """Of the newest event; 0 where there is none."""
    return db.session.execute(select(func.coalesce(func.max(Event.id), 0))).scalar_one()


def unread(cursor: str, kinds: Iterable[str], limit: int = 1000) -> Sequence[Event]:
    """Events after the cursor, oldest first, the cursor row locked."""
    row = _locked_cursor(cursor)
    query = select(Event).where(Event.id > row.last_event_id, Event.kind.in_(list(kinds)))
    return db.session.execute(query.order_by(Event.id).limit(limit)).scalars().all()


def joined(parts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges (first, last) that overlap or follow each other as one: shards of a batch name nearly the same rows."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(parts):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def advance(cursor: str, upto: int) -> None:
    """Everything up to event `upto` was handled in this transaction."""
    _locked_cursor(cursor).last_event_id = upto


def _locked_cursor(name: str) -> EventCursor:
    query = select(EventCursor).where(EventCursor.name == name).with_for_update()
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        row = EventCursor(name=name, last_event_id=0)
        db.session.add(row)
        db.session.flush()
    return row
