"""The list of contracts: the fund's, or the provider's own."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core import clock, codes
from core.config import fund
from core.errors import InputErrors
from core.organisations import LEGAL_FORMS
from core.permissions import Permission, may
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, page
from procurement.contract_paper import ORIGIN_WORDS
from procurement.queries.contract_list import SORTED_BY, Wanted, districts_of, listed
from procurement.services import rules
from procurement.services.contracts import shortfalls
from procurement.states.contract import CONTRACT
from procurement.views.contracts import blueprint, own_organisation

PAGE = 25
TYPED = ("state", "service_line", "origin", "legal_form", "district", "ends_by", "under_floor", "sort")


@blueprint.get("")
@allow(Permission.READ_CONTRACTS)
def index() -> Any:
    """Filtered and sorted as the address says; what it says wrongly is named and left out."""
    typed = {name: request.args.get(name, "").strip()[:60] for name in TYPED}
    errors, wanted = _wanted(typed)
    number, mine = max(request.args.get("page", 1, type=int), 1), own_organisation()
    count, rows = listed(actor(), wanted, limit=PAGE, offset=PAGE * (number - 1))
    said = {name: value for name, value in typed.items() if value}
    context: dict[str, Any] = {
        "machine": CONTRACT, "origins": ORIGIN_WORDS, "lines": codes.service_lines(), "forms": LEGAL_FORMS,
        "districts": districts_of(actor(), mine), "wanted": typed, "said": said, "is_fund": mine is None,
        "sorting": {name: _sorting(said, name) for name in SORTED_BY},
        "may_amend": _may_amend(), "may_read_spending": may(Permission.READ_SPENDING, actor().roles),
    }  # fmt: skip
    pages = max(-(-count // PAGE), 1)
    shown: dict[str, Any] = {"contracts": rows, "count": count, "number": number, "pages": pages}
    return page("procurement/contracts.html", errors=errors, **shown, **context)


def _wanted(typed: dict[str, str]) -> tuple[InputErrors | None, Wanted]:
    errors, ends_by = None, None
    try:
        ends_by = parse_date(typed["ends_by"]) if typed["ends_by"] else None
    except BadValue as error:
        errors = InputErrors.at("ends_by", f"{error.reason} {error.fix}", typed["ends_by"])
    ids = _under_floor() if typed["under_floor"] and _may_amend() else None
    names = ("state", "service_line", "origin", "legal_form", "district", "sort")
    same = {name: typed[name] for name in names}
    return errors, Wanted(own_organisation(), ends_by=ends_by, ids=ids, **same)


def _may_amend() -> bool:
    return may(Permission.AMEND_CONTRACT, actor().roles)


def _under_floor() -> set[int]:
    """Contracts with a tariff under its labour-cost floor, today or from the next change that is known."""
    today = clock.today(fund().zone)
    coming = [day for day in rules.labour_costs(today).first_days() if day > today]
    return {row.contract.id for day in (today, *coming) for row in shortfalls(day, by=actor())}


def _sorting(said: dict[str, str], name: str) -> dict[str, str]:
    """The address that sorts by a column, the other way round if it does so already."""
    is_up = said.get("sort") == name
    state = "ascending" if is_up else "descending" if said.get("sort") == f"-{name}" else ""
    values: dict[str, Any] = {**said, "sort": f"-{name}" if is_up else name}
    url = url_for(".index", **values)
    return {"sort_url": url, "sorted": state}
