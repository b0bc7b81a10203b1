"""Contradictions inside a benefits plan: overlaps, gaps, unknown names, limits that cannot be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from claims.benefit_plan.dated import LIMITS
from claims.benefit_plan.limit_checks import limit_contradictions, neighbours, place
from claims.benefit_plan.rows import ANY_CODE
from core.words import _l

Table = dict[str, Any]
HOURS_OF_A_WEEK = 168
UNKNOWN_LINE = _l("This service line is not in service_lines.")
Defect = tuple[str, Any, object]  # place, what is expected, what was found


def contradictions(tables: Table) -> Iterator[Defect]:
    yield from _dates(tables)
    yield from _unknown_lines(tables)
    yield from _packages(tables)
    yield from _followed_prices(tables)
    yield from _impossible_rows(tables)
    yield from _packages_of_services(tables)
    yield from _overlaps_and_gaps(tables)
    yield from _one_code_one_unit(tables)
    yield from limit_contradictions(tables)
    yield from _childcare(tables["childcare"])
    yield from _review(tables["review"], {row["code"] for row in tables["services"]})
    yield from _exclusive(tables["review"], tables["services"])
    yield from _income_bands(tables["income_bands"])


def _dates(tables: Table) -> Iterator[Defect]:
    last = tables["plan"]["valid_until"]
    if last and last < tables["plan"]["valid_from"]:
        yield "plan, valid_until", _l("The plan ends before it begins."), last
    for name in ("services", *LIMITS):
        for index, row in enumerate(tables[name]):
            where = place(name, index, row)
            if row["valid_from"] and row["valid_until"] and row["valid_until"] < row["valid_from"]:
                yield where + ", valid_until", _l("The row ends before it begins."), row["valid_until"]
            if last and row["valid_from"] and row["valid_from"] > last:
                yield where + ", valid_from", _l("The row begins after the plan has ended."), row["valid_from"]


def _unknown_lines(tables: Table) -> Iterator[Defect]:
    for index, row in enumerate(tables["services"]):
        if row["line"] not in tables["service_lines"]:
            yield place("services", index, row) + ", line", UNKNOWN_LINE, row["line"]


def _packages(tables: Table) -> Iterator[Defect]:
    line_of_code = {row["code"]: row["line"] for row in tables["services"]}
    for name, package in tables["packages"].items():
        for line in package["lines"]:
            if line not in tables["service_lines"]:
                yield f"packages, {name}, lines", UNKNOWN_LINE, line
            elif line not in line_of_code.values():
                yield f"packages, {name}, lines", _l("The plan has no service of this line."), line
        for code in package["without"]:
            if code not in line_of_code:
                yield f"packages, {name}, without", _l("This service code is not in services."), code
            elif line_of_code[code] not in package["lines"]:
                yield f"packages, {name}, without", _l("The package does not hold the line of this service."), code


def _followed_prices(tables: Table) -> Iterator[Defect]:
    """A price that is a part of another service's price."""
    codes = {row["code"] for row in tables["services"]}
    for index, row in enumerate(tables["services"]):
        where, followed = place("services", index, row), row["price_of"]
        if followed and followed not in codes:
            yield where + ", price_of", _l("This service code is not in services."), followed
        if followed and followed == row["code"]:
            yield where + ", price_of", _l("A price cannot follow itself."), followed
        if bool(followed) != bool(row["price_percent"]):
            yield where + ", price_percent", _l("Give the service and the per cent of its price, or neither."), ""


def _impossible_rows(tables: Table) -> Iterator[Defect]:
    for index, row in enumerate(tables["services"]):
        where = place("services", index, row)
        ages = row["age_from_months"], row["age_until_months"]
        if None not in ages and ages[0] >= ages[1]:
            yield where + ", age_until_months", _l("No age is left between the two limits."), ages[1]
        if row["has_family_fee"] and (row["share"] or row["share_by_band"]):
            yield where + ", share", _l("A service has a family fee or a percentage share, not both."), row["share"]
        if row["unit_limit"] is not None and row["copayment"] > row["unit_limit"]:
            yield where + ", copayment", _l("The co-payment is above the limit per unit: nothing would be paid."), ""
        periods = [limit["per"] for limit in row["limits"]]
        for period in dict.fromkeys(periods):
            if periods.count(period) > 1:
                yield where + ", limits", _l("The row has two limits for one period."), period
        if (row["has_family_fee"] or row["entitlement"]) and not tables["childcare"]:
            yield where, _l("This row needs the table [childcare], which is missing."), "childcare"
        if row["diagnoses"] and not row["needs_diagnosis"]:
            expected = _l("A row that names diagnoses says needs_diagnosis = true as well.")
            yield where + ", diagnoses", expected, row["diagnoses"]
        names = [document["name"] for document in row["documents"]]
        if len(set(names)) < len(names):
            yield where + ", documents", _l("A document stands twice in this row."), names
        if row["code"] == ANY_CODE and row["frequency_days"] == 0 and row["entitlement"]:
            yield where + ", entitlement", _l("A row for any code cannot carry an entitlement."), row["entitlement"]


