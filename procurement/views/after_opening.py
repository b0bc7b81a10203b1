"""Doors to what follows an opening, for the page of a tender: who sees which."""

from __future__ import annotations

import datetime as dt

from flask import url_for

from core.actors import Actor
from core.permissions import Permission, may
from core.words import _
from procurement.models.bid import Bid
from procurement.models.tender import Tender
from procurement.queries import tenders as queries


def links(tender: Tender, who: Actor, own: Bid | None, at: dt.datetime) -> list[tuple[str, str]]:
    """(url, word): minutes and checks for staff, result and complaint for a bidder."""
    if tender.published_at is None:
        return []
    if who.organisation_id is not None:
        return _for_bidder(tender, who, own)
    found = [("opening.screen", _("Screen for the wall"))] if tender.is_closed(at) else []
    if tender.quality_opened_at:
        found.append(("admission.index", _("Check the bidders")))
    shown = {"admission.index": Permission.CHECK_BIDDERS, "opening.screen": Permission.OPEN_BIDS}
    rows = [(url_for(end, number=tender.number), word) for end, word in found if may(shown[end], who.roles)]
    for envelope, word in (("quality", _("Minutes: quality")), ("price", _("Minutes: prices"))):
        if queries.minutes_of(tender, envelope):
            rows.append((url_for("opening.minutes", number=tender.number, envelope=envelope), word))
    if may(Permission.READ_RED_FLAGS, who.roles):
        rows.append((url_for("red_flags.show", number=tender.number), _("Red flags")))
    if tender.quality_opened_at and may(Permission.DECIDE_AWARD, who.roles):
        rows.append((url_for("withholding.index", number=tender.number), _("Withheld from others")))
    if may(Permission.READ_COMPLAINTS, who.roles):
        rows.append((url_for("complaints.index"), _("Complaints")))
    return rows


def _for_bidder(tender: Tender, who: Actor, own: Bid | None) -> list[tuple[str, str]]:
    rows = []
    if own and any(row.decided_at for row in queries.awards_of(tender)):
        rows.append((url_for("debrief.show", number=tender.number), _("Your result, with reasons")))
    if may(Permission.COMPLAIN, who.roles):
        rows.append((url_for("complaints.new", number=tender.number), _("Complain")))
    return rows
