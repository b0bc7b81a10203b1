"""Where a claim or line stands, and what comes next, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from claims import counting
from claims.models import Claim, ClaimLine, ClaimVersion, LineVersion
from claims.presenters.wording import day_words, days_words, service_words
from claims.reasons import BY_CODE
from claims.states import CLAIM, LINE_STATES
from core.codes import service_names
from core.words import _

SHAPES = {"received": "half", "returned": "sent_back", "pended": "half", "adjudicated": "decided", "denied": "denied"}
LINE_SHAPES = {"accepted": "accepted", "reduced": "in_part", "returned": "sent_back", "pended": "half"}


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
