"""What differs between two texts of a plan part, row by row and day by day: for people, not for machines.

A row is known by its code or key. Two rows of one code that follow each other are one thing that changes on a day, so
“16 → 20 a year from 1 March” is one change, whether the text was edited or a dated row was added.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
Place = tuple[str, str]  # table, row

IDENTITY = ("code_system", "code", "key", "id", "package", "group")
DATES = ("valid_from", "valid_until")
TEXTS = ("basis",)  # said beside a change; alone they are a change too
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`before` or `after` None: the row did not say it."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RowChange:
    """`kind`: added, ended, changed. Holds on service dates from `valid_from`; `valid_until` None: until further
    notice."""

    table: str
    row: str
    name: str
    kind: str
    valid_from: dt.date
    valid_until: dt.date | None
    fields: tuple[FieldChange, ...]
    basis: str


def changes(before: str, after: str, *, since: dt.date) -> list[RowChange]:
    """What is different on service dates from `since` on, in the order of the texts."""
    old, new = _rows(tomllib.loads(before)), _rows(tomllib.loads(after))
    places = dict.fromkeys([*new, *old])
    return [change for place in places for change in _of_row(place, old.get(place, []), new.get(place, []), since)]


def _rows(tables: Row) -> dict[Place, list[Row]]:
    """Every row of a text under its table and its code; what stands alone is a row without a code."""
    found: dict[Place, list[Row]] = {}
    alone = {key: value for key, value in tables.items() if not isinstance(value, dict) and not _is_rows(value)}
    if alone:
        found["", ""] = [alone]
    for name, value in tables.items():
        if isinstance(value, dict):
            _add_table(found, name, value)
        elif _is_rows(value):
            _add_list(found, name, value)
    return found


def _add_table(found: dict[Place, list[Row]], name: str, table: Row) -> None:
    own = {key: value for key, value in table.items() if not _holds_rows(value)}
    if own:
        found.setdefault((name, ""), []).append(own)
    for key, value in table.items():
        if _holds_rows(value):
            found.setdefault((name, key), []).append(value)


def _holds_rows(value: Any) -> bool:
    """A named row of a table, like [packages.basic]; a small map of numbers is a value of its row."""
    return isinstance(value, dict) and ("basis" in value or any(isinstance(v, list | dict) for v in value.values()))


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _add_list(found: dict[Place, list[Row]], name: str, rows: list[Row]) -> None:
    for number, row in enumerate(rows, 1):
        known = " ".join(str(row[key]) for key in IDENTITY if key in row)
        found.setdefault((name, known or str(number)), []).append(row)


def _of_row(place: Place, old: list[Row], new: list[Row], since: dt.date) -> Iterator[RowChange]:
    """One change per spell of days on which both texts stay as they are; equal neighbours are one spell."""
    days = _days([*old, *new], since)
    spells: list[tuple[dt.date, str, tuple[FieldChange, ...], Row]] = []
    for day in days:
        was, will = _on(old, day), _on(new, day)
        kind, fields = _difference(was, will)
        if not spells or (kind, fields) != spells[-1][1:3]:
            spells.append((day, kind, fields, will or was or {}))
    for index, (first, kind, fields, row) in enumerate(spells):
        if kind:
            last = spells[index + 1][0] - DAY if index + 1 < len(spells) else row.get("valid_until")
            name, basis = str(row.get("name", "")), str(row.get("basis", ""))
            yield RowChange(*place, name, kind, first, last, fields, basis)


def _days(rows: list[Row], since: dt.date) -> list[dt.date]:
    """The days on which something may begin to differ."""
    starts = {row["valid_from"] for row in rows if row.get("valid_from")}
    ends = {row["valid_until"] + DAY for row in rows if row.get("valid_until")}
    return sorted({since} | {day for day in starts | ends if day > since})


def _on(rows: list[Row], day: dt.date) -> Row | None:
    for row in rows:
        if (row.get("valid_from") or dt.date.min) <= day <= (row.get("valid_until") or dt.date.max):
            return row
    return None


def _difference(was: Row | None, will: Row | None) -> tuple[str, tuple[FieldChange, ...]]:
    if was is None or will is None:
        kind = "added" if will is not None else "ended" if was is not None else ""
        row = will if will is not None else was or {}
        shown = [key for key in row if key not in (*DATES, *TEXTS, *IDENTITY, "name")]
        return kind, tuple(
            FieldChange(key, *((None, row[key]) if kind == "added" else (row[key], None))) for key in shown
        )
    keys = [key for key in dict.fromkeys([*will, *was]) if key not in DATES and was.get(key) != will.get(key)]
    fields = tuple(FieldChange(key, was.get(key), will.get(key)) for key in keys)
    said = tuple(each for each in fields if each.field not in TEXTS)
    return ("changed" if fields else ""), said or fields
