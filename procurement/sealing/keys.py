"""Tender keys at rest: one pair per envelope kind, the private half wrapped, one wrap per subset of officers."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from core.errors import InputErrors
from core.words import _l
from procurement.sealing.canonical import (
    Json,
    base64_text,
    number_at,
    objects_at,
    octets_at,
    text_at,
    texts_at,
)
from procurement.sealing.envelope import EnvelopeKind

FULL_COST: Final = 2**17  # scrypt n: about 1.5 s and 128 MiB per passphrase
LEAST_COST: Final = 2**4  # for the demo and tests only
SHORTEST_PASSPHRASE: Final = 12


@dataclass(frozen=True, slots=True)
class OfficerShare:
    """What is stored of one key holder: salt (16 bytes), scrypt cost, and the public half of what the passphrase gives.

    Never the passphrase or its key. With the public half a holder enrols alone, and a mistyped passphrase is seen at
    once, without the others.
    """

    officer: str
    salt: bytes
    cost: int
    public_key: bytes

    @classmethod
    def choose(cls, officer: str, passphrase: str, cost: int = FULL_COST) -> OfficerShare:
        """Enrol one holder, alone, with what they typed."""
        if len(passphrase) < SHORTEST_PASSPHRASE:
            message = _l("A passphrase has at least %(least)s characters.", least=SHORTEST_PASSPHRASE)
            raise InputErrors.at("passphrase", message)
        if cost < LEAST_COST or cost & (cost - 1):
            raise InputErrors.at("cost", _l("The cost is a power of two, at least 16."), cost)
        salt = secrets.token_bytes(16)
        private = X25519PrivateKey.from_private_bytes(_stretched(passphrase, salt, cost))
        return cls(officer, salt, cost, private.public_key().public_bytes_raw())

    def key(self, passphrase: str, sealed: SealedKey) -> bytes:
        """This holder's 32 bytes for one key pair, slow on purpose; a wrong passphrase is an error of its field."""
        private = X25519PrivateKey.from_private_bytes(_stretched(passphrase, self.salt, self.cost))
        if private.public_key().public_bytes_raw() != self.public_key:
            raise InputErrors.at(
                "passphrase", _l("This is not the passphrase you chose. Nothing was opened; try again.")
            )
        return private.exchange(X25519PublicKey.from_public_bytes(sealed.meeting_point))

    def to_json(self) -> Json:
        return {
            "officer": self.officer,
            "salt": base64_text(self.salt),
            "cost": self.cost,
            "public_key": base64_text(self.public_key),
        }

    @classmethod
    def from_json(cls, data: Json) -> OfficerShare:
        return cls(
            text_at(data, "officer"), octets_at(data, "salt"), number_at(data, "cost"), octets_at(data, "public_key")
        )


@dataclass(frozen=True, slots=True)
class Wrap:
    """The officers' half, wrapped for one subset of officers: 60 bytes."""

    officers: tuple[str, ...]
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class SealedKey:
    """One key pair at rest: the public key (32 bytes), the wrapped private key, one wrap per subset of m officers.

    `meeting_point` is the public half of a key used once and forgotten: with it each holder's key meets this pair.
    """

    envelope: EnvelopeKind
    public_key: bytes
    wrapped_private: bytes
    meeting_point: bytes
    wraps: tuple[Wrap, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key in hex, printed in the notice."""
        return fingerprint(self.public_key)

    def to_json(self) -> Json:
        return {
            "envelope": self.envelope.value,
            "public_key": base64_text(self.public_key),
            "wrapped_private": base64_text(self.wrapped_private),
            "meeting_point": base64_text(self.meeting_point),
            "wraps": [{"officers": list(w.officers), "wrapped": base64_text(w.wrapped)} for w in self.wraps],
        }

    @classmethod
    def from_json(cls, data: Json) -> SealedKey:
        return cls(
            _kind(text_at(data, "envelope")),
            octets_at(data, "public_key"),
            octets_at(data, "wrapped_private"),
            octets_at(data, "meeting_point"),
            tuple(Wrap(texts_at(w, "officers"), octets_at(w, "wrapped")) for w in objects_at(data, "wraps")),
        )


@dataclass(frozen=True, slots=True)
class TenderKeys:
    """All keys of a tender as stored: nothing in here opens a bid without the system half and `threshold` officers."""

    tender: str
    threshold: int
    officers: tuple[OfficerShare, ...]
    keys: tuple[SealedKey, ...]

    @property
    def is_weak(self) -> bool:
        """True if a passphrase was hashed more cheaply than a real tender needs: demo and tests."""
        return any(share.cost < FULL_COST for share in self.officers)

    def of(self, envelope: EnvelopeKind) -> SealedKey:
        return {key.envelope: key for key in self.keys}[envelope]

    def share_of(self, officer: str) -> OfficerShare:
        return {share.officer: share for share in self.officers}[officer]

    def to_json(self) -> Json:
        return {
            "tender": self.tender,
            "threshold": self.threshold,
            "officers": [share.to_json() for share in self.officers],
            "keys": [key.to_json() for key in self.keys],
        }

    @classmethod
    def from_json(cls, data: Json) -> TenderKeys:
        return cls(
            text_at(data, "tender"),
            number_at(data, "threshold"),
            tuple(OfficerShare.from_json(share) for share in objects_at(data, "officers")),
            tuple(SealedKey.from_json(key) for key in objects_at(data, "keys")),
        )


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of the 32 raw bytes, in hex."""
    return hashlib.sha256(public_key).hexdigest()


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    spelled = unicodedata.normalize("NFC", passphrase).encode()
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(spelled)


def _kind(text: str) -> EnvelopeKind:
    try:
        return EnvelopeKind(text)
    except ValueError as error:
        raise InputErrors.at("envelope", _l("An envelope is quality or price."), text) from error
