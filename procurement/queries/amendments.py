"""What is read about amendments of contracts, one by one and in sets."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager, subqueryload

from core.actors import Actor
from core.among import among
from core.db import db
from core.restricted import known_to
from procurement.amending import Used
from procurement.models.contract import OPEN, Contract, ContractAmendment, ContractLine, ContractServiceUse, ContractUse
from procurement.queries.contracts import known_contracts


@dataclass(slots=True)
class Record:
    """What a contract has behind it: amendments by kind (minor units), the first one's original value, places."""

    summed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    original_value: int | None = None
    last_place: int = 0
    is_open: bool = False


def records(contract_ids: Collection[int]) -> dict[int, Record]:
    found: dict[int, Record] = defaultdict(Record)
    row = ContractAmendment
    query = select(row.contract_id, row.place, row.state, row.code, row.value_change, row.original_value)
    for one in db.session.execute(query.where(among(row.contract_id, contract_ids)).order_by(row.id)):
        record = found[one.contract_id]
        record.last_place = max(record.last_place, one.place)
        record.is_open |= one.state in OPEN
        if one.state == "in_force":
            record.summed[one.code] += one.value_change or 0
            record.original_value = one.original_value if record.original_value is None else record.original_value
    return found


def used(contract_ids: Collection[int], on: dt.date) -> dict[int, Used]:
    """Money and units that decided claims took, for whole sets."""
    sums = select(ContractUse.contract_id, ContractUse.benefit).where(among(ContractUse.contract_id, contract_ids))
    benefit = {row.contract_id: row.benefit for row in db.session.execute(sums)}
    units: dict[int, dict[tuple[str, int], int]] = defaultdict(dict)
    row = ContractServiceUse
    query = select(row.contract_id, row.service, row.site_id, row.quantity_milli)
    for one in db.session.execute(query.where(among(row.contract_id, contract_ids))):
        units[one.contract_id][one.service, one.site_id] = one.quantity_milli
    return {key: Used(benefit.get(key, 0), units.get(key, {}), on) for key in contract_ids}


def capitated_elsewhere(contract_ids: Collection[int]) -> dict[int, set[str]]:
    """Contract → services that capitation of another contract of the same provider pays for in its days."""
    mine, other = aliased(Contract), aliased(Contract)
    is_met = (other.id != mine.id) & (other.organisation_id == mine.organisation_id) & (other.state != "lapsed")
    query = select(mine.id, ContractLine.service).join(other, is_met).join(
        ContractLine, ContractLine.contract_id == other.id
    )  # fmt: skip
    query = query.where(
        among(mine.id, contract_ids), ContractLine.is_capitated, ContractLine.valid_from <= mine.valid_until,
        ContractLine.valid_until >= mine.valid_from,
    )  # fmt: skip
    found: dict[int, set[str]] = defaultdict(set)
    for contract_id, service in db.session.execute(query.distinct()):
        found[contract_id].add(service)
    return found


def drafted(contract_ids: Collection[int]) -> Sequence[ContractAmendment]:
    """What waits for a second officer, in the order of the contracts' numbers."""
    query = select(ContractAmendment).join(Contract).where(ContractAmendment.state == "drafted")
    query = query.where(among(ContractAmendment.contract_id, contract_ids))
    return db.session.execute(query.order_by(Contract.number)).scalars().all()


def waiting(state: str, who: Actor, organisation_id: int | None = None) -> Sequence[ContractAmendment]:
    """Those in a state that `who` may know of, oldest first, of one provider if it is named."""
    query = select(ContractAmendment).join(Contract).where(ContractAmendment.state == state, *known_contracts(who))
    if organisation_id is not None:
        query = query.where(Contract.organisation_id == organisation_id)
    return db.session.execute(query.order_by(ContractAmendment.drafted_at, ContractAmendment.id)).scalars().all()


def running_contracts(who: Actor, on: dt.date, services: Collection[str]) -> Sequence[Contract]:
    """In force on or after a day with a line of one of the services, with all their lines and promises.

    Four statements for any number; of services that `who` may not know of, nothing.
    """
    lines = select(ContractLine.contract_id).where(
        among(ContractLine.service, services), ContractLine.valid_until >= on, *known_to(who, ContractLine.service)
    )
    query = select(Contract).where(Contract.state == "active", Contract.valid_until >= on, Contract.id.in_(lines))
    query = query.options(subqueryload(Contract.lines), subqueryload(Contract.indicators))
    return db.session.execute(query.order_by(Contract.number)).scalars().all()


def indexed_contracts(who: Actor, on: dt.date) -> Sequence[Contract]:
    """In force on a day with a clause of indexation, with their lines and promises, in a handful of statements."""
    query = select(Contract).join(Contract.indexation).where(Contract.state == "active", *known_contracts(who))
    query = query.where(Contract.valid_from <= on, Contract.valid_until >= on).options(
        contains_eager(Contract.indexation), subqueryload(Contract.lines), subqueryload(Contract.indicators)
    )
    return db.session.execute(query.order_by(Contract.number)).scalars().all()


def known_services(who: Actor, contract: Contract) -> set[str]:
    """Services of a contract that `who` may read of."""
    query = select(ContractLine.service).where(ContractLine.contract_id == contract.id)
    return set(db.session.execute(query.where(*known_to(who, ContractLine.service))).scalars())
