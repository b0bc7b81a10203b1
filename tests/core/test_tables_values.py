"""The sloppiness vectors of the interface note, in table cells."""

import datetime as dt
from decimal import Decimal

import pytest

from core.tables.values import (
    BadValue,
    normalise_code,
    parse_date,
    parse_integer,
    parse_money,
    parse_quantity,
    parse_time,
)


@pytest.mark.parametrize("text", ["24.50", "24,50", "٢٤٫٥٠", " 24.50 "])
def test_an_amount_is_read_with_any_clear_decimal_mark(text):
    assert parse_money(text, 2) == 2450


@pytest.mark.parametrize("text", ["1,234.50", "1.234,50", "1\u202f234,50", "١٬٢٣٤٫٥٠"])
def test_an_amount_is_read_with_grouped_digits(text):
    assert parse_money(text, 2) == 123450


@pytest.mark.parametrize(
    "text", ["1.234", "1,234", "24.505", "1,23.50", "12,34,567.00", "24.", "-5", "(5)", "1e3", "NaN", "$24.50"]
)
def test_an_unclear_amount_is_asked_about(text):
    with pytest.raises(BadValue):
        parse_money(text, 2)


def test_with_three_decimals_only_the_declared_mark_is_decimal():
    assert parse_money("5.400", 3, ".") == 5400
    assert parse_money("5,400", 3, ",") == 5400
    with pytest.raises(BadValue):
        parse_money("5,400", 3, ".")
    with pytest.raises(BadValue):
        parse_money("5.400", 3, ",")


@pytest.mark.parametrize("text", ["24.", "24.0", "2,5"])
def test_a_currency_without_decimals_takes_none(text):
    assert parse_money("24", 0) == 24
    with pytest.raises(BadValue):
        parse_money(text, 0)


def test_typed_numbers_of_a_workbook_keep_every_digit():
    assert parse_money(90.0, 2) == 9000
    assert parse_money(19.99, 2) == 1999
    with pytest.raises(BadValue):
        parse_money(24.505, 2)


def test_plain_amounts_of_a_machine_may_be_negative():
    assert parse_money("-40.0", 2, is_plain=True) == -4000
    with pytest.raises(BadValue):
        parse_money("1,5", 2, is_plain=True)


@pytest.mark.parametrize(
    "text", ["2026-03-27", "27/03/2026", "27.3.2026", "27-03-2026", "٢٧/٠٣/٢٠٢٦", "2026-03-27 00:00:00"]
)
def test_a_date_is_iso_or_day_first(text):
    assert parse_date(text) == dt.date(2026, 3, 27)


def test_a_date_is_never_read_month_first():
    assert parse_date("03/04/2026") == dt.date(2026, 4, 3)
    with pytest.raises(BadValue):
        parse_date("03/14/2026")


def test_a_two_digit_year_is_refused_with_its_own_words():
    with pytest.raises(BadValue) as caught:
        parse_date("27/03/26")
    assert "two digits" in str(caught.value.reason)


@pytest.mark.parametrize("text", ["2026-02-30", "31/04/2026", "0000-01-01"])
def test_an_impossible_date_says_so(text):
    with pytest.raises(BadValue) as caught:
        parse_date(text)
    assert str(caught.value.fix) == "Enter a real date, like 2026-03-27."


def test_compact_dates_are_read_only_where_declared():
    assert parse_date("20260327", ["compact"]) == dt.date(2026, 3, 27)
    with pytest.raises(BadValue):
        parse_date("20260327")


@pytest.mark.parametrize("text", ["M 123-456", "m123456", "\u200fM١٢٣٤٥٦"])
def test_a_code_is_normalised(text):
    assert normalise_code(text) == "M123456"


def test_codes_keep_leading_zeros_and_workbook_numbers_lose_their_point():
    assert normalise_code("00845") == "00845"
    assert normalise_code(845.0) == "845"


def test_quantities_are_exact():
    assert parse_quantity("2.5") == Decimal("2.5")
    assert parse_quantity("2,5", ",") == Decimal("2.5")
    assert parse_quantity(1.0) == 1
    assert parse_quantity("-1") == -1
    with pytest.raises(BadValue):
        parse_quantity("two")


def test_whole_numbers_and_times():
    assert parse_integer("2008.0") == 2008
    assert parse_time("8:30") == dt.time(8, 30)
    for read, text in ((parse_integer, "2.5"), (parse_time, "25:00"), (parse_time, "noon")):
        with pytest.raises(BadValue):
            read(text)
