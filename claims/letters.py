"""The decision letter: the explanation of benefits on paper. Pure: values in, PDF out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import Cell, Column, Document, Letterhead, Strand, code, day, in_its_language, money, number, typed
from core.errors import DomainError
from core.money import Currency
from core.words import _


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """Minor units; asked = fund_pays + member_pays + written_off. `reasons`: (code, sentence) in rule order."""

    service: str
    served_on: dt.date
    quantity: str
    agreed_price: int | None
    asked: int
    fund_pays: int
    member_pays: int
    written_off: int
    reasons: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """What is left of a ceiling or grant, said in words: name, left."""

    name: str
    left: str


@dataclass(frozen=True, slots=True)
class Decision:
    """`to_member` picks the words: "you pay" for the member, "the member pays" for the provider."""

    number: str
    claim: str
    member: str  # the random member number, never the name
    provider: str
    decided_on: dt.date
    plan: str
    decided_by: str
    currency: Currency
    lines: Sequence[DecidedLine]
    limits: Sequence[Limit] = ()
    appeal_until: dt.date | None = None
    appeal_address: str = ""
    is_to_member: bool = False
    check_code: str = ""


@in_its_language
def decision_letter_pdf(decision: Decision, head: Letterhead) -> bytes:
    """Result first, then the reasons, then what to do and until when."""
    asked, fund, member, written_off = _sums(decision)
    language, currency = head.locale, decision.currency
    paper = Document(
        head,
        kind=_("Decision on a claim"),
        number=decision.number,
        title=_title(asked, fund, currency, language),
        issued_on=decision.decided_on,
        check_code=decision.check_code,
    )
    paper.lead(
        _(
            "Claim %(claim)s for member %(member)s, care by %(provider)s",
            claim=code(decision.claim),
            member=code(decision.member),
            provider=typed(decision.provider),
        )
    )
    paper.heading(_("Who bears what"))
    paper.strands(
        [
            Strand(_("The fund pays"), money(fund, currency, language), fund, "solid"),
            Strand(_member_words(decision), money(member, currency, language), member, "dotted"),
            Strand(_written_off_words(decision), money(written_off, currency, language), written_off, "hatched"),
        ]
    )
    paper.heading(_("From asked to paid"), _("amounts in %(currency)s", currency=code(currency.code)))
    sums = [number(amount, currency, language) for amount in (asked, fund, member, written_off)]
    paper.table(_columns(decision), [_row(line, decision, language) for line in decision.lines], (_("Together"), *sums))
    _reasons(paper, decision)
    if decision.limits:
        paper.heading(_("What is left"))
        paper.facts([(typed(limit.name), limit.left) for limit in decision.limits])
    _what_to_do(paper, decision, language)
    return paper.render()


def _sums(decision: Decision) -> tuple[int, int, int, int]:
    """Asked, fund, member, written off; raises DomainError if a line does not add up."""
    for line in decision.lines:
        if line.asked != line.fund_pays + line.member_pays + line.written_off:
            raise DomainError(_("A line of decision %(number)s does not add up.", number=decision.number), status=500)
    return (
        sum(line.asked for line in decision.lines),
        sum(line.fund_pays for line in decision.lines),
        sum(line.member_pays for line in decision.lines),
        sum(line.written_off for line in decision.lines),
    )


def _title(asked: int, fund: int, currency: Currency, language: str) -> str:
    whole = money(asked, currency, language)
    if fund == asked:
        return _("The fund pays the whole %(asked)s", asked=whole)
    if fund == 0:
        return _("Why the fund pays nothing of the %(asked)s asked", asked=whole)
    return _("Why the fund pays %(paid)s of the %(asked)s asked", paid=number(fund, currency, language), asked=whole)


def _member_words(decision: Decision) -> str:
    return _("You pay") if decision.is_to_member else _("The member pays")


def _written_off_words(decision: Decision) -> str:
    return _("Nobody may charge you") if decision.is_to_member else _("You write off")


def _columns(decision: Decision) -> list[Column]:
    return [
        Column(_("Service"), 3, is_bold=True),
        Column(_("Asked"), 1.2, is_amount=True),
        Column(_("Fund pays"), 1.2, is_amount=True),
        Column(_member_words(decision), 1.2, is_amount=True),
        Column(_written_off_words(decision), 1.2, is_amount=True),
    ]


def _row(line: DecidedLine, decision: Decision, language: str) -> tuple[str | Cell, ...]:
    below = f"{code(line.served_on.isoformat())} · {typed(line.quantity)}"
    if line.agreed_price is not None:
        price = _("agreed price %(price)s", price=number(line.agreed_price, decision.currency, language))
        below = f"{below}\n{price}"
    amounts = (line.asked, line.fund_pays, line.member_pays, line.written_off)
    return Cell(typed(line.service), below), *(number(amount, decision.currency, language) for amount in amounts)


def _reasons(paper: Document, decision: Decision) -> None:
    found = dict(reason for line in decision.lines for reason in line.reasons)
    if found:
        paper.heading(_("Why"))
        paper.facts([(code(reason), sentence) for reason, sentence in found.items()], label_share=0.13)


def _what_to_do(paper: Document, decision: Decision, language: str) -> None:
    paper.heading(_("How it was decided"))
    paper.paragraph(
        _(
            "On %(day)s by %(decided_by)s, with the rules of plan %(plan)s as in force on the day of care.",
            day=day(decision.decided_on, language),
            decided_by=typed(decision.decided_by),
            plan=code(decision.plan),
        )
    )
    if decision.appeal_until:
        paper.note(
            _(
                "You disagree? Appeal until %(day)s at %(address)s or in Touiza. Someone else decides, within 30 days.",
                day=day(decision.appeal_until, language),
                address=code(decision.appeal_address),
            )
        )
