"""Quality points as locked, results as ranked, awards as proposed and decided."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from core.acts import Act
from core.audit import Break
from procurement.integrity.said import Said
from procurement.models.evaluation import Award, LotResult
from procurement.models.tender import Lot, Tender
from procurement.queries import tenders as queries
from procurement.queries.court import all_awards


def differences(tender: Tender, said: Said) -> Iterator[Break]:
    for lot in tender.lots:
        yield from _locked(lot, said)
        yield from _results(lot, said)
    yield from _awards(tender, said)


def _locked(lot: Lot, said: Said) -> Iterator[Break]:
    """The quality points of every bid are those of the lock."""
    locked = said.by_act(Act.SCORES_LOCKED)
    questions = [row.code for row in lot.tender.criteria_of("quality")]
    for row in queries.results_of(lot) if locked else ():
        expected = (locked[-1].after or {}).get(row.bid.public_id)
        points = sum((Decimal(row.sheet[code]["points"]) for code in questions if code in row.sheet), Decimal(0))
        if expected is not None and Decimal(expected) != points:
            yield said.broken(_place(lot, row.bid.public_id), "its quality points are not those that were locked")


def _results(lot: Lot, said: Said) -> Iterator[Break]:
    """Price, total and rank of every bid as they stood when the lot was last ranked."""
    name = f"{lot.tender.number} lot {lot.number}"
    ranked = [row for row in said.by_act(Act.LOT_RANKED) if row.subject == name]
    if not ranked:
        return
    stored = {row.bid.public_id: _result(row) for row in queries.results_of(lot)}
    for bid, result in (ranked[-1].after or {}).items():
        if stored.get(bid) != (result["rank"], Decimal(result["total"]), result["price"]):
            yield said.broken(_place(lot, bid), "its result was not ranked so")


def _result(row: LotResult) -> tuple[int | None, Decimal, int | None]:
    return row.rank, row.total, row.price


def _place(lot: Lot, bid: str) -> str:
    return f"lot {lot.number} of {lot.tender.number}, bid {bid}"


def _awards(tender: Tender, said: Said) -> Iterator[Break]:
    """Winner and amount as proposed, standstill as decided, and none gone."""
    proposed = {
        row.subject: row.after for row in said.by_act(Act.AWARD_PROPOSED) if row.after and "amount" in row.after
    }
    decided = {row.subject: row.after or {} for row in said.by_act(Act.AWARD_DECIDED)}
    awards = {row.number: row for row in all_awards(tender)}
    for number in sorted(proposed.keys() | awards.keys()):
        award = awards.get(number)
        if award is None:
            yield said.broken(f"award {number}", "it was proposed and is not there")
        elif {"passed_over": {}, "place": 1, **(proposed.get(number) or {})} != award.summary:
            yield said.broken(f"award {number}", "winner, amount or who was passed over is not what was proposed")
        elif award.decided_at is not None and decided.get(number) != _decision(award):
            yield said.broken(f"award {number}", "winner or standstill is not what was decided")


def _decision(award: Award) -> dict[str, Any]:
    last_on = award.standstill_until.isoformat() if award.standstill_until else None
    return {"standstill_until": last_on, "bid": award.bid.public_id}
