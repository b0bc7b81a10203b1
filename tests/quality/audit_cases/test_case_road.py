"""An overpayment case from its question to the posted recovery, its appeal, its end; each step by its own person."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from sqlalchemy import text

from core import clock, events
from core.db import database_clock, db, unit_of_work
from core.roles import Role
from payments.models import Payable
from quality.audit_cases import queries
from quality.audit_cases.listening import hear
from quality.audit_cases.models import AuditCase, AuditCaseEntry
from quality.audit_cases.services import post_what_is_due
from tests.accounts import account_with, sign_in
from tests.quality import builders

LATE = builders.number(builders.LATE)
CAST: dict[str, int] = {}
PDF = b"%PDF-1.4 minutes of the visit"


@pytest.fixture
def fund(app):
    CAST.clear()
    return builders.world()


@pytest.fixture
def days(monkeypatch):
    """Move the clocks: days(3) is three days after the story's now."""
    now = [builders.AT]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def move(count: int) -> None:
        now[0] += dt.timedelta(days=count)

    with database_clock(lambda: now[0]):
        yield move


def _as(client, who: str) -> None:
    """The same person each time: `second` is also a complaints officer."""
    if who not in CAST:
        roles = {"second": (Role.AUDITOR, Role.COMPLAINTS_OFFICER), "third": (Role.COMPLAINTS_OFFICER,)}
        CAST[who] = account_with(*roles.get(who, (Role.AUDITOR,))).id
    assert client.post(f"/demo/sign-in/{CAST[who]}").status_code == 303


def _open(client, **values) -> str:
    _as(client, "first")
    data = {"question": "Were visits billed that nobody made?", "source": "sample", "reference": "AS-1", **values}
    client.post(f"/quality/providers/{LATE}/audit-cases", data=data)
    return db.session.query(AuditCase.number).order_by(AuditCase.id.desc()).first()[0]


def _conclude(client, number: str, amount: str = "120.500") -> None:
    _as(client, "first")
    said = {"finding": "recover", "finding_text": "Nine visits have no record.", "amount": amount}
    answer = client.post(f"/quality/audit/{number}/conclude", data={**said, "rule": "Sum of the nine lines."})
    assert answer.status_code == 303, answer.text


def _decide(client, number: str, **values):
    _as(client, "second")
    said = {"finding": "recover", "finding_text": "Seven stand.", "amount": "100.000", "instalments": "3"}
    said |= {"first_due_on": "2027-01-31", "recommendation_1": "Sign in at the door", "due_1": "2027-02-28"}
    return client.post(f"/quality/audit/{number}/decide", data={**said, **values})


def _provider(client, fund, number: str, **data):
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[LATE])
    return client.post(f"/quality/audit/{number}/provider", data=data)


def _rows() -> list[tuple[str, int, dt.date]]:
    rows = db.session.query(Payable).filter(Payable.kind == "recovery").order_by(Payable.id)
    return [(row.business_key, row.amount, row.due_on) for row in rows]


def test_the_whole_road_ends_in_a_posted_recovery(fund, client, days):
    number = _open(client)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[LATE])
    assert client.get(f"/quality/audit/{number}").status_code == 404  # nothing to read before a finding
    _as(client, "first")
    note = {"kind": "interview", "text": "The carer was on leave.", "evidence": (io.BytesIO(PDF), "leave.pdf")}
    assert client.post(f"/quality/audit/{number}/entries", data=note).status_code == 303
    shared = {"kind": "evidence", "text": "List of nine lines", "is_shared": "yes"}
    assert client.post(f"/quality/audit/{number}/entries", data=shared).status_code == 303
    _conclude(client, number)
    assert _decide(client, number).status_code == 409  # the provider may still reply
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[LATE])
    page = client.get(f"/quality/audit/{number}").text
    assert "List of nine lines" in page
    assert "on leave" not in page
    assert "120.500" in page
    assert client.get(f"/quality/audit/{number}/files/1").status_code == 404  # the interview's file is not theirs
    reply = {"act": "reply", "reply": "Two were made.", "evidence": (io.BytesIO(PDF), "sheet.pdf")}
    assert _provider(client, fund, number, **reply).status_code == 303
    _as(client, "first")
    assert client.post(f"/quality/audit/{number}/decide", data={"finding": "recover"}).status_code == 403
    assert _decide(client, number, amount="120.501").status_code == 422  # above what could be replied to
    assert _decide(client, number).status_code == 303
    days(100)
    assert post_what_is_due() == 1
    assert len(_rows()) == 1
    days(40)
    assert post_what_is_due() == 2
    assert post_what_is_due() == 0
    assert _rows() == [
        (f"recovery:{number}:1", -33_334, dt.date(2027, 1, 31)),
        (f"recovery:{number}:2", -33_333, dt.date(2027, 2, 28)),
        (f"recovery:{number}:3", -33_333, dt.date(2027, 3, 31)),
    ]
    assert db.session.execute(text("SELECT sum(amount) FROM posting")).scalar() == 0
    _followed_up(client, fund, number)


def _followed_up(client, fund, number: str) -> None:
    close = f"/quality/audit/{number}/close"
    _as(client, "second")
    assert client.post(close).status_code == 409  # a change was not checked
    place = f"/quality/audit/{number}/recommendations/1"
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[LATE])
    assert client.post(f"{place}/report", data={"report_1": ""}).status_code == 422
    assert client.post(f"{place}/report", data={"report_1": "Every door has a tag."}).status_code == 303
    _as(client, "second")
    assert client.post(f"{place}/check", data={"act": "met"}).status_code == 303
    assert client.post(close).status_code == 303
    assert queries.audit_case(number).state == "closed"


