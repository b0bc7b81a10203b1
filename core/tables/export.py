"""Rows out of the house exactly as shown: CSV (UTF-8 with BOM) and XLSX, safe to open in a spreadsheet.

A text cell that a spreadsheet would run as a formula gets a leading apostrophe; numbers and dates stay typed.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter  # type: ignore[import-untyped, unused-ignore]

# A text that carries apostrophes already gets one more, so that the way back is exact.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\0]")
# What bidirectional formatting adds around codes and amounts on the screen has no place in a file.
_DIRECTION = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"), None)
# Most cells: codes, numbers, dates, times. Nothing that a spreadsheet would run begins so, and no direction is in it.
_HARMLESS = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9 .:+\-]*)?").fullmatch
# The same rows are the same bytes, whenever they are written.
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")


def neutralise(text: str) -> str:
    """`=1+1` → `'=1+1`; all else unchanged. Undone by `restore`."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def restore(text: str) -> str:
    """Take back the apostrophe that `neutralise` set, so that what we wrote reads as it was."""
    return text[1:] if text[:1] == "'" and _DANGEROUS.match(text) else text


def is_number(text: str) -> bool:
    """A plain number in text is harmless and stays as it is in a returned file."""
    return _NUMBER.fullmatch(text) is not None


def csv_bytes(header: Sequence[Any], rows: Iterable[Sequence[Any]], delimiter: str = ",") -> bytes:
    """Texts (also lazy ones) are neutralised; numbers as they stand; dates ISO; None blank."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([_csv_cell(cell) for cell in header])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Any) -> str:
    if cell.__class__ is str and _HARMLESS(cell):
        return str(cell)
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return neutralise(str(cell).translate(_DIRECTION))


def xlsx_bytes(header: Sequence[Any], rows: Iterable[Sequence[Any]], sheet: str = "Touiza") -> bytes:
    """One sheet with a bold, frozen header. Decimals become numbers with their own places, dates real dates."""
    return xlsx_book([(sheet, header, rows)])


def xlsx_book(
    sheets: Iterable[tuple[str, Sequence[Any], Iterable[Sequence[Any]]]], is_right_to_left: bool = False
) -> bytes:
    """Several sheets, each (name, header, rows); `is_right_to_left`: the first column stands at the right."""
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, {**options, "remove_timezone": True}) as book:
        book.set_properties({"created": _MADE})
        styles = _Styles(book)
        for name, header, rows in sheets:
            page = book.add_worksheet(_sheet_name(name))
            if is_right_to_left:
                page.right_to_left()
            for column, cell in enumerate(header):
                page.write_string(0, column, neutralise(str(cell).translate(_DIRECTION)), styles.of("bold"))
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    _write(page, number, column, cell, styles)
            page.freeze_panes(1, 0)
            page.autofit()
    return content.getvalue()


_NAMED: dict[str, dict[str, Any]] = {
    "bold": {"bold": True},
    "day": {"num_format": "yyyy-mm-dd"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm"},
}


class _Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def of(self, name: str) -> Any:
        return self._of(name, _NAMED[name])

    def places(self, count: int) -> Any:
        """A number with so many decimals, as its currency has them."""
        return self._of(f"places {count}", {"num_format": "#,##0." + "0" * count if count else "#,##0"})

    def _of(self, name: str, how: dict[str, Any]) -> Any:
        if name not in self._made:
            self._made[name] = self._book.add_format(how)
        return self._made[name]


def _write(page: Any, row: int, column: int, cell: Any, styles: _Styles) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, Decimal) and -(10**15) < cell < 10**15:
        page.write_number(row, column, cell, styles.places(max(-int(cell.as_tuple().exponent), 0)))
    elif isinstance(cell, int | float) and -(10**15) < cell < 10**15:
        page.write_number(row, column, cell)
    elif isinstance(cell, dt.date):
        page.write_datetime(row, column, cell, styles.of("instant" if isinstance(cell, dt.datetime) else "day"))
    else:  # also numbers of more than 15 digits, which a spreadsheet would round
        page.write_string(row, column, neutralise(str(cell).translate(_DIRECTION)))


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:31] or "Touiza"
