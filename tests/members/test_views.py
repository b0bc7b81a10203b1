from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.audit import AuditEntry
from core.db import db
from core.roles import Role
from members.models import Member
from tests.accounts import sign_in
from tests.members.builders import a_member, roster
from tests.members.test_services import SEVEN_WRONG

FORM = {"given_names": "Amal", "family_name": "Zerbay", "born_on": "27/3/1985", "sex": "female", "district": "North"}


def send(client: FlaskClient, content: bytes, name: str = "roster.csv", mapping: str = "touiza-members"):
    return client.post("/members/imports", data={"file": (io.BytesIO(content), name), "mapping": mapping})


def test_reading_a_member_is_written_in_the_access_log(client: FlaskClient) -> None:
    member = a_member()
    account = sign_in(client, Role.CLAIMS_OFFICER)
    body = client.get(f"/members/{member.public_id}")
    assert body.status_code == 200
    assert "Amal Zerbay" in body.text
    entries = db.session.execute(select(AuditEntry).where(AuditEntry.act == "member.read")).scalars().all()
    assert [(entry.stream, entry.subject, entry.actor_id) for entry in entries] == [
        ("access", member.public_id, account.id)
    ]


def test_a_member_who_is_not_there_leaves_no_trace_of_reading(client: FlaskClient) -> None:
    sign_in(client, Role.CLAIMS_OFFICER)
    assert client.get("/members/NOBODY").status_code == 404
    assert db.session.execute(select(AuditEntry).where(AuditEntry.act == "member.read")).first() is None


def test_search_goes_by_post_and_shows_who_was_found(client: FlaskClient) -> None:
    member = a_member()
    sign_in(client, Role.REGISTRAR)
    found = client.post("/members/search", data={"words": "zerb"})
    assert member.public_id in found.text
    assert client.get("/members/search?words=zerb").status_code in (404, 405)
    assert "No member found" in client.post("/members/search", data={"words": "nobody"}).text


def test_the_form_registers_a_member_with_cover(client: FlaskClient) -> None:
    sign_in(client, Role.REGISTRAR)
    answer = client.post("/members/new", data={**FORM, "cover_from": "2026-01-01", "package": "basic"})
    assert answer.status_code == 303
    member = db.session.execute(select(Member)).scalar_one()
    assert member.covers[0].basis == "entered"
    assert member.household.district == "North"


@pytest.mark.parametrize(
    ("field", "value"),
    [("born_on", "31/2/1985"), ("born_on", ""), ("sex", ""), ("family_name", ""), ("district", ""),
     ("phone", "call me"), ("cover_from", "2026-13-01"), ("monthly_income", "a lot"), ("household_number", "H-9")],
)  # fmt: skip
def test_bad_input_names_the_field_and_keeps_what_was_typed(client: FlaskClient, field: str, value: str) -> None:
    sign_in(client, Role.REGISTRAR)
    answer = client.post("/members/new", data={**FORM, field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="Amal"' in answer.text
    assert value in answer.text
    assert db.session.execute(select(Member)).first() is None


def test_a_file_is_read_first_and_kept_on_request(client: FlaskClient) -> None:
    sign_in(client, Role.REGISTRAR)
    answer = send(client, roster(1000, SEVEN_WRONG))
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location)
    assert "993 ready, 7 need work" in page.text
    assert "Download the 7 rows" in page.text
    wrong = client.get(f"{answer.location}/wrong.csv")
    assert len(wrong.text.strip().splitlines()) == 8
    assert client.post(answer.location).status_code == 303
    assert len(db.session.execute(select(Member.id)).all()) == 993


@pytest.mark.parametrize(
    ("content", "name", "mapping"),
    [(b"", "roster.csv", "touiza-members"), (b"PK\x03\x04rubbish", "roster.csv", "touiza-members"),
     (b"a,b\n1,2\n", "roster.csv", "touiza-members"), (roster(2), "roster.csv", ""), (b"x", "", "touiza-members")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(
    client: FlaskClient, content: bytes, name: str, mapping: str
) -> None:
    sign_in(client, Role.REGISTRAR)
    answer = send(client, content, name, mapping)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("role", [Role.PROVIDER_MANAGER, Role.FINANCE_OFFICER, Role.MEMBER, Role.DELEGATE_OFFICER])
def test_strangers_do_not_read_members(client: FlaskClient, role: Role) -> None:
    member = a_member()
    sign_in(client, role)
    assert client.get(f"/members/{member.public_id}").status_code == 403
    assert client.get("/members").status_code == 403


def test_a_delegate_registers_without_reading(client: FlaskClient) -> None:
    sign_in(client, Role.DELEGATE_OFFICER)
    answer = client.post("/members/new", data=FORM)
    assert (answer.status_code, answer.location) == (303, "/members/new")
    assert "Register a member" in client.get("/today").text


def test_the_lists_answer(client: FlaskClient) -> None:
    a_member()
    sign_in(client, Role.REGISTRAR)
    for path in ("/members", "/members/new", "/members/imports", "/today"):
        assert client.get(path).status_code == 200, path
