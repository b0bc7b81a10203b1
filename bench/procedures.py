"""Open data at the size of a country: procedures with two lots, three bids and an award, published and checked."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bench.watch import Watch, peak_mebibytes
from core.codes import Service, ServiceLine
from core.db import bulk_insert, db, unit_of_work
from core.organisations import Organisation
from procurement.models.bid import Bid, BidReceipt
from procurement.models.evaluation import Award, LotResult
from procurement.models.tender import Criterion, Lot, LotService, Tender
from procurement.ocds.releases import package
from procurement.ocds.schema import package_faults
from procurement.queries import publication as queries
from procurement.services.publishing import AT_ONCE, has_news, publish_due

BIDDERS, LOTS = 3, 2
DAY = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)


def measure(procedures: int) -> dict[str, Any]:
    """Publishing them all, 500 to a transaction; first and last thousand in processor time."""
    _people()
    for start in range(0, procedures, 1000):
        with unit_of_work():
            _procedures(start, min(1000, procedures - start))
    watch, times, before = Watch(), list[float](), peak_mebibytes()
    watch.count_statements()
    while has_news():
        with watch.phase("publishing"), unit_of_work():
            started = time.process_time()
            publish_due()
            times.append((time.process_time() - started) * 1000 / AT_ONCE)
    peak = peak_mebibytes()
    started = time.perf_counter()
    assert not has_news()
    again, started = time.perf_counter() - started, time.perf_counter()
    size = sum(len(row.body) + 1 for row in queries.latest_bodies())
    stream = time.perf_counter() - started
    return {
        "procedures": procedures, "refused": len(queries.refused()), "seconds": watch.seconds["publishing"],
        "statements": watch.statements, "checking": _checking(), "first": sum(times[:2]) / 2,
        "last": sum(times[-2:]) / 2, "again": again, "stream": stream, "bytes": size, "memory": peak,
        "memory_before": before,
    }  # fmt: skip


def _checking() -> float:
    """Milliseconds of processor time to check one package."""
    packages = [package([json.loads(row.body)], "https://fund.example/p", DAY) for row in _some()]
    started = time.process_time()
    assert not any(package_faults(one) for one in packages)
    return (time.process_time() - started) * 1000 / len(packages)


def _some() -> Iterator[Any]:
    for place, row in enumerate(queries.latest_bodies()):
        if place >= 200:
            return
        yield row


def _people() -> None:
    with unit_of_work():
        db.session.add(ServiceLine(code="home_care", name="Home care", position=1))
        db.session.flush()
        db.session.add(Service(code="HC-VISIT", service_line="home_care", name="Visit", unit="visit"))
        for number in range(1, BIDDERS + 1):
            db.session.add(
                Organisation(
                    id=number, number=f"O-{number}", name=f"Cooperative {number}", legal_form="cooperative",
                    register_scheme="tz.register", register_number=str(number), district="North", created_at=DAY,
                )
            )  # fmt: skip


def _procedures(start: int, count: int) -> None:
    """Rows as the road would leave them after the award of the first lot."""
    ids = range(start + 1, start + count + 1)
    bulk_insert(Tender.__table__, [_tender(key) for key in ids])
    lots = [(key * LOTS + place, key, place + 1) for key in ids for place in range(LOTS)]
    bulk_insert(Lot.__table__, [_lot(*row) for row in lots])
    services = [{"lot_id": row[0], "service": "HC-VISIT", "volume": 10_000} for row in lots]
    bulk_insert(LotService.__table__, services)
    bulk_insert(Criterion.__table__, [row for key in ids for row in _criteria(key)])
    bids = [(key * BIDDERS + place, key, place + 1) for key in ids for place in range(BIDDERS)]
    bulk_insert(Bid.__table__, [_bid(*row) for row in bids])
    bulk_insert(BidReceipt.__table__, [_receipt(*row) for row in bids])
    results = [
        (key * LOTS + lot, key * BIDDERS + bid, bid + 1) for key in ids for lot in range(LOTS) for bid in range(BIDDERS)
    ]
    bulk_insert(LotResult.__table__, [_result(*row) for row in results])
    bulk_insert(Award.__table__, [_award(key) for key in ids])


def _tender(key: int) -> dict[str, Any]:
    return {
        "id": key, "number": f"T-2026-{key:05}", "title": f"Home care, district {key}", "summary": "Care at home.",
        "lang": "en", "service_line": "home_care", "state": "awarded", "notice_version": 1,
        "questions_until": DAY + dt.timedelta(days=20), "closes_at": DAY + dt.timedelta(days=30),
        "starts_on": dt.date(2027, 1, 1), "ends_on": dt.date(2028, 12, 31), "price_formula": "absolute",
        "combination": "mean", "draw_source": "", "draw_value": "", "threshold": 2, "author": "a", "author_name": "A",
        "approver": "b", "approver_name": "B", "approved_at": DAY, "published_at": DAY, "receipt_key": "",
        "manifest": {"receipts": [], "root": ""}, "quality_opened_at": DAY + dt.timedelta(days=31),
        "locked_at": DAY + dt.timedelta(days=33), "price_opened_at": DAY + dt.timedelta(days=34), "ended_reason": "",
        "created_at": DAY, "tie_ladder": [], "low_price_rules": [],
    }  # fmt: skip


def _lot(key: int, tender: int, number: int) -> dict[str, Any]:
    return {
        "id": key, "tender_id": tender, "number": number, "title": f"Part {number}", "place": "towns",
        "is_reserved": number == 2, "ceiling": 100_000_000, "floor": 40_000_000,
        "state": "awarded" if number == 1 else "ranked", "ended_code": "", "ended_reason": "",
    }  # fmt: skip


def _criteria(tender: int) -> list[dict[str, Any]]:
    rows = (("PRICE", "price", 40, "", None), ("Q1", "quality", 35, "", None), ("C6", "social", 25, "lin_up", 50))
    return [
        {
            "tender_id": tender, "position": place, "code": code, "block": block, "name": code, "question": "How?",
            "weight": Decimal(weight), "measure": measure, "zero_at": zero, "full_at": zero and 95, "unit": "%",
            "evidence": "list",
        }
        for place, (code, block, weight, measure, zero) in enumerate(rows, start=1)
    ]  # fmt: skip


def _bid(key: int, tender: int, organisation: int) -> dict[str, Any]:
    return {
        "id": key, "public_id": f"b-{key}", "tender_id": tender, "organisation_id": organisation, "state": "opened",
        "version": 1, "unreadable_reason": "",
    }  # fmt: skip


def _receipt(key: int, tender: int, organisation: int) -> dict[str, Any]:
    return {
        "bid_id": key, "tender_id": tender, "number": f"B-{key}", "version": 1, "sequence": organisation,
        "received_at": DAY + dt.timedelta(days=29), "sent_by": "", "signed": {"receipt": {"lot": "1.2"}},
        "sha256": "0" * 64,
    }  # fmt: skip


def _result(lot: int, bid: int, place: int) -> dict[str, Any]:
    sheet = {code: {"points": "12.34", "maximum": "40", "trace": {"formula": ""}} for code in ("PRICE", "Q1", "C6")}
    return {
        "lot_id": lot, "bid_id": bid, "price": 70_000_000 + place, "sheet": sheet, "total": Decimal("37.02"),
        "rank": place, "excluded_reason": "", "flags": [], "flag_decision": "", "flag_reason": "",
        "flag_decided_by": "",
    }  # fmt: skip


def _award(key: int) -> dict[str, Any]:
    return {
        "number": f"A-{key}", "lot_id": key * LOTS, "bid_id": key * BIDDERS, "state": "decided", "amount": 70_000_001,
        "reasons": {}, "proposer": "a", "proposer_name": "A", "proposed_at": DAY, "decider": "b", "decider_name": "B",
        "decided_at": DAY + dt.timedelta(days=40), "standstill_until": dt.date(2026, 4, 22), "sent_back_reason": "",
    }  # fmt: skip
