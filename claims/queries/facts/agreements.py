"""What was agreed with a provider: its accreditation, suspensions and the tariff of its contracts."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import literal, select, union_all

from core.among import among
from core.rows import Asked, Prepared
from procurement.models.contract import Contract, ContractLine
from providers.models import Accreditation, Suspension

_ACCREDITED = select(
    Accreditation.organisation_id, Accreditation.valid_from, Accreditation.valid_until, literal("accredited")
)
_SUSPENDED = select(Suspension.organisation_id, Suspension.valid_from, Suspension.valid_until, literal("suspended"))
_STANDINGS = Prepared(
    union_all(
        _ACCREDITED.where(among(Accreditation.organisation_id, "organisations")),
        _SUSPENDED.where(Suspension.lifted_at.is_(None), among(Suspension.organisation_id, "organisations")),
    )
)


def standings(organisation_ids: Collection[int]) -> Asked:
    """(organisation, valid_from, valid_until, accredited or suspended)"""
    return _STANDINGS.ask(organisations=organisation_ids)


_TARIFF = Prepared(
    select(
        Contract.organisation_id,
        ContractLine.service,
        ContractLine.site_id,
        ContractLine.rate,
        ContractLine.valid_from,
        ContractLine.valid_until,
        Contract.id,
        Contract.number,
        ContractLine.is_capitated,
    )
    .join(Contract)
    .where(
        among(Contract.organisation_id, "organisations"),
        among(ContractLine.service, "services"),
        Contract.state != "drawn",
        Contract.state != "lapsed",
        ContractLine.valid_from <= Contract.valid_until,
        ContractLine.valid_until >= Contract.valid_from,
    )
    .order_by(ContractLine.valid_from.desc(), Contract.id.desc())
)


def contract_lines(organisation_ids: Collection[int], services: Collection[str]) -> Asked:
    """The tariff rows of signed contracts, the newest contract first: (organisation, service, site or None, rate,
    valid_from, valid_until, contract, its number, whether capitation pays for it)"""
    return _TARIFF.ask(organisations=organisation_ids, services=services)
