"""Price and wage indexes by day: plan part `indexes`. Pure."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import InputErrors
from core.words import _l

PART = "indexes"


@dataclass(frozen=True, slots=True)
class IndexValue:
    """Counts from its first day until a later value does."""

    value: Decimal
    valid_from: dt.date
    basis: str


@dataclass(frozen=True, slots=True)
class Indexes:
    """Values by name of the index, the earliest first."""

    series: Mapping[str, tuple[IndexValue, ...]] = field(default_factory=dict)

    def on(self, name: str, day: dt.date) -> IndexValue | None:
        """The newest value that was known on a day."""
        known = [row for row in self.series.get(name, ()) if row.valid_from <= day]
        return known[-1] if known else None


def parse(text: str) -> Indexes:
    """`plan/indexes.toml` as a value; every defect names its row."""
    found: dict[str, list[IndexValue]] = {}
    for place, row in enumerate(tomllib.loads(text).get("values", []), 1):
        name, value = _row(row, f"values.{place}")
        rows = found.setdefault(name, [])
        if any(other.valid_from == value.valid_from for other in rows):
            raise InputErrors.at(f"values.{place}", _l("This index has two values on the same day."), name)
        rows.append(value)
    by_day = {name: tuple(sorted(rows, key=lambda row: row.valid_from)) for name, rows in found.items()}
    return Indexes(by_day)


def _row(row: Mapping[str, Any], where: str) -> tuple[str, IndexValue]:
    name, basis, first = str(row.get("index", "")), str(row.get("basis", "")), row.get("valid_from")
    if not name or len(name) > 40 or not basis or not isinstance(first, dt.date):
        message = _l("A value names its index in at most 40 characters, its first day and where it was published.")
        raise InputErrors.at(where, message, name)
    try:
        value = Decimal(row["value"]) if isinstance(row["value"], str) else None
    except (KeyError, InvalidOperation):
        value = None
    if value is None or not value.is_finite() or value <= 0:
        message = _l('Write the value in quotes, above 0, like "104.2".')
        raise InputErrors.at(f"{where}.value", message, row.get("value", ""))
    return name, IndexValue(value, first, basis)
