"""The remittance advice: what one transfer pays, line by line. Pure: values in, PDF out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import Cell, Column, Document, Figure, Letterhead, code, day, in_its_language, money, number, typed
from core.errors import DomainError
from core.money import Currency
from core.words import _, ngettext


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """Minor units; asked = fund_pays + member_pays + written_off."""

    claim: str
    service: str
    served_on: dt.date
    asked: int
    fund_pays: int
    member_pays: int
    written_off: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Signed minor units: a retention or recovery is negative, a bonus or carried balance positive."""

    number: str
    what: str
    amount: int


@dataclass(frozen=True, slots=True)
class Remittance:
    """`total` is what the bank transfers; it must equal lines plus adjustments."""

    number: str
    run: str
    provider: str
    provider_number: str
    account: str  # masked, as shown to people
    end_to_end_id: str
    value_on: dt.date
    issued_on: dt.date
    currency: Currency
    lines: Sequence[RemittanceLine]
    adjustments: Sequence[Adjustment]
    total: int
    appeal_until: dt.date | None = None
    check_code: str = ""


class SumsDiffer(DomainError):
    code = "sums_differ"
    status = 500


@in_its_language
def remittance_pdf(remittance: Remittance, head: Letterhead) -> bytes:
    """One transfer explained. Raises SumsDiffer rather than print a sum that its lines do not give."""
    _check(remittance)
    language, currency = head.locale, remittance.currency
    paper = Document(
        head,
        kind=_("Remittance advice"),
        number=remittance.number,
        title=_title(remittance, language),
        issued_on=remittance.issued_on,
        check_code=remittance.check_code,
    )
    paper.lead(
        ngettext(
            "%(num)s line of your claims, paid with run %(run)s.",
            "%(num)s lines of your claims, paid with run %(run)s.",
            len(remittance.lines),
            run=code(remittance.run),
        )
    )
    paper.key_figures(_key_figures(remittance, language))
    paper.facts(_facts(remittance))
    paper.heading(_("Line by line"), _("amounts in %(currency)s", currency=code(currency.code)))
    paper.table(_columns(), [_row(line, currency, language) for line in remittance.lines], _total(remittance, language))
    if remittance.adjustments:
        paper.heading(_("Kept back, recovered, added"))
        _adjustments(paper, remittance, language)
    if remittance.appeal_until:
        paper.note(
            _(
                "A line is wrong? Open it in Touiza and appeal until %(day)s. Someone else decides.",
                day=day(remittance.appeal_until, language),
            )
        )
    return paper.render()


def _facts(remittance: Remittance) -> list[tuple[str, str]]:
    return [
        (_("Paid to"), f"{typed(remittance.provider)} {code(remittance.provider_number)}"),
        (_("Account"), code(remittance.account)),
        (_("Reference on your statement"), code(remittance.end_to_end_id)),
    ]


def _check(remittance: Remittance) -> None:
    for line in remittance.lines:
        if line.asked != line.fund_pays + line.member_pays + line.written_off:
            raise SumsDiffer(_("The parts of line %(claim)s do not add up to what was asked.", claim=line.claim))
    due = sum(line.fund_pays for line in remittance.lines) + sum(item.amount for item in remittance.adjustments)
    if due != remittance.total:
        raise SumsDiffer(_("Remittance %(number)s differs from its lines.", number=remittance.number))


def _title(remittance: Remittance, language: str) -> str:
    amount = money(remittance.total, remittance.currency, language)
    if remittance.total:
        return _("%(amount)s on %(day)s", amount=amount, day=day(remittance.value_on, language))
    return _("Nothing to transfer this time")


def _key_figures(remittance: Remittance, language: str) -> list[Figure]:
    currency = remittance.currency
    asked = sum(line.asked for line in remittance.lines)
    accepted = sum(line.fund_pays for line in remittance.lines)
    return [
        Figure(_("You asked"), money(asked, currency, language)),
        Figure(_("The fund pays"), money(accepted, currency, language)),
        Figure(_("Adjustments"), money(remittance.total - accepted, currency, language)),
        Figure(_("Transferred"), money(remittance.total, currency, language)),
    ]


def _columns() -> list[Column]:
    return [
        Column(_("Claim and service"), 3.4, is_bold=True),
        Column(_("Served on"), 1.15),
        Column(_("Asked"), 1.2, is_amount=True),
        Column(_("Fund pays"), 1.2, is_amount=True),
        Column(_("Member pays"), 1.2, is_amount=True),
        Column(_("Written off"), 1.2, is_amount=True),
    ]


def _row(line: RemittanceLine, currency: Currency, language: str) -> tuple[str | Cell, ...]:
    amounts = (line.asked, line.fund_pays, line.member_pays, line.written_off)
    below = f"{typed(line.service)}\n{line.reason}" if line.reason else typed(line.service)
    shown = [number(amount, currency, language) for amount in amounts]
    return Cell(code(line.claim), below), code(line.served_on.isoformat()), *shown


def _total(remittance: Remittance, language: str) -> tuple[str, ...]:
    sums = [
        sum(getattr(line, part) for line in remittance.lines)
        for part in ("asked", "fund_pays", "member_pays", "written_off")
    ]
    return _("Together"), "", *(number(amount, remittance.currency, language) for amount in sums)


def _adjustments(paper: Document, remittance: Remittance, language: str) -> None:
    currency = remittance.currency
    accepted = sum(line.fund_pays for line in remittance.lines)
    rows: list[tuple[str, ...]] = [
        (_("The fund pays, from the lines above"), "", number(accepted, currency, language)),
        *(
            (typed(item.what), code(item.number), number(item.amount, currency, language))
            for item in remittance.adjustments
        ),
    ]
    columns = [
        Column(_("What"), 4),
        Column(_("Number"), 1.6),
        Column(_("Amount, %(currency)s", currency=code(currency.code)), 1.6, is_amount=True),
    ]
    paper.table(columns, rows, (_("Transferred"), "", number(remittance.total, currency, language)))
