"""What is read about contracts. `organisation_id` given: that provider's own rows, nobody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import selectinload, subqueryload

from core.actors import Actor
from core.among import among
from core.db import db
from core.restricted import known_to, restricted_services, sees_restricted
from procurement.models.contract import (
    SIGNED,
    Contract,
    ContractLine,
    ContractServiceUse,
    ContractUse,
)
from procurement.models.evaluation import Award, LotResult
from procurement.models.signature import ContractSignature


def contract_by_number(number: str, organisation_id: int | None = None, who: Actor | None = None) -> Contract | None:
    query = select(Contract).where(Contract.number == number, *known_contracts(who))
    query = query.options(selectinload(Contract.lines), selectinload(Contract.indicators))
    return db.session.execute(_own(query, organisation_id)).scalar_one_or_none()


def locked_contract(number: str) -> Contract:
    """The row held until the end of the transaction, as the database has it now."""
    query = select(Contract).where(Contract.number == number).with_for_update(of=Contract)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def contract_of_award(award_id: int) -> Contract | None:
    return db.session.execute(select(Contract).where(Contract.award_id == award_id)).scalar_one_or_none()


def in_force_count(who: Actor) -> int:
    query = select(func.count()).select_from(Contract).where(Contract.state == "active", *known_contracts(who))
    return int(db.session.execute(query).scalar_one())


def contracts_to_sign(who: Actor, organisation_id: int | None = None) -> Sequence[Contract]:
    """Drawn, and the asking side has neither signed nor handed anything in; `organisation_id` given: the provider's."""
    side = "fund" if organisation_id is None else "provider"
    signature = Contract.signed_by_fund if organisation_id is None else Contract.signed_by_provider
    handed_in = select(ContractSignature.id).where(
        ContractSignature.contract_id == Contract.id,
        ContractSignature.side == side,
        ContractSignature.state == "waiting",
    )
    query = select(Contract).where(Contract.state == "drawn", signature.is_(None), ~exists(handed_in))
    query = query.where(*known_contracts(who))
    return db.session.execute(_own(query.order_by(Contract.created_at), organisation_id)).scalars().all()


def contracts_ending(who: Actor, first_on: dt.date, last_on: dt.date) -> Sequence[Contract]:
    """In force, with their last day in the span, soonest first."""
    query = select(Contract).where(Contract.state == "active", Contract.valid_until.between(first_on, last_on))
    query = query.where(*known_contracts(who))
    return db.session.execute(query.order_by(Contract.valid_until, Contract.number)).scalars().all()


def running_with_dates(who: Actor, organisation_id: int | None = None) -> Sequence[Contract]:
    """In force, with their amendments and promises, in four statements for any number."""
    query = select(Contract).where(Contract.state == "active", *known_contracts(who)).order_by(Contract.number)
    query = query.options(subqueryload(Contract.amendments), subqueryload(Contract.indicators))
    query = query.options(subqueryload(Contract.indexation))
    return db.session.execute(_own(query, organisation_id)).scalars().all()


def contracts_from(who: Actor, origin_reference: str) -> Sequence[Contract]:
    """The contracts an open list or an import brought about."""
    query = (
        select(Contract)
        .where(Contract.origin_reference == origin_reference, *known_contracts(who))
        .order_by(Contract.number)
    )
    return db.session.execute(query).scalars().all()


def tariff_lines(
    organisation_ids: Collection[int], first_on: dt.date, last_on: dt.date, services: Collection[str] = ()
) -> Sequence[tuple[ContractLine, Contract]]:
    """Signed lines that touch the span, for whole sets of providers; site lines before the provider's own."""
    query = select(ContractLine, Contract).join(ContractLine.contract)
    query = query.where(
        Contract.organisation_id.in_(organisation_ids),
        Contract.state.in_(SIGNED),
        ContractLine.valid_from <= last_on,
        ContractLine.valid_until >= first_on,
    )
    if services:
        query = query.where(ContractLine.service.in_(services))
    query = query.order_by(ContractLine.site_id.is_(None), Contract.valid_from.desc(), ContractLine.service)
    return [(line, contract) for line, contract in db.session.execute(query)]


def contract_line_for(
    organisation_id: int, service: str, on: dt.date, site_id: int | None = None
) -> ContractLine | None:
    """The line that prices `service` on that day: the site's own before the provider's (DECISIONS 20)."""
    rows = tariff_lines([organisation_id], on, on, [service])
    return next((line for line, _contract in rows if line.site_id in (None, site_id)), None)


