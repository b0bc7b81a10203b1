"""What is offered instead of typed, what a phone shows instead of a wide picture, which computation a link opens."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from sqlalchemy import select, update

from care.models import Visit
from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from quality import services
from quality.queries import runs
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import AT, AUDITOR, LATE, PERIOD, number


@pytest.fixture
def fund(app):
    return builders.scored_world()


def computed_again(fund: dict[str, int]) -> None:
    """One visit of the late cooperative is put in time, and its punctuality is computed a second time."""
    with clock.frozen(AT + dt.timedelta(days=1)), unit_of_work():
        visits = db.session.execute(select(Visit).where(Visit.organisation_id == fund[number(LATE)])).scalars()
        half_hour = dt.timedelta(minutes=30)
        late = next(one for one in visits if one.due_at and one.started_at and one.started_at - one.due_at > half_hour)
        db.session.execute(update(Visit).where(Visit.id == late.id).values(started_at=late.due_at))
        services.compute_run("L-01", PERIOD, by=AUDITOR)


def test_the_score_opens_the_cases_of_the_computation_it_was_made_with(fund, client):
    used = runs.current_run("L-01", PERIOD.name).id
    db.session.rollback()
    sign_in(client, Role.AUDITOR)
    cases = f"/quality/cases/L-01/2026Q3/{number(LATE)}"
    before = client.get(cases).text
    computed_again(fund)
    assert runs.current_run("L-01", PERIOD.name).id != used
    page = client.get(f"/quality/scores/2026Q3/{number(LATE)}").text
    (link,) = {html.unescape(one) for one in re.findall(rf'href="({re.escape(cases)}\?run={used})"', page)}
    said = re.compile(r"Every case that made the figure: .*?</bdi>")
    then, now = client.get(link).text, client.get(cases).text
    assert said.search(then)[0] == said.search(before)[0] != said.search(now)[0]
    assert "Not the newest computation." in then
    assert "Not the newest computation." not in now
    one = html.unescape(re.search(rf'href="({re.escape(cases)}/\d+\?run={used})"', then)[1])
    assert f"{cases}?run={used}" in html.unescape(client.get(one).text)


def test_a_computation_of_something_else_is_not_opened_under_this_address(fund, client):
    other = runs.current_run("L-02", PERIOD.name).id
    db.session.rollback()
    sign_in(client, Role.AUDITOR)
    for wanted in (other, 999_999_999, 10**30):
        assert client.get(f"/quality/cases/L-01/2026Q3/{number(LATE)}?run={wanted}").status_code == 404, wanted


def test_a_strangers_cases_stay_closed_whatever_computation_is_asked_for(fund, client):
    used = runs.current_run("L-01", PERIOD.name).id
    db.session.rollback()
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(1)])
    assert client.get(f"/quality/cases/L-01/2026Q3/{number(LATE)}?run={used}").status_code == 404


def test_the_period_to_compute_is_chosen_from_those_that_are_over(fund, client):
    sign_in(client, Role.AUDITOR)
    with clock.frozen(AT):
        form = client.get("/quality?period=2026Q3").text.split('action="/quality/runs"')[1].split("</form>")[0]
    offered = re.findall(r'<option value="([^"]+)"', form)
    assert offered[0] == "2026Q3"
    assert "2025Q4" in offered
    assert "2026Q4" not in offered
    assert 'value="2026Q3" selected' in form
    assert 'name="period"' in form
    assert "<input class" not in form


def test_a_phone_reads_who_stands_out_in_words_and_the_others_in_a_fold(fund, client):
    sign_in(client, Role.AUDITOR)
    page = client.get("/quality/comparison/2026Q3").text
    narrow = page.split('class="d-md-none"')[1].split("Show as table")[0]
    outstanding, others = narrow.split("<details>", 1)
    assert f"Cooperative {LATE}</a>" in outstanding
    assert "On-time visits</a>" in outstanding
    assert "worse than chance" in outstanding
    assert f"Cooperative {LATE}</a>" not in others
    assert "of whom nothing stands out</summary>" in others
    assert re.search(r"as expected: \d", others)


def test_the_list_says_in_plain_words_what_stands_out(fund, client):
    sign_in(client, Role.AUDITOR)
    assert re.search(r"\d+ figures? (is|are) too (bad|far)|One figure is too bad", client.get("/quality").text)
    assert "too far from the others to be chance" in client.get("/quality/comparison/2026Q3").text
