"""Lists of quality that grow: every page of them is reached by a link, and none is as long as all of them."""

from __future__ import annotations

import html
import io
import re

import pytest

from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from providers.queries import provider_by_number
from quality.audit_cases import services as audit_cases
from quality.audit_cases.services import Question
from quality.desk.views import risk as desk
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import AT, AUDITOR, LATE, number
from tests.quality.samples import builders as samples

CASES = 60
NEXT = re.compile(r'href="([^"]+)" rel="next"')


@pytest.fixture
def fund(app):
    return builders.world()


def pages(client, address: str) -> list[str]:
    """The page and all that its “Next page” leads to."""
    bodies = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, address
        bodies.append(answer.text)
        found = NEXT.search(answer.text)
        address = html.unescape(found[1]) if found else ""
    return bodies


def opened(count: int) -> list[str]:
    """Numbers of new audit cases on the late cooperative."""
    provider = provider_by_number(number(LATE))
    with clock.frozen(AT), unit_of_work():
        return [
            audit_cases.open_case(provider, Question(f"Question {place}?", "other"), by=AUDITOR).number
            for place in range(count)
        ]


def test_every_audit_case_is_on_one_page_of_the_list(fund, client):
    numbers = opened(CASES)
    sign_in(client, Role.AUDITOR)
    found = pages(client, "/quality/audit?state=open")
    assert len(found) == 3
    assert all(sum(one in body for body in found) == 1 for one in numbers)
    assert f"<p>{CASES}</p>" in found[0]


def test_a_page_beyond_the_end_is_the_last_one_and_a_state_without_cases_says_so(fund, client):
    opened(30)
    sign_in(client, Role.AUDITOR)
    assert "Page 2 of 2" in client.get("/quality/audit?page=99999999999999999999").text
    assert "Page 1 of 2" in client.get("/quality/audit?page=-3").text
    assert "No case is in this state." in client.get("/quality/audit?state=closed").text


def test_a_cooperative_pages_through_its_own_cases(fund, client):
    numbers = opened(30)
    sign_in(client, Role.AUDITOR)
    for one in numbers:
        said = {"finding": "improve", "finding_text": "Sign in.", "rule": ""}
        assert client.post(f"/quality/audit/{one}/conclude", data=said).status_code == 303
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(LATE)])
    found = pages(client, "/quality/audit")
    assert len(found) == 2
    assert all(sum(one in body for body in found) == 1 for one in numbers)


def test_the_lines_of_a_sample_come_page_by_page_and_the_result_counts_them_all(app, client):
    samples.provider()
    found = samples.drawn("stratified")
    positions = [line.position for line in samples.row(found).lines]
    db.session.rollback()
    sign_in(client, Role.AUDITOR)
    bodies = pages(client, f"/quality/samples/{found}")
    assert len(bodies) > 2
    linked = [re.findall(rf'<th[^>]*><a href="/quality/samples/{found}/lines/(\d+)"', body) for body in bodies]
    assert sorted(int(place) for body in linked for place in body) == sorted(positions)
    assert max(len(body) for body in linked) <= 15


def test_whoever_is_asked_for_papers_finds_the_first_line_without_and_comes_back_to_it(app, client):
    organisation = samples.provider()
    found = samples.drawn("stratified")
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=organisation)
    with clock.frozen(samples.DRAW_AT):
        bodies = pages(client, f"/quality/samples/asked/{found}")
        lines = [int(place) for body in bodies for place in re.findall(r'id="line-(\d+)"', body)]
        assert len(bodies) > 2
        assert len(lines) == len(set(lines)) == sum(not one.is_spare for one in samples.row(found).lines)
        last = lines[-1]
        sent = {f"file-{last}": (io.BytesIO(samples.PDF), "book.pdf")}
        answer = client.post(f"/quality/samples/asked/{found}/{last}", data=sent)
        assert answer.headers["Location"].endswith(f"?page={len(bodies)}#line-{last}")
        wrong = client.post(f"/quality/samples/asked/{found}/{last}", data={})
        assert wrong.status_code == 422
        assert f'id="line-{last}"' in wrong.text
        assert f"page=1#line-{lines[0]}" in html.unescape(client.get(answer.headers["Location"]).text)


def test_the_desk_shows_who_needs_a_visit_first_and_everyone_on_some_page(fund, client, monkeypatch):
    monkeypatch.setattr(desk, "PAGE", 10)
    sign_in(client, Role.AUDITOR)
    with clock.frozen(AT):
        found = pages(client, "/quality/desk?sort=name")
    assert len(found) == -(-builders.PROVIDERS // 10)
    for place in range(1, builders.PROVIDERS + 1):
        assert sum(f">Cooperative {place}</a>" in body for body in found) == 1, place


def test_the_public_list_reaches_the_first_sample_that_was_ever_announced(app, client, monkeypatch):
    monkeypatch.setattr("quality.samples.views.public.PAGE", 1)
    samples.provider()
    numbers = [samples.announced("attribute"), samples.announced("monetary")]
    found = pages(client, "/public/samples")
    assert [numbers[1] in found[0], numbers[0] in found[1]] == [True, True]
    sign_in(client, Role.AUDITOR)
    monkeypatch.setattr("quality.samples.views.planning.PAGE", 1)
    assert len(pages(client, "/quality/samples")) == 2


def test_every_score_of_a_period_is_on_one_page(app, client, monkeypatch):
    monkeypatch.setattr("quality.scoring.views.scores.PAGE", 10)
    builders.scored_world()
    sign_in(client, Role.AUDITOR)
    found = pages(client, "/quality/scores?period=2026Q3")
    assert len(found) == 3
    for place in range(1, builders.PROVIDERS + 1):
        assert sum(f">Cooperative {place}</a>" in body for body in found) == 1, place
