"""Contracts of which much is used: budgets and volumes beside what decided claims took from them."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, cast, func, literal, select
from sqlalchemy.orm import aliased

from core.actors import Actor
from core.db import db
from core.restricted import known_to
from procurement.models.contract import Contract, ContractLine, ContractServiceUse, ContractUse
from procurement.queries.contracts import known_contracts

MILLI = 1000


class NearlyUsed(NamedTuple):
    """`percent` used, cut to a whole number; `service`: empty for the budget."""

    contract: Contract
    service: str
    percent: int


def nearly_used(who: Actor, share: int, on: dt.date, organisation_id: int | None = None) -> list[NearlyUsed]:
    """In force, with `share` per cent or more of the budget or of a volume of that day used; two statements."""
    mine = [*known_contracts(who), Contract.state == "active"]
    if organisation_id is not None:
        mine.append(Contract.organisation_id == organisation_id)
    rows = [
        *db.session.execute(_budgets(share).where(*mine)),
        *db.session.execute(_volumes(who, share, on).where(*mine)),
    ]
    found = [NearlyUsed(contract, service, int(used * 100 // whole)) for contract, service, used, whole in rows]
    return sorted(found, key=lambda row: (-row.percent, row.contract.number, row.service))


def _budgets(share: int) -> Any:
    query = select(Contract, literal(""), ContractUse.benefit, Contract.budget)
    query = query.join(ContractUse, ContractUse.contract_id == Contract.id)
    return query.where(Contract.budget > 0, ContractUse.benefit * 100 >= Contract.budget * share)


def _volumes(who: Actor, share: int, on: dt.date) -> Any:
    line, used = aliased(ContractLine), ContractServiceUse
    whole = cast(line.volume, BigInteger) * MILLI
    query = select(Contract, line.service, used.quantity_milli, whole).join(line, line.contract_id == Contract.id)
    is_its = (used.service == line.service) & (used.site_id == func.coalesce(line.site_id, 0))
    query = query.join(used, (used.contract_id == Contract.id) & is_its)
    query = query.where(line.valid_from <= on, line.valid_until >= on, *known_to(who, line.service))
    return query.where(line.volume > 0, used.quantity_milli * 100 >= whole * share)
