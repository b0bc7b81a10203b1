"""Improvement plans, one and many."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from core.actors import Actor
from core.db import db
from procurement.models.contract import Contract
from procurement.models.improvement import ImprovementPlan
from procurement.queries.contracts import known_contracts
from procurement.states.improvement import OPEN


def plans_of(contract: Contract) -> Sequence[ImprovementPlan]:
    """Newest first."""
    query = select(ImprovementPlan).where(ImprovementPlan.contract_id == contract.id)
    return db.session.execute(query.order_by(ImprovementPlan.place.desc())).scalars().all()


def plan_of(contract: Contract, place: int) -> ImprovementPlan | None:
    query = select(ImprovementPlan).where(ImprovementPlan.contract_id == contract.id, ImprovementPlan.place == place)
    return db.session.execute(query).scalar_one_or_none()


def locked_plan(plan_id: int) -> ImprovementPlan:
    query = select(ImprovementPlan).where(ImprovementPlan.id == plan_id).with_for_update(of=ImprovementPlan)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def last_place(contract_id: int) -> int:
    query = select(func.coalesce(func.max(ImprovementPlan.place), 0)).where(ImprovementPlan.contract_id == contract_id)
    return int(db.session.execute(query).scalar_one())


def has_open_plan(contract_id: int, cause: str) -> bool:
    query = select(ImprovementPlan.id).where(ImprovementPlan.contract_id == contract_id, ImprovementPlan.cause == cause)
    return db.session.execute(query.where(ImprovementPlan.state.in_(OPEN))).first() is not None


def plans_in(states: Collection[str], who: Actor, organisation_id: int | None = None) -> Sequence[ImprovementPlan]:
    """With their measures, oldest first, in two statements."""
    query = select(ImprovementPlan).join(Contract).where(ImprovementPlan.state.in_(states), *known_contracts(who))
    if organisation_id is not None:
        query = query.where(Contract.organisation_id == organisation_id)
    query = query.options(selectinload(ImprovementPlan.measures)).order_by(ImprovementPlan.id)
    return db.session.execute(query).scalars().all()
