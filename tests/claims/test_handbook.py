"""The handbook is printed from what decides: every reason, every sentence, every row of the plan."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from claims.benefit_plan import parse
from claims.explanation import ALL_RULES
from claims.handbook import entries, grants
from claims.handbook.examples import cases_by_reason, figures_of
from claims.presenters import FIGURES
from claims.reasons import Reason
from core import clock
from core.roles import Role
from tests.accounts import sign_in
from tests.claims.builders import AT, Fund

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "rules" / "cases"


def test_every_reason_and_every_rule_stands_in_it(app: Flask) -> None:
    with app.test_request_context():
        found = entries(FIGURES, 3, cases_by_reason(CASES))
    assert [entry.reason for entry in found] == list(Reason)
    assert sum(len(entry.sayings) for entry in found) == len(ALL_RULES)
    assert all(saying.basis for entry in found for saying in entry.sayings)


def test_no_sentence_has_a_hole(app: Flask) -> None:
    with app.test_request_context():
        for entry in entries(FIGURES, 3, {}):
            for saying in entry.sayings:
                assert not re.search(r"[{}…]|None|–", saying.sentence), saying.sentence


def test_a_figure_of_every_kind_is_known() -> None:
    known = (
        "money",
        "quantity",
        "number",
        "day",
        "elements",
        "period",
        "age",
        "sex",
        "cover",
        "standing",
        "percent",
        "band",
    )
    for rule in ALL_RULES:
        kinds = set(re.findall(r"\{\w+:(\w+)\}", str(rule.text)))
        assert kinds <= {*known, "code", "text", "units"}, (rule.code, kinds)
        assert set(figures_of(str(rule.text), 3)) == {*rule.names, "unit"}


def test_rules_show_their_worked_cases() -> None:
    assert any("BEN-03" in name for name in cases_by_reason(CASES)["BEN-03"])
    assert cases_by_reason(ROOT / "nowhere") == {}


def test_every_row_of_the_plan_is_told_with_its_terms(app: Flask) -> None:
    plan = parse((ROOT / "plan" / "benefits.toml").read_text())
    with app.test_request_context():
        rows = {row.code: row for row in grants(plan, FIGURES)}
    assert len(rows) == len({row.code for row in plan.services()})
    dental = rows["HC-180"]
    assert (dental.unit, dental.basis) == ("visit", "Benefit regulation, annex A, 13")
    assert {"At least 180 days apart", "Member’s share 20\u00a0%"} <= set(dental.terms)
    assert any(term.startswith("Dental care: 300.000 per year") for term in dental.terms)


def test_staff_read_it_print_it_and_take_it_along(fund: Fund, client: FlaskClient) -> None:
    with clock.frozen(AT):
        sign_in(client, Role.CLAIMS_OFFICER)
        text = client.get("/claims/handbook").text
        for words in ("MEM-04", "Waiting period", "Benefit regulation, art. 6(2)", "Home care visit", "worked case"):
            assert words in text, words
        assert client.get("/claims/handbook.pdf").data.startswith(b"%PDF-")
        told = client.get("/claims/handbook.md").text
        assert "### BEN-04 Too soon after the last one" in told
        assert "| CON | Consultation | each |" in told
        assert client.get("/claims/handbook.doc").status_code == 404


def test_the_command_prints_the_same(fund: Fund, app: Flask, tmp_path: Path) -> None:
    with clock.frozen(AT):
        printed = app.test_cli_runner().invoke(args=["claims", "handbook"])
        assert "## Benefits and limits" in printed.output, printed.output
        app.test_cli_runner().invoke(args=["claims", "handbook", "--pdf", str(tmp_path / "book.pdf")])
    assert (tmp_path / "book.pdf").read_bytes().startswith(b"%PDF-")
