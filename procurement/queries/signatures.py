"""What is read about signatures of contracts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.actors import Actor
from core.db import db
from procurement.models.contract import Contract
from procurement.models.signature import ContractSignature
from procurement.queries.contracts import known_contracts


def signatures_of(contract: Contract) -> Sequence[ContractSignature]:
    """In the order in which they were given, with their files; refused ones too."""
    query = select(ContractSignature).where(ContractSignature.contract_id == contract.id)
    query = query.options(selectinload(ContractSignature.file)).order_by(ContractSignature.id)
    return db.session.execute(query).scalars().all()


def waiting_signature(contract: Contract, side: str) -> ContractSignature | None:
    """What this side handed in and nobody has answered."""
    return next((row for row in signatures_of(contract) if row.side == side and row.state == "waiting"), None)


def signatures_to_answer(who: Actor) -> Sequence[ContractSignature]:
    """Handed in for contracts that still wait for signatures, oldest first."""
    query = select(ContractSignature).join(Contract).where(ContractSignature.state == "waiting")
    query = query.where(Contract.state == "drawn", *known_contracts(who)).order_by(ContractSignature.id)
    return db.session.execute(query).scalars().all()
