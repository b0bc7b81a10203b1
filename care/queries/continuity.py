"""The plan of care for everybody placed under a contract that ends: who comes next, or what is arranged meanwhile."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from care.models import CareGrant, InterimArrangement, Placement
from care.queries.grants import OPEN_STATES
from care.queries.planned import AGREED_STATES
from core.actors import Actor
from core.among import among
from core.db import db
from core.restricted import known_to
from procurement.models.contract import Contract
from procurement.models.ending import ContractEnding
from procurement.queries.endings import services_lost


@dataclass(frozen=True, slots=True)
class Cared:
    """One placement that the end of a contract cuts: `next` takes over without a gap, `offered` waits for an answer."""

    placement: Placement
    needed_from: dt.date
    next: Placement | None
    offered: Placement | None
    arrangement: InterimArrangement | None

    @property
    def is_covered(self) -> bool:
        return self.next is not None or self.arrangement is not None


def cut_placements(contract_id: int, last_on: dt.date, who: Actor | None = None) -> Sequence[Placement]:
    """Agreed ones at the contract's provider that last longer, for services that no other contract of it prices then.

    Of what `who` may know, all of them for the house itself.
    """
    lost = services_lost(contract_id, last_on)
    owner = select(Contract.organisation_id).where(Contract.id == contract_id).scalar_subquery()
    query = select(Placement).where(Placement.organisation_id == owner, among(Placement.service, lost))
    query = query.where(Placement.state.in_(AGREED_STATES), Placement.valid_until > last_on)
    query = query.where(*(known_to(who, Placement.service) if who else ()))
    query = query.options(joinedload(Placement.grant), joinedload(Placement.member))
    return db.session.execute(query.order_by(Placement.id)).scalars().all()


def plan_of(contract_id: int, last_on: dt.date, ending_id: int | None, who: Actor | None = None) -> list[Cared]:
    """Every person with the placement that follows; a fixed number of statements."""
    cut = cut_placements(contract_id, last_on, who)
    later = _others(cut)
    arranged = {} if ending_id is None else _arranged(ending_id)
    return [_cared(row, last_on, later[row.member_id], arranged.get(row.id)) for row in cut]


def cut_placement(ending: ContractEnding, number: str, who: Actor) -> Placement | None:
    rows = cut_placements(ending.contract_id, ending.last_on, who)
    return next((row for row in rows if row.number == number), None)


def arrangement_of(ending_id: int, placement_id: int) -> InterimArrangement | None:
    return _arranged(ending_id).get(placement_id)


def _cared(row: Placement, last_on: dt.date, others: Sequence[Placement], made: InterimArrangement | None) -> Cared:
    needed_from = max(last_on + dt.timedelta(days=1), row.valid_from)
    follows = [
        one
        for one in others
        if one.organisation_id != row.organisation_id
        and one.grant.service_line == row.grant.service_line
        and one.valid_from <= needed_from
        and one.valid_until >= row.valid_until
    ]
    taken = next((one for one in follows if one.state == "accepted"), None)
    return Cared(row, needed_from, taken, next((one for one in follows if one.state == "offered"), None), made)


def _others(cut: Sequence[Placement]) -> dict[int, list[Placement]]:
    """Member → other placements, offered or accepted."""
    query = select(Placement).where(among(Placement.member_id, {row.member_id for row in cut}))
    query = query.where(Placement.state.in_(OPEN_STATES), Placement.id.not_in(_keys(cut)))
    query = query.join(CareGrant).options(joinedload(Placement.grant), joinedload(Placement.organisation))
    found: dict[int, list[Placement]] = defaultdict(list)
    for row in db.session.execute(query.order_by(Placement.id)).scalars():
        found[row.member_id].append(row)
    return found


def _keys(rows: Collection[Placement]) -> Any:
    return select(Placement.id).where(among(Placement.id, {row.id for row in rows}))


def _arranged(ending_id: int) -> dict[int, InterimArrangement]:
    query = select(InterimArrangement).where(InterimArrangement.ending_id == ending_id)
    return {row.placement_id: row for row in db.session.execute(query).scalars()}
