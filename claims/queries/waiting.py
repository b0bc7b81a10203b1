"""Stored claims that a run has still to do with; each function is one statement, whatever their number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, bindparam, delete, exists, func, or_, select, update

from claims.models import Claim, ClaimWaiting
from core.among import among
from core.db import bulk_insert, db
from core.rows import Prepared
from members.models import Household, Member
from procurement.models.contract import Contract, ContractLine

_IS_UNDECIDED = ClaimWaiting.settles_with.is_(None)


@dataclass(frozen=True, slots=True)
class Part:
    """Claims of whole households; `homes`: where their members live now, or lived when the run began."""

    claim_ids: list[int]
    homes: set[int]
    lines: int
    is_last: bool


def add(rows: Sequence[dict[str, Any]]) -> None:
    bulk_insert(ClaimWaiting.__table__, rows)


def move_homes() -> None:
    """Who moved since their claim was stored is decided with the people they live with now."""
    home = select(Member.household_id).where(Member.id == ClaimWaiting.member_id).scalar_subquery()
    place = select(Household.partition).join(Member).where(Member.id == ClaimWaiting.member_id).scalar_subquery()
    has_moved = exists().where(Member.id == ClaimWaiting.member_id, Member.household_id != ClaimWaiting.household_id)
    statement = update(ClaimWaiting).where(_IS_UNDECIDED, has_moved).values(household_id=home, partition=place)
    db.session.execute(statement, execution_options={"synchronize_session": False})


def partitions() -> Sequence[tuple[int, int]]:
    """(partition, lines) where undecided claims wait, in order."""
    query = select(ClaimWaiting.partition, func.sum(ClaimWaiting.lines)).where(_IS_UNDECIDED)
    rows = db.session.execute(query.group_by(ClaimWaiting.partition).order_by(ClaimWaiting.partition))
    return [(partition, int(lines)) for partition, lines in rows]


_PART = Prepared(
    select(ClaimWaiting.household_id, ClaimWaiting.claim_id, ClaimWaiting.lines, Member.household_id)
    .outerjoin(Member, Member.id == ClaimWaiting.member_id)
    .where(ClaimWaiting.partition.between(bindparam("first"), bindparam("last")), _IS_UNDECIDED)
    .order_by(ClaimWaiting.partition, ClaimWaiting.household_id, ClaimWaiting.claim_id)
    .limit(bindparam("most"))
)


def next_part(first: int, last: int, most_lines: int) -> Part:
    """About `most_lines` undecided lines of these partitions, households whole and in order; nothing is locked yet."""
    most = most_lines * 2  # a household that reaches beyond is decided in the next part with what is left of it
    claim_ids: list[int] = []
    homes: set[int] = set()
    lines, previous = 0, 0
    for household, claim_id, count, home in _PART.rows(first=first, last=last, most=most):
        if lines >= most_lines and (household != previous or not household):
            return Part(claim_ids, homes - {0}, lines, is_last=False)
        claim_ids.append(claim_id)
        homes.update((household, home or household))
        lines, previous = lines + count, household
    return Part(claim_ids, homes - {0}, lines, is_last=len(claim_ids) < most)


def undecided(claim_ids: Collection[int]) -> Sequence[int]:
    """Those that still wait, to be asked again once their households are locked; in the order of their ids.

    SQLite's transaction has locked the whole file already, when they were found.
    """
    if db.engine.dialect.name == "sqlite":
        return sorted(claim_ids)
    query = select(ClaimWaiting.claim_id).where(among(ClaimWaiting.claim_id, claim_ids), _IS_UNDECIDED)
    return db.session.execute(query.order_by(ClaimWaiting.claim_id)).scalars().all()


def remove(claim_ids: Collection[int]) -> None:
    """A run is through with these."""
    statement = delete(ClaimWaiting).where(among(ClaimWaiting.claim_id, claim_ids))
    db.session.execute(statement, execution_options={"synchronize_session": False})


def leave_to_settle(claim_ids: Collection[int]) -> None:
    """These are decided; their contracts' budgets are looked at when the whole run is decided."""
    sender = select(Claim.organisation_id).where(Claim.id == ClaimWaiting.claim_id).scalar_subquery()
    statement = update(ClaimWaiting).where(among(ClaimWaiting.claim_id, claim_ids)).values(settles_with=sender)
    db.session.execute(statement, execution_options={"synchronize_session": False})


_has_volume = exists().where(ContractLine.contract_id == Contract.id, ContractLine.volume.is_not(None))
_CAPPED = Prepared(
    select(Contract.organisation_id).where(
        among(Contract.organisation_id, "organisations"),
        Contract.state != "drawn",
        Contract.valid_from <= bindparam("last", type_=Date),
        Contract.valid_until >= bindparam("first", type_=Date),
        or_(Contract.budget.is_not(None), _has_volume),
    )
)


def capped_organisations(organisation_ids: Collection[int], first: dt.date, last: dt.date) -> set[int]:
    """Those with a contract of these days that has a budget or a volume."""
    return {number for (number,) in _CAPPED.rows(organisations=organisation_ids, first=first, last=last)}


def settling_organisations() -> Sequence[int]:
    query = select(ClaimWaiting.settles_with).where(~_IS_UNDECIDED).distinct().order_by(ClaimWaiting.settles_with)
    return [row for row in db.session.execute(query).scalars() if row is not None]


def to_settle(organisation_id: int, limit: int) -> Sequence[int]:
    """The oldest claims of a provider whose budget is still to be looked at, in the order of a budget."""
    query = (
        select(ClaimWaiting.claim_id)
        .join(Claim, Claim.id == ClaimWaiting.claim_id)
        .where(ClaimWaiting.settles_with == organisation_id)
        .order_by(Claim.received_at, Claim.id)
        .limit(limit)
    )
    return db.session.execute(query).scalars().all()


def waiting_count() -> tuple[int, int]:
    """Claims and lines that no run has decided yet."""
    query = select(func.count(), func.coalesce(func.sum(ClaimWaiting.lines), 0)).where(_IS_UNDECIDED)
    claims, lines = db.session.execute(query).one()
    return int(claims), int(lines)
