"""Contradictions in dated rows: limits that reach nothing, rows that overlap or leave a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from claims.benefit_plan.dated import LIMITS, reaches
from core.words import _l

Table = dict[str, Any]
Defect = tuple[str, Any, object]  # place, what is expected, what was found
KEPT = ("scope", "per", "ceiling_basis")  # a window counts for one subject and one period all through


def limit_contradictions(tables: Table) -> Iterator[Defect]:
    for name in LIMITS:
        by_key: dict[str, list[tuple[int, Table]]] = defaultdict(list)
        for index, row in enumerate(tables[name]):
            by_key[row["key"]].append((index, row))
            where = place(name, index, row)
            unknown = list(_unknown(where, row, tables))
            yield from unknown
            yield from _shared_with_restricted(where, row, tables)
            if not unknown and not any(reaches(row, service) for service in tables["services"]):
                yield where, _l("The limit reaches no service: its lines, categories and codes exclude each other."), ""
            yield from _amounts(where, row)
        for rows in by_key.values():
            yield from neighbours(name, rows)
            yield from _changed(name, rows)


def _shared_with_restricted(where: str, row: Table, tables: Table) -> Iterator[Defect]:
    """Its use would show in the limits of services that anyone may see."""
    reached = [service for service in tables["services"] if reaches(row, service)]
    hidden = sorted({service["code"] for service in reached if service["is_restricted"]})
    if hidden and any(not service["is_restricted"] for service in reached):
        yield where + ", codes", _l("A restricted service shares its limits with no other service."), hidden[0]


def _unknown(where: str, row: Table, tables: Table) -> Iterator[Defect]:
    known = {
        "lines": set(tables["service_lines"]),
        "categories": {service["category"] for service in tables["services"]},
        "codes": {service["code"] for service in tables["services"]},
    }
    for kind, names in known.items():
        for name in row[kind]:
            if name not in names:
                yield f"{where}, {kind}", _l("No service of this plan has it."), name


def _amounts(where: str, row: Table) -> Iterator[Defect]:
    if "ceiling_basis" in row:
        if (row["amount"] is None) == (not row["by_care_level"]):
            yield where + ", amount", _l("Give one amount, or an amount per care level."), row["amount"]
        if row["by_care_level"] and set(row["by_care_level"]) != set("12345"):
            yield where + ", by_care_level", _l("Give an amount for each of the levels 1 to 5."), row["by_care_level"]
        if row["cash_by_care_level"] and not row["by_care_level"]:
            message = _l("Cash for the unused part needs a ceiling by care level.")
            yield where + ", cash_by_care_level", message, row["cash_by_care_level"]
    if (row.get("scope") == "claim") != (row.get("per") == "claim"):
        yield where + ", per", _l("A deductible per claim has the scope claim, and no other has."), row["per"]


def neighbours(table: str, rows: list[tuple[int, Table]]) -> Iterator[Defect]:
    """Rows of one code or key follow each other day by day."""
    ordered = sorted(rows, key=lambda pair: pair[1]["valid_from"] or date.min)
    for (_, before), (index, row) in pairwise(ordered):
        first, where = row["valid_from"], place(table, index, row)
        if first is None or before["valid_until"] is None or before["valid_until"] >= first:
            yield where + ", valid_from", TWICE, first or ""
        elif before["valid_until"] + timedelta(days=1) < first:
            yield where + ", valid_from", _l("There are days between two rows of this code that no row covers."), first


TWICE = _l("Two rows of this code are valid on the same day.")


def _changed(table: str, rows: list[tuple[int, Table]]) -> Iterator[Defect]:
    for index, row in rows[1:]:
        for field in KEPT:
            if row.get(field) != rows[0][1].get(field):
                where = place(table, index, row)
                yield (
                    f"{where}, {field}",
                    _l("Another limit needs another key: what was used would not carry over."),
                    "",
                )


def place(table: str, index: int, row: Any) -> str:
    label = (row.get("code") or row.get("key")) if isinstance(row, dict) else None
    return f"{table} row {index + 1} ({label})" if label else f"{table} row {index + 1}"
