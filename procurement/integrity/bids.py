"""Receipts, sealed bids, bids of a portal, and what each said when it was opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.acts import Act
from core.audit import Break
from core.errors import DomainError
from procurement.integrity.said import Said
from procurement.models.bid import Bid, BidReceipt
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.sealing import Part, SignedReceipt, broken_link, digest, part_name, verify_receipt
from procurement.sealing.envelope import EnvelopeKind
from procurement.services.bids import ciphertext_of
from procurement.states.tender import BID

OPENINGS = {"quality": Act.QUALITY_OPENED, "price": Act.PRICE_OPENED}


def differences(tender: Tender, said: Said) -> Iterator[Break]:
    """Every bid that came is there, as it came and as it was opened."""
    bids = queries.bids_in(tender, *BID.states)
    yield from _receipts(tender, bid_queries.receipts_of(tender), said)
    yield from _recorded(bids, said)
    for bid in bids:
        yield from _ciphertexts(bid, said)
    for envelope in OPENINGS:
        yield from _contents(bids, envelope, said)


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


def _recorded(bids: Any, said: Said) -> Iterator[Break]:
    """A bid of a portal was never sealed: the trail holds the hash of each envelope as it was last recorded."""
    last = {row.subject: row.after or {} for row in said.by_act(Act.BID_RECORDED)}
    stored = {bid.public_id: bid for bid in bids}
    for public_id, after in last.items():
        bid = stored.get(public_id)
        kept = {part.envelope: (part.sha256, digest(_payload(part))) for part in bid.parts} if bid else {}
        if kept != {envelope: (after[envelope], after[envelope]) for envelope in OPENINGS}:
            yield said.broken(f"bid {public_id}", "it is not the bid that was recorded from the portal")


def _payload(part: Any) -> Any:
    try:
        return json.loads(_kept(part))
    except ValueError:
        return None


def _contents(bids: Any, envelope: str, said: Said) -> Iterator[Break]:
    """What evaluators read and prices come from is what stood in the envelope at its opening."""
    opened = said.by_act(OPENINGS[envelope])
    stored = {bid.public_id: digest(bid.content(envelope)) for bid in bids}
    for public_id, expected in ((opened[-1].after or {}).get("contents", {}) if opened else {}).items():
        if stored.get(public_id) != expected:
            yield said.broken(f"bid {public_id}, {envelope}", "its content is not what was opened")
