"""Who is touched by an event, and what stands now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select

from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries.records import is_live, versions_of_claim
from core.among import among
from core.db import db
from core.events import Event
from members.models import Household, Member

AGAIN = ("pended", "adjudicated", "denied")  # a claim that was sent back comes again from its provider
CHUNK = 10_000  # how many values one IN list takes; SQLite ends at 32,766


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


def touched_sums(events: Sequence[Event], *, has_restricted: bool) -> tuple[int, int, int]:
    """How many claims these events name by their member, provider or plan, what the fund pays of them, what waits."""
    version = ClaimVersion
    query = select(
        func.count(), func.coalesce(func.sum(version.benefit), 0), func.coalesce(func.sum(version.undecided), 0)
    )
    query = query.select_from(Claim).join(version, versions_of_claim()).where(is_live(), version.state.in_(AGAIN))
    if not has_restricted:
        query = query.where(Claim.is_restricted.is_(False))
    count, paid, undecided = db.session.execute(query.where(or_(*[_named(event) for event in events]))).one()
    return int(count), int(paid), int(undecided)


def _named(event: Event) -> Any:
    since = Claim.service_until >= event.effective_from
    if "member_ids" in event.data:
        return and_(since, among(Claim.member_id, event.data["member_ids"]))
    if event.data.get("organisation_id"):
        return and_(since, Claim.organisation_id == event.data["organisation_id"])
    return since


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
    query = query.join(Claim, versions_of_claim()).where(is_live())  # its id has an index, and leads to the partition
    if headlines:
        query = query.where(LineVersion.headline.in_(headlines))
    found: list[LineVersion] = []
    for part in _chunks(claim_ids):
        found.extend(db.session.execute(query.where(Claim.id.in_(part))).scalars())
    return found


def _chunks(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
