"""A small builder of letters: blocks are told in reading order and drawn by `render`.

Same input, same bytes: no clock inside, no random names, so the SHA-256 of a document can be stored and checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from io import BytesIO

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from core.documents import brand, parts
from core.documents.letterhead import Identity, Letterhead, check_block, count_pages, page_frame
from core.documents.sheet import Sheet
from core.documents.tables import Column, Row, draw_table
from core.documents.text import is_right_to_left, plain, typed

Block = Callable[[Sheet], None]


class Document:
    """One document; every method adds a block and returns the document, `render()` gives the PDF."""

    def __init__(
        self, head: Letterhead, *, kind: str, number: str, title: str, issued_on: dt.date, check_code: str = ""
    ) -> None:
        self.head = head
        self.identity = Identity(kind, number, title, issued_on, check_code)
        self._blocks: list[Block] = []
        self._is_open = False
        self._add(lambda sheet: parts.title(sheet, title))

    def lead(self, text: str) -> Document:
        """The one sentence below the title."""
        return self._text(text, 11.0, brand.SOFT, after=12)

    def paragraph(self, text: str, *, is_soft: bool = False) -> Document:
        return self._text(text, brand.BODY, brand.SOFT if is_soft else brand.INK, after=7)

    def heading(self, text: str, aside: str = "") -> Document:
        """`aside` stands softly at the end of the line: the unit of what follows."""
        return self._add(lambda sheet: parts.heading(sheet, text, aside))

    def subheading(self, text: str) -> Document:
        """One of many short sections below a heading."""
        return self._add(lambda sheet: parts.subheading(sheet, text))

    def facts(self, pairs: Sequence[tuple[str, str]], *, label_share: float = 0.29) -> Document:
        """A definition list: label, value; the labels take `label_share` of the width."""
        return self._add(lambda sheet: parts.facts(sheet, pairs, label_share))

    def key_figures(self, figures: Sequence[parts.Figure]) -> Document:
        return self._add(lambda sheet: parts.key_figures(sheet, figures))

    def keep(self, height: float) -> Document:
        """What follows belongs together: turn the page unless so many points are left."""

        def turn(sheet: Sheet) -> None:
            sheet.need(height)

        return self._add(turn)

    def picture(self, png: bytes, width: float, height: float) -> Document:
        return self._add(lambda sheet: parts.picture(sheet, png, width, height))

    def strands(self, strands: Sequence[parts.Strand]) -> Document:
        """Who bears what: one bar whose parts add up to what was asked."""
        return self._add(lambda sheet: parts.strands(sheet, strands))

    def table(self, columns: Sequence[Column], rows: Sequence[Row], total: Row | None = None) -> Document:
        return self._add(lambda sheet: draw_table(sheet, columns, rows, total))

    def timeline(self, knots: Sequence[parts.Knot]) -> Document:
        return self._add(lambda sheet: parts.timeline(sheet, knots))

    def note(self, text: str) -> Document:
        """A deadline or reassurance: saffron start border on its tint."""
        return self._add(lambda sheet: parts.note(sheet, text))

    def fingerprint(self, label: str, digest: str) -> Document:
        """A hash, cut into groups of eight so that two people can compare it aloud."""
        groups = typed(" ".join(digest[start : start + 8] for start in range(0, len(digest), 8)))
        return self._add(lambda sheet: parts.boxed(sheet, label, groups))

    def mark(self, tell: Callable[[int], None]) -> Document:
        """Tell the number of the page that is reached here, for an index."""
        return self._add(lambda sheet: tell(sheet.page))

    def new_page(self) -> Document:
        return self._add(lambda sheet: sheet.turn())

    def signature(self, name: str, role: str, place_and_day: str) -> Document:
        return self._add(lambda sheet: parts.signature(sheet, name, role, place_and_day))

    def open_to_signatures(self) -> Document:
        """An empty form: what a signature adds to it is told apart from every other change."""
        self._is_open = True
        return self

    def render(self) -> bytes:
        """The PDF."""
        out = BytesIO()
        canvas = self._canvas(out)
        sheet = Sheet(canvas, self.head.locale, lambda page: page_frame(page, self.head, self.identity))
        for block in self._blocks:
            block(sheet)
        if self.identity.code and self.head.verify_at:
            check_block(sheet, self.head, self.identity)
        count_pages(sheet)
        if self._is_open:
            canvas.acroForm.sigFlags = 3  # there are signatures, and the file only grows
        canvas.save()
        return out.getvalue()

    def _canvas(self, out: BytesIO) -> Canvas:
        canvas = Canvas(
            out,
            pagesize=(brand.PAGE_WIDTH, brand.PAGE_HEIGHT),
            invariant=1,
            lang=self.head.locale,
        )
        canvas.setTitle(plain(f"{self.identity.number}: {self.identity.title}"))
        canvas.setAuthor(plain(self.head.fund))
        canvas.setSubject(plain(self.identity.kind))
        canvas.setCreator("Touiza")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        if is_right_to_left(self.head.locale):
            canvas.setViewerPreference("Direction", "R2L")
        return canvas

    def _text(self, text: str, size: float, colour: Color, *, after: float) -> Document:
        def draw(sheet: Sheet) -> None:
            sheet.block(text, brand.MARGIN, brand.WIDTH, size, colour=colour)
            sheet.y -= after

        return self._add(draw)

    def _add(self, block: Block) -> Document:
        self._blocks.append(block)
        return self
