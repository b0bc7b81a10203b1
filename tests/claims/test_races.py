"""Several claims of one household at the same moment, at a ceiling that already binds: never a unit too much.

Who has read and decided waits for the others before writing. With the lock nobody else can get that far, so the wait
is short and in vain; without it all decide on the same old use, in every run, and the ceiling is passed.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

import core.db
from app import create_app
from claims import batch, services
from claims.models import Claim, ClaimVersion
from claims.queries import facts as fact_queries
from claims.services import submitting
from core import audit, crew
from core.db import db, unit_of_work
from core.errors import Conflict
from members.models import Cover, Household, Member
from payments import ledger
from tests.claims.builders import AT, CLERK, FIRST, LAST, ZONE, claim, line, small_fund
from tests.conftest import settings
from tests.databases import empty_database

THREADS = 4
RACES = int(os.environ.get("TOUIZA_RACES", "6"))  # once per issue 300, in CI a fiftieth
CEILING, DAY = 150_000, 100_000  # of the household and month; asked each time


@pytest.fixture
def racing(tmp_path: Path) -> Iterator[Flask]:
    """An app on a database that several threads can open: a file, or PostgreSQL."""
    with empty_database(tmp_path / "races.sqlite") as url:
        app = create_app({**settings(tmp_path), "SQLALCHEMY_DATABASE_URI": url})
        with app.app_context():
            db.create_all()
            yield app
            db.session.remove()
            db.engine.dispose()


class Race:
    """`households` of one member each, who used two thirds of the ceiling up before the race."""

    def __init__(self, app: Flask, households: int) -> None:
        self.app, self.households = app, range(10, 10 + households)
        self.fund = small_fund()
        with unit_of_work():
            for number in self.households:
                _settle(number)
        with unit_of_work():
            first = [self.claim(number, 0) for number in self.households]
            services.submit_many(first, by=CLERK, at=AT, zone=ZONE)
        assert self.paid() == dict.fromkeys(self.households, DAY)

    def claim(self, household: int, day: int) -> Any:
        sent = line("DAY", dt.date(2026, 11, 1 + day), price=DAY)
        return claim(self.fund, f"{household}-{day}", sent, member=f"R{household}")

    def run(self, monkeypatch: pytest.MonkeyPatch, patience: float) -> list[Exception]:
        """Every household once; `patience` = seconds that who has decided waits for the others. The errors."""
        self.start, self.decided = threading.Barrier(THREADS), threading.Barrier(THREADS)
        monkeypatch.setattr(submitting, "judge", self._wait_after(services.judge, patience))
        with ThreadPoolExecutor(THREADS) as pool:
            return [error for errors in pool.map(self._submit_all, range(1, THREADS + 1)) for error in errors]

    def _wait_after(self, judge: Callable[..., Any], patience: float) -> Callable[..., Any]:
        def judged(*args: Any) -> Any:
            verdicts = judge(*args)
            with suppress(threading.BrokenBarrierError):
                self.decided.wait(patience)
            return verdicts

        return judged

    def _submit_all(self, day: int) -> list[Exception]:
        errors = []
        for household in self.households:
            if self.start.wait(60) == 0:
                self.decided.reset()
            self.start.wait(60)
            with self.app.app_context():
                try:
                    with unit_of_work():
                        services.submit(self.claim(household, day), by=CLERK, at=AT, zone=ZONE)
                except Exception as error:
                    errors.append(error)
        return errors

    def paid(self) -> dict[int, int]:
        query = (
            select(Claim.household_id, func.sum(ClaimVersion.benefit)).join(ClaimVersion).group_by(Claim.household_id)
        )
        with unit_of_work():
            return {household: int(paid) for household, paid in db.session.execute(query)}


def _settle(number: int) -> None:
    db.session.add(Household(id=number, number=f"H-{number}", district="North", partition=number % 64))
    db.session.flush()
    born = dt.date(1950, 1, 1)
    db.session.add(Member(id=number, public_id=f"R{number}", household_id=number, born_on=born, sex="f", created_at=AT))
    db.session.flush()
    spell = {"package": "basic", "valid_from": FIRST, "valid_until": LAST, "basis": "entered"}
    db.session.add(Cover(member_id=number, created_at=AT, **spell))


def test_no_ceiling_is_passed_by_claims_that_come_at_once(racing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    race = Race(racing, households=RACES)
    assert race.run(monkeypatch, patience=0.01) == []
    assert race.paid() == dict.fromkeys(race.households, CEILING)
    assert not list(audit.verify())
    assert not list(ledger.verify())


def test_without_the_lock_every_ceiling_is_passed(racing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the test above can fail."""
    race = Race(racing, households=min(RACES, 20))
    monkeypatch.setattr(fact_queries, "locked_members", fact_queries.members_by_number)
    if db.engine.dialect.name == "sqlite":
        db.session.remove()
        event.remove(db.engine, "begin", core.db._begin_sqlite)
    race.run(monkeypatch, patience=60)
    paid = race.paid()
    assert all(paid[household] > CEILING for household in race.households), paid


