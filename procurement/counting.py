"""Anyone can count again: the manifest's root from its receipts, and a draw from root and value. Nothing is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from procurement.models.evaluation import LotResult
from procurement.models.tender import Lot, Tender
from procurement.queries import tenders as queries
from procurement.scoring.ties import Draw
from procurement.sealing import Manifest, Receipt
from procurement.sealing.manifest import merkle_root


@dataclass(frozen=True, slots=True)
class Leaf:
    """One bid that stands: what is hashed is its whole receipt."""

    sequence: int
    bid: str
    lots: str
    leaf: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Recount:
    """The published root, and the one that the receipts give now."""

    root: str
    again: str
    leaves: tuple[Leaf, ...]

    @property
    def is_equal(self) -> bool:
        return self.root == self.again


@dataclass(frozen=True, slots=True)
class DrawnBid:
    """`mark` as stored, `again` as root and value give it."""

    bid: str
    name: str
    mark: str
    again: str


@dataclass(frozen=True, slots=True)
class LotDraw:
    lot: Lot
    seed: str
    bids: tuple[DrawnBid, ...]


def recounted(manifest: Manifest) -> Recount:
    """Leaf SHA-256(00 ‖ receipt), node SHA-256(01 ‖ left ‖ right), an odd node moves up."""
    receipts = [signed.receipt for signed in manifest.receipts]
    leaves = tuple(map(_leaf, receipts))
    return Recount(manifest.root, merkle_root([one.canonical() for one in receipts]).hex(), leaves)


def _leaf(one: Receipt) -> Leaf:
    leaf = hashlib.sha256(b"\x00" + one.canonical()).hexdigest()
    return Leaf(one.seq, one.bid, one.lot.replace(".", ", "), leaf, one.sha256)


def draws(tender: Tender) -> list[LotDraw]:
    """Every lot whose order was drawn, once the ranking is fixed and the lot is decided."""
    if not tender.draw_value or tender.manifest is None:
        return []
    draw = Draw(Manifest.from_json(tender.manifest).root_octets, tender.draw_value)
    found = []
    for lot in tender.lots:
        rows = queries.results_of(lot) if lot.state in ("awarded", "contracted") else []
        drawn = _drawn(rows)
        if drawn:
            bids = tuple(DrawnBid(bid, _name(rows, bid), mark, draw.mark(bid)) for bid, mark in drawn.items())
            found.append(LotDraw(lot, draw.seed.hex(), tuple(sorted(bids, key=lambda one: one.mark))))
    return found


def _drawn(rows: Sequence[LotResult]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        for step in row.tie_break or ():
            if step["step"] == "draw":
                found |= step["figures"]
    return found


def _name(rows: Sequence[LotResult], bid: str) -> str:
    return next((row.bid.bidder for row in rows if row.bid.public_id == bid), bid)
