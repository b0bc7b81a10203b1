"""Field encryption and blind indexes for what identifies a person (DECISIONS 11).

AES-256-GCM with a fresh nonce, the key id in front, the column's name as associated data; equality search goes
through an HMAC. Keys derive from `DATA_KEY`, which never stands in the database.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

_KEY_ID = b"\x01"


def encrypt(column: str, text: str) -> bytes:
    """`text` sealed for `column`; the same text gives other bytes each time."""
    nonce = os.urandom(12)
    return _KEY_ID + nonce + _cipher(_secret(), column).encrypt(nonce, text.encode(), column.encode())


def decrypt(column: str, sealed: bytes) -> str:
    """The text behind `encrypt`; raises `InvalidTag` when the bytes or the column are not the ones sealed."""
    if sealed[:1] != _KEY_ID:
        raise ValueError("Unknown key id.")
    return _cipher(_secret(), column).decrypt(sealed[1:13], sealed[13:], column.encode()).decode()


def blind_index(column: str, text: str) -> bytes:
    """A keyed digest that is equal for equal texts, so that encrypted columns can be searched."""
    return hmac.new(_derive(_secret(), f"index {column}"), text.strip().upper().encode(), hashlib.sha256).digest()


def _secret() -> str:
    value: str = current_app.config["DATA_KEY"]
    return value


@lru_cache(maxsize=64)
def _cipher(secret: str, column: str) -> AESGCM:
    return AESGCM(_derive(secret, f"cipher {column}"))


@lru_cache(maxsize=128)
def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=b"touiza/data/v1", info=purpose.encode()).derive(secret.encode())
