from __future__ import annotations

import datetime as dt
from dataclasses import replace

from claims import services
from claims.budget import Agreed
from claims.holding import Ask, Room, Rooms, Volume, fitting
from claims.redecisions.outlook import outlook
from core.db import db, unit_of_work
from procurement.models.contract import Contract, ContractLine, ContractServiceUse, ContractUse
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
    found = fitting(asks, Rooms({7: room}, {}))
    assert list(found) == [(2, 1)]
    assert found[2, 1][0].parameters == {"contract": "C-1", "limit": 100, "used": 70, "left": 30, "needed": 50}
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


def bought(fund: Fund, units: int) -> None:
    """The contract of the blue cooperative buys so many consultations in all."""
    with unit_of_work():
        contract = db.session.query(Contract).filter_by(organisation_id=fund.blue).one()
        db.session.query(ContractLine).filter_by(contract_id=contract.id, service="CON").update({"volume": units})


def used_units() -> list[int]:
    db.session.rollback()
    return [row.quantity_milli for row in db.session.query(ContractServiceUse)]


def test_a_line_above_the_volume_is_found_and_a_smaller_one_after_it_fits() -> None:
    agreed = Agreed(7, "CON", 0)
    volume = Volume("C-1", "CON", "visit", bought=10_000, used=7_000)
    asks = [Ask(AT, 1, 1, 7, 80, agreed, 4_000), Ask(AT, 2, 1, 7, 60, agreed, 3_000), Ask(AT, 3, 1, 7, 60, agreed, 1)]
    found = fitting(asks, Rooms({}, {agreed: volume}))
    assert list(found) == [(1, 1), (3, 1)]
    assert (found[1, 1][0].code, found[1, 1][0].part) == ("PRV-05", "volume")
    assert found[1, 1][0].parameters["left"] == 3_000
    assert volume.used == 10_000


def test_a_line_that_fits_neither_budget_nor_volume_says_both_and_takes_of_neither() -> None:
    agreed = Agreed(7, "CON", 0)
    rooms = Rooms({7: Room("C-1", 10, 5)}, {agreed: Volume("C-1", "CON", "visit", 1_000, 500)})
    found = fitting([Ask(AT, 1, 1, 7, 6, agreed, 600)], rooms)
    assert [each.part for each in found[1, 1]] == ["", "volume"]
    assert (rooms.budgets[7].used, rooms.volumes[agreed].used) == (5, 500)


def test_the_third_of_two_consultations_bought_waits_and_a_dry_run_says_the_same(fund: Fund) -> None:
    bought(fund, 2)
    assert [send(fund, f"A-{day}", day).state for day in (3, 4)] == ["adjudicated", "adjudicated"]
    tried = send(fund, "A-5", 5, is_dry=True)
    decided = send(fund, "A-5", 5)
    for found in (tried, decided):
        assert [found.state, found.headline, found.benefit, found.undecided] == ["pended", "PRV-05", 0, 10_000]
    figures = decided.lines[0].findings[-1].parameters
    assert (figures["limit"], figures["used"], figures["left"], figures["needed"]) == (2_000, 2_000, 0, 1_000)
    assert used_units() == [2_000]


def test_a_run_of_stored_claims_holds_the_volume_in_the_order_of_receipt(fund: Fund) -> None:
    from claims import batch
    from core import work

    bought(fund, 2)
    sent = [claim(fund, f"A-{day}", line(on=dt.date(2026, 11, day))) for day in (5, 4, 3)]
    with unit_of_work():
        for place, each in enumerate(sent):
            each.received_at = AT + dt.timedelta(minutes=place)
        services.store_many(sent, by=OFFICER, at=AT, zone=ZONE)
        batch.start(at=AT)
    work.run_due(100)
    assert [state_of(number) for number in ("A-5", "A-4", "A-3")] == ["adjudicated", "adjudicated", "pended"]
    assert used_units() == [2_000]


def state_of(own_number: str) -> str:
    from sqlalchemy import select

    from claims.models import Claim
    from claims.queries import records

    number = db.session.execute(select(Claim.number).where(Claim.provider_claim_no == own_number)).scalar_one()
    return records.claim_by_number(number)[1].state