def contracted(service: str, on: dt.date) -> Select[int]:
    """Organisations with a running contract that names the service on the day, as a part of a query."""
    query = select(Contract.organisation_id).join(ContractLine, ContractLine.contract_id == Contract.id)
    query = query.where(ContractLine.service == service, Contract.state == "active")
    query = query.where(ContractLine.valid_from <= on, ContractLine.valid_until >= on)
    return query.where(Contract.valid_from <= on, Contract.valid_until >= on)


def to_hand_over(organisation_id: int, on: dt.date) -> Sequence[Contract]:
    """In force on the day or later, in the order of their numbers; those that somebody follows already are ended."""
    query = select(Contract).where(Contract.organisation_id == organisation_id, Contract.state == "active")
    query = query.where(Contract.valid_until >= on).order_by(Contract.id)
    return db.session.execute(query).scalars().all()


def units_of(contract_id: int) -> dict[tuple[str, int | None], int]:
    """(Service, site of the line) → thousandths of a unit that decided claims took."""
    query = select(ContractServiceUse).where(ContractServiceUse.contract_id == contract_id)
    rows = db.session.execute(query).scalars()
    return {(row.service, row.site_id or None): row.quantity_milli for row in rows}


def use_of(contract_id: int) -> ContractUse | None:
    return db.session.get(ContractUse, contract_id)


class Framework(NamedTuple):
    """A member's place in the order of call-offs, how many members there are, and minor units used by all of them."""

    place: int
    members: int
    used: int


def framework_of(contract: Contract) -> Framework | None:
    """None: its lot had one winner."""
    award = db.session.get(Award, contract.award_id) if contract.award_id else None
    if award is None or award.places == 1:
        return None
    query = select(Award.bid_id, func.coalesce(ContractUse.benefit, 0)).where(
        Award.lot_id == award.lot_id, Award.state.in_(("decided", "contracted"))
    )
    query = query.join(LotResult, (LotResult.lot_id == Award.lot_id) & (LotResult.bid_id == Award.bid_id))
    query = query.outerjoin(Contract, Contract.award_id == Award.id)
    query = query.outerjoin(ContractUse, ContractUse.contract_id == Contract.id).order_by(LotResult.rank, Award.id)
    rows = db.session.execute(query).all()
    order = [row[0] for row in rows]
    place = order.index(award.bid_id) + 1 if award.bid_id in order else 0  # 0: it did not sign
    return Framework(place, len(rows), sum(int(row[1]) for row in rows))


def service_use_of(contract_id: int) -> dict[tuple[str, int], int]:
    """(service, site or 0) → thousandths of a unit that decided claims used."""
    query = select(ContractServiceUse.service, ContractServiceUse.site_id, ContractServiceUse.quantity_milli)
    rows = db.session.execute(query.where(ContractServiceUse.contract_id == contract_id))
    return {(row.service, row.site_id): row.quantity_milli for row in rows}


def lines_known_to(who: Actor, contract: Contract) -> list[ContractLine]:
    """The lines of a contract that `who` may read."""
    query = select(ContractLine.id).where(ContractLine.contract_id == contract.id)
    known = set(db.session.execute(query.where(*known_to(who, ContractLine.service))).scalars())
    return [line for line in contract.lines if line.id in known]


def veiled(subjects: Collection[str]) -> set[str]:
    """Numbers of contracts among `subjects` that are about restricted services alone."""
    query = select(Contract.number).where(among(Contract.number, subjects), _is_restricted())
    return set(db.session.execute(query).scalars())


def known_contracts(who: Actor | None) -> list[Any]:
    """None: the house itself. A contract about restricted services alone is known to those who know them."""
    return [] if who is None or sees_restricted(who) else [~_is_restricted()]


def _is_restricted() -> Any:
    """It has lines, and every one of them is restricted."""
    lines = select(ContractLine.id).where(ContractLine.contract_id == Contract.id)
    hidden = lines.where(ContractLine.service.in_(restricted_services()))
    return exists(hidden) & ~exists(lines.where(ContractLine.service.not_in(restricted_services())))


def _own(query: Select[Contract], organisation_id: int | None) -> Select[Contract]:
    return query if organisation_id is None else query.where(Contract.organisation_id == organisation_id)
