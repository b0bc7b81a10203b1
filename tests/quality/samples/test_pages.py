"""The pages: planned, announced, drawn again by a stranger, papers sent, judged, read by whom they concern."""

from __future__ import annotations

import ast
import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from quality.samples import services
from quality.samples.models import AuditSample
from tests.accounts import sign_in
from tests.quality.builders import AT, number
from tests.quality.samples import builders, redraw
from tests.quality.samples.builders import DRAW_AT, PDF, PLACE, SOURCE, WORDS

PLAN = {"design": "stratified", "covered": "paid", "valid_from": "2026-07-01", "valid_until": "2026-09-30"}
ADDRESS = f"/quality/samples/new/{number(PLACE)}"


@pytest.fixture
def organisation(app):
    return builders.provider()


def test_a_sample_goes_from_its_plan_to_its_draw(organisation, client):
    sign_in(client, Role.AUDITOR)
    with clock.frozen(AT):
        assert "Plan a sample of Cooperative 30" in client.get(ADDRESS).text
        shown = client.post(ADDRESS, data={**PLAN, "act": "preview"})
        assert "Sizes before the draw" in shown.text
        assert "all of them" in shown.text
        assert db.session.query(AuditSample).count() == 0
        said = {"act": "announce", "source": SOURCE, "source_on": "2026-11-16"}
        page = client.post(ADDRESS, data={**PLAN, **said}, follow_redirects=True)
        assert "Until then nobody can know" in page.text
        found = db.session.query(AuditSample).one().number
        assert client.post(f"/quality/samples/{found}/draw", data={"words": WORDS}).status_code == 409
    with clock.frozen(DRAW_AT):
        assert f"Draw sample {found}" in client.get("/today").text
        page = client.post(f"/quality/samples/{found}/draw", data={"words": f" {WORDS}  "}, follow_redirects=True)
    assert "drawn again, same lines" in page.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "dice"}, "anyone can look them up"),
        ({"source_on": "2026-11-14"}, "later day than today"),
        ({"source_on": "soon"}, "problem"),
        ({"valid_until": "2026-06-30"}, "before the first"),
        ({"valid_from": "soon"}, "problem"),
        ({"size": "1"}, "2 to 5,000"),
        ({"size": "many"}, "2 to 5,000"),
        ({"variation": "-1"}, "above 0"),
        ({"variation": "nan"}, "above 0"),
        ({"variation": "inf"}, "above 0"),
        ({"certain_from": "12,x"}, "not an amount"),
        ({"design": "magic"}, "Choose what"),
        ({"case": "K-2020-001-X"}, "No audit case"),
    ],
)
def test_a_plan_that_cannot_be_says_why_and_keeps_what_was_typed(organisation, client, change, said):
    sign_in(client, Role.AUDITOR)
    values = {**PLAN, "act": "announce", "source": SOURCE, "source_on": "2026-11-16", **change}
    with clock.frozen(AT):
        answer = client.post(ADDRESS, data=values)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.query(AuditSample).count() == 0


@pytest.mark.parametrize("design", ["attribute", "stratified", "monetary"])
def test_a_stranger_draws_the_same_lines_from_the_public_page(organisation, client, design):
    found = builders.drawn(design)
    page = client.get(f"/public/samples/{found}").text
    frame = client.get(f"/public/samples/{found}/frame.txt").text
    drawn = client.get(f"/public/samples/{found}/drawn.txt").text.splitlines()
    assert redraw.redraw(page, frame) == drawn
    assert redraw.redraw(page.replace(WORDS, "1 2 3"), frame) != drawn
    with pytest.raises(ValueError, match="announced"):
        redraw.redraw(page, frame.replace("1", "2"))


def test_the_script_imports_nothing_of_the_product():
    tree = ast.parse(Path(redraw.__file__).read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.split(".")[0] for name in names} & {"core", "quality", "claims", "app", "tests"} == set()


