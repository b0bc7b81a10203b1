"""Members whom one provider alone has billed, with a phone or an account that somebody else has too."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, select

from care.models import CareGrant, Stay
from claims.models import Claim
from core import secrets
from core.db import db
from core.organisations import Organisation
from members.models import EligibilityNumber, Member, MemberIdentity
from members.names import normalise_phone
from payments.models import PayeeAccount
from quality.desk.window import Window

PHONE = "member.phone"


class Lonely(NamedTuple):
    """A member seen by one provider only. `sign`: provider_phone, household_phone or provider_account."""

    organisation_id: int
    member: str
    sign: str


def lonely_members(window: Window) -> list[Lonely]:
    """No claim elsewhere, no grant, stay or eligibility number in these days, and something shared."""
    alone = _billed_by_one(window)
    query = (
        select(alone.c.organisation_id, Member.public_id, Member.id, MemberIdentity.phone_index)
        .join(Member, Member.id == alone.c.member_id)
        .outerjoin(MemberIdentity, MemberIdentity.member_id == Member.id)
    )
    rows = db.session.execute(query.order_by(alone.c.organisation_id, Member.public_id)).all()
    own_phones, shared, accounts = _phones_of_providers(), _phones_of_households(), _members_with_providers_account()
    found = []
    for organisation_id, member, member_id, phone in rows:
        if phone is not None and phone in own_phones:
            found.append(Lonely(organisation_id, member, "provider_phone"))
        elif member_id in accounts:
            found.append(Lonely(organisation_id, member, "provider_account"))
        elif phone is not None and phone in shared:
            found.append(Lonely(organisation_id, member, "household_phone"))
    return found


def members_billed(window: Window) -> int:
    """How many members any claim of these days is for."""
    query = select(func.count(Claim.member_id.distinct())).where(
        Claim.received_at >= window.since, Claim.received_at < window.until, Claim.is_restricted.is_(False)
    )
    return db.session.execute(query).scalar_one()


def _billed_by_one(window: Window) -> Any:
    def never(column: Any, *where: Any) -> Any:
        return ~select(column).where(column == Claim.member_id, *where).exists()

    return (
        select(Claim.member_id, func.min(Claim.organisation_id).label("organisation_id"))
        .where(Claim.received_at >= window.since, Claim.received_at < window.until)
        .where(Claim.member_id.is_not(None), Claim.is_restricted.is_(False))
        .where(
            never(CareGrant.member_id, CareGrant.decided_at >= window.since),
            never(Stay.member_id, Stay.admitted_on >= window.first),
            never(EligibilityNumber.member_id, EligibilityNumber.issued_at >= window.since),
        )
        .group_by(Claim.member_id)
        .having(func.count(Claim.organisation_id.distinct()) == 1)
        .subquery()
    )


def _phones_of_providers() -> set[bytes]:
    query = select(Organisation.phone).where(Organisation.phone != "")
    return {secrets.blind_index(PHONE, normalise_phone(phone)) for phone in db.session.execute(query).scalars()}


def _phones_of_households() -> set[bytes]:
    """Phones that members of more than one household gave."""
    query = select(MemberIdentity.phone_index).join(Member, Member.id == MemberIdentity.member_id)
    query = query.where(MemberIdentity.phone_index.is_not(None)).group_by(MemberIdentity.phone_index)
    rows = db.session.execute(query.having(func.count(Member.household_id.distinct()) > 1)).scalars()
    return {phone for phone in rows if phone is not None}


def _members_with_providers_account() -> set[int]:
    providers = select(PayeeAccount.number_index).where(
        PayeeAccount.organisation_id.is_not(None), PayeeAccount.number_index.is_not(None)
    )
    query = select(PayeeAccount.member_id).where(
        PayeeAccount.member_id.is_not(None), PayeeAccount.number_index.in_(providers)
    )
    return {member_id for member_id in db.session.execute(query).scalars() if member_id is not None}
