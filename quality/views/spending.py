"""What contracts cost and whom they serve, on the screen and as a workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import flask_babel
from flask import Blueprint, Response, request

from claims.queries.spending import spent
from core import clock
from core.config import fund
from core.errors import InputErrors
from core.money import major_units
from core.permissions import Permission
from core.tables import xlsx_book
from core.web import actor, allow, page
from core.words import _
from procurement.contract_paper import ORIGIN_WORDS
from procurement.states.contract import CONTRACT
from providers.queries.facts import facts_on
from quality.periods import Period, last_full_quarter, parse_period, quarter_of
from quality.queries.spending import contracts_of
from quality.spending import DIMENSIONS, Figures, Group, Row, figures_of
from quality.spending.figures import BOARDS, CODES

blueprint = Blueprint("spending", __name__, url_prefix="/contracts/spending")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
QUARTERS = 8


@blueprint.get("")
@allow(Permission.READ_SPENDING)
def show() -> Any:
    """By group, and the contracts behind the group that was chosen."""
    period, found = _figures()
    by = request.args.get("by", "")
    dimension = by if by in DIMENSIONS else "legal_form"
    group = request.args.get("group", "")[:60]
    context: dict[str, Any] = {
        "figures": found, "rows": found.rows_in(dimension, group), "dimension": dimension, "group": group,
        "dimensions": {name: title for name, (title, _of, _words) in DIMENSIONS.items()},
        "chosen": next((row.label for row in found.groups[dimension] if row.key == group), ""),
        "period": period, "periods": _periods(), "is_running": _is_running(period),
        "origins": ORIGIN_WORDS, "machine": CONTRACT,
    }  # fmt: skip
    return page("quality/spending.html", **context)


@blueprint.get("/<period>.xlsx")
@allow(Permission.READ_SPENDING)
def workbook(period: str) -> Any:
    """A sheet for each way of gathering, and one of the contracts; the first column at the right in Arabic."""
    chosen, found = _figures(period)
    sheets = [
        (str(title), _head(title), [_line(row) for row in found.groups[name]])
        for name, (title, *_o) in DIMENSIONS.items()
    ]
    sheets.append((_("Contracts"), _contract_head(), [_contract_line(row, found) for row in found.rows]))
    locale = flask_babel.get_locale()
    content = xlsx_book(sheets, is_right_to_left=locale is not None and locale.text_direction == "rtl")
    headers = {"Content-Disposition": f'attachment; filename="contracts-{chosen.name}.xlsx"'}
    return Response(content, mimetype=SHEET, headers=headers)


def _figures(name: str = "") -> tuple[Period, Figures]:
    """Five statements for any number of contracts."""
    period, who = _period(name or request.args.get("period", "")), actor()
    contracts = contracts_of(who, period.first, period.last)
    facts = facts_on([row.organisation_id for row in contracts], CODES, min(period.last, clock.today(fund().zone)))
    paid = spent(who, period.first, period.last)
    return period, figures_of(contracts, paid, facts, with_users=not _is_running(period))


def _periods() -> list[Period]:
    """The quarters and the years that can be chosen: none overlaps another of its length."""
    today = clock.today(fund().zone)
    found = [quarter_of(today)]
    while len(found) <= QUARTERS:
        found.append(found[-1].before)
    return [*found, *(parse_period(str(today.year - back)) for back in range(3))]


def _period(name: str) -> Period:
    try:
        wanted = parse_period(name)
    except InputErrors:
        wanted = None
    return wanted if wanted in _periods() else last_full_quarter(clock.today(fund().zone))


def _is_running(period: Period) -> bool:
    return period.last >= clock.today(fund().zone)


def _head(title: Any) -> list[Any]:
    currency = fund().currency.code
    return [
        title, _("Contracts"), _("Providers"), _("Paid, %(currency)s", currency=currency), _("People served"),
        _("Workers"), _("Providers with workers on record"), _("Workers at or above the agreed wage"),
        _("Providers with wages on record"),
    ]  # fmt: skip


def _line(row: Group) -> list[Any]:
    return [
        row.label, row.contracts, row.units, _money(row.benefit), _shown(row.users),
        _shown(row.workers) if row.with_workers else None, row.with_workers,
        _shown(row.at_floor) if row.with_wages else None, row.with_wages,
    ]  # fmt: skip


def _contract_head() -> list[Any]:
    currency = fund().currency.code
    return [
        _("Contract"), _("Title"), _("Provider"), _("Legal form"), _("District"), _("Governing body"), _("Comes from"),
        _("From"), _("Until"), _("Budget, %(currency)s", currency=currency), _("Paid, %(currency)s", currency=currency),
        _("People served"), _("Lowest wage, times the agreed one"),
    ]  # fmt: skip


def _contract_line(row: Row, found: Figures) -> list[Any]:
    contract, keys = row.contract, found.keys[row.contract.id]
    form = DIMENSIONS["legal_form"][2]
    return [
        contract.number, contract.title, contract.contractor, form[keys["legal_form"]] if form else "",
        keys["district"], BOARDS[keys["board"]], ORIGIN_WORDS[contract.origin], contract.valid_from,
        contract.valid_until, None if contract.budget is None else _money(contract.budget), _money(row.benefit),
        _shown(row.users), row.lowest_wage,
    ]  # fmt: skip


def _shown(count: int | None) -> Any:
    return _("not shown") if count is None else count


def _money(minor: int) -> Decimal:
    return major_units(minor, fund().currency.exponent)
