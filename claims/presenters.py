"""How claims are shown: shape, word and next step of each; figures for sentences; the why of a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale

from claims import counting, encoding
from claims.explanation import Explanation, explain, sentence
from claims.letters import DecidedLine, Decision, decision_letter_pdf
from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.queries import records
from claims.reasons import BY_CODE
from claims.states import CLAIM, LINE_STATES
from core.codes import service_names
from core.config import fund
from core.documents import in_house_language, letterhead
from core.web.filters import FORMATTING_LOCALES, amount
from core.words import _, ngettext

SHAPES = {"received": "half", "returned": "sent_back", "pended": "half", "adjudicated": "decided", "denied": "denied"}
LINE_SHAPES = {"accepted": "accepted", "reduced": "in_part", "returned": "sent_back", "pended": "half"}


class PageFigures:
    """Figures inside sentences, in the page's language, with the fund's decimals."""

    def money(self, minor: int) -> str:
        return amount(minor)

    def day(self, on: dt.date) -> str:
        return day_words(on)

    def number(self, value: int) -> str:
        return str(value)

    def quantity(self, milli: int) -> str:
        return quantity_words(milli)

    def percent(self, basis_points: int) -> str:
        return f"{basis_points / 100:g}\u00a0%"


FIGURES = PageFigures()


def day_words(on: dt.date, form: str = "d MMMM y") -> str:
    locale = get_locale()
    return str(format_date(on, form, locale=FORMATTING_LOCALES.get(locale.language if locale else "en", "en_GB")))


def quantity_words(milli: int) -> str:
    return f"{milli / 1000:g}"


def long_days(first: dt.date, last: dt.date) -> str:
    """“1 to 31 October 2026”, in a sentence."""
    if first == last:
        return day_words(first)
    start = str(first.day) if (first.year, first.month) == (last.year, last.month) else day_words(first)
    return _("%(first)s to %(last)s", first=start, last=day_words(last))


def days_words(first: dt.date, last: dt.date) -> str:
    """“1–31 Oct”, “28 Oct – 3 Nov”, “4 Nov”."""
    if first == last:
        return day_words(first, "d MMM")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_words(last, 'd MMM')}"
    return f"{day_words(first, 'd MMM')} – {day_words(last, 'd MMM')}"


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A row of the list."""

    claim: Claim
    version: ClaimVersion
    service: str
    days: str
    shape: str
    word: str
    next: str
    is_urgent: bool
    pays: int | None


def shown(
    rows: Sequence[Any], lines: Mapping[int, Sequence[ClaimLine]], payments: Mapping[str, Any], today: dt.date
) -> list[ShownClaim]:
    """A page of claims in words; `payments`: number → what `payments` knows of its payable."""
    codes = {line.service for found in lines.values() for line in found}
    names, units = service_names(codes), counting.units(codes)
    return [
        _shown(claim, version, service_words(lines[claim.id], names, units), payments.get(claim.number), today)
        for claim, version in rows
    ]


def _shown(claim: Claim, version: ClaimVersion, service: str, paid: Any, today: dt.date) -> ShownClaim:
    shape, word = status(version, paid, today)
    text, is_urgent = next_step(version, paid, today)
    pays = version.benefit if version.state in ("adjudicated", "denied") else None
    days = days_words(claim.service_from, claim.service_until)
    return ShownClaim(claim, version, service, days, shape, str(word), text, is_urgent, pays)


def service_words(lines: Sequence[ClaimLine], names: Mapping[str, str], units: Mapping[str, str]) -> str:
    """“Home care visit, 8 visits”, “Consultation and 2 more”; a service has a name, never its bare code."""
    first = name_of(lines[0].service, names)
    if len(lines) > 1:
        return ngettext("%(first)s and %(num)s more", "%(first)s and %(num)s more", len(lines) - 1, first=first)
    quantity = counting.counted(lines[0].quantity_milli, units.get(lines[0].service, ""))
    return _("%(service)s, %(quantity)s", service=first, quantity=quantity)


def name_of(service: str, names: Mapping[str, str]) -> str:
    if not service:
        return _("no service code")
    return names.get(service) or _("unknown service %(code)s", code=service)


def is_in_part(version: ClaimVersion) -> bool:
    """The provider writes something off, or a limit cut it; the member's ordinary share alone is no cut."""
    return version.state == "adjudicated" and (version.write_off > 0 or version.headline.startswith("BEN-"))


def status(version: ClaimVersion, paid: Any, today: dt.date) -> tuple[str, Any]:
    """Shape and word. Paid, sent, returned are read from the payable; nothing of it is stored here."""
    if version.state == "adjudicated":
        if paid is not None and paid[2] in ("sent", "paid"):
            return "paid", _("Paid")
        if is_in_part(version):
            is_open = version.due_on is not None and version.due_on >= today
            return "in_part" if is_open else "decided", _("Decided in part")
    return SHAPES.get(version.state, "ended"), CLAIM.states[version.state]


def next_step(version: ClaimVersion, paid: Any, today: dt.date) -> tuple[str, bool]:
    """What happens next, and whether it is the reader's move."""
    due = day_words(version.due_on, "d MMM") if version.due_on else ""
    if version.state == "received":
        return _("the decision follows"), False
    if version.state == "returned":
        return _("correct and send by %(day)s", day=due), True
    if version.state == "pended":
        return _("answer by %(day)s", day=due), False
    if version.state == "denied":
        reason = str(BY_CODE[version.headline].title) if version.headline in BY_CODE else ""
        return reason, False
    if version.state == "adjudicated":
        return _payment_words(version, paid, due, today)
    return "", False


