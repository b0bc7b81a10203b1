"""What a month of capitation needs to know, in a few statements for a contract; and its statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from care.capitation.counting import DatedBand, Days, Month, Person
from care.capitation.models import CapitationStatement
from care.models import Placement
from core.actors import Actor
from core.among import among
from core.db import db
from core.restricted import restricted_services, sees_restricted
from members.models import Member
from procurement.models.capitation import CapitationRate
from procurement.models.contract import SIGNED, Contract, ContractLine
from procurement.queries.contracts import known_contracts

ENROLLED = ("accepted", "ended")  # an ended placement keeps the days that it had


def locked_contract(contract_id: int) -> Contract:
    """One count of a contract at a time."""
    query = select(Contract).where(Contract.id == contract_id)
    return db.session.execute(query.with_for_update(of=Contract)).scalar_one()


def contracts_of(month: Month) -> Sequence[int]:
    """Contracts with a band in the month that has no statement yet."""
    done = select(CapitationStatement.contract_id).where(CapitationStatement.month == month.first)
    query = select(CapitationRate.contract_id).join(Contract, Contract.id == CapitationRate.contract_id)
    query = query.where(CapitationRate.valid_from <= month.last, CapitationRate.valid_until >= month.first)
    query = query.where(Contract.state.in_(SIGNED), CapitationRate.contract_id.not_in(done))
    return db.session.execute(query.distinct().order_by(CapitationRate.contract_id)).scalars().all()


def bands(contract: Contract, month: Month) -> list[DatedBand]:
    """Those that touch the month, no longer than the contract."""
    query = select(CapitationRate).where(CapitationRate.contract_id == contract.id)
    query = query.where(CapitationRate.valid_from <= month.last, CapitationRate.valid_until >= month.first)
    rows = db.session.execute(query.order_by(CapitationRate.id)).scalars()
    return [DatedBand(row.band, row.valid_from, min(row.valid_until, contract.valid_until)) for row in rows]


def people(contract: Contract, month: Month) -> list[Person]:
    """Who is placed with the contract's provider for a service that capitation pays for, on which days.

    A later placement for the same service with another provider whom capitation pays takes the days from then on.
    """
    basket = _basket(contract, month)
    days: dict[int, Days] = defaultdict(int)
    who: dict[int, Any] = {}
    lost = _placed_later(contract, month, set(basket)) if basket else {}
    for row in _placed(contract, month, set(basket)) if basket else ():
        held = month.days(row.valid_from, row.valid_until) & basket[row.service]
        days[row.member_id] |= held & ~lost.get(row.placement_id, 0)
        who[row.member_id] = row
    return [Person(row.public_id, row.born_on, row.sex, row.died_on, days[key]) for key, row in who.items()]


def _basket(contract: Contract, month: Month) -> dict[str, Days]:
    query = select(ContractLine.service, ContractLine.valid_from, ContractLine.valid_until)
    query = query.where(ContractLine.contract_id == contract.id, ContractLine.is_capitated)
    found: dict[str, Days] = defaultdict(int)
    for service, begins, ends in db.session.execute(query):
        found[service] |= month.days(begins, min(ends, contract.valid_until))
    return {service: days for service, days in found.items() if days}


def _placed(contract: Contract, month: Month, services: Collection[str]) -> Sequence[Any]:
    row = Placement
    query = select(
        row.id.label("placement_id"), row.member_id, row.service, row.valid_from, row.valid_until, Member.public_id,
        Member.born_on, Member.sex, Member.died_on,
    ).join(Member, Member.id == row.member_id)  # fmt: skip
    query = query.where(row.organisation_id == contract.organisation_id, row.state.in_(ENROLLED))
    query = query.where(among(row.service, services), row.valid_from <= month.last, row.valid_until >= month.first)
    return db.session.execute(query).all()


def _placed_later(contract: Contract, month: Month, services: Collection[str]) -> dict[int, Days]:
    """Placement → days that a later one elsewhere, paid by capitation too, holds instead."""
    mine, other, agreed, line = Placement, aliased(Placement), aliased(Contract), aliased(ContractLine)
    is_same = (other.member_id == mine.member_id) & (other.service == mine.service)
    is_later = (other.valid_from > mine.valid_from) | ((other.valid_from == mine.valid_from) & (other.id > mine.id))
    query = select(mine.id, other.valid_from, other.valid_until, line.valid_from, line.valid_until)
    query = query.join(other, is_same & is_later & (other.organisation_id != mine.organisation_id))
    query = query.join(agreed, agreed.organisation_id == other.organisation_id).join(
        line, line.contract_id == agreed.id
    )
    query = query.where(line.is_capitated, line.service == other.service, agreed.state.in_(SIGNED))
    query = query.where(mine.organisation_id == contract.organisation_id, among(mine.service, services))
    query = query.where(other.state.in_(ENROLLED), other.valid_from <= month.last, other.valid_until >= month.first)
    found: dict[int, Days] = defaultdict(int)
    for placement_id, begins, ends, first, last in db.session.execute(query):
        found[placement_id] |= month.days(max(begins, first), min(ends, last))
    return found


def statements_of_month(contract_id: int, month: dt.date) -> Sequence[CapitationStatement]:
    """The newest first, with their lines."""
    query = select(CapitationStatement).options(selectinload(CapitationStatement.lines))
    query = query.where(CapitationStatement.contract_id == contract_id, CapitationStatement.month == month)
    return db.session.execute(query.order_by(CapitationStatement.version.desc())).scalars().all()


def statements(
    who: Actor, organisation_id: int | None, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[Sequence[CapitationStatement], int]:
    """A page of what was posted or waits, the newest month first, and how many; a provider's own if it is named."""
    shown = (state,) if state else ("waiting", "posted")
    query = select(CapitationStatement).join(CapitationStatement.contract)
    query = query.where(CapitationStatement.state.in_(shown), *known_contracts(who))
    if organisation_id is not None:
        query = query.where(Contract.organisation_id == organisation_id, CapitationStatement.state == "posted")
    count = db.session.execute(query.with_only_columns(func.count(CapitationStatement.id))).scalar_one()
    order = (CapitationStatement.month.desc(), Contract.number, CapitationStatement.version.desc())
    query = query.options(selectinload(CapitationStatement.lines)).order_by(*order)
    return db.session.execute(query.limit(limit).offset(offset)).scalars().all(), count


def may_read_people(who: Actor, contract: Contract) -> bool:
    """Whether who is enrolled tells nothing of a restricted service that `who` may not know of."""
    hidden = set(db.session.execute(restricted_services()).scalars())
    return sees_restricted(who) or not any(line.is_capitated and line.service in hidden for line in contract.lines)


def contracts_touched(member_ids: Collection[int]) -> set[int]:
    """Contracts with statements at whose providers one of these people is, or was, placed."""
    query = select(CapitationStatement.contract_id).join(Contract, Contract.id == CapitationStatement.contract_id)
    query = query.join(Placement, Placement.organisation_id == Contract.organisation_id)
    query = query.where(among(Placement.member_id, member_ids))
    return set(db.session.execute(query.distinct()).scalars())


def months_since(contract_ids: Collection[int], first: dt.date) -> Sequence[tuple[int, dt.date]]:
    """(contract, month) with a statement, from a month on."""
    query = select(CapitationStatement.contract_id, CapitationStatement.month)
    query = query.where(among(CapitationStatement.contract_id, contract_ids), CapitationStatement.month >= first)
    rows = db.session.execute(query.distinct().order_by(CapitationStatement.month, CapitationStatement.contract_id))
    return [(contract_id, month) for contract_id, month in rows]
