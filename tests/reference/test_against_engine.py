"""The engine against the plain reference, line by line and trace by trace (full size: python -m tests.reference)."""

from __future__ import annotations

from collections import Counter

import pytest

from claims import pricing
from claims.adjudication import decide
from claims.rules import CHECKS
from tests.reference import adjudicator
from tests.reference.__main__ import tally
from tests.reference.checks import REASONS
from tests.reference.comparing import difference, told
from tests.reference.generator import generated

SEEDS, LINES = 8, 500  # 1/50 of the full 200,000


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_engine_decides_as_the_reference_does(seed: int) -> None:
    for case, plans in generated(seed, LINES):
        found = difference(case, lambda c, p=plans: told(decide(c, p)), lambda c, p=plans: adjudicator.decide(c, p))
        assert found is None, f"\n{found.text}"


def test_a_third_of_the_generated_lines_touch_a_limit_and_every_reason_occurs() -> None:
    counts: Counter[str] = Counter()
    for seed in range(SEEDS):
        for case, plans in generated(seed, LINES):
            tally(counts, adjudicator.decide(case, plans))
    assert counts["lines"] >= SEEDS * LINES
    assert 3 * counts["limit touched"] >= counts["lines"]
    assert [code for code in REASONS if not counts[code]] == []
    assert counts["state accepted"] + counts["state reduced"] >= counts["lines"] / 3


def test_the_reference_knows_every_reason_that_deciding_can_raise() -> None:
    steps = (*pricing.TARIFF_STEPS, *pricing.REVIEW_STEPS, *pricing.LIMIT_STEPS, *pricing.SHARING_STEPS)
    rules = (*CHECKS, *steps)
    assert {rule.code for rule in rules} == set(REASONS)


def test_the_same_seed_gives_the_same_cases() -> None:
    one, other = ([case for case, _ in generated(7, 60)] for _ in "ab")
    assert one == other
