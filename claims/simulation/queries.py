"""What a simulation reads beside the claims: who lives where, and the work on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, func, select

from claims.models import Claim, ClaimLine
from claims.simulation.models import PlanSimulation
from core.db import db
from core.work import Shard
from members.models import Household, Member

KIND = "plan.simulation"


def lines_by_household(since: dt.date) -> Iterator[tuple[int, int]]:
    """(household, lines of its claims that reach `since` or later), streaming by id."""
    theirs = (Claim.member_id == Member.id, Claim.service_until >= since)
    lines = (ClaimLine.partition == Claim.partition, ClaimLine.claim_id == Claim.id)
    query = select(Member.household_id, func.count()).join(Claim, and_(*theirs)).join(ClaimLine, and_(*lines))
    query = query.group_by(Member.household_id).order_by(Member.household_id).execution_options(yield_per=2000)
    with db.session.execute(query) as rows:
        yield from ((row[0], row[1]) for row in rows)


def households_claiming(since: dt.date, after: int, last: int, limit: int) -> Sequence[int]:
    """Up to `limit` households behind `after`, to `last`, with claims that reach `since` or later."""
    query = select(Member.household_id).join(Claim, Claim.member_id == Member.id).where(Claim.service_until >= since)
    query = query.where(Member.household_id > after, Member.household_id <= last).distinct()
    return db.session.execute(query.order_by(Member.household_id).limit(limit)).scalars().all()


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
    """The work on a simulation, by its keys “<simulation>/<part>”."""
    query = select(Shard).where(Shard.kind == KIND, Shard.key.between(f"{simulation_id}/", f"{simulation_id}/~"))
    return db.session.execute(query.order_by(Shard.id)).scalars().all()