def test_a_correction_may_use_what_the_corrected_claim_gives_back(fund: Fund) -> None:
    bought(fund, 1)
    capped(fund, 8_000)
    send(fund, "A-1", 3)
    with unit_of_work():
        sent = claim(fund, "A-2", line(on=dt.date(2026, 11, 4)), replaces_no="A-1")
        assert services.submit(sent, by=OFFICER, at=AT, zone=ZONE).state == "adjudicated"
    assert used_units() == [1_000]
    assert db.session.query(ContractUse).one().benefit == 8_000


def rates(value: int) -> None:
    with unit_of_work():
        db.session.query(ContractLine).filter_by(service="CON").update({"rate": value})


def again() -> list[tuple[str, str, int]]:
    verdicts = outlook({1: dt.date(2026, 11, 1)}, zone=ZONE, at=AT).verdicts
    return [(each.decision.state, each.decision.headline, each.decision.benefit) for each in verdicts]


def test_a_redecision_pays_a_higher_price_only_as_far_as_the_budget_goes(fund: Fund) -> None:
    """The price rises after the fact: the first claim's rise still fits, the second's does not and waits whole."""
    rates(9_000)
    capped(fund, 15_000)
    assert [send(fund, "A-1", 3).benefit, send(fund, "A-2", 4).benefit] == [7_200, 7_200]
    rates(9_500)
    assert again() == [("adjudicated", "PRC-01", 7_600), ("pended", "PRV-05", 0)]


def test_what_was_accepted_keeps_its_place_in_a_contract_that_became_smaller(fund: Fund) -> None:
    """Contract and volume shrink below what was paid: no line whose own facts stand loses its money (DECISIONS 25)."""
    bought(fund, 2)
    capped(fund, 16_000)
    send(fund, "A-1", 3)
    send(fund, "A-2", 4)
    bought(fund, 1)
    capped(fund, 8_000)
    assert again() == []
    rates(9_000)  # the price falls: paid less, and still in place
    assert again() == [("adjudicated", "PRC-01", 7_200), ("adjudicated", "PRC-01", 7_200)]


def test_a_claim_that_was_received_earlier_and_waited_takes_no_place_of_one_that_was_paid() -> None:
    agreed = Agreed(7, "CON", 0)
    rooms = Rooms({7: Room("C-1", 80, 0)}, {agreed: Volume("C-1", "CON", "visit", 1_000, 0)})
    waited = Ask(AT, 1, 1, 7, 80, agreed, 1_000)
    paid = Ask(AT + dt.timedelta(days=1), 2, 1, 7, 80, agreed, 1_000, held_benefit=80, held_milli=1_000)
    assert list(fitting([waited, paid], rooms)) == [(1, 1)]
    assert (rooms.budgets[7].used, rooms.volumes[agreed].used) == (80, 1_000)


def test_a_line_that_wants_more_than_its_place_waits_whole_and_gives_its_place_to_the_next() -> None:
    rooms = Rooms({7: Room("C-1", 100, 0)}, {})
    grown = Ask(AT, 1, 1, 7, 90, held_benefit=60)
    later = Ask(AT + dt.timedelta(days=1), 2, 1, 7, 40)
    steady = Ask(AT + dt.timedelta(days=2), 3, 1, 7, 30, held_benefit=30)
    found = fitting([grown, later, steady], rooms)
    assert list(found) == [(1, 1)]
    assert found[1, 1][0].parameters == {"contract": "C-1", "limit": 100, "used": 90, "left": 10, "needed": 30}
    assert rooms.budgets[7].used == 70


def test_the_members_of_a_framework_share_one_ceiling() -> None:
    rooms = [Room("C-1", 100, 40), Room("C-2", 100, 40)]
    for room in rooms:
        room.together = rooms
    first = Ask(AT, 1, 1, 7, 15)
    second = replace(first, claim_id=2, contract_id=8)
    found = fitting([first, second], Rooms(dict(zip((7, 8), rooms, strict=True)), {}))
    assert list(found) == [(2, 1)]
    assert found[2, 1][0].parameters == {"contract": "C-2", "limit": 100, "used": 95, "left": 5, "needed": 15}
