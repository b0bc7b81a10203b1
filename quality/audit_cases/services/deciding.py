"""Another auditor decides with reasons: the finding, the sum and its instalments, recommendations, a referral."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import Conflict, InputErrors, Problem
from core.words import _l
from procurement.services import rules
from quality.audit_cases import queries
from quality.audit_cases.models import AuditCase, Recommendation
from quality.audit_cases.plan import rules_on
from quality.audit_cases.services.concluding import defects, lane_of
from quality.audit_cases.services.opening import refuse_others
from quality.audit_cases.services.recovering import spread
from quality.audit_cases.services.telling import tell_provider
from quality.audit_cases.states import AUDIT_CASE, REFERRALS
from quality.names import STREAM

DECIDED = "audit_case.decided"


@dataclass(frozen=True, slots=True)
class Decision:
    """`amount` in minor units, over `instalments` months from `first_due_on`; `recommendations` are (text, due day)."""

    finding: str
    text: str
    amount: int = 0
    instalments: int = 1
    first_due_on: dt.date | None = None
    recommendations: Sequence[tuple[str, dt.date | None]] = ()
    referred_to: str = ""


def decide(case: AuditCase, said: Decision, *, by: Actor) -> None:
    """By another auditor than who concluded, never above the sum the provider could reply to."""
    refuse_others(by)
    row = queries.locked_case(case.number)
    target = AUDIT_CASE.after(row.state, "decide")
    by.must_differ_from(
        [person for person in (row.concluded_by,) if person],
        _l("You wrote the provisional finding, so another auditor must decide."),
    )
    _refuse_before_the_reply(row)
    if problems := [*_defects(row, said)]:
        raise InputErrors(problems)
    today = clock.today(fund().zone)
    row.state, row.finding, row.finding_text, row.amount = target, said.finding, said.text.strip(), said.amount
    row.referred_to = said.referred_to
    row.decided_by, row.decided_by_name, row.decided_at = by.person, by.name, clock.now()
    row.appeal_due_at = rules.after_working_days(lane_of(row).appeal_days, today)
    row.recommendations = [
        Recommendation(place=place, text=text.strip(), due_on=due_on)
        for place, (text, due_on) in enumerate(said.recommendations, start=1)
    ]
    spread(row, said.instalments, said.first_due_on)
    db.session.flush()
    after = {"finding": row.finding, "amount": row.amount, "instalments": len(row.instalments)}
    after |= {"referred_to": row.referred_to, "recommendations": len(row.recommendations)}
    audit.record(STREAM, Act.AUDIT_CASE_DECIDED, row.number, by=by, reason=row.finding_text, after=after)
    events.publish(DECIDED, row.number, effective_from=today, data={"organisation_id": row.organisation_id, **after})
    tell_provider(row, "decided")


def _refuse_before_the_reply(row: AuditCase) -> None:
    is_waiting = row.reply_due_at is not None and database_now() <= row.reply_due_at
    if row.state == "provisional" and is_waiting:
        raise Conflict(_l("The provider may still reply; decide after its reply, or after its time."))


def _defects(row: AuditCase, said: Decision) -> list[Problem]:
    found = defects(said.finding, said.text, said.amount, row.rule or "-")
    if said.amount > row.provisional_amount:
        found.append(Problem("amount", _l("The provider could reply to a smaller sum only."), str(said.amount)))
    most = rules_on(clock.today(fund().zone)).most_instalments
    if said.amount and not 1 <= said.instalments <= most:
        found.append(Problem("instalments", _l("Choose 1 to %(most)s instalments.", most=most), str(said.instalments)))
    if said.amount and said.first_due_on is None:
        found.append(Problem("first_due_on", _l("Say when the first part is taken.")))
    if said.first_due_on and row.appeal_due_at is None and said.first_due_on < clock.today(fund().zone):
        found.append(Problem("first_due_on", _l("This day is over."), said.first_due_on.isoformat()))
    if said.referred_to and said.referred_to not in REFERRALS:
        found.append(Problem("referred_to", _l("Choose to whom it is referred."), said.referred_to))
    for place, (text, due_on) in enumerate(said.recommendations, start=1):
        if text.strip() and due_on is None:
            found.append(Problem(f"due_{place}", _l("Say by when the provider is to do it.")))
    if said.finding == "improve" and not said.recommendations:
        found.append(Problem("recommendation_1", _l("Say what the provider is to change.")))
    return found
