from __future__ import annotations

import datetime as dt

from claims import services
from claims.holding import Ask, Room, fitting
from core.db import db, unit_of_work
from procurement.models.contract import Contract, ContractUse
from tests.claims.builders import AT, OFFICER, ZONE, Fund, claim, line


def capped(fund: Fund, budget: int) -> None:
    with unit_of_work():
        contract = db.session.query(Contract).filter_by(organisation_id=fund.blue).one()
        contract.budget = budget


def send(fund: Fund, number: str, day: int, is_dry: bool = False):
    with unit_of_work():
        sent = claim(fund, number, line(on=dt.date(2026, 11, day)))
        act = services.dry_run if is_dry else services.submit
        outcome = act(sent, by=OFFICER, at=AT, zone=ZONE)
        return outcome if is_dry else outcome.decision


def test_in_order_of_receipt_a_line_that_does_not_fit_waits_and_a_smaller_one_after_it_is_paid() -> None:
    room = Room("C-1", budget=100, used=10)
    asks = [Ask(AT, 3, 1, 7, 30), Ask(AT, 1, 1, 7, 60), Ask(AT, 2, 1, 7, 50), Ask(AT, 4, 1, 8, 10**9)]
    found = fitting(asks, {7: room})
    assert list(found) == [(2, 1)]
    assert found[2, 1].parameters == {"contract": "C-1", "limit": 100, "used": 70, "left": 30, "needed": 50}
    assert room.used == 100


def test_a_line_above_the_budget_waits_whole_and_a_dry_run_says_the_same(fund: Fund) -> None:
    capped(fund, 15_000)  # one consultation pays 8.000
    assert send(fund, "A-1", 3).state == "adjudicated"
    tried = send(fund, "A-2", 4, is_dry=True)
    decided = send(fund, "A-2", 4)
    assert [tried.state, tried.headline, tried.benefit] == ["pended", "PRV-05", 0]
    assert [decided.state, decided.headline, decided.undecided] == ["pended", "PRV-05", 10_000]
    figures = decided.lines[0].findings[-1].parameters
    assert (figures["limit"], figures["used"], figures["left"], figures["needed"]) == (15_000, 8_000, 7_000, 8_000)


def test_a_held_line_is_decided_again_once_the_budget_is_raised(fund: Fund) -> None:
    capped(fund, 15_000)
    send(fund, "A-1", 3)
    send(fund, "A-2", 4)
    capped(fund, 16_000)
    with unit_of_work():
        assert services.decide_pending(by=OFFICER, at=AT, zone=ZONE) == (1, 1)
    assert db.session.query(ContractUse).one().benefit == 16_000
