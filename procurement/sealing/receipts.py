"""Receipts: what the fund signs the moment a bid arrives. Each names the one before, so none can vanish."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.sealing.canonical import (
    Json,
    base64_text,
    canonical,
    instant_at,
    instant_text,
    number_at,
    object_at,
    objects_at,
    octets_at,
    text_at,
)
from procurement.sealing.envelope import EnvelopeKind

FORMAT: Final = "touiza/receipt/v1"
FIRST_PREVIOUS: Final = "0" * 64


class ReceiptBroken(DomainError):
    status = 422
    code = "receipt_broken"


@dataclass(frozen=True, slots=True)
class Part:
    """One ciphertext of the bid: `name` as in `part_name`, SHA-256 in hex, size in bytes."""

    name: str
    sha256: str
    size: int

    @classmethod
    def of(cls, name: str, ciphertext: bytes) -> Part:
        return cls(name, hashlib.sha256(ciphertext).hexdigest(), len(ciphertext))

    def to_json(self) -> Json:
        return {"name": self.name, "sha256": self.sha256, "size": self.size}

    @classmethod
    def from_json(cls, data: Json) -> Part:
        return cls(text_at(data, "name"), text_at(data, "sha256"), number_at(data, "size"))


@dataclass(frozen=True, slots=True)
class Receipt:
    """What arrived and when. `seq` counts per tender from 1, `prev` is the hash of the receipt before."""

    tender: str
    lot: str
    bid: str
    version: int
    notice_version: int
    parts: tuple[Part, ...]
    received_at: datetime
    seq: int
    prev: str

    def to_json(self) -> Json:
        return {
            "tender": self.tender,
            "lot": self.lot,
            "bid": self.bid,
            "version": self.version,
            "notice_version": self.notice_version,
            "parts": [part.to_json() for part in self.parts],
            "received_at": instant_text(self.received_at),
            "seq": self.seq,
            "prev": self.prev,
        }

    @classmethod
    def from_json(cls, data: Json) -> Receipt:
        return cls(
            text_at(data, "tender"),
            text_at(data, "lot"),
            text_at(data, "bid"),
            number_at(data, "version"),
            number_at(data, "notice_version"),
            tuple(Part.from_json(part) for part in objects_at(data, "parts")),
            instant_at(data, "received_at"),
            number_at(data, "seq"),
            text_at(data, "prev"),
        )

    def canonical(self) -> bytes:
        """The signed bytes, and the leaf of the manifest."""
        return canonical(self.to_json())

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt with the fund's Ed25519 signature (64 bytes)."""

    receipt: Receipt
    signature: bytes

    def to_json(self) -> Json:
        return {"format": FORMAT, "receipt": self.receipt.to_json(), "signature": base64_text(self.signature)}

    @classmethod
    def from_json(cls, data: Json) -> SignedReceipt:
        if data.get("format") != FORMAT:
            raise InputErrors.at("format", _l("This is not a bid receipt of this system."), data.get("format"))
        return cls(Receipt.from_json(object_at(data, "receipt")), octets_at(data, "signature"))


def part_name(envelope: EnvelopeKind, document: int | None = None) -> str:
    """`price`, or `price/doc=2` for its second attachment."""
    return envelope.value if document is None else f"{envelope.value}/doc={document}"


def sign_receipt(receipt: Receipt, private_key: Ed25519PrivateKey) -> SignedReceipt:
    if receipt.received_at.tzinfo is None:
        raise InputErrors.at("received_at", _l("An instant needs its time zone."), receipt.received_at)
    return SignedReceipt(receipt, private_key.sign(receipt.canonical()))


def verify_receipt(signed: SignedReceipt, public_key: bytes, parts: Mapping[str, bytes] | None = None) -> None:
    """Raise `ReceiptBroken` unless the signature holds and every ciphertext given is the one receipted."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signed.signature, signed.receipt.canonical())
    except (InvalidSignature, ValueError) as error:
        raise ReceiptBroken(_l("The signature does not belong to this receipt and this fund.")) from error
    receipted = {part.name: part for part in signed.receipt.parts}
    for name, ciphertext in (parts or {}).items():
        if receipted.get(name) != Part.of(name, ciphertext):
            raise ReceiptBroken(_l("The file for “%(name)s” is not the one in the receipt.", name=name))


def broken_link(receipts: Iterable[Receipt]) -> int | None:
    """The first `seq` of a tender's receipts that is missing, out of place or does not name the one before."""
    previous = FIRST_PREVIOUS
    for expected, receipt in enumerate(receipts, start=1):
        if receipt.seq != expected or receipt.prev != previous:
            return expected
        previous = receipt.sha256
    return None
