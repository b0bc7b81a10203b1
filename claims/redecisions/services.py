"""The verbs of a run of corrections: begin it, preview it, release it by the right number of people, or drop it.

The world may change between preview and release. So a release locks the run and its households, decides again, and
compares line by line with what was previewed. If nothing moved it writes the versions and posts the differences; if
anything moved it posts nothing, keeps the new preview in the place of the old, and says so: someone looks again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from claims import facts, selection, services
from claims.decisions import Cause, Verdict
from claims.queries import facts as fact_queries
from claims.queries import records
from claims.redecisions import deciding, differences, queries
from claims.redecisions.differences import Difference
from claims.redecisions.models import RedecisionCause, RedecisionHousehold, RedecisionLine, RedecisionRun
from claims.states import CLAIM, REDECISION
from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.errors import DomainError, Forbidden, InputErrors, NotFound
from core.numbers import next_number
from core.words import _l

STREAM = "money"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run would write: the verdicts worth a version, and the lines that differ."""

    verdicts: list[Verdict]
    lines: list[Difference]


def outlook(
    households: Mapping[int, dt.date], *, zone: ZoneInfo, at: dt.datetime, withdrawn: int | None = None
) -> Outlook:
    """Decide households again from their first touched day on; reads, never writes."""
    plan_for = facts.plans()
    again = deciding.gather(households, () if withdrawn is None else (withdrawn,))
    today = at.astimezone(zone).date()
    decided = deciding.decide_again(again, plan_for, zone, today)
    decided |= {claim.id: services.ended(claim, "voided") for claim in again.claims if claim.id == withdrawn}
    waiting = [Verdict(claim, decided[claim.id]) for claim in again.claims if claim.state == "pended"]
    # What waits for a reviewer still does; what was paid is not selected afterwards.
    decided |= {each.claim.id: each.decision for each in selection.select(waiting, plan_for, zone)}
    lines = differences.between(again.claims, decided)
    verdicts = [
        Verdict(claim, decided[claim.id], services.due_on(claim, decided[claim.id], plan_for, today))
        for claim in again.claims
    ]
    touched = {row.claim.id for row in lines}
    return Outlook([verdict for verdict in verdicts if verdict.claim.id in touched], lines)


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
    known = {row.household_id: row for row in run.households}
    for household_id, day in sorted(households.items()):
        if household_id in known:
            known[household_id].valid_from = min(known[household_id].valid_from, day)
        else:
            run.households.append(RedecisionHousehold(household_id=household_id, valid_from=day))
    heard = {row.event_id for row in run.causes}
    run.causes.extend(RedecisionCause(event_id=event_id) for event_id in sorted(set(events) - heard))
    db.session.flush()


def preview(number: str, *, by: Actor, at: dt.datetime, zone: ZoneInfo) -> RedecisionRun:
    """Decide the run's households as of now and keep every line that differs; a run without any is dropped."""
    run = _locked(number)
    run.state = REDECISION.after(run.state, "preview")
    _keep_lines(run, _outlook_of(run, zone, at).lines, by, at, zone)
    if not run.claims and run.withdrawn_claim_id is None:
        return _drop(run, str(_l("Nothing comes out otherwise.")), by=by, at=at)
    return run


def _outlook_of(run: RedecisionRun, zone: ZoneInfo, at: dt.datetime) -> Outlook:
    households = {row.household_id: row.valid_from for row in run.households}
    return outlook(households, zone=zone, at=at, withdrawn=run.withdrawn_claim_id)


def _keep_lines(run: RedecisionRun, lines: Sequence[Difference], by: Actor, at: dt.datetime, zone: ZoneInfo) -> None:
    queries.clear_lines(run.id)
    bulk_insert(RedecisionLine.__table__, [differences.row_of(run.id, row) for row in lines])
    run.claims = len({row.claim.id for row in lines})
    run.more, run.back = differences.sums(lines)
    run.limit_for_one = facts.plans()(at.astimezone(zone).date()).second_person_above
    run.previewed_by, run.previewed_at = by.person, at
    db.session.flush()
    audit.record(STREAM, Act.REDECISION_PREVIEWED, run.number, by=by, after=_totals(run, lines))


