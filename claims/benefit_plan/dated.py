"""Dated rows that shape other rows: a ceiling that changes on 1 July cuts the services it reaches into two spells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

Table = dict[str, Any]
LIMITS = ("deductibles", "ceilings", "counts")
_DAY = timedelta(days=1)


def spells(row: Table, tables: Table) -> Iterator[Table]:
    """`row` once per spell of days on which the same limits reach it; the engine sees plain rows."""
    first, last = row["valid_from"], row["valid_until"]
    limits = [limit for name in LIMITS for limit in tables[name] if reaches(limit, row)]
    starts = sorted({first, *(day for day in _boundaries(limits) if first < day <= (last or date.max))})
    for index, begins in enumerate(starts):
        until = starts[index + 1] - _DAY if index + 1 < len(starts) else last
        yield {**row, "valid_from": begins, "valid_until": until}


def _boundaries(limits: Iterable[Table]) -> Iterator[date]:
    for limit in limits:
        if limit["valid_from"]:
            yield limit["valid_from"]
        if limit["valid_until"] and limit["valid_until"] < date.max:
            yield limit["valid_until"] + _DAY


def reaching(limits: Iterable[Table], row: Table) -> list[Table]:
    """The limits that hold for `row` on the first day of its spell, and so on all of them."""
    return [limit for limit in limits if reaches(limit, row) and _holds(limit, row["valid_from"])]


def reaches(limit: Table, row: Table) -> bool:
    """Named lines, categories and codes narrow each other; none named reaches all.

    A restricted service is reached by its code alone: what it uses up must not show in any other limit.
    """
    if row["is_restricted"] and row["code"] not in limit["codes"]:
        return False
    return (
        (not limit["lines"] or row["line"] in limit["lines"])
        and (not limit["categories"] or row["category"] in limit["categories"])
        and (not limit["codes"] or row["code"] in limit["codes"])
    )


def _holds(limit: Table, day: date) -> bool:
    return (limit["valid_from"] or date.min) <= day <= (limit["valid_until"] or date.max)
