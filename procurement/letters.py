"""The papers of a tender: notice, receipt of a bid, award letter. Pure: values in, PDF out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import (
    Cell,
    Column,
    Document,
    Figure,
    Knot,
    Letterhead,
    code,
    count,
    day,
    in_its_language,
    money,
    number,
    typed,
)
from core.money import Currency
from core.words import _, ngettext


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


@dataclass(frozen=True, slots=True)
class BidReceipt:
    """`received_at` and `closes_at` in words with microseconds and zone; `envelope_sha256` in hex."""

    number: str
    tender_number: str
    tender_title: str
    bidder: str
    sent_by: str
    received_at: str
    closes_at: str
    opens_at: str
    issued_on: dt.date
    lots: Sequence[str]
    file_count: int
    byte_count: int
    envelope_sha256: str
    signature: str = ""
    check_code: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """Money in minor units, None when withheld; a score is shown as given ("86.40"), out of 100.

    `points`: criterion, own points, the winner's, the most there are. `withheld`: what stays away, why, until when.
    What people wrote in a reason or there is marked by `documents.typed` already.
    """

    number: str
    tender_number: str
    tender_title: str
    lot: str
    winner: str
    amount: int | None
    currency: Currency
    decided_on: dt.date
    standstill_until: dt.date
    starts_on: dt.date
    ends_on: dt.date
    ranking: Sequence[tuple[str, str, int | None]]  # bidder, score, price
    reasons: Sequence[str]
    signed_by: str
    signer_role: str
    complaint_address: str
    check_code: str = ""
    place: str = ""
    points: Sequence[tuple[str, str, str, str]] = ()
    withheld: Sequence[str] = ()


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
            (_("Contract"), _term(notice.starts_on, notice.ends_on, language)),
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


@in_its_language
def bid_receipt_pdf(receipt: BidReceipt, head: Letterhead) -> bytes:
    """Proof that an envelope arrived in time and unopened."""
    paper = Document(
        head,
        kind=_("Receipt for an offer"),
        number=receipt.number,
        title=_("Your offer arrived in time"),
        issued_on=receipt.issued_on,
        check_code=receipt.check_code,
    )
    paper.lead(
        _("The envelope is sealed. Nobody at the fund can read it before %(opens_at)s.", opens_at=receipt.opens_at)
    )
    paper.facts(
        [
            (_("Tender"), f"{code(receipt.tender_number)} {typed(receipt.tender_title)}"),
            (_("Offer of"), typed(receipt.bidder)),
            (_("Sent by"), typed(receipt.sent_by)),
            (_("Lots"), "\n".join(typed(lot) for lot in receipt.lots)),
            (_("Files"), _contents(receipt, head.locale)),
        ]
    )
    paper.heading(_("What happens when"))
    paper.timeline(
        [
            Knot(_("Received"), receipt.received_at, "done"),
            Knot(_("Until closing"), _("You may replace or withdraw it until %(at)s.", at=receipt.closes_at), "now"),
            Knot(_("Opening"), _("The envelopes are opened on %(at)s.", at=receipt.opens_at), "ahead"),
        ]
    )
    paper.fingerprint(_("Fingerprint of the envelope (SHA-256)"), receipt.envelope_sha256)
    if receipt.signature:
        paper.fingerprint(_("Signature of the fund (Ed25519)"), receipt.signature)
    paper.paragraph(
        _("Keep this paper. If the envelope were changed later, its fingerprint would no longer match."), is_soft=True
    )
    return paper.render()


@in_its_language
def award_letter_pdf(award: Award, head: Letterhead) -> bytes:
    """Tells the winner, and shows every bidder the ranking and the reasons."""
    language = head.locale
    paper = Document(
        head,
        kind=_("Award letter"),
        number=award.number,
        title=_("%(winner)s wins %(lot)s", winner=typed(award.winner), lot=typed(award.lot)),
        issued_on=award.decided_on,
        check_code=award.check_code,
    )
    paper.lead(
        _("Tender %(number)s, %(title)s", number=code(award.tender_number), title=typed(award.tender_title)),
    )
    winner = award.ranking[0]
    paper.key_figures(
        [
            Figure(_("Award"), _amount(award, language), _("for the whole term")),
            Figure(_("Winner’s score"), code(winner[1]), _("of 100 points")),
            Figure(_("Complaints until"), day(award.standstill_until, language), _("the contract is signed after it")),
        ]
    )
    contract = (_("Contract"), _term(award.starts_on, award.ends_on, language))
    paper.facts([(_("Your place"), award.place), contract] if award.place else [contract])
    paper.heading(_("How the offers ranked"))
    _ranking(paper, award, language)
    if award.points:
        paper.heading(_("Your points"))
        _points(paper, award)
    paper.heading(_("Why"))
    for reason in award.reasons:
        paper.paragraph(reason)
    for sentence in award.withheld:
        paper.paragraph(sentence, is_soft=True)
    paper.note(
        _(
            "Do you disagree? Complain at %(address)s until %(day)s. Someone who had no part in this tender decides; "
            "no contract is signed before.",
            address=code(award.complaint_address),
            day=day(award.standstill_until, language),
        )
    )
    paper.signature(award.signed_by, award.signer_role, day(award.decided_on, language))
    return paper.render()


def _ranking(paper: Document, award: Award, language: str) -> None:
    columns = [
        Column(_("Rank"), 0.6),
        Column(_("Bidder"), 4, is_bold=True),
        Column(_("Score of 100"), 1.2, is_amount=True),
        Column(_("Price, %(currency)s", currency=code(award.currency.code)), 1.8, is_amount=True),
    ]
    rows = [
        (
            code(str(rank)),
            typed(bidder),
            code(score),
            _("withheld") if price is None else number(price, award.currency, language),
        )
        for rank, (bidder, score, price) in enumerate(award.ranking, start=1)
    ]
    paper.table(columns, rows)


def _points(paper: Document, award: Award) -> None:
    columns = [
        Column(_("Criterion"), 4, is_bold=True),
        Column(_("You"), 1, is_amount=True),
        Column(_("Winner"), 1, is_amount=True),
        Column(_("Most"), 1, is_amount=True),
    ]
    paper.table(columns, [(typed(name), code(own), code(best), code(most)) for name, own, best, most in award.points])


def _amount(award: Award, language: str) -> str:
    return _("withheld") if award.amount is None else money(award.amount, award.currency, language)


def _term(starts_on: dt.date, ends_on: dt.date, language: str) -> str:
    return _("%(starts_on)s to %(ends_on)s", starts_on=day(starts_on, language), ends_on=day(ends_on, language))


def _lot_row(lot: NoticeLot, currency: Currency, language: str) -> tuple[str | Cell, ...]:
    estimate = _("not published") if lot.estimate is None else number(lot.estimate, currency, language)
    return code(lot.number), Cell(typed(lot.title), typed(lot.place)), typed(lot.volume), estimate


def _contents(receipt: BidReceipt, language: str) -> str:
    size = count(receipt.byte_count, language)
    return ngettext("%(num)s file, %(bytes)s bytes", "%(num)s files, %(bytes)s bytes", receipt.file_count, bytes=size)
