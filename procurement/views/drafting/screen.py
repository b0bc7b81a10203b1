"""The draft form on the page: what it offers to choose from, with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from core import clock
from core.codes import service_lines, services
from core.config import fund
from core.errors import InputErrors
from core.roles import Role
from core.texts import said
from core.web import page
from procurement.frameworks import METHODS
from procurement.models.tender import BLOCKS, Tender
from procurement.queries import tenders as queries
from procurement.reserving import KINDS
from procurement.scoring.formulas import FORMULA_TEXTS, PriceFormula
from procurement.scoring.social import MeasureKind
from procurement.services import rules
from procurement.views.drafting.choosing import choosing_choices
from procurement.views.drafting.rows import Rows, chosen, from_catalogue, weight_sum


def show_form(
    values: Mapping[str, Any],
    tender: Tender | None,
    errors: InputErrors | None = None,
    rows: Rows | None = None,
    is_amendment: bool = False,
) -> Any:
    """The draft's form; with `is_amendment` the same form over a published notice."""
    rows, added = rows or Rows.of(values), request.form.get("add", "")
    return page(
        "tenders/form.html", errors=errors, values=values, tender=tender, rows=rows, is_amendment=is_amendment,
        weight_sum=weight_sum(values, rows), new_kind=added if added in BLOCKS else "quality",
        service_line_choices=[(row.code, row.name) for row in service_lines()],
        service_choices=[(row.code, row.name) for row in services()],
        formulas=[(formula.value, FORMULA_TEXTS[formula]) for formula in PriceFormula],
        measures=[(kind.value, FORMULA_TEXTS[kind]) for kind in MeasureKind],
        officer_choices=_people(Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR),
        evaluator_choices=_people(Role.EVALUATOR), chosen=chosen, reservations=list(KINDS.items()),
        frameworks=list(METHODS.items()), framework_years=rules.periods(clock.today(fund().zone)).framework_years,
        holder_choices=_people(Role.FINANCE_OFFICER, Role.INSPECTOR, Role.PROCUREMENT_CHAIR), **_library(values),
        **choosing_choices(values),
    )  # fmt: skip


def with_one_more(form: Mapping[str, Any], rows: Rows) -> tuple[Mapping[str, Any], Rows]:
    """A row was asked for: a lot, a criterion, or one of the catalogue."""
    if form.get("add") == "catalogue":
        return from_catalogue(form, rows, rules.criteria_catalogue(clock.today(fund().zone)))
    return form, rows.with_one_more(str(form.get("add")))


def _library(values: Mapping[str, Any]) -> dict[str, Any]:
    """Catalogue and clauses in force; what is required is named, the rest is chosen."""
    today, line = clock.today(fund().zone), str(values.get("service_line") or "")
    catalogue = rules.criteria_catalogue(today)
    library = [row for row in rules.clause_library(today) if not line or row.fits(line)]
    return {
        "catalogue": catalogue,
        "catalogue_choices": [
            (row.code, f"{row.code} {said(row.name)}") for row in catalogue.values() if row.is_scored
        ],
        "performance_choices": [
            (row.code, f"{row.code} {said(row.name)}", said(row.measure))
            for row in catalogue.values()
            if row.is_performance
        ],
        "clause_choices": [(row.code, row.title, row.text) for row in library if not row.is_required],
        "required_clauses": [row.title for row in library if row.is_required],
    }


def _people(*roles: Role) -> list[tuple[int, str]]:
    return [(account.id, account.name) for account in queries.accounts_with(*roles)]
