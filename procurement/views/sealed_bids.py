"""For who does not want to trust this server: a bid sealed on the bidder's own machine is taken as it is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from core.db import database_now
from core.errors import InputErrors
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _
from procurement.models.tender import Tender
from procurement.queries.bids import own_bid
from procurement.queries.tenders import published_tender
from procurement.sealing import EnvelopeKind
from procurement.services.bids import start_bid
from procurement.services.sealed_bids import take_sealed

blueprint = Blueprint("sealed_bids", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/bid-sealed")
@allow(Permission.BID)
def show(number: str) -> Any:
    return _page(published_tender(number, actor()))


@blueprint.post("/<number>/bid-sealed")
@allow(Permission.BID)
def send(number: str) -> Any:
    """Two files and the lots they are for."""
    tender = published_tender(number, actor())
    lots = [int(text) for text in request.form.getlist("lots") if text.isdecimal()]
    sealed = {kind: file.read() for kind in EnvelopeKind if (file := request.files.get(kind.value))}
    try:
        receipt = take_sealed(start_bid(tender, by=actor()), lots, sealed, by=actor())
    except InputErrors as errors:
        return _page(tender, errors)
    message = _("Your sealed bid is in. Your receipt is %(number)s; keep it.", number=receipt.number)
    return done(url_for("bids.tasks", number=number), message)


def _page(tender: Tender, errors: InputErrors | None = None) -> Any:
    bid = own_bid(tender, actor().organisation_id)
    return page(
        "tenders/bid_sealed.html", errors=errors, tender=tender, bid=bid, version=bid.version + 1 if bid else 1,
        is_open=tender.state == "published" and not tender.is_closed(database_now()),
        lots=[(str(lot.number), f"{lot.number} {lot.title}") for lot in tender.lots],
        chosen=request.form.getlist("lots"), notice_url=url_for("public_tenders.sealing", number=tender.number),
    )  # fmt: skip
