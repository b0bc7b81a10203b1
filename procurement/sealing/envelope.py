"""One sealed envelope: HPKE to the tender's public key, bound to its address, padded so that size says little."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from core.errors import DomainError, InputErrors, Problem
from core.words import _l
from procurement.sealing.canonical import (
    Json,
    as_object,
    base64_text,
    canonical,
    number_at,
    object_at,
    octets_at,
    parsed,
)

SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
PROTOCOL: Final = "touiza/seal/v1"
OVERHEAD: Final = 48  # 32 bytes of encapsulated key, 16 of tag
BLOCK: Final = 4096
PREFIX: Final = 8
NONCE: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


class EnvelopeKind(StrEnum):
    """The two envelopes of a bid; price opens only after quality is locked."""

    QUALITY = "quality"
    PRICE = "price"


class Unreadable(DomainError):
    """An envelope that cannot be opened: it goes into the minutes and its bid stands as unreadable."""

    status = 422
    code = "unreadable_envelope"


@dataclass(frozen=True, slots=True)
class Address:
    """Where an envelope belongs. The seal holds for this address only; `document` numbers attachments from 1."""

    tender: str
    lot: str
    bid: str
    version: int
    envelope: EnvelopeKind
    document: int | None = None

    def __post_init__(self) -> None:
        names = {"tender": self.tender, "lot": self.lot, "bid": self.bid}
        problems = [
            Problem(where, _l("Use 1 to 64 of: letters A to Z, digits, dot, underline, hyphen."), name)
            for where, name in names.items()
            if not _NAME.fullmatch(name)
        ]
        numbers = {"version": self.version, "document": self.document}
        problems += [
            Problem(where, _l("Numbers start at 1."), str(number))
            for where, number in numbers.items()
            if number is not None and (type(number) is not int or number < 1)
        ]
        if problems:
            raise InputErrors(problems)

    def info(self) -> bytes:
        """The HPKE info: fields joined by U+007C."""
        fields = [PROTOCOL, self.tender, self.lot, self.bid, str(self.version), self.envelope.value]
        if self.document is not None:
            fields.append(f"doc={self.document}")
        return "|".join(fields).encode()


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside: the bidder's data, and the version of the notice it answers."""

    payload: Json
    notice_version: int
    nonce: bytes


def seal(payload: Json, address: Address, public_key: bytes, notice_version: int, nonce: bytes | None = None) -> bytes:
    """Ciphertext of 48 + 4096·k bytes. `public_key` is the notice's 32 raw bytes; `nonce` is for tests only."""
    nonce = secrets.token_bytes(NONCE) if nonce is None else nonce
    letter = {"nonce": base64_text(nonce), "notice_version": notice_version, "payload": payload}
    return seal_octets(canonical(letter), address, public_key)


def seal_octets(content: bytes, address: Address, public_key: bytes) -> bytes:
    """Seal raw bytes, as an attachment is sealed."""
    return SUITE.encrypt(_padded(content), _public(public_key), address.info())


def open_sealed(ciphertext: bytes, address: Address, private_key: X25519PrivateKey) -> Opened:
    """Open one envelope, or raise `Unreadable` with the reason for the minutes."""
    content = open_octets(ciphertext, address, private_key)
    try:
        letter = as_object(parsed(content), "letter")
        opened = Opened(object_at(letter, "payload"), number_at(letter, "notice_version"), octets_at(letter, "nonce"))
    except InputErrors as error:
        raise Unreadable(_l("The envelope opens, but its content is not a bid: %(why)s", why=str(error))) from error
    if len(opened.nonce) != NONCE:
        raise Unreadable(_l("The envelope opens, but its random number has the wrong length."))
    return opened


def open_octets(ciphertext: bytes, address: Address, private_key: X25519PrivateKey) -> bytes:
    """Open an attachment's raw bytes, or raise `Unreadable`."""
    if not has_sealed_length(len(ciphertext)):
        raise Unreadable(_l("The envelope has a length that no sealed envelope has: it was cut or changed."))
    try:
        padded = SUITE.decrypt(ciphertext, private_key, address.info())
    except InvalidTag as error:
        raise Unreadable(
            _l("The seal does not fit: another tender, lot, bid, version or key, or the envelope was changed.")
        ) from error
    return _unpadded(padded)


def check_upload(ciphertext: bytes, most: int) -> None:
    """Refuse an upload that cannot be an envelope or is larger than `most` bytes; nothing is opened for this."""
    size = len(ciphertext)
    if not has_sealed_length(size):
        raise InputErrors.at("envelope", _l("This file is not a sealed envelope. Seal the bid first."), size)
    if size > most:
        raise InputErrors.at("envelope", _l("The envelope is larger than %(most)s bytes.", most=most), size)


def has_sealed_length(size: int) -> bool:
    """True for 48 + 4096·k, k ≥ 1."""
    return size > OVERHEAD and (size - OVERHEAD) % BLOCK == 0


def _padded(content: bytes) -> bytes:
    framed = len(content).to_bytes(PREFIX, "big") + content
    return framed + bytes(-len(framed) % BLOCK)


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:PREFIX], "big")
    content = padded[PREFIX : PREFIX + length]
    # One content, one plaintext: hidden bytes in the padding or a block too many are refused.
    if len(content) != length or _padded(content) != padded:
        raise Unreadable(_l("The envelope opens, but its padding is wrong."))
    return content


def _public(raw: bytes) -> X25519PublicKey:
    try:
        return X25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise InputErrors.at("public_key", _l("A public key has 32 bytes."), len(raw)) from error
