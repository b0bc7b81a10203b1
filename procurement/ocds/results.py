"""What came of it: bids once they are open, statistics, awards, contracts. Nothing of a bid before its opening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.config import fund
from core.organisations import Organisation
from procurement.models.bid import Bid
from procurement.models.contract import Contract, ContractIndicator
from procurement.models.evaluation import Award, LotResult
from procurement.models.notice import NoticeVersion, TenderQuestion
from procurement.models.tender import Lot, Tender
from procurement.ocds.codes import coded, codes
from procurement.ocds.parties import reference
from procurement.ocds.tender_section import lot_id
from procurement.ocds.values import amount, days, instant, number


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rows that belong to one tender, read once."""

    tender: Tender
    bids: Sequence[Bid] = ()
    results: Sequence[LotResult] = ()
    awards: Sequence[Award] = ()
    contracts: Sequence[Contract] = ()
    lots_of: dict[int, tuple[int, ...]] = field(default_factory=dict)
    questions: Sequence[TenderQuestion] = ()
    versions: Sequence[NoticeVersion] = ()

    @property
    def is_open(self) -> bool:
        return self.tender.quality_opened_at is not None

    @property
    def decided(self) -> list[Award]:
        """Awards that were told to the bidders: a proposal is not published."""
        return [row for row in self.awards if row.decided_at is not None]

    @property
    def standing(self) -> list[Award]:
        """Those of them that were not annulled since: ranks and points count only with them."""
        return [row for row in self.decided if row.state != "annulled"]


def bids_section(outcome: Outcome) -> dict[str, Any]:
    """Counts from the manifest on, bids from the opening on, their prices from the second opening on."""
    if outcome.tender.manifest is None:
        return {}
    details = [_bid(outcome, bid, lot) for bid, lot in _pairs(outcome)] if outcome.is_open else []
    return {"statistics": list(_statistics(outcome)), "details": details}


def bidders(outcome: Outcome) -> Iterator[tuple[Organisation, list[str]]]:
    """Organisations that may be named now, each with its roles."""
    winners = {row.bid.organisation_id for row in outcome.standing}
    if outcome.is_open:
        for bid in outcome.bids:
            yield bid.organisation, ["tenderer", *(["supplier"] if bid.organisation_id in winners else [])]


def awards_section(outcome: Outcome) -> list[dict[str, Any]]:
    return [_award(row) for row in outcome.decided] + [_unsuccessful(lot) for lot in outcome.tender.lots if _ended(lot)]


def contracts_section(outcome: Outcome) -> list[dict[str, Any]]:
    numbers = {row.id: row.number for row in outcome.decided}
    return [_contract(row, numbers[row.award_id]) for row in outcome.contracts if row.award_id in numbers]


def bid_id(bid: Bid, lot: Lot) -> str:
    """A bid takes part lot by lot: each has its own price and rank."""
    return f"{bid.public_id}-{lot_id(lot)}"


def _pairs(outcome: Outcome) -> list[tuple[Bid, Lot]]:
    wanted = [(bid, outcome.tender.lot(key)) for bid in outcome.bids for key in outcome.lots_of.get(bid.id, ())]
    return [(bid, lot) for bid, lot in wanted if lot is not None]


def _bid(outcome: Outcome, bid: Bid, lot: Lot) -> dict[str, Any]:
    result = next((row for row in outcome.results if (row.bid_id, row.lot_id) == (bid.id, lot.id)), None)
    is_decided = any(row.lot_id == lot.id for row in outcome.standing)
    has_price = outcome.tender.price_opened_at is not None and result is not None and result.price is not None
    status = coded("bid_status", bid.state)
    return {
        "id": bid_id(bid, lot),
        "submissionType": "bid",
        "date": instant(bid.receipt.received_at) if bid.receipt else None,
        "status": "disqualified" if is_decided and result and not result.is_admitted else status,
        "tenderers": [reference(bid.organisation)],
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
    """Per lot: how many came, and once it is decided how many stood."""
    for lot in outcome.tender.lots:
        bids = [bid for bid, wanted in _pairs(outcome) if wanted.id == lot.id]
        yield _statistic("bids", len(bids), lot)
        if any(row.lot_id == lot.id for row in outcome.standing):
            results = [row for row in outcome.results if row.lot_id == lot.id]
            valid = sum(row.is_admitted for row in results)
            yield _statistic("validBids", valid, lot)
            yield _statistic("disqualifiedBids", len(bids) - valid, lot)
            yield _statistic("tendersAbnormallyLow", sum(row.flag_decision == "rejected" for row in results), lot)


def _statistic(measure: str, value: int, lot: Lot) -> dict[str, Any]:
    return {"id": f"{measure}-{lot_id(lot)}", "measure": measure, "value": value, "relatedLot": lot_id(lot)}


def _award(row: Award) -> dict[str, Any]:
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
        "value": amount(row.amount),
        "suppliers": [reference(row.bid.organisation)],
        "contractPeriod": days(tender.starts_on, tender.ends_on),
        "relatedLots": [lot_id(row.lot)],
        "relatedBids": [bid_id(row.bid, row.lot)],
        "documents": [report],
    }


def _ended(lot: Lot) -> bool:
    return lot.state == "unsuccessful"


def _unsuccessful(lot: Lot) -> dict[str, Any]:
    """A lot without a winner is an award that found none, with its ground (eForms BT-144)."""
    text = f"{lot.ended_code}: {lot.ended_reason}"
    return {"id": f"none-{lot_id(lot)}", "status": "unsuccessful", "description": text, "relatedLots": [lot_id(lot)]}


def _contract(row: Contract, award: str) -> dict[str, Any]:
    promises = [_metric(indicator) for indicator in row.indicators if not _is_too_small(indicator, indicator.committed)]
    measured = [_observed(indicator) for indicator in row.indicators if _has_value(indicator)]
    return {
        "id": row.number,
        "awardID": award,
        "title": row.title,
        "status": coded("contract_status", row.state),
        "period": days(row.valid_from, row.valid_until),
        "value": amount(row.budget) if row.budget is not None else None,
        "dateSigned": instant(row.signed_at) if row.signed_at else None,
        "agreedMetrics": promises,
        "implementation": {"metrics": measured},
    }


def _metric(row: ContractIndicator) -> dict[str, Any]:
    said = {"id": "1", "measure": number(row.committed.normalize()), "unit": {"name": row.unit}}
    return {"id": row.code, "title": row.name, "description": row.evidence, "observations": [said]}


def _has_value(row: ContractIndicator) -> bool:
    """Measured, and not so small that it tells of single people."""
    if not row.measured or row.measured.get("value") is None:
        return False
    return not _is_too_small(row, Decimal(row.measured["value"]))


def _is_too_small(row: ContractIndicator, value: Decimal) -> bool:
    rule = codes()["suppressed"]
    return row.code in rule["criteria"] and value < rule["fewest"]


def _observed(row: ContractIndicator) -> dict[str, Any]:
    found = {"id": row.measured["on"], "measure": number(Decimal(row.measured["value"])), "unit": {"name": row.unit}}  # type: ignore[index]
    return {"id": row.code, "title": row.name, "observations": [found]}