def test_the_public_page_names_neither_provider_nor_claim(organisation, client):
    found = builders.drawn()
    row = builders.row(found)
    texts = [client.get(f"/public/samples/{found}{part}").text for part in ("", "/frame.txt", "/drawn.txt")]
    texts.append(client.get("/public/samples").text)
    for text in texts:
        assert "Cooperative 30" not in text
        assert number(PLACE) not in text
        assert row.frame_key not in text
        assert not re.search(r"\d{5}-K", text)


@pytest.mark.parametrize("closed", [{"members": 10}, {"is_restricted": True}])
def test_a_frame_of_few_people_or_of_protected_care_is_not_public(app, client, closed):
    builders.provider(**closed)
    with clock.frozen(AT), unit_of_work():
        by = builders.AUDITOR
        if "is_restricted" in closed:
            by = replace(by, scopes=frozenset({"restricted"}))
        found = services.announce(builders.provider_seen(number(PLACE), by), builders.wanted(), by=by).number
    page = client.get(f"/public/samples/{found}").text
    assert "The frame is not public" in page
    assert "200" not in re.sub(r"[0-9a-f]{64}|\d{4}-\d\d-\d\d|/static/\S+", "", page.split("<main")[1])
    for part in ("frame.txt", "drawn.txt"):
        assert client.get(f"/public/samples/{found}/{part}").status_code == 404
    if "is_restricted" in closed:
        sign_in(client, Role.AUDITOR)
        assert client.get(f"/quality/samples/{found}").status_code == 404


def test_the_provider_sends_papers_and_others_do_not_find_the_sample(organisation, client):
    found = builders.drawn()
    page = f"/quality/samples/asked/{found}"
    with clock.frozen(DRAW_AT):
        sign_in(client, Role.PROVIDER_CLERK, organisation_id=organisation)
        assert "Send the papers of 51 lines" in client.get("/today").text
        assert found in client.get("/quality/samples/asked").text
        sent = {"file-1": (io.BytesIO(PDF), "book.pdf")}
        shown = client.post(f"{page}/1", data=sent, content_type="multipart/form-data", follow_redirects=True)
        assert "Papers are missing for 50 lines" in shown.text
        code = re.search(r"Receipt ((?:\w{4}-){2}\w{4})", re.sub(r"<[^>]+>", "", shown.text))
        assert code
        assert "Receipt for papers" in client.get(f"/verify/{code[1]}").text
        assert client.get(f"/quality/samples/{found}/receipts/1.pdf").data.startswith(b"%PDF")
        (paper,) = set(re.findall(rf"/quality/samples/{found}/papers/\d+", shown.text))
        assert client.get(paper).data == PDF
        wrong = {"file-2": (io.BytesIO(b"MZ"), "virus.pdf")}
        refused = client.post(f"{page}/2", data=wrong, content_type="multipart/form-data")
        assert refused.status_code == 422
        assert 'id="file-2-error"' in refused.text
        assert client.get(f"/quality/samples/{found}/working.pdf").status_code == 404
        sign_in(client, Role.AUDITOR)
        assert client.get(paper).data == PDF
        with unit_of_work():
            other = builders.builders._cooperative(31)
        sign_in(client, Role.PROVIDER_MANAGER, organisation_id=other)
        for address in (page, paper, f"/quality/samples/{found}/receipts/1.pdf", f"/quality/samples/{found}/frame.csv"):
            assert client.get(address).status_code == 404
        assert client.post(f"{page}/1", data={}).status_code == 404


def test_an_announced_sample_does_not_exist_for_the_provider(organisation, client):
    found = builders.announced()
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=organisation)
    assert client.get(f"/quality/samples/asked/{found}").status_code == 404
    assert found not in client.get("/quality/samples/asked").text


