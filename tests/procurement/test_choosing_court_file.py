"""A court file of a tender with everything that may be published: the script computes it all again, and keeps quiet
about facts that no tie needed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from procurement.queries import tenders as queries
from procurement.services import bids, evaluation
from procurement.terms import CriterionTerms
from tests.procurement.tendering import (
    CLOSES,
    House,
    at,
    criteria,
    drafted_bid,
    house,
    opened,
    published,
    scored,
    secure,
)
from tests.procurement.test_choosing import DAY, count, equal_bids
from tests.procurement.test_court_file import made, unpacked, verified

D = Decimal
FACTS = (
    {"workers": count("40", "40"), "women": count("20", "2")},
    {"workers": count("50", "50"), "women": count("9", "9")},
)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def contents(folder: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("50-bids/*/quality.json"))]


def test_a_tie_by_facts_shows_them_to_the_court_and_withholds_small_counts(people: House, tmp_path: Path) -> None:
    tender = published(people, tie_ladder=("women",))
    equal_bids(tender, people, *FACTS)
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    folder = unpacked(made(tender), tmp_path)
    code, said = verified(folder)
    assert code == 0, said
    assert all("workforce" in content for content in contents(folder))
    results = json.loads((folder / "65-results" / "results.json").read_text())
    figures = [row["tie_break"][0]["figures"] for row in results]
    assert sorted(figures[0].values()) == ["18.00", "<5"]


@pytest.mark.parametrize("changes", [{"are_averages_frozen": True}, {"are_averages_frozen": False}])
def test_what_was_renormalised_and_rejected_is_computed_again(
    people: House, tmp_path: Path, changes: dict[str, bool]
) -> None:
    rows = [*criteria()[:2], CriterionTerms("C8", "social", "Women lead", D(25), measure="parity", unit="%")]
    tender = published(people, criteria=rows, is_renormalised=True, price_formula="ratio", labour_floor=None, **changes)
    for who, rate in zip(people.bidders, ("3000000", "8000000", "9000000"), strict=True):
        bid = drafted_bid(tender, who, rate=rate)
        with at(CLOSES - DAY):
            secure(bid, who)
            promises = {"C8": "30", "C8.staff": "40"}
            bids.save_draft(bid, by=who, promises=promises, workforce={"workers": count("9", "9")})
            bids.submit_bid(bid, by=who)
    opened(tender, people, "quality", CLOSES + DAY)
    scored(tender, people, {"Unit 1": 4, "Unit 2": 3, "Unit 3": 2}, CLOSES + DAY)
    opened(tender, people, "price", CLOSES + 2 * DAY)
    low = next(row for row in queries.results_of(tender.lots[0]) if row.flags)
    low.flag_decision, low.flag_reason = "rejected", "Not explained."
    with at(CLOSES + 3 * DAY):
        evaluation.rank(tender, by=people.chair)
    folder = unpacked(made(tender), tmp_path)
    code, said = verified(folder)
    assert (code, "NOT IN ORDER" in said) == (0, False), said
    assert not any("workforce" in content for content in contents(folder))
    points = [row["sheet"]["C8"] for row in json.loads((folder / "65-results" / "results.json").read_text())]
    assert points == ["18.75"] * 3, "30 of 40 per cent"
