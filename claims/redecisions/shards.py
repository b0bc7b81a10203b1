"""Runs of corrections in shards of whole households: each one transaction, done again without doubling anything.

A preview's shard replaces the lines it keeps. A release's shard locks its households, passes over those that are
released already, decides the others once more and compares them with their preview. The last shard of a run adds up.
Every start of a run is a round: shards of an earlier round find that and do nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask import current_app

from claims import engine, facts, services
from claims.decisions import Cause
from claims.queries import facts as fact_queries
from claims.queries import records
from claims.redecisions import differences, queries
from claims.redecisions.differences import Difference
from claims.redecisions.models import RedecisionLine, RedecisionRun
from claims.redecisions.outlook import Outlook, outlook
from claims.states import REDECISION
from claims.verdicts import Verdict
from core import audit, work
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.words import _l

STREAM = "money"
PREVIEW, RELEASE, ADD_UP = "claims.redecision_preview", "claims.redecision_release", "claims.redecision_add_up"
KINDS = {"preview": PREVIEW, "release": RELEASE}
Told = dict[str, Any]


class Progress(NamedTuple):
    """Shards of the last round: through, of how many, why some wait for a person; `moved`: households left out."""

    done: int
    parts: int
    failures: Sequence[str]
    moved: int


def begin(run: RedecisionRun, act: str, *, by: Actor, at: dt.datetime) -> RedecisionRun:
    """Enqueue a round of `act` over the run's households, in this transaction."""
    told = _next_round(run, act, by, at)
    name = name_of(run)
    parts = {f"{name} {place:05d}": told | span for place, span in enumerate(_spans(run.id))}
    work.enqueue_all(KINDS[act], parts, run=name)
    work.enqueue(ADD_UP, name, told, run=name, stage=1)
    return run


def at_once(run: RedecisionRun, act: str, *, by: Actor, at: dt.datetime) -> RedecisionRun:
    """The same round in this transaction: for a run of one household."""
    told = _next_round(run, act, by, at)
    do = preview_part if act == "preview" else release_part
    _end(run, told, [do(told | span) or {} for span in _spans(run.id)], [])
    return run


def progress(run: RedecisionRun) -> Progress:
    """How far the round is that was begun last; its last shard, which adds up, is one of the parts."""
    name = name_of(run)
    states = work.states(name)
    moved = sum(result.get("moved", 0) for result in work.results(name))
    return Progress(states.count("done"), len(states), work.failures(name), moved)


def name_of(run: RedecisionRun) -> str:
    """Of the work on the round that was begun last."""
    return f"{run.number}/{run.round}"


def _next_round(run: RedecisionRun, act: str, by: Actor, at: dt.datetime) -> Told:
    run.state = REDECISION.after(run.state, act)
    run.round += 1
    db.session.flush()
    who = {"person": by.person, "name": by.name}
    return {"run": run.id, "number": run.number, "round": run.round, "act": act, "at": at.isoformat(), "by": who}


def _spans(run_id: int) -> list[Told]:
    return [{"first": first, "last": last} for first, last in spans(queries.lines_by_household(run_id))]


