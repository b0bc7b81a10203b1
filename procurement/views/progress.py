"""Where a tender stands, in words and on the thread."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.web.filters import day, instant
from core.words import _, _l, ngettext
from procurement.models.tender import Tender
from procurement.states.tender import TENDER

FORM, DAY = "EEE d MMM y, HH:mm", "EEE d MMM y"
NAMES: dict[str, Any] = {
    **TENDER.states,
    "questions_closed": _l("Questions closed"),
    "sealed": _l("Bids sealed"),
    "performing": _l("Being performed"),
}
HERE = {
    "draft": 1,
    "submitted": 1,
    "approved": 1,
    "published": 2,
    "questions_closed": 3,
    "sealed": 4,
    "opened_quality": 5,
    "admin_review": 5,
    "quality_scored": 5,
    "opened_price": 6,
    "abnormal_review": 6,
    "ranked": 6,
    "awarded": 7,
    "contracted": 9,
    "performing": 9,
    "closed": 9,
}
"""Phase → the knot that is awaited."""


def timeline(
    tender: Tender, at: dt.datetime, bids: int, standstill_until: dt.date | None = None
) -> list[dict[str, Any]]:
    """Knots from the draft to the contract: behind, now, ahead; a tender that ended early awaits nothing."""
    if tender.state in ("cancelled", "unsuccessful"):
        return _ended(tender, bids)
    here = HERE.get(tender.phase(at), 0)
    came = ngettext("Bids closed, %(num)s received", "Bids closed, %(num)s received", bids)
    knots = [
        (_("Drafted by %(name)s", name=tender.author_name), instant(tender.created_at, FORM)),
        (_("Published") if here > 1 else _("Approval and publication"), instant(tender.published_at, FORM)),
        (_("Questions closed") if here > 2 else _("Questions close"), instant(tender.questions_until, FORM)),
        (came if here > 3 else _("Bids close"), instant(tender.closes_at, FORM)),
        (
            _("Quality opened") if here > 4 else _("Opening, two officers needed"),
            instant(tender.quality_opened_at, FORM),
        ),
        (
            _("Scores locked, prices opened") if here > 5 else _("Scores locked, then prices open"),
            instant(tender.price_opened_at, FORM),
        ),
        (_("Award with reasons"), ""),
        (_("Standstill, last day") if standstill_until else _("Standstill"), day(standstill_until, DAY)),
        (_("Contract starts"), day(tender.starts_on, DAY)),
    ]
    return [{"state": _state(n, here), "title": title, "text": text} for n, (title, text) in enumerate(knots)]


def _ended(tender: Tender, bids: int) -> list[dict[str, Any]]:
    """What happened before the end; what will never come is not promised."""
    drafted = (_("Drafted by %(name)s", name=tender.author_name), instant(tender.created_at, FORM))
    knots: list[tuple[Any, Any]] = [drafted]
    if tender.published_at:
        came = ngettext("Published, %(num)s bid came", "Published, %(num)s bids came", bids)
        knots.append((came, instant(tender.published_at, FORM)))
    if tender.quality_opened_at:
        knots.append((_("Quality opened"), instant(tender.quality_opened_at, FORM)))
    knots.append((NAMES[tender.state], tender.ended_reason))
    return [{"state": "behind", "title": title, "text": text} for title, text in knots]


def _state(place: int, here: int) -> str:
    return "behind" if place < here else "now" if place == here else "ahead"
