"""Bids of a portal as a file: a row for each bidder, lot and service with its price, a column for each criterion."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core import tables
from core.actors import Actor
from core.config import fund
from core.errors import InputErrors, Problem
from core.tables import CellProblem, ReadyRow, Report, WrongRow
from core.tables.mapping import Field
from core.words import _l
from procurement import promising
from procurement.models.tender import Lot, Tender
from procurement.queries import bids as bid_queries
from procurement.queries import portal as queries
from procurement.services.portal import PortalBid, record_bid

MOST_TOLD = 200  # wrong rows named at once: more are a wrong file
PLACES = ("bidder", "lot", "service", "price")


@dataclass(frozen=True, slots=True)
class PricedRow:
    """One price of one bidder; `said`: what the row writes under each criterion."""

    organisation_id: int
    lot: int
    service: str
    rate: Decimal
    said: Mapping[str, str]


@dataclass(slots=True)
class _Known:
    """A bid as far as it is recorded, before and while a file is read."""

    said: dict[str, str] = field(default_factory=dict)
    rates: dict[int, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(dict))


def header(tender: Tender) -> list[str]:
    """The columns of the file: `service` may be left out where each lot has one, a criterion where it has no word."""
    return [*PLACES, *(row.code for row in _asked(tender))]


def record_file(tender: Tender, content: bytes, filename: str, *, by: Actor) -> Report[PricedRow]:
    """Record the bids of every good row beside what is recorded already; the report names the others.

    A lot counts for a bidder once each of its services has a price: until then its rows are wrong ones.
    Raises FileRefused if the file is not a table with these columns.
    """
    report = tables.read(
        content, filename=filename, mapping=_mapping(tender), schema=_judge(tender), currency=fund().currency
    )
    by_bidder: dict[int, list[ReadyRow[PricedRow]]] = defaultdict(list)
    for row in report.ready:
        by_bidder[row.value.organisation_id].append(row)
    for organisation_id, rows in by_bidder.items():
        known = _known(tender, organisation_id)
        kept, wrong = _merged(tender, known, rows)
        report.wrong += wrong
        if kept:
            record_bid(tender, _bid(tender, organisation_id, known), by=by)
    named = {row.number for row in report.wrong}
    report.ready = [row for row in report.ready if row.number not in named]
    report.wrong.sort(key=lambda row: row.number)
    return report


def _asked(tender: Tender) -> list[Any]:
    return [*tender.criteria_of("quality"), *tender.criteria_of("social")]


def _mapping(tender: Tender) -> tables.Mapping:
    fields = [
        Field("bidder", ("bidder",), "identifier", is_filled=True),
        Field("lot", ("lot",), "integer", is_filled=True),
        Field("service", ("service",), "identifier", is_required=any(len(lot.volumes) > 1 for lot in tender.lots)),
        Field("price", ("price",), "amount", is_filled=True),
    ]
    fields += [Field(row.code, (row.code,), is_required=False) for row in _asked(tender)]
    return tables.Mapping("portal-bids", "Bids of a portal", tuple(fields))


def _judge(tender: Tender) -> Callable[[dict[str, Any]], PricedRow]:
    """One row by itself: a bidder of this line, a lot, its service, promises that are numbers, and not twice."""
    units = {row.number: row.id for row in queries.bidders_for(tender)}
    seen = set[tuple[int, int, str]]()

    def judged(cells: dict[str, Any]) -> PricedRow:
        organisation_id, lot = units.get(cells["bidder"]), tender.lot(cells["lot"])
        if organisation_id is None:
            said = _l("No unit of this service line has this number.")
            raise InputErrors.at("bidder", said, cells["bidder"])
        if lot is None:
            raise InputErrors.at("lot", _l("This tender has no such lot."), cells["lot"])
        service = _service(lot, cells.get("service") or "")
        if (organisation_id, lot.number, service) in seen:
            raise InputErrors.at("service", _l("This price stands further up in the file already."), service)
        seen.add((organisation_id, lot.number, service))
        said = {row.code: cells.get(row.code) or "" for row in _asked(tender)}
        if problems := promising.promise_problems(tender.criteria_of("social"), said):
            raise InputErrors(problems)
        return PricedRow(organisation_id, lot.number, service, Decimal(cells["price"]), said)

    return judged


def _service(lot: Lot, said: str) -> str:
    """The named service; none need be named where the lot has only one."""
    if not said and len(lot.volumes) == 1:
        return next(iter(lot.volumes))
    if said not in lot.volumes:
        raise InputErrors.at("service", _l("Write one of: %(values)s.", values=", ".join(sorted(lot.volumes))), said)
    return said


def _known(tender: Tender, organisation_id: int) -> _Known:
    """What was recorded before: a file adds to it and replaces what it names again."""
    known, bid = _Known(), bid_queries.own_bid(tender, organisation_id)
    parts = {part.envelope: json.loads(part.ciphertext or b"{}") for part in bid.parts} if bid else {}
    known.said |= parts.get("quality", {}).get("answers", {}) | parts.get("quality", {}).get("promises", {})
    for lot, sheet in parts.get("price", {}).get("rates", {}).items():
        known.rates[int(lot)] |= {code: Decimal(rate) for code, rate in sheet.items()}
    return known


def _merged(
    tender: Tender, known: _Known, rows: Sequence[ReadyRow[PricedRow]]
) -> tuple[list[ReadyRow[PricedRow]], list[WrongRow]]:
    """Rows that agree with each other and fill their lot go into `known`; the others come back with what is wrong."""
    said: dict[str, str] = {}
    kept, wrong = list[ReadyRow[PricedRow]](), list[WrongRow]()
    for row in rows:
        clash = [code for code, text in row.value.said.items() if text and said.get(code, text) != text]
        if clash:
            wrong.append(_wrong(row, clash[0], _l("Another row of this bidder says otherwise.")))
            continue
        said |= {code: text for code, text in row.value.said.items() if text}
        kept.append(row)
    for row in kept:
        known.rates[row.value.lot][row.value.service] = row.value.rate
    short = {number: _missing(tender, number, rates) for number, rates in known.rates.items()}
    for row in [row for row in kept if short[row.value.lot]]:
        kept.remove(row)
        why = _l("The price of %(services)s is missing in this lot.", services=", ".join(short[row.value.lot]))
        wrong.append(_wrong(row, "price", why))
    known.rates = {number: rates for number, rates in known.rates.items() if not short[number]}
    known.said |= said
    return kept, wrong


def _missing(tender: Tender, number: int, rates: Mapping[str, Decimal]) -> list[str]:
    lot = tender.lot(number)
    return sorted(set(lot.volumes) - set(rates)) if lot else []


def _wrong(row: ReadyRow[PricedRow], column: str, why: Any) -> WrongRow:
    return WrongRow(row.number, [], (CellProblem(column, row.value.said.get(column, ""), why),))


def _bid(tender: Tender, organisation_id: int, known: _Known) -> PortalBid:
    answers = {row.code: known.said.get(row.code, "") for row in tender.criteria_of("quality")}
    promises = {row.code: known.said.get(row.code, "") for row in tender.criteria_of("social")}
    return PortalBid(organisation_id, tuple(known.rates), answers, promises, known.rates)


def problems_of(report: Report[PricedRow]) -> Iterator[Problem]:
    """What became of the file, then each cell that is wrong, with its row as the sheet shows it."""
    counts = {"good": len(report.ready), "wrong": len(report.wrong)}
    yield Problem("file", _l("Rows recorded: %(good)s. Rows that need work: %(wrong)s.", **counts))
    for row in report.wrong[:MOST_TOLD]:
        for one in row.problems:
            place = {"row": row.number, "column": one.column, "found": one.value}
            yield Problem(
                "file", _l("Row %(row)s, %(column)s “%(found)s”: %(why)s %(fix)s", **place, why=one.reason, fix=one.fix)
            )
