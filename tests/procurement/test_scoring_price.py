"""Price points against the published tables of the procurement note, section 9."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputErrors
from procurement.scoring.formulas import FORMULA_TEXTS, PriceFormula
from procurement.scoring.price import PriceField, PriceTerms, over_ceiling, price_scores, total_price, weighted_price
from procurement.scoring.trace import rounded

F = PriceFormula
FORTY, CEILING = Decimal(40), 100_000
TABLE_PRICES = {"A": 80_000, "B": 90_000, "C": 95_000, "D": 100_000}


def terms(formula: str, maximum: Decimal = FORTY, ceiling: int | None = CEILING, **more: object) -> PriceTerms:
    defaults: dict[str, object] = {"absolute": {"floor": 75_000}, "bilinear": {"knee": Decimal("0.90")}}.get(
        formula, {}
    )
    if formula == "power":
        defaults = {"exponent": Decimal("0.5")}
    return PriceTerms(F(formula), maximum, ceiling, **{**defaults, **more})


def points(formula: str, prices: dict[str, int], **more: object) -> list[str]:
    scores = price_scores(terms(formula, **more), prices)
    return [str(scores[bid].points) for bid in prices]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("ratio", ["40.00", "35.56", "33.68", "32.00"]),
        ("linear_ceiling", ["40.00", "20.00", "10.00", "0.00"]),
        ("bilinear", ["40.00", "36.44", "20.57", "0.00"]),
    ],
)
def test_the_table_of_the_note_is_met_to_the_digit(formula: str, expected: list[str]) -> None:
    assert points(formula, TABLE_PRICES) == expected


def test_the_absolute_formula_gains_nothing_below_the_floor() -> None:
    prices = {"A": 74_000, "B": 75_000, "C": 85_000, "D": 95_000}
    assert points("absolute", prices) == ["40.00", "40.00", "24.00", "8.00"]


def test_bilinear_gives_the_knee_when_all_bids_are_equal_or_there_is_one() -> None:
    assert points("bilinear", {"A": 90, "B": 90, "C": 90}, ceiling=100) == ["36.00"] * 3
    assert points("bilinear", {"A": 90}, ceiling=100) == ["36.00"]


def test_bilinear_and_power_give_nothing_when_all_bid_the_ceiling() -> None:
    assert points("bilinear", {"A": 100, "B": 100}, ceiling=100) == ["0.00"] * 2
    assert points("power", {"A": 100, "B": 100}, ceiling=100) == ["0.00"] * 2


def test_linear_ceiling_gives_all_when_the_lowest_bid_is_the_ceiling() -> None:
    assert points("linear_ceiling", {"A": 100, "B": 100}, ceiling=100) == ["40.00"] * 2


def test_linear_worst_spreads_from_highest_to_lowest_and_gives_all_to_equals() -> None:
    assert points("linear_worst", TABLE_PRICES) == ["40.00", "20.00", "10.00", "0.00"]
    assert points("linear_worst", {"A": 7, "B": 7}) == ["40.00"] * 2


def test_low2x_gives_nothing_from_twice_the_lowest_price() -> None:
    assert points("low2x", {"A": 50, "B": 75, "C": 100, "D": 130}) == ["40.00", "20.00", "0.00", "0.00"]


def test_power_takes_the_root_of_the_saving() -> None:
    assert points("power", {"A": 60_000, "B": 90_000, "C": 64_000}) == ["40.00", "20.00", "37.95"]


def test_power_with_exponent_one_rounds_an_exact_half_up() -> None:
    # 1/3 of 0.015 is 0.005: a half that a truncated power would lose; the root of 1/9 is the same third.
    scores = price_scores(PriceTerms(F.POWER, Decimal("0.015"), 100, exponent=Decimal(1)), {"A": 70, "B": 90})
    assert scores["B"].points == Decimal("0.01")
    root = PriceTerms(F.POWER, Decimal("0.015"), 100, exponent=Decimal("0.5"))
    assert price_scores(root, {"A": 10, "B": 90})["B"].points == Decimal("0.01")


def test_fixed_gives_every_bid_all_points() -> None:
    assert points("fixed", TABLE_PRICES, ceiling=None) == ["40.00"] * 4


def test_a_price_of_zero_is_scored_not_rejected() -> None:
    assert points("ratio", {"A": 0, "B": 10}) == ["40.00", "0.00"]
    assert points("low2x", {"A": 0, "B": 10}) == ["40.00", "0.00"]
    assert points("ratio", {"A": 0, "B": 0}) == ["40.00"] * 2


def test_a_price_above_the_ceiling_is_inadmissible_and_never_negative_points() -> None:
    prices = {"A": 90_000, "B": 100_001}
    assert over_ceiling(terms("ratio"), prices) == {"B"}
    with pytest.raises(InputErrors, match="B: The price is above the ceiling"):
        price_scores(terms("linear_ceiling"), prices)


@pytest.mark.parametrize("broken", [-1, 10.5, True, Decimal("NaN")])
def test_a_price_that_is_no_amount_is_refused(broken: object) -> None:
    with pytest.raises(InputErrors):
        price_scores(terms("ratio", ceiling=None), {"A": broken})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("formula", "more"),
    [
        ("absolute", {"floor": 100_000}),
        ("absolute", {"floor": 100_001}),
        ("absolute", {"floor": None}),
        ("absolute", {"ceiling": None}),
        ("linear_ceiling", {"ceiling": None}),
        ("bilinear", {"knee": Decimal("0.7")}),
        ("power", {"exponent": Decimal(0)}),
        ("ratio", {"maximum": Decimal(0)}),
        ("ratio", {"maximum": Decimal("NaN")}),
    ],
)
def test_terms_that_make_points_meaningless_are_refused(formula: str, more: dict[str, object]) -> None:
    with pytest.raises(InputErrors):
        terms(formula, **more)


def test_two_point_six_seven_five_rounds_up() -> None:
    assert rounded(Decimal("2.675")) == Decimal("2.68")


def test_unit_rates_add_up_line_by_line_and_a_missing_line_is_inadmissible() -> None:
    volumes = {"visit": Decimal(1000), "night": Decimal("2.5")}
    assert total_price({"visit": Decimal("12.345678"), "night": Decimal(101)}, volumes) == 12_346 + 253
    with pytest.raises(InputErrors, match="night"):
        total_price({"visit": Decimal(1)}, volumes)
    with pytest.raises(InputErrors, match="extra"):
        total_price({"visit": Decimal(1), "night": Decimal(1), "extra": Decimal(1)}, volumes)
    with pytest.raises(InputErrors, match="visit"):
        total_price({"visit": Decimal(-1), "night": Decimal(1)}, volumes)


def test_a_frozen_field_keeps_points_when_a_bid_is_excluded_later() -> None:
    frozen = PriceField.of(TABLE_PRICES)
    rest = {bid: price for bid, price in TABLE_PRICES.items() if bid != "A"}
    before = price_scores(terms("bilinear"), TABLE_PRICES)
    after = price_scores(terms("bilinear"), rest, frozen)
    assert all(after[bid].points == before[bid].points for bid in rest)
    assert price_scores(terms("bilinear"), rest)["B"].points != before["B"].points
    late = price_scores(terms("bilinear"), {"X": 70_000}, frozen)["X"]
    assert late.points == before["A"].points, "a bid admitted later is read at the field's edge"
    assert PriceField.from_json(frozen.to_json()) == frozen


def test_the_trace_carries_formula_inputs_and_figures() -> None:
    trace = price_scores(terms("ratio"), TABLE_PRICES)["B"].trace.to_json()
    assert trace["formula"] == "ratio"
    assert trace["inputs"] == {"price": "90000", "maximum": "40", "ceiling": "100000"}
    assert trace["figures"] == {
        "lowest": "80000",
        "highest": "100000",
        "mean": "91250",
        "share": "0.888889",
        "exact": "35.555556",
        "points": "35.56",
    }


def test_a_weighted_price_falls_with_earned_features_and_only_compares() -> None:
    largest = {"care": Decimal("0.1"), "jobs": Decimal("0.1")}
    assert weighted_price(100, {"care": Decimal("0.1"), "jobs": Decimal(0)}, largest) == Decimal("88.89")
    assert weighted_price(100, {"care": Decimal(0), "jobs": Decimal(0)}, largest) == 100
    with pytest.raises(InputErrors):
        weighted_price(100, {"care": Decimal("0.2"), "jobs": Decimal(0)}, largest)
    with pytest.raises(InputErrors):
        weighted_price(100, {"care": Decimal(0)}, largest)
    with pytest.raises(InputErrors):
        weighted_price(100, {"care": Decimal(0)}, {"care": Decimal("0.31")})


def test_every_price_formula_has_words() -> None:
    assert {formula.value for formula in F} <= set(FORMULA_TEXTS)


formulas = st.sampled_from(sorted(F))
fields = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, CEILING), min_size=1)


@given(formulas, fields, st.randoms())
def test_the_order_of_bids_changes_nothing(formula: str, prices: dict[str, int], random: object) -> None:
    mixed = list(prices.items())
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert price_scores(terms(formula), prices) == price_scores(terms(formula), dict(mixed))


@given(formulas, fields)
def test_points_stay_between_nothing_and_the_maximum_with_two_decimals(formula: str, prices: dict[str, int]) -> None:
    for score in price_scores(terms(formula), prices).values():
        assert 0 <= score.points <= FORTY
        assert score.points.as_tuple().exponent == -2


@given(formulas, fields)
def test_a_cheaper_rival_never_has_fewer_points(formula: str, prices: dict[str, int]) -> None:
    scores = price_scores(terms(formula), prices)
    ordered = [scores[bid].points for bid in sorted(prices, key=prices.__getitem__)]
    assert ordered == sorted(ordered, reverse=True)


@given(formulas, fields, st.data())
def test_a_bid_that_lowers_its_price_never_loses_points(
    formula: str, prices: dict[str, int], data: st.DataObject
) -> None:
    bid = data.draw(st.sampled_from(sorted(prices)))
    lower = data.draw(st.integers(0, prices[bid]))
    before = price_scores(terms(formula), prices)[bid].points
    after = price_scores(terms(formula), {**prices, bid: lower})[bid].points
    assert after >= before


@given(fields, st.data())
def test_under_the_absolute_formula_rivals_do_not_matter(prices: dict[str, int], data: st.DataObject) -> None:
    bid = data.draw(st.sampled_from(sorted(prices)))
    alone = price_scores(terms("absolute"), {bid: prices[bid]})[bid]
    assert price_scores(terms("absolute"), prices)[bid] == alone
