"""Every SELECT of corrections: who is touched by an event, what stands now, and the runs as their readers see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, case, delete, func, select

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, versions_of_claim
from claims.readers import EVERYONE, Reader
from claims.redecisions.models import RedecisionHousehold, RedecisionLine, RedecisionRun
from core.among import among
from core.db import db
from core.events import Event
from core.organisations import Organisation
from members.models import Household, Member

AGAIN = ("pended", "adjudicated", "denied")  # a claim that was sent back comes again from its provider
CHUNK = 10_000  # how many values one IN list takes; SQLite ends at 32,766
PAGE = 50


def events_between(after: int, upto: int, kinds: Collection[str]) -> Sequence[Event]:
    query = select(Event).where(Event.id > after, Event.id <= upto, Event.kind.in_(kinds)).order_by(Event.id)
    return db.session.execute(query).scalars().all()


def last_event_id() -> int:
    return db.session.execute(select(func.coalesce(func.max(Event.id), 0))).scalar_one()


def homes_of(member_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Member → household and its partition."""
    query = select(Member.id, Member.household_id, Household.partition).join(Household)
    return {
        row[0]: (row[1], row[2])
        for part in _chunks(member_ids)
        for row in db.session.execute(query.where(Member.id.in_(part)))
    }


def households_claiming(
    partition: int,
    since: dt.date,
    *,
    organisation_id: int | None = None,
    practitioners: Collection[str] = (),
    after: int,
    limit: int,
) -> Sequence[int]:
    """Households of a partition with claims that reach `since` or later, in order of their id."""
    query = select(Household.id).join(Member, Member.household_id == Household.id)
    query = query.join(Claim, Claim.member_id == Member.id)
    query = query.where(Household.partition == partition, Claim.service_until >= since, Household.id > after)
    query = _theirs(query, organisation_id, practitioners)
    return db.session.execute(query.distinct().order_by(Household.id).limit(limit)).scalars().all()


def is_claimed_since(since: dt.date, organisation_id: int | None = None, practitioners: Collection[str] = ()) -> bool:
    query = _theirs(select(Claim.id).where(Claim.service_until >= since), organisation_id, practitioners)
    return db.session.execute(query.limit(1)).first() is not None


def _theirs(query: Any, organisation_id: int | None, practitioners: Collection[str]) -> Any:
    """Claims of a provider, or with lines of these professionals."""
    if practitioners:
        named = ClaimLine.claim_id == Claim.id, among(ClaimLine.practitioner, practitioners)
        query = query.where(select(ClaimLine.claim_id).where(*named).exists())
    return query if organisation_id is None else query.where(Claim.organisation_id == organisation_id)


def claims_again(household_ids: Collection[int]) -> Sequence[Any]:
    """(claim, household as of now, last day of care) of everything that may be decided again."""
    query = select(Claim.id, Member.household_id, Claim.service_until).join(Member, Member.id == Claim.member_id)
    query = query.join(ClaimVersion, versions_of_claim()).where(is_live(), ClaimVersion.state.in_(AGAIN))
    found: list[Any] = []
    for part in _chunks(household_ids):
        found.extend(db.session.execute(query.where(Member.household_id.in_(part)).order_by(Claim.id)))
    return found


def turns(claim_ids: Collection[int]) -> dict[int, dt.datetime]:
    """When each claim was decided first; one that only ever waited is not in it."""
    query = select(ClaimVersion.claim_id, func.min(ClaimVersion.decided_at).label("at"))
    query = query.where(ClaimVersion.state.in_(("adjudicated", "denied"))).group_by(ClaimVersion.claim_id)
    return {
        row.claim_id: row.at
        for part in _chunks(claim_ids)
        for row in db.session.execute(query.where(ClaimVersion.claim_id.in_(part)))
    }


def live_lines(claim_ids: Collection[int], headlines: Collection[str] = ()) -> Sequence[LineVersion]:
    """The lines of the live versions; with `headlines` only those decided by one of these reasons."""
    query = select(LineVersion).join(
        ClaimVersion,
        and_(
            ClaimVersion.partition == LineVersion.partition,
            ClaimVersion.claim_id == LineVersion.claim_id,
            ClaimVersion.version == LineVersion.version,
        ),
    )
    query = query.where(is_live())
    if headlines:
        query = query.where(LineVersion.headline.in_(headlines))
    found: list[LineVersion] = []
    for part in _chunks(claim_ids):
        found.extend(db.session.execute(query.where(LineVersion.claim_id.in_(part))).scalars())
    return found


