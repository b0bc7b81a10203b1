from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from care import queries, services
from care.models import Attendance, Stay, Visit
from care.records import AttendanceRow, Slot, VisitRow
from care.sweep import Interval, most_at_once, overlaps
from core.actors import SYSTEM
from core.audit import verify
from core.db import db, unit_of_work
from core.errors import Conflict, InputErrors, NotFound
from core.events import Event
from core.states import IllegalStep
from tests.care.builders import (
    FIRST,
    HOME_CARE,
    LAST,
    NURSERY,
    a_catalogue,
    a_grant,
    a_placement,
    a_provider,
    site_of,
    staff_of,
)
from tests.members.builders import a_member

pytestmark = pytest.mark.usefixtures("app")
MONDAY = dt.date(2026, 3, 2)


def offer(grant, organisation, **changes):
    values = {
        "organisation_id": organisation.id, "service": NURSERY, "site_id": site_of(organisation).id,
        "valid_from": FIRST, "valid_until": LAST, "pattern": [Slot(0, 510, 90)], "by": SYSTEM,
    }  # fmt: skip
    with unit_of_work():
        return services.offer_placement(grant, **{**values, **changes})


def where(caught: pytest.ExceptionInfo[InputErrors]) -> str:
    return caught.value.problems[0].where


def test_a_placement_stays_inside_its_grant() -> None:
    grant, organisation = a_grant(a_member()), a_provider()
    with pytest.raises(InputErrors) as caught:
        offer(grant, organisation, valid_until=dt.date(2027, 1, 1))
    assert where(caught) == "valid_until"


def test_a_provider_without_a_contract_is_not_offered_anyone() -> None:
    grant, organisation = a_grant(a_member()), a_provider()
    with unit_of_work():
        db.session.execute(db.text("UPDATE contract SET valid_until = '2026-06-30'"))
    with pytest.raises(InputErrors) as caught:
        offer(grant, organisation)
    assert where(caught) == "organisation"


def test_a_full_site_takes_nobody_on_that_weekday() -> None:
    organisation = a_provider(places=1)
    a_placement(a_member(), organisation)
    other = a_grant(a_member("Basma Zarrouk"))
    with pytest.raises(Conflict):
        offer(other, organisation)
    assert offer(other, organisation, pattern=[Slot(1, 510, 90)]).state == "offered"


def test_a_site_of_another_provider_is_refused() -> None:
    grant, organisation, other = a_grant(a_member()), a_provider(), a_provider()
    with pytest.raises(InputErrors) as caught:
        offer(grant, organisation, site_id=site_of(other).id)
    assert where(caught) == "site"


def test_only_the_provider_itself_answers_and_only_once() -> None:
    placement = a_placement(a_member(), a_provider(), is_accepted=False)
    with pytest.raises(NotFound):
        services.answer_placement(placement, "accept", by=staff_of(a_provider()))
    staff = staff_of(placement.organisation)
    with pytest.raises(InputErrors) as caught:
        services.answer_placement(placement, "decline", by=staff)
    assert where(caught) == "reason"
    with unit_of_work():
        services.answer_placement(placement, "decline", reason="full", by=staff)
    assert [row.number for row in queries.declined_placements(SYSTEM)] == [placement.number]
    with pytest.raises(IllegalStep):
        services.answer_placement(placement, "accept", by=staff)


def test_visits_due_and_days_booked_come_from_the_pattern() -> None:
    organisation = a_provider()
    at_home = a_placement(a_member(), organisation, at_home=True)
    at_site = a_placement(a_member("Basma Zarrouk"), organisation)
    a_placement(a_member("Caid Omar"), organisation, at_home=True, is_accepted=False)
    due = list(queries.visits_due([organisation.id], MONDAY, MONDAY + dt.timedelta(days=13)))
    assert [visit.day.isoformat() for visit in due] == ["2026-03-02", "2026-03-09", "2026-03-05", "2026-03-12"]
    assert {visit.placement_id for visit in due} == {at_home.id}
    assert due[0].due_at == dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC), "08:30 in the fund's zone"
    booked = list(queries.booked_days(None, MONDAY, MONDAY))
    assert [(day.placement_id, day.starts_minute, day.minutes) for day in booked] == [(at_site.id, 510, 90)]
    assert list(queries.visits_due([], MONDAY, MONDAY)) == []


def test_an_ended_placement_is_due_until_its_last_day() -> None:
    placement = a_placement(a_member(), a_provider(), at_home=True)
    with unit_of_work():
        services.end_placement(placement, on=MONDAY, by=SYSTEM, reason="moved away")
    assert [v.day for v in queries.visits_due(None, MONDAY, LAST)] == [MONDAY]


