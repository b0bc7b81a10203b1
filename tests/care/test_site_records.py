"""Rosters, opening hours and days closed come in by form and by file, and say what they do to the records."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from care import services
from care.models import Attendance, RecordFinding, RosterShift
from care.records import AttendanceRow
from core.actors import SYSTEM
from core.audit import AuditEntry
from core.db import db, unit_of_work
from core.roles import Role
from providers.models import OpeningHours, SiteClosure
from tests.accounts import sign_in
from tests.care.builders import a_placement, a_provider, site_of
from tests.claims.care_fund import care_fund
from tests.members.builders import a_member

MONDAY = dt.date(2026, 3, 2)
SHIFT = {"facility_id": "1", "worker_id": "E1", "day": "2026-03-02", "starts": "8:00", "ends": "16:00"}
WEEK = {"facility_id": "1", "valid_from": "1/1/2026", "monday": "07:00-12:00, 13:00-18:00", "friday": "7:00-14:00"}


@pytest.fixture
def nursery(client: FlaskClient):
    care_fund()
    organisation = a_provider(places=20)
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=organisation.id)
    return organisation


def send(client: FlaskClient, text: str, layout: str, keep: bool = True):
    sent = {"file": (io.BytesIO(text.encode()), "rows.csv"), "mapping": layout}
    answer = client.post("/care/imports", data=sent)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    if keep:
        assert client.post(answer.location).status_code == 303
    return page


def shifts() -> list[tuple[str, dt.date, int, int]]:
    query = select(RosterShift).order_by(RosterShift.day, RosterShift.worker, RosterShift.starts_minute)
    return [(r.worker, r.day, r.starts_minute, r.ends_minute) for r in db.session.execute(query).scalars()]


def test_the_desk_sees_what_it_can_write_and_what_stands(client: FlaskClient, nursery) -> None:
    page = client.get("/care/records").text
    assert all(title in page for title in ("Who is on duty", "Opening hours", "Days closed"))
    for kind in ("roster", "opening-hours", "closures"):
        page = client.get(f"/care/records/{kind}")
        assert page.status_code == 200
        assert "Nothing yet." in page.text
        assert f'value="{1}"' in page.text
    assert client.get("/care/records/attendance").status_code == 404
    assert client.get("/care/records/nothing").status_code == 404


def test_a_shift_is_added_beside_the_others_and_taken_out_again(client: FlaskClient, nursery) -> None:
    for more in ({}, {"worker_id": "E2"}, {"worker_id": "E2", "starts": "9:00"}):
        assert client.post("/care/records/roster", data=SHIFT | more).status_code == 303
    assert shifts() == [("E1", MONDAY, 480, 960), ("E2", MONDAY, 540, 960)], "one worker’s day is replaced"
    assert "E2" in client.get("/care/records/roster").text
    assert client.post("/care/records/roster", data=SHIFT | {"starts": "", "ends": ""}).status_code == 303
    assert [row[0] for row in shifts()] == ["E2"]
    told = db.session.execute(select(AuditEntry).where(AuditEntry.subject == "roster, form")).scalars().all()
    assert len(told) == 4


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("facility_id", "9", "no site with this number"), ("worker_id", "", "must be filled in"),
     ("day", "31/2/2026", "no such day"), ("starts", "", "Write the start and the end"),
     ("ends", "7:00", "ends before it begins"), ("ends", "late", "not a time of day")],
)  # fmt: skip
def test_a_wrong_shift_names_the_field_and_keeps_what_was_typed(
    client: FlaskClient, nursery, field: str, value: str, said: str
) -> None:
    answer = client.post("/care/records/roster", data=SHIFT | {field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert said in answer.text
    assert 'value="16:00"' in answer.text or field == "ends"
    assert shifts() == []


def test_a_roster_file_replaces_the_days_it_names_and_gives_the_wrong_rows_back(client: FlaskClient, nursery) -> None:
    client.post("/care/records/roster", data=SHIFT | {"worker_id": "E9"})
    client.post("/care/records/roster", data=SHIFT | {"worker_id": "E9", "day": "2026-03-04"})
    text = "facility_id,worker_id,day,starts,ends\n1,E1,2026-03-02,08:00,16:00\n1,E2,2026-03-02,10:00,18:00\n"
    text += "1,E1,2026-03-02,15:00,17:00\n7,E3,2026-03-03,08:00,16:00\n1,,2026-03-03,08:00,16:00\n"
    page = send(client, text, "touiza-roster")
    assert "2 ready, 3 need work" in page
    assert "This worker is on duty at that time already." in page
    assert "This provider has no site with this number." in page
    assert "This cell is blank." in page
    assert [row[:2] for row in shifts()] == [("E1", MONDAY), ("E2", MONDAY), ("E9", dt.date(2026, 3, 4))]


def test_nobody_writes_for_another_provider(client: FlaskClient, nursery) -> None:
    other = a_provider()
    text = f"provider_id,facility_id,worker_id,day,starts,ends\n{other.number},1,E1,2026-03-02,08:00,16:00\n"
    assert "This is not your number." in send(client, text, "touiza-roster", keep=False)
    client.post("/care/records/roster", data=SHIFT | {"provider_id": other.number})
    assert {row.site_id for row in db.session.execute(select(RosterShift)).scalars()} <= {site_of(nursery).id}


@pytest.mark.parametrize("role", [Role.CARE_ASSESSOR, Role.CARE_WORKER])
def test_only_the_desk_of_a_provider_runs_its_sites(client: FlaskClient, role: Role) -> None:
    organisation = a_provider()
    sign_in(client, role, organisation_id=organisation.id if role is Role.CARE_WORKER else None)
    assert client.get("/care/records/roster").status_code == 403
    assert client.post("/care/records/roster", data=SHIFT).status_code == 403
    sent = {"file": (io.BytesIO(b"a\n1\n"), "a.csv"), "mapping": "touiza-roster"}
    assert client.post("/care/imports", data=sent).status_code == 403


def test_a_week_of_hours_holds_from_its_first_day_until_the_next(client: FlaskClient, nursery) -> None:
    assert client.post("/care/records/opening-hours", data=WEEK).status_code == 303
    text = "facility_id,valid_from,monday,sunday\n1,2026-06-01,08:00-12:00,\n1,2026-07-01,9-12,\n1,2026-08-01,,\n"
    page = send(client, text, "touiza-opening-hours")
    assert "1 ready, 2 need work" in page
    assert "Write hours like 07:00-18:00" in page
    assert "Write the hours of one day at least" in page
    rows = db.session.execute(select(OpeningHours).order_by(OpeningHours.valid_from, OpeningHours.opens_minute))
    found = [(r.valid_from.month, r.weekday, r.opens_minute, r.closes_minute, r.valid_until) for r in rows.scalars()]
    ended = dt.date(2026, 5, 31)
    assert found == [(1, 0, 420, 720, ended), (1, 4, 420, 840, ended), (1, 0, 780, 1080, ended), (6, 0, 480, 720, None)]
    crossed = client.post("/care/records/opening-hours", data=WEEK | {"monday": "07:00-12:00, 11:00-18:00"})
    assert crossed.status_code == 422
    assert 'href="#monday"' in crossed.text


def test_a_closed_day_counts_at_once_for_the_records_of_that_day(client: FlaskClient, nursery) -> None:
    child = a_member(born_on=dt.date(2024, 1, 1))
    a_placement(child, nursery)
    row = AttendanceRow(member=child.public_id, site="1", provider=nursery.number, day=MONDAY, arrived_minute=510,
                        left_minute=600)  # fmt: skip
    with unit_of_work():
        services.import_attendance([row], source="sheet", by=SYSTEM)
        services.close_records(MONDAY, MONDAY, by=SYSTEM)
    form = {"facility_id": "1", "first_on": "2026-03-02", "reason": "Feast", "is_closed": "yes"}
    assert client.post("/care/records/closures", data=form).status_code == 303
    assert db.session.execute(select(Attendance.uncounted)).scalars().all() == ["closed_day"]
    assert "Feast" in client.get("/care/records/closures").text
    assert client.post("/care/records/closures", data=form | {"is_closed": "no"}).status_code == 303
    assert db.session.execute(select(SiteClosure)).first() is None
    assert db.session.execute(select(RecordFinding.check)).scalars().all() == []


@pytest.mark.parametrize(
    ("more", "field"),
    [({"reason": ""}, "reason"), ({"last_on": "2026-03-01"}, "last_on"), ({"last_on": "2028-03-01"}, "last_on"),
     ({"is_closed": "perhaps"}, "is_closed"), ({"first_on": ""}, "first_on")],
)  # fmt: skip
def test_wrong_closures_are_refused_in_words(client: FlaskClient, nursery, more: dict[str, str], field: str) -> None:
    form = {"facility_id": "1", "first_on": "2026-03-02", "reason": "Feast", "is_closed": "yes"}
    answer = client.post("/care/records/closures", data=form | more)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert db.session.execute(select(SiteClosure)).first() is None
