"""What a provider does itself: apply, complete, withdraw, confirm changed terms, leave."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, DomainError, Forbidden, InputErrors, Problem
from core.numbers import next_number
from core.roles import Role
from core.words import _l
from procurement.models.list_application import ListApplication
from procurement.models.open_list import OpenList
from procurement.queries import open_lists as queries
from procurement.services import contracts
from procurement.services.contracts import STREAM
from procurement.services.open_lists.conditions import conditions_for, unmet
from procurement.services.open_lists.drafting import has_failed
from procurement.services.rules import tariff
from procurement.states.open_list import APPLICATION


def apply(open_list: OpenList, *, by: Actor, has_agreed: bool, remarks: str = "") -> ListApplication:
    """A manager signs the terms and the prices; the fund's checks of the day stand beside the signature."""
    organisation_id, today = _manager_of(by), clock.today(fund().zone)
    _must_be_open(open_list, today)
    if running := queries.living_application(open_list, organisation_id):
        raise Conflict(_l("You applied already: %(number)s.", number=running.number))
    found = conditions_for(open_list, organisation_id, today)
    problems = [
        Problem("", _l("Not yet met: %(condition)s.", condition=row.text)) for row in unmet(found, with_evidence=False)
    ]
    if not has_agreed:
        problems.append(Problem("has_agreed", _l("Tick that you accept the terms and the prices.")))
    if problems:
        raise InputErrors(problems)
    now = clock.now()
    row = ListApplication(
        number=next_number("J", today.year), open_list=open_list, organisation_id=organisation_id,
        state=APPLICATION.initial, remarks=remarks.strip(), signed_by=by.person, submitted_at=now,
        checks=[[condition.code, condition.is_met] for condition in found], confirmed_version=open_list.version,
        confirmed_at=now,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    after = {"list": open_list.number, "version": open_list.version}
    audit.record(STREAM, Act.OPEN_LIST_APPLIED, row.number, by=by, after=after)
    return row


def complete(application: ListApplication, answer: str, *, by: Actor) -> None:
    """What was missing is there; after the day that was set it is too late, and a new application is free."""
    _own(application, by)
    target = APPLICATION.after(application.state, "complete")
    if application.complete_by and clock.today(fund().zone) > application.complete_by:
        raise DomainError(_l("The time to complete this is over. Withdraw it and apply anew."), code="late")
    if not answer.strip():
        raise InputErrors.at("answer", _l("Say what you added."))
    application.state, application.completion = target, answer.strip()
    _noted(application, "completed", by)


def withdraw(application: ListApplication, *, by: Actor) -> None:
    _own(application, by)
    application.state = APPLICATION.after(application.state, "withdraw")
    _noted(application, "withdrawn", by)


def confirm(application: ListApplication, *, by: Actor) -> None:
    """The provider read the changed terms and stays."""
    _own(application, by)
    if application.state not in ("admitted", "suspended", "submitted", "incomplete", "checked"):
        raise Conflict(_l("Only who is on the list or applied confirms its terms."))
    application.confirmed_version, application.confirmed_at = application.open_list.version, clock.now()
    _noted(application, "confirmed", by, version=application.confirmed_version)


def leave(application: ListApplication, *, on: dt.date, by: Actor) -> None:
    """`on`: the last day, after the plan's notice; the contract ends with it."""
    _own(application, by)
    target = APPLICATION.after(application.state, "leave")
    today = clock.today(fund().zone)
    contract = application.contract
    assert contract is not None
    first = min(today + dt.timedelta(days=tariff(today).rules.notice_days), contract.valid_until)
    if not max(first, contract.valid_from) <= on <= contract.valid_until:
        days = {"first": max(first, contract.valid_from).isoformat(), "last": contract.valid_until.isoformat()}
        raise InputErrors.at("on", _l("The last day lies between %(first)s and %(last)s.", **days), on.isoformat())
    contracts.end(contract, on=on, reason=f"left {application.open_list.number}", by=by)
    application.state, application.ended_on = target, on
    _noted(application, "left", by, on=on.isoformat())


def _must_be_open(open_list: OpenList, today: dt.date) -> None:
    if open_list.state != "published" or has_failed(open_list, today):
        raise Conflict(_l("This list is not open to join."))
    if today > open_list.valid_until:
        raise DomainError(_l("This list does not hold today."))


def _manager_of(by: Actor) -> int:
    if by.organisation_id is None or not by.has(Role.PROVIDER_MANAGER):
        raise Forbidden(_l("A manager of the provider joins a list."))
    return by.organisation_id


def _own(application: ListApplication, by: Actor) -> None:
    if _manager_of(by) != application.organisation_id:
        raise Forbidden(_l("This is another provider’s application."))


def _noted(application: ListApplication, what: str, by: Actor, **more: object) -> None:
    db.session.flush()
    after = {"state": application.state, "did": what, **more}
    audit.record(STREAM, Act.OPEN_LIST_STANDING, application.number, by=by, after=after)
