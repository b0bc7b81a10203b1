"""A page to draw on in reading order: `x` runs from the reader's start, so Arabic comes out mirrored.

`y` runs upwards from the foot of the page, in points. Amounts stay right-aligned inside their column box.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from core.documents import brand
from core.documents.text import is_right_to_left, runs, visual, wrap

Align = Literal["start", "end", "amount"]


class Sheet:
    """Wraps a canvas with a cursor `y`; `turn` starts the next page and runs `on_new_page`."""

    def __init__(self, canvas: Canvas, locale: str, on_new_page: Callable[[Sheet], None]) -> None:
        self.canvas = canvas
        self.locale = locale
        self.is_mirrored = is_right_to_left(locale)
        self.page = 0
        self.y = 0.0
        self._on_new_page = on_new_page
        self.turn()

    @property
    def leading(self) -> float:
        """Line height as a multiple of the type size; Arabic needs more air."""
        return 1.65 if self.is_mirrored else 1.42

    def turn(self) -> None:
        if self.page:
            self.canvas.showPage()
        self.page += 1
        self._on_new_page(self)

    def need(self, height: float) -> bool:
        """Turn the page unless `height` points are left; tells whether it turned."""
        if self.y - height >= brand.BOTTOM:
            return False
        self.turn()
        return True

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: Color,
        *,
        stroke: Color | None = None,
        radius: float = 0,
    ) -> None:
        self.canvas.setFillColor(fill)
        self.canvas.setLineWidth(0.75)
        if stroke is not None:
            self.canvas.setStrokeColor(stroke)
        left = self.left_of(x, width)
        self.canvas.roundRect(left, y, width, height, radius, stroke=int(stroke is not None), fill=1)

    def rule(self, x: float, y: float, width: float, colour: Color = brand.HAIR, thickness: float = 0.6) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(thickness)
        left = self.left_of(x, width)
        self.canvas.line(left, y, left + width, y)

    def thread(self, x: float, y_from: float, y_to: float, colour: Color, *, is_dashed: bool = False) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(1.2)
        self.canvas.setDash([2.5, 2.5] if is_dashed else [])
        left = self.left_of(x, 0)
        self.canvas.line(left, y_from, left, y_to)
        self.canvas.setDash([])

    def lozenge(self, x: float, y: float, half: float, fill: Color, stroke: Color | None = None) -> None:
        """The knot: a square on its corner around (x, y)."""
        centre = self.left_of(x, 0)
        path = self.canvas.beginPath()
        path.moveTo(centre, y + half)
        for corner in ((centre + half, y), (centre, y - half), (centre - half, y)):
            path.lineTo(*corner)
        path.close()
        self.canvas.setFillColor(fill)
        self.canvas.setLineWidth(1.2)
        if stroke is not None:
            self.canvas.setStrokeColor(stroke)
        self.canvas.drawPath(path, fill=1, stroke=int(stroke is not None))

    def line(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        size: float,
        *,
        bold: bool = False,
        colour: Color = brand.INK,
        align: Align = "start",
    ) -> None:
        """Draw one logical line inside the box that begins at `x`."""
        shown = visual(text, self.locale)
        parts = runs(shown, self.locale, bold=bold)
        free = width - sum(self.canvas.stringWidth(part, name, size) for name, part in parts)
        is_right = align == "amount" or (align == "end") != self.is_mirrored
        pen = self.left_of(x, width) + (free if is_right else 0)
        self.canvas.setFillColor(colour)
        for name, part in parts:
            self.canvas.setFont(name, size)
            self.canvas.drawString(pen, y, part)
            pen += self.canvas.stringWidth(part, name, size)

    def lines(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        return wrap(text, width, size, self.locale, bold=bold)

    def block(
        self,
        text: str,
        x: float,
        width: float,
        size: float,
        *,
        bold: bool = False,
        colour: Color = brand.INK,
        leading: float | None = None,
    ) -> None:
        """Draw wrapped text from the cursor down, over page ends, and move the cursor below it."""
        step = size * (leading or self.leading)
        for text_line in self.lines(text, width, size, bold=bold):
            self.need(step)
            self.line(text_line, x, self.y - size, width, size, bold=bold, colour=colour)
            self.y -= step

    def left_of(self, x: float, width: float) -> float:
        """The left edge on paper of a box that begins at the reader's `x`."""
        return brand.PAGE_WIDTH - x - width if self.is_mirrored else x
