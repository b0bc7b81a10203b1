"""Ask for a simulation, work on it part by part, read the report when all of them are done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from claims.facts import PART
from claims.redecisions.shards import spans
from claims.simulation import queries
from claims.simulation.deciding import Question, tally_part
from claims.simulation.models import PlanSimulation
from claims.simulation.plans import plans_before, plans_with
from claims.simulation.tally import Tally
from core import audit, work
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import InputErrors, NotFound
from core.plan import PlanVersion
from core.words import _l

EVERYBODY = 2**62  # behind every household


@dataclass(frozen=True, slots=True)
class Report:
    """The sums of the parts that are done; complete when `done` = `parts`. `failed`: what stopped, for a person."""

    simulation: PlanSimulation
    tally: Tally
    done: int
    parts: int
    failed: str = ""

    @property
    def is_complete(self) -> bool:
        return self.done == self.parts


def question_of(row: PlanVersion, first_on: dt.date, last_on: dt.date, zone: ZoneInfo) -> Question:
    return Question(first_on, last_on, plans_before(row), plans_with(row), zone)


def ask(row: PlanVersion, first_on: dt.date, last_on: dt.date, *, by: Actor, at: dt.datetime) -> PlanSimulation:
    """Enqueue the work, whole households with about as many lines as a part of any run; workers take it from there."""
    if row.part != PART:
        raise NotFound(_l("Only the benefits can be simulated."))
    if last_on < first_on:
        raise InputErrors.at("last_on", _l("The last day is before the first."), last_on)
    plans_before(row)
    asked = PlanSimulation(plan_version_id=row.id, first_on=first_on, last_on=last_on, asked_by=by.person, asked_at=at)
    db.session.add(asked)
    db.session.flush()
    parts = {
        f"{asked.id}/{place:06d}": {"simulation": asked.id, "first": first, "last": last}
        for place, (first, last) in enumerate(spans(queries.lines_by_household(first_on)))
    }
    work.enqueue_all(queries.KIND, parts, run=f"simulation {asked.id}")
    after = {"first": first_on.isoformat(), "last": last_on.isoformat()}
    audit.record("plan", Act.PLAN_SIMULATED, f"{row.part} {row.version}", by=by, after=after)
    return asked


@work.task(queries.KIND, is_reading=True)
def run_part(arguments: dict[str, Any]) -> dict[str, Any]:
    """The sums of one part; reads claims, writes nothing but its own result."""
    asked = found(arguments["simulation"])
    question = question_of(asked.version, asked.first_on, asked.last_on, fund().zone)
    return {"cells": tally_part(question, arguments["first"], arguments["last"]).to_json()}


def tally_all(question: Question) -> Tally:
    """Everything in this process."""
    return tally_part(question, 0, EVERYBODY)


def report(simulation_id: int) -> Report:
    asked, tally, done, failed = found(simulation_id), Tally(), 0, ""
    shards = queries.shards(simulation_id)
    for shard in shards:
        if shard.state == "done" and shard.result is not None:
            done += 1
            tally.add(Tally.from_json(shard.result["cells"]))
        elif shard.state == "poison":
            failed = shard.error
    return Report(asked, tally, done, len(shards), failed)


def found(simulation_id: int) -> PlanSimulation:
    row = queries.simulation(simulation_id)
    if row is None:
        raise NotFound(_l("There is no simulation %(number)s.", number=simulation_id))
    return row
