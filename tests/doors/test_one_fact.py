"""One fact asked once, seen from outside: every door writes the same record, and no door tells what is not its own."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask.testing import FlaskClient

from core.db import db, unit_of_work
from core.roles import Role
from core.tables import xlsx_bytes
from providers import queries
from tests.accounts import account_with, sign_in
from tests.claims.test_api import token
from tests.providers.builders import PDF, accredited, ask_facts, catalogue, complete, draft, today

DAY = dt.timedelta(days=1)
HEAD = ["provider_id", "code", "period", "said_of", "figure", "evidence"]


@pytest.fixture
def number(app: object) -> str:
    catalogue()
    ask_facts()
    accredited()
    return queries.provider_number(1)


def manager(client: FlaskClient, organisation_id: int = 1) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=organisation_id)


def due(**figures: str) -> dict[str, str]:
    return {"said_of": today().isoformat(), "evidence": "payroll of October, page 1"} | figures


def held(code: str) -> object:
    db.session.rollback()
    found = queries.facts_on([1], [code], today()).get(1, {})
    return found[code].figure if code in found else None


def test_what_is_on_record_is_not_asked_again_until_it_is_too_old(client: FlaskClient, number: str) -> None:
    manager(client)
    page = client.get(f"/providers/{number}/facts").text
    assert 'name="workers"' in page
    assert 'name="women_on_board"' in page
    form = due(workers="24", worker_members="20", women="14", board_members="7", women_on_board="3")
    assert client.post(f"/providers/{number}/facts/due", data=form).status_code == 303
    page = client.get(f"/providers/{number}/facts").text
    assert 'name="workers"' not in page
    assert "Nothing is asked now." in page
    assert "42.86 %" in page
    assert (held("workers"), held("women_on_board")) == (24, 3)


def test_an_old_figure_is_shown_with_its_day_to_confirm_or_change(client: FlaskClient, number: str) -> None:
    manager(client)
    old = today() - 500 * DAY
    client.post(f"/providers/{number}/facts/due", data=due(workers="24") | {"said_of": old.isoformat()})
    page = client.get(f"/providers/{number}/facts").text
    assert "On record since" in page
    assert 'value="24"' in page
    assert client.post(f"/providers/{number}/facts/due", data=due(workers="24")).status_code == 303
    assert 'name="workers"' not in client.get(f"/providers/{number}/facts").text


def test_bad_figures_are_named_at_their_fields_and_typed_work_stays(client: FlaskClient, number: str) -> None:
    manager(client)
    form = due(workers="-3", worker_members="many", board_members="7", women_on_board="9")
    answer = client.post(f"/providers/{number}/facts/due", data=form)
    assert answer.status_code == 422
    assert 'href="#worker_members"' in answer.text
    assert 'value="many"' in answer.text
    answer = client.post(f"/providers/{number}/facts/due", data=form | {"worker_members": "2"})
    for words in ('href="#workers"', "less than 0", 'href="#women_on_board"', "more than there are in all, 7"):
        assert words in answer.text, words
    tomorrow = (today() + DAY).isoformat()
    answer = client.post(f"/providers/{number}/facts/due", data=due(workers="24") | {"said_of": tomorrow})
    assert "lies in the future" in answer.text
    answer = client.post(
        f"/providers/{number}/facts",
        data={"code": "shoe_size", "figure": "42", "one_said_of": "2026-11-01", "one_evidence": "x"},
    )
    assert 'href="#code"' in answer.text
    assert queries.history(1) == []


def test_a_paper_comes_along_and_only_who_may_read_the_facts_opens_it(client: FlaskClient, number: str) -> None:
    manager(client)
    form = {
        "code": "pay_gap",
        "figure": "8.5",
        "period": "year",
        "one_said_of": today().isoformat(),
        "one_evidence": "report",
    }
    form |= {"one_file": (io.BytesIO(b"GIF89a"), "report.pdf")}
    answer = client.post(f"/providers/{number}/facts", data=form)
    assert answer.status_code == 422
    assert 'href="#one_file"' in answer.text
    form |= {"one_file": (io.BytesIO(PDF), "report.pdf")}
    assert client.post(f"/providers/{number}/facts", data=form).status_code == 303
    paper = f"/providers/{number}/facts/1/evidence"
    assert client.get(paper).data == PDF
    client.post("/logout")
    accredited(2)
    manager(client, 2)
    assert client.get(paper).status_code == 404


def test_two_hostile_cooperatives_neither_read_nor_change_each_other(client: FlaskClient, number: str) -> None:
    manager(client)
    client.post(f"/providers/{number}/facts/due", data=due(workers="24"))
    client.post("/logout")
    rival = accredited(2)
    manager(client, rival)
    home = f"/providers/{number}/facts"
    assert [client.get(path).status_code for path in (home, f"{home}/1")] == [404, 404]
    sent = {"figure": "2", "evidence": "x", "reason": "spite", "code": "workers", "note": "x"}
    answers = [client.post(path, data=due() | sent).status_code for path in (home, f"{home}/due", f"{home}/1/correct")]
    assert answers == [404, 404, 404]
    own = f"/providers/{queries.provider_number(rival)}/facts"
    assert client.post(f"{own}/1/correct", data=sent).status_code == 404
    assert client.get(f"/api/v1{home}").status_code in (401, 404)
    headers = {"Authorization": f"Bearer {token(rival)}", "Idempotency-Key": "k"}
    fact = {"code": "workers", "figure": "2", "said_of": "2026-11-01", "evidence": "x"}
    assert client.post(f"/api/v1{home}", json={"facts": [fact]}, headers=headers).status_code == 404
    assert client.get(f"/api/v1{home}", headers=headers).status_code == 404
    assert held("workers") == 24


def test_the_api_states_and_reads_the_same_record(client: FlaskClient, number: str) -> None:
    headers = {"Authorization": f"Bearer {token(1)}", "Idempotency-Key": "k1"}
    path, day = f"/api/v1/providers/{number}/facts", today().isoformat()
    rows = [
        {"code": "workers", "figure": "24", "said_of": day, "evidence": "payroll"},
        {"code": "payroll", "figure": "72000.000", "said_of": day, "period": "quarter", "evidence": "payroll"},
    ]
    answer = client.post(path, json={"facts": rows}, headers=headers)
    assert answer.status_code == 200, answer.text
    told = client.get(path, headers=headers).json
    assert {row["code"]: row["state"] for row in told} == {"workers": "stated", "payroll": "stated"}
    bad = [rows[0] | {"figure": "26"}, rows[1] | {"code": "shoes"}]
    answer = client.post(path, json={"facts": bad}, headers=headers | {"Idempotency-Key": "k2"})
    assert answer.status_code == 422
    assert [row["where"] for row in answer.json["problems"]] == ["facts.1.code"]
    answer = client.post(path, json={"facts": bad[:1]}, headers=headers | {"Idempotency-Key": "k3"})
    assert [row["where"] for row in answer.json["problems"]] == ["facts.0.figure"]
    assert "you said 24 of" in answer.json["problems"][0]["message"]


def test_a_file_names_row_and_field_and_its_good_rows_stand_beside_what_was_said(
    client: FlaskClient, number: str
) -> None:
    manager(client)
    client.post(f"/providers/{number}/facts/due", data=due(workers="24"))
    client.post("/logout")
    sign_in(client, Role.REGISTRAR)
    day = today()
    rows = [
        [number, "workers", "day", day, 30, "inspection"],
        [number, "women", "day", day, 31, "inspection"],
        [number, "pay_gap", "day", day, 130, "inspection"],
        [number, "board_members", "day", day + DAY, 7, "inspection"],
        [number, "shoes", "day", day, 7, "inspection"],
        ["P-1", "workers", "day", day, 7, "inspection"],
        [number, "temporary", "day", day, -3, "inspection"],
    ]
    content = xlsx_bytes(HEAD, rows)
    sent = {"file": (io.BytesIO(content), "facts.xlsx"), "mapping": "touiza-facts"}
    answer = client.post("/providers/imports", data=sent, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    for words in (
        "more than there are in all, 30",
        "at most 100 per cent",
        "lies in the future",
        "no figure",
        "no such provider",
        "less than 0",
    ):
        assert words in answer.text, words


def test_figures_that_disagree_are_side_by_side_for_the_fund_and_a_second_person_verifies(
    client: FlaskClient, number: str
) -> None:
    manager(client)
    client.post(f"/providers/{number}/facts/due", data=due(workers="24"))
    client.post("/logout")
    registrar = sign_in(client, Role.REGISTRAR)
    form = {
        "provider_id": number,
        "code": "workers",
        "period": "day",
        "said_of": today().isoformat(),
        "figure": "30",
        "evidence": "inspection",
    }
    assert client.post("/providers/records/facts", data=form).status_code == 303
    assert "Two figures of one day: All workers" in client.get(f"/providers/{number}/facts").text
    assert client.post(f"/providers/{number}/facts/2/verify", data={"note": "seen"}).status_code == 403
    assert client.post(f"/providers/{number}/facts/1/verify", data={"note": " "}).status_code == 422
    client.post("/logout")
    for role in (Role.PROCUREMENT_OFFICER, Role.AUDITOR):
        sign_in(client, role)
        assert "Two figures of one day" in client.get(f"/providers/{number}/facts").text
        client.post("/logout")
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert client.post(f"/providers/{number}/facts/2/verify", data={"note": "payroll, page 2"}).status_code == 303
    assert held("workers") == 30
    assert registrar is not None


def test_a_small_special_count_is_told_to_few(client: FlaskClient, number: str) -> None:
    manager(client)
    home = f"/providers/{number}/facts"
    client.post(f"{home}/due", data=due(workers="24"))
    form = {
        "code": "disabled_or_excluded",
        "figure": "3",
        "period": "day",
        "one_said_of": today().isoformat(),
        "one_evidence": "certificates",
    }
    assert client.post(home, data=form).status_code == 303
    assert '<td role="cell" class="strong" data-l="Figure">3</td>' in client.get(home).text
    client.post("/logout")
    for role, figure in ((Role.PROCUREMENT_OFFICER, "&lt;5"), (Role.AUDITOR, "3")):
        sign_in(client, role)
        for path in (home, f"{home}/2"):
            page = client.get(path).text
            assert (f">{figure}<" in page) is True, (role, path)
        client.post("/logout")


@pytest.mark.parametrize("role", [Role.CLAIMS_OFFICER, Role.MEMBER, Role.CARE_WORKER])
def test_nobody_else_reads_the_record(client: FlaskClient, number: str, role: Role) -> None:
    own = 1 if role == Role.CARE_WORKER else None
    account = account_with(role, organisation_id=own)
    client.post(f"/demo/sign-in/{account.id}")
    assert client.get(f"/providers/{number}/facts").status_code == 403


def test_a_registration_is_sent_once_its_figures_are_on_record_and_says_where_they_were_used(
    client: FlaskClient, number: str
) -> None:
    organisation_id, account = draft(7)
    own = queries.provider_number(organisation_id)
    with unit_of_work():
        provider = queries.provider_of(organisation_id)
        assert provider is not None
        complete(provider, account)
    client.post(f"/demo/sign-in/{account.id}")
    tasks = client.get(f"/providers/{own}/registration").text
    assert "Staff and governance" in tasks
    refused = client.post(f"/providers/{own}/registration/send")
    assert refused.status_code == 422
    assert "Say or confirm: All workers" in refused.text
    figures = due(workers="9", worker_members="8", women="5", board_members="5", women_on_board="2")
    answer = client.post(f"/providers/{own}/facts/due", data=figures)
    assert answer.location.endswith(f"/providers/{own}/registration")
    assert client.post(f"/providers/{own}/registration/send").status_code == 303
    assert f"Used: Registration {own}" in client.get(f"/providers/{own}/facts").text


def test_the_form_of_a_registration_asks_no_figure_twice(client: FlaskClient, number: str) -> None:
    assert 'name="worker_members"' not in client.get("/providers/register").text
