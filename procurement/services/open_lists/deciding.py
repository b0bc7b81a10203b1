"""The fund's side of an application: one officer checks and proposes, another decides."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors
from core.roles import Role
from core.words import _l
from procurement.kpi.hooks import score_terms
from procurement.models.list_application import ListApplication
from procurement.queries import open_lists as queries
from procurement.services import contracts
from procurement.services.contracts import STREAM, TariffLine, Terms
from procurement.services.open_lists.conditions import conditions_for, unmet
from procurement.services.open_lists.drafting import has_failed, stands
from procurement.services.open_lists.telling import tell
from procurement.services.rules import tariff
from procurement.states.open_list import APPLICATION

REFUSALS = {
    "not_accredited": _l("Not accredited by the fund"),
    "no_service": _l("Not registered for this kind of care, or without a site"),
    "places": _l("Too few licensed places"),
    "not_reserved": _l("Not a unit of the social and solidarity economy"),
    "evidence": _l("Evidence is missing or has run out"),
    "incomplete": _l("Not completed by the day that was set"),
    "exclusion": _l("A ground for exclusion applies"),
}


def ask(application: ListApplication, text: str, *, by: Actor) -> None:
    """What is missing, and until when: the plan's days from today."""
    target, officer = APPLICATION.after(application.state, "ask"), _officer(by)
    if not text.strip():
        raise InputErrors.at("asked", _l("Say what is missing. The provider reads it."))
    today = clock.today(fund().zone)
    application.state, application.asked, application.completion = target, text.strip(), ""
    application.complete_by = today + dt.timedelta(days=tariff(today).rules.completion_days)
    application.acted_by, application.decided_by = officer.person, None
    db.session.flush()
    after = {"until": application.complete_by.isoformat()}
    audit.record(STREAM, Act.OPEN_LIST_ASKED, application.number, by=by, reason=application.asked, after=after)
    tell(application, "list_asked", application.complete_by.isoformat())


def propose(application: ListApplication, *, is_admitted: bool, code: str, reason: str, by: Actor) -> None:
    """The first pair of eyes. A refusal has its code; admitting without all evidence has its reason."""
    target, officer = APPLICATION.after(application.state, "propose"), _officer(by)
    today = clock.today(fund().zone)
    if application.state == "incomplete" and application.complete_by and today <= application.complete_by:
        raise Conflict(_l("The provider may complete this until %(day)s.", day=application.complete_by.isoformat()))
    found = conditions_for(application.open_list, application.organisation_id, today)
    _must_hold(is_admitted, code, reason, [row.text for row in unmet(found)])
    application.checks = [[row.code, row.is_met] for row in found]
    application.state, application.proposal = target, "admit" if is_admitted else "refuse"
    application.reason_code, application.reason = None if is_admitted else code, reason.strip()
    application.acted_by, application.decided_by = officer.person, None
    db.session.flush()
    after = {"proposal": application.proposal, "code": application.reason_code, "checks": application.checks}
    audit.record(STREAM, Act.OPEN_LIST_CHECKED, application.number, by=by, reason=reason.strip(), after=after)


def send_back(application: ListApplication, *, reason: str, by: Actor) -> None:
    """The second officer disagrees: the first checks again."""
    target, officer = APPLICATION.after(application.state, "send_back"), _second(application, by)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. Your colleague reads it."))
    application.state, application.proposal, application.reason_code = target, None, None
    application.decided_by = officer.person
    db.session.flush()
    after = {"state": application.state}
    audit.record(STREAM, Act.OPEN_LIST_CHECKED, application.number, by=by, reason=reason.strip(), after=after)


def decide(application: ListApplication, *, by: Actor) -> None:
    """The second pair of eyes follows the proposal: a contract in force, or a refusal that can be appealed."""
    is_admitted = application.proposal == "admit"
    target = APPLICATION.after(application.state, "admit" if is_admitted else "refuse")
    officer = _second(application, by)
    if is_admitted:
        _admit(application, by)
    application.state, application.decided_by, application.decided_at = target, officer.person, clock.now()
    db.session.flush()
    act = Act.OPEN_LIST_JOINED if is_admitted else Act.OPEN_LIST_REFUSED
    after = {"list": application.open_list.number, "code": application.reason_code}
    audit.record(STREAM, act, application.number, by=by, reason=application.reason, after=after)
    tell(application, "list_decided")


def _admit(application: ListApplication, by: Actor) -> None:
    """The terms as the provider signed them, the tariff of the list copied day by day; conditions asked once more."""
    open_list, today = application.open_list, clock.today(fund().zone)
    queries.hold(open_list)
    if has_failed(open_list, today) or not stands(open_list):
        raise Conflict(_l("Nobody is admitted before %(least)s have applied.", least=open_list.least_applicants))
    found = unmet(conditions_for(open_list, application.organisation_id, today), with_evidence=False)
    if found:
        raise Conflict(_l("Not met any more: %(condition)s.", condition=found[0].text))
    contract = contracts.draw_contract(_contract_terms(application, today), by=by)
    contracts.admit_to_list(contract, applied_by=application.signed_by, by=by)
    application.contract, application.admitted_on = contract, contract.valid_from


def _contract_terms(application: ListApplication, today: dt.date) -> Terms:
    open_list = application.open_list
    begins = max(today, open_list.valid_from)
    return Terms(
        organisation_id=application.organisation_id,
        title=open_list.title,
        origin="open_list",
        origin_reference=open_list.number,
        service_line=open_list.service_line,
        valid_from=begins,
        valid_until=open_list.valid_until,
        lines=tariff_from(application, begins),
        score=score_terms(open_list.service_line, begins, ()),
    )


def tariff_from(application: ListApplication, begins: dt.date) -> list[TariffLine]:
    """The prices of the list from a day on, as lines of a contract: a change that is published comes along."""
    open_list = application.open_list
    return [
        TariffLine(
            line.service, line.rate, valid_from=max(line.valid_from, begins),
            valid_until=line.valid_until or open_list.valid_until,
        )
        for line in open_list.lines
        if (line.valid_until or open_list.valid_until) >= begins
    ]  # fmt: skip


def _must_hold(is_admitted: bool, code: str, reason: str, missing: list[object]) -> None:
    if not is_admitted and code not in REFUSALS:
        raise InputErrors.at("code", _l("Choose the ground of the refusal."), code)
    if (not is_admitted or missing) and not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The provider reads it."))


def _officer(by: Actor) -> Actor:
    if not by.has(Role.PROCUREMENT_OFFICER):
        raise Forbidden(_l("A procurement officer decides about lists."))
    return by


def _second(application: ListApplication, by: Actor) -> Actor:
    words = _l("You checked this application, so another officer must decide.")
    _officer(by).must_differ_from([application.acted_by or ""], words)
    return by
