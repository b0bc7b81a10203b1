"""Who passes to the price envelope: published minimums and gates first, then the best N."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.documents import in_house_language
from core.words import _
from procurement.criterion_words import plain
from procurement.models.bid import Bid
from procurement.models.tender import Criterion, Tender
from procurement.promising import read_promise
from procurement.scoring.ranking import Sheet, Shortfall, best, shortfalls, total
from procurement.services.evaluation.sheets import counted_sheet


@in_house_language
def fallen(tender: Tender, bids: Sequence[Bid], quality: Mapping[int, Sheet]) -> dict[int, str]:
    """Bid id → why its price stays shut, on plain points, before any renormalisation."""
    criteria = [row.weighed() for row in (*tender.criteria_of("quality"), *tender.criteria_of("social"))]
    minimums = {"quality": tender.quality_minimum, "social": tender.social_minimum}
    blocks = {block: least for block, least in minimums.items() if least is not None}
    sheets = {bid.id: {**quality[bid.id], **counted_sheet(tender, bid)} for bid in bids}
    found = {}
    for bid in bids:
        missed = [_missed(tender, row) for row in shortfalls(criteria, sheets[bid.id], blocks)]
        if reasons := [*missed, *_gates(tender, bid)]:
            found[bid.id] = " ".join(reasons)
    standing = {str(bid.id): total(sheets[bid.id]) for bid in bids if bid.id not in found}
    return found | _not_among_best(tender.most_to_price, standing)


def _not_among_best(most: int | None, totals: Mapping[str, Decimal]) -> dict[int, str]:
    """Who equals the last of the best passes too."""
    if most is None or not totals:
        return {}
    passing = best(totals, most)
    last = min(totals[bid] for bid in passing)
    return {
        int(bid): _("Not among the %(most)s best: %(points)s points; the last that passed has %(last)s.",
                    most=most, points=points, last=last)
        for bid, points in totals.items()
        if bid not in passing
    }  # fmt: skip


def _missed(tender: Tender, row: Shortfall) -> str:
    names = {criterion.code: criterion.name for criterion in tender.criteria}
    where = names.get(row.where) or {"quality": _("Quality"), "social": _("Social")}[row.where]
    return _("%(where)s: %(points)s points, at least %(minimum)s are needed.",
             where=where, points=row.points, minimum=plain(row.minimum))  # fmt: skip


def _gates(tender: Tender, bid: Bid) -> list[str]:
    promises = bid.content("quality").get("promises", {})
    return [_failed_gate(row, promises.get(row.code, "")) for row in tender.criteria_of("social")
            if row.gate is not None and not _is_passed(row, promises.get(row.code, ""))]  # fmt: skip


def _is_passed(row: Criterion, promise: str) -> bool:
    value = read_promise(row, promise)
    return value is not None and row.scale().is_passed(value)


def _failed_gate(row: Criterion, promise: str) -> str:
    return _("%(name)s: %(promise)s promised, the bound is %(gate)s.",
             name=row.name, promise=promise or "–", gate=plain(row.gate))  # fmt: skip
