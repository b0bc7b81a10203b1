"""The auditor's way through the screens: each number opens its list, each page shows what the next act needs."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import text

from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from providers.queries import provider_by_number
from quality.audit_cases import services as audit_cases
from quality.audit_cases.services import Question
from tests.accounts import sign_in
from tests.quality import builders
from tests.quality.builders import AT, AUDITOR, LATE, number
from tests.quality.samples import builders as samples


@pytest.fixture
def fund(app):
    return builders.scored_world()


@pytest.fixture
def numbered(monkeypatch):
    """Claims of the builders carry no true check character."""
    monkeypatch.setattr("claims.queries.records.id_of", lambda number: int(number.split("-")[2]))


def opened(place: int) -> str:
    with clock.frozen(AT), unit_of_work():
        return audit_cases.open_case(provider_by_number(number(place)), Question(f"Why {place}?"), by=AUDITOR).number


def links(body: str) -> set[str]:
    return {html.unescape(one) for one in re.findall(r'href="([^"]+)"', body)}


def test_the_open_cases_of_a_provider_lead_to_its_own_cases_only(fund, client):
    own, other = [opened(LATE), opened(LATE)], opened(1)
    sign_in(client, Role.AUDITOR)
    (link,) = [one for one in links(client.get(f"/quality/providers/{number(LATE)}").text) if "/quality/audit?" in one]
    listed = client.get(link).text
    assert [one in listed for one in own] == [True, True]
    assert other not in listed
    assert f"Only Cooperative {LATE}." in listed
    assert other in client.get("/quality/audit").text
    assert client.get("/quality/audit?provider=P-1900-001").status_code == 404


def test_the_evidence_is_one_step_from_a_case_about_it(fund, client):
    address = f"/quality/cases/L-01/2026Q3/{number(LATE)}"
    form = f"/quality/providers/{number(LATE)}/audit-cases/new?indicator=L-01&period=2026Q3"
    sign_in(client, Role.AUDITOR)
    assert form in links(client.get(address).text)
    assert "Raised by On-time visits in Q3 2026." in client.get(form).text
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund[number(LATE)])
    assert form not in links(client.get(address).text)


def test_a_case_is_worked_in_the_order_of_its_road(fund, client):
    found = opened(LATE)
    sign_in(client, Role.AUDITOR)
    page = client.get(f"/quality/audit/{found}").text
    work = ["The question", "Plan", "What was gathered", "Add to the file", "Samples", "The road of a case", "Conclude"]
    places = [page.index(f"<h2>{title}</h2>") for title in work]
    assert places == sorted(places)
    assert f"/quality/providers/{number(LATE)}" in links(page)
    assert f"<h1><bdi>Why {LATE}?</bdi></h1>" in page, "typed words keep their own direction"
    client.post(f"/quality/audit/{found}/plan", data={"plan": "The roster against the visits."})
    assert client.get(f"/quality/audit/{found}").text.count("The roster against the visits.") == 1
    said = {"finding": "improve", "finding_text": "Sign in at the door.", "rule": ""}
    assert client.post(f"/quality/audit/{found}/conclude", data=said).status_code == 303
    later = client.get(f"/quality/audit/{found}").text
    assert "The roster against the visits." in later
    assert "<h2>Conclude</h2>" not in later
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(LATE)])
    theirs = client.get(f"/quality/audit/{found}").text
    assert theirs.count("<h2>The road of a case</h2>") == 1
    assert "The roster against the visits." not in theirs


def test_a_decided_case_is_under_way_until_it_is_closed(fund, client):
    found = opened(LATE)
    sign_in(client, Role.AUDITOR)
    said = {"finding": "improve", "finding_text": "Sign in at the door.", "rule": ""}
    assert client.post(f"/quality/audit/{found}/conclude", data=said).status_code == 303
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(LATE)])
    assert client.post(f"/quality/audit/{found}/provider", data={"act": "reply", "reply": "Yes."}).status_code == 303
    sign_in(client, Role.AUDITOR)
    changes = {"recommendation_1": "Sign in at the door", "due_1": "2027-02-28"}
    assert client.post(f"/quality/audit/{found}/decide", data=said | changes).status_code == 303
    listed = client.get("/quality/audit").text
    assert re.search(r"#shape-half\"/></svg>\s*Decided", listed)


def test_who_judges_a_line_sees_what_was_billed_and_the_way_to_its_records(app, client, numbered):
    samples.provider()
    found = samples.drawn("attribute")
    line = samples.row(found).lines[0]
    claim, line_no, position = line.claim_number, line.line_no, line.position
    db.session.rollback()
    sign_in(client, Role.AUDITOR)
    page = client.get(f"/quality/samples/{found}/lines/{position}").text
    billed = page.split("<h2>What was billed</h2>")[1].split("</section>")[0]
    assert "<dt>Service</dt>" in billed
    assert re.search(r"\d+ (July|Jul|Aug|August|Sept|September) 2026", billed)
    records = f"/quality/desk/lines/{claim}/{line_no}"
    assert records in links(billed)
    assert client.get(records).status_code == 200


def test_a_quantity_that_is_not_whole_is_not_rounded(app, client, numbered):
    samples.provider()
    found = samples.drawn("attribute")
    line = samples.row(found).lines[0]
    claim, line_no, position = line.claim_number, line.line_no, line.position
    change = (
        "UPDATE claim_line SET quantity_milli = 1500 WHERE claim_id = (SELECT id FROM claim WHERE number = :number)"
    )
    with unit_of_work():
        db.session.execute(text(change), {"number": claim})
    sign_in(client, Role.AUDITOR)
    for address in (f"/quality/samples/{found}/lines/{position}", f"/quality/desk/lines/{claim}/{line_no}"):
        assert re.search(r"Billed</dt><dd>(<bdi[^>]*>)?1\.5", client.get(address).text), address


def test_whoever_is_asked_for_papers_reads_each_line_from_the_left_and_reaches_its_claim(app, client, numbered):
    organisation = samples.provider()
    found = samples.drawn("attribute")
    line = samples.row(found).lines[0]
    claim, line_no, written = line.claim_number, line.line_no, line.line
    db.session.rollback()
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=organisation)
    page = client.get(f"/quality/samples/asked/{found}").text
    assert re.search(rf"<h2>Line 1: <bdi[^>]*>{re.escape(written)}</bdi></h2>", page)
    link = f"/claims/{claim}/lines/{line_no}"
    assert link in links(page)
