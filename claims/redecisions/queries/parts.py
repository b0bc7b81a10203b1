"""What a shard of a run asks and keeps: its households, and the lines that differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, select, update

from claims.models import Claim, ClaimLine
from claims.redecisions.models import RedecisionHousehold, RedecisionLine
from core.among import among
from core.db import db
from members.models import Member


def households_of(run_id: int, household_ids: Collection[int]) -> Sequence[RedecisionHousehold]:
    """Those of a run among these."""
    query = select(RedecisionHousehold).where(RedecisionHousehold.run_id == run_id)
    return db.session.execute(query.where(among(RedecisionHousehold.household_id, household_ids))).scalars().all()


def lines_by_household(run_id: int) -> Iterator[tuple[int, int]]:
    """(household that is not released yet, lines of its claims from the touched day on), streaming by id."""
    reaches = (Claim.member_id == Member.id, Claim.service_until >= RedecisionHousehold.valid_from)
    its_lines = (ClaimLine.partition == Claim.partition, ClaimLine.claim_id == Claim.id)
    query = select(RedecisionHousehold.household_id, func.count(ClaimLine.line_no))
    query = query.outerjoin(Member, Member.household_id == RedecisionHousehold.household_id)
    query = query.outerjoin(Claim, and_(*reaches)).outerjoin(ClaimLine, and_(*its_lines)).where(_is_open(run_id))
    query = query.group_by(RedecisionHousehold.household_id).order_by(RedecisionHousehold.household_id)
    with db.session.execute(query.execution_options(yield_per=2000)) as rows:
        yield from ((row[0], row[1]) for row in rows)


def _is_open(run_id: int) -> Any:
    return (RedecisionHousehold.run_id == run_id) & RedecisionHousehold.released_at.is_(None)


def open_households(run_id: int, first: int, last: int) -> dict[int, dt.date]:
    """Household → first touched day, between two ids, those that are not released yet."""
    query = select(RedecisionHousehold.household_id, RedecisionHousehold.valid_from)
    query = query.where(_is_open(run_id), RedecisionHousehold.household_id.between(first, last))
    return {row.household_id: row.valid_from for row in db.session.execute(query)}


def has_open_households(run_id: int) -> bool:
    return (
        db.session.execute(select(RedecisionHousehold.household_id).where(_is_open(run_id)).limit(1)).first()
        is not None
    )


def released_count(run_id: int) -> int:
    query = select(func.count()).select_from(RedecisionHousehold)
    query = query.where(RedecisionHousehold.run_id == run_id, RedecisionHousehold.released_at.is_not(None))
    return db.session.execute(query).scalar_one()


def mark_released(run_id: int, household_ids: Collection[int], at: dt.datetime) -> None:
    statement = update(RedecisionHousehold).where(RedecisionHousehold.run_id == run_id)
    statement = statement.where(among(RedecisionHousehold.household_id, household_ids)).values(released_at=at)
    db.session.execute(statement, execution_options={"synchronize_session": False})


def clear_lines(run_id: int, household_ids: Collection[int]) -> None:
    """What was previewed of these; of a run that is older than 0014, also what names no household."""
    theirs = among(RedecisionLine.household_id, household_ids) | RedecisionLine.household_id.is_(None)
    statement = delete(RedecisionLine).where(RedecisionLine.run_id == run_id, theirs)
    db.session.execute(statement, execution_options={"synchronize_session": False})


def lines_of_households(run_id: int, household_ids: Collection[int]) -> Sequence[RedecisionLine]:
    query = select(RedecisionLine).where(RedecisionLine.run_id == run_id)
    query = query.where(among(RedecisionLine.household_id, household_ids))
    query = query.order_by(RedecisionLine.claim_id, RedecisionLine.line_no).execution_options(populate_existing=True)
    return db.session.execute(query).scalars().all()
