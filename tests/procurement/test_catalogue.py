"""The catalogue of social criteria: as the note lists it, and used for points only where it may be."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from flask import Flask

from core.errors import InputErrors
from procurement import catalogue
from procurement.scoring.social import Measure, MeasureKind, social_score
from procurement.services import tenders
from procurement.terms import CriterionTerms
from tests.procurement.tendering import START, House, at, criteria, house, terms

TEXT = (Path(__file__).resolve().parents[2] / "plan" / "criteria.toml").read_text()
CATALOGUE = catalogue.parse(TEXT)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def test_the_catalogue_has_c1_to_c26_each_with_measure_unit_and_evidence() -> None:
    assert list(CATALOGUE) == [f"C{number}" for number in range(1, 27)]
    assert all(row.measure and row.unit and row.evidence and row.uses for row in CATALOGUE.values())
    assert {code for code, row in CATALOGUE.items() if row.is_special} == {"C8", "C10"}
    assert {code for code, row in CATALOGUE.items() if not row.is_scored} == {
        "C1",
        "C2",
        "C15",
        "C17",
        "C23",
        "C24",
        "C26",
    }


@pytest.mark.parametrize(
    ("code", "value", "points"),
    [("C6", "50", "0"), ("C6", "95", "20"), ("C6", "72.5", "10"), ("C14", "40", "0"), ("C14", "10", "20"),
     ("C7", "79", "0"), ("C7", "80", "10"), ("C7", "95", "20"), ("C9", "3", "20"), ("C4", "1.15", "20"),
     ("C4", "0.99", "0"), ("C4", "1.075", "10"), ("C12", "50", "0"), ("C12", "62.5", "10"), ("C12", "75", "20"),
     ("C12", "49", "0"), ("C16", "75", "10"), ("C8", "50", "20"), ("C8", "25", "10"), ("C13", "70", "10")],
)  # fmt: skip
def test_the_scoring_function_of_the_catalogue_gives_its_anchors(code: str, value: str, points: str) -> None:
    row = CATALOGUE[code]
    measure = Measure(MeasureKind(row.kind), row.zero_at, row.full_at, row.steps, row.gate)
    assert social_score(Decimal(20), measure, Decimal(value)).points == Decimal(points)


def chosen(code: str, **changes: object) -> list[CriterionTerms]:
    extra = dataclasses.replace(CATALOGUE[code].terms(Decimal(5)), **changes)
    return [*criteria("35"), dataclasses.replace(extra, code="X")]


@pytest.mark.parametrize(
    ("code", "text"), [("C15", "earns no points"), ("C3", "how it is tied"), ("C1", "earns no points")]
)
def test_a_criterion_is_refused_for_what_it_may_not_serve(people: House, code: str, text: str) -> None:
    with at(START):
        tender = tenders.draft_tender(terms(people, criteria=chosen(code)), by=people.officer)
    with pytest.raises(InputErrors, match=text), at(START):
        tenders.send_for_approval(tender, by=people.officer)


@pytest.mark.parametrize(
    ("code", "changes"), [("C11", {}), ("C3", {"question": "Members among the carers of these visits"})]
)
def test_an_allowed_criterion_goes_into_the_notice(people: House, code: str, changes: dict[str, str]) -> None:
    with at(START):
        tender = tenders.draft_tender(terms(people, criteria=chosen(code, **changes)), by=people.officer)
        tenders.send_for_approval(tender, by=people.officer)
    assert (tender.state, tender.criteria[-1].catalogue) == ("submitted", code)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [('uses = ["S", "T"]', 'uses = ["X"]'), ('kind = "lin_up"', 'kind = "magic"'), ('code = "C2"', 'code = "C1"'),
     ('zero_at = "10"', 'zero_at = "ten"')],
)  # fmt: skip
def test_a_wrong_row_of_the_plan_is_refused(wrong: str, text: str) -> None:
    with pytest.raises(InputErrors, match=r"criterion\."):
        catalogue.parse(TEXT.replace(wrong, text, 1))


def test_user_participation_is_marked_and_measured() -> None:
    rows = CATALOGUE["C16"].rows()
    assert [(row.code, row.block, row.catalogue) for row in rows] == [
        ("C16", "social", "C16"), ("C16-2", "quality", "C16"),
    ]  # fmt: skip
    assert [row.measure for row in CATALOGUE["C22"].rows()] == ["lin_down", "bool"]


@pytest.mark.parametrize(
    ("code", "changes", "text"),
    [("C8", {"measure": "lin_up", "zero_at": Decimal(0), "full_at": Decimal(50)}, "measured otherwise"),
     ("C4", {"gate": None}, "say what must be reached"),
     ("C12", {"gate": Decimal(60)}, "everything 25 above it"),
     ("C12", {"gate": Decimal(60), "zero_at": Decimal(60), "full_at": Decimal(80)}, "everything 25 above it")],
)  # fmt: skip
def test_a_function_of_the_catalogue_is_not_bent(
    people: House, code: str, changes: dict[str, object], text: str
) -> None:
    with at(START):
        tender = tenders.draft_tender(terms(people, criteria=chosen(code, **changes)), by=people.officer)
    with pytest.raises(InputErrors, match=text), at(START):
        tenders.send_for_approval(tender, by=people.officer)


def test_a_legal_minimum_of_the_tender_moves_both_anchors(people: House) -> None:
    own = {"gate": Decimal(60), "zero_at": Decimal(60), "full_at": Decimal(85)}
    with at(START):
        tender = tenders.draft_tender(terms(people, criteria=chosen("C12", **own)), by=people.officer)
        tenders.send_for_approval(tender, by=people.officer)
    assert tender.criteria[-1].scale().share(Decimal("72.5")) == Fraction(1, 2)


def test_a_contract_measures_what_earns_no_points_and_nothing_else(people: House) -> None:
    named = ("C13", "C15", "C17", "C24")
    with at(START):
        tender = tenders.draft_tender(terms(people, performance=named), by=people.officer)
    assert [(row["code"], row["target"], row["direction"]) for row in tender.performance] == [
        ("C13", "90", "up"), ("C15", "1", "down"), ("C17", "9", "up"), ("C24", "1", "up"),
    ]  # fmt: skip
    with pytest.raises(InputErrors, match="no measure of a contract"), at(START):
        tenders.draft_tender(terms(people, performance=("C5",)), by=people.officer)


def test_a_step_breaks_ties_only_if_the_catalogue_lets_it() -> None:
    assert list(catalogue.tie_problems(("women", "temporary", "price"), CATALOGUE)) == []
    without = {**CATALOGUE, "C8": dataclasses.replace(CATALOGUE["C8"], uses=frozenset("A"))}
    assert [problem.found for problem in catalogue.tie_problems(("women",), without)] == ["women"]
