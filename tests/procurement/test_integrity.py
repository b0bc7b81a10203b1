"""`flask audit verify` on tenders: what is stored and not what the trail vouches for is named, whoever changed it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from core.db import db, unit_of_work
from procurement import integrity
from procurement.services import portal
from tests.procurement.tendering import CLOSES, DAY, House, at, awarded
from tests.procurement.test_open_data import told
from tests.procurement.test_portal import LATER, with_bids
from tests.tampering import unguarded


def changed(statement: str, **values: Any) -> list[str]:
    """What is named after a superuser's statement."""
    with unit_of_work(), unguarded(db.session.connection()):
        assert db.session.execute(text(statement), values).rowcount  # type: ignore[attr-defined]
    db.session.expire_all()
    return [str(found) for found in integrity.check()]


def test_a_whole_road_is_in_order_and_the_command_says_so(app: Flask, people: House) -> None:
    awarded(people)
    told(CLOSES + 8 * DAY)
    assert list(integrity.check()) == []
    said = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (said.exit_code, said.output) == (0, "The audit trail is in order.\n")


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE ocds_release SET body = replace(body, 'Unit 1', 'Unit 9')", "it is not the release that was"),
        ("UPDATE ocds_release SET state = 'refused'", "it is not the release that was published"),
        ("DELETE FROM ocds_release", "it was published and is not there"),
        ("UPDATE ocds_release SET release_id = release_id || 'x'", "nothing in the trail vouches for it"),
        ("UPDATE award SET amount = amount - 1", "winner, amount or who was passed over"),
        ("UPDATE award SET standstill_until = '2026-04-09'", "winner or standstill is not what was decided"),
        ("DELETE FROM award", "it was proposed and is not there"),
        ("UPDATE lot_result SET total = total + 1", "its result was not ranked so"),
        ("UPDATE lot_result SET price = price - 1", "its result was not ranked so"),
    ],
    ids=["release", "state of a release", "release gone", "release added", "amount", "standstill", "award gone",
         "total", "price"],
)  # fmt: skip
def test_what_was_changed_in_the_database_is_named(people: House, statement: str, named: str) -> None:
    awarded(people)
    told(CLOSES + 8 * DAY)
    if "FROM award" in statement:
        with unit_of_work():
            db.session.execute(text("DELETE FROM award_letter"))
    assert any(named in found for found in changed(statement)), named


def test_points_that_were_not_locked_are_named(people: House) -> None:
    tender = awarded(people)
    with unit_of_work():
        from procurement.queries import tenders as queries

        row = queries.results_of(tender.lots[0])[0]
        row.sheet = row.sheet | {"Q1": row.sheet["Q1"] | {"points": "35.00"}}
    assert any("not those that were locked" in str(found) for found in integrity.check())


def test_an_answer_that_was_changed_after_the_opening_is_named(people: House) -> None:
    tender = awarded(people)
    with unit_of_work():
        from procurement.queries import tenders as queries

        bid = queries.sent_bids(tender)[0]
        part = next(part for part in bid.parts if part.envelope == "quality" and part.document == 0)
        part.content = part.content | {"promises": {"C6": "95"}}
    assert [found.reason for found in integrity.check()] == ["its content is not what was opened"]


def test_a_bid_of_a_portal_is_the_one_that_was_recorded(people: House) -> None:
    tender = with_bids(people)
    with at(LATER):
        portal.take_over(tender, by=people.officer)
    assert list(integrity.check()) == []
    found = changed("UPDATE sealed_part SET ciphertext = :other WHERE envelope = 'price'", other=b"{}")
    assert len([one for one in found if "recorded from the portal" in one]) == 2
