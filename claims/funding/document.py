"""The quarterly statement to a funder on paper. Pure: values in, PDF out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import Cell, Column, Document, Figure, Letterhead, code, day, in_its_language, money, typed
from core.errors import DomainError
from core.money import Currency
from core.words import _, ngettext


@dataclass(frozen=True, slots=True)
class PaperLine:
    """Minor units: `whole` was posted, `borne` is the funder's part. No contract: one that the reader may not know."""

    month: dt.date
    contract: str
    provider: str
    service_line: str
    rule: str
    share: str
    payables: int
    whole: int
    borne: int


@dataclass(frozen=True, slots=True)
class FunderPaper:
    """`total` in minor units, below zero: more was taken back than paid."""

    quarter: str
    first: dt.date
    last: dt.date
    funder: str
    issued_on: dt.date
    currency: Currency
    lines: Sequence[PaperLine]
    total: int


class SumsDiffer(DomainError):
    code = "sums_differ"
    status = 500


@in_its_language
def funder_pdf(paper: FunderPaper, head: Letterhead) -> bytes:
    """Raises SumsDiffer rather than print a sum that its lines do not give."""
    if sum(line.borne for line in paper.lines) != paper.total:
        raise SumsDiffer(_("The statement of %(funder)s differs from its lines.", funder=paper.funder))
    language, currency = head.locale, paper.currency
    document = Document(
        head, kind=_("Statement to a funder"), number=paper.quarter, title=typed(paper.funder),
        issued_on=paper.issued_on,
    )  # fmt: skip
    span = {"first": day(paper.first, language), "last": day(paper.last, language)}
    document.lead(_("Your part of what was posted from %(first)s to %(last)s, both days included.", **span))
    count = sum(line.payables for line in paper.lines)
    document.key_figures(
        [
            Figure(_("Posted"), money(sum(line.whole for line in paper.lines), currency, language)),
            Figure(_("Your part"), money(paper.total, currency, language)),
        ]
    )
    document.paragraph(
        ngettext("%(num)s payable stands behind it.", "%(num)s payables stand behind it.", count), is_soft=True
    )
    document.heading(_("Line by line"), _("amounts in %(currency)s", currency=code(currency.code)))
    total = Cell(_("Total")), "", "", "", money(paper.total, currency, language)
    document.table(_columns(), [_row(line, currency, language) for line in paper.lines], total)
    return document.render()


def _columns() -> list[Column]:
    return [
        Column(_("Contract"), 3, is_bold=True),
        Column(_("Month and rule"), 2.4),
        Column(_("Posted"), 1.5, is_amount=True),
        Column(_("Per cent"), 0.9, is_amount=True),
        Column(_("Your part"), 1.5, is_amount=True),
    ]


def _row(line: PaperLine, currency: Currency, language: str) -> tuple[str | Cell, ...]:
    name = Cell(code(line.contract), typed(line.provider)) if line.contract else Cell(_("Protected care"))
    rule = Cell(f"{line.month:%Y-%m}", typed(line.rule))
    return name, rule, money(line.whole, currency, language), line.share, money(line.borne, currency, language)
