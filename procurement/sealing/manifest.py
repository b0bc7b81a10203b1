"""The manifest: published after the deadline and before the opening, it fixes which bids there are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.sealing.canonical import Json, instant_at, instant_text, objects_at, text_at
from procurement.sealing.receipts import SignedReceipt, verify_receipt

FORMAT: Final = "touiza/manifest/v1"


class ManifestBroken(DomainError):
    status = 422
    code = "manifest_broken"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The receipts that stand at the deadline, by `seq`, and their Merkle root (hex)."""

    tender: str
    closed_at: datetime
    receipts: tuple[SignedReceipt, ...]
    root: str

    @property
    def root_octets(self) -> bytes:
        """32 bytes, the first half of a draw's seed."""
        return bytes.fromhex(self.root)

    def to_json(self) -> Json:
        return {
            "format": FORMAT,
            "tender": self.tender,
            "closed_at": instant_text(self.closed_at),
            "receipts": [signed.to_json() for signed in self.receipts],
            "root": self.root,
        }

    @classmethod
    def from_json(cls, data: Json) -> Manifest:
        if data.get("format") != FORMAT:
            raise InputErrors.at("format", _l("This is not a bid manifest of this system."), data.get("format"))
        receipts = tuple(SignedReceipt.from_json(signed) for signed in objects_at(data, "receipts"))
        return cls(text_at(data, "tender"), instant_at(data, "closed_at"), receipts, text_at(data, "root"))


def make_manifest(
    tender: str, closed_at: datetime, receipts: Iterable[SignedReceipt], left_out: frozenset[str] = frozenset()
) -> Manifest:
    """The latest receipt of each bid that still stands; `left_out` are withdrawn or unconfirmed bids."""
    latest: dict[str, SignedReceipt] = {}
    for signed in sorted(receipts, key=lambda signed: signed.receipt.seq):
        if signed.receipt.tender != tender:
            raise InputErrors.at("receipts", _l("This receipt belongs to another tender."), signed.receipt.tender)
        latest[signed.receipt.bid] = signed
    standing = [signed for bid, signed in latest.items() if bid not in left_out]
    ordered = tuple(sorted(standing, key=lambda signed: signed.receipt.seq))
    return Manifest(tender, closed_at, ordered, _root(ordered).hex())


def verify_manifest(manifest: Manifest, public_key: bytes) -> None:
    """Raise unless every signature holds, none is late or doubled, and the root is the root of these receipts."""
    for signed in manifest.receipts:
        verify_receipt(signed, public_key)
        receipt = signed.receipt
        if receipt.tender != manifest.tender or receipt.received_at > manifest.closed_at:
            raise ManifestBroken(_l("Receipt %(seq)s does not belong into this manifest.", seq=receipt.seq))
    bids = [signed.receipt.bid for signed in manifest.receipts]
    if len(set(bids)) < len(bids):
        raise ManifestBroken(_l("A bid stands twice in the manifest."))
    if _root(manifest.receipts).hex() != manifest.root:
        raise ManifestBroken(_l("The root is not the root of these receipts: one was changed, dropped or added."))


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Leaf SHA-256(00 ‖ data), node SHA-256(01 ‖ left ‖ right), an odd node moves up; no leaves: 32 zero bytes.

    Written apart from `core.audit`, so that the offline command needs no database; a test holds both to one result.
    """
    if not leaves:
        return bytes(32)
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def _root(receipts: Sequence[SignedReceipt]) -> bytes:
    return merkle_root([signed.receipt.canonical() for signed in receipts])
