"""Sensitivity of a ranking to the weight of the price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from procurement.scoring.sensitivity import Shift, sensitivity


def points(**values: str) -> dict[str, Decimal]:
    return {bid: Decimal(text) for bid, text in values.items()}


def test_a_clear_winner_is_stable() -> None:
    assert sensitivity(Decimal(40), points(A="40.00", B="20.00"), points(A="50.00", B="40.00")) == []


def test_a_close_ranking_names_the_weight_that_turns_it() -> None:
    # 40: A 30 + 45 = 75, B 38 + 36 = 74. At 45: A 33.75 + 41.25 = 75, B 42.75 + 33 = 75.75.
    found = sensitivity(Decimal(40), points(A="30.00", B="38.00"), points(A="45.00", B="36.00"))
    assert found == [Shift(Decimal(45), "B")]


def test_equals_go_by_the_tie_break_and_one_bid_is_always_stable() -> None:
    same = points(A="20.00", B="20.00")
    assert sensitivity(Decimal(40), same, same, ["B", "A"]) == []
    assert sensitivity(Decimal(40), points(A="1.00"), points(A="1.00")) == []


@pytest.mark.parametrize("weight", ["3", "98"])
def test_a_weight_never_leaves_its_hundred(weight: str) -> None:
    found = sensitivity(Decimal(weight), points(A="1.00", B="0.50"), points(A="0.00", B="0.40"))
    assert all(0 < row.weight < 100 for row in found)
