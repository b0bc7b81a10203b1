"""Whose household: members by number, the lock, who lives there, their cover and their stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import and_, bindparam, select, union_all
from sqlalchemy.orm import aliased

from care.models import RESIDENTIAL, Occupancy, Stay
from core.among import among
from core.db import db
from core.rows import Asked, Prepared
from members.models import Cover, CoverWait, Household, Member

_home = select(Member.public_id, Member.id, Member.household_id, Household.partition).join(Household)
_home = _home.where(among(Member.public_id, "numbers"))
_HOMES = Prepared(_home)
_LOCKED_HOMES = Prepared(_home.order_by(Household.id).with_for_update(of=Household))


def members_by_number(numbers: Collection[str]) -> dict[str, tuple[int, int, int]]:
    """Public id → member, household, partition."""
    return {number: (member, home, part) for number, member, home, part in _HOMES.rows(numbers=numbers)}


def locked_members(numbers: Collection[str]) -> dict[str, tuple[int, int, int]]:
    """The same, their households locked, in the order of their ids."""
    return {number: (member, home, part) for number, member, home, part in _LOCKED_HOMES.rows(numbers=numbers)}


_LOCK = Prepared(select(Household.id).where(among(Household.id, "ids")).order_by(Household.id).with_for_update())


def lock_households(ids: Collection[int]) -> None:
    """In id order, before anything of them is read. SQLite's transaction has locked the whole file already."""
    if ids and db.engine.dialect.name == "postgresql":
        _LOCK.rows(ids=ids)


_claimant = aliased(Member)
_PEOPLE = Prepared(
    select(
        Member.id,
        Member.born_on,
        Member.sex,
        Member.died_on,
        Member.has_disability,
        Household.id,
        Household.monthly_income,
        Household.income_band,
        Household.children,
    )
    .join(Household)
    .where(Household.id.in_(select(_claimant.household_id).where(among(_claimant.id, "members"))))
)


def people(member_ids: Collection[int]) -> Asked:
    """These members and all who live with them today, each with the household: (id, born_on, sex, died_on,
    has_disability, household, monthly_income, income_band, children)."""
    return _PEOPLE.ask(members=member_ids)


_COVERS = Prepared(
    select(
        Cover.id,
        Cover.member_id,
        Cover.package,
        Cover.valid_from,
        Cover.valid_until,
        Cover.state,
        CoverWait.benefit_group,
        CoverWait.waiting_until,
    )
    .outerjoin(CoverWait, and_(CoverWait.cover_id == Cover.id, CoverWait.waiting_until > bindparam("first")))
    .where(among(Cover.member_id, "members"))
    .order_by(Cover.valid_from, Cover.id)
)


def covers(member_ids: Collection[int], first: dt.date) -> Asked:
    """Each cover once, or once per group whose waiting ends after `first`: (id, member, package, valid_from,
    valid_until, state, benefit_group, waiting_until)."""
    return _COVERS.ask(members=member_ids, first=first)


_REPORTED = select(Stay.member_id, Stay.admitted_on.label("admitted_on"), Stay.discharged_on, Stay.reference, Stay.kind)
_LIVED = select(
    Occupancy.member_id, Occupancy.moved_in_on, Occupancy.moved_out_on, Occupancy.place, Occupancy.kind
).where(Occupancy.kind == RESIDENTIAL)
_STAYS = Prepared(
    union_all(
        _REPORTED.where(among(Stay.member_id, "members")), _LIVED.where(among(Occupancy.member_id, "members"))
    ).order_by("admitted_on")
)


def stays(member_ids: Collection[int]) -> Asked:
    """Stays as reported, and nights in residential places as they are held; in order of admission: (member,
    admitted_on, discharged_on, reference, kind)."""
    return _STAYS.ask(members=member_ids)
