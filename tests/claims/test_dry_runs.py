"""Who may ask what the fund would pay, and that every asking leaves its line in the log."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from care.models import CareGrant, Placement
from claims import services
from claims.models.dry_runs import DryRun
from core import clock
from core.accounts.models import Assignment
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.organisations import Organisation
from core.roles import Role
from core.web.limits import limiter
from members.models import EligibilityNumber
from tests.accounts import account_with, sign_in
from tests.claims.builders import AT, CLERK, FIRST, LAST, OFFICER, ZONE, Fund, claim, eligible, line
from tests.claims.test_api import body, post, token
from tests.claims.test_views import HEAD, text_of, typed

NEEDED = "This member is not placed with you. Write the eligibility number"


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(AT):
        yield


def placed(organisation_id: int, first: dt.date = FIRST, last: dt.date = LAST, state: str = "accepted") -> None:
    """The member M4471, with this cooperative."""
    with unit_of_work():
        days = {"valid_from": first, "valid_until": last}
        grant = CareGrant(number="G-1", member_id=1, service_line="care", decided_by="assessor", decided_at=AT, **days)
        db.session.add(grant)
        db.session.flush()
        kind = {"service": "VIS", "kind": "visit", "state": state, "created_at": AT}
        row = Placement(number="PL-1", grant_id=grant.id, member_id=1, organisation_id=organisation_id, **kind, **days)
        db.session.add(row)


def try_it(sent, by=CLERK):
    with unit_of_work():
        return services.dry_run(sent, by=by, at=AT, zone=ZONE)


def refusal(sent) -> tuple[str, str]:
    with pytest.raises(InputErrors) as refused:
        try_it(sent)
    (problem,) = refused.value.problems
    return problem.where, str(problem.message)


def log() -> list[tuple[Any, ...]]:
    db.session.rollback()
    columns = (DryRun.asked_by, DryRun.organisation_id, DryRun.member_id, DryRun.service_line, DryRun.claims)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(DryRun.id))]


def test_without_placement_or_number_the_field_and_what_is_expected_are_named(fund: Fund) -> None:
    where, message = refusal(claim(fund))
    assert (where, message.startswith(NEEDED)) == ("eligibility_no", True)


def test_a_refused_try_stands_in_the_log_of_the_member_and_says_so(fund: Fund, client: FlaskClient) -> None:
    refusal(claim(fund))
    refusal(claim(fund, member="M0000"))
    assert log() == [("clerk", fund.blue, 1, "health", 1), ("clerk", fund.blue, None, "health", 1)]
    assert db.session.execute(select(DryRun.is_refused)).scalars().all() == [True, True]
    member_account(client, fund.member)
    assert "turned away" in text_of(client.get("/claims/dry-runs"))


STRANGER, NOBODY = "M4471", "M9999"  # with another cooperative · no number that was ever given


def by_form(client: FlaskClient, fund: Fund, member: str, act: str, **more: str) -> Any:
    return client.post("/claims/new", data=typed(do=act, member_id=member, key="F-ZBZZNS9H2X", **more))


def by_api(client: FlaskClient, fund: Fund, member: str, **more: str) -> Any:
    who = token(fund.blue) if member == STRANGER else f"token-{fund.blue}"
    return post(client, who, body() | {"member_id": member} | more, path="/dry-run")


def by_file(client: FlaskClient, fund: Fund, member: str, **more: str) -> Any:
    row = f"F-1,1,{member},RC1,2026-11-03,CON,1,10.000,10.000,{more.get('eligibility_no', '')}\r\n"
    file = (io.BytesIO((HEAD.strip() + ",eligibility_no\r\n" + row).encode()), "claims.csv")
    return client.post("/claims/upload", data={"file": file, "mapping": "touiza-claims", "do": "try"})


WAYS: dict[str, Any] = {
    "form-try": lambda client, fund, member, **more: by_form(client, fund, member, "try", **more),
    "form-check": lambda client, fund, member, **more: by_form(client, fund, member, "check", **more),
    "api": by_api,
    "file": by_file,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", ["none", "anothers", "mistyped"])
def test_who_probes_member_numbers_reads_the_same_bytes_for_nobody_and_for_anothers_member(
    fund: Fund, client: FlaskClient, way: str, number: str
) -> None:
    placed(fund.green)
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    shown = {"none": "", "anothers": eligible(2), "mistyped": "E-1"}[number]
    more = {"eligibility_no": shown} if shown else {}
    answers = [WAYS[way](client, fund, member, **more) for member in (STRANGER, NOBODY)]
    assert answers[0].status_code == answers[1].status_code
    told = [
        without_noise(answer.text).replace(member, "…")
        for answer, member in zip(answers, (STRANGER, NOBODY), strict=True)
    ]
    assert told[0] == told[1]


def without_noise(text: str) -> str:
    """Without what differs from one answer to the next of the same question."""
    return re.sub(r'(name="csrf_token" value|nonce|name="key" value)="[^"]*"', "", text)


def test_the_refusal_reads_the_same_whether_or_not_the_member_exists(fund: Fund) -> None:
    assert refusal(claim(fund)) == refusal(claim(fund, member="M0000"))
    number = eligible(2)  # of the child, not of the adult
    assert refusal(claim(fund, eligibility_no=number)) == refusal(claim(fund, member="M0000", eligibility_no=number))


def test_a_placement_with_the_provider_lets_it_ask_and_another_provider_not(fund: Fund) -> None:
    placed(fund.green)
    assert refusal(claim(fund))[0] == "eligibility_no"
    db.session.execute(update(Placement).values(organisation_id=fund.blue))
    db.session.commit()
    assert try_it(claim(fund)).state == "adjudicated"
    assert log() == [("clerk", fund.blue, 1, "health", 1)] * 2


@pytest.mark.parametrize(
    ("first", "last", "state", "may_ask"),
    [
        (FIRST, dt.date(2026, 11, 3), "accepted", True),  # it held on the day of the care
        (FIRST, dt.date(2026, 11, 2), "accepted", False),
        (dt.date(2026, 11, 14), LAST, "accepted", True),  # it holds on the day of asking
        (dt.date(2026, 11, 15), LAST, "accepted", False),
        (FIRST, LAST, "offered", False),
        (FIRST, LAST, "declined", False),
    ],
    ids=["on-care-day", "ended-before", "begins-today", "begins-tomorrow", "only-offered", "declined"],
)
def test_a_placement_counts_on_its_days_once_it_was_accepted(fund: Fund, first, last, state, may_ask) -> None:
    placed(fund.blue, first, last, state)
    if may_ask:
        assert try_it(claim(fund)).state == "adjudicated"
    else:
        assert refusal(claim(fund))[0] == "eligibility_no"


def test_a_number_lets_a_provider_ask_however_it_is_typed(fund: Fund) -> None:
    number = eligible()
    assert try_it(claim(fund, eligibility_no=f" {number.lower()} ")).state == "adjudicated"


def test_a_mistyped_an_expired_and_anothers_number_are_refused(fund: Fund) -> None:
    number, old = eligible(), eligible(1, dt.date(2026, 11, 13))
    mistyped = number[:-1] + ("A" if number[-1] != "A" else "B")
    assert "no eligibility number" in refusal(claim(fund, eligibility_no=mistyped))[1]
    assert "does not hold today for this member" in refusal(claim(fund, eligibility_no=old))[1]
    assert "does not hold today for this member" in refusal(claim(fund, member=fund.child, eligibility_no=number))[1]


def test_staff_of_the_fund_need_no_number_and_are_logged_too(fund: Fund) -> None:
    try_it(claim(fund), by=OFFICER)
    assert log() == [("officer", None, 1, "health", 1)]


def test_claims_tried_together_leave_one_line_per_member_and_service_line(fund: Fund) -> None:
    sent = [claim(fund, "A-1"), claim(fund, "A-2", line("CON", dt.date(2026, 11, 4))), claim(fund, "A-3", line("VIS"))]
    sent += [claim(fund, "A-4", member=fund.child)]
    with unit_of_work():
        services.dry_run_many(sent, by=OFFICER, at=AT, zone=ZONE)
    assert log() == [
        ("officer", None, 1, "health", 2),
        ("officer", None, 1, "care", 1),
        ("officer", None, 2, "health", 1),
    ]


def test_the_form_names_the_field_keeps_what_was_typed_and_stores_nothing(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    answer = client.post("/claims/new", data=typed(do="try"))
    assert answer.status_code == 422
    assert f"Eligibility number: {NEEDED}" in text_of(answer)
    assert 'value="M4471"' in text_of(answer)
    assert [row[1:] for row in log()] == [(fund.blue, 1, "health", 1)]


def test_a_claim_can_be_said_back_and_sent_without_a_number_but_with_no_answer_before(
    fund: Fund, client: FlaskClient
) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    page = text_of(client.post("/claims/new", data=typed(do="check")))
    assert "The answer comes when you send it." in page
    assert "The fund pays" not in page
    sent = client.post("/claims/new", data=typed(do="send"), follow_redirects=True)
    assert "the fund pays 8.000" in text_of(sent)


def test_the_api_answers_422_at_the_field(fund: Fund, client: FlaskClient) -> None:
    answer = post(client, token(fund.blue), body(), path="/dry-run")
    assert answer.status_code == 422
    assert [problem["where"] for problem in answer.json["problems"]] == ["eligibility_no"]
    assert answer.json["problems"][0]["message"].startswith(NEEDED)


def test_a_tried_file_answers_what_it_may_and_names_the_rows_that_it_may_not(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    rows = (
        f"F-1,1,M4471,RC1,2026-11-03,CON,1,10.000,10.000,{eligible()}\r\n"
        "F-2,1,M4472,RC1,2026-11-03,CON,1,10.000,10.000,\r\n"
    )
    file = (io.BytesIO((HEAD.strip() + ",eligibility_no\r\n" + rows).encode()), "claims.csv")
    page = text_of(client.post("/claims/upload", data={"file": file, "mapping": "touiza-claims", "do": "try"}))
    assert "1 ready, 1 need work" in page
    assert NEEDED in page
    assert [row[2:] for row in log()] == [(1, "health", 1), (2, "health", 1)]


def member_account(client: FlaskClient, number: str) -> None:
    account = account_with(Role.MEMBER)
    with unit_of_work():
        db.session.execute(update(Assignment).where(Assignment.account_id == account.id).values(scope=number))
    client.post(f"/demo/sign-in/{account.id}")


def test_the_member_sees_who_asked_and_another_member_does_not(fund: Fund, client: FlaskClient) -> None:
    try_it(claim(fund, eligibility_no=eligible()))
    name = db.session.execute(select(Organisation.name).where(Organisation.id == fund.blue)).scalar_one()
    member_account(client, fund.member)
    page = text_of(client.get("/claims/dry-runs"))
    assert name in page
    assert "Health" in page
    assert "Consultation" not in page
    member_account(client, fund.child)
    assert name not in text_of(client.get("/claims/dry-runs"))


def test_the_auditor_lists_who_asked_about_whom(fund: Fund, client: FlaskClient) -> None:
    try_it(claim(fund, eligibility_no=eligible()))
    sign_in(client, Role.AUDITOR)
    page = text_of(client.get("/claims/dry-runs?words=M4471"))
    assert "M4471" in page
    assert "clerk" in page
    assert "Nobody asked yet." in text_of(client.get("/claims/dry-runs?words=M4472"))


def test_a_member_gets_a_number_that_holds_as_the_plan_says_and_nobody_gets_anothers(
    fund: Fund, client: FlaskClient, cover_plan: None
) -> None:
    member_account(client, fund.member)
    answer = client.post(f"/members/{fund.member}/eligibility", follow_redirects=True)
    row = db.session.execute(select(EligibilityNumber)).scalar_one()
    assert (row.member_id, row.valid_from, row.valid_until) == (1, dt.date(2026, 11, 14), dt.date(2026, 12, 13))
    assert row.number in text_of(answer)
    assert try_it(claim(fund, eligibility_no=row.number)).state == "adjudicated"
    assert client.post(f"/members/{fund.child}/eligibility").status_code == 404


def test_without_a_plan_for_it_no_number_is_issued(fund: Fund, client: FlaskClient) -> None:
    member_account(client, fund.member)
    assert client.post(f"/members/{fund.member}/eligibility").status_code == 409
    assert db.session.execute(select(EligibilityNumber)).first() is None


@pytest.fixture
def cover_plan(fund: Fund) -> None:
    from core import plan
    from tests.claims.builders import CLERK as PREPARED_BY

    text = '[credit]\nwindow_months = 24\nbasis = "art. 6"\n[eligibility]\ndays = 30\nbasis = "art. 6(5)"\n'
    with unit_of_work():
        plan.approve(plan.prepare("cover", text, valid_from=FIRST, by=PREPARED_BY), by=OFFICER)


def test_the_twenty_first_try_in_a_minute_is_turned_away_and_a_claim_is_still_taken(
    fund: Fund, client: FlaskClient
) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    data = typed(do="try", eligibility_no=eligible())
    limiter.enabled = True
    try:
        limiter.reset()
        statuses = [client.post("/claims/new", data=data).status_code for _ in range(21)]
        assert (set(statuses[:20]), statuses[20]) == ({200}, 429)
        assert client.post("/claims/new", data=typed(do="send")).status_code == 303
    finally:
        limiter.enabled = False
