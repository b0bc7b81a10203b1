"""The catalogue of social criteria: as the note lists it, and used for points only where it may be."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
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
     ("C7", "79", "0"), ("C7", "80", "10"), ("C7", "95", "20"), ("C9", "3", "20"), ("C4", "1.15", "20")],
)  # fmt: skip
def test_the_scoring_function_of_the_catalogue_gives_its_anchors(code: str, value: str, points: str) -> None:
    row = CATALOGUE[code]
    measure = Measure(MeasureKind(row.kind), row.zero_at, row.full_at, row.steps)
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
