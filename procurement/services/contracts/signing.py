"""Draw a contract, and sign it from both sides."""

from __future__ import annotations

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, DomainError, Forbidden
from core.numbers import next_number
from core.roles import Role
from core.words import _l
from procurement.models.contract import Contract, ContractIndicator, ContractLine
from procurement.models.contract_score import ContractScore
from procurement.models.penalty import ContractPenalty
from procurement.models.signature import ContractSignature
from procurement.queries.contracts import locked_contract
from procurement.queries.signatures import waiting_signature
from procurement.queries.tenders import award_of_contract as awarded_by
from procurement.scored import noted
from procurement.services import rules
from procurement.services.complaining import refuse_suspended
from procurement.services.contracts.telling import STREAM, issue, tell_others
from procurement.services.contracts.terms import Terms, check_terms, contract_values, indicator_values, line_values
from procurement.states.contract import CONTRACT

FUND_SIGNERS = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)


def draw_contract(terms: Terms, *, by: Actor) -> Contract:
    """A contract in words and numbers, not yet signed; raises `InputErrors` that name the line."""
    check_terms(terms)
    now = clock.now()
    contract = Contract(
        number=next_number("C", clock.local_day(now, fund().zone).year), state=CONTRACT.initial, created_at=now,
        **contract_values(terms),
    )  # fmt: skip
    contract.lines = [ContractLine(**values) for values in line_values(terms)]
    contract.indicators = [ContractIndicator(**values) for values in indicator_values(terms)]
    if terms.score:
        contract.scores = [ContractScore(place=1, valid_from=terms.valid_from, terms=noted(terms.score))]
    db.session.add(contract)
    db.session.flush()
    _agree_on_penalty(contract)
    after = {"origin": terms.origin, "lines": len(terms.lines), "budget": terms.budget}
    audit.record(STREAM, Act.CONTRACT_DRAWN, contract.number, by=by, after=after)
    return contract


def _agree_on_penalty(contract: Contract) -> None:
    """The clause of the day it is drawn; contracts that ran before the fund have none."""
    found = rules.breach(clock.local_day(contract.created_at, fund().zone))
    if found and (clause := found.clause):
        row = ContractPenalty(contract_id=contract.id, fixed=clause.fixed, share=clause.share, most=clause.most)
        db.session.add(row)


def sign(contract: Contract, *, by: Actor, method: str = "demo") -> None:
    """Sign for the side that `by` stands on; with the second signature the contract is in force.

    `method`: how the caller made sure who it is. One click alone (`demo`) signs nothing outside the demo.
    """
    side = side_to_sign(contract, by)
    if method == "demo" and not fund().is_demo:
        raise Forbidden(_l("A contract is signed with a second factor, on paper, or by a signed PDF."), code="method")
    row = ContractSignature(side=side, method=method, state="counts", person=by.person, name=by.name, at=clock.now())
    add(contract, row)
    count(row, by=by)


def admit_to_list(contract: Contract, *, applied_by: str, by: Actor) -> None:
    """Both sides of a contract of an open list: the provider signed by its application, the fund by admitting."""
    row = ContractSignature(side="provider", method="open_list", person=applied_by, name="", at=contract.created_at)
    row.state = "counts"
    contract.signed_by_provider = applied_by
    add(contract, row)
    sign(contract, by=by, method="open_list")


def side_to_sign(contract: Contract, by: Actor) -> str:
    """The side that `by` signs for, its turn come; held until the end, so that two who sign at once both count."""
    locked_contract(contract.number)
    CONTRACT.after(contract.state, "sign")
    refuse_before_standstill(contract)
    if by.has(Role.PROVIDER_MANAGER) and by.organisation_id == contract.organisation_id:
        side, own, other = "provider", contract.signed_by_provider, contract.signed_by_fund
    elif by.has(*FUND_SIGNERS):
        side, own, other = "fund", contract.signed_by_fund, contract.signed_by_provider
    else:
        raise Forbidden(_l("A manager of the provider signs, and a procurement officer of the fund."))
    if own:
        raise Conflict(_l("Your side has signed this contract already."))
    if other:
        by.must_differ_from([other], _l("You signed for the other side, so someone else must sign here."))
    if waiting_signature(contract, side) is not None:
        raise Conflict(_l("What your side handed in waits for the second person. Nothing more is needed now."))
    return side


def refuse_before_standstill(contract: Contract) -> None:
    """A contract of an award is not signed before its standstill is over, nor with a complaint open."""
    award = awarded_by(contract.award_id)
    if award is None:
        return
    if award.standstill_until is None or clock.today(fund().zone) <= award.standstill_until:
        raise DomainError(_l("The standstill is not over."), code="standstill")
    refuse_suspended(award.lot.tender, award.lot)


def add(contract: Contract, row: ContractSignature) -> None:
    row.contract = contract
    db.session.add(row)
    db.session.flush()


def count(row: ContractSignature, *, by: Actor) -> None:
    """The signature stands; with that of the other side the contract is in force, and its paper says how."""
    contract = row.contract
    target = CONTRACT.after(contract.state, "sign")
    setattr(contract, f"signed_by_{row.side}", row.person)
    contract.signing_began_on = contract.signing_began_on or clock.today(fund().zone)
    if contract.signed_by_provider and contract.signed_by_fund:
        contract.state, contract.signed_at = target, clock.now()
        tell_others("contract.signed", contract, contract.valid_from)
    db.session.flush()
    after = {"state": contract.state, "side": row.side, "method": row.method}
    audit.record(STREAM, Act.CONTRACT_SIGNED, contract.number, by=by, reason=row.reason, after=after)
    if contract.state == "active":
        issue(contract, by)
