"""The fund measures itself: days, promises kept, refusals that did not stand, and its reviewers' errors."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest

from claims.models import ClaimVersion, LineVersion
from claims.models.approval import LineReview
from core.db import bulk_insert, db, unit_of_work
from core.roles import Role
from core.web.access import actor_of
from payments.models import Payable, Payment, PaymentItem, PaymentRun
from payments.services import NewPayable, post_payables
from quality.fund import double_review, figures, services
from quality.fund.models import DoubleReview, FundScorecard
from quality.periods import parse_period
from tests.accounts import account_with, sign_in
from tests.quality import builders

NOVEMBER, QUARTER = dt.date(2026, 11, 1), parse_period("2026Q4")
LINES = 27  # of each claim of the builder's world


@pytest.fixture
def fund(app):
    return builders.world()


def _claims(count: int) -> list[tuple[int, int]]:
    rows = db.session.query(ClaimVersion.partition, ClaimVersion.claim_id).order_by(ClaimVersion.claim_id)
    return [tuple(row) for row in rows.limit(count)]


def _decide(claims, version: int, state: str, *, cause: str = "review", by: str = "first") -> None:
    """A version of each claim with one line, accepted or denied."""
    paid = 5000 if state == "accepted" else 0
    sums = {"submitted": 5000, "undecided": 0, "benefit": paid, "member_share": 0, "write_off": 5000 - paid}
    for partition, claim in claims:
        key = {"partition": partition, "claim_id": claim, "version": version, "headline": "", **sums}
        head = {"state": "adjudicated" if paid else "denied", "cause": cause, "decided_by": by}
        bulk_insert(ClaimVersion.__table__, [{**key, **head, "decided_at": builders.AT, "digest": b"z" * 32}])
        bulk_insert(LineVersion.__table__, [{**key, "line_no": 1, "state": state, "plan": "x", "detail": {}}])


def _paid(claims, days: list[int]) -> None:
    """One payment; claim n was received AT and paid `days[n]` later, promised within ten."""
    day = builders.AT.date()
    promised = day + dt.timedelta(days=10)
    owed = [
        NewPayable(f"claim:{claim}:v1", "claim", 1, "x", 5000, promised, day, "long_term_care", {})
        for _partition, claim in claims
    ]
    post_payables(owed, by=builders.AUDITOR)
    for place, (one, waited) in enumerate(zip(owed, days, strict=True), start=1):
        run = {"id": place, "number": f"R-{place}", "value_on": day + dt.timedelta(days=waited), "state": "completed"}
        people = {"prepared_by": "a", "prepared_by_name": "A", "released_by": "b", "prepared_at": builders.AT}
        db.session.add(PaymentRun(**run, **people))
        db.session.flush()
        payment = {"id": place, "run_id": place, "organisation_id": 1, "end_to_end_id": f"E{place}", "state": "paid"}
        bulk_insert(Payment.__table__, [{**payment, "benefit": 5000, "recovered": 0}])
        payable = db.session.query(Payable.id).filter_by(business_key=one.business_key).scalar()
        bulk_insert(PaymentItem.__table__, [{"payment_id": place, "payable_id": payable, "is_live": True}])


def test_days_are_whole_days_that_a_part_of_the_claims_did_not_pass():
    days = list(range(1, 21))
    assert figures.days_figure(days, (1, 2), 11) == {"value": 10, "of": 20}
    assert figures.days_figure(days[::-1], (9, 10), 11) == {"value": 18, "of": 20}
    assert figures.days_figure(days[:10], (1, 2), 11) == {"value": None, "why": "insufficient"}
    assert figures.days_figure([], (1, 2), 11) == {"value": None, "why": "no_denominator"}


def test_a_share_has_its_interval_and_hides_counts_that_would_name_someone():
    assert figures.share_figure(65, 100, 11) == {"value": 65.0, "lower": 55.3, "upper": 73.6, "of": 100, "counted": 65}
    assert figures.share_figure(3, 100, 11) == {"value": None, "why": "suppressed", "of": 100, "at_most": 10.0}
    assert figures.share_figure(98, 100, 11) == {"value": None, "why": "suppressed", "of": 100, "at_least": 90.0}
    assert figures.share_figure(7, 15, 11) == {"value": None, "why": "insufficient"}
    assert figures.share_figure(0, 40, 11)["value"] == 0.0
    assert figures.share_figure(4, 10, 11)["value"] is None


@pytest.mark.parametrize("total", [11, 21, 22, 40, 97])
def test_no_count_below_eleven_can_be_worked_out_from_a_share_and_its_total(total):
    for counted in range(total + 1):
        told = figures.share_figure(counted, total, 11)
        alike = [other for other in range(total + 1) if figures.share_figure(other, total, 11) == told]
        if 0 < counted < 11 or 0 < total - counted < 11:
            assert len(alike) >= 10, (counted, told)


def test_the_scorecard_is_computed_from_claims_payments_and_reviews(fund, client):
    claims = _claims(40)
    with unit_of_work():
        _paid(claims[:24], [*range(1, 11), 10, 10, *range(11, 23)])
        _decide(claims[:30], 2, "denied")
        _decide(claims[:12], 3, "accepted")
        row = services.compute(QUARTER, by=builders.AUDITOR)
    found = row.figures
    assert (found["days"]["value"], found["slowest"]["value"]) == (10, 20)
    assert (found["promised"]["value"], found["promised"]["of"]) == (50.0, 24)
    assert (found["overturned"]["value"], found["overturned"]["of"]) == (40.0, 30)
    assert found["errors"]["why"] == "no_denominator"
    page = client.get("/public/fund").text
    assert "10 days" in page
    assert "50.0" in page
    rows = list(csv.DictReader(io.StringIO(client.get("/public/fund/scorecard.csv").data.decode("utf-8-sig"))))
    assert {one["figure"]: one["value"] for one in rows}["overturned"] == "40.0"
    assert client.get("/public/fund/scorecard.json").json[0]["promised"]["of"] == 24


def test_few_errors_are_told_as_a_bound_on_page_and_files(fund, client):
    claims = _claims(40)
    with unit_of_work():
        _decide(claims, 2, "denied")
        _decide(claims[:3], 3, "accepted")
        services.compute(QUARTER, by=builders.AUDITOR)
    assert re.search("at most <bdi[^>]*>25.0", client.get("/public/fund").text)
    overturned = client.get("/public/fund/scorecard.json").json[0]["overturned"]
    assert overturned == {"value": None, "why": "suppressed", "of": 40, "at_most": 25.0}
    rows = list(csv.DictReader(io.StringIO(client.get("/public/fund/scorecard.csv").data.decode("utf-8-sig"))))
    row = next(one for one in rows if one["figure"] == "overturned")
    assert (row["value"], row["lower"], row["counted"], row["at_most"]) == ("", "", "", "25.0")


def test_the_same_figures_make_no_new_version_and_an_old_one_stays(fund):
    claims = _claims(30)
    with unit_of_work():
        _decide(claims, 2, "denied")
        services.compute(QUARTER, by=builders.AUDITOR)
        services.compute(QUARTER, by=builders.AUDITOR)
    assert db.session.query(FundScorecard).count() == 1
    with unit_of_work():
        _decide(claims[:15], 3, "accepted")
        assert services.compute(QUARTER, by=builders.AUDITOR).version == 2
    assert db.session.query(FundScorecard).count() == 2


def _drawn(count: int = 40) -> DoubleReview:
    with unit_of_work():
        _decide(_claims(count), 2, "accepted")
        double_review.draw(NOVEMBER, by=builders.AUDITOR)
    return db.session.query(DoubleReview).order_by(DoubleReview.id).first()


def test_five_of_a_hundred_are_drawn_whatever_their_order(fund):
    with unit_of_work():
        _decide(_claims(41), 2, "accepted")
        assert double_review.draw(NOVEMBER, by=builders.AUDITOR) == 3  # 2.05, rounded up
    drawn = db.session.query(DoubleReview.claim_number).order_by(DoubleReview.id).all()
    assert len(set(drawn)) == 3


def test_the_second_reviewer_sees_nothing_of_the_first_decision(fund, client):
    with unit_of_work():
        claims = _claims(1)
        _decide(claims, 2, "denied")
        key = dict(zip(("partition", "claim_id"), claims[0], strict=True))
        said = {"version": 2, "line_no": 1, "quantity_milli": 0, "unit_price": 0, "role": "claims reviewer"}
        said |= {"reason": "Never signed.", "reviewed_by": "first", "reviewed_at": builders.AT}
        bulk_insert(LineReview.__table__, [{**key, **said}])
        double_review.draw(NOVEMBER, by=builders.AUDITOR)
    row = db.session.query(DoubleReview).one()
    assert row.first == "refuse"
    for role in (Role.CLAIMS_REVIEWER, Role.AUDITOR):
        sign_in(client, role)
        page = client.get(f"/quality/double-reviews/{row.id}").text
        assert "Never signed." not in page
        assert "First reviewer" not in page


def test_where_both_agree_nothing_is_left_and_where_they_differ_an_auditor_settles(fund, client):
    row = _drawn()
    sign_in(client, Role.CLAIMS_REVIEWER)
    address = f"/quality/double-reviews/{row.id}"
    assert client.post(f"{address}/review", data={"outcome": "burn", "reason": "x"}).status_code == 422
    assert client.post(f"{address}/review", data={"outcome": "refuse"}).status_code == 422
    answer = client.post(f"{address}/review", data={"outcome": "refuse", "reason": "No record of the visit."})
    assert answer.status_code == 303
    sign_in(client, Role.AUDITOR)
    assert "Two reviewers differ" in client.get("/today").text
    assert client.post(f"{address}/settle", data={"act": "error"}).status_code == 422
    said = {"act": "error", "settled_reason": "There was none."}
    assert client.post(f"{address}/settle", data=said).status_code == 303
    assert client.post(f"{address}/settle", data=said).status_code == 409
    db.session.expire_all()
    assert (row.state, row.is_error) == ("settled", True)


def test_nobody_reviews_the_own_decision(fund, client):
    account = account_with(Role.CLAIMS_REVIEWER)
    with unit_of_work():
        _decide(_claims(1), 2, "accepted", by=actor_of(account).person)
        double_review.draw(NOVEMBER, by=builders.AUDITOR)
    row = db.session.query(DoubleReview).one()
    client.post(f"/demo/sign-in/{account.id}")
    said = {"outcome": "pass", "reason": "As I said."}
    assert client.post(f"/quality/double-reviews/{row.id}/review", data=said).status_code == 403
    sign_in(client, Role.CLAIMS_REVIEWER)
    assert client.post(f"/quality/double-reviews/{row.id}/review", data=said).status_code == 303
    db.session.expire_all()
    assert (row.state, row.is_error) == ("agreed", False)
