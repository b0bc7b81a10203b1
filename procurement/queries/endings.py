"""Early ends of contracts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import exists, or_, select

from core.actors import Actor
from core.among import among
from core.db import db
from procurement.models.breach import Breach
from procurement.models.contract import Contract, ContractLine
from procurement.models.ending import ContractEnding
from procurement.queries.contracts import known_contracts
from procurement.states.ending import OPEN


def open_ending(contract_id: int) -> ContractEnding | None:
    query = select(ContractEnding).where(ContractEnding.contract_id == contract_id, ContractEnding.state.in_(OPEN))
    return db.session.execute(query).scalar_one_or_none()


def latest_ending(contract_id: int) -> ContractEnding | None:
    query = select(ContractEnding).where(ContractEnding.contract_id == contract_id).order_by(ContractEnding.id.desc())
    return db.session.execute(query.limit(1)).scalar_one_or_none()


def locked_ending(ending_id: int) -> ContractEnding:
    query = select(ContractEnding).where(ContractEnding.id == ending_id).with_for_update(of=ContractEnding)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def carried_out(contract_ids: Collection[int]) -> dict[int, ContractEnding]:
    """Contract id → how it ended."""
    query = select(ContractEnding).where(
        among(ContractEnding.contract_id, contract_ids), ContractEnding.state == "carried_out"
    )
    return {row.contract_id: row for row in db.session.execute(query).scalars()}


def open_endings(who: Actor, organisation_id: int | None = None) -> Sequence[ContractEnding]:
    """Soonest last day first."""
    query = select(ContractEnding).join(Contract).where(ContractEnding.state.in_(OPEN), *known_contracts(who))
    if organisation_id is not None:
        query = query.where(Contract.organisation_id == organisation_id)
    return db.session.execute(query.order_by(ContractEnding.last_on, ContractEnding.id)).scalars().all()


def final_breaches(contract_id: int, at: dt.datetime) -> Sequence[Breach]:
    """Found, and nobody can appeal any more."""
    query = select(Breach).where(Breach.contract_id == contract_id, Breach.state == "satisfied")
    query = query.where(or_(Breach.appealed_at.is_not(None), Breach.appeal_due_at < at))
    return db.session.execute(query.order_by(Breach.id.desc())).scalars().all()


def goes_on(until: dt.date) -> Any:
    """Condition on `Contract`: no end before that day is being prepared."""
    ending = select(ContractEnding.id).where(ContractEnding.contract_id == Contract.id)
    return ~exists(ending.where(ContractEnding.state.in_(OPEN), ContractEnding.last_on < until))


def services_lost(contract_id: int, last_on: dt.date) -> set[str]:
    """Services of a contract that no other contract of its provider prices the day after."""
    day = last_on + dt.timedelta(days=1)
    mine = select(ContractLine.service).where(ContractLine.contract_id == contract_id)
    owner = select(Contract.organisation_id).where(Contract.id == contract_id).scalar_subquery()
    others = select(ContractLine.service).join(Contract, Contract.id == ContractLine.contract_id)
    others = others.where(Contract.organisation_id == owner, Contract.id != contract_id, Contract.state == "active")
    others = others.where(ContractLine.valid_from <= day, ContractLine.valid_until >= day, goes_on(day))
    return set(db.session.execute(mine.where(ContractLine.service.not_in(others))).scalars())
