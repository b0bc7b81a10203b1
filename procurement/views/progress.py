"""Where a tender stands, in words and on the thread."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.words import _, _l, ngettext
from procurement.models.tender import Tender
from procurement.states.tender import TENDER

NAMES: dict[str, Any] = {
    **TENDER.states,
    "questions_closed": _l("Open, questions closed"),
    "sealed": _l("Bids sealed"),
}
ORDER = ("draft", "published", "questions_closed", "sealed", "opened_quality", "opened_price", "ranked", "awarded")
PLACES = {
    "submitted": "draft",
    "approved": "draft",
    "quality_scored": "opened_quality",
    "contracted": "awarded",
    "unsuccessful": "awarded",
    "cancelled": "awarded",
}


def timeline(tender: Tender, at: dt.datetime, bids: int) -> list[dict[str, Any]]:
    """Knots from the draft to the contract: behind, now, ahead."""
    phase = tender.phase(at)
    here = ORDER.index(PLACES.get(phase, phase))
    came = ngettext("Bids closed, %(num)s received", "Bids closed, %(num)s received", bids)
    knots = [
        (0, _("Drafted by %(name)s", name=tender.author_name), tender.created_at),
        (1, _("Published"), tender.published_at),
        (2, _("Questions closed") if here >= 2 else _("Questions close"), tender.questions_until),
        (3, came if here >= 3 else _("Bids close"), tender.closes_at),
        (
            4,
            _("Quality envelopes opened") if here >= 4 else _("Opening, two officers needed"),
            tender.quality_opened_at,
        ),
        (5, _("Prices opened") if here >= 5 else _("Quality scores locked, then prices open"), tender.price_opened_at),
        (6, _("Ranked") if here >= 6 else _("Ranking and award with reasons"), None),
        (7, _("Award, standstill"), None),
    ]
    steps = [{"state": _state(n, here), "title": title, "text": _when(instant)} for n, title, instant in knots]
    state = "behind" if phase == "contracted" else "ahead"
    return [*steps, {"state": state, "title": _("Contract starts"), "text": tender.starts_on.strftime("%d.%m.%Y")}]


def _state(place: int, here: int) -> str:
    return "behind" if place < here else "now" if place == here else "ahead"


def _when(instant: dt.datetime | None) -> Any:
    from core.web.filters import instant as shown

    return shown(instant, "EEE d MMM y, HH:mm") if instant else ""
