"""The day of the opening: 200 bids for each of eight lots, decrypted, checked against their receipts, ranked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from flask import current_app

from bench.watch import Watch, peak_mebibytes
from core.actors import Actor
from core.db import db
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.services import bids, evaluation
from procurement.terms import LotTerms
from tests.procurement import tendering
from tests.procurement.tendering import CLOSES, House

SIZES, LOTS = (50, 100, 200), 8
PHASES = ("sealing", "quality envelopes", "price envelopes", "points", "ranking", "rank reversal")
DAY = dt.timedelta(days=1)


class Timed:
    """Seconds and SQL statements by phase; what happens between phases is not counted."""

    def __init__(self) -> None:
        self.watch, self.statements = Watch(), dict.fromkeys(PHASES, 0)
        self.watch.count_statements()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        before = self.watch.statements
        with self.watch.phase(name):
            yield
        self.statements[name] += self.watch.statements - before


def measure(count: int) -> dict[str, Any]:
    """`count` bids, each for all lots; passphrases are stretched little, as two of them do not grow with the bids."""
    current_app.config["SCRYPT_COST"] = 2**4
    people = tendering.house({f"Unit {number}": "cooperative" for number in range(1, count + 1)})
    tender, timed = _published(people), Timed()
    for place, who in enumerate(people.bidders):
        _send(tender, who, place, timed)
    before = peak_mebibytes()
    with timed.phase("quality envelopes"):
        tendering.opened(tender, people, "quality", CLOSES + DAY / 24)
    names = {f"Unit {number}": 3 + number % 2 for number in range(1, count + 1)}
    tendering.scored(tender, people, names, CLOSES + 3 * DAY)
    timed.watch.function(evaluation, "evaluate", "points")
    with timed.phase("price envelopes"):
        tendering.opened(tender, people, "price", CLOSES + 4 * DAY)
    with timed.phase("ranking"), tendering.at(CLOSES + 5 * DAY):
        evaluation.rank(tender, by=people.chair)
    with timed.phase("rank reversal"):
        reports = [evaluation.reversal(lot, queries.results_of(lot)) for lot in tender.lots]
    assert len(reports) == LOTS
    return {
        "bids": count, "seconds": dict(timed.watch.seconds), "cpu": dict(timed.watch.cpu),
        "statements": timed.statements, "memory": peak_mebibytes(),
        "memory_before": before,
    }  # fmt: skip


def _published(people: House) -> Tender:
    lots = [
        LotTerms(f"District {number}", 100_000_000_000, [("HC-VISIT", 10_000)], floor=40_000_000_000)
        for number in range(1, LOTS + 1)
    ]
    return tendering.published(people, lots=lots, labour_floor=None, tie_ladder=("social_economy", "quality", "price"))


def _send(tender: Tender, who: Actor, place: int, timed: Timed) -> None:
    """One bid for all lots, filled and then sealed; the sealing is what is measured."""
    rate = Decimal(7_000_000 + 9_973 * place)
    with tendering.at(CLOSES - 2 * DAY):
        bid = bids.start_bid(tender, by=who)
        bids.save_draft(
            bid, by=who, is_confirmed=True, lots=tuple(range(1, LOTS + 1)),
            answers={"Q1": "One carer plans with each member. " * 20}, promises={"C6": str(50 + place % 45)},
            has_documents=True, rates={lot: {"HC-VISIT": rate + lot * place} for lot in range(1, LOTS + 1)},
        )  # fmt: skip
    with timed.phase("sealing"), tendering.at(CLOSES - DAY):
        bids.submit_bid(bid, by=who)
    db.session.expire_all()