def _packages_of_services(tables: Table) -> Iterator[Defect]:
    """A package includes known services of its own code system, not itself, and no other package."""
    rows = tables["services"]
    packages = {(row["code_system"], row["code"]) for row in rows if row["includes"]}
    known = {(row["code_system"], row["code"]) for row in rows}
    for index, row in enumerate(rows):
        where = place("services", index, row)
        for code in row["includes"]:
            inside = row["code_system"], code
            if inside not in known:
                yield where + ", includes", _l("This service code is not in services."), code
            elif inside in packages:
                yield where + ", includes", _l("A package cannot include a package, nor itself."), code
        if row["includes_days"] and not row["includes"]:
            expected = _l("Days around a package need a list of what it includes.")
            yield where + ", includes_days", expected, row["includes_days"]


def _overlaps_and_gaps(tables: Table) -> Iterator[Defect]:
    for rows in _by_code(tables).values():
        yield from neighbours("services", rows)


def _by_code(tables: Table) -> dict[tuple[str, str], list[tuple[int, Table]]]:
    by_code: dict[tuple[str, str], list[tuple[int, Table]]] = defaultdict(list)
    for index, row in enumerate(tables["services"]):
        by_code[row["code_system"], row["code"]].append((index, row))
    return by_code


def _one_code_one_unit(tables: Table) -> Iterator[Defect]:
    """Use is counted in the unit of the code: a window cannot count visits and hours together."""
    for rows in _by_code(tables).values():
        for index, row in rows[1:]:
            for field in ("unit", "line"):
                if row[field] != rows[0][1][field]:
                    where = place("services", index, row)
                    yield f"{where}, {field}", _l("A code keeps its unit and line; give this service a new code."), ""


def _childcare(table: Table | None) -> Iterator[Defect]:
    if not table:
        return
    if table["income_floor"] > table["income_ceiling"]:
        yield "childcare, income_floor", _l("The lowest income is above the highest."), ""
    if table["tariff_cut"] and table["ratio_from"] >= table["ratio_until"]:
        yield "childcare, ratio_until", _l("The price falls between two ratios; the second must be larger."), ""
    for name, hours in table["weekly_hours"].items():
        if hours > HOURS_OF_A_WEEK * 1000:
            yield "childcare, weekly_hours", _l("A week has 168 hours."), name


def _income_bands(rows: list[Table]) -> Iterator[Defect]:
    """On one day an income is in one band at most."""
    for index, row in enumerate(rows):
        where = place("income_bands", index, row)
        if row["above"] is None and row["upto"] is None:
            yield where, _l("Give at least one bound: above, upto or both."), ""
        elif row["above"] is not None and row["upto"] is not None and row["above"] >= row["upto"]:
            yield where + ", upto", _l("The band ends below its beginning."), row["upto"]
        if row["valid_from"] and row["valid_until"] and row["valid_until"] < row["valid_from"]:
            yield where + ", valid_until", _l("The row ends before it begins."), row["valid_until"]
        for other in rows[:index]:
            if _share_days(row, other) and _share_incomes(row, other):
                yield where, _l("An income would be in two bands on the same day."), other["band"]


def _share_days(one: Table, other: Table) -> bool:
    return all(
        (first["valid_from"] or date.min) <= (second["valid_until"] or date.max)
        for first, second in ((one, other), (other, one))
    )


def _share_incomes(one: Table, other: Table) -> bool:
    """Half-open ranges (above, upto]."""
    return all(
        first["above"] is None or second["upto"] is None or first["above"] < second["upto"]
        for first, second in ((one, other), (other, one))
    )


def _review(table: Table | None, codes: Collection[str]) -> Iterator[Defect]:
    for code in table["near_services"] if table else ():
        if code not in codes:
            yield "review, near_services", _l("No row of the plan has this service code."), code
    if table and table["share"] and not table["seed"]:
        yield "review, seed", _l("A share drawn at random needs a seed, so that the draw can be repeated."), ""


def _exclusive(table: Table | None, services: list[Table]) -> Iterator[Defect]:
    restricted = {row["code"]: row["is_restricted"] for row in services}
    where = "review, exclusive_services"
    for group in table["exclusive_services"] if table else ():
        for code in group:
            if code not in restricted:
                yield where, _l("No row of the plan has this service code."), code
        hidden = [code for code in group if restricted.get(code)]
        if hidden and len(hidden) < len(group):
            yield where, _l("A restricted service is compared with no other: waiting would give it away."), hidden[0]