def _payment_words(version: ClaimVersion, paid: Any, due: str, today: dt.date) -> tuple[str, bool]:
    is_sent = paid is not None and paid[2] in ("sent", "paid")
    if not is_sent and is_in_part(version) and version.due_on and version.due_on >= today:
        return _("act by %(day)s", day=due), True
    return payment_words(paid), False


def payment_words(paid: Any) -> str:
    """When the money comes, or came; `paid`: what `payments` knows of the claim's payable."""
    if paid is None:
        return _("nothing to pay")
    if paid[2] in ("sent", "paid"):
        return _("%(day)s, %(run)s", day=day_words(paid[4], "d MMM"), run=paid[3])
    return _("pays %(day)s", day=day_words(paid[4] or paid[1], "d MMM"))


def decided_status(version: ClaimVersion, paid: Any, today: dt.date) -> tuple[str, Any]:
    """As `status`, with the day of the money: “Decided, pays 20 Nov”."""
    shape, word = status(version, paid, today)
    if version.state != "adjudicated" or paid is None or paid[2] in ("sent", "paid"):
        return shape, word
    return shape, _("%(status)s, %(next)s", status=word, next=payment_words(paid))


def line_status(row: LineVersion) -> tuple[str, Any]:
    return LINE_SHAPES.get(row.state, row.state), LINE_STATES[row.state]


def reasons_of(row: LineVersion, on: dt.date, reader: str) -> list[tuple[str, str]]:
    """(code, sentence) of every finding in the words for `reader`, the deciding one first."""
    found = encoding.line_of(row).findings
    ordered = sorted(found, key=lambda finding: finding.code != row.headline)
    return [(f.code, sentence(f.code, f.part, f.parameters, FIGURES, on, reader)) for f in ordered]


def why(line: ClaimLine, row: LineVersion, version: ClaimVersion, plan: Any, reader: str) -> Explanation:
    """The explanation of one line to `reader`: staff, provider or member."""
    decided_on = version.decided_at.astimezone(fund().zone).date()
    return explain(
        encoding.line_of(row),
        FIGURES,
        service_on=line.service_until or line.service_from or decided_on,
        decided_on=decided_on,
        appeal_days=plan.appeal_days,
        names=plan.names,
        reader=reader,
    )


def result_title(row: LineVersion | ClaimVersion, is_own: bool) -> str:
    """The h1 of a decision is its result."""
    currency = fund().currency.code
    asked = f"{amount(row.submitted)} {currency}"
    if row.state == "received":
        return _("The fund has received the %(asked)s; the decision follows", asked=asked)
    if row.state == "returned":
        return _("The fund cannot decide on the %(asked)s yet: something must be corrected", asked=asked)
    if row.state == "pended":
        return _("The fund still looks at the %(asked)s", asked=asked)
    if row.benefit == row.submitted:
        return _("The fund pays all of the %(asked)s", asked=asked)
    paid = amount(row.benefit)
    if is_own and row.benefit:
        return _("Why the fund pays %(paid)s of the %(asked)s you asked", paid=paid, asked=asked)
    if row.benefit:
        return _("Why the fund pays %(paid)s of the %(asked)s asked", paid=paid, asked=asked)
    return _("Why the fund pays nothing of the %(asked)s", asked=asked)


def strands(row: LineVersion | ClaimVersion, reader: str) -> list[dict[str, Any]]:
    """Who bears what, adding up to what was asked."""
    written = _("Your cooperative writes off") if reader == "provider" else _("The provider writes off")
    pays = _("You pay") if reader == "member" else _("The member pays")
    return [
        {"bearer": "fund", "label": _("The fund pays"), "amount": row.benefit},
        {"bearer": "member", "label": pays, "amount": row.member_share},
        {"bearer": "written_off", "label": written, "amount": row.write_off},
    ]


def major(minor: int | None) -> Decimal | None:
    """For spreadsheets: a number in major units."""
    return None if minor is None else Decimal(minor).scaleb(-fund().currency.exponent)


@in_house_language
def letter(claim: Claim, version: ClaimVersion, check_code: str = "") -> bytes:
    """The decision letter to the provider, from the stored decision alone."""
    lines = {line.line_no: line for line in records.lines_of(claim)}
    names = service_names({line.service for line in lines.values()})
    decided = records.decided_lines(claim, version.version)
    zone = fund().zone
    paper = Decision(
        number=f"{claim.number}/{version.version}",
        claim=claim.number,
        member=claim.member_number,
        provider=records.organisation_name(claim.organisation_id),
        decided_on=version.decided_at.astimezone(zone).date(),
        plan=decided[0].plan if decided else "",
        decided_by=_("the rules") if version.cause in ("submission", "redecision") else version.decided_by,
        currency=fund().currency,
        lines=[_letter_line(lines[row.line_no], row, names, claim) for row in decided if not row.undecided],
        appeal_until=version.due_on,
        appeal_address=fund().help_phone,
        check_code=check_code,
    )
    return decision_letter_pdf(paper, letterhead())


def _letter_line(line: ClaimLine, row: LineVersion, names: Mapping[str, str], claim: Claim) -> DecidedLine:
    on = line.service_until or line.service_from or claim.service_until
    return DecidedLine(
        service=names.get(line.service, line.service),
        served_on=on,
        quantity=quantity_words(line.quantity_milli),
        agreed_price=encoding.line_of(row).unit_price or None,
        asked=row.submitted,
        fund_pays=row.benefit,
        member_pays=row.member_share,
        written_off=row.write_off,
        reasons=reasons_of(row, on, "provider"),
    )
