"""Sample bids on a draft, from the form to what the second officer reads; with the rank reversal of the note."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.errors import DomainError, InputErrors
from procurement.models.tender import Tender
from procurement.services import samples, tenders
from procurement.services.samples import Sample
from procurement.terms import CriterionTerms
from tests.procurement.tendering import START, House, at, criteria, house, published, terms
from tests.procurement.test_tender_pages import browsing

D = Decimal
NOTE = [Sample(1, "A", 100, D(38)), Sample(1, "B", 90, D(34)), Sample(1, "C", 60, D(5))]


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def draft(people: House, formula: str = "ratio", price: int = 50) -> Tender:
    rows = criteria()
    rest = CriterionTerms("X", "quality", "More", D(65 - price), question="How?")
    half = [CriterionTerms("PRICE", "price", "Price", D(price)), rows[1], rest]
    with at(START):
        return tenders.draft_tender(terms(people, criteria=half, price_formula=formula), by=people.officer)


def test_the_reversal_of_the_note_is_shown_before_publication(people: House) -> None:
    tender = draft(people)
    with at(START):
        samples.keep_samples(tender, NOTE, by=people.officer)
    found = samples.trial(tender.lots[0], samples.samples_of(tender))
    assert found is not None
    totals = [(row.name, str(total)) for row, _points, total in found.rows]
    assert totals == [("A", "68.00"), ("B", "67.33"), ("C", "55.00")]
    assert found.reversal.is_relative
    assert [(change.excluded, change.winner) for change in found.reversal.reversals] == [("C", "B")]
    assert samples.trial(tender.lots[1], samples.samples_of(tender)) is None


def test_examples_are_stable_under_the_absolute_formula(people: House) -> None:
    tender = draft(people, "absolute", 40)
    with at(START):
        samples.keep_samples(tender, samples.examples(tender), by=people.officer)
    for lot in tender.lots:
        found = samples.trial(lot, samples.samples_of(tender))
        assert found is not None
        assert len(found.rows) == 5
        assert found.reversal.is_stable


@pytest.mark.parametrize(
    ("row", "text"),
    [(Sample(1, "A", 10**12, D(5)), "between 0 and the ceiling"), (Sample(1, "A", 5, D("50.01")), "at most 50"),
     (Sample(9, "A", 5, D(5)), "between 0 and the ceiling")],
)  # fmt: skip
def test_a_sample_that_cannot_be_is_refused(people: House, row: Sample, text: str) -> None:
    tender = draft(people)
    with pytest.raises(InputErrors, match=text), at(START):
        samples.keep_samples(tender, [row], by=people.officer)
    with pytest.raises(InputErrors, match="stands twice"), at(START):
        samples.keep_samples(tender, [NOTE[0], NOTE[0]], by=people.officer)


def test_nothing_is_tried_once_the_notice_is_out(people: House) -> None:
    tender = published(people)
    with pytest.raises(DomainError, match="before the notice is out"), at(START):
        samples.keep_samples(tender, NOTE, by=people.officer)


def test_typed_bids_are_kept_shown_and_said_back_when_wrong(client: FlaskClient, people: House) -> None:
    tender = draft(people)
    page, typed = f"/tenders/{tender.number}/samples", {}
    for place, (name, price, points) in enumerate([("A", "100", "38"), ("B", "90", "34"), ("C", "60", "5")], 1):
        typed |= {f"lots.1.name.{place}": name, f"lots.1.price.{place}": price, f"lots.1.points.{place}": points}
    with browsing(client, people.officer, START) as browser:
        assert "Make examples" in browser.get(page).text
        wrong = browser.post(page, data={**typed, "lots.1.points.3": "many", "answer": "try"})
        assert wrong.status_code == 422
        assert 'value="many"' in wrong.text
        shown = browser.post(page, data={**typed, "answer": "try"}, follow_redirects=True).text
        assert "changes if C is left out: then B would win." in shown
        assert "A relative formula" in shown
        assert "68.00" in shown
        browser.post(page, data={"answer": "examples"})
    with browsing(client, people.second, START) as browser:
        text = browser.get(page).text
        assert "Sample A" in text
        assert "Tried on sample bids" in browser.get(f"/tenders/{tender.number}").text
    with browsing(client, people.bidders[0], START) as browser:
        assert browser.get(page).status_code == 404
