"""The two ceremonies around tender keys: making them before publication, opening one after the deadline."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.sealing.envelope import EnvelopeKind
from procurement.sealing.keys import OfficerShare, SealedKey, TenderKeys, Wrap

HALF: Final = 32
GCM_NONCE: Final = 12


class OpeningRefused(DomainError):
    """The key stays closed: too few officers, a wrong passphrase, or the wrong system half."""

    code = "opening_refused"


def make_keys(
    tender: str, shares: Sequence[OfficerShare], threshold: int
) -> tuple[TenderKeys, dict[EnvelopeKind, bytes]]:
    """Make both key pairs. Returns what the database keeps, and the system halves that must live outside it.

    `shares` are the officers (and the extra holder for recovery), each enrolled alone: no passphrase is needed here.
    """
    officers = tuple(sorted(shares, key=lambda share: share.officer))
    if len({share.officer for share in officers}) < len(officers):
        raise InputErrors.at("officers", _l("An officer holds one share."))
    if not 2 <= threshold <= len(officers):
        message = _l("At least two officers open, and no more than there are.")
        raise InputErrors.at("threshold", message, threshold)
    halves = {envelope: secrets.token_bytes(HALF) for envelope in EnvelopeKind}
    keys = tuple(_make_key(tender, kind, halves[kind], officers, threshold) for kind in EnvelopeKind)
    return TenderKeys(tender, threshold, officers, keys), halves


def open_key(
    keys: TenderKeys, envelope: EnvelopeKind, system_half: bytes, officer_keys: Mapping[str, bytes]
) -> X25519PrivateKey:
    """The private key, if at least `threshold` officers came and the system half is released.

    `officer_keys`: officer → what `OfficerShare.key` gave for this envelope.
    """
    known = {share.officer: officer_keys[share.officer] for share in keys.officers if share.officer in officer_keys}
    if len(known) < keys.threshold:
        raise OpeningRefused(
            _l(
                "%(needed)s officers must enter their passphrase; %(found)s did.",
                needed=keys.threshold,
                found=len(known),
            )
        )
    sealed = keys.of(envelope)
    officers_half = _officers_half(keys.tender, sealed, known)
    place = _place(keys.tender, envelope)
    try:
        raw = _unwrap(_kek(system_half, officers_half, place), sealed.wrapped_private, place)
    except InvalidTag as error:
        raise OpeningRefused(_l("The officers’ keys are right, but the system's half of the key is not.")) from error
    private = X25519PrivateKey.from_private_bytes(raw)
    if private.public_key().public_bytes_raw() != sealed.public_key:
        raise OpeningRefused(_l("The key opens, but it does not belong to the public key on record."))
    return private


def _make_key(
    tender: str, envelope: EnvelopeKind, system_half: bytes, officers: Sequence[OfficerShare], threshold: int
) -> SealedKey:
    private, officers_half, place = X25519PrivateKey.generate(), secrets.token_bytes(HALF), _place(tender, envelope)
    once = X25519PrivateKey.generate()
    keys = {share.officer: once.exchange(X25519PublicKey.from_public_bytes(share.public_key)) for share in officers}
    wraps = tuple(
        Wrap(subset, _wrap(_subset_key(keys, subset, place), officers_half, place))
        for subset in combinations(sorted(keys), threshold)
    )
    wrapped = _wrap(_kek(system_half, officers_half, place), private.private_bytes_raw(), place)
    public_key, meeting_point = (key.public_key().public_bytes_raw() for key in (private, once))
    return SealedKey(envelope, public_key, wrapped, meeting_point, wraps)


def _officers_half(tender: str, sealed: SealedKey, officer_keys: Mapping[str, bytes]) -> bytes:
    """Try every subset that is present: with more officers than needed, one wrong key does no harm."""
    place = _place(tender, sealed.envelope)
    for wrap in sealed.wraps:
        if not set(wrap.officers) <= set(officer_keys):
            continue
        try:
            return _unwrap(_subset_key(officer_keys, wrap.officers, place), wrap.wrapped, place)
        except InvalidTag:
            continue
    raise OpeningRefused(_l("At least one officer’s key is wrong. Nothing was opened; try again."))


def _place(tender: str, envelope: EnvelopeKind) -> bytes:
    return f"touiza/key/v1|{tender}|{envelope.value}".encode()


def _kek(system_half: bytes, officers_half: bytes, place: bytes) -> bytes:
    if len(system_half) != HALF:
        raise OpeningRefused(_l("The system's half of the key has the wrong length."))
    return _expanded(system_half + officers_half, b"kek|" + place)


def _subset_key(officer_keys: Mapping[str, bytes], officers: tuple[str, ...], place: bytes) -> bytes:
    names = "|".join(officers).encode()
    return _expanded(b"".join(officer_keys[officer] for officer in officers), b"officers|" + place + b"|" + names)


def _expanded(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)


def _wrap(key: bytes, secret: bytes, place: bytes) -> bytes:
    """Nonce ‖ AES-256-GCM: 60 bytes for a secret of 32."""
    nonce = secrets.token_bytes(GCM_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret, place)


def _unwrap(key: bytes, wrapped: bytes, place: bytes) -> bytes:
    if len(wrapped) != GCM_NONCE + HALF + 16:
        raise InvalidTag
    return AESGCM(key).decrypt(wrapped[:GCM_NONCE], wrapped[GCM_NONCE:], place)
