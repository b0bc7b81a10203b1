"""Days of a table that is read once through."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func


def scanned(column: Any) -> Any:
    """The column as a value that no index holds. SQLite would go through an index of organisations and days to rows
    all over the table: over a fifteenth of its rows or more that takes longer than reading every one in its order."""
    return func.coalesce(column, None)
