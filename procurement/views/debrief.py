"""What a bidder is told of a decided lot: own scores, reasons, place, where the winner was better, what can be done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from core.errors import NotFound
from core.permissions import Permission
from core.web import actor, allow, page
from core.words import _l
from procurement import tie_words
from procurement.debriefing import Debrief, debrief
from procurement.queries import bids as bid_queries
from procurement.queries import complaints as complaint_queries
from procurement.queries import tenders as queries
from procurement.scoring.formulas import FORMULA_TEXTS
from procurement.services import complaints
from procurement.states.complaint import COMPLAINT

blueprint = Blueprint("debrief", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/result")
@allow(Permission.BID)
def show(number: str) -> Any:
    """The own bid of this organisation, lot by lot; lots that are not decided are not here yet."""
    tender = queries.published_tender(number, actor())
    bid = bid_queries.own_bid(tender, actor().organisation_id)
    found: list[Debrief] = debrief(tender, bid) if bid else []
    if bid is None or not found:
        raise NotFound(_l("Your result appears here when a lot that you bid for is decided."))
    return page(
        "tenders/debrief.html", tender=tender, bid=bid, found=found, formulas=FORMULA_TEXTS, tie_told=tie_words.told,
        names_of_bids={row.public_id: row.bidder for row in queries.sent_bids(tender)},
        until={row.lot.number: complaints.window(tender, "decision", row.lot) for row in found},
        decisions=complaint_queries.decided_for(actor().organisation_id, tender),
        complaints=complaint_queries.own_complaints(actor().organisation_id, tender), names=COMPLAINT.states,
    )  # fmt: skip
