"""Rows out of the house: typed, and harmless in a spreadsheet."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from core.tables import csv_bytes, neutralise, xlsx_bytes
from core.tables.export import restore

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-12.50+cmd", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_would_run_is_neutralised(text):
    rows = list(csv.reader(io.StringIO(csv_bytes(["a"], [[text]]).decode("utf-8-sig"), newline="")))
    assert rows[1] == [f"'{text}"]


def test_a_header_is_neutralised_too():
    assert csv_bytes(["=HYPERLINK()"], []).decode("utf-8-sig") == "'=HYPERLINK()\r\n"


def test_numbers_and_dates_stay_typed_in_csv():
    content = csv_bytes(["a", "b", "c", "d"], [[Decimal("-12.50"), -3, dt.date(2026, 3, 1), None]])
    assert content == b"\xef\xbb\xbfa,b,c,d\r\n-12.50,-3,2026-03-01,\r\n"


@given(st.text())
def test_neutralising_is_undone_exactly(text):
    assert restore(neutralise(text)) == text
    assert not neutralise(text).startswith(("=", "+", "-", "@", "\t", "\r", "\0"))


@given(st.text(alphabet="'=+-@a", max_size=5))
def test_neutralising_is_undone_exactly_among_apostrophes(text):
    assert restore(neutralise(text)) == text


def test_direction_marks_of_the_screen_do_not_reach_the_file():
    assert "2026-014" in csv_bytes(["a"], [["\u2066T-2026-014-K\u2069"]]).decode("utf-8-sig")
    assert "\u2066" not in csv_bytes(["a"], [["\u2066T-2026-014-K\u2069"]]).decode("utf-8-sig")


def test_a_workbook_keeps_types_and_holds_no_formula():
    content = xlsx_bytes(["a", "b", "c"], [["=1+1", Decimal("-12.50"), dt.date(2026, 3, 1)]])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python()[1] == ["'=1+1", -12.5, dt.date(2026, 3, 1)]
