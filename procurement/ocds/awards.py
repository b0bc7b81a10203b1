"""Awards as they were decided, lots that found no winner, and complaints as counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.config import fund
from procurement.models.evaluation import Award
from procurement.models.tender import Lot
from procurement.ocds.bids import bid_id, statistic
from procurement.ocds.codes import coded
from procurement.ocds.outcome import Outcome
from procurement.ocds.parties import reference
from procurement.ocds.tender_section import lot_id, reserved_participation
from procurement.ocds.values import amount, days, instant


def awards_section(outcome: Outcome) -> list[dict[str, Any]]:
    ended = [_unsuccessful(lot) for lot in outcome.tender.lots if lot.state == "unsuccessful"]
    return [_award(outcome, row) for row in outcome.decided] + ended


def complaint_statistics(outcome: Outcome) -> list[dict[str, Any]]:
    """How many were lodged and upheld, of a lot or of the whole; what they say and who complained is not published."""
    return list(_complaints(outcome))


def _complaints(outcome: Outcome) -> Iterator[dict[str, Any]]:
    lodged = [row for row in outcome.complaints if row.lodged_at is not None]
    for lot in (None, *outcome.tender.lots):
        rows = [row for row in lodged if row.lot_id == (lot.id if lot else None)]
        if rows:
            yield statistic("complaints", len(rows), lot, "complaints")
            yield statistic("complaintsUpheld", sum(row.outcome == "accepted" for row in rows), lot, "complaints")


def _award(outcome: Outcome, row: Award) -> dict[str, Any]:
    tender = row.lot.tender
    report = {
        "id": "results",
        "documentType": "evaluationReports",
        "url": f"{fund().address}/public/tenders/{tender.number}",
        "format": "text/html",
    }
    return {
        "id": row.number,
        "title": row.lot.title,
        "status": coded("award_status", row.state),
        "date": instant(row.decided_at) if row.decided_at else None,
        "value": None if row.bid_id in outcome.without_price else amount(row.amount),
        "suppliers": [reference(unit) for unit in outcome.units_of(row.bid)],
        "contractPeriod": days(tender.starts_on, tender.ends_on),
        "relatedLots": [lot_id(row.lot)],
        "relatedBids": [bid_id(row.bid, row.lot)],
        "reservedParticipation": reserved_participation(row.lot),
        "documents": [] if outcome.portal else [report],
    }


def _unsuccessful(lot: Lot) -> dict[str, Any]:
    """A lot without a winner is an award that found none, with its ground (eForms BT-144)."""
    text = f"{lot.ended_code}: {lot.ended_reason}"
    return {"id": f"none-{lot_id(lot)}", "status": "unsuccessful", "description": text, "relatedLots": [lot_id(lot)]}
