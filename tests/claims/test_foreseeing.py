"""Whoever changes the past reads, before it counts, how many claims are looked at again and their sums."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from claims import services
from claims.models import Claim, ClaimVersion
from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from procurement.models.contract import ContractLine
from tests.accounts import sign_in
from tests.claims.builders import AT, CLERK, FIRST, ZONE, Fund, claim, line
from tests.claims.test_views import text_of

LABEL = "Claims that are looked at again"


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(AT):
        yield


def send(fund: Fund, number: str, day: int, **more) -> str:
    with unit_of_work():
        return services.submit(
            claim(fund, number, line(on=dt.date(2026, 11, day)), **more), by=CLERK, at=AT, zone=ZONE
        ).state


def words(answer) -> str:
    """What a person reads, without the tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(answer)).split())


def corrected(client: FlaskClient, until: str) -> str:
    sign_in(client, Role.REGISTRAR)
    form = {"cover_from": FIRST.isoformat(), "cover_until": until, "state": "active", "evidence": "letter 12"}
    return words(client.post(f"/members/M4471/cover/basic/{FIRST.isoformat()}", data=form))


def test_a_corrected_cover_says_which_claims_it_touches_and_writes_nothing(fund: Fund, client: FlaskClient) -> None:
    for number, day in (("A-1", 3), ("A-2", 5)):
        assert send(fund, number, day) == "adjudicated"
    send(fund, "A-3", 6, member=fund.child)
    before = db.session.query(ClaimVersion).count()
    assert f"{LABEL} 2: the fund pays 16.000 TZD of them so far, 0.000 TZD wait" in corrected(client, "2026-10-31")
    assert f"{LABEL} 1: the fund pays 8.000 TZD" in corrected(client, "2026-11-04")
    assert f"{LABEL} none so far" in corrected(client, "2026-12-01")
    assert db.session.query(ClaimVersion).count() == before


def test_a_claim_for_a_restricted_service_is_not_counted_for_who_may_not_know_of_it(
    fund: Fund, client: FlaskClient
) -> None:
    send(fund, "A-1", 3)
    with unit_of_work():
        db.session.execute(update(Claim).values(is_restricted=True))
    assert f"{LABEL} none so far" in corrected(client, "2026-10-31")


def test_a_price_agreed_late_says_what_waits_for_it(fund: Fund, client: FlaskClient) -> None:
    with unit_of_work():
        db.session.execute(update(ContractLine).where(ContractLine.service == "CON").values(rate=None))
    assert send(fund, "A-1", 3) == "pended"
    sign_in(client, Role.PROCUREMENT_OFFICER)
    row = db.session.query(ContractLine).filter_by(service="CON").order_by(ContractLine.id).first()
    form = {"line": str(row.id), "rate": "10.000", "reason": "minutes"}
    page = words(client.post("/contracts/C-2026-001/rate", data=form))
    assert f"{LABEL} 1: the fund pays 0.000 TZD of them so far, 10.000 TZD wait" in page
