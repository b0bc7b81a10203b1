"""The contract on paper: parties, term, tariff and promises. Pure: values in, PDF out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.documents import Cell, Column, Document, Letterhead, code, day, in_its_language, money, typed
from core.money import Currency
from core.words import _
from procurement.score_paper import score_section
from procurement.scored import ScoreTerms


@dataclass(frozen=True, slots=True)
class PaperLine:
    """`rate` as shown, in major units; days inclusive."""

    service: str
    name: str
    unit: str
    rate: str
    valid_from: dt.date
    valid_until: dt.date


@dataclass(frozen=True, slots=True)
class PaperPromise:
    code: str
    name: str
    committed: str
    evidence: str = ""
    follow_up: str = ""


@dataclass(frozen=True, slots=True)
class PaperAmendment:
    """`changes` in words, each with before and after."""

    place: int
    code: str
    effective_from: dt.date
    changes: Sequence[str]


@dataclass(frozen=True, slots=True)
class ContractPaper:
    """`budget` in minor units for the whole term, None: no cap. Signatures in words, empty while missing.

    `scores`: what the quality score is made of and pays, each from a contract year on.
    """

    number: str
    title: str
    provider: str
    origin: str
    drawn_on: dt.date
    valid_from: dt.date
    valid_until: dt.date
    currency: Currency
    lines: Sequence[PaperLine]
    promises: Sequence[PaperPromise] = ()
    budget: int | None = None
    amendments: Sequence[PaperAmendment] = ()
    signatures: Sequence[str] = ()
    check_code: str = ""
    penalty: str = ""
    scores: Sequence[tuple[dt.date, ScoreTerms]] = ()
    is_to_sign: bool = False


def rate_text(rate: Decimal | None, exponent: int) -> str:
    """Minor units per unit → major units, as many decimals as the rate needs and at least the currency's own."""
    if rate is None:
        return ""
    major = Decimal(rate).scaleb(-exponent).normalize()
    decimals = max(exponent, -int(major.as_tuple().exponent))
    return f"{major:,.{decimals}f}"


@in_its_language
def contract_pdf(contract: ContractPaper, head: Letterhead) -> bytes:
    """The agreement with its tariff and its promises."""
    paper = Document(
        head,
        kind=_("Contract"),
        number=contract.number,
        title=typed(contract.title),
        issued_on=contract.drawn_on,
        check_code=contract.check_code,
    )
    _beginning(paper, contract, head)
    _tariff(paper, contract, head.locale)
    if contract.promises:
        _promises(paper, contract)
    for valid_from, terms in contract.scores:
        score_section(paper, terms, valid_from)
    if contract.penalty:
        paper.heading(_("Penalty"))
        paper.paragraph(contract.penalty)
    if contract.amendments:
        _amendments(paper, contract, head.locale)
    return _signed(paper, contract, head).render()


def _beginning(paper: Document, contract: ContractPaper, head: Letterhead) -> None:
    paper.lead(_("Between %(fund)s and %(provider)s.", fund=typed(head.fund), provider=typed(contract.provider)))
    term = _(
        "%(first)s to %(last)s, both days included",
        first=day(contract.valid_from, head.locale),
        last=day(contract.valid_until, head.locale),
    )
    budget = _("no cap") if contract.budget is None else money(contract.budget, contract.currency, head.locale)
    paper.facts([(_("Term"), term), (_("Budget for the whole term"), budget), (_("Comes from"), contract.origin)])


def _tariff(paper: Document, contract: ContractPaper, language: str) -> None:
    paper.heading(_("Tariff"))
    columns = [
        Column(_("Service"), 3, is_bold=True),
        Column(_("Unit"), 1),
        Column(_("Rate, %(currency)s", currency=code(contract.currency.code)), 1.2, is_amount=True),
        Column(_("From"), 1.7),
        Column(_("Until"), 1.7),
    ]
    paper.table(columns, [_line(line, language) for line in contract.lines])


def _promises(paper: Document, contract: ContractPaper) -> None:
    paper.heading(_("Promises"))
    columns = [Column(_("Promise"), 4, is_bold=True), Column(_("Committed"), 1.4, is_amount=True)]
    rows = [
        (Cell(typed(row.name), f"{typed(row.evidence)}\n{row.follow_up}".strip()), code(row.committed))
        for row in contract.promises
    ]
    paper.table(columns, rows)


def _amendments(paper: Document, contract: ContractPaper, language: str) -> None:
    paper.heading(_("Amendments"))
    paper.paragraph(_("Tariff, term, budget and promises above read as amended."))
    columns = [Column(_("Amendment"), 1, is_bold=True), Column(_("From"), 1.7), Column(_("What changed"), 5)]
    paper.table(columns, [_amendment(row, language) for row in contract.amendments])


def _signed(paper: Document, contract: ContractPaper, head: Letterhead) -> Document:
    """Who signed and how; on the paper to sign, room for both."""
    paper.heading(_("Signatures"))
    if contract.is_to_sign:
        for party, side in ((contract.provider, _("For the provider")), (head.fund, _("For the fund"))):
            paper.signature(typed(party), side, _("Name, day and signature"))
        return paper.open_to_signatures()
    for signature in contract.signatures or [_("Not signed yet.")]:
        paper.paragraph(signature)
    return paper


def _line(line: PaperLine, language: str) -> tuple[str | Cell, ...]:
    name = Cell(typed(line.name), code(line.service))
    dates = day(line.valid_from, language), day(line.valid_until, language)
    return name, typed(line.unit), code(line.rate or "–"), *dates


def _amendment(row: PaperAmendment, language: str) -> tuple[str | Cell, ...]:
    return Cell(f"{row.place}", code(row.code)), day(row.effective_from, language), typed("; ".join(row.changes))
