"""A cancellation takes effect when its complaint days are over: bids that were never opened go, their hashes stay."""

from __future__ import annotations

import datetime as dt

from core import audit
from core.actors import SYSTEM
from core.acts import Act
from core.db import db
from procurement.queries import complaints as complaint_queries
from procurement.queries import tenders as queries
from procurement.services.bids import erase_parts
from procurement.services.complaints import window
from procurement.states.complaint import STOPS_OPENING


def take_effect(at: dt.datetime) -> int:
    """Erase what is due; how many bids. Idempotent: a bid without envelopes is done."""
    erased = 0
    for tender in queries.cancelled_tenders():
        until = window(tender, "cancellation", None)
        if until is None or at <= until or complaint_queries.that_stop(tender, None, STOPS_OPENING):
            continue
        for bid in queries.bids_in(tender, "sealed", "unconfirmed"):
            if bid.parts:
                erase_parts(bid)
                bid.draft = None
                erased += 1
                hashes = {"receipt": bid.receipt.sha256 if bid.receipt else ""}
                audit.record(tender.stream, Act.BID_ERASED, bid.public_id, by=SYSTEM, after=hashes)
    db.session.flush()
    return erased
