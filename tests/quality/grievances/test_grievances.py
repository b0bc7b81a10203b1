"""A member complains; the desk answers; the provider learns of a case, never of a name or a word."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.accounts import services as accounts
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.roles import Role
from quality.audit_cases.models import AuditCase
from quality.grievances.models import Grievance
from tests.accounts import account_with, sign_in
from tests.quality import builders

LATE = builders.number(builders.LATE)
WORDS = "She shouted at my mother on Tuesday."


@pytest.fixture
def fund(app):
    return builders.world()


def _member(client, public_id: str) -> None:
    account = account_with()
    with unit_of_work():
        accounts.assign(account, Role.MEMBER, by=SYSTEM, scope=public_id)
    assert client.post(f"/demo/sign-in/{account.id}").status_code == 303


def _someone() -> str:
    return db.session.execute(text("SELECT public_id FROM member ORDER BY id LIMIT 1")).scalar_one()


def _send(client, **values):
    data = {"kind": "dignity", "words": WORDS, "provider": LATE, **values}
    return client.post("/grievances/new", data=data)


def test_a_member_complains_and_reads_the_answer(fund, client):
    me = _someone()
    _member(client, me)
    assert client.get("/grievances/new").status_code == 200
    assert _send(client, member=me).status_code == 303
    row = db.session.query(Grievance).one()
    assert WORDS.encode() not in bytes(row.sealed_words)
    assert WORDS in client.get(f"/grievances/{row.number}").text
    sign_in(client, Role.COMPLAINTS_OFFICER)
    assert row.number in client.get("/today").text
    assert client.post(f"/grievances/{row.number}/answer", data={"answer": " "}).status_code == 422
    assert client.post(f"/grievances/{row.number}/answer", data={"answer": "We spoke to her."}).status_code == 303
    assert client.post(f"/grievances/{row.number}/answer", data={"answer": "Twice."}).status_code == 409
    _member(client, me)
    assert "We spoke to her." in client.get(f"/grievances/{row.number}").text


def test_another_member_and_the_provider_find_nothing(fund, client):
    me = _someone()
    _member(client, me)
    _send(client, member=me)
    row = db.session.query(Grievance).one()
    _member(client, "ZZZZZZZZZZ")
    assert client.get(f"/grievances/{row.number}").status_code == 404
    assert row.number not in client.get("/grievances").text
    assert _send(client, member=me).status_code == 422  # nobody writes for whom they do not stand for
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[LATE])
    assert client.get(f"/grievances/{row.number}").status_code == 403


def test_a_case_names_the_complaint_and_never_the_member_nor_the_words(fund, client):
    me = _someone()
    sign_in(client, Role.COMPLAINTS_OFFICER)
    assert _send(client, member=me, channel="phone").status_code == 303
    row = db.session.query(Grievance).one()
    sign_in(client, Role.AUDITOR)
    assert client.post(f"/grievances/{row.number}/case").status_code == 303
    case = db.session.query(AuditCase).one()
    assert (case.source, case.source_reference) == ("complaint", row.number)
    page = client.get(f"/quality/audit/{case.number}").text
    assert f"/grievances/{row.number}" in page, "what raised the case is one click away"
    assert WORDS not in page
    assert me not in page
    kept = db.session.execute(text("SELECT * FROM audit_entry")).all()
    assert WORDS not in repr(kept)
    assert me not in repr(kept)


def test_a_complaints_officer_is_not_led_to_a_case_that_is_closed_to_them(fund, client):
    sign_in(client, Role.COMPLAINTS_OFFICER)
    _send(client, kind="safety", channel="visit")
    row = db.session.query(Grievance).one()
    page = client.get(f"/grievances/{row.number}").text
    assert row.case.number in page
    assert f"/quality/audit/{row.case.number}" not in page


def test_someones_safety_opens_a_case_on_the_fast_lane_at_once(fund, client):
    sign_in(client, Role.COMPLAINTS_OFFICER)
    assert _send(client, kind="safety", channel="visit").status_code == 303
    row = db.session.query(Grievance).one()
    assert row.state == "taken_up"
    assert row.case.is_safeguarding


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": ""}, "Choose what it is about."),
        ({"words": ""}, "Write what happened, when and where."),
        ({"provider": "P-0"}, "No provider has this number."),
        ({"member": "NOBODY"}, "No member has this number."),
        ({"channel": "pigeon"}, "Choose how it came."),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(fund, client, values, words):
    sign_in(client, Role.COMPLAINTS_OFFICER)
    answer = _send(client, **values)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.query(Grievance).count() == 0


def test_a_complaint_about_the_fund_is_answered_without_a_case(fund, client):
    sign_in(client, Role.COMPLAINTS_OFFICER)
    _send(client, kind="fund", provider="", channel="letter")
    row = db.session.query(Grievance).one()
    sign_in(client, Role.AUDITOR)
    assert client.post(f"/grievances/{row.number}/case").status_code == 409


def test_a_deadline_among_the_work_is_a_time_and_not_its_markup(fund, client):
    sign_in(client, Role.COMPLAINTS_OFFICER)
    _send(client)
    page = client.get("/today").text
    assert "&lt;time" not in page
    assert "<time" in page
