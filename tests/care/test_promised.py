"""Visits cancelled and requests come in by tap, form and file; nobody writes for others or for closed months."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from care import queries, services
from care.models import CareRequest, ForceMajeure, RecordCorrection, RosterShift, VisitCancellation
from care.records import VisitRow
from core import clock
from core.actors import SYSTEM
from core.audit import AuditEntry
from core.db import db, unit_of_work
from core.roles import Role
from providers.models import SiteClosure, SiteRoom
from tests.accounts import sign_in
from tests.care.builders import HOME_CARE, a_placement, a_provider, site_of
from tests.claims.care_fund import care_fund
from tests.members.builders import a_member

NOW = dt.datetime(2026, 3, 4, 9, tzinfo=dt.UTC)  # a Wednesday
THURSDAY = "2026-03-05"


@pytest.fixture(autouse=True)
def _on_wednesday():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def home(client: FlaskClient):
    """A clerk whose cooperative visits one member on Mondays and Thursdays at 08:30."""
    care_fund()
    organisation = a_provider()
    placement = a_placement(a_member(), organisation, at_home=True)
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=organisation.id)
    return placement


def of(placement, **more: str) -> dict[str, str]:
    row = {"member_id": placement.member.public_id, "code": HOME_CARE, "due_on": THURSDAY, "due_time": "8:30",
           "reason": "away"}  # fmt: skip
    return row | more


def stored() -> list[VisitCancellation]:
    db.session.expire_all()
    return list(db.session.execute(select(VisitCancellation).order_by(VisitCancellation.id)).scalars())


def replaced() -> list[RecordCorrection]:
    query = select(RecordCorrection).where(RecordCorrection.record_kind == "cancellation")
    return list(db.session.execute(query).scalars())


def test_two_taps_cancel_a_visit_and_two_more_bring_it_back(client: FlaskClient, home) -> None:
    page = client.get(f"/care/due?on={THURSDAY}").text
    first_tap = f"/care/placements/{home.number}/cancel?due={THURSDAY}T08:30"
    assert first_tap in page
    assert 'value="away"' in client.get(first_tap).text
    sent = {"due": f"{THURSDAY}T08:30", "reason": "away"}
    assert client.post(f"/care/placements/{home.number}/cancel", data=sent).status_code == 303
    (row,) = stored()
    assert (row.cancelled_by, row.told_at, row.is_withdrawn) == ("member", NOW, False)
    assert "The member is away" in client.get(f"/care/due?on={THURSDAY}").text
    again = client.get(first_tap).text
    assert "It takes place after all" in again
    with clock.frozen(NOW + dt.timedelta(hours=1)):
        back = client.post(f"/care/placements/{home.number}/cancel", data=sent | {"withdrawn": "yes"})
    assert back.status_code == 303
    (row,) = stored()
    assert (row.is_withdrawn, row.told_at) == (True, NOW), "the hour first told stays"
    (kept,) = replaced()
    assert (kept.record_kind, kept.before["is_withdrawn"]) == ("cancellation", False)
    told = select(AuditEntry).where(AuditEntry.act == "care.visits_cancelled")
    assert len(db.session.execute(told).scalars().all()) == 2


def test_a_second_tap_changes_nothing(client: FlaskClient, home) -> None:
    for minutes in (0, 5):
        with clock.frozen(NOW + dt.timedelta(minutes=minutes)):
            client.post("/care/records/cancellations", data=of(home))
    (row,) = stored()
    assert row.recorded_at == NOW
    assert replaced() == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("reason", "rain", "Write one of"), ("reason", "fund_decision", "Only the fund gives this reason"),
     ("due_time", "9:30", "No visit of this service is due"), ("due_on", "2026-03-06", "No visit of this service"),
     ("member_id", "NOBODY", "We know no member"), ("told_on", "2026-03-03", "Write the day and the hour"),
     ("due_on", "2026-01-29", "month has closed"), ("code", "CC-100", "No visit of this service is due")],
)  # fmt: skip
def test_a_wrong_cancellation_names_its_field_and_keeps_what_was_typed(client, home, field, value, said) -> None:
    answer = client.post("/care/records/cancellations", data=of(home, **{field: value}))
    assert answer.status_code == 422
    assert said in answer.text
    assert (value if field == "code" else HOME_CARE) in answer.text
    assert stored() == []


def test_a_moment_still_to_come_was_not_told_yet(client: FlaskClient, home) -> None:
    later = of(home, told_on="2026-03-04", told_time="23:59")
    assert "still to come" in client.post("/care/records/cancellations", data=later).text
    assert stored() == []


def test_a_visit_that_was_made_is_not_cancelled(client: FlaskClient, home) -> None:
    made = VisitRow(
        number="V1", member=home.member.public_id, service=HOME_CARE, day=dt.date(2026, 3, 2), worker="W1", place="x",
        starts_minute=515, ends_minute=600,
    )  # fmt: skip
    with unit_of_work():
        services.import_visits([made], source="test", by=SYSTEM, organisation_id=home.organisation_id)
    answer = client.post("/care/records/cancellations", data=of(home, due_on="2026-03-02"))
    assert answer.status_code == 422
    assert "This visit was made" in answer.text
    page = client.get("/care/due?on=2026-03-02").text
    assert "made" in page
    assert "T08:30" not in page, "no link to call it off"


def test_good_rows_of_a_file_go_in_and_a_strangers_member_does_not(client: FlaskClient, home) -> None:
    other = a_placement(a_member(), a_provider(), at_home=True)
    head = "provider_id,member_id,code,due_on,due_time,reason,told_on,told_time,withdrawn,correction"
    rows = [
        f",{home.member.public_id},{HOME_CARE},{THURSDAY},08:30,no_worker,2026-03-03,10:00,,",
        f",{home.member.public_id},{HOME_CARE},{THURSDAY},08:30,away,,,,",
        f",{other.member.public_id},{HOME_CARE},{THURSDAY},08:30,away,,,,",
        f"{other.organisation.number},{other.member.public_id},{HOME_CARE},{THURSDAY},08:30,away,,,,",
    ]
    file = {"file": (io.BytesIO("\n".join([head, *rows]).encode()), "off.csv"), "mapping": "touiza-cancellations"}
    answer = client.post("/care/imports", data=file)
    page = client.get(answer.location).text
    assert all(said in page for said in ("stands further up", "No visit of this service", "not your number"))
    assert client.post(answer.location).status_code == 303
    (row,) = stored()
    assert (row.placement_id, row.cancelled_by) == (home.id, "provider")
    assert row.told_at == dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC)


def test_a_closed_month_is_corrected_by_the_fund_alone_and_with_a_reason(client: FlaskClient, home) -> None:
    sign_in(client, Role.CARE_ASSESSOR)
    row = of(home, due_on="2026-01-29", provider_id=home.organisation.number)
    silent = client.post("/care/records/cancellations", data=row)
    assert silent.status_code == 422
    assert "say why you correct it" in silent.text
    assert client.post("/care/records/cancellations", data=row | {"correction": "letter of 30 Jan"}).status_code == 303
    assert len(stored()) == 1
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.act == "care.record_corrected")).scalar_one()
    assert entry.reason == "letter of 30 Jan"


def test_a_month_closes_on_the_tenth_day_of_the_next(client: FlaskClient, home) -> None:
    row = of(home, due_on="2026-02-26")
    with clock.frozen(dt.datetime(2026, 3, 11, 9, tzinfo=dt.UTC)):
        assert client.post("/care/records/cancellations", data=row).status_code == 422
    with clock.frozen(dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)):
        assert client.post("/care/records/cancellations", data=row).status_code == 303


def test_a_stranger_finds_no_placement_and_an_officer_may_not_cancel(client: FlaskClient, home) -> None:
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=a_provider().id)
    url = f"/care/placements/{home.number}/cancel"
    assert client.get(url).status_code == 404
    assert client.post(url, data={"due": f"{THURSDAY}T08:30", "reason": "away"}).status_code == 404
    sign_in(client, Role.AUDITOR)
    assert client.get(url).status_code == 403
    assert stored() == []


REQUEST = {"number": "R-1", "code": HOME_CARE, "urgency": "urgent", "origin": "member", "received_on": "2026-03-02"}


def test_a_request_gets_its_first_contact_and_keeps_its_day(client: FlaskClient, home) -> None:
    row = REQUEST | {"member_id": home.member.public_id}
    assert client.post("/care/records/requests", data=row).status_code == 303
    moved = client.post("/care/records/requests", data=row | {"received_on": "2026-03-04"})
    assert moved.status_code == 422
    assert "stands otherwise on record" in moved.text
    answered = row | {"first_contact_on": "2026-03-04"}
    assert client.post("/care/records/requests", data=answered).status_code == 303
    earlier = client.post("/care/records/requests", data=row | {"first_contact_on": "2026-03-03"})
    assert earlier.status_code == 422, "an answer once written is changed by the fund alone"
    request = db.session.execute(select(CareRequest)).scalar_one()
    assert (request.urgency, request.first_contact_on) == ("urgent", dt.date(2026, 3, 4))
    sign_in(client, Role.CARE_ASSESSOR)
    by_fund = answered | {"received_on": "2026-03-01", "provider_id": home.organisation.number}
    assert client.post("/care/records/requests", data=by_fund).status_code == 303
    assert db.session.execute(select(RecordCorrection).order_by(RecordCorrection.id.desc())).scalars().first().before[
        "received_on"
    ] == "2026-03-02"  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("urgency", "soon", "urgent, routine"), ("origin", "radio", "member, referral, fund"),
     ("received_on", "2026-03-05", "still to come"), ("first_contact_on", "2026-03-01", "before the request"),
     ("withdrawn_on", "2026-03-20", "still to come"), ("code", "ZZ-1", "Write one of")],
)  # fmt: skip
def test_a_wrong_request_names_its_field(client: FlaskClient, home, field, value, said) -> None:
    row = REQUEST | {"member_id": home.member.public_id, field: value}
    answer = client.post("/care/records/requests", data=row)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{field}"' in answer.text


def test_force_majeure_is_the_funds_word_from_a_document(client: FlaskClient, home) -> None:
    days = {"provider_id": home.organisation.number, "facility_id": "1", "first_on": "2026-03-02", "reason": "Flood"}
    assert client.post("/care/records/force-majeure", data=days).status_code == 403
    sign_in(client, Role.INSPECTOR)
    assert "which document shows it" in client.post("/care/records/force-majeure", data=days).text
    days |= {"document": "Order 12/2026", "last_on": "2026-03-03"}
    assert client.post("/care/records/force-majeure", data=days).status_code == 303
    assert "Order 12/2026" in client.get("/care/records/force-majeure").text
    assert len(db.session.execute(select(ForceMajeure)).scalars().all()) == 2
    assert client.post("/care/records/force-majeure", data=days | {"holds": "no"}).status_code == 303
    assert db.session.execute(select(ForceMajeure)).first() is None


def test_rosters_are_planned_and_worked_by_room(client: FlaskClient, home) -> None:
    site = site_of(home.organisation)
    with unit_of_work():
        db.session.add(SiteRoom(site_id=site.id, name="Ladybirds", places=10))
    shift = {"facility_id": "1", "worker_id": "E1", "day": "2026-03-03", "starts": "8:00", "ends": "16:00"}
    worked = shift | {"room": "Ladybirds", "kind": "worked"}
    assert client.post("/care/records/roster", data=worked).status_code == 303
    assert client.post("/care/records/roster", data=shift | {"kind": "planned", "ends": "15:00"}).status_code == 303
    rows = db.session.execute(select(RosterShift).order_by(RosterShift.kind)).scalars().all()
    assert [(row.kind, row.room, row.ends_minute) for row in rows] == [
        ("planned", "", 900),
        ("worked", "Ladybirds", 960),
    ]
    wrong = [({"room": "Attic"}, "It has: Ladybirds"), ({"kind": "dreamt"}, "planned or worked")]
    for more, said in [*wrong, ({"day": THURSDAY}, "write the shift as planned")]:
        answer = client.post("/care/records/roster", data=worked | more)
        assert answer.status_code == 422
        assert said in answer.text
    future = shift | {"kind": "planned", "day": THURSDAY}
    assert client.post("/care/records/roster", data=future).status_code == 303


def test_a_closure_keeps_the_day_on_which_it_was_first_said(client: FlaskClient, home) -> None:
    closed = {"facility_id": "1", "first_on": "2026-03-20", "reason": "Holiday"}
    client.post("/care/records/closures", data=closed)
    with clock.frozen(NOW + dt.timedelta(days=9)):
        client.post("/care/records/closures", data=closed | {"reason": "Spring holiday"})
    db.session.expire_all()
    row = db.session.execute(select(SiteClosure)).scalar_one()
    assert (row.reason, row.written_at) == ("Spring holiday", NOW)


def test_what_was_planned_stands_until_somebody_says_what_was_worked(client: FlaskClient, home) -> None:
    site = site_of(home.organisation)
    day = dt.date(2026, 3, 3)
    shift = {"facility_id": "1", "worker_id": "E1", "day": day.isoformat(), "starts": "8:00", "ends": "16:00"}
    client.post("/care/records/roster", data=shift | {"kind": "planned"})
    assert queries.closing.shifts([site.id], day, day) == {(site.id, day): [(480, 960)]}
    client.post("/care/records/roster", data=shift | {"ends": "12:00"})
    assert queries.closing.shifts([site.id], day, day) == {(site.id, day): [(480, 720)]}
