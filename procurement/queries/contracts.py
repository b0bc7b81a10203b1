"""What is read about contracts. `organisation_id` given: that provider's own rows, nobody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from core.db import db
from procurement.models.contract import Contract, ContractIndicator, ContractLine, ContractUse


def contract_by_number(number: str, organisation_id: int | None = None) -> Contract | None:
    query = select(Contract).where(Contract.number == number)
    query = query.options(selectinload(Contract.lines), selectinload(Contract.indicators))
    return db.session.execute(_own(query, organisation_id)).scalar_one_or_none()


def contracts(
    *, organisation_id: int | None = None, state: str = "", service_line: str = "", limit: int = 50, offset: int = 0
) -> Sequence[Contract]:
    """Those that need a signature first, then the newest."""
    query = _filtered(select(Contract), organisation_id, state, service_line)
    query = query.order_by((Contract.state != "drawn"), Contract.valid_from.desc(), Contract.number.desc())
    return db.session.execute(query.limit(limit).offset(offset)).scalars().all()


def contract_count(*, organisation_id: int | None = None, state: str = "", service_line: str = "") -> int:
    query = _filtered(select(func.count()).select_from(Contract), organisation_id, state, service_line)
    return int(db.session.execute(query).scalar_one())


def contracts_to_sign(organisation_id: int | None = None) -> Sequence[Contract]:
    """Drawn and not yet signed by the asking side: the provider's when `organisation_id` is given, else the fund's."""
    signature = Contract.signed_by_fund if organisation_id is None else Contract.signed_by_provider
    query = select(Contract).where(Contract.state == "drawn", signature.is_(None)).order_by(Contract.created_at)
    return db.session.execute(_own(query, organisation_id)).scalars().all()


def contracts_ending(first_on: dt.date, last_on: dt.date) -> Sequence[Contract]:
    """In force, with their last day in the span, soonest first."""
    query = select(Contract).where(Contract.state == "active", Contract.valid_until.between(first_on, last_on))
    return db.session.execute(query.order_by(Contract.valid_until, Contract.number)).scalars().all()


def contracts_from(origin_reference: str) -> Sequence[Contract]:
    """The contracts an open list or an import brought about."""
    query = select(Contract).where(Contract.origin_reference == origin_reference).order_by(Contract.number)
    return db.session.execute(query).scalars().all()


def tariff_lines(
    organisation_ids: Collection[int], first_on: dt.date, last_on: dt.date, services: Collection[str] = ()
) -> Sequence[tuple[ContractLine, Contract]]:
    """Signed lines that touch the span, for whole sets of providers; site lines before the provider's own."""
    query = select(ContractLine, Contract).join(ContractLine.contract)
    query = query.where(
        Contract.organisation_id.in_(organisation_ids),
        Contract.state.in_(("active", "ended")),
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


def use_of(contract_id: int) -> ContractUse | None:
    return db.session.get(ContractUse, contract_id)


def indicator_of(contract_id: int, code: str) -> ContractIndicator | None:
    query = select(ContractIndicator).where(
        ContractIndicator.contract_id == contract_id, ContractIndicator.code == code
    )
    return db.session.execute(query).scalar_one_or_none()


def _own(query: Select[Contract], organisation_id: int | None) -> Select[Contract]:
    return query if organisation_id is None else query.where(Contract.organisation_id == organisation_id)


def _filtered(query: Select, organisation_id: int | None, state: str, service_line: str) -> Select:  # type: ignore[type-arg]
    wanted = [
        organisation_id is None or Contract.organisation_id == organisation_id,
        not state or Contract.state == state,
        not service_line or Contract.service_line == service_line,
    ]
    return query.where(*(condition for condition in wanted if condition is not True))
