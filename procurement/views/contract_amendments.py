"""Amendments of contracts on the screen: drafted on a form, shown as differences, approved, accepted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from flask import request, url_for

from core import clock, codes
from core.config import fund
from core.errors import InputErrors, NotFound, Problem
from core.money import UnreadableAmount, parse_amount
from core.permissions import Permission
from core.tables.values import BadValue, parse_date, parse_integer, parse_quantity
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.amending import KINDS, NewRate, NewTerms, NewVolume, spot
from procurement.contract_document import rate_text
from procurement.indexation import clause_text
from procurement.models.contract import Contract, ContractAmendment, ContractLine
from procurement.queries import amendments as queries
from procurement.queries.contracts import lines_known_to
from procurement.scored import next_year
from procurement.services import contracts as services
from procurement.services import rules
from procurement.services.contracts import Proposal
from procurement.states.contract import AMENDMENT
from procurement.views.capitation import capitation_now, running_bands, typed_capitation
from procurement.views.contracts import blueprint, shown_amendments, visible
from procurement.views.indexation import typed_clause


@blueprint.get("/<number>/amendments/new")
@allow(Permission.AMEND_CONTRACT)
def new_amendment(number: str) -> Any:
    return _form(visible(number))


@blueprint.post("/<number>/amendments/new")
@allow(Permission.AMEND_CONTRACT)
def draft_amendment(number: str) -> Any:
    contract = visible(number)
    try:
        row = services.draft_amendment(_typed(contract), by=actor())
    except InputErrors as errors:
        return _form(contract, errors)
    words = _("The amendment is drafted. Another officer approves it.")
    return done(url_for(".amendment", number=number, place=row.place), words)


@blueprint.get("/<number>/amendments/<int:place>")
@allow(Permission.READ_CONTRACTS)
def amendment(number: str, place: int) -> Any:
    return _page(_found(visible(number), place))


@blueprint.post("/<number>/amendments/<int:place>/officer")
@allow(Permission.AMEND_CONTRACT)
def act_on_amendment(number: str, place: int) -> Any:
    """The fund's second person approves; either drops it, with a reason."""
    row = _found(visible(number), place)
    if request.form.get("answer") == "approve":
        return _acted(row, lambda: services.approve_amendment(row, by=actor()), _("The provider answers next."))
    reason = request.form.get("reason", "")
    return _acted(row, lambda: services.drop_amendment(row, reason=reason, by=actor()), _("The amendment is dropped."))


@blueprint.post("/<number>/amendments/<int:place>/provider")
@allow(Permission.ANSWER_AMENDMENT)
def answer_amendment(number: str, place: int) -> Any:
    row = _found(visible(number), place)
    if request.form.get("answer") == "accept":
        words = _("Contract %(number)s is amended.", number=number)
        return _acted(row, lambda: services.accept_amendment(row, by=actor()), words)
    reason = request.form.get("reason", "")
    return _acted(row, lambda: services.decline_amendment(row, reason=reason, by=actor()), _("You declined."))


def _found(contract: Contract, place: int) -> ContractAmendment:
    row = next((row for row in shown_amendments(contract) if row.place == place), None)
    if row is None:
        raise NotFound(_l("This contract has no such amendment."))
    return row


def _acted(row: ContractAmendment, act: Any, words: str) -> Any:
    try:
        act()
    except InputErrors as errors:
        return _page(row, errors)
    return done(url_for(".amendment", number=row.contract.number, place=row.place), words)


def _page(row: ContractAmendment, errors: InputErrors | None = None) -> Any:
    known = queries.known_services(actor(), row.contract)
    actions = {step.action for step in AMENDMENT.actions(row.state, actor().roles)}
    context: dict[str, Any] = {
        "machine": AMENDMENT, "kinds": KINDS, "actions": actions, "is_own": row.drafted_by == actor().person,
        "changes": [change for change in row.changes if not change["service"] or change["service"] in known],
    }  # fmt: skip
    return page("procurement/amendment.html", errors=errors, row=row, contract=row.contract, **context)


def _form(contract: Contract, errors: InputErrors | None = None) -> Any:
    today, exponent = clock.today(fund().zone), fund().currency.exponent
    limits = rules.periods(today).amendments
    context: dict[str, Any] = {
        "kinds": [(code, f"{code} · {KINDS[code]}") for code in limits], "limits": limits,
        "names": codes.service_names(),
        "score_year": next_year(contract.valid_from, today), "score_now": contract.score_on(today),
        "clause": clause_text(contract.indexation.clause if contract.indexation else None),
        "capitated": capitation_now(contract), "capitation_lines": running_bands(contract, today),
        "lines": [(spot(row.service, row.site_id), row, rate_text(row.rate, exponent)) for row in _lines(contract)],
    }  # fmt: skip
    return page("procurement/amendment_new.html", errors=errors, contract=contract, **context)


def _lines(contract: Contract) -> list[ContractLine]:
    """The newest line of each service and site that this person may read of, with a rate."""
    found = {(row.service, row.site_id): row for row in sorted(lines_known_to(actor(), contract), key=_begins)}
    return [row for row in found.values() if row.rate is not None]


def _begins(row: ContractLine) -> dt.date:
    return row.valid_from


def _typed(contract: Contract) -> Proposal:
    """What was typed, all defects at once; an empty field changes nothing."""
    problems: list[Problem] = []
    first = _read(problems, "effective_from", parse_date)
    if first is None and not problems:
        problems.append(Problem("effective_from", _l("Say from which day it counts.")))
    rates, volumes = [], []
    for row in _lines(contract):
        place = spot(row.service, row.site_id)
        if (rate := _read(problems, f"rate-{place}", _amount)) is not None and first is not None:
            rates.append(NewRate(row.service, row.site_id, Decimal(rate), first))
        if (volume := _read(problems, f"volume-{place}", parse_integer)) is not None:
            volumes.append(NewVolume(row.service, row.site_id, volume))
    promised = {row.code: _read(problems, f"promise-{row.code}", parse_quantity) for row in contract.indicators}
    budget, ends = _read(problems, "budget", _amount), _read(problems, "valid_until", parse_date)
    bands, clause = typed_capitation(first, problems), typed_clause(problems, _read)
    if problems or first is None:
        raise InputErrors(problems)
    promises = {code: value for code, value in promised.items() if value is not None}
    score = rules.new_score(contract, first) if request.form.get("score") else None
    terms = NewTerms(tuple(rates), tuple(volumes), promises, budget, ends, bands, clause, score)
    form = request.form
    return Proposal(
        contract, form.get("code", ""), terms, first, form.get("reason", ""), form.get("lowering_reason", "")
    )


def _read(problems: list[Problem], name: str, parse: Any) -> Any:
    typed = request.form.get(name, "").strip()
    try:
        return parse(typed) if typed else None
    except BadValue as error:
        problems.append(Problem(name, f"{error.reason} {error.fix}", typed))
    except UnreadableAmount as error:
        problems.append(Problem(name, error.message, typed))
    return None


def _amount(typed: str) -> int:
    return parse_amount(typed, fund().currency.exponent)
