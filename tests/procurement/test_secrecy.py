"""Before the opening nobody reads a bid: no role by any page, no file of the house, no dump, no log, no temp file."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from core import clock
from core.actors import Actor
from core.db import database_clock, db, unit_of_work
from core.errors import DomainError
from core.roles import PROVIDER_STAFF, Role
from procurement.models.evaluation import Award
from procurement.models.tender import Lot
from procurement.queries import tenders as queries
from procurement.services import award, bids
from tests.accounts import actor_with
from tests.conftest import Visitor, settings
from tests.databases import empty_database
from tests.procurement.tendering import (
    CLOSES,
    SECRET_RATE,
    House,
    at,
    drafted_bid,
    house,
    officers,
    opened,
    published,
    ranked,
    sent_bid,
)

HOUR, MICROSECOND = dt.timedelta(hours=1), dt.timedelta(microseconds=1)
SECRETS = (SECRET_RATE, "7123.457", "7,123.457", "One carer plans with each member")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """A house with a database of its own, whose files and temporary files all lie under `tmp_path`."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with empty_database(tmp_path / "office.sqlite") as url:
        app = create_app({**settings(tmp_path / "instance"), "SQLALCHEMY_DATABASE_URI": url})
        app.test_client_class = Visitor
        with app.app_context():
            db.create_all()
            yield app
            db.session.remove()
            db.engine.dispose()


def dumped() -> Iterator[tuple[str, bytes]]:
    """Every row of every table as text, as a dump holds it."""
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for value in row:
                    is_octets = isinstance(value, bytes | memoryview)
                    yield table.name, bytes(value) if is_octets else str(value).encode()


def found_in(text: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in text]


def bid_by(people: House) -> str:
    """One bid sent, another begun, both with the known price."""
    tender = published(people)
    sent_bid(tender, people.bidders[0], (1, 2), SECRET_RATE, "90")
    drafted_bid(tender, people.bidders[1], (1,), SECRET_RATE)
    return tender.number


def test_no_file_log_dump_or_backup_holds_a_known_price(
    office: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    bid_by(house())
    db.session.rollback()
    assert {(name, secret) for name, text in dumped() for secret in found_in(text)} == set()
    if db.engine.dialect.name == "sqlite":
        with sqlite3.connect(tmp_path / "office.sqlite") as source, sqlite3.connect(tmp_path / "backup.sqlite") as copy:
            source.backup(copy)
    paths = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any("halves" in str(path) for path in paths)
    assert {(path.name, secret) for path in paths for secret in found_in(path.read_bytes())} == set()
    said = capfd.readouterr()
    for text in (caplog.text, said.out, said.err):
        assert found_in(text.encode()) == []


def test_the_search_finds_a_price_once_it_is_open(office: Flask) -> None:
    people = house()
    number = bid_by(people)
    with at(CLOSES + HOUR):
        tender = queries.tender_by_number(number)
    opened(tender, people, "quality", CLOSES + HOUR)
    assert any(found_in(text) for _name, text in dumped())


def test_no_role_reads_a_bid_by_any_page_of_its_tender(office: Flask) -> None:
    people = house()
    number = bid_by(people)
    bidder = people.bidders[0]
    public_id = queries.sent_bids(queries.tender_by_number(number))[0].public_id
    rules = [rule for rule in office.url_map.iter_rules() if "GET" in (rule.methods or ()) and "<number>" in rule.rule]
    paths = sorted({_path(rule.rule, number, public_id) for rule in rules if "/tenders/" in rule.rule})
    others = [actor_with(role, organisation_id=_organisation(role, people)) for role in Role if role is not Role.PUBLIC]
    everyone: list[Actor] = [*others, people.officer, people.second, people.chair, *people.evaluators]
    read = 0
    for who in everyone:
        client = office.test_client()
        with clock.frozen(CLOSES + HOUR), database_clock(lambda: CLOSES + HOUR):
            client.post(f"/demo/sign-in/{who.account_id}")
            for path in paths:
                answer = client.get(path)
                read += answer.status_code == 200
                assert found_in(answer.get_data()) == [], (who.roles, path)
    assert bidder.organisation_id not in {who.organisation_id for who in others}
    assert read > len(paths)


def _organisation(role: Role, people: House) -> int | None:
    """A rival, for roles of providers."""
    return people.bidders[2].organisation_id if role in PROVIDER_STAFF or role is Role.DELEGATE_OFFICER else None


def _path(rule: str, number: str, bid: str) -> str:
    path = rule.replace("<number>", number).replace("<bid>", bid).replace("<envelope>", "price")
    while "<int:" in path:
        start, rest = path.split("<int:", 1)
        path = f"{start}1{rest.split('>', 1)[1]}"
    while "<" in path:
        start, rest = path.split("<", 1)
        path = f"{start}1{rest.split('>', 1)[1]}"
    return path


def test_the_deadlines_instant_is_in_and_one_microsecond_later_out_though_no_worker_runs(office: Flask) -> None:
    people = house()
    tender = published(people)
    first, second = (drafted_bid(tender, who) for who in people.bidders[:2])
    with at(CLOSES):
        bids.submit_bid(first, by=people.bidders[0])
    with pytest.raises(bids.BidTooLate), at(CLOSES + MICROSECOND):
        bids.submit_bid(second, by=people.bidders[1])
    for who, _passphrase in officers(people):
        assert who.account_id
    opened(tender, people, "quality", CLOSES + HOUR)  # the opening itself fixes the bids
    assert [row["bid"] for row in queries.minutes_of(tender, "quality").content["bids"]] == [first.public_id]  # type: ignore[union-attr]


def test_two_awards_of_a_lot_at_the_same_moment_end_in_exactly_one(office: Flask) -> None:
    people = house()
    tender = ranked(people)
    lot_id, number = tender.lots[0].id, tender.number
    reasons = {row.bid.public_id: "A reason." for row in queries.results_of(tender.lots[0])}
    db.session.rollback()
    db.session.remove()
    start, when = threading.Barrier(2), CLOSES + dt.timedelta(days=6)

    def propose(who: Actor) -> str:
        with office.app_context(), database_clock(lambda: when):
            start.wait(30)
            try:
                with unit_of_work():
                    award.propose_award(db.session.get_one(Lot, lot_id), reasons, by=who)
                return "proposed"
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with clock.frozen(when), ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(propose, (people.officer, people.chair)))
    assert answers == ["illegal_step", "proposed"]
    with at(when):
        query = sa.select(sa.func.count()).select_from(Award).where(Award.lot_id == lot_id)
        assert db.session.execute(query).scalar_one() == 1
        assert queries.tender_by_number(number).state == "ranked"
