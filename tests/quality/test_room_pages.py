"""The pages of quality: from the score to the cases to the claim lines; who sees what; nothing there yet."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest

from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from providers.queries import provider_by_number
from providers.services.facts import Statement, bring_in
from quality.audit_cases.models import AuditCase
from quality.queries import runs
from quality.queries.cases import shown_cases
from tests.accounts import sign_in
from tests.providers.builders import ask_facts
from tests.quality import builders
from tests.quality.builders import AUDITOR, LATE, PROVIDERS, number

ADDRESSES = ["/quality", "/quality/audit", "/quality/indicators/L-01/2026Q3", "/quality/providers/P-2026-001"]


@pytest.fixture
def fund(app):
    return builders.scored_world()


def links(body: str, start: str = "/quality") -> set[str]:
    found = {html.unescape(link) for link in re.findall(r'(?:href|src)="([^"]+)"', body)}
    return {link.split("#")[0] for link in found if link.startswith(start)}


def test_an_auditor_walks_from_the_list_to_the_score_to_the_case_to_the_claim_line(fund, client):
    sign_in(client, Role.AUDITOR)
    home = client.get("/quality?period=2026Q3").text
    assert f"Cooperative {LATE}" in home
    (provider,) = [link for link in links(home) if f"/providers/{number(LATE)}" in link]
    page = client.get(provider).text
    assert "How the score is made" in page
    cases = f"/quality/cases/L-01/2026Q3/{number(LATE)}"
    assert cases in links(page)
    (one, *_) = sorted(link for link in links(client.get(cases).text) if link.startswith(cases + "/"))
    case = client.get(one)
    assert case.status_code == 200
    claims = links(case.text, "/claims/") or links(client.get(cases).text, "/claims/")
    assert claims
    assert all(re.fullmatch(r"/claims/2026-10-\d{5}-K(/lines/\d+)?", link) for link in claims)


def test_the_list_begins_with_who_is_worse_and_ends_with_what_has_no_figure(fund, client):
    sign_in(client, Role.AUDITOR)
    home = client.get("/quality?period=2026Q3").text
    order = [home.index(words) for words in ("Worse than chance", ">On-time visits</a>", "without a figure", ">H-01<")]
    assert order == sorted(order)
    assert "/quality/desk" in links(home)
    open_ones = client.get("/quality/audit?state=open")
    assert 'value="open" selected' in open_ones.text


def test_an_inspector_plans_a_visit_from_the_page_of_the_provider(fund, client):
    sign_in(client, Role.INSPECTOR)
    form = f"/quality/inspections/new?provider={number(LATE)}"
    assert form in links(client.get(f"/quality/providers/{number(LATE)}").text)
    assert f'value="{number(LATE)}"' in client.get(form).text
    sign_in(client, Role.AUDITOR)
    assert form not in links(client.get(f"/quality/providers/{number(LATE)}").text)


def test_every_link_of_the_room_answers(fund, client):
    sign_in(client, Role.AUDITOR)
    seen: set[str] = set()
    frontier = {"/quality?period=2026Q3", f"/quality/providers/{number(LATE)}?period=2026Q3", "/quality/audit"}
    for _depth in range(2):
        found: set[str] = set()
        for address in sorted(frontier - seen):
            response = client.get(address)
            assert response.status_code == 200, address
            seen.add(address)
            found |= links(response.text) if response.mimetype == "text/html" else set()
        kinds = {re.sub(r"\d+", "0", link.partition("?")[0]): link for link in found}
        frontier = set(kinds.values())
    assert len(seen) > 10


def test_the_picture_comes_with_its_own_policy_and_is_drawn_once(fund, client, monkeypatch):
    sign_in(client, Role.AUDITOR)
    run = runs.current_run("L-01", "2026Q3")
    first = client.get(f"/quality/charts/{run.id}.svg?provider={number(LATE)}")
    assert first.mimetype == "image/svg+xml"
    assert first.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert f"Cooperative {LATE}" in first.text
    monkeypatch.setattr("quality.charts.canvas.Drawing.svg", lambda _self: b"drawn again")
    assert client.get(f"/quality/charts/{run.id}.svg?provider={number(LATE)}").data == first.data


def test_the_table_and_its_file_say_the_same(fund, client):
    sign_in(client, Role.AUDITOR)
    lines = client.get("/quality/indicators/L-01/2026Q3.csv").text.splitlines()
    assert len(lines) == PROVIDERS + 1
    page = client.get("/quality/indicators/L-01/2026Q3").text
    row = dict(zip(lines[0].split(","), next(x for x in lines if number(LATE) in x).split(","), strict=True))
    assert f"{float(row['numerator']):.0f} / {float(row['denominator']):.0f}" in page
    assert f"{float(row['value']) * 100:.1f}" in page


def test_a_provider_downloads_its_cases_and_they_add_up(fund, client):
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(3)])
    lines = client.get(f"/quality/cases/L-01/2026Q3/{number(3)}.csv").text.splitlines()
    place = lines[0].split(",").index("is_numerator")
    row = runs.results_of_provider("2026Q3", fund[number(3)])["L-01"]
    assert sum(line.split(",")[place] == "True" for line in lines[1:]) == row.numerator
    assert len(lines) - 1 == row.denominator


def test_a_cooperative_sees_its_own_score_and_no_name_of_another(fund, client):
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(3)])
    run = runs.current_run("L-01", "2026Q3")
    table = "/quality/indicators/L-01/2026Q3"
    for address in ("/quality", table, f"/quality/charts/{run.id}.svg", f"{table}.csv"):
        response = client.get(address)
        assert response.status_code == 200
        assert "Cooperative 3" in response.text
        assert not re.search(rf"Cooperative (?!3\b)\d|{number(LATE)}", response.text), address
    assert "Open an audit case" not in client.get("/quality").text


@pytest.mark.parametrize("role", [Role.PROVIDER_MANAGER, Role.PROVIDER_CLERK])
def test_another_cooperatives_pages_do_not_exist(fund, client, role):
    sign_in(client, role, organisation_id=fund[number(3)])
    run = runs.current_run("L-01", "2026Q3")
    case = shown_cases(run.id, fund[number(4)], limit=1)[0][0].id
    theirs = f"/quality/cases/L-01/2026Q3/{number(4)}"
    for address in (f"/quality/providers/{number(4)}", theirs, f"{theirs}.csv", f"{theirs}/{case}"):
        assert client.get(address).status_code == 404
    mine = f"/quality/cases/L-01/2026Q3/{number(3)}"
    assert client.get(f"{mine}/{case}").status_code == 404
    assert client.get("/quality/audit").status_code == 200
    assert client.post("/quality/audit/K-1/plan").status_code == 403
    assert client.post(f"/quality/samples/new/{number(3)}").status_code == 403
    assert client.post("/quality/runs", data={"period": "2026Q3"}).status_code == 403


def test_an_officer_of_the_fund_sees_figures_but_no_members(fund, client):
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert client.get(f"/quality/providers/{number(LATE)}").status_code == 200
    assert client.get(f"/quality/cases/L-01/2026Q3/{number(LATE)}").status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_is_asked_to_sign_in(app, client, address):
    assert client.get(address).status_code == 302


def test_a_claims_officer_has_no_door_here(app, client):
    sign_in(client, Role.CLAIMS_OFFICER)
    assert client.get("/quality").status_code == 403


def test_an_empty_house_says_what_will_appear(app, client):
    sign_in(client, Role.AUDITOR)
    assert "Nothing is measured yet" in client.get("/quality").text
    assert "No audit case yet" in client.get("/quality/audit").text
    assert client.get("/today").status_code == 200
    assert client.get("/quality/indicators/L-01/2026Q3").status_code == 404


def test_no_source_is_said_and_is_no_zero(app, client):
    with unit_of_work():
        builders._plan()
    sign_in(client, Role.AUDITOR)
    answer = client.post("/quality/runs", data={"period": "2026Q3"}, follow_redirects=True)
    assert "32 indicators were computed for Q3 2026." in answer.text
    assert answer.text.count("no source") == 32
    assert "No source." in client.get("/quality/indicators/L-01/2026Q3").text


def test_a_wrong_period_is_refused_and_kept(app, client):
    sign_in(client, Role.AUDITOR)
    answer = client.post("/quality/runs", data={"period": "autumn"})
    assert answer.status_code == 422
    assert "Write a quarter like 2026Q3" in answer.text


def test_an_audit_case_opens_with_a_question_and_closes_with_a_finding(fund, client):
    sign_in(client, Role.AUDITOR)
    address = f"/quality/providers/{number(LATE)}/audit-cases"
    assert client.get(f"{address}/new?indicator=L-01&period=2026Q3").status_code == 200
    assert client.post(address, data={"question": " "}).status_code == 422
    values = {"question": "One route, or all?", "indicator": "L-01", "period": "2026Q3"}
    opened = client.post(address, data=values, follow_redirects=True)
    assert "One route, or all?" in opened.text
    row = db.session.query(AuditCase).one()
    conclude = f"/quality/audit/{row.number}/conclude"
    assert client.post(conclude, data={"finding": "guilty", "finding_text": "x"}).status_code == 422
    assert client.post(conclude, data={"finding": "improve"}).status_code == 422
    cleared = {"act": "clear", "finding": "improve", "finding_text": "Two carers."}
    assert client.post(conclude, data=cleared).status_code == 422
    assert client.post(conclude, data={**cleared, "finding": "data_error"}).status_code == 303
    assert client.post(conclude, data={**cleared, "finding": "data_error"}).status_code == 409
    assert "The records were wrong" in client.get(f"/quality/audit/{row.number}").text
    # what was asked about is no open alert any more
    home = client.get("/quality?period=2026Q3").text
    assert f"{number(LATE)}?period=2026Q3&amp;indicator=L-01" not in home


def test_the_auditors_day_names_the_alert_and_the_managers_its_score(fund, client):
    sign_in(client, Role.AUDITOR)
    assert f"Look at Cooperative {LATE}" in client.get("/today").text
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund[number(3)])
    with clock.frozen(builders.AT):
        assert "Your score for Q3 2026" in client.get("/today").text


def test_the_command_computes_indicators_and_scores(app):
    builders.world()
    run = app.test_cli_runner().invoke(args=["quality", "compute", "--period", "2026Q3"])
    assert run.exit_code == 0, run.output
    assert "L-01 2026Q3: " in run.output
    assert "C-03 2026Q3: no source" in run.output
    run = app.test_cli_runner().invoke(args=["quality", "scores", "--period", "2026Q3"])
    assert run.output == f"{PROVIDERS} scores computed.\n"
    refused = app.test_cli_runner().invoke(args=["quality", "compute", "--period", "soon"])
    assert refused.exit_code == 1


def test_a_return_is_read_from_the_record_of_facts_by_those_who_may(fund, client):
    ask_facts()
    row = provider_by_number(number(LATE))
    counts = {"board_members": 8, "women_on_board": 2, "workers": 20, "worker_members": 9}
    said = [Statement(code, Decimal(count), builders.AT.date(), "minutes") for code, count in counts.items()]
    with clock.frozen(builders.AT), unit_of_work():
        bring_in({row.organisation_id: said}, source="annual returns", by=AUDITOR)
    page = f"/quality/providers/{number(LATE)}?period=2026Q3"
    for role, is_shown in ((Role.AUDITOR, True), (Role.INSPECTOR, False)):
        sign_in(client, role)
        text = client.get(page).text
        assert ("25 %" in text and "X-06" in text) is is_shown, role
        assert "9 members" in text
        client.post("/logout")
