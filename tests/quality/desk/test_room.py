"""The desk in the house: a night of screens, who sees what, the list, the plan, and the way down to the visit."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re

import pytest
from sqlalchemy import event

from care.models import RecordFinding, Visit
from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db, unit_of_work
from core.errors import Forbidden, InputErrors
from core.roles import Role
from quality import services as quality
from quality.desk import risk, running, services
from quality.desk.models import ScreenHit
from quality.desk.queries import runs, years
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import AT, AUDITOR, PERIOD, number

TODAY, TWICE, LONG = AT.date(), 3, 5
SECOND = Actor(None, "second", "S. Econd", frozenset({Role.AUDITOR}))


@pytest.fixture
def fund(app):
    """Cooperative 3: a worker in two places; cooperative 5: a worker's day of twenty hours. A night has passed."""
    found = builders.world()
    with clock.frozen(AT), unit_of_work():
        plant(found)
        quality.compute_period(PERIOD, by=AUDITOR)
        running.run_screens(TODAY, by=AUDITOR)
    return found


def plant(found: dict[str, int]) -> None:
    visit = db.session.query(Visit).filter_by(organisation_id=found[number(TWICE)]).first()
    finding = {"check": "worker_twice", "organisation_id": visit.organisation_id, "on": visit.service_on}
    db.session.add(
        RecordFinding(**finding, record_kind="visit", record_id=visit.id, worker=visit.worker, other="V-1", figures={})
    )
    day = dt.date(2026, 10, 5)
    start = dt.datetime(2026, 10, 5, 0, 30, tzinfo=dt.UTC)
    rows = [
        {
            "number": f"L-{hour}", "member_id": LONG * 1000 + 1, "organisation_id": found[number(LONG)],
            "placement_id": None, "service": "LC-100", "worker": "W9", "due_at": None, "source": "test",
            "started_at": start + dt.timedelta(hours=hour), "ended_at": start + dt.timedelta(hours=hour, minutes=60),
            "service_on": day, "place_code": "x",
        }
        for hour in range(20)
    ]  # fmt: skip
    bulk_insert(Visit.__table__, rows)


def links(body: str, start: str) -> set[str]:
    found = {html.unescape(link) for link in re.findall(r'href="([^"]+)"', body)}
    return {link for link in found if link.startswith(start)}


def hits(code: str) -> list[ScreenHit]:
    run = runs.run_of(code)
    return list(runs.hits_of(run.id)) if run else []


def test_a_night_finds_what_was_planted_and_nobody_else(fund):
    assert [hit.organisation_id for hit in hits("D3")] == [fund[number(TWICE)]]
    assert [(hit.organisation_id, hit.subject) for hit in hits("D5")] == [(fund[number(LONG)], "W9")]
    quiet = [run.screen for run in runs.newest_runs() if not run.hits]
    assert len(quiet) == 20, quiet
    (entry,) = audit.entries("quality", Act.SCREENS_RUN)
    assert entry.after["D3"] == 1


def test_a_night_is_run_once_and_its_hits_are_not_changed(fund):
    with unit_of_work():
        assert running.run_screens(TODAY, by=AUDITOR) == []
    with pytest.raises(Exception, match="screen_hit"), unit_of_work():
        hits("D3")[0].value = 0.0


def test_the_worker_asks_for_one_night_a_day(fund):
    with clock.frozen(AT.replace(hour=0, minute=30)):
        running.ask_when_due()
    from core import work

    assert work.arguments(running.TASK, TODAY.isoformat()) == {}, "half past one in the fund is too early"
    for _turn in range(2):
        with clock.frozen(AT):
            running.ask_when_due()
    assert work.arguments(running.TASK, TODAY.isoformat()) == {"on": TODAY.isoformat()}


def test_the_auditor_walks_from_the_list_to_the_visit_in_two_clicks(fund, client):
    sign_in(client, Role.AUDITOR)
    with clock.frozen(AT):
        page = client.get("/quality/desk").text
    assert "never a ground for not paying" in page
    (hit,) = links(page, "/quality/desk/screens/D5/")
    behind = client.get(hit).text
    day = sorted(links(behind, f"/quality/desk/days/{number(LONG)}/"))[0]
    shown = client.get(day).text
    assert 'id="marked"' in shown
    assert "L-0" in shown


def test_the_way_leads_from_a_claim_line_down_to_its_visits(fund, client):
    sign_in(client, Role.AUDITOR)
    claim = f"2026-10-{LONG * 1000 + 1:05d}"
    page = client.get(f"/quality/desk/lines/{claim}/1")
    assert page.status_code == 200
    assert f"/claims/{claim}-K/lines/1" in links(page.text, "/claims/")
    assert client.get(f"/quality/desk/lines/{claim}/99").status_code == 404


@pytest.mark.parametrize("role", [Role.CLAIMS_REVIEWER, Role.FINANCE_OFFICER, Role.PROCUREMENT_OFFICER])
def test_whoever_is_meant_neither_sees_nor_administers_the_screens(fund, client, role):
    sign_in(client, role)
    for address in ("/quality/desk", "/quality/desk/screens", "/quality/desk/screens/F2", "/quality/desk/years"):
        assert client.get(address).status_code == 403


