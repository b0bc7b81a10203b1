"""What one cell says: dates, amounts, quantities, codes. Sloppy input is read, ambiguous input asked about.

A cell is text (CSV) or what a workbook types: number, date, time, boolean.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.money import UnreadableAmount, from_decimal, parse_amount
from core.words import _l

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

DATE_FORMATS = ("iso", "day_first", "compact")
_DIRECTION = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069\ufeff"), None)
_CODE_NOISE = {**_DIRECTION, **dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009-\u2010\u2011\u2012\u2013"), None)}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


class BadValue(ValueError):
    """`reason` says what is wrong with the cell, `fix` what to write instead."""

    def __init__(self, reason: Any, fix: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix


def as_text(cell: Cell) -> str:
    """The cell as the sheet's reader would type it: whole numbers without “.0”, dates as ISO."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def ascii_digits(text: str) -> str:
    """Digits of any script become 0–9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)


def parse_text(cell: Cell) -> str:
    """Free text, composed (NFC) and trimmed; what people wrote is not otherwise touched."""
    text = as_text(cell)
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate({0xFEFF: None}))


def parse_identifier(cell: Cell) -> str:
    """A sender's own number: trimmed, direction marks out, digits folded; hyphens and case stay."""
    text = as_text(cell)
    return text if text.isascii() else ascii_digits(text.translate(_DIRECTION)).strip()


def normalise_code(cell: Cell) -> str:
    """`m 123-456` → `M123456`."""
    return ascii_digits(as_text(cell).translate(_CODE_NOISE)).upper()


def parse_date(cell: Cell, formats: Sequence[str] = ("iso", "day_first")) -> dt.date:
    """ISO or day/month/year with `/`, `-` or `.`; never month first, never two-digit years."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = ascii_digits(as_text(cell).translate(_DIRECTION))
    parts = _date_parts(text, formats)
    try:
        return dt.date(*parts)
    except ValueError:
        raise BadValue(_l("There is no such day."), _real_date()) from None


def _date_parts(text: str, formats: Sequence[str]) -> tuple[int, int, int]:
    if "iso" in formats and (found := _ISO.fullmatch(text)):
        return int(found[1]), int(found[2]), int(found[3])
    if "compact" in formats and (found := _COMPACT.fullmatch(text)):
        return int(found[1]), int(found[2]), int(found[3])
    if "day_first" in formats and (found := _DAY_FIRST.fullmatch(text)):
        if len(found[4]) == 2:
            raise BadValue(_l("The year has two digits only."), _l("Write the year with four digits, like 2026-03-27."))
        return int(found[4]), int(found[3]), int(found[1])
    raise BadValue(_l("This is not a date."), _real_date())


def _real_date() -> Any:
    return _l("Enter a real date, like 2026-03-27.")


def parse_time(cell: Cell) -> dt.time:
    """A clock time, `8:30` or `08:30:00`."""
    if isinstance(cell, dt.datetime):
        return cell.time()
    if isinstance(cell, dt.time):
        return cell
    found = _TIME.fullmatch(ascii_digits(as_text(cell).translate(_DIRECTION)))
    try:
        return dt.time(int(found[1]), int(found[2]), int(found[3] or 0)) if found else _not_a_time()
    except ValueError:
        return _not_a_time()


def _not_a_time() -> dt.time:
    raise BadValue(_l("This is not a time of day."), _l("Write hours and minutes, like 08:30."))


def parse_money(cell: Cell, exponent: int, decimal_mark: str = ".", *, is_plain: bool = False) -> int:
    """Minor units. `is_plain`: machine-written, digits and a dot, a minus allowed; else as people type."""
    text = as_text(cell)
    whole, mark, decimals = text.partition(".")
    if (
        whole
        and bool(mark) == bool(exponent)
        and exponent == len(decimals)
        and (exponent != 3 or decimal_mark == ".")
        and _are_digits(whole + decimals)
    ):
        return int(whole + decimals)  # full and unambiguous: the usual case, read without the long way
    try:
        if is_plain or isinstance(cell, int | float):
            return from_decimal(text, exponent)
        return parse_amount(text, exponent, decimal_mark)
    except UnreadableAmount as error:
        raise BadValue(error.reason, error.fix) from None


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def parse_quantity(cell: Cell, decimal_mark: str = ".") -> Decimal:
    """A count or measure with at most three decimals; the sign and zero are the schema's business."""
    text = as_text(cell)
    try:
        if isinstance(cell, int | float) or re.fullmatch(r"-?\d+", text):
            thousandths = from_decimal(text, 3)
        else:
            thousandths = parse_amount(text, 3, decimal_mark)
    except UnreadableAmount:
        raise BadValue(_l("This is not a quantity."), _l("Write a number, like 1 or 2.5.")) from None
    return Decimal(thousandths // 1000) if thousandths % 1000 == 0 else Decimal(thousandths).scaleb(-3).normalize()


def parse_integer(cell: Cell) -> int:
    """A whole number; `2008.0`, as statistics programs write it, is 2008."""
    found = re.fullmatch(r"(-?\d{1,18})(?:\.0+)?", ascii_digits(as_text(cell).translate(_DIRECTION)))
    if not found:
        raise BadValue(_l("This is not a whole number."), _l("Write digits only, like 12."))
    return int(found[1])
