"""What the house's own pages read: the trail, the outbox, the last tick."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select, text

from core.audit import AuditEntry, AuditHead
from core.db import db
from core.outbox import OutboxMessage
from core.work import Leader, Shard

PAGE = 50


def streams() -> Sequence[AuditHead]:
    """Every chain with its length and end."""
    return db.session.execute(select(AuditHead).order_by(AuditHead.stream)).scalars().all()


def trail_entries(stream: str, subject: str, act: str, page: int) -> tuple[Sequence[AuditEntry], int]:
    """One page of entries, newest first, and how many there are in all."""
    wanted = [(AuditEntry.stream, stream), (AuditEntry.subject, subject), (AuditEntry.act, act)]
    conditions = [column == value for column, value in wanted if value]
    count = db.session.execute(select(func.count()).select_from(AuditEntry).where(*conditions)).scalar_one()
    query = select(AuditEntry).where(*conditions).order_by(AuditEntry.id.desc())
    return db.session.execute(query.offset((page - 1) * PAGE).limit(PAGE)).scalars().all(), count


def last_shard(kind: str) -> Shard | None:
    """The newest piece of work of a kind, done or not."""
    return db.session.execute(select(Shard).where(Shard.kind == kind).order_by(Shard.id.desc()).limit(1)).scalar()


def outbox_messages(state: str, page: int) -> tuple[Sequence[OutboxMessage], dict[str, int]]:
    """One page of messages, newest first, and the count per state."""
    found = db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all()
    query = select(OutboxMessage).order_by(OutboxMessage.id.desc()).offset((page - 1) * PAGE).limit(PAGE)
    if state:
        query = query.where(OutboxMessage.state == state)
    return db.session.execute(query).scalars().all(), {row[0]: row[1] for row in found}


def answers() -> bool:
    """Whether the database answers a question."""
    return bool(db.session.execute(text("SELECT 1")).scalar_one() == 1)


def last_tick() -> dt.datetime | None:
    """When the worker last worked."""
    return db.session.execute(select(func.max(Leader.ticked_at))).scalar()


def oldest_waiting_work() -> dt.datetime | None:
    return db.session.execute(select(func.min(Shard.created_at)).where(Shard.state == "waiting")).scalar()
