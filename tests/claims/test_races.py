"""Two claims at once must not overspend a ceiling: each household is raced once, where the ceiling binds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from claims import services
from claims.models import Claim, ClaimVersion
from core.db import db, unit_of_work
from members.models import Cover, Household, Member
from tests.claims.builders import AT, CLERK, FIRST, LAST, ZONE, claim, line, small_fund
from tests.conftest import settings

HOUSEHOLDS = range(10, 20)


@pytest.fixture
def file_app(tmp_path: Path) -> Iterator[Flask]:
    """A database file, because two connections must meet."""
    application = create_app({**settings(tmp_path), "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/race.sqlite"})
    with application.app_context():
        db.create_all()
        yield application
        db.session.remove()
        db.engine.dispose()


def households() -> None:
    with unit_of_work():
        for n in HOUSEHOLDS:
            db.session.add(Household(id=n, number=f"H-{n}", district="North", partition=n))
            db.session.flush()
            person = {"household_id": n, "born_on": FIRST.replace(year=1980), "sex": "m", "created_at": AT}
            db.session.add(Member(id=n, public_id=f"R{n}", **person))
            db.session.flush()
            spell = {"valid_from": FIRST, "valid_until": LAST, "basis": "entered", "created_at": AT}
            db.session.add(Cover(member_id=n, package="basic", **spell))


def race(app: Flask, act) -> None:
    """Both sides start at the same moment; whatever one raises fails the test."""
    start, errors = threading.Barrier(2), []

    def side(number: int) -> None:
        with app.app_context():
            try:
                start.wait()
                with unit_of_work():
                    act(number)
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    sides = [threading.Thread(target=side, args=(number,)) for number in range(2)]
    for one in sides:
        one.start()
    for one in sides:
        one.join()
    assert errors == []


def test_two_claims_of_one_household_never_pass_its_ceiling(file_app: Flask) -> None:
    fund = small_fund()
    households()
    day = {"quantity": 1, "price": 100_000}

    for n in HOUSEHOLDS:

        def send(side: int, n: int = n) -> None:
            sent = claim(
                fund, f"R-{n}-{side}", line("DAY", FIRST.replace(month=11, day=2 + side), **day), member=f"R{n}"
            )
            services.submit(sent, by=CLERK, at=AT, zone=ZONE)

        race(file_app, send)
    paid = select(Claim.household_id, func.sum(ClaimVersion.benefit), func.count())
    paid = paid.join(ClaimVersion).where(Claim.household_id >= 10).group_by(Claim.household_id)
    assert db.session.execute(paid).all() == [(n, 150_000, 2) for n in HOUSEHOLDS]


def test_the_same_claim_sent_twice_at_once_is_one_claim(file_app: Flask) -> None:
    fund = small_fund()
    households()
    for n in HOUSEHOLDS:
        race(
            file_app,
            lambda _side, n=n: services.submit(claim(fund, f"S-{n}", member=f"R{n}"), by=CLERK, at=AT, zone=ZONE),
        )
    assert db.session.execute(select(func.count()).select_from(Claim)).scalar_one() == len(HOUSEHOLDS)
