"""Before the opening nobody reads a bid: no role by any page, no file of the house, no dump, no log, no temp file."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from core import clock
from core.accounts.models import ApiToken
from core.actors import Actor
from core.db import database_clock, db, unit_of_work
from core.errors import DomainError
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF, Role
from procurement import digest, tender_work
from procurement.models.evaluation import Award
from procurement.models.tender import Lot
from procurement.queries import tenders as queries
from procurement.services import award, bids
from procurement.services.publishing import publish_due
from tests.accounts import actor_with
from tests.conftest import Visitor, settings
from tests.databases import empty_database
from tests.procurement.tendering import (
    CLOSES,
    SECRET_RATE,
    START,
    House,
    at,
    drafted_bid,
    house,
    officers,
    opened,
    published,
    ranked,
    sent_bid,
    terms,
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
    assert found_in(backed_up(tmp_path)) == []
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


def readable(office: Flask, number: str, bid: str) -> dict[str, Permission]:
    """Every address of tenders, and of the house itself, filled in for this tender and bid; and who may call it."""
    found = {"/search?q=7123.457": Permission.READ_TENDERS, f"/search?q={SECRET_RATE}": Permission.READ_TENDERS}
    for rule in office.url_map.iter_rules():
        view, path = office.view_functions[rule.endpoint], _path(rule.rule, number, bid)
        is_ours = view.__module__.split(".")[0] in ("procurement", "core")
        if is_ours and "GET" in (rule.methods or ()) and not path.endswith((".pdf", ".js", ".css")):  # packed text
            found[path] = getattr(view, "permission", Permission.PUBLIC)
    return found


def test_no_role_reads_a_bid_by_any_page_of_tenders_or_of_the_house(office: Flask) -> None:
    people = house()
    number = bid_by(people)
    bidder = people.bidders[0]
    public_id = queries.sent_bids(queries.tender_by_number(number))[0].public_id
    with at(CLOSES + HOUR):
        publish_due()
    paths = readable(office, number, public_id)
    named = [people.officer, people.chair, people.evaluators[0]]
    strangers = set(Role) - {Role.PUBLIC} - {role for who in named for role in who.roles}
    others = [actor_with(role, organisation_id=_organisation(role, people)) for role in sorted(strangers)]
    everyone: list[Actor] = [*others, *named]
    read: set[str] = set()
    for who in everyone:
        client = office.test_client()
        with clock.frozen(CLOSES + HOUR), database_clock(lambda: CLOSES + HOUR):
            client.post(f"/demo/sign-in/{who.account_id}")
            for path in [path for path, permission in paths.items() if permission in _own(who)]:
                answer = client.get(path)
                read |= {path} if answer.status_code == 200 else set()
                assert found_in(_without(path, answer.get_data())) == [], (who.roles, path)
    assert bidder.organisation_id not in {who.organisation_id for who in others}
    assert read >= {"/today", "/trail", "/outbox", "/public/ocds/releases.jsonl", f"/tenders/{number}"}
    assert any(number in path for path in read if path.startswith("/public/ocds"))


def _own(who: Actor) -> set[Permission]:
    """What a role may and not everybody; the rest is asked once, by the auditor. Refusals are the guards' business."""
    everybody = {Permission.PUBLIC} if Role.AUDITOR in who.roles else set()
    return everybody | {row for row in Permission if row is not Permission.PUBLIC and may(row, who.roles)}


def _without(path: str, page: bytes) -> bytes:
    """A page repeats what was searched for; that is no leak."""
    asked = path.partition("?q=")[2]
    return page.replace(asked.encode(), b"") if asked else page


def test_no_token_reads_a_bid_by_any_address_of_the_api(office: Flask) -> None:
    people = house()
    number = bid_by(people)
    rival = people.bidders[2]
    with at(START):
        row = ApiToken(organisation_id=rival.organisation_id, account_id=rival.account_id, label="t", created_at=START)
        row.digest = hashlib.sha256(b"rival").digest()
        db.session.add(row)
    rules = [rule for rule in office.url_map.iter_rules() if rule.rule.startswith("/api/v1/tenders")]
    paths = sorted({_path(rule.rule, number, "1") for rule in rules})
    assert len(paths) >= 5
    headers = {"Authorization": "Bearer rival", "Idempotency-Key": "k"}
    for place, path in enumerate(paths):
        for answer in (
            office.test_client().get(path, headers=headers),
            office.test_client().post(path, headers={**headers, "Idempotency-Key": f"k{place}"}, json={}),
        ):
            assert found_in(answer.get_data()) == [], path


def test_dump_backup_outbox_trail_and_stream_hold_no_word_of_a_bid_after_the_deadline(
    office: Flask, tmp_path: Path
) -> None:
    """The deadline is over, the worker has run, the manifest is out, everybody is told; nothing is opened."""
    people = house()
    number = bid_by(people)
    with at(CLOSES + HOUR):
        tender_work.close_what_is_due()
        digest.send_what_is_due()
        publish_due()
    db.session.rollback()
    named = {name for name, text in dumped() if number.encode() in text}
    assert {"audit_entry", "ocds_release"} <= named
    assert {(name, secret) for name, text in dumped() for secret in found_in(text)} == set()
    backup = backed_up(tmp_path)
    assert number.encode() in backup
    assert found_in(backup) == []
    for path in ("/public/ocds/releases.jsonl", f"/public/tenders/{number}/manifest.json"):
        said = office.test_client().get(path).get_data()
        assert said
        assert found_in(said) == []


def backed_up(folder: Path) -> bytes:
    """The database as its own tool keeps it: a copy of SQLite's file, a plain dump of PostgreSQL."""
    if db.engine.dialect.name == "sqlite":
        with sqlite3.connect(folder / "office.sqlite") as source, sqlite3.connect(folder / "copy.sqlite") as copy:
            source.backup(copy)
        return (folder / "copy.sqlite").read_bytes()
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run(["pg_dump", "--inserts", url], capture_output=True, check=True).stdout


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


@pytest.mark.parametrize(("members", "framework"), [(1, ""), (2, "choice")], ids=["one-winner", "framework"])
def test_two_awards_of_a_lot_at_the_same_moment_end_in_exactly_one(office: Flask, members: int, framework: str) -> None:
    """In a framework: in exactly one for each place."""
    people = house()
    lots = [replace(lot, members=members) for lot in terms(people).lots]
    tender = ranked(people, lots=lots, framework=framework)
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
        query = sa.select(Award.place).where(Award.lot_id == lot_id).order_by(Award.place)
        assert list(db.session.execute(query).scalars()) == list(range(1, members + 1))
        assert queries.tender_by_number(number).state == "ranked"
