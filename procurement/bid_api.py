"""`/api/v1/tenders/<number>/bid`: a bid is begun and sent by a bidder's own program, sealed before it leaves."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from core.errors import NotFound
from core.permissions import Permission
from core.web import actor, allow
from core.words import _l
from procurement.models.bid import Bid
from procurement.queries.bids import own_bid
from procurement.queries.tenders import published_tender
from procurement.sealing import EnvelopeKind
from procurement.sealing.canonical import octets_at
from procurement.services.bids import start_bid
from procurement.services.sealed_bids import take_sealed

blueprint = Blueprint("bid_api", __name__, url_prefix="/tenders", description="Bids, sealed by their bidder")


class BidOut(Schema):
    bid = fields.String(metadata={"description": "part of the seal's address"})
    next_version = fields.Integer(metadata={"description": "the version to seal for"})
    state = fields.String()


class SealedIn(Schema):
    lots = fields.List(fields.Integer(strict=True), required=True)
    quality = fields.String(required=True, metadata={"description": "the sealed envelope, base64"})
    price = fields.String(required=True, metadata={"description": "the sealed envelope, base64"})


class ReceiptOut(Schema):
    number = fields.String()
    signed = fields.Dict(metadata={"description": "the receipt with its signature, as `verify-receipt` reads it"})


@blueprint.route("/<number>/bid")
class OwnBid(MethodView):
    @allow(Permission.BID)
    @blueprint.response(200, BidOut)
    def post(self, number: str) -> dict[str, Any]:
        """Begin a bid, or look up the one that was begun."""
        bid = start_bid(published_tender(number, actor()), by=actor())
        return {"bid": bid.public_id, "next_version": bid.version + 1, "state": bid.state}


@blueprint.route("/<number>/bid/envelopes")
class Envelopes(MethodView):
    @allow(Permission.BID)
    @blueprint.arguments(SealedIn)
    @blueprint.response(200, ReceiptOut)
    def post(self, sealed: dict[str, Any], number: str) -> dict[str, Any]:
        """Both envelopes, sealed for this bid, its next version and these lots. Replaces what was sent."""
        envelopes = {kind: octets_at(sealed, kind.value) for kind in EnvelopeKind}
        receipt = take_sealed(_own(number), sealed["lots"], envelopes, by=actor())
        return {"number": receipt.number, "signed": receipt.signed}


def _own(number: str) -> Bid:
    bid = own_bid(published_tender(number, actor()), actor().organisation_id)
    if bid is None:
        raise NotFound(_l("You have not begun a bid for %(number)s.", number=number))
    return bid
