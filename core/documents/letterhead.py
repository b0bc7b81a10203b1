"""What every page carries: selvedge, logo, number, demo mark, page count; and the check code at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from itertools import groupby
from typing import TypeVar

from flask_babel import force_locale
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from core.documents import brand
from core.documents.sheet import Sheet
from core.documents.text import code, day, typed
from core.words import _

Content = TypeVar("Content")
BAND = 7.0
QR_SIDE = 56.0


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: the fund's name, the document's language, where documents are checked (https://…), demo or not."""

    fund: str
    locale: str
    verify_at: str = ""
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What the document is: kind in words, number, day of issue, code for `/verify/<code>` (empty: none)."""

    kind: str
    number: str
    title: str
    issued_on: dt.date
    code: str = ""


def in_its_language(write: Callable[[Content, Letterhead], bytes]) -> Callable[[Content, Letterhead], bytes]:
    """A document speaks the language of its letterhead, whatever the person who prints it reads."""

    @wraps(write)
    def written(content: Content, head: Letterhead) -> bytes:
        with force_locale(head.locale):
            return write(content, head)

    return written


def page_frame(sheet: Sheet, head: Letterhead, identity: Identity) -> None:
    """Draw the fixed parts of one page and set the cursor."""
    selvedge(sheet)
    if head.is_demo:
        sheet.rectangle(0, brand.PAGE_HEIGHT - BAND - 15, brand.PAGE_WIDTH, 15, brand.SAFFRON_TINT)
        words = _("Demo. People, cooperatives, sums: all invented.")
        baseline = brand.PAGE_HEIGHT - BAND - 10.5
        sheet.line(words, brand.MARGIN, baseline, brand.WIDTH, brand.TINY, colour=brand.SAFFRON_INK)
    if sheet.page == 1:
        _letterhead(sheet, head, identity)
    sheet.y = brand.TOP if sheet.page == 1 else brand.TOP_LATER
    _foot(sheet, head, identity)


def selvedge(sheet: Sheet) -> None:
    """The woven band: indigo with saffron lozenges, lighter threads between them."""
    top = brand.PAGE_HEIGHT - BAND
    sheet.rectangle(0, top, brand.PAGE_WIDTH, BAND, brand.NILA)
    middle, step = top + BAND / 2, brand.PAGE_WIDTH / 44
    for knot in range(44):
        x = step * (knot + 0.5)
        sheet.lozenge(x, middle, 2.3, brand.SAFFRON)
        sheet.lozenge(x + step / 2, middle, 1.5, brand.NILA_BRIGHT)


def _letterhead(sheet: Sheet, head: Letterhead, identity: Identity) -> None:
    middle = brand.PAGE_HEIGHT - 52
    _logo(sheet, brand.MARGIN + 11, middle)
    name_width = brand.WIDTH * 0.55
    sheet.line(typed(head.fund), brand.MARGIN + 31, middle - 4.5, name_width, 12.5, bold=True)
    x = brand.MARGIN + brand.WIDTH / 2
    sheet.line(identity.kind, x, middle + 2.5, brand.WIDTH / 2, brand.SMALL, colour=brand.SOFT, align="end")
    sheet.line(code(identity.number), x, middle - 10.5, brand.WIDTH / 2, brand.BODY, bold=True, align="end")
    sheet.rule(brand.MARGIN, middle - 24, brand.WIDTH)


def _logo(sheet: Sheet, x: float, y: float) -> None:
    for dx, dy in ((0, 5.4), (5.4, 0), (0, -5.4), (-5.4, 0)):
        sheet.lozenge(x + dx, y + dy, 4.9, brand.NILA)
    sheet.lozenge(x, y, 2.6, brand.SAFFRON, brand.PAPER)


def _foot(sheet: Sheet, head: Letterhead, identity: Identity) -> None:
    sheet.rule(brand.MARGIN, 48, brand.WIDTH)
    left = _("%(fund)s · %(kind)s %(number)s", fund=typed(head.fund), kind=identity.kind, number=code(identity.number))
    sheet.line(left, brand.MARGIN, 35, brand.WIDTH * 0.8, brand.TINY, colour=brand.SOFT)
    sheet.canvas.doForm(_count_of(sheet.page))


def count_pages(sheet: Sheet) -> None:
    """“Page 1 of 3” on every page: a small drawing that each page names and that is made when all pages are known."""
    for page in range(1, sheet.page + 1):
        sheet.canvas.beginForm(_count_of(page))
        words = _("Page %(page)s of %(pages)s", page=page, pages=sheet.page)
        sheet.line(words, brand.MARGIN, 35, brand.WIDTH, brand.TINY, colour=brand.SOFT, align="end")
        sheet.canvas.endForm()


def _count_of(page: int) -> str:
    return f"count-{page}"


def check_block(sheet: Sheet, head: Letterhead, identity: Identity) -> None:
    """The QR code that opens `/verify/<code>` with the words that say what it is for."""
    sheet.need(QR_SIDE + 20)
    sheet.y -= 9
    sheet.rule(brand.MARGIN, sheet.y, brand.WIDTH)
    sheet.y -= 11
    address = f"{head.verify_at.rstrip('/')}/verify/{identity.code}"
    left = brand.PAGE_WIDTH - brand.MARGIN - QR_SIDE if sheet.is_mirrored else brand.MARGIN
    _qr(sheet, address, left, sheet.y - QR_SIDE)
    x, width = brand.MARGIN + QR_SIDE + 14, brand.WIDTH - QR_SIDE - 14
    foot = sheet.y - QR_SIDE
    sheet.block(_("Is this paper genuine?"), x, width, brand.TABLE, bold=True)
    words = _("Scan the square, or open %(address)s. You see number, date and amount as issued.", address=code(address))
    sheet.block(words, x, width, brand.SMALL, colour=brand.SOFT)
    issued = _("Issued on %(day)s, code %(code)s", day=day(identity.issued_on, sheet.locale), code=code(identity.code))
    sheet.block(issued, x, width, brand.SMALL, colour=brand.SOFT)
    sheet.y = min(sheet.y, foot)


def _qr(sheet: Sheet, payload: str, left: float, foot: float) -> None:
    """All dark squares as one path: drawn one by one they cost more than the rest of a letter."""
    square = QRCode(None, QRErrorCorrectLevel.M)
    square.addData(payload)
    square.make()
    size, path = QR_SIDE / len(square.modules), sheet.canvas.beginPath()
    for row, modules in enumerate(square.modules):
        y, column = foot + QR_SIDE - (row + 1) * size, 0
        for is_dark, run in groupby(modules):
            length = len(list(run))
            if is_dark:
                path.rect(left + column * size, y, length * size, size)
            column += length
    sheet.canvas.setFillColor(brand.INK)
    sheet.canvas.drawPath(path, stroke=0, fill=1)