def test_an_auditor_judges_line_after_line(organisation, client):
    found = builders.drawn()
    sign_in(client, Role.AUDITOR)
    here = f"/quality/samples/{found}/lines"
    with clock.frozen(DRAW_AT + dt.timedelta(days=1)):
        assert client.get(f"{here}/1").status_code == 200
        assert "No papers were sent" not in client.get(f"{here}/1").text
        next_one = client.post(f"{here}/1", data={"error": "none"})
        assert next_one.location.endswith("/lines/2")
        refused = client.post(f"{here}/2", data={"error": "not_given", "allowed": "0"})
        assert refused.status_code == 422
        assert "Say which paper" in refused.text
        assert client.post(f"{here}/2", data={"error": "not_given"}).status_code == 422
        said = {"error": "not_given", "allowed": "0", "evidence": "book p. 2", "text": "Nobody came."}
        assert client.post(f"{here}/2", data=said).status_code == 303
        page = client.get(f"/quality/samples/{found}").text
        assert "49 lines wait for a judge." in page
        assert "May be taken back, so far" in page
        assert client.post(f"/quality/samples/{found}/judge").status_code == 409
        moved = client.post(f"{here}/3/spare", data={"reason": "Withdrawn"})
        assert moved.location.endswith("/lines/52")
        assert client.post(f"{here}/4/spare", data={}).status_code == 422
        extend = f"/quality/samples/{found}/extend"
        assert client.post(extend, data={"until": "2026-12-20", "reason": "Flood"}).status_code == 303
        assert client.post(extend, data={"until": "2020-01-01", "reason": "Flood"}).status_code == 422
        assert client.post(f"/quality/samples/{found}/drop", data={}).status_code == 422
        assert client.post(f"/quality/samples/{found}/drop", data={"dropped": "Wrong days."}).status_code == 303
    client.post("/logout")
    assert "Wrong days." in client.get(f"/public/samples/{found}").text


@pytest.mark.parametrize("design", ["attribute", "stratified"])
def test_the_estimate_follows_from_the_exported_working_papers(organisation, client, design):
    found = builders.judged(design)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=organisation)
    lines = redraw.rows(client.get(f"/quality/samples/{found}/lines.csv").text)
    values = {row["name"]: row["value"] for row in redraw.rows(client.get(f"/quality/samples/{found}/values.csv").text)}
    again = redraw.estimate(lines, values)
    for name, value in again.items():
        assert value == pytest.approx(float(values[f"estimate.difference.{name}"]), abs=1e-3)
    frame = redraw.rows(client.get(f"/quality/samples/{found}/frame.csv").text)
    least = redraw.minimum_sum(lines, values, frame)
    assert least == int(values["estimate.minimum_sum"])
    by_rule = {"lower_limit": int(again["lower"]), "minimum_sum": least}[values["estimate.rule"]]
    assert int(values["estimate.amount"]) == max(by_rule, int(values["estimate.errors_found"]))
    if design == "attribute":
        assert redraw.fewest_wrong(200, 51, 17, 0.05) == int(values["estimate.rate.fewest_lines"])


def test_the_working_papers_are_the_same_bytes_each_time_and_say_how_to_object(organisation, client):
    found = builders.judged("stratified")
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=organisation)
    for name in ("working.pdf", "working.xlsx", "lines.csv", "values.csv", "frame.csv"):
        first = client.get(f"/quality/samples/{found}/{name}")
        assert first.status_code == 200, name
        assert first.data == client.get(f"/quality/samples/{found}/{name}").data, name
    paper = client.get(f"/quality/samples/{found}/working.pdf").data
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    for said in ("presumed, not proven", "Nobody came that day.", "Standard error", builders.row(found).frame_hash[:8]):
        assert said in text
    page = client.get(f"/quality/samples/asked/{found}").text
    assert "May be taken back" in page
    assert "Nobody came that day." in page


def test_the_picture_of_the_frame_marks_every_drawn_line_and_nobody_elses(organisation, client):
    found = builders.drawn("stratified")
    sign_in(client, Role.AUDITOR)
    picture = client.get(f"/quality/samples/{found}/frame.svg")
    assert picture.headers["Content-Security-Policy"].startswith("default-src 'none'")
    taken = [line for line in builders.row(found).lines if not line.is_spare]
    groups = re.findall(r'<g id="sampled-\d+">.*?</g>\s*</g>', picture.text, re.S)
    assert sum(group.count("<use ") for group in groups) == len(taken)
    assert f'alt="{len(taken)} lines of' in client.get(f"/quality/samples/{found}").text
