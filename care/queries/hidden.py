"""Records without a service code that tell of a restricted service all the same: by where their member is placed.

A member whose placements at a provider are all for restricted services is not known there to others; neither is anybody
at a provider that is under contract for restricted services alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, or_, select

from care.models import Attendance, CareGrant, Certificate, Occupancy, Placement, Stay
from core.actors import Actor
from core.restricted import restricted_services, sees_restricted
from procurement.models.contract import Contract, ContractLine
from providers.models import Provider


def known_attendance(who: Actor) -> list[Any]:
    """What narrows days of attendance to those that `who` may know of."""
    if sees_restricted(who):
        return []
    signed_for = Attendance.placement_id.in_(_restricted_placements())
    return [~(signed_for.is_(True) | _only_restricted(Attendance.member_id, Attendance.organisation_id))]


def known_occupancies(who: Actor) -> list[Any]:
    return [] if sees_restricted(who) else [~_only_restricted(Occupancy.member_id, Occupancy.organisation_id)]


def known_certificates(who: Actor) -> list[Any]:
    """A certificate is as secret as the provider, or as those who hold the place."""
    if sees_restricted(who):
        return []
    held = select(Occupancy.id).where(
        Occupancy.organisation_id == Certificate.organisation_id, Occupancy.place == Certificate.place
    )
    hidden = _only_restricted(Occupancy.member_id, Occupancy.organisation_id)
    is_secret = exists(held.where(hidden)) & ~exists(held.where(~hidden))
    return [~(_is_restricted_provider(Certificate.organisation_id) | is_secret)]


def known_stays(who: Actor) -> list[Any]:
    """A stay names its hospital by the number of a provider; one that is no provider of the fund tells nothing."""
    if sees_restricted(who):
        return []
    there = select(Provider.organisation_id).where(Provider.number == Stay.provider_code, Stay.provider_code != "")
    return [~exists(there.where(_only_restricted(Stay.member_id, Provider.organisation_id)))]


def restricted_sites() -> Any:
    """Sites where somebody is placed for a restricted service: their counts by day would tell of it."""
    return select(Placement.site_id).where(Placement.id.in_(_restricted_placements()), Placement.site_id.is_not(None))


def _restricted_placements() -> Any:
    hidden = restricted_services()
    query = select(Placement.id).join(CareGrant, CareGrant.id == Placement.grant_id)
    return query.where(or_(Placement.service.in_(hidden), CareGrant.service.in_(hidden)))


def _only_restricted(member_id: Any, organisation_id: Any) -> Any:
    placed = select(Placement.id).where(Placement.member_id == member_id, Placement.organisation_id == organisation_id)
    hidden = exists(placed.where(Placement.id.in_(_restricted_placements())))
    known = exists(placed.where(Placement.id.not_in(_restricted_placements())))
    return (hidden & ~known) | _is_restricted_provider(organisation_id)


def _is_restricted_provider(organisation_id: Any) -> Any:
    """It has lines under contract, and every one of them is restricted."""
    lines = select(ContractLine.id).join(Contract, Contract.id == ContractLine.contract_id)
    lines = lines.where(Contract.organisation_id == organisation_id)
    hidden = restricted_services()
    return exists(lines.where(ContractLine.service.in_(hidden))) & ~exists(
        lines.where(ContractLine.service.not_in(hidden))
    )
