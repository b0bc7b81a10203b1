"""Capitation of contracts that run already, brought in as a set at the opening and taken back with its file."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core import audit
from core.actors import Actor
from core.acts import Act
from core.among import among
from core.db import db
from procurement.amending import NewTerms, noted
from procurement.capitation import Capitation
from procurement.models.contract import Contract
from procurement.services.contracts import STREAM
from procurement.services.contracts.applying import apply
from procurement.services.contracts.telling import tell_others


def running_contracts(numbers: Collection[str]) -> dict[str, Contract]:
    """In force, by number, with their lines and bands."""
    query = select(Contract).where(among(Contract.number, list(numbers)), Contract.state == "active")
    query = query.options(selectinload(Contract.lines), selectinload(Contract.capitation))
    return {row.number: row for row in db.session.execute(query).scalars()}


def bring_in(terms: Mapping[str, Capitation], *, source: str, by: Actor) -> list[int]:
    """By number of the contract; their ids."""
    contracts = running_contracts(terms)
    for number, new in terms.items():
        _set(contracts[number], new, source, by)
    return sorted(contracts[number].id for number in terms)


def take_back(contract_ids: Collection[int], *, source: str, by: Actor) -> None:
    """Whoever calls knows that no month was counted by them."""
    query = select(Contract).where(among(Contract.id, list(contract_ids))).order_by(Contract.id)
    for contract in db.session.execute(query).scalars():
        _set(contract, Capitation((), (), contract.valid_from), source, by)


def _set(contract: Contract, new: Capitation, source: str, by: Actor) -> None:
    apply(contract, NewTerms(capitation=new))
    after = {"capitation": noted(NewTerms(capitation=new))["capitation"]}
    audit.record(STREAM, Act.RATES_CHANGED, contract.number, by=by, reason=source, after=after)
    tell_others("contract.rate_agreed", contract, new.from_on)
