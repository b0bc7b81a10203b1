"""Nights in a place, stays, certificates, quotes and works accepted: by form and by file, each by who may say so."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from care.models import Certificate, Occupancy, Quote, RecordFinding, Stay
from core.audit import AuditEntry
from core.db import db
from core.events import Event
from core.organisations import Organisation
from core.roles import Role
from members.models import Member
from tests.accounts import sign_in
from tests.care.builders import a_provider
from tests.claims.care_fund import care_fund
from tests.members.builders import a_member


@pytest.fixture
def home(client: FlaskClient) -> Organisation:
    care_fund()
    return a_provider()


@pytest.fixture
def member(home: Organisation) -> Member:
    return a_member(born_on=dt.date(1940, 1, 1))


def as_desk(client: FlaskClient, organisation: Organisation) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=organisation.id)


def refused(client: FlaskClient, kind: str, form: dict[str, str], field: str, said: str = "") -> None:
    answer = client.post(f"/care/records/{kind}", data=form)
    assert answer.status_code == 422, field
    assert f'href="#{field}"' in answer.text
    assert said in answer.text


def test_who_holds_a_place_is_written_and_ended(client: FlaskClient, home: Organisation, member: Member) -> None:
    as_desk(client, home)
    form = {"place": "R-1", "kind": "residential", "member_id": member.public_id, "moved_in_on": "2026-03-01"}
    assert client.post("/care/records/occupancies", data=form).status_code == 303
    assert client.post("/care/records/occupancies", data=form | {"moved_out_on": "2026-04-01"}).status_code == 303
    row = db.session.execute(select(Occupancy)).scalar_one()
    assert (row.place, row.moved_out_on, row.source) == ("R-1", dt.date(2026, 4, 1), "occupancies, form")
    assert "R-1" in client.get("/care/records/occupancies").text
    refused(client, "occupancies", form | {"moved_out_on": "2026-02-01"}, "moved_out_on", "after the day of moving in")
    refused(client, "occupancies", form | {"moved_in_on": "2099-01-01"}, "moved_in_on", "still to come")
    refused(client, "occupancies", form | {"member_id": "NOBODY"}, "member_id", "no member with this number")
    refused(client, "occupancies", form | {"kind": "a room"}, "kind", "as the plan has it")
    refused(client, "occupancies", form | {"place": ""}, "place", "must be filled in")


def test_a_file_of_places_finds_the_night_held_twice(client: FlaskClient, home: Organisation, member: Member) -> None:
    other = a_member("Basma Zarrouk", born_on=dt.date(1941, 1, 1))
    as_desk(client, home)
    text = "place,kind,member_id,moved_in_on,moved_out_on\n"
    text += f"R-1,residential,{member.public_id},2026-03-01,2026-04-02\nR-1,residential,{other.public_id},2026-04-01,\n"
    text += f"R-2,residential,{other.public_id},1930-04-01,\n,residential,{other.public_id},2026-04-01,\n"
    sent = {"file": (io.BytesIO(text.encode()), "beds.csv"), "mapping": "touiza-occupancies"}
    answer = client.post("/care/imports", data=sent)
    assert "2 ready, 2 need work" in client.get(answer.location).text
    assert client.post(answer.location).status_code == 303
    found = db.session.execute(select(RecordFinding.check, RecordFinding.on)).all()
    assert {tuple(row) for row in found} == {("place_taken", dt.date(2026, 4, 1))}


def test_a_quote_comes_from_the_provider_and_its_acceptance_from_the_fund(
    client: FlaskClient, home: Organisation, member: Member
) -> None:
    as_desk(client, home)
    quote = {"number": "Q-1", "member_id": member.public_id, "service": "LC-110", "amount": "900.000",
             "quoted_on": "2026-03-01"}  # fmt: skip
    works = {"provider_id": home.number, "number": "Q-1", "accepted_amount": "800.000", "accepted_on": "2026-04-01"}
    assert client.post("/care/records/accepted-works", data=works).status_code == 403
    refused(client, "quotes", quote | {"amount": "0"}, "amount", "above zero")
    refused(client, "quotes", quote | {"amount": "a lot"}, "amount")
    refused(client, "quotes", quote | {"service": "XX-1"}, "service", "not in the catalogue")
    assert client.post("/care/records/quotes", data=quote).status_code == 303
    assert client.post("/care/records/quotes", data=quote | {"amount": "850.000"}).status_code == 303
    sign_in(client, Role.CARE_ASSESSOR)
    assert client.post("/care/records/quotes", data=quote).status_code == 403
    refused(client, "accepted-works", works | {"accepted_amount": "850.001"}, "accepted_amount", "at most the 850.000")
    refused(client, "accepted-works", works | {"accepted_on": "2026-02-01"}, "accepted_on", "after this day")
    refused(client, "accepted-works", works | {"number": "Q-9"}, "number", "sent no quote")
    refused(client, "accepted-works", works | {"provider_id": ""}, "provider_id")
    assert client.post("/care/records/accepted-works", data=works).status_code == 303
    row = db.session.execute(select(Quote)).scalar_one()
    assert (row.amount, row.accepted_amount, row.accepted_on) == (850_000, 800_000, dt.date(2026, 4, 1))
    told = db.session.execute(select(AuditEntry).where(AuditEntry.act == "care.works_accepted")).scalar_one()
    assert (told.subject, told.after["amount"]) == ("Q-1", 800_000)
    assert db.session.execute(select(Event.data).order_by(Event.id.desc()).limit(1)).scalar()["member_ids"] == [
        member.id
    ]
    as_desk(client, home)
    refused(client, "quotes", quote, "number", "can no longer be changed")


def test_files_of_quotes_and_acceptances_keep_their_good_rows(
    client: FlaskClient, home: Organisation, member: Member
) -> None:
    as_desk(client, home)
    text = "number,member_id,service,amount,quoted_on\n"
    text += f"Q-1,{member.public_id},LC-110,900.000,2026-03-01\nQ-2,{member.public_id},LC-110,-1,2026-03-01\n"
    answer = client.post(
        "/care/imports", data={"file": (io.BytesIO(text.encode()), "q.csv"), "mapping": "touiza-quotes"}
    )
    assert "1 ready, 1 need work" in client.get(answer.location).text
    client.post(answer.location)
    sign_in(client, Role.CARE_ASSESSOR)
    text = "provider_id,number,accepted_amount,accepted_on\n"
    text += f"{home.number},Q-1,900.000,2026-04-01\n{home.number},Q-2,1.000,2026-04-01\n"
    sent = {"file": (io.BytesIO(text.encode()), "w.csv"), "mapping": "touiza-accepted-works"}
    answer = client.post("/care/imports", data=sent)
    page = client.get(answer.location).text
    assert "1 ready, 1 need work" in page
    assert "sent no quote with this number" in page
    client.post(answer.location)
    assert db.session.execute(select(Quote.number, Quote.accepted_amount)).all() == [("Q-1", 900_000)]


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.CARE_ASSESSOR])
def test_the_fund_certifies_places_and_writes_stays(
    client: FlaskClient, home: Organisation, member: Member, role: Role
) -> None:
    sign_in(client, role)
    page = client.get("/care/records").text
    assert "Certificate of a place" in page
    assert "Who is on duty" not in page
    form = {"provider_id": home.number, "place": "R-1", "kind": "inspection", "number": "I-7",
            "valid_from": "2026-01-01", "valid_until": "2026-12-31"}  # fmt: skip
    assert client.post("/care/records/certificates", data=form).status_code == 303
    assert db.session.execute(select(Certificate.organisation_id)).scalar_one() == home.id
    refused(client, "certificates", form | {"valid_until": "2025-12-31"}, "valid_until", "before the first")
    refused(client, "certificates", form | {"provider_id": "O-0"}, "provider_id", "no such provider")
    stay = {"member_number": member.public_id, "stay_number": "S-1", "admitted_on": "2026-03-01"}
    assert client.post("/care/records/stays", data=stay).status_code == 303
    assert client.post("/care/records/stays", data=stay | {"discharged_on": "2026-03-09"}).status_code == 303
    assert db.session.execute(select(Stay.discharged_on)).scalars().all() == [dt.date(2026, 3, 9)]
    told = {"diagnosis": "I50.9", "discharge_group": "291", "admission": "unplanned", "discharged_to": "home"}
    assert client.post("/care/records/stays", data=stay | told).status_code == 303
    kept = select(Stay.diagnosis, Stay.discharge_group, Stay.admission, Stay.discharged_to)
    assert db.session.execute(kept).all() == [("I50.9", "291", "unplanned", "home")]
    refused(client, "stays", stay | {"admission": "by car"}, "admission", "Write one of")
    refused(client, "stays", stay | {"diagnosis": "I" * 13}, "diagnosis", "at most 12 characters")
    refused(client, "stays", stay | {"discharged_on": "2026-02-09"}, "discharged_on", "before the admission")
    refused(client, "stays", stay | {"member_number": "NOBODY"}, "member_number")
    assert all(client.get(f"/care/records/{kind}").status_code == 200 for kind in ("certificates", "stays"))


@pytest.mark.parametrize("kind", ["certificates", "stays", "accepted-works"])
def test_a_provider_does_not_certify_itself(client: FlaskClient, home: Organisation, kind: str) -> None:
    as_desk(client, home)
    assert client.get(f"/care/records/{kind}").status_code == 403
    assert client.post(f"/care/records/{kind}", data={}).status_code == 403
    sent = {"file": (io.BytesIO(b"a\n1\n"), "a.csv"), "mapping": f"touiza-{kind}"}
    assert client.post("/care/imports", data=sent).status_code == 403
