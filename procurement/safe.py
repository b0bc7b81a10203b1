"""What lies outside the database: the system's halves of tender keys, and the key that signs receipts."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from core import secrets
from core.words import _l
from procurement.sealing import EnvelopeKind, OpeningRefused


def keep_half(tender: str, envelope: EnvelopeKind, half: bytes) -> None:
    """Write a half beside the database, sealed under the data key, readable by its owner only."""
    path = _path(tender, envelope)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.encrypt(_place(tender, envelope), half.hex()))
        file.flush()
        os.fsync(file.fileno())


def release_half(tender: str, envelope: EnvelopeKind) -> bytes:
    """The half; only `services.opening` asks, after it has looked at the deadline and the lock."""
    path = _path(tender, envelope)
    if not path.exists():
        raise OpeningRefused(_l("The system's half of the key is not on this machine. Restore it from the backup."))
    return bytes.fromhex(secrets.decrypt(_place(tender, envelope), path.read_bytes()))


def receipt_key() -> Ed25519PrivateKey:
    """The fund's signing key for receipts, derived from the data key."""
    seed = HKDF(hashes.SHA256(), 32, salt=None, info=b"touiza/receipts/v1").derive(
        bytes(current_app.config["DATA_KEY"], "ascii")
    )
    return Ed25519PrivateKey.from_private_bytes(seed)


def _path(tender: str, envelope: EnvelopeKind) -> Path:
    return Path(current_app.config["INSTANCE_FOLDER"]) / "halves" / f"{tender}-{envelope.value}"


def _place(tender: str, envelope: EnvelopeKind) -> str:
    return f"system half {tender} {envelope.value}"