def spans(lines_of: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """First and last household of each shard, about as many lines as a shard of any run; (household, lines) by id."""
    most = int(current_app.config["CLAIM_LINES_PER_SHARD"])
    first, last, lines = 0, 0, 0
    for household_id, count in lines_of:
        first, last, lines = first or household_id, household_id, lines + count
        if lines >= most:
            yield first, last
            first, lines = 0, 0
    if first:
        yield first, last


def _run_of(told: Told) -> RedecisionRun | None:
    """None: a later round was begun, and this one no longer counts."""
    run = queries.run_by_number(told["number"])
    return run if run is not None and run.round == told["round"] else None


@work.task(PREVIEW)
@engine.uncollected()
def preview_part(told: Told) -> Told | None:
    """Keep every line of these households that would come out otherwise now."""
    run = _run_of(told)
    if run is None:
        return None
    households = queries.open_households(run.id, told["first"], told["last"])
    found = _look(run, households, told, is_dry=True)
    _keep_lines(run, households, found.lines)
    return {"root": _root(run, found.lines)}


@work.task(RELEASE)
@engine.uncollected()
def release_part(told: Told) -> Told | None:
    """Write the versions of households that come out as previewed; for the others a new preview stands."""
    run = _run_of(told)
    if run is None:
        return None
    fact_queries.lock_households(list(queries.open_households(run.id, told["first"], told["last"])))
    households = queries.open_households(run.id, told["first"], told["last"])
    now = _look(run, households, told, is_dry=False)
    moved = _moved(run, households, now.lines)
    _keep_lines(run, moved, [row for row in now.lines if row.claim.household_id in moved])
    _write(run, [verdict for verdict in now.verdicts if verdict.claim.household_id not in moved], told)
    queries.mark_released(run.id, households.keys() - moved.keys(), _at(told))
    return {"moved": len(moved), "root": _root(run, now.lines)}


def _look(run: RedecisionRun, households: Mapping[int, dt.date], told: Told, *, is_dry: bool) -> Outlook:
    withdrawn = run.withdrawn_claim_id
    return outlook(households, zone=fund().zone, at=_at(told), withdrawn=withdrawn, is_dry=is_dry)


def _moved(run: RedecisionRun, households: Mapping[int, dt.date], lines: Sequence[Difference]) -> dict[int, dt.date]:
    """Households that no longer come out line by line as they were previewed."""
    before, after = defaultdict(list), defaultdict(list)
    names = [column.name for column in RedecisionLine.__table__.columns]
    for stored in queries.lines_of_households(run.id, households):
        before[stored.household_id].append([getattr(stored, name) for name in names])
    for row in lines:
        values = differences.row_of(run.id, row)
        after[row.claim.household_id].append([values[name] for name in names])
    return {key: day for key, day in households.items() if before[key] != after[key]}


def _keep_lines(run: RedecisionRun, households: Mapping[int, dt.date], lines: Sequence[Difference]) -> None:
    queries.clear_lines(run.id, households)
    bulk_insert(RedecisionLine.__table__, [differences.row_of(run.id, row) for row in lines])


def _root(run: RedecisionRun, lines: Sequence[Difference]) -> str:
    leaves = [audit.canonical(list(differences.row_of(run.id, row).values())) for row in lines]
    return audit.merkle_root(leaves).hex()


def _write(run: RedecisionRun, verdicts: Sequence[Verdict], told: Told) -> None:
    """The versions, those that end first, so that what they used is free before it is used again."""
    by, at, zone = _by(told), _at(told), fund().zone
    posted = records.posted_benefit([verdict.claim.id for verdict in verdicts])
    ends = [verdict for verdict in verdicts if verdict.decision.state == "voided"]
    others = [verdict for verdict in verdicts if verdict.decision.state != "voided"]
    if ends:
        services.keep(ends, Cause("void", by, at, run.reason), posted, zone)
    if others:
        services.keep(others, Cause("redecision", by, at, run.number), posted, zone)


@work.task(ADD_UP)
def add_up(told: Told) -> None:
    """Every other shard of the round is through, or waits for a person."""
    run = queries.run_by_number(told["number"], is_locked=True)
    if run is not None and run.round == told["round"]:
        _end(run, told, work.results(name_of(run)), work.failures(name_of(run)))


def _end(run: RedecisionRun, told: Told, results: Sequence[Told], failures: Sequence[str]) -> None:
    """A preview ends with its sums; a release ends the run if everything came out as previewed."""
    by, at = _by(told), _at(told)
    run.claims, run.more, run.back = queries.sums_of(run.id)
    run.limit_for_one = facts.plans()(at.astimezone(fund().zone).date()).second_person_above
    is_preview, is_through = told["act"] == "preview", not queries.has_open_households(run.id)
    if is_preview and failures:
        run.state = REDECISION.after(run.state, "stop")
    elif is_preview and not run.claims and run.withdrawn_claim_id is None:
        drop(run, str(_l("Nothing comes out otherwise.")), by=by, at=at)
    elif is_preview or not is_through:
        run.state = REDECISION.after(run.state, "show" if is_preview else "look_again")
        run.previewed_by, run.previewed_at = by.person, at
        roots = [bytes.fromhex(result["root"]) for result in results]
        after = totals(run) | {"root": audit.merkle_root(roots).hex()}
        audit.record(STREAM, Act.REDECISION_PREVIEWED, run.number, by=by, after=after)
    else:
        run.state, run.ended_by, run.ended_at = REDECISION.after(run.state, "finish"), by.person, at
    db.session.flush()


def totals(run: RedecisionRun) -> dict[str, object]:
    """What the trail says of a run."""
    return {"claims": run.claims, "more": run.more, "back": run.back}


def drop(run: RedecisionRun, reason: str, *, by: Actor, at: dt.datetime) -> RedecisionRun:
    run.state = REDECISION.after(run.state, "drop")
    run.ended_by, run.ended_at, run.reason = by.person, at, reason
    db.session.flush()
    audit.record(STREAM, Act.REDECISION_DROPPED, run.number, by=by, reason=reason)
    return run


def _at(told: Told) -> dt.datetime:
    return dt.datetime.fromisoformat(told["at"])


def _by(told: Told) -> Actor:
    """Who pressed the button: the shards act for them."""
    return Actor(None, told["by"]["person"], told["by"]["name"], frozenset())
