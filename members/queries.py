"""Every look-up of people, households and cover has a name here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from core import secrets
from core.db import db
from members.models import Cover, EligibilityNumber, Household, Member, MemberIdentity, OtherCover
from members.names import normalise_name, normalise_phone

CHUNK = 10_000  # how many values one IN list takes; SQLite ends at 32,766


class Known(NamedTuple):
    """What an import must know about a member who is here already."""

    id: int
    born_on: dt.date
    sex: str
    died_on: dt.date | None


class StoredSpell(NamedTuple):
    id: int
    member_id: int
    package: str
    valid_from: dt.date
    valid_until: dt.date | None
    state: str


def member(public_id: str) -> Member | None:
    """One member with household, cover and waits."""
    query = select(Member).where(Member.public_id == public_id).options(joinedload(Member.household))
    query = query.options(joinedload(Member.identity), selectinload(Member.covers).selectinload(Cover.waits))
    return db.session.execute(query).scalar_one_or_none()


def household_members(household_id: int) -> Sequence[Member]:
    query = select(Member).where(Member.household_id == household_id).options(joinedload(Member.identity))
    return db.session.execute(query.order_by(Member.born_on, Member.id)).scalars().all()


def household(number: str) -> Household | None:
    return db.session.execute(select(Household).where(Household.number == number)).scalar_one_or_none()


def search(words: str, limit: int = 50) -> Sequence[Member]:
    """Members by public id, by phone, or by the beginning of the family name, in that order of trust."""
    words = words.strip()
    if not words:
        return []
    exact = _people().where(Member.public_id == words.upper())
    phone = (
        _people()
        .join(MemberIdentity)
        .where(MemberIdentity.phone_index == secrets.blind_index("member.phone", normalise_phone(words)))
    )
    for query in (exact, phone, _named(words)):
        if found := db.session.execute(query.limit(limit)).scalars().all():
            return found
    return []


def latest_members(limit: int = 50, offset: int = 0) -> Sequence[Member]:
    return db.session.execute(_people().order_by(Member.id.desc()).limit(limit).offset(offset)).scalars().all()


def counts(on: dt.date) -> dict[str, int]:
    """How many members, households and members covered on `on` there are."""
    covered = select(func.count(Cover.member_id.distinct())).where(
        Cover.valid_from <= on,
        (Cover.valid_until.is_(None)) | (Cover.valid_until >= on),
        Cover.state.in_(("active", "grace")),
    )
    return {
        "members": db.session.execute(select(func.count(Member.id))).scalar_one(),
        "households": db.session.execute(select(func.count(Household.id))).scalar_one(),
        "covered": db.session.execute(covered).scalar_one(),
    }


def household_ids(numbers: Collection[str]) -> dict[str, int]:
    """Household number → id, for those that are here."""
    query = select(Household.number, Household.id)
    return dict(_in_chunks(query, Household.number, numbers))


def known_members(public_ids: Collection[str]) -> dict[str, Known]:
    """Public id → what is known, for those that are here."""
    query = select(Member.public_id, Member.id, Member.born_on, Member.sex, Member.died_on)
    return {row[0]: Known(*row[1:]) for row in _in_chunks(query, Member.public_id, public_ids)}


def member_ids(public_ids: Collection[str]) -> dict[str, int]:
    """Public id → id."""
    return dict(_in_chunks(select(Member.public_id, Member.id), Member.public_id, public_ids))


def births(ids: Collection[int]) -> dict[int, dt.date]:
    """Id → day of birth."""
    return dict(_in_chunks(select(Member.id, Member.born_on), Member.id, ids))


def public_ids(ids: Collection[int]) -> dict[int, str]:
    """Id → public id."""
    return dict(_in_chunks(select(Member.id, Member.public_id), Member.id, ids))


def spells(ids: Collection[int]) -> dict[int, list[StoredSpell]]:
    """Member id → spells of cover, oldest first."""
    query = select(Cover.id, Cover.member_id, Cover.package, Cover.valid_from, Cover.valid_until, Cover.state)
    found: dict[int, list[StoredSpell]] = {}
    for row in _in_chunks(query.order_by(Cover.valid_from), Cover.member_id, ids):
        found.setdefault(row.member_id, []).append(StoredSpell(*row))
    return found


def identity_owners(indexes: Collection[bytes]) -> dict[bytes, str]:
    """Blind index of a national id → public id of who has it."""
    query = select(MemberIdentity.national_id_index, Member.public_id).join(Member)
    return dict(_in_chunks(query, MemberIdentity.national_id_index, indexes))


def eligible_members(numbers: Collection[str], on: dt.date) -> dict[str, int]:
    """Eligibility number → member, for those that hold on that day."""
    query = select(EligibilityNumber.number, EligibilityNumber.member_id)
    query = query.where(EligibilityNumber.valid_from <= on, EligibilityNumber.valid_until >= on)
    return dict(_in_chunks(query, EligibilityNumber.number, numbers))


def eligibility_numbers(public_ids: Collection[str], on: dt.date) -> Sequence[Any]:
    """(public id, number) of those that still hold, the one that holds longest first."""
    query = select(Member.public_id, EligibilityNumber).join(EligibilityNumber)
    query = query.where(Member.public_id.in_(public_ids), EligibilityNumber.valid_until >= on)
    return db.session.execute(query.order_by(EligibilityNumber.valid_until.desc(), EligibilityNumber.id.desc())).all()


def other_covers(member_ids: Collection[int]) -> list[OtherCover]:
    """Who pays first for these members, the latest spell first."""
    query = select(OtherCover).order_by(OtherCover.valid_from.desc(), OtherCover.id)
    return [row for (row,) in _in_chunks(query, OtherCover.member_id, member_ids)]


def _people() -> Select[Member]:
    return select(Member).options(
        joinedload(Member.identity), joinedload(Member.household), selectinload(Member.covers)
    )


def _named(words: str) -> Select[Member]:
    query = _people().join(MemberIdentity)
    query = query.where(MemberIdentity.name_normalised.startswith(normalise_name(words), autoescape=True))
    return query.order_by(MemberIdentity.name_normalised, Member.id)


def _in_chunks(query: Any, column: Any, values: Collection[Any]) -> Iterator[Any]:
    ordered = sorted(set(values))
    for start in range(0, len(ordered), CHUNK):
        yield from db.session.execute(query.where(column.in_(ordered[start : start + CHUNK])))
