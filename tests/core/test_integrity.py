"""`flask audit verify` compares what is stored with what the trail vouches for, and names the place."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from sqlalchemy import text

from claims import services
from claims.queries import records
from claims.redecisions import services as redecisions
from claims.services import submit_many
from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db, unit_of_work
from core.roles import Role
from payments import ledger
from payments.services import prepare_run, release_run, set_account
from tests.claims.builders import AT, CLERK, OFFICER, ZONE, claim, line, small_fund
from tests.procurement.tendering import awarded, house
from tests.tampering import unguarded

FINANCE = Actor(None, "finance", "F. Inance", frozenset({Role.FINANCE_OFFICER}))
SECOND = Actor(None, "second", "S. Econd", frozenset({Role.FINANCE_OFFICER}))


def verify(app: Flask) -> tuple[int, str]:
    db.session.remove()
    answer = app.test_cli_runner().invoke(args=["audit", "verify"])
    return answer.exit_code, answer.output


def change(statement: str, **values: object) -> None:
    """One value changed in the database, past every rule of the house."""
    with unit_of_work():
        is_lite = db.engine.dialect.name == "sqlite"
        if is_lite:
            db.session.execute(text("PRAGMA ignore_check_constraints=ON"))
        with unguarded(db.session.connection()):
            db.session.execute(text(statement), values)
        if is_lite:
            db.session.execute(text("PRAGMA ignore_check_constraints=OFF"))


def claims_and_money() -> list[str]:
    """Three claims in a set, one alone, one decided again; a run released."""
    fund = small_fund()
    lines = (line(no=1), line(on=dt.date(2026, 11, 4), no=2))
    several = [claim(fund, "A-1", *lines), claim(fund, "A-2", member=fund.child), claim(fund, "A-3", line("NIX"))]
    with clock.frozen(AT):
        with unit_of_work():
            numbers = [outcome.number for outcome in submit_many(several, by=CLERK, at=AT, zone=ZONE)]
        with unit_of_work():
            one = services.submit(claim(fund, "A-4", line(on=dt.date(2026, 11, 9))), by=CLERK, at=AT, zone=ZONE)
        with unit_of_work():
            redecisions.withdraw(numbers[1], reason="A mistake", by=OFFICER, at=AT + dt.timedelta(hours=1), zone=ZONE)
        with unit_of_work():
            row = set_account(fund.blue, kind="domestic", number="123456789", holder="Blue Door", by=FINANCE)
            row.confirmed_by, row.usable_from = SECOND.person, AT.date()
        with unit_of_work():
            run = prepare_run(value_on=dt.date(2026, 12, 1), by=FINANCE)
            release_run(run.number, by=SECOND)
    return [*numbers, one.number]


def test_untouched_claims_journals_tenders_and_bids_are_in_order(app: Flask) -> None:
    claims_and_money()
    assert verify(app) == (0, "The audit trail is in order.\n")


def test_an_untouched_tender_is_in_order(app: Flask) -> None:
    awarded(house())
    assert verify(app) == (0, "The audit trail is in order.\n")


def test_a_changed_benefit_names_claim_and_line(app: Flask) -> None:
    number = claims_and_money()[0]
    where = "WHERE claim_id = :id AND line_no = 2"
    # Against the identity of the line the database itself stands; so the culprit moves the sum to another bearer.
    moved = "benefit = benefit + 5, member_share = member_share - 5"
    change(f"UPDATE line_decision SET {moved} {where}", id=records_id(number))
    code, said = verify(app)
    assert code == 1
    assert f"claim {number}, version 1, line 2: its amounts do not follow" in said
    assert said.count("BROKEN") == 1


def test_a_changed_finding_names_the_claim(app: Flask) -> None:
    number = claims_and_money()[3]
    change("UPDATE line_decision SET headline = 'BEN-03' WHERE claim_id = :id", id=records_id(number))
    code, said = verify(app)
    assert code == 1
    assert f"claim {number}, version 1, line 1: what is stored is not what was decided" in said


def test_a_digest_forged_with_its_row_is_not_the_one_in_the_trail(app: Flask) -> None:
    single, of_a_set = (numbers := claims_and_money())[3], numbers[0]
    for number in (single, of_a_set):
        change("UPDATE claim_decision SET digest = :d WHERE claim_id = :id", d=bytes(32), id=records_id(number))
    code, said = verify(app)
    assert code == 1
    assert f"claim {single}: the stored digests are not those in the trail" in said
    assert f"claims {of_a_set} to " in said


def test_a_decision_that_is_gone_or_slipped_in_is_named(app: Flask) -> None:
    number = claims_and_money()[3]
    change("DELETE FROM line_decision WHERE claim_id = :id", id=records_id(number))
    change("UPDATE claim_decision SET version = 2 WHERE claim_id = :id", id=records_id(number))
    code, said = verify(app)
    assert code == 1
    assert "the decision that the trail vouches for is gone" in said
    assert f"claim {number}, version 2: nothing in the trail vouches for this decision" in said


def test_a_changed_posting_names_its_journal(app: Flask) -> None:
    number = claims_and_money()[0]
    key = f"claim:{records_id(number)}:v1"
    change(
        "UPDATE posting SET amount = amount * 2 WHERE journal_id = (SELECT id FROM journal WHERE business_key = :key)",
        key=key,
    )
    code, said = verify(app)
    assert code == 1
    assert f"journal {key}: its postings are not those that were posted" in said


def test_a_forged_or_lost_journal_is_not_the_one_in_the_trail(app: Flask) -> None:
    key = f"claim:{records_id(claims_and_money()[0])}:v1"
    change("UPDATE journal SET digest = :d WHERE business_key = :key", d=bytes(32), key=key)
    code, said = verify(app)
    assert code == 1
    assert "are not those that were posted" in said
    assert "money-07 entry 1" in said


def test_every_journal_of_claims_is_vouched_for_in_the_stream_of_its_partition(app: Flask) -> None:
    """Two claims of different households have no row of the trail in common."""
    number = claims_and_money()[3]
    vouched = {entry.subject: entry.stream for entry in audit.entries_like(Act.PAYABLES_POSTED)}
    partition = db.session.execute(text("SELECT partition FROM claim WHERE number = :n"), {"n": number}).scalar_one()
    assert vouched[f"claim:{records_id(number)}:v1"] == f"money-{partition:02d}"
    assert not audit.entries("money", Act.PAYABLES_POSTED)


def test_a_journal_slipped_in_is_vouched_for_by_nothing(app: Flask) -> None:
    claims_and_money()
    with unit_of_work():
        entry = ledger.Entry("claim:999:v1", "claim", AT.date(), {"expense:health": 5, "payable:1": -5})
        ledger.post([entry], by=FINANCE)
    code, said = verify(app)
    assert code == 1
    assert "journal claim:999:v1: nothing in the trail vouches for it" in said


def test_a_payable_that_asks_for_more_than_its_journal_is_named(app: Flask) -> None:
    key = f"claim:{records_id(claims_and_money()[0])}:v1"
    change("UPDATE payable SET amount = amount + 1 WHERE business_key = :key", key=key)
    code, said = verify(app)
    assert code == 1
    assert f"payable {key}: it is not what its journal says" in said


def test_a_changed_ciphertext_names_the_bid(app: Flask) -> None:
    awarded(house())
    bid = db.session.execute(text("SELECT public_id FROM bid ORDER BY id LIMIT 1")).scalar_one()
    change(
        "UPDATE sealed_part SET ciphertext = :c WHERE envelope = 'price' AND bid_id = "
        "(SELECT id FROM bid WHERE public_id = :bid)",
        c=b"other",
        bid=bid,
    )
    code, said = verify(app)
    assert code == 1
    assert f"bid {bid}, price: its ciphertext is not the one in the receipt" in said


def test_a_changed_receipt_is_named(app: Flask) -> None:
    awarded(house())
    number = db.session.execute(text("SELECT number FROM bid_receipt ORDER BY id LIMIT 1")).scalar_one()
    change("UPDATE bid_receipt SET sha256 = :d WHERE number = :number", d="0" * 64, number=number)
    code, said = verify(app)
    assert code == 1
    assert f"receipt {number}: it is not the receipt that was signed" in said


def test_a_changed_award_or_result_is_named(app: Flask) -> None:
    awarded(house())
    number = db.session.execute(text("SELECT number FROM award ORDER BY id LIMIT 1")).scalar_one()
    change("UPDATE award SET amount = amount + 1 WHERE number = :number", number=number)
    change("UPDATE lot_result SET total = total + 1 WHERE lot_id = (SELECT min(id) FROM lot) AND rank = 2")
    code, said = verify(app)
    assert code == 1
    assert f"award {number}: winner, amount or who was passed over is not what was proposed" in said
    assert "its result was not ranked so" in said
    assert said.count("BROKEN") == 2


def records_id(number: str) -> int:
    found = records.claim_by_number(number)
    assert found is not None
    return found[0].id
