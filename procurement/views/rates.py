"""A price agreed late: for a line of a running contract that had none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request, url_for

from core import codes
from core.config import fund
from core.errors import InputErrors
from core.money import UnreadableAmount, parse_amount
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.web.confirming import said_back
from core.words import _, _l
from procurement.contract_document import rate_text
from procurement.models.contract import Contract
from procurement.queries import contracts as queries
from procurement.services import contracts as services
from procurement.views.contracts import blueprint, visible


@blueprint.get("/<number>/rate")
@allow(Permission.AGREE_RATE)
def agree_rate(number: str) -> Any:
    return _page(visible(number))


@blueprint.post("/<number>/rate")
@allow(Permission.AGREE_RATE)
def keep_rate(number: str) -> Any:
    """The price of a line that had none, said back before it counts."""
    contract, typed = visible(number), request.form

    def act() -> None:
        service, site = _line_without_rate(contract)
        reason = typed.get("reason", "")
        services.agree_rate(contract, service, _rate(), reason=reason, by=actor(), site_id=site)

    def answers() -> list[dict[str, Any]]:
        service, _site = _line_without_rate(contract)
        said = f"{rate_text(_rate(), fund().currency.exponent)} {fund().currency.code}"
        return [
            {"label": _("Service"), "value": codes.service_names().get(service, service)},
            {"label": _("Agreed rate"), "value": said},
            {"label": _("How it was agreed"), "value": typed.get("reason", "")},
        ]

    words: dict[str, Any] = {
        "title": _("Is this the agreed price?"),
        "sentence": _("It holds for all days of this line. A price once agreed stays."),
        "effect": _("Afterwards, claims that wait for this price are found by themselves and decided."),
        "label": _("Agree the price"),
        "back": (number, url_for(".show", number=number)),
    }
    waits = said_back(act, lambda errors: _page(contract, errors), answers, **words)
    return waits or done(url_for(".show", number=number), _("The price stands in contract %(number)s.", number=number))


def _line_without_rate(contract: Contract) -> tuple[str, int | None]:
    chosen = {str(row.id): row for row in queries.lines_known_to(actor(), contract) if row.rate is None}.get(
        request.form.get("line", "")
    )
    if chosen is None:
        raise InputErrors.at("line", _l("Choose a service that has no price yet."))
    return chosen.service, chosen.site_id


def _rate() -> Decimal:
    typed = request.form.get("rate", "").strip()
    try:
        return Decimal(parse_amount(typed, fund().currency.exponent))
    except UnreadableAmount as error:
        raise InputErrors.at("rate", error.message, typed) from error


def _page(contract: Contract, errors: InputErrors | None = None) -> Any:
    return page("procurement/rate.html", errors=errors, contract=contract, unpriced=_unpriced(contract))


def _unpriced(contract: Contract) -> list[tuple[int, str]]:
    """Lines without a rate, first dated first: of one service and site only the first can be agreed on."""
    found: dict[Any, Any] = {}
    for row in sorted(queries.lines_known_to(actor(), contract), key=lambda row: row.valid_from):
        if row.rate is None and contract.state == "active":
            found.setdefault((row.service, row.site_id), row)
    names = codes.service_names()
    return [(row.id, f"{row.service} · {names.get(row.service, row.service)}") for row in found.values()]
