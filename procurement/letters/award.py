"""The award letter: the ranking, the own points beside the winner’s, the reasons, what can be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import (
    Column,
    Document,
    Figure,
    Letterhead,
    code,
    day,
    in_its_language,
    money,
    number,
    typed,
)
from core.money import Currency
from core.words import _
from procurement.letters.terms import term


@dataclass(frozen=True, slots=True)
class Award:
    """Money in minor units, None when withheld; a score is shown as given ("86.40"), out of 100.

    `members`: of a framework, first called first; its amount is the common ceiling.
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
    members: Sequence[str] = ()


@in_its_language
def award_letter_pdf(award: Award, head: Letterhead) -> bytes:
    """Tells the winner, and shows every bidder the ranking and the reasons."""
    language = head.locale
    paper = Document(
        head,
        kind=_("Award letter"),
        number=award.number,
        title=_title(award),
        issued_on=award.decided_on,
        check_code=award.check_code,
    )
    paper.lead(
        _("Tender %(number)s, %(title)s", number=code(award.tender_number), title=typed(award.tender_title)),
    )
    paper.key_figures(_key_figures(award, language))
    contract = (_("Contract"), term(award.starts_on, award.ends_on, language))
    members = [(_("Members"), ", ".join(typed(name) for name in award.members))] if award.members else []
    paper.facts([*([(_("Your place"), award.place)] if award.place else []), *members, contract])
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


def _key_figures(award: Award, language: str) -> list[Figure]:
    winner = award.ranking[0]
    return [
        Figure(_amount_is(award), _amount(award, language), _("for the whole term")),
        Figure(_("Winner’s score"), code(winner[1]), _("of 100 points")),
        Figure(_("Complaints until"), day(award.standstill_until, language), _("the contract is signed after it")),
    ]


def _title(award: Award) -> str:
    if award.members:
        return _("Framework agreement for %(lot)s", lot=typed(award.lot))
    return _("%(winner)s wins %(lot)s", winner=typed(award.winner), lot=typed(award.lot))


def _amount_is(award: Award) -> str:
    return _("Common ceiling") if award.members else _("Award")


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
