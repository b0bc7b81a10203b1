"""The early end of a contract on the screen: prepared, agreed by the provider, carried out by another person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import request, url_for

from core import clock
from core.codes import line_names
from core.config import fund
from core.db import database_now
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement import continuity
from procurement.models.breach import Breach
from procurement.models.contract import Contract
from procurement.models.ending import ContractEnding
from procurement.queries.endings import final_breaches, latest_ending, services_lost
from procurement.services import contracts as services
from procurement.services.contracts import End
from procurement.states.ending import ENDING, KINDS, OPEN, RESULTS
from procurement.views.contracts import blueprint, contract_page, own_organisation, visible
from providers.nearby import Stop, left_behind


@blueprint.post("/<number>/end")
@allow(Permission.END_CONTRACT)
def end(number: str) -> Any:
    """At once where nobody is cared for later and one side ends it; else it is prepared."""
    contract, kind = visible(number), request.form.get("kind", "end")
    try:
        last_on, reason = _day(request.form.get("ends_on", "")), request.form.get("reason", "")
        if kind == "end" and not continuity.after(contract.id, last_on).people:
            services.end(contract, on=last_on, reason=reason, by=actor())
            return done(url_for(".show", number=number), _("Contract %(number)s ends.", number=number))
        services.prepare_end(contract, End(kind, last_on, reason, _breach(contract)), by=actor())
    except InputErrors as errors:
        return contract_page(contract, errors)
    words = _("The end of %(number)s is prepared. Another officer carries it out.", number=number)
    return done(url_for(".ending", number=number), words)


@blueprint.get("/<number>/ending")
@allow(Permission.READ_CONTRACTS)
def ending(number: str) -> Any:
    contract = visible(number)
    return _page(contract, _found(contract))


@blueprint.post("/<number>/ending")
@allow(Permission.END_CONTRACT)
def act_on_ending(number: str) -> Any:
    contract = visible(number)
    row, typed = _found(contract), request.form
    try:
        if typed.get("act") == "drop":
            services.drop_end(row, typed.get("closing_reason", ""), by=actor())
            return done(url_for(".show", number=number), _("Contract %(number)s goes on.", number=number))
        reason = typed.get("uncovered_reason", "")
        services.carry_out(row, typed.get("result", ""), by=actor(), uncovered_reason=reason)
    except InputErrors as errors:
        return _page(contract, row, errors)
    return done(url_for(".show", number=number), _("Contract %(number)s ends.", number=number))


@blueprint.post("/<number>/ending/agree")
@allow(Permission.AGREE_TO_END)
def agree_to_end(number: str) -> Any:
    contract = visible(number)
    services.agree_to_end(_found(contract), by=actor())
    return done(url_for(".ending", number=number), _("You agreed to the end of %(number)s.", number=number))


def _found(contract: Contract) -> ContractEnding:
    row = latest_ending(contract.id)
    if row is None:
        raise NotFound(_l("No end of this contract is being prepared."))
    return row


def _breach(contract: Contract) -> Breach | None:
    wanted = request.form.get("breach", "") if request.form.get("kind") == "breach" else ""
    return next((row for row in final_breaches(contract.id, database_now()) if row.number == wanted), None)


def _page(contract: Contract, row: ContractEnding, errors: InputErrors | None = None) -> Any:
    is_fund, is_open = own_organisation() is None, row.state in OPEN
    lost = frozenset(services_lost(contract.id, row.last_on))
    day = max(row.last_on + dt.timedelta(days=1), clock.today(fund().zone))
    stops = [Stop(contract.organisation_id, day, lost)] if is_fund and is_open else []
    context: dict[str, Any] = {
        "machine": ENDING, "kinds": KINDS, "results": list(RESULTS.items()), "is_fund": is_fund,
        "steps": {step.action for step in ENDING.actions(row.state, actor().roles)},
        "is_own": row.prepared_by == actor().person,
        "uncovered": is_fund and is_open and continuity.after(contract.id, row.last_on).uncovered,
        "stranded": next(iter(left_behind(stops, actor())), None),
        "line_names": line_names(),
    }  # fmt: skip
    return page("procurement/ending.html", errors=errors, contract=contract, row=row, **context)


def _day(typed: str) -> dt.date:
    try:
        return parse_date(typed)
    except BadValue as error:
        raise InputErrors.at("ends_on", f"{error.reason} {error.fix}", typed) from error
