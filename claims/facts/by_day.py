"""Records of one person by day: a line of one day finds its own at once, a longer one looks at every day."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

Record = TypeVar("Record")


def within(records: dict[date, list[Record]], first: date, last: date) -> list[Record]:
    """Those from `first` to `last`, in the order of their days."""
    if first == last:
        return records.get(first, [])
    return [record for day, of_day in records.items() if first <= day <= last for record in of_day]
