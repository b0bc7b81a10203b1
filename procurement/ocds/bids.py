"""Bids once they are open, and how many there were. Nothing of a bid before its opening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from core.organisations import Organisation
from procurement.models.bid import Bid
from procurement.models.evaluation import LotResult
from procurement.models.tender import Lot
from procurement.ocds.codes import coded, codes
from procurement.ocds.outcome import Outcome
from procurement.ocds.parties import reference
from procurement.ocds.tender_section import lot_id
from procurement.ocds.values import amount, instant, number


def bids_section(outcome: Outcome) -> dict[str, Any]:
    """Counts from the manifest on, bids from the opening on, their prices from the second opening on."""
    if not outcome.is_closed:
        return {}
    details = [_bid(outcome, bid, lot) for bid, lot in outcome.pairs()] if outcome.is_open else []
    return {"statistics": list(_statistics(outcome)), "details": details}


def bidders(outcome: Outcome) -> list[tuple[Organisation, list[str]]]:
    """Organisations that may be named now, each once with all its roles; partners of joint bids as their leads."""
    roles: dict[int, tuple[Organisation, list[str]]] = {}
    for bid in outcome.bids if outcome.is_open else ():
        for unit in outcome.units_of(bid):
            roles.setdefault(unit.id, (unit, ["tenderer"]))
    for award in outcome.standing:
        for unit in outcome.units_of(award.bid):
            known = roles.setdefault(unit.id, (unit, []))[1]
            known += [role for role in ("supplier",) if role not in known]
    return list(roles.values())


def bid_id(bid: Bid, lot: Lot) -> str:
    """A bid takes part lot by lot: each has its own price and rank."""
    return f"{bid.public_id}-{lot_id(lot)}"


def _bid(outcome: Outcome, bid: Bid, lot: Lot) -> dict[str, Any]:
    result = next((row for row in outcome.results if (row.bid_id, row.lot_id) == (bid.id, lot.id)), None)
    is_decided = any(row.lot_id == lot.id for row in outcome.standing)
    has_price = outcome.tender.price_opened_at is not None and result is not None and result.price is not None
    has_price = has_price and bid.id not in outcome.without_price
    status = coded("bid_status", bid.state)
    return {
        "id": bid_id(bid, lot),
        "submissionType": "bid",
        "date": instant(bid.receipt.received_at) if bid.receipt else None,
        "status": "disqualified" if is_decided and result and not result.is_admitted else status,
        "tenderers": [reference(unit) for unit in outcome.units_of(bid)],
        "value": amount(result.price) if has_price and result and result.price is not None else None,
        "relatedLots": [lot_id(lot)],
        "hasRank": (result.rank is not None) if is_decided and result else None,
        "rank": result.rank if is_decided and result else None,
        "bidEvaluations": _evaluations(result) if is_decided and result else None,
    }


def _evaluations(result: LotResult) -> list[dict[str, Any]]:
    """Our extension: points by criterion and in total. OCDS has no home for scores."""
    rows = [
        {"id": code, "points": number(Decimal(row["points"])), "maximum": number(Decimal(row["maximum"]))}
        for code, row in result.sheet.items()
    ]
    return [*rows, {"id": "TOTAL", "points": number(result.total.normalize())}]


def _statistics(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Per lot: how many came, once it is open of which kind, and once it is decided how many stood."""
    for lot in outcome.tender.lots:
        bids = [bid for bid, wanted in outcome.pairs() if wanted.id == lot.id]
        yield statistic("bids", len(bids), lot)
        if outcome.is_open:
            yield from _kinds(outcome, bids, lot)
        if any(row.lot_id == lot.id for row in outcome.standing):
            results = [row for row in outcome.results if row.lot_id == lot.id]
            valid = sum(row.is_admitted for row in results)
            yield statistic("validBids", valid, lot)
            yield statistic("disqualifiedBids", len(bids) - valid, lot)
            yield statistic("tendersAbnormallyLow", sum(row.flag_decision == "rejected" for row in results), lot)


def _kinds(outcome: Outcome, bids: Sequence[Bid], lot: Lot) -> Iterator[dict[str, Any]]:
    """Units of the social economy on the closing day; small and medium ones where every bidder's workers are known."""
    units = [outcome.units_of(bid) for bid in bids]
    yield statistic("sseBids", sum(all(unit.id in outcome.sse for unit in joined) for joined in units), lot)
    sizes = [[outcome.workers.get(unit.id) for unit in joined] for joined in units]
    known = [[size for size in joined if size is not None] for joined in sizes]
    if bids and all(len(found) == len(joined) for found, joined in zip(known, sizes, strict=True)):
        yield statistic("smeBids", sum(max(found) < codes()["sme_workers"] for found in known), lot)


def statistic(measure: str, value: int, lot: Lot | None, scope: str | None = None) -> dict[str, Any]:
    """One count; of a lot, or of the whole procedure."""
    name = f"{measure}-{lot_id(lot)}" if lot else measure
    return {"id": name, "measure": measure, "value": value, "relatedLot": lot_id(lot) if lot else None, "scope": scope}