def test_the_sweep_counts_who_was_there_at_the_same_moment() -> None:
    assert most_at_once([(480, 600), (600, 700), (590, 610)]) == 2
    assert most_at_once([(480, None), (700, 720), (710, 730)]) == 3, "without sign-out until the last departure"
    assert most_at_once([(None, None)]) == 0


def test_the_sweep_names_both_visits_of_an_overlap() -> None:
    at = [dt.datetime(2026, 3, 2, hour, tzinfo=dt.UTC) for hour in range(24)]
    visits = [
        Interval(1, at[8], at[12]),
        Interval(2, at[9], at[10]),
        Interval(3, at[11], at[13]),
        Interval(4, at[13], at[14]),
    ]
    assert overlaps({"w": visits}) == {1: 2, 2: 1, 3: 1}


def attend(organisation, members, day=MONDAY, left=600):
    rows = [AttendanceRow(member=m.public_id, site="1", provider=organisation.number, day=day, arrived_minute=510,
                          left_minute=left) for m in members]  # fmt: skip
    with unit_of_work():
        return services.import_attendance(rows, source="test", by=SYSTEM)


def test_closing_stores_crowding_on_every_record_of_the_day() -> None:
    organisation = a_provider(places=2)
    people = [a_member(f"Child Number{n}", born_on=dt.date(2024, 1, 1)) for n in range(3)]
    attend(organisation, people)
    with unit_of_work():
        assert services.close_records(MONDAY, MONDAY, by=SYSTEM) == 3
        assert services.close_records(MONDAY, MONDAY, by=SYSTEM) == 0, "nothing changed, nothing is published"
    rows = db.session.execute(select(Attendance)).scalars().all()
    assert {(row.children_present, row.licensed_places) for row in rows} == {(3, 2)}
    touched = db.session.execute(select(Event).where(Event.kind == "care.records_changed")).scalars().all()
    assert touched[-1].data["member_ids"] == sorted(m.id for m in people)


def test_the_same_day_again_is_a_correction_not_a_second_record() -> None:
    organisation, member = a_provider(), a_member(born_on=dt.date(2024, 1, 1))
    assert attend(organisation, [member]).added == 1
    assert attend(organisation, [member]).changed == 0
    assert attend(organisation, [member], left=660).changed == 1
    assert db.session.execute(select(Attendance.left_minute)).scalars().all() == [660]


def visit(number, member, worker, start, organisation, **more):
    return VisitRow(number=number, member=member.public_id, service=HOME_CARE, day=MONDAY, provider=organisation.number,
                    worker=worker, place="Q1", starts_minute=start, ends_minute=start + 60, **more)  # fmt: skip


def test_overlaps_are_found_for_one_worker_and_for_one_member() -> None:
    organisation, other = a_provider(), a_provider()
    one, two = a_member(), a_member("Basma Zarrouk")
    rows = [
        visit("A", one, "W1", 480, organisation),
        visit("B", two, "W1", 530, organisation),
        visit("C", two, "W1", 600, other),  # another provider's W1 is another person; but the member is the same
        visit("D", two, "W9", 640, organisation),
        visit("E", one, "W1", 800, organisation),
    ]
    with unit_of_work():
        services.import_visits(rows, source="test", by=SYSTEM)
        services.close_records(MONDAY, MONDAY, by=SYSTEM)
    stored = db.session.execute(select(Visit)).scalars().all()
    names = {row.id: row.number for row in stored}
    found = {row.number: names[row.overlaps_visit_id] for row in stored if row.overlaps_visit_id}
    assert found == {"A": "B", "B": "A", "C": "D", "D": "C"}


def test_a_corrected_visit_loses_its_overlap() -> None:
    organisation, member = a_provider(), a_member()
    for second in (500, 700):
        with unit_of_work():
            rows = [visit("A", member, "W1", 480, organisation), visit("B", member, "W2", second, organisation)]
            services.import_visits(rows, source="test", by=SYSTEM)
            services.close_records(MONDAY, MONDAY, by=SYSTEM)
        marked = db.session.execute(select(func.count(Visit.overlaps_visit_id))).scalar_one()
        assert marked == (2 if second == 500 else 0)


def test_a_visit_finds_the_placement_it_fulfils_and_when_it_was_due() -> None:
    organisation, member = a_provider(), a_member()
    placement = a_placement(member, organisation, at_home=True)
    with unit_of_work():
        services.import_visits([visit("A", member, "W1", 520, organisation)], source="test", by=SYSTEM)
    row = queries.visits_of([member.id], MONDAY, MONDAY)[0]
    assert (row.placement_id, row.due_at) == (placement.id, dt.datetime(2026, 3, 2, 7, 30, tzinfo=dt.UTC))
    assert row.missing == ()


