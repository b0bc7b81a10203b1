"""What members cost by contract in a span of days, for whole sets: from the live decisions that are paid."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, is_settled, line_as_sent, lines_of_version, versions_of_claim
from core.actors import Actor
from core.db import db
from core.restricted import known_to
from procurement.models.contract import SIGNED, Contract, ContractLine


class Spent(NamedTuple):
    """Of one member by one contract; `benefit` in minor units."""

    contract_id: int
    member_id: int
    benefit: int


def spent(who: Actor, first: dt.date, last: dt.date) -> list[Spent]:
    """By the contract that priced each line on its day: the site's own tariff before the provider's, the newest first.

    One statement; only services that `who` may know of.
    """
    day = func.coalesce(ClaimLine.service_until, ClaimLine.service_from)
    priced = _priced(day).scalar_subquery()
    query = select(priced.label("contract"), Claim.member_id, func.sum(LineVersion.benefit))
    query = query.select_from(Claim).join(ClaimVersion, versions_of_claim()).join(LineVersion, lines_of_version())
    query = query.join(ClaimLine, line_as_sent()).where(
        ClaimVersion.state == "adjudicated", is_live(), is_settled(), LineVersion.benefit != 0,
        Claim.member_id.is_not(None), day.between(first, last), Claim.received_at >= _morning_of(first),
        *known_to(who, ClaimLine.service),
    )  # fmt: skip
    rows = db.session.execute(query.group_by("contract", Claim.member_id))
    return [Spent(contract, member, int(benefit)) for contract, member, benefit in rows if contract is not None]


def _morning_of(day: dt.date) -> dt.datetime:
    """Before it nothing of the day was received, in whatever zone."""
    return dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(days=1)


def _priced(day: Any) -> Select[int]:
    query = select(ContractLine.contract_id).join(Contract, Contract.id == ContractLine.contract_id)
    query = query.where(
        Contract.organisation_id == Claim.organisation_id, Contract.state.in_(SIGNED),
        ContractLine.service == ClaimLine.service, ContractLine.valid_from <= day, ContractLine.valid_until >= day,
        (ContractLine.site_id.is_(None)) | (ContractLine.site_id == Claim.site_id),
    )  # fmt: skip
    order = (ContractLine.site_id.is_(None), ContractLine.valid_from.desc(), Contract.id.desc())
    return query.order_by(*order).limit(1).correlate(Claim, ClaimLine)
