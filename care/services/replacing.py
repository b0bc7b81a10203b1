"""What a change replaces is kept, whole, with the instant until which it held: so old figures can be counted again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from care.models import RecordCorrection
from care.queries.former import KINDS
from core import clock
from core.actors import Actor
from core.db import bulk_insert


def keep_replaced(
    model: type[Any], rows: Iterable[Any], *, source: str, by: Actor, at: dt.datetime | None = None
) -> None:
    """`rows` as they are stored, before they change or go."""
    kind, day = KINDS[model]
    said = {"record_kind": kind, "source": source, "corrected_by": by.person, "corrected_at": at or clock.now()}
    names = [column.name for column in model.__table__.columns]
    kept = [
        {
            "record_id": row.id,
            "member_id": getattr(row, "member_id", None),
            "record_on": getattr(row, day),
            "before": {name: _plain(getattr(row, name)) for name in names},
        }
        for row in rows
    ]
    bulk_insert(RecordCorrection.__table__, [row | said for row in kept])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