def test_a_run_and_senders_at_once_pay_what_they_pay_in_sequence(racing: Flask) -> None:
    """Stored claims are decided while others of the same households are sent; every ceiling binds for each of them."""
    race = Race(racing, households=RACES)
    with unit_of_work():
        waiting = [race.claim(household, day) for household in race.households for day in (5, 6)]
        services.store_many(waiting, by=CLERK, at=AT, zone=ZONE)
    racing.config["CLAIM_LINES_PER_SHARD"] = 3
    start = threading.Barrier(THREADS)

    def decide() -> None:
        with racing.app_context():
            start.wait(60)
            with unit_of_work():
                run = batch.start(at=AT)
            crew.alone(run)
            with unit_of_work():
                assert not batch.progress(run).failures

    def send(day: int) -> None:
        start.wait(60)
        with racing.app_context():
            for household in race.households:
                with unit_of_work():
                    services.submit(race.claim(household, day), by=CLERK, at=AT, zone=ZONE)

    with ThreadPoolExecutor(THREADS) as pool:
        jobs = [pool.submit(decide), *(pool.submit(send, day) for day in range(1, THREADS))]
        for job in jobs:
            job.result(300)
    assert race.paid() == dict.fromkeys(race.households, CEILING), "in sequence the same: the ceiling, and no more"
    with unit_of_work():
        count = db.session.execute(select(func.count()).select_from(ClaimVersion)).scalar_one()
    assert count == (1 + 2 + THREADS - 1) * len(race.households)
    assert not list(audit.verify())
    assert not list(ledger.verify())


@pytest.mark.parametrize("sender", ["the same claim", "another claim of another household"])
def test_a_number_sent_twice_at_once_is_stored_once_and_the_other_sender_is_told(
    racing: Flask, monkeypatch: pytest.MonkeyPatch, sender: str
) -> None:
    race = Race(racing, households=2)
    first, other = race.claim(10, 5), race.claim(10, 5)
    if sender != "the same claim":
        other = claim(race.fund, first.provider_claim_no, line("DAY", dt.date(2026, 11, 6), price=DAY), member="R11")
    start, taken = threading.Barrier(2), threading.Barrier(2)

    def judged(*args: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            taken.wait(0.5)  # who has the number lets the other one come to the same point, if it can
        return services.judge(*args)

    def send(sent: Any) -> Any:
        with racing.app_context():
            start.wait(60)
            try:
                with unit_of_work():
                    return services.submit(sent, by=CLERK, at=AT, zone=ZONE)
            except Conflict as refusal:
                return refusal

    monkeypatch.setattr(submitting, "judge", judged)
    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(send, (first, other)), key=lambda answer: getattr(answer, "kind", "") != "new")
    stored, told = answers
    assert stored.kind == "new"
    if sender == "the same claim":
        assert (told.kind, told.number, told.state) == ("known", stored.number, stored.state)
    else:
        assert isinstance(told, Conflict)
        assert told.code == "ADM-02"
        assert stored.number in str(told)
    with unit_of_work():
        same = select(func.count()).where(Claim.provider_claim_no == first.provider_claim_no)
        assert db.session.execute(same).scalar_one() == 1
    assert not list(audit.verify())
    assert not list(ledger.verify())