def test_an_appeal_holds_everything_back_and_a_third_person_lowers_the_sum(fund, client, days):
    number = _open(client)
    _conclude(client, number)
    assert _provider(client, fund, number, act="reply", reply="No.").status_code == 303
    assert _decide(client, number).status_code == 303
    assert _provider(client, fund, number, act="appeal", appeal=" ").status_code == 422
    assert _provider(client, fund, number, act="appeal", appeal="The roster shows them.").status_code == 303
    days(200)
    assert post_what_is_due() == 0
    ruling = f"/quality/audit/{number}/ruling"
    _as(client, "second")
    assert client.post(ruling, data={"amount": "10", "ruling": "x"}).status_code == 403  # decided it
    _as(client, "third")
    assert client.get(f"/quality/audit/{number}").status_code == 200
    assert client.post(ruling, data={"amount": "100.001", "ruling": "More."}).status_code == 422
    assert client.post(ruling, data={"amount": "40.000", "ruling": "Five were made."}).status_code == 303
    assert post_what_is_due() == 3
    assert [amount for _key, amount, _day in _rows()] == [-13_334, -13_333, -13_333]
    assert _provider(client, fund, number, act="appeal", appeal="Again.").status_code == 409


def test_a_provider_that_accepts_makes_the_decision_final_at_once(fund, client, days):
    number = _open(client)
    _conclude(client, number)
    days(40)  # no reply in time
    assert _provider(client, fund, number, act="reply", reply="Late.").status_code == 409
    assert _decide(client, number, instalments="1", first_due_on="2026-12-30").status_code == 303
    assert post_what_is_due() == 0
    assert _provider(client, fund, number, act="accept").status_code == 303
    days(10)
    assert post_what_is_due() == 1
    assert [amount for _key, amount, _day in _rows()] == [-100_000]


def test_strangers_are_kept_out(fund, client, days):
    number = _open(client)
    _conclude(client, number)
    other = fund[builders.number(3)]
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=other)
    assert client.get(f"/quality/audit/{number}").status_code == 404
    assert client.post(f"/quality/audit/{number}/provider", data={"act": "reply", "reply": "x"}).status_code == 404
    assert number not in client.get("/quality/audit").text
    sign_in(client, Role.COMPLAINTS_OFFICER)
    assert client.get(f"/quality/audit/{number}").status_code == 404  # nothing is appealed
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund[LATE])
    assert client.post(f"/quality/audit/{number}/provider", data={"act": "reply", "reply": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"finding": ""}, "Choose what was found."),
        ({"amount": "a lot"}, "amount"),
        ({"amount": ""}, "Write the sum that is to be taken back."),
        ({"instalments": "99"}, "Choose 1 to 12 instalments."),
        ({"first_due_on": ""}, "Say when the first part is taken."),
        ({"first_due_on": "2020-01-01"}, "This day is over."),
        ({"due_1": "soon"}, "soon"),
        ({"due_1": ""}, "Say by when the provider is to do it."),
        ({"referred_to": "my cousin"}, "Choose to whom it is referred."),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_bad_decision_is_refused_in_words_and_kept(fund, client, days, values, field):
    number = _open(client)
    _conclude(client, number)
    days(40)
    answer = _decide(client, number, **values)
    assert answer.status_code == 422
    assert field in answer.text
    assert "Seven stand." in answer.text


def test_safety_takes_the_fast_lane_and_limits_the_score_until_it_is_closed(fund, client, days):
    slow, fast = _open(client), _open(client, is_safeguarding="yes", source="complaint")
    assert queries.audit_case(fast).conclude_due_at < queries.audit_case(slow).conclude_due_at
    organisations = list(fund.values())
    assert queries.open_safeguarding(organisations) == {}  # a question accuses nobody
    _conclude(client, fast)
    assert queries.open_safeguarding(organisations) == {fund[LATE]: fast}
    days(40)
    assert _decide(client, fast).status_code == 303
    assert queries.open_safeguarding(organisations) == {fund[LATE]: fast}
    assert client.get("/quality/audit").text.index(fast) < client.get("/quality/audit").text.index(slow)


def test_a_finding_that_nothing_was_wrong_limits_nobody(fund, client, days):
    number = _open(client, is_safeguarding="yes", source="complaint")
    said = {"finding": "data_error", "finding_text": "The register was wrong, not the care.", "amount": "", "rule": ""}
    assert client.post(f"/quality/audit/{number}/conclude", data=said).status_code == 303
    assert queries.audit_case(number).state == "provisional"
    assert queries.open_safeguarding(list(fund.values())) == {}


def test_what_was_gathered_is_never_changed(fund, client, days):
    number = _open(client)
    client.post(f"/quality/audit/{number}/entries", data={"kind": "note", "text": "Seen"})
    with pytest.raises(Exception, match="written once"), unit_of_work():
        db.session.query(AuditCaseEntry).update({"text": "Unseen"})


def test_a_refused_audit_and_a_failed_item_of_safety_are_told_to_whom_it_concerns(fund, client, days):
    number = _open(client)
    _conclude(client, number)
    days(40)
    assert queries.refused_audits(list(fund.values())) == {}
    values = {"finding": "refused", "amount": "", "finding_text": "Nobody opened the door, twice."}
    assert _decide(client, number, **values).status_code == 303
    assert queries.refused_audits(list(fund.values())) == {fund[LATE]: number}
    told = {"organisation_id": fund[LATE], "inspection": "IN-1", "text": "Medicines are locked away"}
    with unit_of_work():
        for item in ("M1", "M2"):
            events.publish("safeguarding.raised", f"IN-1 {item}", effective_from=builders.AT.date(), data=told)
    hear()
    hear()
    opened = db.session.query(AuditCase).filter_by(source="inspection").all()
    assert [(row.source_reference, row.is_safeguarding) for row in opened] == [("IN-1", True)]
