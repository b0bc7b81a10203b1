"""Contracts with a budget: locked in the order of their id, then read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from core.db import db
from procurement.models.contract import Contract, ContractUse


def rooms(contract_ids: Collection[int], *, is_locked: bool) -> list[Any]:
    """(contract, number, budget, used) of those with a budget. The use is read after the lock, so it is the newest."""
    capped = (
        select(Contract.id).where(Contract.id.in_(contract_ids), Contract.budget.is_not(None)).order_by(Contract.id)
    )
    if is_locked and db.engine.dialect.name == "postgresql":
        db.session.execute(capped.with_for_update()).all()
    query = select(Contract.id, Contract.number, Contract.budget, func.coalesce(ContractUse.benefit, 0))
    query = query.outerjoin(ContractUse, ContractUse.contract_id == Contract.id)
    return list(db.session.execute(query.where(Contract.id.in_(contract_ids), Contract.budget.is_not(None))).all())
