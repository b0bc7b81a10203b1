"""Contradictions inside a benefits plan: overlaps, gaps, unknown names, limits that cannot be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from claims.benefit_plan.rows import ANY_CODE
from core.words import _l

Table = dict[str, Any]
Defect = tuple[str, Any, object]  # place, what is expected, what was found


def contradictions(tables: Table) -> Iterator[Defect]:
    yield from _unknown_lines(tables)
    yield from _impossible_rows(tables)
    yield from _overlaps_and_gaps(tables)
    yield from _limits(tables)


def _unknown_lines(tables: Table) -> Iterator[Defect]:
    lines = tables["service_lines"]
    codes = {row["code"] for row in tables["services"]}
    unknown = _l("This service line is not in service_lines.")
    for index, row in enumerate(tables["services"]):
        if row["line"] not in lines:
            yield place("services", index, row) + ", line", unknown, row["line"]
    for name, package in tables["packages"].items():
        for line in package["lines"]:
            if line not in lines:
                yield f"packages, {name}, lines", unknown, line
        for code in package["without"]:
            if code not in codes:
                yield f"packages, {name}, without", _l("This service code is not in services."), code


def _impossible_rows(tables: Table) -> Iterator[Defect]:
    for index, row in enumerate(tables["services"]):
        where = place("services", index, row)
        if row["valid_from"] and row["valid_until"] and row["valid_until"] < row["valid_from"]:
            yield where + ", valid_until", _l("The row ends before it begins."), row["valid_until"]
        ages = row["age_from_months"], row["age_until_months"]
        if None not in ages and ages[0] >= ages[1]:
            yield where + ", age_until_months", _l("No age is left between the two limits."), ages[1]
        if row["has_family_fee"] and (row["share"] or row["share_by_band"]):
            yield where + ", share", _l("A service has a family fee or a percentage share, not both."), row["share"]
        if (row["has_family_fee"] or row["entitlement"]) and not tables["childcare"]:
            yield where, _l("This row needs the table [childcare], which is missing."), "childcare"
        if row["code"] == ANY_CODE and row["frequency_days"] == 0 and row["entitlement"]:
            yield where + ", entitlement", _l("A row for any code cannot carry an entitlement."), row["entitlement"]


def _overlaps_and_gaps(tables: Table) -> Iterator[Defect]:
    by_code: dict[tuple[str, str], list[tuple[int, Table]]] = defaultdict(list)
    for index, row in enumerate(tables["services"]):
        by_code[row["code_system"], row["code"]].append((index, row))
    for rows in by_code.values():
        rows.sort(key=lambda pair: pair[1]["valid_from"])
        for (_, before), (index, row) in pairwise(rows):
            where = place("services", index, row) + ", valid_from"
            if before["valid_until"] is None or before["valid_until"] >= row["valid_from"]:
                yield where, _l("Two rows of this code are valid on the same day."), row["valid_from"]
            elif before["valid_until"] + timedelta(days=1) < row["valid_from"]:
                yield where, _l("There are days between two rows of this code that no row covers."), row["valid_from"]


def _limits(tables: Table) -> Iterator[Defect]:
    known = {
        "lines": set(tables["service_lines"]),
        "categories": {row["category"] for row in tables["services"]},
        "codes": {row["code"] for row in tables["services"]},
    }
    for table in ("deductibles", "ceilings", "counts"):
        keys = set()
        for index, row in enumerate(tables[table]):
            where = place(table, index, row)
            if row["key"] in keys:
                yield where + ", key", _l("This key stands twice in the table."), row["key"]
            keys.add(row["key"])
            for kind, names in known.items():
                for name in row[kind]:
                    if name not in names:
                        yield f"{where}, {kind}", _l("No service of this plan has it."), name
            yield from _amounts(where, row)
    if tables["childcare"] and tables["childcare"]["income_floor"] > tables["childcare"]["income_ceiling"]:
        yield "childcare, income_floor", _l("The lowest income is above the highest."), ""


def _amounts(where: str, row: Table) -> Iterator[Defect]:
    if "ceiling_basis" in row:
        if (row["amount"] is None) == (not row["by_care_level"]):
            yield where + ", amount", _l("Give one amount, or an amount per care level."), row["amount"]
        if row["by_care_level"] and set(row["by_care_level"]) != set("12345"):
            yield where + ", by_care_level", _l("Give an amount for each of the levels 1 to 5."), row["by_care_level"]
    if (row.get("scope") == "claim") != (row.get("per") == "claim"):
        yield where + ", per", _l("A deductible per claim has the scope claim, and no other has."), row["per"]


def place(table: str, index: int, row: Any) -> str:
    label = (row.get("code") or row.get("key")) if isinstance(row, dict) else None
    return f"{table} row {index + 1} ({label})" if label else f"{table} row {index + 1}"
