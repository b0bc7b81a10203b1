"""Every pair of state and action outside the tables is refused: by the machine, and by the database itself."""

from __future__ import annotations

import contextlib

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from core import steps
from core.db import db
from core.states import IllegalStep, StateMachine
from procurement.queries import tenders as queries
from procurement.services import award
from procurement.states.complaint import COMPLAINT
from procurement.states.contract import CONTRACT
from procurement.states.tender import AWARD, BID, LOT, TENDER
from tests.procurement.tendering import CLOSES, at, awarded, house
from tests.procurement.test_complaints import AFTER, lodged

MACHINES = {
    "tender": TENDER, "lot": LOT, "bid": BID, "award": AWARD, "complaint": COMPLAINT, "contract": CONTRACT,
}  # fmt: skip


def pairs(machine: StateMachine) -> set[tuple[str, str]]:
    found = {(source, row.target) for row in machine.steps for source in row.sources}
    return {(source, target) for source, target in found if source != target}


@pytest.mark.parametrize("name", MACHINES)
def test_every_action_outside_the_table_is_refused_in_words(name: str) -> None:
    machine = MACHINES[name]
    actions = {row.action for row in machine.steps}
    legal = {(source, row.action) for row in machine.steps for source in row.sources}
    outside = {(state, action) for state in machine.states for action in actions} - legal
    assert outside
    for state, action in sorted(outside):
        with pytest.raises(IllegalStep, match=machine.noun):
            machine.after(state, action)


def make_a_row_of(name: str) -> None:
    """An awarded tender with a complaint; a contract is drawn only where none is."""
    people = house()
    tender = awarded(people)
    if name == "contract":
        with at(AFTER):
            award.contract_from_award(queries.awards_of(tender)[0], by=people.officer)
    else:
        lodged(tender, people.bidders[1])


@pytest.mark.parametrize("name", MACHINES)
def test_the_database_refuses_every_move_outside_the_table(app: Flask, name: str) -> None:
    make_a_row_of(name)
    machine, table = MACHINES[name], db.metadata.tables[name]
    key = db.session.execute(sa.select(table.c.id).limit(1)).scalar_one()
    db.session.rollback()
    legal, moved = pairs(machine), set()
    # what the CHECKs of single states ask for
    asked = ("reviewer", "decision", "ended_reason", "signed_by_provider", "signed_by_fund")
    values: dict[str, object] = {name: "x" for name in asked if name in table.c}
    if name == "contract":
        values["signing_began_on"] = AFTER.date()
    with db.engine.connect() as connection:
        for source in machine.states:
            for target in machine.states:
                outer = connection.begin()
                steps.lift(connection, name)
                connection.execute(table.update().where(table.c.id == key).values(state=source, **values))
                steps.install(connection, only=name)
                with contextlib.suppress(DBAPIError):
                    connection.execute(table.update().where(table.c.id == key).values(state=target))
                    moved.add((source, target))
                outer.rollback()
    assert moved - {(state, state) for state in machine.states} == legal


def test_the_instant_of_the_deadline_belongs_to_no_stored_state() -> None:
    assert not {"questions_closed", "sealed", "standstill_over", "performing"} & TENDER.states.keys()
    assert CLOSES.tzinfo is not None
