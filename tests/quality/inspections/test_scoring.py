"""The mean of items and the agreement of two, with figures worked by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from core.errors import InputErrors
from quality.inspections.plan import parse
from quality.inspections.scoring import agreement, mean_of

TEXT = (Path(__file__).parents[3] / "plan" / "inspections.toml").read_text("utf-8")
PLAN = parse(TEXT)
NURSERY = PLAN.checklist("nursery", dt.date(2026, 10, 12))
ONE = {"S1": "yes", "S2": "no", "S3": "yes", "R1": "5", "R2": "4", "T1": "6", "T2": "na", "T3": "5"}
OTHER = {"S1": "yes", "S2": "yes", "S3": "yes", "R1": "5", "R2": "5", "T1": "4", "T2": "3", "T3": "5"}


def test_the_mean_leaves_out_what_does_not_apply_and_yes_or_no():
    assert mean_of(NURSERY, ONE) == Fraction(5 + 4 + 6 + 5, 4)


def test_without_points_there_is_no_mean():
    assert mean_of(NURSERY, {"S1": "yes", "T1": "na"}) is None


def test_agreement_of_two_sheets():
    found = agreement(NURSERY, ONE, OTHER)
    assert (found.items, found.alike) == (8, 4)
    assert (found.points, found.within_one) == (4, 3)
    # pairs (5,5) (4,5) (6,4) (5,5): observed 3 of 4 pairs = 3/4; by chance Σ|a−b| over 4 × 4 pairs = 14, 14/16
    chance = sum(abs(a - b) for a, b in product((5, 4, 6, 5), (5, 5, 4, 5)))
    assert found.kappa == 1 - Fraction(3 * 4, chance)


def test_two_who_agree_throughout_have_kappa_one_and_two_who_use_one_point_none():
    assert agreement(NURSERY, ONE, ONE).kappa == 1
    flat = dict.fromkeys(("R1", "R2", "T1", "T3"), "5")
    assert agreement(NURSERY, flat, flat).kappa is None


def test_agreement_does_not_depend_on_who_is_first():
    assert agreement(NURSERY, ONE, OTHER) == agreement(NURSERY, OTHER, ONE)


@pytest.mark.parametrize(
    ("value", "is_finding"), [("no", True), ("2", True), ("3", False), ("na", False), ("yes", False)]
)
def test_what_is_a_finding(value, is_finding):
    assert PLAN.is_finding(value) is is_finding


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('code = "S2"\ntext = "Medicines and', 'code = "S1"\ntext = "Medicines and', "checklist.nursery"),
        ('code = "home-care"', 'code = "nursery"', "checklist.nursery.valid_from"),
        ('scale = "yes_no"', 'scale = "stars"', "checklist.0"),
        ("finding_below = 3", "finding_below = 9", "finding_below"),
        ("double_share = 0.10", "double_share = 1.5", "double_share"),
        ("turns = 2", "turn = 2", "turn"),
    ],
)
def test_a_plan_that_contradicts_itself_names_the_place(old, new, place):
    assert old in TEXT
    with pytest.raises(InputErrors) as refused:
        parse(TEXT.replace(old, new, 1))
    assert any(one.where.startswith(place) for one in refused.value.problems)
