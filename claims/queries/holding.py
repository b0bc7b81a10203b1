"""Contracts with a budget or a volume: locked in the order of their id, then read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from claims.models import Claim, ClaimWaiting
from core.among import among
from core.codes import Service
from core.db import db
from procurement.models.contract import Contract, ContractLine, ContractServiceUse, ContractUse
from procurement.models.evaluation import Award


def lock(contract_ids: Collection[int]) -> None:
    """What is read after it is the newest. SQLite's transaction has locked the whole file already."""
    if db.engine.dialect.name == "postgresql":
        has_volume = exists().where(ContractLine.contract_id == Contract.id, ContractLine.volume.is_not(None))
        capped = select(Contract.id).where(Contract.id.in_(contract_ids), or_(Contract.budget.is_not(None), has_volume))
        db.session.execute(capped.order_by(Contract.id).with_for_update()).all()


def frameworks(contract_ids: Collection[int]) -> dict[int, int]:
    """Contract → lot, of all members of the frameworks that these contracts belong to: they share one ceiling."""
    own = select(Award.lot_id).join(Contract, Contract.award_id == Award.id)
    own = own.where(Contract.id.in_(contract_ids), Award.places > 1)
    query = select(Contract.id, Award.lot_id).join(Award, Award.id == Contract.award_id).where(Award.lot_id.in_(own))
    return {row.id: row.lot_id for row in db.session.execute(query)}


def rooms(contract_ids: Collection[int]) -> list[Any]:
    """(contract, number, budget, used) of those with a budget."""
    query = select(Contract.id, Contract.number, Contract.budget, func.coalesce(ContractUse.benefit, 0))
    query = query.outerjoin(ContractUse, ContractUse.contract_id == Contract.id)
    return list(db.session.execute(query.where(Contract.id.in_(contract_ids), Contract.budget.is_not(None))).all())


def volumes(contract_ids: Collection[int]) -> list[Any]:
    """(contract, service, site or 0, number, unit, units agreed, thousandths used): a later rate repeats the volume."""
    site = func.coalesce(ContractLine.site_id, 0)
    agreed = (
        select(
            ContractLine.contract_id,
            ContractLine.service,
            site.label("site"),
            func.max(ContractLine.volume).label("units"),
        )
        .where(ContractLine.contract_id.in_(contract_ids), ContractLine.volume.is_not(None))
        .group_by(ContractLine.contract_id, ContractLine.service, site)
        .subquery()
    )
    use = ContractServiceUse
    same = and_(use.contract_id == agreed.c.contract_id, use.service == agreed.c.service, use.site_id == agreed.c.site)
    query = (
        select(
            agreed.c.contract_id, agreed.c.service, agreed.c.site, Contract.number, func.coalesce(Service.unit, ""),
            agreed.c.units, func.coalesce(use.quantity_milli, 0),
        )
        .join(Contract, Contract.id == agreed.c.contract_id)
        .outerjoin(Service, Service.code == agreed.c.service)
        .outerjoin(use, same)
    )  # fmt: skip
    return list(db.session.execute(query).all())


def with_volumes(organisation_ids: Collection[int]) -> set[int]:
    """Those with whom a quantity is agreed."""
    query = select(Contract.organisation_id).join(ContractLine, ContractLine.contract_id == Contract.id)
    query = query.where(among(Contract.organisation_id, organisation_ids), ContractLine.volume.is_not(None))
    return set(db.session.execute(query).scalars())


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
