"""The third step: another officer decides with reasons, in its days; a found breach costs what the clause says."""

from __future__ import annotations

import datetime as dt

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import DomainError, Forbidden, InputErrors
from core.words import _l
from procurement import amended
from procurement.models.breach import Breach
from procurement.penalties import Clause
from procurement.queries import amendments
from procurement.queries import breaches as queries
from procurement.queries.contracts import locked_contract
from procurement.services import rules
from procurement.services.breaches.reporting import rules_in_force
from procurement.services.breaches.telling import tell_provider
from procurement.services.contracts.signing import FUND_SIGNERS
from procurement.services.contracts.telling import STREAM
from procurement.states.breach import BREACH, DECISIONS


def decide(breach: Breach, action: str, reasons: str, *, by: Actor, is_penalised: bool = False) -> None:
    """`action` of `DECISIONS`. Before an answer only when its time is over; a breach is not found after the fund's."""
    row = queries.locked_breach(breach.number)
    if action not in DECISIONS:
        raise InputErrors.at("action", _l("Choose a decision."), action)
    target = BREACH.after(row.state, action)
    _refuse_partial(row, by)
    _refuse_early_and_late(row, action)
    if not reasons.strip():
        raise InputErrors.at("decision", _l("Write the reasons: the provider reads them."))
    now = clock.now()
    row.state, row.decision, row.decided_at = target, reasons.strip(), now
    row.decided_by, row.decided_by_name = by.person, by.name
    if target == "satisfied":
        days = dt.timedelta(days=rules_in_force().appeal_days)
        row.appeal_due_at = rules.end_of(clock.local_day(now, fund().zone) + days)
        row.penalty = _imposed(row) if is_penalised else 0
    elif is_penalised:
        raise InputErrors.at("penalty", _l("Only a breach that was found costs a penalty."))
    db.session.flush()
    after = {"state": target, "penalty": row.penalty}
    audit.record(STREAM, Act.BREACH_DECIDED, row.number, by=by, reason=row.decision, after=after)
    tell_provider(row, "decided")


def withdraw(breach: Breach, reason: str, *, by: Actor) -> None:
    """The fund takes its report back before it is decided; it stays in the register as taken back."""
    row = queries.locked_breach(breach.number)
    target = BREACH.after(row.state, "withdraw")
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer takes a report back."))
    if not reason.strip():
        raise InputErrors.at("ruling", _l("Say why. The other side reads it."))
    row.state, row.ruling, row.ruled_at = target, reason.strip(), clock.now()
    db.session.flush()
    audit.record(STREAM, Act.BREACH_WITHDRAWN, row.number, by=by, reason=row.ruling, after={"state": target})
    tell_provider(row, "withdrawn")


def penalty_due(breach: Breach) -> int | None:
    """Minor units that the clause asks for this breach; None: no clause, or the contract's value is not known."""
    if breach.contract is None or (clause := queries.penalty_clause(breach.contract.id)) is None:
        return None
    record = amendments.records([breach.contract.id])[breach.contract.id]
    value = record.original_value
    if value is None:
        value = amended.original_value(breach.contract)
    before = queries.penalties_of(breach.contract.id)
    return Clause(clause.fixed, clause.share, clause.most).due(value, before)


def _imposed(row: Breach) -> int:
    """With the contract held: two decisions at once do not pass the cap together."""
    if row.contract is not None:
        locked_contract(row.contract.number)
    due = penalty_due(row)
    if due is None:
        raise InputErrors.at("penalty", _l("No penalty was agreed in this contract, or its value is not known."))
    return due


def _refuse_partial(row: Breach, by: Actor) -> None:
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer decides about a breach."))
    if by.organisation_id == row.organisation_id:
        raise Forbidden(_l("You act for this provider, so someone else must decide."), code="four_eyes")
    by.must_differ_from([row.reported_by], _l("You reported this breach, so someone else must decide."))


def _refuse_early_and_late(row: Breach, action: str) -> None:
    at = clock.microseconds(database_now())
    if row.state == "reported" and at <= clock.microseconds(row.answer_due_at):
        raise DomainError(
            _l("The provider may still answer. Decide when it has, or when its time is over."), code="early"
        )
    if action == "satisfy" and at > clock.microseconds(row.decision_due_at):
        raise DomainError(
            _l("The fund’s time to find a breach is over. Close the report as not proven."), code="too_late"
        )
