"""Who is on a list and no longer keeps its terms: suspended by one officer, removed by another."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Forbidden, InputErrors
from core.roles import Role
from core.words import _l
from procurement.models.contract import Contract
from procurement.models.list_application import ListApplication
from procurement.services import contracts
from procurement.services.contracts import STREAM
from procurement.services.open_lists.deciding import tariff_from
from procurement.services.open_lists.telling import tell
from procurement.states.open_list import APPLICATION

STANDING = {
    "terms": _l("The terms of the list are not kept"),
    "accreditation": _l("The accreditation ended or is suspended"),
    "evidence": _l("Evidence has run out"),
    "unconfirmed": _l("Changed terms were not confirmed"),
    "exclusion": _l("A ground for exclusion applies"),
}


def suspend(application: ListApplication, *, code: str, reason: str, on: dt.date, by: Actor) -> None:
    """From `on`, today or later, the contract has no price until the provider is restored; earlier days keep theirs."""
    target = APPLICATION.after(application.state, "suspend")
    _officer(by)
    if code not in STANDING:
        raise InputErrors.at("code", _l("Choose the ground."), code)
    _must_say(reason)
    contract = _contract(application)
    _must_lie_ahead(on, contract)
    contracts.set_rates(contract, {line.service for line in contract.lines}, [], on=on, reason=reason, by=by)
    application.reason_code, application.reason, application.ended_on = code, reason.strip(), on - dt.timedelta(days=1)
    application.acted_by, application.decided_by, application.decided_at = by.person, None, clock.now()
    _move(application, target, by)


def restore(application: ListApplication, *, reason: str, on: dt.date, by: Actor) -> None:
    """Back on the list from `on`, at the list's own prices."""
    target = APPLICATION.after(application.state, "restore")
    _officer(by)
    _must_say(reason)
    _restored(application, reason, on, by)
    _move(application, target, by)


def remove(application: ListApplication, *, reason: str, by: Actor) -> None:
    """For good, by somebody who did not suspend. The contract ended with the suspension's first day."""
    target = APPLICATION.after(application.state, "remove")
    words = _l("You suspended this provider, so another officer must decide about the removal.")
    _officer(by).must_differ_from([application.acted_by or ""], words)
    _must_say(reason)
    contract, last = _contract(application), application.ended_on
    assert last is not None
    contracts.end(contract, on=max(last, contract.valid_from), reason=reason, by=by)
    application.reason = reason.strip()
    application.decided_by, application.decided_at = by.person, clock.now()
    _move(application, target, by)


def restored_by_appeal(application: ListApplication, reason: str, by: Actor) -> None:
    """The suspension was wrong: it leaves no day without a price."""
    target = APPLICATION.after(application.state, "restore")
    assert application.ended_on is not None
    _restored(application, reason, application.ended_on + dt.timedelta(days=1), by, may_be_past=True)
    _move(application, target, by)


def _restored(application: ListApplication, reason: str, on: dt.date, by: Actor, *, may_be_past: bool = False) -> None:
    contract = _contract(application)
    if not may_be_past:
        _must_lie_ahead(on, contract)
    lines = tariff_from(application, on)
    contracts.set_rates(contract, {line.service for line in lines}, lines, on=on, reason=reason, by=by)
    application.reason, application.reason_code, application.ended_on = "", None, None


def _move(application: ListApplication, target: str, by: Actor) -> None:
    before = {"state": application.state}
    application.state = target
    db.session.flush()
    after = {"state": target, "code": application.reason_code}
    audit.record(
        STREAM, Act.OPEN_LIST_STANDING, application.number, by=by, reason=application.reason, before=before, after=after
    )
    tell(application, "list_standing")


def _contract(application: ListApplication) -> Contract:
    assert application.contract is not None
    return application.contract


def _must_lie_ahead(on: dt.date, contract: Contract) -> None:
    first = max(clock.today(fund().zone), contract.valid_from)
    if not first <= on <= contract.valid_until:
        days = {"first": first.isoformat(), "last": contract.valid_until.isoformat()}
        raise InputErrors.at("on", _l("The day lies between %(first)s and %(last)s.", **days), on.isoformat())


def _must_say(reason: str) -> None:
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The provider reads it."))


def _officer(by: Actor) -> Actor:
    if not by.has(Role.PROCUREMENT_OFFICER):
        raise Forbidden(_l("A procurement officer decides about lists."))
    return by
