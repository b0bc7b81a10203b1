"""Contracts with a budget: locked in the order of their id, then read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from claims.models import Claim, ClaimWaiting
from core.among import among
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


def asked_of_capped() -> dict[int, int]:
    """Organisation with a budget → minor units asked by all its claims that wait for a run: no decision pays more."""
    capped = select(Contract.organisation_id).where(Contract.budget.is_not(None))
    query = select(Claim.organisation_id, func.sum(Claim.amount)).join(ClaimWaiting, ClaimWaiting.claim_id == Claim.id)
    query = query.where(Claim.organisation_id.in_(capped)).group_by(Claim.organisation_id)
    return {organisation_id: int(amount) for organisation_id, amount in db.session.execute(query)}


def least_room(organisation_ids: Collection[int], first: dt.date, last: dt.date) -> dict[int, int]:
    """Organisation → minor units left in the fullest of its contracts of these days that have a budget.

    The contracts are locked first, in the order of their id, as everyone does who takes of a budget.
    """
    capped = select(Contract.id).where(
        among(Contract.organisation_id, organisation_ids),
        Contract.budget.is_not(None),
        Contract.state != "drawn",
        Contract.valid_from <= last,
        Contract.valid_until >= first,
    )
    if db.engine.dialect.name == "postgresql":
        db.session.execute(capped.order_by(Contract.id).with_for_update()).all()
    left: Any = func.min(Contract.budget - func.coalesce(ContractUse.benefit, 0))
    query = select(Contract.organisation_id, left).outerjoin(ContractUse, ContractUse.contract_id == Contract.id)
    query = query.where(Contract.id.in_(capped.scalar_subquery())).group_by(Contract.organisation_id)
    return {organisation_id: int(amount) for organisation_id, amount in db.session.execute(query)}