ATTENDANCE = "member_id,provider_id,facility_id,attended_on,arrived,left,absence"


def test_seven_wrong_rows_among_a_thousand_do_not_hold_up_the_others() -> None:
    organisation = a_provider()
    child = a_member(born_on=dt.date(2020, 1, 1)).public_id
    first, number = dt.date(2023, 1, 1), organisation.number
    lines = [f"{child},{number},1,{first + dt.timedelta(days=n)},08:00,16:00," for n in range(1000)]
    lines[1] = f"NOBODY,{number},1,2023-01-02,08:00,16:00,"
    lines[2] = f"{child},O-9999,1,2023-01-03,08:00,16:00,"
    lines[3] = f"{child},{number},7,2023-01-04,08:00,16:00,"
    lines[4] = f"{child},{number},1,2023-02-30,08:00,16:00,"
    lines[5] = f"{child},{number},1,2023-01-06,16:00,08:00,"
    lines[6] = f"{child},{number},1,2023-01-07,,,"
    lines[7] = lines[0]
    content = "\n".join([ATTENDANCE, *lines]).encode()
    report = services.read_file(content, "a.csv", "touiza-attendance", organisation.id)
    assert [(row.number - 2, row.problems[0].column) for row in report.wrong] == [
        (1, "member_id"), (2, "provider_id"), (3, "facility_id"), (4, "attended_on"), (5, "left"), (6, "arrived"),
        (7, "attended_on"),
    ]  # fmt: skip
    with unit_of_work():
        batch = services.check_file(content, "a.csv", "touiza-attendance", by=SYSTEM, organisation_id=organisation.id)
        assert services.keep_good_rows(batch, by=SYSTEM).added == 993
        again = services.check_file(content, "a.csv", "touiza-attendance", by=SYSTEM, organisation_id=organisation.id)
        assert (again.id, services.keep_good_rows(again, by=SYSTEM).added) == (batch.id, 0)


def test_an_incomplete_visit_is_kept_and_shown_as_incomplete() -> None:
    organisation, member = a_provider(), a_member()
    text = "visit_id,member_id,provider_id,practitioner_id,code,visited_on,started,ended,place\n"
    text += f"V1,{member.public_id},{organisation.number},,LC-100,2026-03-02,23:30,00:15,Q1\n"
    text += f"V2,{member.public_id},{organisation.number},W1,LC-999,2026-03-02,08:00,09:00,Q1\n"
    with unit_of_work():
        batch = services.check_file(text.encode(), "v.csv", "touiza-visits", by=SYSTEM, organisation_id=organisation.id)
        services.keep_good_rows(batch, by=SYSTEM)
    row = db.session.execute(select(Visit)).scalar_one()
    assert row.missing == ("worker",)
    assert row.ended_at - row.started_at == dt.timedelta(minutes=45), "an end before the start is the next day"
    assert queries.incomplete_visits(organisation.id) == 1


def test_the_medicare_stays_come_in_end_to_end(shared_data) -> None:
    from members import services as members

    a_catalogue()
    folder = shared_data / "medicare-synpuf"
    with unit_of_work():
        roster = members.check_file((folder / "bene.csv").read_bytes(), "bene.csv", "medicare-synpuf-bene", by=SYSTEM)
        members.keep_good_rows(roster, by=SYSTEM)
    content = (folder / "inpatient.csv").read_bytes()
    for added in (126, 0):
        with unit_of_work():
            batch = services.check_file(content, "inpatient.csv", "medicare-synpuf-inpatient", by=SYSTEM)
            assert (batch.rows_ready, batch.rows_wrong) == (126, 0)
            assert services.keep_good_rows(batch, by=SYSTEM).added == added
    assert db.session.execute(select(func.count(Stay.id))).scalar_one() == 126
    everyone = db.session.execute(select(Stay.member_id)).scalars().all()
    groups = [line.split(",")[19] for line in content.decode().splitlines()[1:]]
    assert sorted(db.session.execute(select(Stay.discharge_group)).scalars()) == sorted(groups)
    first = [line.split(",")[11] for line in content.decode().splitlines()[1:]]
    found = queries.stays_of(everyone, dt.date(2008, 1, 1), dt.date(2010, 12, 31))
    assert sorted(stay.admitted_on.isoformat() for stay in found) == sorted(first)
    assert list(verify()) == []


def test_stays_of_strangers_are_said_row_by_row(shared_data) -> None:
    content = (shared_data / "medicare-synpuf" / "inpatient.csv").read_bytes()
    report = services.read_file(content, "inpatient.csv", "medicare-synpuf-inpatient", None)
    assert (len(report.ready), len(report.wrong)) == (0, 126)
