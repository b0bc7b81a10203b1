"""The published rules for abnormally low prices, against section 10 of the procurement note and at their edges."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputErrors
from procurement.scoring.formulas import FORMULA_TEXTS
from procurement.scoring.low_price import NUMBERS, RULES, LowPriceRule, against_others, flags

D = Decimal
UA = LowPriceRule("ua_prozorro", {"others": D(40), "next": D(30)})
ES_NUMBERS = {"alone": D(25), "pair": D(20), "mean": D(10), "budget": D(25)}
ES = LowPriceRule("es_art85", ES_NUMBERS)
ES_POINTS = LowPriceRule("es_art85", ES_NUMBERS, is_in_points=True)
IT = LowPriceRule("trimmed_mean", {"least": D(15), "wing": D(10)})
BG = LowPriceRule("bg_20", {"others": D(20), "least": D(3)})
PL = LowPriceRule("pl_30", {"all": D(30)})
ALL = (UA, ES, ES_POINTS, IT, BG, PL)


def asked(rule: LowPriceRule, *prices: int, budget: int = 10_000) -> list[int]:
    """The prices that the rule asks about, lowest first."""
    named = {f"B{place:02}": price for place, price in enumerate(prices)}
    return sorted(named[bid] for bid in flags(rule, named, budget))


@pytest.mark.parametrize(
    ("price", "next_price", "is_flagged"), [(60, 85, True), (61, 85, False), (70, 100, True), (71, 100, False)]
)
def test_prozorro_meets_the_vectors_of_the_note(price: int, next_price: int, is_flagged: bool) -> None:
    assert (against_others(UA, price, [100, 100], next_price) is not None) == is_flagged


def test_prozorro_looks_at_the_others_and_at_the_next_price() -> None:
    assert asked(UA, 60, 100, 100) == [60]
    assert asked(UA, 71, 100, 100) == []
    assert asked(UA, 0, 0, 0) == []


@pytest.mark.parametrize(("price", "found"), [(7_499, [7_499]), (7_500, [])])
def test_in_spain_one_bid_is_compared_with_the_budget(price: int, found: list[int]) -> None:
    assert asked(ES, price) == found


@pytest.mark.parametrize(("price", "found"), [(7_199, [7_199]), (7_200, [])])
def test_in_spain_the_lower_of_two_is_compared_with_the_other(price: int, found: list[int]) -> None:
    assert asked(ES, price, 9_000) == found


def test_in_spain_three_bids_are_compared_with_their_mean_and_the_budget() -> None:
    # The mean is 9000: under 8100 is too low.
    assert asked(ES, 8_000, 9_300, 9_700) == [8_000]
    assert asked(ES, 8_100, 9_200, 9_700) == []
    # 12000 lies over 10 % above the mean of 9500 and is left out: the mean is 8250, its limit 7425.
    assert asked(ES, 7_424, 9_076, 12_000, budget=9_000) == [7_424]
    assert asked(ES, 7_426, 9_074, 12_000, budget=9_000) == []
    # In any case what lies over 25 % under the budget.
    assert asked(ES, 7_400, 7_500, 7_600) == [7_400]
    # Two far above one: the highest alone is left out.
    assert asked(ES, 1_000, 9_000, 9_001) == [1_000]


def test_in_spain_from_four_bids_on_the_mean_is_taken_without_what_is_too_high() -> None:
    # Mean 9500, 12500 is over 10450: the new mean is 8500, its limit 7650.
    assert asked(ES, 7_649, 8_851, 9_000, 12_500, budget=20_000) == [7_649]
    assert asked(ES, 7_651, 8_849, 9_000, 12_500, budget=20_000) == []
    # Without 9000, 9000 only two are left: the three lowest count, 4000 on the mean, its limit 3600.
    assert asked(ES, 1_000, 2_000, 9_000, 9_000, budget=20_000) == [1_000, 2_000]
    # From four on the budget does not matter.
    assert asked(ES, 1_000, 1_000, 1_000, 1_000) == []


def test_ten_per_cent_may_be_points_of_discount() -> None:
    # Mean 6000: ten per cent of it reach to 5400, ten points of discount on a budget of 10000 to 5000.
    assert asked(ES, 5_300, 5_800, 6_400, 6_500) == [5_300]
    assert asked(ES_POINTS, 5_300, 5_800, 6_400, 6_500) == []
    assert asked(ES_POINTS, 4_900, 6_200, 6_400, 6_500) == [4_900]


def test_in_italy_wings_are_cut_and_equal_discounts_are_one_block() -> None:
    # Discounts 1 to 15 per cent: wings of two; mean of 3 … 13 is 8, mean deviation above it 3, the limit 11.
    assert asked(IT, *(10_000 - 100 * discount for discount in range(1, 16))) == [8_500, 8_600, 8_700, 8_800, 8_900]
    # Two equal prices at the low end are one block: the next price is cut with them.
    equal = [10_000 - 100 * discount for discount in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 20, 20)]
    # Cut: 1, 2 and 20, 20, 13. Mean of 3 … 12 is 7.5, deviation (0.5+1.5+2.5+3.5+4.5)/5 = 2.5, the limit 10.
    assert asked(IT, *equal) == [8_000, 8_000, 8_700, 8_800, 8_900, 9_000]


def test_in_italy_fewer_than_fifteen_bids_are_not_measured() -> None:
    assert asked(IT, *(10_000 - 100 * discount for discount in range(1, 15))) == []


def test_in_bulgaria_a_price_is_compared_with_the_mean_of_the_others() -> None:
    assert asked(BG, 79, 100, 100) == [79]
    assert asked(BG, 80, 100, 100) == []
    assert asked(BG, 1, 100) == []


def test_in_poland_thirty_per_cent_under_estimate_or_mean_is_enough() -> None:
    assert asked(PL, 7_000, 9_000) == [7_000]
    assert asked(PL, 7_001, 9_000) == []
    assert asked(PL, 7_000, 12_000, 12_000, 12_000) == [7_000]
    assert asked(PL, 7_000, 14_000, 14_000, 14_000, budget=9_000) == [7_000]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: f"{rule.code}-{rule.is_in_points}")
@pytest.mark.parametrize("count", [1, 2, 3, 4, 15, 20])
def test_equal_prices_near_the_budget_are_never_asked_about(rule: LowPriceRule, count: int) -> None:
    assert asked(rule, *[9_000] * count) == []


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: f"{rule.code}-{rule.is_in_points}")
def test_no_bid_is_no_flag_and_a_flag_shows_its_figures(rule: LowPriceRule) -> None:
    assert flags(rule, {}, 10_000) == {}
    many = {f"B{place:02}": 9_900 - 10 * place for place in range(20)} | {"LOW": 100}
    found = flags(rule, many, 10_000)["LOW"].trace.to_json()
    assert found["formula"] == rule.code
    assert found["inputs"]["price"] == "100"  # type: ignore[index]
    assert found["figures"]


many_prices = st.dictionaries(st.text("ABCDEFGHIJ", min_size=1, max_size=2), st.integers(0, 12_000), min_size=1)


@given(st.sampled_from(ALL), many_prices, st.randoms())
def test_the_order_of_input_changes_no_flag(rule: LowPriceRule, prices: dict[str, int], random: object) -> None:
    mixed = list(prices.items())
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert flags(rule, prices, 10_000) == flags(rule, dict(mixed), 10_000)


@given(st.sampled_from(ALL), many_prices)
def test_who_is_asked_is_among_the_lowest(rule: LowPriceRule, prices: dict[str, int]) -> None:
    """Except for a gap to the next price, a price under one that is asked about is asked about too."""
    if rule is UA:
        return
    found = flags(rule, prices, 10_000)
    highest = max((prices[bid] for bid in found), default=-1)
    assert all(bid in found for bid, price in prices.items() if price < highest)


@pytest.mark.parametrize(
    ("code", "numbers"),
    [("ro_80", {}), ("bg_20", {"others": D(20)}), ("bg_20", {"others": D(0), "least": D(3)}),
     ("bg_20", {"others": D(20), "least": D("2.5")}), ("pl_30", {"all": D(100)}), ("pl_30", {"all": D("NaN")})],
)  # fmt: skip
def test_a_rule_that_is_not_published_or_has_wrong_numbers_is_refused(code: str, numbers: dict[str, Decimal]) -> None:
    with pytest.raises(InputErrors):
        LowPriceRule(code, numbers)


def test_every_rule_has_numbers_and_words() -> None:
    assert set(RULES) == set(NUMBERS)
    assert set(RULES) <= set(FORMULA_TEXTS)
