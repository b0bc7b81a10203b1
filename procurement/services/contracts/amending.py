"""Amendments: drafted by one officer, approved by another, accepted by the provider, and then they count."""

from __future__ import annotations

from collections.abc import Sequence

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.audit import Said
from core.db import bulk_insert, db
from core.errors import Conflict, Forbidden, InputErrors
from core.roles import Role
from core.words import _l
from procurement.amending import noted, read
from procurement.models.contract import Contract, ContractAmendment
from procurement.queries import amendments as queries
from procurement.services.contracts.applying import apply
from procurement.services.contracts.judging import Facts, Proposal, Verdict, facts_of, judge, reservation_problem
from procurement.services.contracts.signing import FUND_SIGNERS
from procurement.services.contracts.telling import STREAM, issue, tell_others
from procurement.states.contract import AMENDMENT


def draft_amendment(proposal: Proposal, *, by: Actor) -> ContractAmendment:
    """One amendment on its way; raises `InputErrors` with the figures of a limit that it would pass."""
    facts = facts_of([proposal.contract.id])
    refuse_draft(proposal.contract, facts, by)
    verdict = judge(proposal, facts)
    problem = reservation_problem(proposal)
    found = [*verdict.problems, *([problem] if problem else [])]
    if found:
        raise InputErrors(found)
    return write_drafts([(proposal, verdict)], facts, by=by)[0]


def refuse_draft(contract: Contract, facts: Facts, by: Actor) -> None:
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer drafts amendments."))
    if contract.state != "active":
        raise Conflict(_l("Only a contract that is in force is amended."))
    if facts.records[contract.id].is_open:
        raise Conflict(_l("Another amendment of this contract is on its way."))


def write_drafts(
    judged: Sequence[tuple[Proposal, Verdict]], facts: Facts, *, by: Actor, cause: str = ""
) -> Sequence[ContractAmendment]:
    """Rows and entries of the trail for all of them in a handful of statements."""
    now = clock.now()
    values = [
        {
            "contract_id": one.contract.id, "place": facts.records[one.contract.id].last_place + 1, "code": one.code,
            "cause": cause, "state": AMENDMENT.initial, "terms": noted(one.terms), "changes": verdict.changes,
            "reason": one.reason.strip(), "lowering_reason": one.lowering_reason.strip(),
            "effective_from": one.effective_from, "original_value": verdict.original, "value_change": verdict.change,
            "drafted_by": by.person, "drafted_at": now, "answer": "",
        }
        for one, verdict in judged
    ]  # fmt: skip
    bulk_insert(ContractAmendment.__table__, values)
    for one, _verdict in judged:
        db.session.expire(one.contract, ["amendments"])
    rows = queries.drafted([one.contract.id for one, _verdict in judged])
    acts = [Said(STREAM, Act.AMENDMENT_DRAFTED, row.contract.number, row.reason, None, said(row)) for row in rows]
    audit.record_all(acts, by=by)
    return rows


def approve_amendment(row: ContractAmendment, *, by: Actor) -> None:
    """The second person of the fund; limits are looked at again, for others may have come between."""
    target = AMENDMENT.after(row.state, "approve")
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer approves amendments."))
    by.must_differ_from([row.drafted_by], _l("You drafted this amendment, so someone else must approve it."))
    _check_again(row)
    row.state, row.approved_by, row.approved_at = target, by.person, clock.now()
    _move(row, by)


def accept_amendment(row: ContractAmendment, *, by: Actor) -> None:
    """The provider agrees: from its first day on the contract reads as amended."""
    target = AMENDMENT.after(row.state, "accept")
    _refuse_stranger(row, by)
    people = [person for person in (row.drafted_by, row.approved_by) if person]
    by.must_differ_from(people, _l("You acted for the fund, so someone else must accept for the provider."))
    _check_again(row)
    row.state, row.accepted_by, row.closed_at = target, by.person, clock.now()
    db.session.flush()
    apply(row.contract, read(row.terms))
    audit.record(STREAM, Act.CONTRACT_AMENDED, row.contract.number, by=by, reason=row.reason, after=said(row))
    tell_others("contract.rate_agreed", row.contract, row.effective_from)
    issue(row.contract, by)


def decline_amendment(row: ContractAmendment, *, reason: str, by: Actor) -> None:
    target = AMENDMENT.after(row.state, "decline")
    _refuse_stranger(row, by)
    _close(row, target, reason, by)


def drop_amendment(row: ContractAmendment, *, reason: str, by: Actor) -> None:
    """The fund takes it back before the provider has answered."""
    target = AMENDMENT.after(row.state, "drop")
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer drops amendments."))
    _close(row, target, reason, by)


def _close(row: ContractAmendment, target: str, reason: str, by: Actor) -> None:
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The other side reads it."))
    row.state, row.answer, row.closed_at = target, reason.strip(), clock.now()
    _move(row, by)


def _check_again(row: ContractAmendment) -> None:
    """Nothing may have moved under it: the contract reads as it did, the limits hold, its first day is not over."""
    contract = row.contract
    if contract.state != "active":
        raise Conflict(_l("Only a contract that is in force is amended."))
    proposal = Proposal(contract, row.code, read(row.terms), row.effective_from, row.reason, row.lowering_reason)
    verdict = judge(proposal, facts_of([contract.id]))
    if verdict.problems:
        raise InputErrors(verdict.problems)
    now, then = ([(one["where"], one["before"]) for one in found] for found in (verdict.changes, row.changes))
    if now != then:
        raise Conflict(_l("The contract has changed since. Drop this amendment and draft another."))


def _refuse_stranger(row: ContractAmendment, by: Actor) -> None:
    if not (by.has(Role.PROVIDER_MANAGER) and by.organisation_id == row.contract.organisation_id):
        raise Forbidden(_l("A manager of the provider answers an amendment."))


def _move(row: ContractAmendment, by: Actor) -> None:
    db.session.flush()
    after = {"amendment": row.place, "state": row.state}
    audit.record(STREAM, Act.AMENDMENT_MOVED, row.contract.number, by=by, reason=row.answer, after=after)


def said(row: ContractAmendment) -> dict[str, object]:
    """What the trail keeps, and open data read: no words that people typed."""
    changes = [f"{one['where']}: {one['before']} → {one['after']}" for one in row.changes]
    return {
        "amendment": row.place, "code": row.code, "from": row.effective_from.isoformat(), "changes": changes,
        "value_change": row.value_change,
    }  # fmt: skip