def _totals(run: RedecisionRun, lines: Sequence[Difference]) -> dict[str, object]:
    leaves = [audit.canonical(list(differences.row_of(run.id, row).values())) for row in lines]
    root = audit.merkle_root(leaves).hex()
    return {"claims": run.claims, "lines": len(lines), "more": run.more, "back": run.back, "root": root}


def release(number: str, *, by: Actor, at: dt.datetime, zone: ZoneInfo) -> bool:
    """Write what was previewed and post the differences. False: the world had moved, so a new preview stands instead.

    Above the plan's sum for one person, who previewed or began the run cannot release it (DECISIONS 29).
    """
    run = _locked(number)
    target = REDECISION.after(run.state, "release")
    _check_people(run, by)
    fact_queries.lock_households([row.household_id for row in run.households])
    now = _outlook_of(run, zone, at)
    if not _is_as_previewed(run, now.lines):
        _keep_lines(run, now.lines, by, at, zone)
        return False
    run.state, run.ended_by, run.ended_at = target, by.person, at
    db.session.flush()
    audit.record(STREAM, Act.REDECISION_RELEASED, run.number, by=by, after=_totals(run, now.lines))
    _write(run, now.verdicts, by, at, zone)
    return True


def _check_people(run: RedecisionRun, by: Actor) -> None:
    if by.organisation_id is not None:
        raise Forbidden(_l("A cooperative does not decide its own claims."))
    if run.needs_second_person:
        message = _l(
            "You began or previewed this run, and it moves more than one person may, so someone else releases."
        )
        by.must_differ_from([person for person in (run.previewed_by, run.drafted_by) if person], message)


def _is_as_previewed(run: RedecisionRun, lines: Sequence[Difference]) -> bool:
    names = [column.name for column in RedecisionLine.__table__.columns]
    before = [[getattr(row, name) for name in names] for row in queries.lines_of(run.id)]
    return before == [[differences.row_of(run.id, row)[name] for name in names] for row in lines]


def _write(run: RedecisionRun, verdicts: Sequence[Verdict], by: Actor, at: dt.datetime, zone: ZoneInfo) -> None:
    """The versions, those that end first, so that what they used is free before it is used again."""
    posted = records.posted_benefit([verdict.claim.id for verdict in verdicts])
    ends = [verdict for verdict in verdicts if verdict.decision.state == "voided"]
    others = [verdict for verdict in verdicts if verdict.decision.state != "voided"]
    if ends:
        services.keep(ends, Cause("void", by, at, run.reason), posted, zone)
    if others:
        services.keep(others, Cause("redecision", by, at, run.number), posted, zone)


def drop(number: str, reason: str, *, by: Actor, at: dt.datetime) -> RedecisionRun:
    """The decisions stay as they are, with the reason why."""
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why these decisions stay as they are."))
    return _drop(_locked(number), reason.strip(), by=by, at=at)


def _drop(run: RedecisionRun, reason: str, *, by: Actor, at: dt.datetime) -> RedecisionRun:
    run.state = REDECISION.after(run.state, "drop")
    run.ended_by, run.ended_at, run.reason = by.person, at, reason
    db.session.flush()
    audit.record(STREAM, Act.REDECISION_DROPPED, run.number, by=by, reason=reason)
    return run


def withdraw(claim_number: str, *, reason: str, by: Actor, at: dt.datetime, zone: ZoneInfo) -> RedecisionRun | None:
    """Take a claim out with a reason: a run that ends it and gives what it used to others of its household.

    Up to the plan's sum it is released at once; above it waits for a second person. A claim that was sent back has
    used nothing and ends without a run.
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
    preview(run.number, by=by, at=at, zone=zone)
    if not run.needs_second_person:
        release(run.number, by=by, at=at, zone=zone)
    return run


def _locked(number: str) -> RedecisionRun:
    run = queries.run_by_number(number, is_locked=True)
    if run is None:
        raise NotFound(_l("There is no run of corrections %(number)s.", number=number))
    return run
