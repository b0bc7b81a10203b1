"""Promises of running contracts, brought in as a set at the opening of a fund and taken back with their file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, or_, select

from core.among import among
from core.db import bulk_insert, db
from core.errors import Conflict
from core.words import _l
from procurement.kpi.terms import FollowUp
from procurement.models.contract import Contract, ContractIndicator
from procurement.models.kpi import KpiPeriod


def contracts_by_number(numbers: Collection[str]) -> dict[str, int]:
    """By our numbers, and by those that opening records brought along."""
    query = select(Contract.number, Contract.paper_number, Contract.id)
    query = query.where(or_(*(among(column, list(numbers)) for column in (Contract.number, Contract.paper_number))))
    rows = db.session.execute(query).all()
    return {row.paper_number: row.id for row in rows} | {row.number: row.id for row in rows}


def promised(contract_ids: Collection[int]) -> set[tuple[int, str]]:
    """(contract, code) of what stands in them already."""
    query = select(ContractIndicator.contract_id, ContractIndicator.code)
    query = query.where(among(ContractIndicator.contract_id, list(contract_ids)))
    return {(row[0], row[1]) for row in db.session.execute(query)}


def carried_by(contract_ids: Collection[int]) -> defaultdict[int, list[FollowUp]]:
    """Contract id → how its promises are followed up already."""
    query = select(ContractIndicator).where(among(ContractIndicator.contract_id, list(contract_ids)))
    found: defaultdict[int, list[FollowUp]] = defaultdict(list)
    for row in db.session.execute(query).scalars():
        found[row.contract_id].append(row.follow_up)
    return found


def bring_in_promises(rows: Sequence[dict[str, Any]]) -> list[int]:
    """`rows` hold the columns of `ContractIndicator`; their ids."""
    before = db.session.execute(select(func.coalesce(func.max(ContractIndicator.id), 0))).scalar_one()
    bulk_insert(ContractIndicator.__table__, [{**row, "measured": None} for row in rows])
    wanted = {(row["contract_id"], row["code"]) for row in rows}
    query = select(ContractIndicator).where(ContractIndicator.id > before).order_by(ContractIndicator.id)
    found = db.session.execute(query).scalars()
    return [row.id for row in found if (row.contract_id, row.code) in wanted]


def take_back_promises(ids: Collection[int]) -> None:
    """With their periods; refused as soon as something was said or found of one of them."""
    moved = select(KpiPeriod.id).where(among(KpiPeriod.indicator_id, list(ids)), KpiPeriod.state != "due")
    query = select(ContractIndicator).where(ContractIndicator.id.in_(ids))
    is_measured = any(row.measured is not None for row in db.session.execute(query).scalars())
    if is_measured or db.session.execute(moved.limit(1)).first():
        raise Conflict(_l("A promise of this file was measured already, so the file stays."))
    db.session.execute(delete(KpiPeriod).where(among(KpiPeriod.indicator_id, list(ids))))
    db.session.execute(delete(ContractIndicator).where(ContractIndicator.id.in_(ids)))


def promises_of(contract_ids: Collection[int]) -> list[int]:
    """Their ids."""
    query = select(ContractIndicator.id).where(among(ContractIndicator.contract_id, list(contract_ids)))
    return list(db.session.execute(query).scalars())
