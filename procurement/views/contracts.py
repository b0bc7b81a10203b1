"""Contracts on the screen: the list, one contract with tariff, promises and use, its paper."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from core import clock, codes, issued
from core.config import fund
from core.db import database_now
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF
from core.web import actor, allow, page
from core.words import _l
from procurement import score_words
from procurement.capitation import shown as shown_capitation
from procurement.contract_document import rate_text
from procurement.contract_paper import ORIGIN_WORDS, contract_paper, penalty_words
from procurement.indexation import clause_text
from procurement.models.contract import OPEN, SIGNED, Contract, ContractAmendment
from procurement.queries import contracts as queries
from procurement.queries import kpi
from procurement.queries.breaches import breaches_of
from procurement.queries.endings import final_breaches, latest_ending, services_lost
from procurement.queries.improvements import plans_of
from procurement.queries.open_lists import open_list_of
from procurement.queries.signatures import signatures_of
from procurement.signature_words import METHODS
from procurement.states.breach import BREACH, CODES
from procurement.states.contract import AMENDMENT, CONTRACT, SIGNATURE
from procurement.states.ending import ENDING, KINDS
from procurement.states.ending import OPEN as STILL_OPEN
from procurement.states.improvement import IMPROVEMENT
from procurement.states.kpi import KPI_PERIOD
from providers.nearby import Stop, Stranded, left_behind

blueprint = Blueprint("contracts", __name__, url_prefix="/contracts")


def visible(number: str) -> Contract:
    """Another provider's contract does not exist. Raises NotFound."""
    contract = queries.contract_by_number(number, own_organisation(), actor())
    if contract is None:
        raise NotFound(_l("No contract has the number %(number)s.", number=number))
    return contract


def readable(number: str) -> Contract:
    """Whose papers this person may read: they name every service."""
    contract = visible(number)
    if len(queries.lines_known_to(actor(), contract)) < len(contract.lines):
        raise NotFound(_l("This paper names a service that only named staff may read of."))
    return contract


def as_file(content: bytes, media_type: str, filename: str, *, kind: str = "inline") -> Response:
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", kind, filename=filename)
    return response


def is_waiting_for_a_rate(contract: Contract) -> bool:
    return contract.state == "active" and any(row.rate is None for row in contract.lines)


@blueprint.get("/<number>")
@allow(Permission.READ_CONTRACTS)
def show(number: str) -> Any:
    return contract_page(visible(number))


@blueprint.get("/<number>/contract.pdf")
@allow(Permission.READ_CONTRACTS)
def paper(number: str) -> Any:
    contract = readable(number)
    return as_file(contract_paper(contract, issued.code_of("contract", number)), "application/pdf", f"{number}.pdf")


def shown_amendments(contract: Contract) -> list[ContractAmendment]:
    """A provider reads of an amendment once the fund stands behind it."""
    rows = list(reversed(contract.amendments))
    return rows if own_organisation() is None else [row for row in rows if row.approved_by]


def own_organisation() -> int | None:
    """The scope of a provider's people (0: no organisation, no rows); None for the fund's staff."""
    return (actor().organisation_id or 0) if actor().roles <= PROVIDER_STAFF else None


def contract_page(contract: Contract, errors: InputErrors | None = None) -> Any:
    """Everything about one contract; each part of the page has its own lines below."""
    context = _agreed(contract) | _followed(contract) | _ended(contract)
    return page("procurement/contract.html", errors=errors, contract=contract, **context)


def _agreed(contract: Contract) -> dict[str, Any]:
    mine, exponent = own_organisation(), fund().currency.exponent
    catalogue = {row.code: row for row in codes.services(contract.service_line)}
    return {
        "machine": CONTRACT,
        "origins": ORIGIN_WORDS,
        "catalogue": catalogue,
        "rates": {line.id: rate_text(line.rate, exponent) for line in contract.lines},
        "lines": queries.lines_known_to(actor(), contract),
        "open_list": open_list_of(contract, actor()),
        "use": queries.use_of(contract.id),
        "framework": queries.framework_of(contract),
        "service_use": queries.service_use_of(contract.id),
        "can_sign": contract in queries.contracts_to_sign(actor(), mine)
        and may(Permission.SIGN_CONTRACT, actor().roles),
        "signatures": signatures_of(contract),
        "methods": METHODS,
        "signature_words": SIGNATURE.states,
        "may_agree": may(Permission.AGREE_RATE, actor().roles) and is_waiting_for_a_rate(contract),
        "capitation": shown_capitation(contract.bands_on(max(clock.today(fund().zone), contract.valid_from))),
        "clause": clause_text(contract.indexation.clause if contract.indexation else None),
        "amendments": shown_amendments(contract),
        "amendment_words": AMENDMENT.states,
        "can_amend": _can_amend(contract),
        "penalty": penalty_words(contract),
        "score_words": score_words,
        "may_simulate": may(Permission.READ_QUALITY, actor().roles),
        "line_names": codes.line_names(),
        "today": clock.today(fund().zone),
    }


def _followed(contract: Contract) -> dict[str, Any]:
    mine = own_organisation()
    return {
        "periods": kpi.periods_of(contract.id),
        "period_words": KPI_PERIOD.states,
        "breaches": breaches_of(contract),
        "plans": [row for row in plans_of(contract) if mine is None or row.opened_at],
        "plan_words": IMPROVEMENT.states,
        "can_improve": contract.state == "active" and may(Permission.OPEN_IMPROVEMENT, actor().roles),
        "breach_words": BREACH.states,
        "breach_codes": CODES,
        "can_report": contract.state in SIGNED and may(Permission.REPORT_BREACH, actor().roles),
    }


def _ended(contract: Contract) -> dict[str, Any]:
    can_end = contract.state == "active" and may(Permission.END_CONTRACT, actor().roles)
    ending = latest_ending(contract.id)
    return {
        "can_end": can_end,
        "ending": ending,
        "ending_words": ENDING.states,
        "ending_kinds": KINDS,
        "final_breaches": final_breaches(contract.id, database_now()) if can_end else (),
        "stranded": _stranded(contract) if can_end and not (ending and ending.state in STILL_OPEN) else None,
    }


def _can_amend(contract: Contract) -> bool:
    is_open = any(row.state in OPEN for row in contract.amendments)
    return contract.state == "active" and not is_open and may(Permission.AMEND_CONTRACT, actor().roles)


def _stranded(contract: Contract) -> Stranded:
    """Whom the end of this contract alone would touch today."""
    today = clock.today(fund().zone)
    lost = services_lost(contract.id, today)
    return left_behind([Stop(contract.organisation_id, today, frozenset(lost))], actor())[0]