def run_by_number(number: str, *, is_locked: bool = False) -> RedecisionRun | None:
    query = select(RedecisionRun).where(RedecisionRun.number == number)
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.execute(query).scalar_one_or_none()


def open_draft() -> RedecisionRun | None:
    """The draft that takes up what events touched; locked, for one writer at a time."""
    query = select(RedecisionRun).where(RedecisionRun.state == "drafted", RedecisionRun.withdrawn_claim_id.is_(None))
    return db.session.execute(query.order_by(RedecisionRun.id).limit(1).with_for_update()).scalar_one_or_none()


def runs(limit: int = 50) -> Sequence[RedecisionRun]:
    """Those that wait first, then the newest."""
    waits = case((RedecisionRun.state.in_(("drafted", "previewed")), 0), else_=1)
    query = select(RedecisionRun).order_by(waits, RedecisionRun.id.desc()).limit(limit)
    return db.session.execute(query).scalars().all()


def household_count(run_id: int) -> int:
    query = select(func.count()).select_from(RedecisionHousehold).where(RedecisionHousehold.run_id == run_id)
    return db.session.execute(query).scalar_one()


def clear_lines(run_id: int) -> None:
    db.session.execute(delete(RedecisionLine).where(RedecisionLine.run_id == run_id))


def lines_of(run_id: int, page: int | None = None, reader: Reader = EVERYONE) -> Sequence[RedecisionLine]:
    query = select(RedecisionLine).where(RedecisionLine.run_id == run_id, *_seen_by(reader))
    query = query.order_by(RedecisionLine.claim_id, RedecisionLine.line_no)
    if page is not None:
        query = query.offset((page - 1) * PAGE).limit(PAGE)
    return db.session.execute(query).scalars().all()


def line_count(run_id: int, reader: Reader = EVERYONE) -> int:
    query = select(func.count()).select_from(RedecisionLine).where(RedecisionLine.run_id == run_id, *_seen_by(reader))
    return db.session.execute(query).scalar_one()


def _seen_by(reader: Reader) -> list[Any]:
    narrowed = reader.of_claims()
    return [RedecisionLine.claim_id.in_(select(Claim.id).where(*narrowed))] if narrowed else []


def _sums() -> tuple[Any, ...]:
    moved = RedecisionLine.new_paid - RedecisionLine.old_paid
    return (
        func.count(RedecisionLine.claim_id.distinct()).label("claims"),
        func.count().label("lines"),
        func.coalesce(func.sum(case((moved > 0, moved), else_=0)), 0).label("more"),
        func.coalesce(func.sum(case((moved < 0, -moved), else_=0)), 0).label("back"),
    )


def by_provider(run_id: int) -> Sequence[Any]:
    query = select(Organisation.name, *_sums()).join(Organisation, Organisation.id == RedecisionLine.organisation_id)
    query = query.where(RedecisionLine.run_id == run_id).group_by(Organisation.id, Organisation.name)
    return db.session.execute(query.order_by(Organisation.name)).all()


def by_reason(run_id: int) -> Sequence[Any]:
    """State and reason before → state and reason after."""
    columns = (
        RedecisionLine.old_state,
        RedecisionLine.old_reason,
        RedecisionLine.new_state,
        RedecisionLine.new_reason,
    )
    query = select(*columns, *_sums()).where(RedecisionLine.run_id == run_id).group_by(*columns).order_by(*columns)
    return db.session.execute(query).all()


def _chunks(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def households_in_other_runs(run: RedecisionRun) -> int:
    """How many of the run's households wait in another open run too."""
    mine = select(RedecisionHousehold.household_id).where(RedecisionHousehold.run_id == run.id)
    query = select(func.count(RedecisionHousehold.household_id.distinct())).join(RedecisionRun)
    query = query.where(RedecisionRun.state.in_(("drafted", "previewed")), RedecisionRun.id != run.id)
    return db.session.execute(query.where(RedecisionHousehold.household_id.in_(mine))).scalar_one()


def waiting_runs() -> Sequence[RedecisionRun]:
    query = select(RedecisionRun).where(RedecisionRun.state.in_(("drafted", "previewed")))
    return db.session.execute(query.order_by(RedecisionRun.id)).scalars().all()
