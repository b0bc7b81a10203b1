"""The minutes of an opening on paper, printed from what was written when it happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
from core.config import fund
from core.documents import Cell, Column, Document, code, in_house_language, letterhead, typed
from core.words import _, ngettext
from procurement.models.opening import OpeningMinutes
from procurement.papers import said


@in_house_language
def minutes_paper(minutes: OpeningMinutes, check_code: str = "") -> bytes:
    """Time, officers, fingerprints, bidders, what was odd; then the signatures there are."""
    content = minutes.content
    is_price = minutes.envelope == "price"
    paper = Document(
        letterhead(),
        kind=_("Minutes of an opening"),
        number=minutes.number,
        title=_("Opening of the price envelopes") if is_price else _("Opening of the quality envelopes"),
        issued_on=clock.local_day(minutes.opened_at, fund().zone),
        check_code=check_code,
    )
    paper.lead(_("Tender %(number)s, %(title)s", number=code(minutes.tender.number), title=typed(minutes.tender.title)))
    paper.facts(
        [
            (_("Bids closed"), _at(content["closed_at"])),
            (_("Envelopes opened"), _at(content["opened_at"])),
            (_("Officers needed"), code(str(content["needed"]))),
            (_("Came"), "\n".join(typed(f"{row['name']}, {_at(row['came_at'])}") for row in content["officers"])),
        ]
    )
    paper.heading(ngettext("%(num)s envelope", "%(num)s envelopes", len(content["bids"])))
    paper.table([Column(_("Bidder"), 3, is_bold=True), Column(_("Outcome"), 4)], [_row(row) for row in content["bids"]])
    paper.heading(_("What was odd"))
    for sentence in content["oddities"] or [_("Nothing.")]:
        paper.paragraph(typed(sentence))
    paper.fingerprint(_("Root of the manifest (SHA-256)"), content["manifest_root"])
    paper.fingerprint(_("These minutes (SHA-256)"), minutes.sha256)
    paper.heading(_("Signatures"))
    if not minutes.signatures:
        paper.paragraph(_("Not signed yet."), is_soft=True)
    for row in minutes.signatures:
        paper.signature(row.name, row.remark or _("Was there and agrees"), said(row.signed_at))
    return paper.render()


def _row(row: dict[str, Any]) -> tuple[Cell, Cell]:
    outcome = _("opened") if row["outcome"] == "opened" else _("unreadable")
    odd = [row["reason"]] if row.get("reason") else []
    odd += [
        _("File %(number)s: %(why)s", number=part["document"], why=part["unreadable"])
        for part in row.get("files", ())
        if part["unreadable"]
    ]
    below = typed(" ".join(odd)) if odd else code(row.get("sha256", "")[:32])
    return Cell(typed(row["bidder"]), code(row["bid"])), Cell(outcome, below)


def _at(text: str) -> str:
    return said(dt.datetime.fromisoformat(text), "%Y-%m-%d %H:%M:%S")
