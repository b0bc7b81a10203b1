"""Why a line was decided so, figure by figure, for its reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from claims import encoding
from claims.explanation import Action, Explanation, explain, sentence
from claims.models import ClaimLine, ClaimVersion, LineVersion
from claims.presenters.wording import day_words, quantity_words
from core.config import fund
from core.web.filters import amount
from core.words import _


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


def reasons_of(row: LineVersion, on: dt.date, reader: str) -> list[tuple[str, str]]:
    """(code, sentence) of every finding in the words for `reader`, the deciding one first."""
    found = encoding.line_of(row).findings
    ordered = sorted(found, key=lambda finding: finding.code != row.headline)
    return [(f.code, sentence(f.code, f.part, f.parameters, FIGURES, on, reader)) for f in ordered]


def why(
    line: ClaimLine, row: LineVersion, version: ClaimVersion, plan: Any, reader: str, today: dt.date
) -> Explanation:
    """The explanation of one line to `reader`: staff, provider or member; only what can still be done `today`."""
    decided_on = version.decided_at.astimezone(fund().zone).date()
    explained = explain(
        encoding.line_of(row),
        FIGURES,
        service_on=line.service_until or line.service_from or decided_on,
        decided_on=decided_on,
        appeal_days=plan.appeal_days,
        names=plan.names,
        reader=reader,
    )
    actions = [_dated(action, version.due_on) for action in explained.actions]
    return replace(explained, actions=[each for each in actions if each.until is None or each.until >= today])


def _dated(action: Action, due_on: dt.date | None) -> Action:
    """A correction is in time until the day that the claim itself was given."""
    return replace(action, until=due_on) if action.kind == "correct" else action


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
