"""Many rows as plain tuples, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.db import db

Rows = Sequence[Any]


def read(query: Any, **values: Any) -> Rows:
    """Plain tuples: what is pending in the session goes first, as it would with `session.execute`."""
    db.session.flush()
    return db.session.connection().execute(query, values).all()
