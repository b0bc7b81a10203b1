"""A provider seen from quality: its scores, contracts, money, and where its claims were cut."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager

from claims.models import Claim, ClaimVersion, LineVersion
from claims.queries.records import is_live, lines_of_version, versions_of_claim
from claims.states import HOLDS_NUMBER
from core.db import db
from payments.models.payable import Payable, Payment, PaymentItem, PaymentRun
from procurement.models.contract import SIGNED, Contract, ContractIndicator
from providers.models import Provider
from quality.periods import Period


def provider_by_number(number: str, organisation_id: int | None = None) -> Provider | None:
    """A provider; with `organisation_id` only if it is that one."""
    query = select(Provider).where(Provider.number == number)
    if organisation_id is not None:
        query = query.where(Provider.organisation_id == organisation_id)
    return db.session.execute(query).scalar_one_or_none()


def provider_of(organisation_id: int) -> Provider | None:
    return db.session.get(Provider, organisation_id)


def providers(organisation_ids: Sequence[int]) -> dict[int, Provider]:
    query = select(Provider).where(Provider.organisation_id.in_(organisation_ids))
    return {row.organisation_id: row for row in db.session.execute(query).scalars()}


def contract_indicators(period: Period, codes: Sequence[str]) -> dict[tuple[int, str], list[ContractIndicator]]:
    """(organisation, indicator) → KPIs that it measures, of contracts in force in the period."""
    query = (
        select(Contract.organisation_id, ContractIndicator)
        .join(ContractIndicator.contract)
        .options(contains_eager(ContractIndicator.contract))
        .where(
            Contract.state.in_(SIGNED),
            Contract.valid_from <= period.last,
            Contract.valid_until >= period.first,
            ContractIndicator.source.in_(codes),
        )
    )
    found: dict[tuple[int, str], list[ContractIndicator]] = defaultdict(list)
    for organisation_id, row in db.session.execute(query):
        found[organisation_id, row.source].append(row)
    return found


def accepted_values(period: Period) -> dict[int, int]:
    """Organisation → accepted tariff value (minor units) of decided claims whose care began in the period."""
    query = (
        select(Claim.organisation_id, func.sum(ClaimVersion.benefit + ClaimVersion.member_share))
        .join(ClaimVersion, versions_of_claim())
        .where(
            ClaimVersion.state == "adjudicated",
            Claim.service_from.between(period.first, period.last),
            is_live(),
        )
        .group_by(Claim.organisation_id)
    )
    return {organisation_id: int(value) for organisation_id, value in db.session.execute(query)}


def paid_since(organisation_id: int, first_on: dt.date) -> tuple[int, int]:
    """Minor units sent or paid since that day, and how many claims they were for."""
    query = (
        select(func.coalesce(func.sum(Payment.benefit + Payment.recovered), 0))
        .join(PaymentRun, PaymentRun.id == Payment.run_id)
        .where(
            Payment.organisation_id == organisation_id,
            Payment.state.in_(("sent", "paid")),
            PaymentRun.value_on >= first_on,
        )
    )
    claims = (
        select(func.count(Payable.subject.distinct()))
        .join(PaymentItem, PaymentItem.payable_id == Payable.id)
        .join(Payment, Payment.id == PaymentItem.payment_id)
        .join(PaymentRun, PaymentRun.id == Payment.run_id)
        .where(
            Payment.organisation_id == organisation_id,
            Payment.state.in_(("sent", "paid")),
            PaymentRun.value_on >= first_on,
            Payable.kind == "claim",
        )
    )
    return int(db.session.execute(query).scalar_one()), db.session.execute(claims).scalar_one()


def cut_since(first_on: dt.date) -> dict[int, tuple[int, int]]:
    """Organisation → (cut or denied, asked) in minor units, over decided lines of claims received since that day."""
    cut = case((LineVersion.state == "denied", LineVersion.submitted), else_=LineVersion.write_off)
    query = (
        select(Claim.organisation_id, func.sum(cut), func.sum(LineVersion.submitted))
        .join(ClaimVersion, versions_of_claim())
        .join(LineVersion, lines_of_version())
        .where(
            Claim.service_from >= first_on,
            ClaimVersion.state.in_(HOLDS_NUMBER),
            LineVersion.state.in_(("accepted", "reduced", "denied")),
            is_live(),
        )
        .group_by(Claim.organisation_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(query)}
