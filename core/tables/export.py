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
    if cell.__class__ is str and cell.isalnum():
        return str(cell)  # most cells; nothing that a spreadsheet would run and no direction is a letter or a digit
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
    """One sheet with a bold, frozen header. Decimals become spreadsheet numbers, dates real dates."""
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, {**options, "remove_timezone": True}) as book:
        page = book.add_worksheet(_sheet_name(sheet))
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for column, cell in enumerate(header):
            page.write_string(0, column, neutralise(str(cell).translate(_DIRECTION)), bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(page, number, column, cell, day, instant)
        page.freeze_panes(1, 0)
    return content.getvalue()


def _write(page: Any, row: int, column: int, cell: Any, day: Any, instant: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, int | Decimal | float) and -(10**15) < cell < 10**15:
        page.write_number(row, column, cell)
    elif isinstance(cell, dt.date):
        page.write_datetime(row, column, cell, instant if isinstance(cell, dt.datetime) else day)
    else:  # also numbers of more than 15 digits, which a spreadsheet would round
        page.write_string(row, column, neutralise(str(cell).translate(_DIRECTION)))


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:31] or "Touiza"
