"""The verbs of a run of corrections: begin it, preview it, release it by the right number of people, or drop it.

A preview and a release are begun here and worked on in shards of whole households (`shards`), whatever their number.
The world may change between the two: a household that comes out otherwise than it was previewed is not posted, its new
preview stands in the place of the old, and someone looks again. What was released of a run stays released.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from claims import services
from claims.decisions import Cause
from claims.queries import records
from claims.redecisions import queries, shards
from claims.redecisions.models import RedecisionCause, RedecisionHousehold, RedecisionRun
from claims.redecisions.shards import STREAM
from claims.states import CLAIM, REDECISION
from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.errors import DomainError, Forbidden, InputErrors, NotFound
from core.numbers import next_number
from core.words import _l


def draft(
    households: Mapping[int, dt.date],
    *,
    by: Actor,
    at: dt.datetime,
    zone: ZoneInfo,
    reason: str = "",
    events: Iterable[int] = (),
    withdrawn: int | None = None,
) -> RedecisionRun:
    """Begin a run, or take the households up into the draft that waits; nothing is decided yet."""
    run = queries.open_draft() if withdrawn is None and not reason else None
    if run is None:
        run = RedecisionRun(
            number=next_number("RD", at.astimezone(zone).year),
            state=REDECISION.initial,
            reason=reason,
            withdrawn_claim_id=withdrawn,
            drafted_by=by.person,
            drafted_at=at,
        )
        db.session.add(run)
        db.session.flush()
        after = {"households": len(households), "withdraws": withdrawn}
        audit.record(STREAM, Act.REDECISION_DRAFTED, run.number, by=by, reason=reason, after=after)
    _take_up(run, households, events)
    return run


def _take_up(run: RedecisionRun, households: Mapping[int, dt.date], events: Iterable[int]) -> None:
    """Each household once, from the earliest day that any of its changes touches."""
    known = queries.households_of(run.id, households)
    for row in known:
        row.valid_from = min(row.valid_from, households[row.household_id])
    fresh = sorted(households.keys() - {row.household_id for row in known})
    rows = [{"run_id": run.id, "household_id": key, "valid_from": households[key]} for key in fresh]
    bulk_insert(RedecisionHousehold.__table__, rows)
    heard = {row.event_id for row in run.causes}
    run.causes.extend(RedecisionCause(event_id=event_id) for event_id in sorted(set(events) - heard))
    db.session.flush()


def preview(number: str, *, by: Actor, at: dt.datetime) -> RedecisionRun:
    """Have the run's households decided as of now, every line that differs kept; the work goes on in shards."""
    return shards.begin(_locked(number), "preview", by=by, at=at)


def release(number: str, *, by: Actor, at: dt.datetime) -> RedecisionRun:
    """Have what was previewed written, and the differences posted; the work goes on in shards.

    Above the plan's sum for one person, who previewed or began the run cannot release it (DECISIONS 29).
    """
    run = _releasable(number, by)
    return shards.begin(run, "release", by=by, at=at)


def _releasable(number: str, by: Actor) -> RedecisionRun:
    run = _locked(number)
    REDECISION.after(run.state, "release")
    _check_people(run, by)
    audit.record(STREAM, Act.REDECISION_RELEASED, run.number, by=by, after=shards.totals(run))
    return run


def _check_people(run: RedecisionRun, by: Actor) -> None:
    if by.organisation_id is not None:
        raise Forbidden(_l("A cooperative does not decide its own claims."))
    if run.needs_second_person:
        message = _l(
            "You began or previewed this run, and it moves more than one person may, so someone else releases."
        )
        by.must_differ_from([person for person in (run.previewed_by, run.drafted_by) if person], message)


def drop(number: str, reason: str, *, by: Actor, at: dt.datetime) -> RedecisionRun:
    """The decisions stay as they are, with the reason why."""
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why these decisions stay as they are."))
    return shards.drop(_locked(number), reason.strip(), by=by, at=at)


def withdraw(claim_number: str, *, reason: str, by: Actor, at: dt.datetime, zone: ZoneInfo) -> RedecisionRun | None:
    """Take a claim out with a reason: a run that ends it and gives what it used to others of its household.

    One household is decided at once. Up to the plan's sum the run is released too; above it waits for a second person.
    A claim that was sent back has used nothing and ends without a run.
    """
    if not reason.strip():
        raise DomainError(_l("Say why the claim is withdrawn."), status=422, code="reason_needed")
    claim = services.locked(claim_number)
    CLAIM.after(claim.state, "void")
    if claim.state == "returned":
        services.end([claim.id], "voided", Cause("void", by, at, reason.strip()), zone)
        return None
    day = min((line.service_from for line in claim.lines if line.service_from), default=claim.received_at.date())
    homes = records.households_of([claim.id])
    run = draft(dict.fromkeys(homes, day), by=by, at=at, zone=zone, reason=reason.strip(), withdrawn=claim.id)
    shards.at_once(run, "preview", by=by, at=at)
    if not run.needs_second_person:
        shards.at_once(_releasable(run.number, by), "release", by=by, at=at)
    return run


def _locked(number: str) -> RedecisionRun:
    return found(number, is_locked=True)


def found(number: str, *, is_locked: bool = False) -> RedecisionRun:
    run = queries.run_by_number(number, is_locked=is_locked)
    if run is None:
        raise NotFound(_l("There is no run of corrections %(number)s.", number=number))
    return run