def test_another_cooperative_does_not_find_the_records(fund, client):
    claim = f"2026-10-{LONG * 1000 + 1:05d}"
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(LONG)])
    assert client.get(f"/quality/desk/lines/{claim}/1").status_code == 200
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(TWICE)])
    assert client.get(f"/quality/desk/lines/{claim}/1").status_code == 404
    assert client.get(f"/quality/desk/days/{number(LONG)}/2026-10-05").status_code == 404


def test_the_risk_list_costs_the_same_statements_for_any_number_of_providers(fund):
    counted: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    with clock.frozen(AT):
        found = risk.rows(TODAY)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(found) == builders.PROVIDERS
    assert len(counted) <= 10


def test_the_list_as_a_file_says_every_reason(fund, client):
    sign_in(client, Role.AUDITOR)
    with clock.frozen(AT):
        rows = list(csv.DictReader(io.StringIO(client.get("/quality/desk/risks.csv?reason=D5").text)))
    assert {row["provider"] for row in rows} == {number(LONG)}
    assert "D5" in {row["code"] for row in rows}


def test_who_needs_a_visit_stands_apart_and_each_number_opens_its_list(fund, client, monkeypatch):
    monkeypatch.setattr("quality.desk.views.risk.PAGE", 100)
    sign_in(client, Role.AUDITOR)
    with clock.frozen(AT):
        everyone, page = risk.rows(TODAY), client.get("/quality/desk").text
        asked = {name: client.get(f"/quality/desk?reason={name}").text for name in ("visit", "never")}
    visits, others = page.split("<h2>Others under contract")
    for row in everyone:
        shown = f"/quality/providers/{row.provider.number}"
        assert (shown in visits) is row.needs_visit
        assert (shown in others) is not row.needs_visit
        assert (shown in asked["visit"]) is row.needs_visit
        assert shown in asked["never"], "nobody was audited here"
    assert ">On-time visits</option>" in page, "filters name what they filter"


def test_the_shares_of_auditor_days_are_per_cents(fund, client):
    sign_in(client, Role.AUDITOR)
    with clock.frozen(AT):
        page = client.get("/quality/desk/years").text
    assert {"60\u00a0%", "20\u00a0%"} <= set(re.findall(r"\d+\u00a0%", page))


def propose(by: Actor = AUDITOR):
    with clock.frozen(AT), unit_of_work():
        return services.propose(2027, "Words of the day", [("H. Senuri", 20)], by=by).number


def test_a_plan_is_proposed_by_one_auditor_and_approved_by_another(fund):
    key = propose()
    with clock.frozen(AT), unit_of_work():
        row = years.plan_by_number(key)
        with pytest.raises(Forbidden):
            services.approve(row, by=AUDITOR)
        services.approve(row, by=SECOND)
    row = years.plan_by_number(key)
    assert (row.state, len(row.digest)) == ("approved", 64)
    assert services.is_repeated(row)
    assert len(row.visits) == builders.PROVIDERS
    assert row.digest == services.digest_of(row)
    with pytest.raises(InputErrors, match="plan already"):
        propose()


def test_an_approved_plan_changes_with_a_reason_beside_it(fund):
    key = propose()
    with clock.frozen(AT), unit_of_work():
        row = years.plan_by_number(key)
        services.approve(row, by=SECOND)
        outside = next(one.provider for one in row.visits if not one.basis)
        with pytest.raises(InputErrors):
            services.change(row, "add", outside, " ", by=AUDITOR)
        services.change(row, "add", outside, "A complaint came in.", by=AUDITOR)
    row = years.plan_by_number(key)
    assert [(one.kind, one.provider) for one in row.changes] == [("add", outside)]
    with unit_of_work(), pytest.raises(InputErrors):
        services.change(years.plan_by_number(key), "add", outside, "Again.", by=AUDITOR)
    assert services.is_repeated(row), "what was drawn stays as it was"


def test_the_plan_is_a_page_a_file_and_a_paper_with_everyone_in_it(fund, client):
    key = propose()
    sign_in(client, Role.AUDITOR)
    page = client.get(f"/quality/desk/years/{key}")
    assert page.status_code == 200
    assert "the same plan" in page.text
    rows = list(csv.DictReader(io.StringIO(client.get(f"/quality/desk/years/{key}.csv").text)))
    assert len(rows) == builders.PROVIDERS
    assert all(row["reason"] for row in rows)
    paper = client.get(f"/quality/desk/years/{key}.pdf")
    assert paper.data.startswith(b"%PDF")
    assert paper.data == client.get(f"/quality/desk/years/{key}.pdf").data


def test_a_refused_second_pair_of_eyes_leaves_a_mark_that_the_night_finds(fund, client):
    with clock.frozen(AT):
        sign_in(client, Role.AUDITOR)
        answer = client.post(
            "/quality/desk/years", data={"year": "2028", "announced": "Words", "days-0": "20"}, follow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        refused = client.post(f"{answer.location}/approve")
    assert refused.status_code == 403
    (entry,) = audit.entries("access", Act.ACCESS_REFUSED)
    assert entry.subject.endswith("/approve")
    assert entry.after["code"] == "four_eyes"
    with clock.frozen(AT + dt.timedelta(days=1)), unit_of_work():
        running.run_screens(TODAY + dt.timedelta(days=1), by=AUDITOR)
    assert [hit.evidence_count for hit in hits("F5")] == [1]
