"""The provisional finding, which the provider reads first, and its reply; or the end, when nothing was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import DomainError, Forbidden, InputErrors, Problem
from core.roles import Role
from core.words import _l
from procurement.services import rules
from quality.audit_cases import queries
from quality.audit_cases.models import AuditCase
from quality.audit_cases.plan import Lane, rules_on
from quality.audit_cases.services.gathering import Entry, Upload, keep
from quality.audit_cases.services.opening import refuse_others
from quality.audit_cases.services.telling import tell_provider
from quality.audit_cases.states import AUDIT_CASE, CLEARING, FINDINGS
from quality.names import STREAM
from quality.samples import presenters
from quality.samples.queries.samples import samples_of_case

MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Conclusion:
    """`amount` in minor units and `rule`, how it was found, where money is to be taken back."""

    finding: str
    text: str
    amount: int = 0
    rule: str = ""


def conclude(case: AuditCase, said: Conclusion, *, by: Actor) -> None:
    """Write the provisional finding; the provider's days to reply begin."""
    refuse_others(by)
    row = queries.locked_case(case.number)
    target = AUDIT_CASE.after(row.state, "conclude")
    if problems := [*defects(said.finding, said.text, said.amount, said.rule)]:
        raise InputErrors(problems)
    now = clock.now()
    row.state, row.provisional, row.provisional_text = target, said.finding, said.text.strip()
    row.provisional_amount, row.rule = said.amount, said.rule.strip()
    row.concluded_by, row.concluded_by_name, row.concluded_at = by.person, by.name, now
    today = clock.today(fund().zone)
    row.reply_due_at = rules.after_working_days(lane_of(row).reply_days, today)
    row.decision_due_at = _decision_due(row, clock.local_day(row.reply_due_at, fund().zone))
    db.session.flush()
    after = {"finding": said.finding, "amount": said.amount, "reply_due_at": row.reply_due_at}
    audit.record(STREAM, Act.AUDIT_CASE_CONCLUDED, row.number, by=by, reason=row.provisional_text, after=after)
    tell_provider(row, "concluded")


def by_sample(case: AuditCase, finding: str, text: str, number: str) -> Conclusion:
    """The sum that a judged sample of this case supports, with the rule that gave it."""
    found = next((one for one in samples_of_case(case.number) if one.number == number), None)
    if found is None or found.recoverable is None:
        raise InputErrors.at("sample", _l("This sample has no estimate yet."), number)
    said = "; ".join([str(presenters.rule(found.result)), *(how for _what, how in presenters.recovery(found.result))])
    rule = _l("Sample %(number)s. %(rule)s.", number=number, rule=said)
    return Conclusion(finding, text, found.recoverable, str(rule))


def clear(case: AuditCase, finding: str, text: str, *, by: Actor) -> None:
    """Close a case that found nothing against the provider. It is told; nothing is to be replied to."""
    refuse_others(by)
    row = queries.locked_case(case.number)
    target = AUDIT_CASE.after(row.state, "clear")
    if finding not in CLEARING:
        raise InputErrors.at("finding", _l("Against the provider, the case needs its reply first."), finding)
    if not text.strip():
        raise InputErrors.at("finding_text", _l("Give the reasons. A finding without reasons cannot be contested."))
    row.state, row.finding, row.finding_text = target, finding, text.strip()
    row.closed_by, row.closed_at = by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.AUDIT_CASE_CLOSED, row.number, by=by, after={"finding": finding})
    tell_provider(row, "cleared")


def reply(case: AuditCase, text: str, uploads: Sequence[Upload] = (), *, by: Actor) -> None:
    """Once, by a manager of the provider, up to the stored microsecond."""
    row = queries.locked_case(case.number)
    refuse_stranger(row, by)
    target = AUDIT_CASE.after(row.state, "reply")
    at = database_now()
    if row.reply_due_at is None or clock.microseconds(at) > clock.microseconds(row.reply_due_at):
        raise DomainError(_l("The time to reply is over."), code="too_late")
    if not text.strip():
        raise InputErrors.at("reply", _l("Write your reply: whoever decides reads it."))
    if len(uploads) > MOST_FILES:
        raise InputErrors.at("evidence", _l("Send at most %(most)s files.", most=MOST_FILES), len(uploads))
    row.state, row.reply, row.replied_by, row.replied_at = target, text.strip(), by.person, at
    row.decision_due_at = _decision_due(row, clock.local_day(at, fund().zone))
    kept = [keep(row, Entry("evidence", one.filename, is_shared=True, upload=one), "provider", by) for one in uploads]
    after = {"state": target, "files": [one.file.sha256 for one in kept if one.file]}
    audit.record(STREAM, Act.AUDIT_CASE_REPLIED, row.number, by=by, after=after)


def defects(finding: str, text: str, amount: int, rule: str) -> list[Problem]:
    """What is wrong with a finding, whoever writes it: auditor, second auditor, or the third person."""
    found = []
    if finding not in FINDINGS:
        found.append(Problem("finding", _l("Choose what was found."), finding))
    if not text.strip():
        found.append(Problem("finding_text", _l("Give the reasons. A finding without reasons cannot be contested.")))
    if finding == "recover" and amount <= 0:
        found.append(Problem("amount", _l("Write the sum that is to be taken back.")))
    if finding == "recover" and not rule.strip():
        found.append(Problem("rule", _l("Say how the sum was found, so that it can be recomputed.")))
    if finding != "recover" and amount:
        found.append(Problem("amount", _l("A sum belongs to a finding that takes money back."), str(amount)))
    return found


def lane_of(row: AuditCase) -> Lane:
    """The deadlines in force on the day the case was opened."""
    return rules_on(clock.local_day(row.opened_at, fund().zone)).lane(is_safeguarding=row.is_safeguarding)


def refuse_stranger(row: AuditCase, by: Actor) -> None:
    if not (by.has(Role.PROVIDER_MANAGER) and by.organisation_id == row.organisation_id):
        raise Forbidden(_l("A manager of the provider answers for it."))


def _decision_due(row: AuditCase, since: dt.date) -> dt.datetime:
    return rules.after_working_days(lane_of(row).decision_days, since)
