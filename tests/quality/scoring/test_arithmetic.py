"""The worked case of the quality note, section 3: Q = 68.899, to the digits."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.scoring.arithmetic import Item, Limiter, Standing, points, score, scored_value, weights, with_improvement


def item(indicator, weight, floor, target, value, reason=""):
    as_decimal = [None if x is None else Decimal(str(x)) for x in (weight, floor, target, value)]
    return Item(indicator, *as_decimal, reason)


WORKED = [
    item("L-01", 0.20, 75, 97, 91),
    item("L-02", 0.15, 20, 1, 4),
    item("L-03", 0.15, 18, 8, 12),
    item("L-04", 0.10, 80, 98, 93),
    item("L-06", 0.15, 1.4, 0.8, 1.08),
    item("X-01", 0.10, 60, 20, 34),
    item("X-08", 0.15, 60, 90, 82),
]


def test_the_worked_cooperative_scores_68_899():
    result = score(WORKED)
    assert result.published == Decimal("68.899")
    assert round(float(result.unrounded), 6) == 68.899256
    assert [str(c.score) for c in result.components] == ["72.73", "84.21", "60.00", "72.22", "53.33", "65.00", "73.33"]
    assert result.components[0].points == Decimal("14.55")
    assert result.reportable == 1


def test_points_end_at_floor_and_target_in_both_directions():
    assert [points(v, 75, 97) for v in (70, 75, 97, 100)] == [0, 0, 100, 100]
    assert [points(v, 20, 1) for v in (25, 20, 1, 0)] == [0, 0, 100, 100]
    with pytest.raises(ValueError, match="must differ"):
        points(1, 5, 5)


def test_weight_of_what_cannot_be_reported_moves_to_the_rest():
    result = score([*WORKED[:6], item("X-08", 0.15, 60, 90, None, "insufficient")])
    assert result.published == Decimal("68.117")
    assert result.reportable == Decimal("0.8500")
    assert result.components[6].standing is Standing.NOT_REPORTABLE
    assert result.components[6].reason == "insufficient"
    assert sum(c.share for c in result.components) == pytest.approx(100, abs=Decimal("0.05"))


def test_below_sixty_per_cent_reportable_there_is_no_score():
    enough = [item("A", 60, 0, 100, 50), item("B", 40, 0, 100, None)]
    assert score(enough).published == Decimal(50)
    too_little = [item("A", 59, 0, 100, 50), item("B", 41, 0, 100, None)]
    assert score(too_little).published is None
    assert score([]).published is None


def test_a_limiter_caps_the_score_and_keeps_the_uncapped_one():
    result = score(WORKED, [Limiter.PAY_FLOOR])
    assert (result.published, result.uncapped, result.is_capped) == (Decimal(49), Decimal("68.899"), True)
    low = score([item("A", 1, 0, 100, 30)], [Limiter.LICENCE])
    assert (low.published, low.is_capped) == (Decimal(30), False)


def test_words_against_the_target_follow_the_points():
    values = {0: Standing.FAR_BELOW, 60: Standing.MIDDLE, 72: Standing.GOOD}
    for value, word in values.items():
        assert score([item("A", 1, 0, 100, value)]).components[0].standing is word


def test_an_unreliable_figure_counts_as_the_mean_of_the_peers():
    assert scored_value(Decimal(91), is_reliable=False, peer_mean=Decimal(88)) == Decimal(88)
    assert scored_value(Decimal(91), is_reliable=True, peer_mean=Decimal(88)) == Decimal(91)


def test_improvement_earns_at_most_nine_tenths_of_its_way():
    assert with_improvement(Fraction(10), 80, 60, 50, 100) == 45
    assert with_improvement(Fraction(60), 80, 60, 50, 100) == 60
    assert with_improvement(Fraction(100), 100, 100, 50, 100) == 100
    assert with_improvement(Fraction(0), 8, 18, 16, 4) == Fraction(9, 10) * Fraction(1000, 14)


@pytest.mark.parametrize(("value", "last_year"), [(80, 99), (98, 99), (95, 97)])
def test_falling_back_from_beyond_the_target_is_no_improvement(value, last_year):
    achieved = points(value, 75, 97)
    assert with_improvement(achieved, value, last_year, 75, 97) == achieved


def test_an_item_with_a_better_year_behind_it_counts_what_it_achieved():
    worse = Item("A", 1, 50, 100, Decimal(70), last_year=Decimal(90))
    better = Item("A", 1, 50, 100, Decimal(70), last_year=Decimal(50))
    assert score([worse]).published == Decimal(40)
    assert score([better]).published == Decimal(40)  # nine tenths of 40 is less than 40
    late = score([Item("A", 1, 75, 97, Decimal(80), last_year=Decimal(60))])
    assert (late.published, late.components[0].is_improvement) == (Decimal("48.649"), True)


def test_a_stand_in_for_too_few_cases_counts_but_is_not_reportable():
    items = [Item("A", 60, 0, 100, 50), Item("B", 40, 0, 100, 90, "insufficient", is_reportable=False)]
    assert score(items).published == Decimal(66)
    assert score(items).reportable == Decimal("0.6000")
    few = [Item("A", 59, 0, 100, 50), Item("B", 41, 0, 100, 90, "insufficient", is_reportable=False)]
    assert score(few).published is None


def test_a_group_weight_is_shared_in_the_proportion_of_its_members():
    rows = [("L-01", "process", 20), ("L-02", "process", 15), ("L-06", "outcome", 1), ("X-05", "labour", 0)]
    groups = {"process": 35, "outcome": 30, "labour": 15}
    assert weights(rows, groups) == {"L-01": 20, "L-02": 15, "L-06": 30, "X-05": 0}
    assert weights(rows, {}) == {"L-01": 20, "L-02": 15, "L-06": 1, "X-05": 0}


def test_a_score_is_stored_without_floats():
    assert score(WORKED).components[1].as_json() == {
        "indicator": "L-02",
        "value": "4",
        "is_improvement": False,
        "weight": "0.1500",
        "share": "15.00",
        "score": "84.21",
        "points": "12.63",
        "standing": "good",
        "reason": "",
    }


@given(st.permutations(WORKED), st.integers(1, 50))
def test_neither_order_nor_the_unit_of_weights_changes_the_score(items, factor):
    scaled = [Item(i.indicator, i.weight * factor, i.floor, i.target, i.value) for i in items]
    assert score(scaled).published == Decimal("68.899")
