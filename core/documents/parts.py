"""The parts a letter is made of, each drawn from the sheet's cursor down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from core.documents import brand
from core.documents.sheet import Sheet
from core.documents.text import typed

Tone = Literal["solid", "dotted", "hatched"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: label, the figure with its unit, one line of meaning."""

    label: str
    value: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Strand:
    """One part of a sum: `weight` in minor units, `value` as printed. Told apart by pattern before colour."""

    label: str
    value: str
    weight: int
    tone: Tone


@dataclass(frozen=True, slots=True)
class Knot:
    """A step on the thread: when, what; done, now or still to come."""

    when: str
    what: str
    state: Literal["done", "now", "ahead"]


def title(sheet: Sheet, text: str) -> None:
    leading = 1.5 if sheet.is_mirrored else 1.24
    sheet.block(text, brand.MARGIN, brand.WIDTH, brand.TITLE, bold=True, leading=leading)
    sheet.y -= 5


def heading(sheet: Sheet, text: str, aside: str = "") -> None:
    sheet.need(64)  # never alone at the foot of a page
    sheet.y -= 9
    baseline = sheet.y - brand.HEADING
    sheet.line(aside, brand.MARGIN, baseline, brand.WIDTH, brand.SMALL, colour=brand.SOFT, align="end")
    sheet.block(text, brand.MARGIN, brand.WIDTH, brand.HEADING, bold=True)
    sheet.y -= 4


def picture(sheet: Sheet, png: bytes, width: float, height: float) -> None:
    """A picture at its own size in points, or as wide as the page; never torn. Its words stand beside it as text."""
    from reportlab.lib.utils import ImageReader

    scale = min(1.0, brand.WIDTH / width, (brand.TOP_LATER - brand.BOTTOM) / height)
    sheet.need(height * scale + 6)
    sheet.y -= height * scale
    left = sheet.left_of(brand.MARGIN, width * scale)
    sheet.canvas.drawImage(ImageReader(BytesIO(png)), left, sheet.y, width * scale, height * scale)
    sheet.y -= 6


def subheading(sheet: Sheet, text: str) -> None:
    sheet.need(72)  # with the first lines of what it heads
    sheet.y -= 4
    sheet.block(text, brand.MARGIN, brand.WIDTH, brand.BODY, bold=True)
    sheet.y -= 2


def facts(sheet: Sheet, pairs: Sequence[tuple[str, str]], label_share: float) -> None:
    """Labels in a soft column, values beside them."""
    label_width = brand.WIDTH * label_share
    x = brand.MARGIN + label_width + 10
    width = brand.WIDTH - label_width - 10
    step = brand.BODY * sheet.leading
    for label, value in pairs:
        labels = sheet.lines(label, label_width, brand.BODY)
        values = sheet.lines(value, width, brand.BODY)
        sheet.need(step * max(len(labels), len(values)) + 3)
        for index, text in enumerate(labels):
            y = sheet.y - brand.BODY - step * index
            sheet.line(text, brand.MARGIN, y, label_width, brand.BODY, colour=brand.SOFT)
        for index, text in enumerate(values):
            sheet.line(text, x, sheet.y - brand.BODY - step * index, width, brand.BODY)
        sheet.y -= step * max(len(labels), len(values)) + 2.5
    sheet.y -= 6


def key_figures(sheet: Sheet, figures: Sequence[Figure]) -> None:
    """One panel, the figures side by side."""
    width = brand.WIDTH / len(figures) - 24
    meanings = [sheet.lines(figure.meaning, width, brand.SMALL) if figure.meaning else [] for figure in figures]
    step = brand.SMALL * sheet.leading
    height = 58 + step * max(map(len, meanings))
    sheet.need(height + 12)
    sheet.rectangle(brand.MARGIN, sheet.y - height, brand.WIDTH, height, brand.PAPER, stroke=brand.HAIR, radius=8)
    for index, (figure, below) in enumerate(zip(figures, meanings, strict=True)):
        x = brand.MARGIN + 14 + (width + 24) * index
        sheet.line(figure.label, x, sheet.y - 20, width, brand.SMALL, colour=brand.SOFT)
        sheet.line(figure.value, x, sheet.y - 40, width, 15, bold=True)
        for row, text in enumerate(below):
            sheet.line(text, x, sheet.y - 55 - step * row, width, brand.SMALL, colour=brand.SOFT)
    sheet.y -= height + 12


def strands(sheet: Sheet, parts: Sequence[Strand]) -> None:
    """One bar, then its key in words: solid, dotted, hatched."""
    sheet.need(78)
    whole = sum(part.weight for part in parts) or 1
    x, foot = brand.MARGIN, sheet.y - 22
    for part in parts:
        width = brand.WIDTH * part.weight / whole
        if width:
            _pattern(sheet, part.tone, x, foot, width, 20)
        x += width
    column = brand.WIDTH / len(parts)
    for index, part in enumerate(parts):
        x = brand.MARGIN + column * index
        _pattern(sheet, part.tone, x, foot - 27, 11, 11)
        sheet.line(part.label, x + 18, foot - 22, column - 22, brand.SMALL, colour=brand.SOFT)
        sheet.line(part.value, x + 18, foot - 40, column - 22, 13, bold=True)
    sheet.y = foot - 54


