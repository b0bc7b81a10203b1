"""What the register says of a bidder on the day bids close."""

from __future__ import annotations

from core import clock
from core.config import fund
from core.errors import Forbidden
from core.words import _l
from procurement.bidding import Bidder
from procurement.models.tender import Tender
from procurement.queries import bids as queries
from procurement.services import rules
from procurement.services.participation import conditions
from providers.queries import has_stage, sse


def bidder_of(tender: Tender, organisation_id: int | None) -> Bidder:
    """Looked up, not claimed; with the conditions of reserved lots that are not met."""
    found = queries.organisation(organisation_id)
    if found is None:
        raise Forbidden(_l("Only an organisation can bid."))
    closes_on = clock.local_day(tender.closes_at, fund().zone)
    stage = rules.periods(closes_on).bidder_stage
    looked_at = {lot.number: conditions(tender, lot, organisation_id) for lot in tender.lots}
    return Bidder(
        found.name,
        sse(organisation_id, closes_on).is_sse,
        stage,
        has_stage(organisation_id, stage, closes_on),
        queries.gives_service_line(organisation_id, tender.service_line),
        {lot: rows for lot, rows in looked_at.items() if not all(row.is_met for row in rows)},
    )
