"""Connections to PostgreSQL: how they begin, and whether one that rested is still there."""

from __future__ import annotations

from time import monotonic
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InvalidatePoolError

RESTED = 5  # seconds after which a connection is asked; with every claim it would cost as much as ten of its statements
_SEEN = "seen"


def set_up(engine: Engine) -> None:
    event.listen(engine, "connect", _connect)
    event.listen(engine, "checkout", _look_whether_alive)
    event.listen(engine, "checkin", _note_as_alive)


def _connect(connection: Any, _record: object) -> None:
    """Our statements are many and short: compiling one takes PostgreSQL longer than all its rows.

    What is said often is prepared by `core.wire`; the driver would throw all that away with each rollback.
    """
    connection.prepare_threshold = None
    connection.autocommit = True
    connection.execute("SET jit = off")
    connection.autocommit = False


def _look_whether_alive(connection: Any, record: Any, _proxy: object) -> None:
    """If one is dead, all that rest may be: new ones are made."""
    seen_at = record.info.get(_SEEN)
    if seen_at is None or monotonic() - seen_at < RESTED:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except connection.OperationalError as error:
        raise InvalidatePoolError from error


def _note_as_alive(_connection: Any, record: Any) -> None:
    record.info[_SEEN] = monotonic()
