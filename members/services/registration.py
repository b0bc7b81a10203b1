"""People and households by form: one at a time, with everything said that does not fit."""

from __future__ import annotations

import datetime as dt
from zlib import crc32

from core import audit, clock, secrets
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import InputErrors
from core.numbers import next_number, random_id
from core.words import _l
from members import queries
from members.models import Household, Member, MemberIdentity
from members.names import normalise_identity, normalise_name, normalise_phone
from members.people import Person, Spell
from members.services.cover import add_cover

PARTITIONS = 64


def partition_of(household_number: str) -> int:
    """0–63: fixed by the household's number, so that it never moves (DECISIONS 28)."""
    return crc32(household_number.encode()) % PARTITIONS


def register_household(
    *,
    district: str,
    by: Actor,
    monthly_income: int | None = None,
    income_band: str = "",
    children: int = 0,
    at: dt.datetime | None = None,
) -> Household:
    """A new household with the next number; `monthly_income` in minor units."""
    at = at or clock.now()
    number = next_number("H", clock.local_day(at, fund().zone).year)
    row = Household(
        number=number,
        district=district,
        partition=partition_of(number),
        monthly_income=monthly_income,
        income_band=income_band,
        children=children,
    )
    db.session.add(row)
    db.session.flush()
    after = {"district": district, "income_band": income_band, "children": children}
    audit.record("members", Act.MEMBER_REGISTERED, number, by=by, after=after)
    return row


def register_member(
    household: Household, person: Person, *, by: Actor, spell: Spell | None = None, at: dt.datetime | None = None
) -> Member:
    """A new person of `household`, with cover if there is any. Raises InputErrors at born_on, national_id, cover."""
    at = at or clock.now()
    if person.born_on > clock.local_day(at, fund().zone):
        raise InputErrors.at("born_on", _l("This day is still to come. Write the day of birth."), person.born_on)
    _check_national_id(person)
    row = Member(
        public_id=random_id(),
        household=household,
        born_on=person.born_on,
        sex=person.sex,
        died_on=person.died_on,
        has_disability=person.has_disability,
        source="form",
        created_at=at,
        identity=MemberIdentity(**identity_columns(person)) if person.name else None,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("members", Act.MEMBER_REGISTERED, row.public_id, by=by, after={"household": household.number})
    if spell:
        add_cover(row, spell, by=by, at=at)
    return row


def identity_columns(person: Person) -> dict[str, object]:
    """What stands in the identity table: the name in clear, the rest sealed with a blind index."""
    national_id, phone = normalise_identity(person.national_id), normalise_phone(person.phone)
    return {
        "name": person.name,
        "name_normalised": normalise_name(f"{person.family_name} {person.given_names}"),
        "national_id": secrets.encrypt("member.national_id", national_id) if national_id else None,
        "national_id_index": national_id_index(person),
        "phone": secrets.encrypt("member.phone", person.phone.strip()) if phone else None,
        "phone_index": secrets.blind_index("member.phone", phone) if phone else None,
    }


def phone_of(member: Member) -> str:
    """The phone as it was given, or nothing."""
    sealed = member.identity.phone if member.identity else None
    return secrets.decrypt("member.phone", sealed) if sealed else ""


def national_id_index(person: Person) -> bytes | None:
    text = normalise_identity(person.national_id)
    return secrets.blind_index("member.national_id", text) if text else None


def _check_national_id(person: Person) -> None:
    index = national_id_index(person)
    owner = queries.identity_owners([index]) if index else {}
    if owner:
        message = _l("Member %(id)s has this identity number already.", id=next(iter(owner.values())))
        raise InputErrors.at("national_id", message)
