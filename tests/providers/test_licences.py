"""Licences of sites and professionals come in by form and by file; what they change is looked at again."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from care import listening
from care import services as care
from care.models import Attendance
from care.records import AttendanceRow
from core.actors import SYSTEM
from core.audit import AuditEntry
from core.db import db, unit_of_work
from core.events import Event
from core.roles import Role
from providers.models import Professional, Site, SiteCapacity
from tests.accounts import sign_in
from tests.care.builders import a_placement, a_provider
from tests.claims.care_fund import care_fund
from tests.members.builders import a_member

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def licence(client: FlaskClient) -> dict[str, str]:
    organisation = a_provider(places=2)
    sign_in(client, Role.REGISTRAR)
    return {"provider_id": organisation.number, "facility_id": "1", "service_line": "childcare", "places": "12",
            "valid_from": "2026-03-01", "setting": "", "reason": "Licence 7/2026"}  # fmt: skip


def places() -> list[tuple[int, dt.date, dt.date | None]]:
    rows = db.session.execute(select(SiteCapacity).order_by(SiteCapacity.valid_from)).scalars()
    return [(row.licensed_places, row.valid_from, row.valid_until) for row in rows]


def test_a_licence_ends_the_one_before_the_day_before(client: FlaskClient, licence: dict[str, str]) -> None:
    assert client.get("/providers/records/licences").status_code == 200
    assert client.post("/providers/records/licences", data=licence | {"setting": "outpatient"}).status_code == 303
    assert places() == [(2, dt.date(2026, 1, 1), dt.date(2026, 2, 28)), (12, dt.date(2026, 3, 1), None)]
    assert db.session.execute(select(Site.facility)).scalar_one() == "outpatient"
    told = db.session.execute(select(AuditEntry).where(AuditEntry.act == "provider.site_licensed")).scalar_one()
    assert told.before["places"] == 2
    assert "Out-patient only" in client.get("/providers/records/licences").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("provider_id", "O-0", "no such provider"), ("facility_id", "4", "no site with this number"),
     ("service_line", "cake", "Write one of"), ("places", "-1", "from 0 to 5000"), ("places", "many", "whole number"),
     ("valid_from", "soon", "not a date"), ("setting", "outside", "outpatient, inpatient or both"),
     ("reason", "", "must be filled in")],
)  # fmt: skip
def test_a_wrong_licence_names_its_field(
    client: FlaskClient, licence: dict[str, str], field: str, value: str, said: str
) -> None:
    answer = client.post("/providers/records/licences", data=licence | {field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert said in answer.text
    assert places() == [(2, dt.date(2026, 1, 1), None)]


def test_a_file_of_licences_takes_the_good_rows(client: FlaskClient, licence: dict[str, str]) -> None:
    text = ",".join(licence) + "\n"
    for more in ({}, {"facility_id": "3"}, {"places": "x"}, {}):
        text += ",".join((licence | more).values()) + "\n"
    sent = {"file": (io.BytesIO(text.encode()), "licences.csv"), "mapping": "touiza-licences"}
    answer = client.post("/providers/imports", data=sent)
    page = client.get(answer.location).text
    assert "1 ready, 3 need work" in page
    assert "further up in the file" in page
    assert client.post(answer.location).status_code == 303
    assert [row[0] for row in places()] == [2, 12]


def test_fewer_places_said_late_are_compared_with_the_days_since(client: FlaskClient) -> None:
    care_fund()
    organisation = a_provider(places=2)
    people = [a_member(f"Child Number{n}", born_on=dt.date(2024, 1, 1)) for n in range(2)]
    for child in people:
        a_placement(child, organisation)
    rows = [AttendanceRow(member=m.public_id, site="1", provider=organisation.number, day=MONDAY, arrived_minute=510,
                          left_minute=600) for m in people]  # fmt: skip
    with unit_of_work():
        care.import_attendance(rows, source="sheet", by=SYSTEM)
        care.close_records(MONDAY, MONDAY, by=SYSTEM)
    sign_in(client, Role.REGISTRAR)
    form = {"provider_id": organisation.number, "facility_id": "1", "service_line": "childcare", "places": "1",
            "valid_from": "2026-03-01", "reason": "Licence 8"}  # fmt: skip
    assert client.post("/providers/records/licences", data=form).status_code == 303
    with unit_of_work():
        assert listening.hear() == 1
        assert listening.hear() == 0
    assert set(db.session.execute(select(Attendance.licensed_places)).scalars()) == {1}
    assert db.session.execute(select(Event.kind).order_by(Event.id.desc()).limit(1)).scalar() == "care.records_changed"


PERSON = {"number": "DR-7", "qualification": "Nurse", "valid_from": "2026-01-01", "source": "Chamber of nurses"}


def test_a_professional_is_written_down_and_their_claims_are_looked_at(client: FlaskClient) -> None:
    sign_in(client, Role.REGISTRAR)
    assert client.post("/providers/records/professionals", data=PERSON).status_code == 303
    assert (
        client.post("/providers/records/professionals", data=PERSON | {"valid_until": "2026-06-30"}).status_code == 303
    )
    row = db.session.execute(select(Professional)).scalar_one()
    assert (row.number, row.qualification, row.valid_until) == ("DR-7", "Nurse", dt.date(2026, 6, 30))
    told = db.session.execute(select(Event).where(Event.kind == "provider.professionals_changed")).scalars().all()
    assert [event.data for event in told] == [{"practitioners": ["DR-7"]}] * 2
    assert "Chamber of nurses" in client.get("/providers/records/professionals").text


@pytest.mark.parametrize(
    ("more", "field"),
    [({"number": ""}, "number"), ({"valid_from": ""}, "valid_from"), ({"valid_until": "2025-01-01"}, "valid_until"),
     ({"valid_from": "2026-02-01"}, "valid_from"), ({"source": ""}, "source"),
     ({"qualification": ""}, "qualification")],
)  # fmt: skip
def test_a_wrong_spell_names_its_field(client: FlaskClient, more: dict[str, str], field: str) -> None:
    sign_in(client, Role.REGISTRAR)
    client.post("/providers/records/professionals", data=PERSON)
    answer = client.post("/providers/records/professionals", data=PERSON | more)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert len(db.session.execute(select(Professional)).scalars().all()) == 1


def test_a_file_of_professionals_takes_the_good_rows(client: FlaskClient) -> None:
    sign_in(client, Role.REGISTRAR)
    text = "number,qualification,valid_from,valid_until,source\nDR-1,Nurse,2026-01-01,2026-06-30,Chamber\n"
    text += "DR-1,Nurse,2026-06-30,,Chamber\nDR-1,Nurse,2026-07-01,,Chamber\nDR-2,,2026-01-01,,Chamber\n"
    sent = {"file": (io.BytesIO(text.encode()), "people.csv"), "mapping": "touiza-professionals"}
    answer = client.post("/providers/imports", data=sent)
    page = client.get(answer.location).text
    assert "2 ready, 2 need work" in page
    assert "covers some of these days already" in page
    client.post(answer.location)
    assert len(db.session.execute(select(Professional)).scalars().all()) == 2


@pytest.mark.parametrize("role", [Role.PROVIDER_MANAGER, Role.CLAIMS_OFFICER, Role.CARE_ASSESSOR])
def test_only_the_registrar_writes_licences(client: FlaskClient, role: Role) -> None:
    sign_in(client, role, organisation_id=a_provider().id if role is Role.PROVIDER_MANAGER else None)
    assert client.get("/providers/records/licences").status_code == 403
    assert client.post("/providers/records/professionals", data=PERSON).status_code == 403
    assert client.get("/providers/imports").status_code == 403
