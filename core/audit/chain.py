"""The hashes: the one byte form of a value, the chain over entries, the tree over rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

GENESIS = bytes(32)

_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False, default=str
).encode


def canonical(value: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8: the one byte form of a JSON value."""
    return _canonical(value).encode()


def chain(previous: bytes, entry: Any) -> bytes:
    """The next link over `entry`."""
    return hashlib.sha256(previous + canonical(entry)).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """SHA-256(00‖leaf), nodes SHA-256(01‖l‖r), an odd node is promoted; no leaves: 32 zero bytes."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return GENESIS
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]
