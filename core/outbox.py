"""Messages leave after the commit: a row in the act's transaction, sent by the worker (DECISIONS 8).

No diagnosis, no restricted service and no name stands in a message: a number and a link do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.db import BigId, Instant, Json, Model, bulk_insert, db

CHANNELS = ("mail", "sms", "letter", "screen")


class OutboxMessage(Model):
    __tablename__ = "outbox_message"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    template: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(BigId, index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    channel: Mapped[str] = mapped_column(String(10))
    locale: Mapped[str] = mapped_column(String(5))
    purpose: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    sent_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("channel IN ('mail', 'sms', 'letter', 'screen')", name="channel"),
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),
        Index("ix_outbox_message_state_id", "state", "id"),
    )


def enqueue(
    template: str,
    *,
    purpose: str,
    arguments: dict[str, Any],
    organisation_id: int | None = None,
    account_id: int | None = None,
    address: str = "",
    channel: str = "mail",
    locale: str = "en",
) -> None:
    """Queue one message in the current transaction."""
    db.session.add(
        OutboxMessage(
            template=template,
            purpose=purpose,
            arguments=arguments,
            organisation_id=organisation_id,
            account_id=account_id,
            address=address,
            channel=channel,
            locale=locale,
            state="queued",
            created_at=clock.now(),
        )
    )


def enqueue_all(messages: Sequence[dict[str, Any]]) -> None:
    """Queue many mails of the same columns as one set: template, purpose, arguments, and to whom."""
    now = clock.now()
    bulk_insert(OutboxMessage.__table__, [each | {"channel": "mail", "created_at": now} for each in messages])
