"""Who works where: written by the provider alone, sealed, read by the registrar with a mark, told before an end."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core import clock, plan
from core.audit import AuditEntry
from core.db import db, unit_of_work
from core.outbox import OutboxMessage
from core.roles import Role
from providers import queries
from providers.models import Employment, Professional
from providers.plan import PART
from providers.services import reminding
from tests.accounts import account_with, actor_with, sign_in
from tests.providers.builders import accredited, catalogue, today

POST = {"number": "N-77", "name": "Yasmina Zer", "facility_id": "1", "valid_from": "2026-01-01"}
TEXT = Path(__file__).resolve().parents[2] / "plan/providers.toml"


@pytest.fixture
def house(app: Flask) -> int:
    catalogue()
    key = accredited(1)
    with unit_of_work():
        last = today() + dt.timedelta(days=20)
        row = Professional(number="N-77", qualification="Nurse", valid_from=dt.date(2026, 1, 1), valid_until=last)
        db.session.add(row)
    return key


def sent(client: FlaskClient, text: str) -> str:
    upload = {"file": (io.BytesIO(text.encode()), "people.csv"), "mapping": "touiza-people"}
    answer = client.post("/workers/imports", data=upload, follow_redirects=True)
    client.post(answer.request.path)
    return answer.text


def test_a_provider_writes_who_works_there_and_reads_what_they_may_do(client: FlaskClient, house: int) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=house)
    assert client.post("/workers/records/people", data=POST).status_code == 303
    page = client.get("/workers/records/people").text
    for words in ("Yasmina Zer", "Nurse", "Valid", "House"):
        assert words in page, words
    row = db.session.execute(select(Employment)).scalar_one()
    assert b"Yasmina" not in row.name
    assert client.post("/workers/records/people", data=POST | {"valid_until": "2026-02-01"}).status_code == 303
    db.session.expire_all()
    assert [row.valid_until for row in queries.employments(house)] == [dt.date(2026, 2, 1)]


@pytest.mark.parametrize(
    ("more", "field"),
    [({"facility_id": "9"}, "facility_id"), ({"valid_until": "2025-12-31"}, "valid_until"), ({"name": "Y"}, "name"),
     ({"valid_from": "soon"}, "valid_from"), ({"number": ""}, "number"), ({"valid_from": "2026-03-01"}, "valid_from")],
)  # fmt: skip
def test_a_wrong_post_names_its_field_and_keeps_what_was_typed(
    client: FlaskClient, house: int, more: dict[str, str], field: str
) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=house)
    if more == {"valid_from": "2026-03-01"}:
        client.post("/workers/records/people", data=POST)
    answer = client.post("/workers/records/people", data=POST | more)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Yasmina Zer" in answer.text or field == "name"


def test_a_file_is_judged_row_by_row_and_is_of_the_sender_alone(client: FlaskClient, house: int) -> None:
    other = accredited(2)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=other)
    assert "2 ready, 1 need" in sent(
        client, "number,name,facility_id,valid_from\nA-1,Ada One,1,2026-01-01\nA-2,Bo Two,,2026-01-01\nA-3,C,7,x\n"
    )
    assert [row.number for row in queries.employments(other)] == ["A-1", "A-2"]
    assert queries.employments(house) == []
    assert client.get(f"/providers/{queries.provider_number(house)}/people").status_code == 403


def test_the_registrar_reads_them_and_leaves_a_mark_without_a_name(client: FlaskClient, house: int) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=house)
    client.post("/workers/records/people", data=POST)
    client.post("/logout")
    sign_in(client, Role.REGISTRAR)
    number = queries.provider_number(house)
    assert "Yasmina Zer" in client.get(f"/providers/{number}/people").text
    entries = db.session.execute(select(AuditEntry)).scalars().all()
    assert f"{number} people" in {row.subject for row in entries if row.stream == "access"}
    assert not any("Yasmina" in str((row.before, row.after, row.reason)) for row in entries)


def test_the_provider_is_told_before_a_qualification_ends_once_a_step_and_without_a_name(
    client: FlaskClient, house: int
) -> None:
    with unit_of_work():
        version = plan.prepare(PART, TEXT.read_text(), valid_from=dt.date(2020, 1, 1), by=actor_with(Role.PLAN_MANAGER))
        plan.approve(version, by=actor_with(Role.PLAN_MANAGER))
    account_with(Role.PROVIDER_MANAGER, organisation_id=house)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=house)
    client.post("/workers/records/people", data=POST)
    for ahead in (0, 0, 21):
        with clock.frozen(clock.now() + dt.timedelta(days=ahead)):
            reminding.remind()
    told = db.session.execute(select(OutboxMessage).where(OutboxMessage.purpose == "accreditation")).scalars().all()
    subjects = [row.arguments["subject"] for row in told]
    assert [subject.split(" on ")[0] for subject in subjects] == ["A qualification ends", "A qualification ended"]
    assert not any("Yasmina" in str(row.arguments) for row in told)
