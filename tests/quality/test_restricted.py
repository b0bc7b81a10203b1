"""Claims for restricted services: in no case, file, chart, provider's figure or score; only in one figure over all."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from care.models import Attendance, Placement
from claims.models import Claim
from core import clock
from core.codes import Service
from core.db import db, unit_of_work
from core.roles import Role
from quality import case_blocks, services
from quality.queries import runs
from quality.scoring.computing import compute_scores
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import AUDITOR, MEMBERS, PERIOD, number

SECRET, DAYS = "CC-900", [dt.date(2026, 8, day) for day in (4, 5, 6, 7)]


def shelter(found: dict[str, int], children: int) -> list[int]:
    """Children of a shelter's day nursery at P-2026-026: four days each, never signed out, all restricted."""
    members = []
    with unit_of_work():
        db.session.add(Service(code=SECRET, service_line="childcare", name=SECRET, unit="day", is_restricted=True))
        db.session.flush()
        organisation = found[number(26)]
        site = db.session.query(Attendance.site_id).filter_by(organisation_id=organisation).first()[0]
        for place in range(children):
            member = builders._member(26, 500 + place, born=dt.date(2023, 5, 1))
            members.append(member)
            for day in DAYS:
                record = {"member_id": member, "organisation_id": organisation, "site_id": site, "day": day}
                db.session.add(Attendance(**record, arrived_minute=480, left_minute=None))
            lines = [(SECRET, day, day, "") for day in DAYS]
            builders._claim(organisation, member, 97_000 + place, lines, "childcare")
        db.session.flush()
        db.session.execute(update(Claim).where(Claim.member_id.in_(members)).values(is_restricted=True))
    return members


def computed(children: int):
    found = builders.world()
    builders.with_nursery(found)
    members = shelter(found, children)
    with clock.frozen(builders.AT), unit_of_work():
        run = services.compute_run("C-03", PERIOD, by=AUDITOR)
        compute_scores(PERIOD, by=AUDITOR)
    return found, members, run


@pytest.mark.parametrize(("children", "is_kept"), [(10, False), (11, True), (30, True)])
def test_a_pooled_figure_needs_eleven_persons_behind_what_it_adds(app, children, is_kept):
    _found, _members, run = computed(children)
    (row,) = runs.results_of(run.id)
    open_days = 20 * MEMBERS
    assert row.denominator == open_days
    if is_kept:
        assert run.pooled["denominator"] == open_days + 4 * children
        assert run.pooled["numerator"] == row.numerator
        assert run.pooled["lower"] < run.pooled["value"] < run.pooled["upper"]
    else:
        assert run.pooled is None


def test_without_restricted_care_nothing_is_pooled(app):
    found = builders.world()
    builders.with_nursery(found)
    with clock.frozen(builders.AT), unit_of_work():
        assert services.compute_run("C-03", PERIOD, by=AUDITOR).pooled is None


def test_no_case_file_chart_page_or_score_tells_of_one(app, client):
    found, members, run = computed(15)
    secrets = {f"M{member}" for member in members} | {f"2026-10-{97_000 + place:05d}-K" for place in range(15)}
    secrets |= {str(member) for member in members} | {SECRET}
    rows = case_blocks.cases_of(run.id, found[number(26)])
    assert not set(rows["member_id"]) & set(members)
    provider = number(26)
    sign_in(client, Role.AUDITOR)
    for address in (
        f"/quality/cases/C-03/2026Q3/{provider}?all=1",
        f"/quality/cases/C-03/2026Q3/{provider}.csv",
        "/quality/indicators/C-03/2026Q3",
        "/quality/indicators/C-03/2026Q3.csv",
        f"/quality/charts/{run.id}.svg",
        f"/quality/providers/{provider}?period=2026Q3",
        "/quality?period=2026Q3",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not [secret for secret in secrets if secret in answer.text], address
    page = client.get("/quality/indicators/C-03/2026Q3").text
    assert "All providers, restricted services too" in page
    assert f"{20 * MEMBERS + 4 * 15}" in page


def test_a_visit_placed_for_a_restricted_service_is_no_case(app):
    found = builders.world()
    hidden = found[number(1)]
    with unit_of_work():
        secret = {"code": "LC-900", "service_line": "long_term_care", "name": "LC-900", "unit": "visit"}
        db.session.add(Service(**secret, is_restricted=True))
        db.session.flush()
        db.session.execute(update(Placement).where(Placement.organisation_id == hidden).values(service="LC-900"))
    with clock.frozen(builders.AT), unit_of_work():
        run = services.compute_run("L-01", PERIOD, by=AUDITOR)
    assert case_blocks.cases_of(run.id, hidden).is_empty()
    due = len(builders.days_due()) * MEMBERS
    assert run.pooled["denominator"] == due * builders.PROVIDERS


def test_the_worker_notices_when_only_restricted_care_changed(app):
    _found, members, run = computed(15)
    with clock.frozen(builders.AT), unit_of_work():
        assert services.refresh_period(PERIOD, {"C-03"}, by=AUDITOR) == []
    with unit_of_work():
        query = update(Attendance).where(Attendance.member_id.in_(members)).values(left_minute=900)
        db.session.execute(query)
    with clock.frozen(builders.AT), unit_of_work():
        (again,) = services.refresh_period(PERIOD, {"C-03"}, by=AUDITOR)
    assert again.pooled["numerator"] == run.pooled["numerator"] + 4 * 15
