"""After the decision: the provider accepts, or appeals in its days; a third person rules and may lower, never raise."""

from __future__ import annotations

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import database_now, db
from core.errors import Conflict, DomainError, Forbidden, InputErrors, Problem
from core.roles import Role
from core.words import _l
from quality.audit_cases import queries
from quality.audit_cases.models import AuditCase
from quality.audit_cases.services.concluding import refuse_stranger
from quality.audit_cases.services.recovering import spread
from quality.audit_cases.services.telling import tell_provider
from quality.audit_cases.states import AUDIT_CASE
from quality.names import STREAM


def accept(case: AuditCase, *, by: Actor) -> None:
    """The provider says that it will not appeal: the decision is final from now on."""
    row = queries.locked_case(case.number)
    refuse_stranger(row, by)
    _refuse_unless_open(row)
    row.accepted_at = database_now()
    db.session.flush()
    audit.record(STREAM, Act.AUDIT_CASE_ACCEPTED, row.number, by=by, after={"amount": row.amount})


def appeal(case: AuditCase, text: str, *, by: Actor) -> None:
    """Once, in time. Meanwhile nothing is taken back."""
    row = queries.locked_case(case.number)
    refuse_stranger(row, by)
    target = AUDIT_CASE.after(row.state, "appeal")
    _refuse_unless_open(row)
    at = database_now()
    if row.appeal_due_at is None or clock.microseconds(at) > clock.microseconds(row.appeal_due_at):
        raise DomainError(_l("The time to appeal is over."), code="too_late")
    if not text.strip():
        raise InputErrors.at("appeal", _l("Say why the decision is wrong."))
    row.state, row.appeal, row.appealed_by, row.appealed_at = target, text.strip(), by.person, at
    db.session.flush()
    audit.record(STREAM, Act.AUDIT_CASE_APPEALED, row.number, by=by, after={"state": target})


def rule(case: AuditCase, amount: int, reasons: str, *, by: Actor) -> None:
    """A complaints officer without a part in it sets the sum anew, from 0 to what was decided, in the same parts."""
    row = queries.locked_case(case.number)
    target = AUDIT_CASE.after(row.state, "rule")
    if not by.has(Role.COMPLAINTS_OFFICER):
        raise Forbidden(_l("A complaints officer rules on the appeal."))
    had_part = [person for person in (row.opened_by, row.concluded_by, row.decided_by) if person]
    by.must_differ_from(had_part, _l("You had a part in this case, so someone else must rule."))
    if problems := [*_defects(row, amount, reasons)]:
        raise InputErrors(problems)
    before = row.amount
    count, first = len(row.instalments) or 1, row.instalments[0].due_on if row.instalments else None
    row.state, row.ruling, row.amount_before, row.amount = target, reasons.strip(), before, amount
    row.ruled_by, row.ruled_by_name, row.ruled_at = by.person, by.name, clock.now()
    if amount != before:
        spread(row, count, first)
    db.session.flush()
    past, now = {"amount": before}, {"amount": amount, "state": target}
    audit.record(STREAM, Act.AUDIT_CASE_RULED, row.number, by=by, reason=row.ruling, before=past, after=now)
    tell_provider(row, "ruled")


def _refuse_unless_open(row: AuditCase) -> None:
    if row.state != "decided" or row.accepted_at is not None or row.appealed_at is not None:
        raise Conflict(_l("This decision is final."))


def _defects(row: AuditCase, amount: int, reasons: str) -> list[Problem]:
    found = []
    if not 0 <= amount <= row.amount:
        found.append(Problem("amount", _l("The ruling keeps or lowers the sum that was decided."), str(amount)))
    if not reasons.strip():
        found.append(Problem("ruling", _l("Write the reasons: the provider reads them.")))
    return found
