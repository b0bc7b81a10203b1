"""Against a refusal, a suspension or a removal: a provider appeals, a complaints officer who did not act decides."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from core.roles import Role
from core.words import _l
from procurement.models.list_application import ListAppeal, ListApplication
from procurement.queries import open_lists as queries
from procurement.services.contracts import STREAM
from procurement.services.open_lists.standing import restored_by_appeal
from procurement.services.open_lists.telling import tell
from procurement.services.rules import tariff
from procurement.states.open_list import APPEAL, APPLICATION

APPEALABLE = ("refused", "suspended", "removed")


def appeal_until(application: ListApplication) -> dt.date | None:
    """The last day to appeal, by the rules of the day of the decision; None: there is nothing to appeal."""
    if application.state not in APPEALABLE or application.decided_at is None:
        return None
    decided_on = clock.local_day(application.decided_at, fund().zone)
    return decided_on + dt.timedelta(days=tariff(decided_on).rules.appeal_days)


def appeal(application: ListApplication, text: str, *, by: Actor) -> ListAppeal:
    """In time, once per decision, by a manager of the provider."""
    if by.organisation_id != application.organisation_id or not by.has(Role.PROVIDER_MANAGER):
        raise Forbidden(_l("A manager of the provider appeals."))
    until = appeal_until(application)
    if until is None:
        raise Conflict(_l("There is no decision to appeal against."))
    if clock.today(fund().zone) > until:
        raise DomainError(_l("The time to appeal ended on %(day)s.", day=until.isoformat()), code="late")
    if queries.appeals_since(application, application.decided_at):
        raise Conflict(_l("You appealed against this already."))
    if not text.strip():
        raise InputErrors.at("text", _l("Say what is wrong with the decision."))
    row = ListAppeal(
        application=application, against=application.state, state=APPEAL.initial, text=text.strip(),
        made_by=by.person, made_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(STREAM, Act.OPEN_LIST_APPEALED, application.number, by=by, after={"against": row.against})
    return row


def decide_appeal(row: ListAppeal, *, is_upheld: bool, answer: str, by: Actor) -> None:
    """Upheld: a suspension falls away from its first day, a refusal or removal is decided anew."""
    target = APPEAL.after(row.state, "uphold" if is_upheld else "decline")
    application = row.application
    if not by.has(Role.COMPLAINTS_OFFICER):
        raise Forbidden(_l("A complaints officer decides appeals."))
    actors = [person for person in (application.acted_by, application.decided_by) if person]
    by.must_differ_from(actors, _l("You acted in this, so another officer decides the appeal."))
    if not answer.strip():
        raise InputErrors.at("answer", _l("Write the reasons. The provider reads them."))
    row.state, row.answer, row.decided_by, row.decided_at = target, answer.strip(), by.person, clock.now()
    if is_upheld:
        _put_right(application, row.answer, by)
    db.session.flush()
    after = {"outcome": row.state, "state": application.state}
    audit.record(STREAM, Act.OPEN_LIST_APPEAL_DECIDED, application.number, by=by, reason=row.answer, after=after)
    tell(application, "list_appeal")


def _put_right(application: ListApplication, reason: str, by: Actor) -> None:
    if application.state == "suspended":
        restored_by_appeal(application, reason, by)
    elif application.state in ("refused", "removed"):
        if queries.living_application(application.open_list, application.organisation_id):
            raise Conflict(_l("The provider applied anew, and that application is decided."))
        application.state = APPLICATION.after(application.state, "reopen")
        application.proposal, application.reason_code, application.reason = None, None, ""
        application.acted_by, application.decided_by, application.decided_at = None, None, None
        application.contract, application.admitted_on, application.ended_on = None, None, None
