"""Tables that read like the screen's: soft head over a firm rule, hairlines, amounts at the right edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import brand
from core.documents.sheet import Align, Sheet

GAP = 10.0
PADDING = 5.5


@dataclass(frozen=True, slots=True)
class Column:
    """`weight` shares out the width; amounts stand right-aligned in every language."""

    head: str
    weight: float = 1.0
    is_amount: bool = False
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a second, softer line below."""

    text: str
    below: str = ""


Row = Sequence[str | Cell]


@dataclass(frozen=True, slots=True)
class _Place:
    column: Column
    x: float
    width: float


def draw_table(sheet: Sheet, columns: Sequence[Column], rows: Sequence[Row], total: Row | None = None) -> None:
    """Draw from the cursor down; the head is repeated on each page, a row is never torn."""
    places = _places(columns)
    sheet.need(_height(sheet, places, rows[0]) + 34 if rows else 60)
    _head(sheet, places)
    for index, row in enumerate(rows):
        height = _height(sheet, places, row)
        keep = _height(sheet, places, total, is_total=True) if total and index == len(rows) - 1 else 0
        if sheet.need(height + keep):
            _head(sheet, places)
        _row(sheet, places, row, height)
        if index < len(rows) - 1:
            sheet.rule(brand.MARGIN, sheet.y, brand.WIDTH)
    if total:
        sheet.rule(brand.MARGIN, sheet.y, brand.WIDTH, brand.EDGE, 1.4)
        _row(sheet, places, total, _height(sheet, places, total, is_total=True), is_total=True)
    else:
        sheet.rule(brand.MARGIN, sheet.y, brand.WIDTH)
    sheet.y -= 8


def _places(columns: Sequence[Column]) -> list[_Place]:
    free = brand.WIDTH - GAP * (len(columns) - 1)
    unit = free / sum(column.weight for column in columns)
    places, x = [], brand.MARGIN
    for column in columns:
        places.append(_Place(column, x, unit * column.weight))
        x += unit * column.weight + GAP
    return places


def _head(sheet: Sheet, places: Sequence[_Place]) -> None:
    step = brand.SMALL * sheet.leading
    heads = [sheet.lines(place.column.head, place.width, brand.SMALL, bold=True) for place in places]
    deepest = max(len(lines) for lines in heads)
    for place, lines in zip(places, heads, strict=True):
        for index, text in enumerate(lines):
            y = sheet.y - brand.SMALL - step * (deepest - len(lines) + index)
            align: Align = "amount" if place.column.is_amount else "start"
            sheet.line(text, place.x, y, place.width, brand.SMALL, bold=True, colour=brand.SOFT, align=align)
    sheet.y -= step * deepest + 3
    sheet.rule(brand.MARGIN, sheet.y, brand.WIDTH, brand.EDGE, 1.4)


def _texts(cell: str | Cell) -> tuple[str, str]:
    return (cell, "") if isinstance(cell, str) else (cell.text, cell.below)


def _height(sheet: Sheet, places: Sequence[_Place], row: Row, *, is_total: bool = False) -> float:
    """The tallest cell with its padding, in points."""
    heights = []
    for place, cell in zip(places, row, strict=True):
        text, below = _texts(cell)
        lines = sheet.lines(text, place.width, brand.TABLE, bold=is_total or place.column.is_bold)
        height = len(lines) * brand.TABLE * sheet.leading
        if below:
            height += len(sheet.lines(below, place.width, brand.SMALL)) * brand.SMALL * sheet.leading
        heights.append(height)
    return max(heights) + 2 * PADDING - 2


def _row(sheet: Sheet, places: Sequence[_Place], row: Row, height: float, *, is_total: bool = False) -> None:
    top = sheet.y
    for place, cell in zip(places, row, strict=True):
        text, below = _texts(cell)
        y = top - PADDING
        bold = is_total or place.column.is_bold
        for words, size, is_heavy in ((text, brand.TABLE, bold), (below, brand.SMALL, False)):
            for line in sheet.lines(words, place.width, size, bold=is_heavy) if words else []:
                colour = brand.INK if size == brand.TABLE else brand.SOFT
                align: Align = "amount" if place.column.is_amount else "start"
                sheet.line(line, place.x, y - size, place.width, size, bold=is_heavy, colour=colour, align=align)
                y -= size * sheet.leading
    sheet.y = top - height
