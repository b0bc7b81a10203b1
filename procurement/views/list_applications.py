"""Applications to open lists: a provider applies and follows, two officers decide, a complaints officer reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for

from core import clock
from core.config import fund
from core.errors import Forbidden, InputErrors, NotFound
from core.permissions import Permission, may
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.list_application import ListApplication
from procurement.models.open_list import OpenList
from procurement.queries import open_lists as queries
from procurement.services import open_lists as services
from procurement.services.rules import tariff
from procurement.states.open_list import APPEAL, APPLICATION
from procurement.views.contracts import own_organisation
from procurement.views.open_lists import shown, visible

blueprint = Blueprint("list_applications", __name__, url_prefix="/contracts")


@blueprint.get("/lists/<number>/apply")
@allow(Permission.JOIN_OPEN_LIST)
def new(number: str) -> Any:
    return _new(visible(number))


@blueprint.post("/lists/<number>/apply")
@allow(Permission.JOIN_OPEN_LIST)
def apply(number: str) -> Any:
    row, form = visible(number), request.form
    has_agreed = form.get("has_agreed") == "yes"
    try:
        sent = services.apply(row, by=actor(), has_agreed=has_agreed, remarks=form.get("remarks", ""))
    except InputErrors as errors:
        return _new(row, errors)
    return done(url_for(".show", number=sent.number), _("Application %(number)s is sent.", number=sent.number))


@blueprint.get("/applications/<number>")
@allow(Permission.READ_CONTRACTS)
def show(number: str) -> Any:
    return _show(_found(number))


@blueprint.post("/applications/<number>/officer")
@allow(Permission.MANAGE_OPEN_LIST)
def act_for_fund(number: str) -> Any:
    """One step of the fund's side, named by the button."""
    return _acted(_found(number), FUND_STEPS)


@blueprint.post("/applications/<number>/provider")
@allow(Permission.JOIN_OPEN_LIST)
def act_for_provider(number: str) -> Any:
    """One step of the provider's side."""
    return _acted(_found(number), PROVIDER_STEPS)


@blueprint.post("/applications/<number>/appeal")
@allow(Permission.DECIDE_LIST_APPEAL)
def decide_appeal(number: str) -> Any:
    return _acted(_found(number), {"uphold": _decide(True), "decline": _decide(False)})


Steps = dict[str, Callable[[ListApplication], None]]

FUND_STEPS: Steps = {
    "ask": lambda row: services.ask(row, _typed("asked"), by=actor()),
    "propose_admit": lambda row: services.propose(row, is_admitted=True, code="", reason=_typed("reason"), by=actor()),
    "propose_refuse": lambda row: services.propose(
        row, is_admitted=False, code=_typed("code"), reason=_typed("reason"), by=actor()
    ),
    "send_back": lambda row: services.send_back(row, reason=_typed("reason"), by=actor()),
    "decide": lambda row: services.decide(row, by=actor()),
    "suspend": lambda row: services.suspend(row, code=_typed("code"), reason=_typed("reason"), on=_day(), by=actor()),
    "restore": lambda row: services.restore(row, reason=_typed("reason"), on=_day(), by=actor()),
    "remove": lambda row: services.remove(row, reason=_typed("reason"), by=actor()),
}
PROVIDER_STEPS: Steps = {
    "complete": lambda row: services.complete(row, _typed("answer"), by=actor()),
    "withdraw": lambda row: services.withdraw(row, by=actor()),
    "confirm": lambda row: services.confirm(row, by=actor()),
    "leave": lambda row: services.leave(row, on=_day(), by=actor()),
    "appeal": lambda row: _appeal(row),
}


def _appeal(row: ListApplication) -> None:
    services.appeal(row, _typed("text"), by=actor())


def _decide(is_upheld: bool) -> Callable[[ListApplication], None]:
    def decide(row: ListApplication) -> None:
        pending = [each for each in queries.appeals_of(row) if each.state == "pending"]
        if not pending:
            raise NotFound(_l("No appeal about %(number)s waits.", number=row.number))
        services.decide_appeal(pending[0], is_upheld=is_upheld, answer=_typed("answer"), by=actor())

    return decide


def _acted(row: ListApplication, steps: Steps) -> Any:
    step = steps.get(request.form.get("step", ""))
    if step is None:
        raise Forbidden(_l("This step is not known."))
    try:
        step(row)
    except InputErrors as errors:
        return _show(row, errors)
    words = _("%(number)s: %(state)s.", number=row.number, state=APPLICATION.states[row.state])
    return done(url_for(".show", number=row.number), words)


def _found(number: str) -> ListApplication:
    row = queries.application(number, own_organisation(), actor())
    if row is None:
        raise NotFound(_l("No application has the number %(number)s.", number=number))
    return row


def _new(row: OpenList, errors: InputErrors | None = None) -> Any:
    today = clock.today(fund().zone)
    found = services.conditions_for(row, actor().organisation_id or 0, today)
    return page("procurement/list_apply.html", errors=errors, row=row, conditions=found, **shown(row))


def _show(row: ListApplication, errors: InputErrors | None = None) -> Any:
    today, open_list = clock.today(fund().zone), row.open_list
    permitted = (Permission.MANAGE_OPEN_LIST, Permission.JOIN_OPEN_LIST, Permission.DECIDE_LIST_APPEAL)
    manages, joins, reviews = (may(permission, actor().roles) for permission in permitted)
    appeals, until = queries.appeals_of(row), services.appeal_until(row)
    is_appealable = until is not None and today <= until and not queries.appeals_since(row, row.decided_at)
    context: dict[str, Any] = {
        "open_list": open_list,
        "conditions": services.conditions_for(open_list, row.organisation_id, today),
        "states": APPLICATION.states,
        "grounds": {**services.REFUSALS, **services.STANDING},
        "refusals": list(services.REFUSALS.items()),
        "standing": list(services.STANDING.items()),
        "manages": manages and own_organisation() is None,
        "joins": joins and own_organisation() is not None,
        "is_first_officer": row.acted_by == actor().person,
        "appeals": appeals,
        "appeal_words": APPEAL.states,
        "appeal_until": until if is_appealable else None,
        "reviews": reviews,
        "decide_by": clock.local_day(row.submitted_at, fund().zone)
        + dt.timedelta(days=tariff(today).rules.decision_days),
        "stands": services.stands(open_list),
        "today": today,
    }
    return page("procurement/list_application.html", errors=errors, row=row, **context)


def _typed(name: str) -> str:
    return request.form.get(name, "")


def _day() -> dt.date:
    try:
        return parse_date(_typed("on"))
    except BadValue as error:
        raise InputErrors.at("on", f"{error.reason} {error.fix}", _typed("on")) from error
