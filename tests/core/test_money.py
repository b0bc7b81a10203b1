"""Money: rounding, splitting, and the reading of typed amounts in every language of the fund."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from core.money import UnreadableAmount, from_decimal, parse_amount, round_half_up, share, split, to_decimal


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [(100, [1, 1, 1], [34, 33, 33]), (20_000, [10, 20], [6_667, 13_333]), (2, [1, 1, 1], [1, 1, 0])],
)
def test_a_split_adds_up_and_favours_the_earliest(total, weights, parts):
    assert split(total, weights) == parts


def test_weights_that_are_all_zero_are_refused():
    with pytest.raises(DomainError):
        split(100, [0, 0])


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(sum))
def test_no_split_loses_or_makes_a_unit(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)


SHARES = [(12_345, 3_000, 3_704), (1_005, 3_000, 302), (-5, 5_000, -3)]


@pytest.mark.parametrize(("amount", "points", "expected"), SHARES)
def test_a_share_is_rounded_half_up_once(amount, points, expected):
    assert share(amount, points) == expected


def test_a_half_goes_away_from_zero():
    from fractions import Fraction

    assert [round_half_up(Fraction(n, 2)) for n in (1, -1, 5, 3)] == [1, -1, 3, 2]


@pytest.mark.parametrize("text", ["24.50", "24,50", "٢٤٫٥٠"])
def test_two_decimals_are_read_in_any_script(text):
    assert parse_amount(text, 2) == 2_450


@pytest.mark.parametrize("text", ["1,234.50", "1.234,50", "1 234,50", "١٬٢٣٤٫٥٠", "1’234.50"])
def test_grouped_amounts_are_read(text):
    assert parse_amount(text, 2) == 123_450


@pytest.mark.parametrize(
    "text", ["1.234", "1,234", "24.505", "1,23.50", "12,34,567.00", "24.", "-5", "(5)", "1e3", "NaN", "$24.50", ""]
)
def test_unclear_amounts_are_asked_about(text):
    with pytest.raises(UnreadableAmount):
        parse_amount(text, 2)


def test_three_decimals_take_only_the_languages_own_mark():
    assert parse_amount("5.400", 3) == 5_400
    with pytest.raises(UnreadableAmount, match=r"5\.400 or 540"):
        parse_amount("5,40", 3)
    assert parse_amount("5,4", 3, decimal_mark=",") == 5_400


@pytest.mark.parametrize(("text", "exponent"), [("10.1234", 3), ("10.5", 0), ("1e3", 2), ("", 2), (1.5, 2)])
def test_the_api_takes_no_more_than_the_currency_has(text, exponent):
    with pytest.raises(UnreadableAmount):
        from_decimal(text, exponent)


@given(st.integers(-(10**15), 10**15), st.integers(0, 4))
def test_writing_and_reading_give_the_same_amount(minor, exponent):
    assert from_decimal(to_decimal(minor, exponent), exponent) == minor


@pytest.mark.parametrize("text", ["-4", "1.2345", "1,23,4", "5.", "x"])
def test_an_amount_we_cannot_read_says_once_what_to_write(text: str) -> None:
    with pytest.raises(UnreadableAmount) as caught:
        parse_amount(text, 3)
    assert str(caught.value) == f"{caught.value.reason} {caught.value.fix}"
    assert str(caught.value).count("Write ") == 1