def _pattern(sheet: Sheet, tone: Tone, x: float, y: float, width: float, height: float) -> None:
    fill = {"solid": brand.NILA, "dotted": brand.SAFFRON, "hatched": brand.PAPER}[tone]
    canvas = sheet.canvas
    left, radius = sheet.left_of(x, width), min(2.0, width / 2)
    canvas.saveState()
    frame = canvas.beginPath()
    frame.roundRect(left, y, width, height, radius)
    canvas.clipPath(frame, stroke=0, fill=0)
    sheet.rectangle(x, y, width, height, fill)
    canvas.setFillColor(brand.INK)
    canvas.setStrokeColor(brand.EDGE)
    canvas.setLineWidth(0.9)
    if tone == "dotted":
        for column in range(int(width / 4) + 1):
            for row in range(int(height / 4) + 1):
                canvas.circle(left + 2.5 + 4 * column, y + 2.5 + 4 * row, 0.6, stroke=0, fill=1)
    if tone == "hatched":
        for column in range(-int(height / 4) - 1, int(width / 4) + 1):
            canvas.line(left + 4 * column, y, left + 4 * column + height, y + height)
    canvas.restoreState()
    canvas.setStrokeColor(brand.NILA if tone == "solid" else brand.INK)
    canvas.setLineWidth(0.7)
    canvas.roundRect(left, y, width, height, radius, stroke=1, fill=0)


def timeline(sheet: Sheet, knots: Sequence[Knot]) -> None:
    """Knots on a thread: solid behind you, dashed ahead, now in bold."""
    x, width = brand.MARGIN + 20, brand.WIDTH - 20
    step = brand.BODY * sheet.leading
    for index, knot in enumerate(knots):
        lines = sheet.lines(knot.what, width - 120, brand.BODY)
        height = step * len(lines) + 6
        sheet.need(height)
        middle = sheet.y - brand.BODY + 3.5
        if index < len(knots) - 1:
            sheet.thread(brand.MARGIN + 6, middle, middle - height, brand.NILA, is_dashed=knot.state != "done")
        fill = {"done": brand.NILA, "now": brand.SAFFRON, "ahead": brand.PAPER}[knot.state]
        sheet.lozenge(brand.MARGIN + 6, middle, 4.6, fill, brand.EDGE if knot.state == "ahead" else brand.NILA)
        is_now = knot.state == "now"
        sheet.line(knot.when, x, sheet.y - brand.BODY, 112, brand.BODY, colour=brand.SOFT, bold=is_now)
        for row, text in enumerate(lines):
            sheet.line(text, x + 120, sheet.y - brand.BODY - step * row, width - 120, brand.BODY, bold=is_now)
        sheet.y -= height
    sheet.y -= 6


def note(sheet: Sheet, text: str) -> None:
    lines = sheet.lines(text, brand.WIDTH - 30, brand.BODY)
    step = brand.BODY * sheet.leading
    height = step * len(lines) + 14
    sheet.need(height + 16)
    sheet.y -= 6
    sheet.rectangle(brand.MARGIN, sheet.y - height, brand.WIDTH, height, brand.SAFFRON_TINT)
    sheet.rectangle(brand.MARGIN, sheet.y - height, 3.5, height, brand.SAFFRON)
    for index, line in enumerate(lines):
        y = sheet.y - 7 - brand.BODY - step * index
        sheet.line(line, brand.MARGIN + 16, y, brand.WIDTH - 30, brand.BODY)
    sheet.y -= height + 10


def boxed(sheet: Sheet, label: str, text: str) -> None:
    lines = sheet.lines(text, brand.WIDTH - 28, brand.TABLE)
    step = brand.TABLE * sheet.leading
    height = 30 + step * len(lines)
    sheet.need(height + 10)
    sheet.rectangle(brand.MARGIN, sheet.y - height, brand.WIDTH, height, brand.LINEN, radius=6)
    sheet.line(label, brand.MARGIN + 14, sheet.y - 17, brand.WIDTH - 28, brand.SMALL, colour=brand.SOFT)
    for index, line in enumerate(lines):
        y = sheet.y - 23 - brand.TABLE - step * index
        sheet.line(line, brand.MARGIN + 14, y, brand.WIDTH - 28, brand.TABLE)
    sheet.y -= height + 10


def signature(sheet: Sheet, name: str, role: str, place_and_day: str) -> None:
    width = brand.WIDTH * 0.45
    sheet.need(96)
    sheet.y -= 12
    sheet.block(place_and_day, brand.MARGIN, width, brand.BODY, colour=brand.SOFT)
    sheet.y -= 38
    sheet.rule(brand.MARGIN, sheet.y, width, brand.EDGE, 0.8)
    sheet.y -= 4
    sheet.block(typed(name), brand.MARGIN, width, brand.BODY, bold=True)
    sheet.block(role, brand.MARGIN, width, brand.SMALL, colour=brand.SOFT)
