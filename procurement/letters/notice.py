"""The call for offers on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import (
    Cell,
    Column,
    Document,
    Letterhead,
    code,
    in_its_language,
    number,
    typed,
)
from core.money import Currency
from core.words import _, ngettext
from procurement.letters.terms import term


@dataclass(frozen=True, slots=True)
class NoticeLot:
    """`estimate` in minor units for the whole term, None when it is not published."""

    number: str
    title: str
    place: str
    volume: str
    estimate: int | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """`weight` in whole per cent; all weights of a notice add up to 100."""

    name: str
    weight: int
    how: str = ""


@dataclass(frozen=True, slots=True)
class TenderNotice:
    number: str
    title: str
    summary: str
    published_on: dt.date
    questions_until: str
    closes_at: str  # already said in words with its zone
    opens_at: str
    starts_on: dt.date
    ends_on: dt.date
    currency: Currency
    lots: Sequence[NoticeLot]
    criteria: Sequence[Criterion]
    conditions: Sequence[str] = ()
    address: str = ""


@in_its_language
def tender_notice_pdf(notice: TenderNotice, head: Letterhead) -> bytes:
    """The call for offers, as it can be hung up or handed out."""
    language = head.locale
    paper = Document(
        head, kind=_("Tender notice"), number=notice.number, title=typed(notice.title), issued_on=notice.published_on
    )
    paper.lead(typed(notice.summary))
    paper.facts(
        [
            (_("Offers until"), notice.closes_at),
            (_("Questions until"), notice.questions_until),
            (_("Opening of the envelopes"), notice.opens_at),
            (_("Contract"), term(notice.starts_on, notice.ends_on, language)),
        ]
    )
    paper.heading(ngettext("%(num)s lot", "%(num)s lots", len(notice.lots)))
    columns = [
        Column(_("Lot"), 0.6),
        Column(_("What and where"), 3.4, is_bold=True),
        Column(_("Volume"), 2),
        Column(_("Estimate, %(currency)s", currency=code(notice.currency.code)), 1.6, is_amount=True),
    ]
    paper.table(columns, [_lot_row(lot, notice.currency, language) for lot in notice.lots])
    paper.heading(_("How offers are compared"))
    paper.table(
        [Column(_("Criterion"), 4, is_bold=True), Column(_("Weight of 100"), 1, is_amount=True)],
        [(Cell(typed(c.name), typed(c.how) if c.how else ""), code(str(c.weight))) for c in notice.criteria],
        (_("Together"), code(str(sum(c.weight for c in notice.criteria)))),
    )
    if notice.conditions:
        paper.heading(_("Who can take part"))
        for condition in notice.conditions:
            paper.paragraph(typed(condition))
    if notice.address:
        paper.note(_("Documents, questions and offers: %(address)s", address=code(notice.address)))
    return paper.render()


def _lot_row(lot: NoticeLot, currency: Currency, language: str) -> tuple[str | Cell, ...]:
    estimate = _("not published") if lot.estimate is None else number(lot.estimate, currency, language)
    return code(lot.number), Cell(typed(lot.title), typed(lot.place)), typed(lot.volume), estimate
