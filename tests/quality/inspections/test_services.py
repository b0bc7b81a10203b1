"""Inspections: planned by turns, filled by their inspector, dangers passed on, reported, answered, followed up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from core.audit import AuditEntry
from core.db import db, unit_of_work
from core.errors import Conflict, Forbidden, InputErrors
from core.events import Event
from core.outbox import OutboxMessage
from core.roles import Role
from core.states import IllegalStep
from quality.indicators import cases
from quality.indicators.records import Records
from quality.inspections import queries, services
from quality.inspections.models import Inspection
from quality.inspections.services import Answer
from quality.inspections.services.filling import RAISED
from quality.periods import parse_period, window
from tests.quality import builders as quality
from tests.quality.inspections import builders
from tests.quality.inspections.builders import (
    ALL_WELL,
    DAY,
    MORNING,
    checklist,
    fill,
    inspection,
    planned,
    report,
    rules,
)
from tests.quality.returns.builders import at, desk

PNG = (b"\x89PNG\r\n\x1a\n photo", "gate.png")


@pytest.fixture
def house(app):
    return builders.house()


def test_a_signed_report_has_the_mean_of_its_items(house):
    _found, massin, _tafrit = house
    number = planned(massin)
    fill(number, massin)
    report(number, massin)
    assert (inspection(number).state, inspection(number).mean) == ("reported", Decimal(5))


def test_only_the_inspector_of_the_visit_fills_and_signs(house):
    found, massin, tafrit = house
    number = planned(massin)
    for other in (tafrit, desk(found[3], Role.PROVIDER_MANAGER), quality.AUDITOR):
        with pytest.raises(Forbidden), at(MORNING):
            services.fill(inspection(number), checklist().sections[0], {}, rules(), by=other)
    fill(number, massin)
    with pytest.raises(Forbidden):
        report(number, tafrit)


def test_nothing_is_filled_before_the_day(house):
    _found, massin, _tafrit = house
    number = planned(massin)
    with pytest.raises(Conflict), at(MORNING - dt.timedelta(days=1)):
        services.fill(inspection(number), checklist().sections[0], {}, rules(), by=massin)


def test_good_items_are_kept_though_others_are_sent_back(house):
    _found, massin, _tafrit = house
    number = planned(massin)
    said = {"S1": Answer("no"), "S2": Answer("yes"), "S3": Answer("5")}
    with at(MORNING), unit_of_work(), pytest.raises(InputErrors) as refused:
        services.fill(inspection(number), checklist().sections[0], said, rules(), by=massin)
    assert {one.where for one in refused.value.problems} == {"S1-note", "S3"}
    assert inspection(number).said == {"S2": "yes"}


def test_a_finding_has_words_and_a_day(house):
    _found, massin, _tafrit = house
    number = planned(massin)
    fill(number, massin, ALL_WELL | {"R1": "2"}, {"R1": "Two lamps are broken."})
    one = next(one for one in inspection(number).answers if one.item == "R1")
    assert (one.is_finding, one.mend_by) == (True, DAY + dt.timedelta(days=60))
    with pytest.raises(DBAPIError):
        db.session.execute(db.update(type(one)).where(type(one).item == "R1").values(note=""))


def test_a_danger_is_passed_on_once_when_its_section_is_kept(house):
    found, massin, _tafrit = house
    number = planned(massin)
    for _twice in range(2):
        fill(number, massin, ALL_WELL | {"S1": "no", "R1": "1"}, {"S1": "The gate stands open.", "R1": "Dark."})
    (event,) = db.session.query(Event).filter_by(kind=RAISED).all()
    assert event.subject == f"{number} S1"
    assert (event.data["organisation_id"], event.data["item"], event.effective_from) == (found[3], "S1", DAY)
    assert db.session.query(AuditEntry).filter_by(act="inspection.safeguarding_raised").count() == 1


def test_two_who_see_the_same_danger_pass_it_on_once_and_the_second_sheet_is_answered_by_nobody(house):
    _found, massin, tafrit = house
    number = planned(massin, second=tafrit.person)
    twin = queries.twin(inspection(number)).number
    for one, by in ((number, massin), (twin, tafrit)):
        fill(one, by, ALL_WELL | {"S1": "no"}, {"S1": "The gate stands open."})
        report(one, by)
    assert [event.subject for event in db.session.query(Event).filter_by(kind=RAISED)] == [f"{number} S1"]
    assert (inspection(number).state, inspection(twin).state) == ("reported", "closed")


def test_a_report_needs_every_item_and_a_summary(house):
    _found, massin, _tafrit = house
    number = planned(massin)
    fill(number, massin, {"S1": "yes"})
    with pytest.raises(InputErrors, match="Not answered yet: S2, S3"):
        report(number, massin)
    fill(number, massin)
    with pytest.raises(InputErrors) as refused, at(MORNING):
        services.report(inspection(number), checklist(), summary=" ", by=massin)
    assert [one.where for one in refused.value.problems] == ["summary"]


def test_what_was_signed_stays(house):
    _found, massin, _tafrit = house
    number = planned(massin)
    fill(number, massin)
    report(number, massin)
    with pytest.raises(IllegalStep):
        fill(number, massin)
    with pytest.raises(DBAPIError):
        db.session.execute(db.update(Inspection).where(Inspection.number == number).values(mean=7))


def test_the_same_inspector_a_third_time_in_a_row_needs_a_reason(house):
    _found, massin, tafrit = house
    for day in (DAY, DAY + dt.timedelta(days=1)):
        planned(massin, day=day)
    later = DAY + dt.timedelta(days=2)
    with pytest.raises(InputErrors, match="came the last 2 times"):
        planned(massin, day=later)
    planned(tafrit, day=later)
    planned(massin, day=later)
    planned(massin, day=later)
    number = planned(massin, day=later, reason="W. Tafrit is ill.")
    assert inspection(number).rotation_reason == "W. Tafrit is ill."


def test_a_cancelled_visit_is_no_turn(house):
    _found, massin, _tafrit = house
    first, second = (planned(massin, day=DAY + dt.timedelta(days=n)) for n in (0, 1))
    with unit_of_work():
        services.cancel(inspection(second), by=massin)
    assert inspection(first).state == "planned"
    planned(massin, day=DAY + dt.timedelta(days=2))


def test_two_inspectors_are_two_people_and_their_pair_is_counted(house):
    _found, massin, tafrit = house
    with pytest.raises(InputErrors, match="another person"):
        planned(massin, second=massin.person)
    number = planned(massin, second=tafrit.person)
    twin = queries.twin(inspection(number))
    for one, by in ((number, massin), (twin.number, tafrit)):
        fill(one, by)
        report(one, by)
    alone = planned(massin)
    fill(alone, massin)
    report(alone, massin)
    assert queries.doubled(DAY, DAY) == (2, 1)


def test_the_provider_answers_once_and_the_report_stays(house):
    found, massin, _tafrit = house
    number = planned(massin)
    fill(number, massin)
    report(number, massin)
    for stranger in (desk(found[1]), massin):
        with pytest.raises(Forbidden):
            services.answer(inspection(number), "Not so.", by=stranger)
    with unit_of_work():
        services.answer(inspection(number), "We have new lamps.", by=desk(found[3]))
    with pytest.raises(IllegalStep):
        services.answer(inspection(number), "Again.", by=desk(found[3]))


def test_a_follow_up_closes_when_every_finding_is_mended(house):
    _found, massin, tafrit = house
    number = planned(massin)
    fill(number, massin, ALL_WELL | {"R1": "2"}, {"R1": "Two lamps are broken."})
    report(number, massin)
    with pytest.raises(Conflict, match="R1"):
        services.close(inspection(number), by=tafrit)
    with pytest.raises(InputErrors):
        services.mend(inspection(number), "R1", "", by=tafrit)
    with pytest.raises(Conflict):
        services.mend(inspection(number), "R2", "Seen.", by=tafrit)
    with unit_of_work():
        services.mend(inspection(number), "R1", "Seen on 3 November.", by=tafrit)
        services.close(inspection(number), by=tafrit)
    assert inspection(number).state == "closed"


def test_a_photo_is_kept_and_what_is_none_refused(house):
    _found, massin, _tafrit = house
    number = planned(massin)
    with at(MORNING), unit_of_work():
        said = {"S1": Answer("no", "The gate stands open.", None, PNG)}
        services.fill(inspection(number), checklist().sections[0], said, rules(), by=massin)
    assert inspection(number).answers[0].file.media_type == "image/png"
    bad = {"S2": Answer("no", "Open.", None, (b"MZ", "gate.png"))}
    with pytest.raises(InputErrors) as refused, at(MORNING):
        services.fill(inspection(number), checklist().sections[0], bad, rules(), by=massin)
    assert [one.where for one in refused.value.problems] == ["S2-photo"]


def test_an_announced_visit_is_told_and_an_unannounced_one_is_not(house):
    _found, massin, _tafrit = house
    planned(massin)
    assert db.session.query(OutboxMessage).count() == 0
    planned(massin, is_announced=True)
    assert [one.template for one in db.session.query(OutboxMessage)] == ["inspections/planned"]


def test_the_mean_of_36_months_is_read_from_first_sheets_alone(house):
    _found, massin, tafrit = house
    number = planned(massin, second=tafrit.person)
    twin = queries.twin(inspection(number)).number
    fill(number, massin)
    report(number, massin)
    fill(twin, tafrit, ALL_WELL | {"R1": "7"})
    report(twin, tafrit)
    quarter = parse_period("2026Q4")
    plan = builders.plan.in_force("quality", quarter.last)
    definition = plan.indicator("C-08", quarter.last)
    days = window(definition.period, quarter, plan.season)
    frame = cases(definition, Records(days, plan, quality.ZONE, dt.date(2027, 1, 10)))
    assert frame["subject"].to_list() == [number]
    assert frame["met"].to_list() == [5.0]
