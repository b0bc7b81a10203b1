"""What a simulation reads beside the claims: who lives where, and the work on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from claims.simulation.models import PlanSimulation
from core.db import db
from core.work import Shard
from members.models import Household, Member

KIND = "plan.simulation"


def people(household_ids: Collection[int]) -> Sequence[Any]:
    """Everybody of these households: member, household, birth, district."""
    query = select(Member.id, Member.household_id, Member.born_on, Household.district).join(Household)
    return db.session.execute(query.where(Household.id.in_(household_ids))).all()


def simulation(simulation_id: int) -> PlanSimulation | None:
    return db.session.get(PlanSimulation, simulation_id)


def simulations(plan_version_id: int) -> Sequence[PlanSimulation]:
    """The newest first."""
    query = select(PlanSimulation).where(PlanSimulation.plan_version_id == plan_version_id)
    return db.session.execute(query.order_by(PlanSimulation.id.desc()).limit(20)).scalars().all()


def shards(simulation_id: int) -> Sequence[Shard]:
    """The work on a simulation, by its keys “<simulation>/<partition>”."""
    query = select(Shard).where(Shard.kind == KIND, Shard.key.between(f"{simulation_id}/", f"{simulation_id}/~"))
    return db.session.execute(query.order_by(Shard.id)).scalars().all()
