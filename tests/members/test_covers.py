"""Cover set right on the screen, said back first; other insurers by form and by file."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.audit import AuditEntry
from core.codes import ServiceLine
from core.db import db, unit_of_work
from core.events import Event
from core.roles import Role
from members.models import Cover, OtherCover
from tests.accounts import sign_in
from tests.members.builders import a_member

FORM = {"cover_from": "2026-02-01", "cover_until": "2026-06-30", "state": "active", "evidence": "letter 12"}


def a_covered_member(client: FlaskClient) -> str:
    """The address of the page on which the only cover of a new member is corrected."""
    member = a_member()
    sign_in(client, Role.REGISTRAR)
    url = f"/members/{member.public_id}/cover/basic/2026-01-01"
    assert url in client.get(f"/members/{member.public_id}").text
    return url


def test_a_correction_is_said_back_and_counts_once_it_is_confirmed(client: FlaskClient) -> None:
    url = a_covered_member(client)
    assert 'value="2026-01-01"' in client.get(url).text
    events = len(db.session.execute(select(Event.id)).all())
    said = client.post(url, data=FORM)
    assert said.status_code == 200
    assert "before: " in said.text
    assert "Correct the cover" in said.text
    stands = db.session.execute(select(Cover.valid_from, Cover.valid_until)).one()
    assert tuple(stands) == (dt.date(2026, 1, 1), None), "nothing counts yet"
    assert len(db.session.execute(select(Event.id)).all()) == events
    again = client.post(url, data=FORM | {"change": "yes"})
    assert 'value="letter 12"' in again.text
    assert client.post(url, data=FORM | {"confirmed": "yes"}).status_code == 303
    row = db.session.execute(select(Cover)).scalar_one()
    assert (row.valid_from, row.valid_until, row.source) == (dt.date(2026, 2, 1), dt.date(2026, 6, 30), "letter 12")
    told = db.session.execute(select(AuditEntry).where(AuditEntry.act == "cover.corrected")).scalar_one()
    assert (told.reason, told.before["until"]) == ("letter 12", None)
    assert len(db.session.execute(select(Event.id)).all()) == events + 1


@pytest.mark.parametrize(
    ("more", "field"),
    [({"cover_from": ""}, "cover_from"), ({"cover_from": "31/2/2026"}, "cover_from"), ({"state": "asleep"}, "state"),
     ({"cover_until": "2025-06-30"}, "cover_until"), ({"evidence": ""}, "evidence"),
     ({"cover_until": "2025-06-30", "confirmed": "yes"}, "cover_until")],
)  # fmt: skip
def test_a_wrong_correction_names_its_field_and_changes_nothing(
    client: FlaskClient, more: dict[str, str], field: str
) -> None:
    url = a_covered_member(client)
    answer = client.post(url, data=FORM | more)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert db.session.execute(select(Cover.valid_from)).scalar_one() == dt.date(2026, 1, 1)


@pytest.mark.parametrize("role", [Role.DELEGATE_OFFICER, Role.CLAIMS_OFFICER])
def test_only_a_registrar_corrects_cover(client: FlaskClient, role: Role) -> None:
    url = a_covered_member(client)
    sign_in(client, role)
    assert client.get(url).status_code == 403
    assert client.post(url, data=FORM | {"confirmed": "yes"}).status_code == 403


def test_a_cover_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    url = a_covered_member(client)
    assert client.get(url.replace("2026-01-01", "2026-01-02")).status_code == 404
    assert client.get("/members/NOBODY/cover/basic/2026-01-01").status_code == 404


@pytest.fixture
def insured(client: FlaskClient) -> dict[str, str]:
    with unit_of_work():
        db.session.add(ServiceLine(code="health", name="Health care", position=1))
    member = a_member()
    sign_in(client, Role.REGISTRAR)
    return {"member_id": member.public_id, "payer": "Port Mutual", "service_line": "health",
            "valid_from": "2026-01-01"}  # fmt: skip


def test_another_insurer_is_written_down_and_ended(client: FlaskClient, insured: dict[str, str]) -> None:
    url = "/members/records/other-covers"
    assert insured["member_id"] in client.get(f"{url}?member_id={insured['member_id']}").text
    assert client.post(url, data=insured).status_code == 303
    assert client.post(url, data=insured | {"valid_until": "2026-06-30"}).status_code == 303
    row = db.session.execute(select(OtherCover)).scalar_one()
    assert (row.payer, row.service_line, row.valid_until) == ("Port Mutual", "health", dt.date(2026, 6, 30))
    told = db.session.execute(select(Event).where(Event.subject == "other-covers, form")).scalars().all()
    assert {(event.kind, event.data["member_ids"][0]) for event in told} == {("members.cover_changed", row.member_id)}
    assert db.session.execute(select(AuditEntry).where(AuditEntry.act == "cover.other_recorded")).first()
    assert "Port Mutual" in client.get(f"/members/{insured['member_id']}").text


@pytest.mark.parametrize(
    ("more", "field"),
    [({"member_id": "NOBODY"}, "member_id"), ({"payer": ""}, "payer"), ({"service_line": "cake"}, "service_line"),
     ({"valid_from": "soon"}, "valid_from"), ({"valid_until": "2025-01-01"}, "valid_until"),
     ({"valid_from": "2026-02-01"}, "valid_from"), ({"payer": "x" * 81}, "payer")],
)  # fmt: skip
def test_a_wrong_other_insurer_names_its_field(
    client: FlaskClient, insured: dict[str, str], more: dict[str, str], field: str
) -> None:
    client.post("/members/records/other-covers", data=insured)
    answer = client.post("/members/records/other-covers", data=insured | more)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert len(db.session.execute(select(OtherCover.id)).all()) == 1


def test_a_file_of_other_insurers_keeps_its_good_rows(client: FlaskClient, insured: dict[str, str]) -> None:
    text = "member_id,payer,service_line,valid_from,valid_until\n"
    for row in (
        "Port Mutual,health,2026-01-01,2026-03-31",
        "Port Mutual,health,2026-03-31,",
        "Port Mutual,,2026-01-01,",
    ):
        text += f"{insured['member_id']},{row}\n"
    sent = {"file": (io.BytesIO(text.encode()), "others.csv"), "mapping": "touiza-other-covers"}
    answer = client.post("/members/imports", data=sent)
    page = client.get(answer.location).text
    assert "2 ready, 1 need work" in page
    assert "covers some of these days already" in page
    assert client.post(answer.location).status_code == 303
    assert len(db.session.execute(select(OtherCover.id)).all()) == 2
