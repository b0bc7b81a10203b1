"""Are receipts, sealed bids, results and awards those that the audit trail vouches for? Tender by tender."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core import audit
from core.acts import Act
from core.audit import AuditEntry, Break
from core.errors import DomainError
from procurement.models.bid import Bid, BidReceipt
from procurement.models.evaluation import LotResult
from procurement.models.tender import Lot, Tender
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.sealing import Part, SignedReceipt, broken_link, part_name, verify_receipt
from procurement.sealing.envelope import EnvelopeKind
from procurement.services.bids import ciphertext_of
from procurement.states.tender import BID


@dataclass(frozen=True, slots=True)
class Said:
    """One tender's trail: `by_act` in the order of the stream."""

    stream: str
    rows: list[AuditEntry]

    def by_act(self, act: Act) -> list[AuditEntry]:
        return [row for row in self.rows if row.act == act]

    def broken(self, place: str, reason: str) -> Break:
        return Break(self.stream, 0, reason, place)


def check() -> Iterator[Break]:
    """Everything stored under each tender that the trail or a receipt holds to its word."""
    for tender in queries.all_tenders():
        said = Said(tender.stream, list(audit.entries(tender.stream)))
        receipts = bid_queries.receipts_of(tender)
        yield from _receipts(tender, receipts, said)
        for bid in queries.bids_in(tender, *BID.states):
            yield from _ciphertexts(bid, said)
        for lot in tender.lots:
            yield from _results(lot, said)
        yield from _awards(tender, said)


def _receipts(tender: Tender, receipts: Any, said: Said) -> Iterator[Break]:
    """Signature, own hash, the link to the one before, and the hash in the trail."""
    vouched = {row.after["receipt"] for row in said.by_act(Act.BID_RECEIVED) if row.after}
    readable: list[SignedReceipt] = []
    for row in receipts:
        signed = _verified(row, tender)
        if signed is None or signed.receipt.sha256 != row.sha256 or row.sha256 not in vouched:
            yield said.broken(f"receipt {row.number}", "it is not the receipt that was signed")
        if signed is not None:
            readable.append(signed)
    if len(receipts) < len(vouched) or (len(readable) == len(receipts) and broken_link(r.receipt for r in readable)):
        yield said.broken(f"tender {tender.number}", "a receipt of its chain is missing or out of place")


def _verified(row: BidReceipt, tender: Tender) -> SignedReceipt | None:
    try:
        signed = SignedReceipt.from_json(row.signed)
        verify_receipt(signed, bytes.fromhex(tender.receipt_key))
    except DomainError:
        return None
    return signed


def _ciphertexts(bid: Bid, said: Said) -> Iterator[Break]:
    """What is kept is what the bidder has a receipt for."""
    if bid.receipt is None:
        return
    receipted = {part["name"]: part["sha256"] for part in bid.receipt.signed["receipt"]["parts"]}
    for part in bid.parts:
        name = part_name(EnvelopeKind(part.envelope), part.document or None)
        kept = Part.of(name, _kept(part)).sha256
        if not kept == part.sha256 == receipted.get(name):
            yield said.broken(f"bid {bid.public_id}, {name}", "its ciphertext is not the one in the receipt")


def _kept(part: Any) -> bytes:
    try:
        return ciphertext_of(part)
    except Exception:
        return b""


def _results(lot: Lot, said: Said) -> Iterator[Break]:
    """Price, total and rank of every bid as they stood when the lot was last ranked."""
    name = f"{lot.tender.number} lot {lot.number}"
    ranked = [row for row in said.by_act(Act.LOT_RANKED) if row.subject == name]
    if not ranked:
        return
    stored = {row.bid.public_id: _result(row) for row in queries.results_of(lot)}
    for bid, result in (ranked[-1].after or {}).items():
        if stored.get(bid) != (result["rank"], Decimal(result["total"]), result["price"]):
            yield said.broken(f"lot {lot.number} of {lot.tender.number}, bid {bid}", "its result was not ranked so")


def _result(row: LotResult) -> tuple[int | None, Decimal, int | None]:
    return row.rank, row.total, row.price


def _awards(tender: Tender, said: Said) -> Iterator[Break]:
    """Winner and amount as proposed."""
    proposed = {
        row.subject: row.after for row in said.by_act(Act.AWARD_PROPOSED) if row.after and "amount" in row.after
    }
    for award in queries.awards_of(tender):
        if {"passed_over": {}, **(proposed.get(award.number) or {})} != award.summary:
            yield said.broken(f"award {award.number}", "winner, amount or who was passed over is not what was proposed")
