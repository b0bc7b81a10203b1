"""What a person decides on claims that the rules left open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from care.models import Visit
from claims import encoding, reviewing, services
from claims.queries import lists, records
from claims.readers import EVERYONE
from core import clock
from core.db import db, unit_of_work
from core.errors import DomainError, Forbidden, InputErrors
from core.roles import Role
from payments.models import Payable
from procurement.models.contract import ContractLine
from tests.accounts import sign_in
from tests.claims.builders import AT, CLERK, REVIEWER, ZONE, Fund, claim, line

BY: dict[str, Any] = {"by": REVIEWER, "at": AT + dt.timedelta(days=1), "zone": ZONE}


@pytest.fixture
def overlapping(fund: Fund) -> str:
    """Two visits of 3 and 4 November; the second overlaps another one."""
    with unit_of_work():
        for day in (3, 4):
            starts = dt.datetime(2026, 11, day, 9, tzinfo=dt.UTC)
            visit = {"member_id": 1, "organisation_id": fund.blue, "service": "VIS", "worker": "W1", "place_code": "Q1"}
            times = {"started_at": starts, "ended_at": starts + dt.timedelta(hours=1), "service_on": starts.date()}
            db.session.add(Visit(id=day, number=f"V-{day}", **visit, **times))
        db.session.flush()
        db.session.execute(update(Visit).where(Visit.id == 4).values(overlaps_visit_id=3))
        sent = claim(fund, "A-1", line("VIS", quantity=2, price=5_400))
        sent.lines[0].service_until = dt.date(2026, 11, 4)
        outcome = services.submit(sent, by=CLERK, at=AT, zone=ZONE)
    assert (outcome.state, outcome.decision.headline) == ("pended", "CAR-02")
    return outcome.number


def owed() -> list[int]:
    return list(db.session.execute(db.select(Payable.amount)).scalars())


def test_a_cleared_claim_is_decided_by_the_rules_and_then_owed(overlapping: str) -> None:
    assert owed() == []
    with unit_of_work():
        reviewing.accept([overlapping], reason="two carers were needed", **BY)
    stored, version = records.claim_by_number(overlapping)
    assert (version.version, version.state, version.cause, version.benefit) == (2, "adjudicated", "review", 9_720)
    assert [row.version for row in records.history_of(stored)] == [1, 2]
    assert owed() == [9_720]
    with unit_of_work():
        assert services.decide_pending(by=CLERK, at=AT, zone=ZONE) == (0, 0)


def test_a_refused_claim_is_denied_with_the_reviewers_words(overlapping: str) -> None:
    with unit_of_work():
        reviewing.refuse([overlapping], reason="one carer cannot be in two homes", **BY)
    stored, version = records.claim_by_number(overlapping)
    assert (version.state, version.headline, version.write_off) == ("denied", "CLI-03", 10_800)
    (row,) = records.decided_lines(stored, 2)
    assert [found.code for found in encoding.line_of(row).findings] == ["CLI-03", "CAR-02"]
    assert owed() == []


def test_a_review_needs_a_reason_and_someone_of_the_fund(overlapping: str) -> None:
    with pytest.raises(InputErrors), unit_of_work():
        reviewing.accept([overlapping], reason="  ", **BY)
    own = {**BY, "by": CLERK}
    with pytest.raises(Forbidden), unit_of_work():
        reviewing.accept([overlapping], reason="we were there", **own)


def test_nobody_clears_a_price_that_was_never_agreed(fund: Fund) -> None:
    with unit_of_work():
        db.session.execute(update(ContractLine).where(ContractLine.service == "CON").values(rate=None))
        outcome = services.submit(claim(fund), by=CLERK, at=AT, zone=ZONE)
    with pytest.raises(DomainError, match="BEN-02"), unit_of_work():
        reviewing.accept([outcome.number], reason="looks right", **BY)


def test_a_reviewer_decides_from_the_queue(overlapping: str, client: FlaskClient) -> None:
    sign_in(client, Role.CLAIMS_REVIEWER)
    with clock.frozen(AT):
        queue = client.get("/claims/review").get_data(as_text=True)
        assert overlapping in queue
        assert "Visit overlaps visit V-3 of the same worker or member on 4 November 2026." in queue
        assert "CAR-02" in client.get(f"/claims/review/decide?number={overlapping}").get_data(as_text=True)
        empty = client.post("/claims/review/decide", data={"number": overlapping, "answer": "accept"})
        assert empty.status_code == 422
        assert "Write the reason" in empty.get_data(as_text=True)
        data = {"number": overlapping, "answer": "refuse", "coded": "two_carers", "reason": "one carer, two homes"}
        unfit = client.post("/claims/review/decide", data=data)
        assert unfit.status_code == 422
        assert "Choose a kind of reason that fits your answer." in unfit.get_data(as_text=True)
        data["coded"] = "not_together"
        assert client.post("/claims/review/decide", data=data).status_code == 303
        assert "Nothing waits for a person." in client.get("/claims/review").get_data(as_text=True)
        why = client.get(f"/claims/{overlapping}/lines/1").get_data(as_text=True)
        assert "by the reviewer (claims reviewer): Both could not be given at the same time. one carer, two" in why
    assert lists.queue_counts(EVERYONE) == []


def test_claims_decided_together_are_listed_one_by_one(overlapping: str, fund: Fund, client: FlaskClient) -> None:
    with unit_of_work():
        db.session.execute(update(ContractLine).where(ContractLine.service == "CON").values(rate=None))
        priceless = services.submit(claim(fund, "A-2"), by=CLERK, at=AT, zone=ZONE).number
    sign_in(client, Role.CLAIMS_REVIEWER)
    with clock.frozen(AT):
        data = {"number": [overlapping, priceless], "answer": "accept", "coded": "two_carers", "reason": "on the slip"}
        answer = client.post("/claims/review/decide", data=data, follow_redirects=True)
        page = answer.get_data(as_text=True)
    assert "1 of 2 decided." in page
    assert "Two carers were needed. on the slip" in page
    assert "This waits for a fact that no reviewer can put in its place." in page
    assert "BEN-02" in page
    assert [row.headline for row in lists.queue_counts(EVERYONE)] == ["BEN-02"]
