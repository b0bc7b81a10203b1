"""One spelling of a JSON value, so that everybody who hashes it gets the same bytes; and a chain of such values."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from core.errors import InputErrors
from core.words import _l

Json = Mapping[str, Any]

CHAIN_START: Final = bytes(32)
DEEPEST: Final = 32


def canonical(value: object) -> bytes:
    """Sorted keys, no spaces, UTF-8 unescaped. Fractions are refused: amounts travel as text."""
    _refuse_unspeakable(value, "")
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def parsed(octets: bytes) -> Any:
    """Read canonical JSON back; anything spelled otherwise (spaces, double keys, other order) is refused."""
    value = parsed_freely(octets)
    if canonical(value) != octets:
        raise InputErrors.at("json", _l("This is not canonical JSON."))
    return value


def parsed_freely(octets: bytes) -> Any:
    """Read JSON as people write it; numbers with decimals must be text."""
    try:
        value = json.loads(octets)
    except (ValueError, RecursionError) as error:
        raise InputErrors.at("json", _l("This is not JSON."), error) from error
    _refuse_unspeakable(value, "")
    return value


def digest(value: object) -> str:
    """SHA-256 of the canonical value, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def chained(previous: bytes, entry: object) -> bytes:
    """hᵢ = SHA-256(hᵢ₋₁ ‖ canonical(entryᵢ)); start with CHAIN_START. Anyone can walk a published trail with it."""
    return hashlib.sha256(previous + canonical(entry)).digest()


def instant_text(instant: datetime) -> str:
    """UTC with microseconds, always the same width."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def base64_text(octets: bytes) -> str:
    return b64encode(octets).decode()


# Reading plain data back into typed values: each says where and what was expected.


def text_at(data: Json, key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise InputErrors.at(key, _l("Text is expected here."), value)
    return value


def number_at(data: Json, key: str) -> int:
    value = data.get(key)
    if type(value) is not int or value < 0:
        raise InputErrors.at(key, _l("A whole number from 0 is expected here."), value)
    return value


def octets_at(data: Json, key: str) -> bytes:
    try:
        return b64decode(text_at(data, key), validate=True)
    except ValueError as error:
        raise InputErrors.at(key, _l("Base64 text is expected here."), data[key]) from error


def instant_at(data: Json, key: str) -> datetime:
    try:
        return datetime.strptime(text_at(data, key), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise InputErrors.at(
            key, _l("An instant like 2026-03-02T09:30:00.000000Z is expected here."), data[key]
        ) from error


def object_at(data: Json, key: str) -> Json:
    return as_object(data.get(key), key)


def objects_at(data: Json, key: str) -> list[Json]:
    value = data.get(key)
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InputErrors.at(key, _l("A list is expected here."), value)
    return [as_object(item, key) for item in value]


def texts_at(data: Json, key: str) -> tuple[str, ...]:
    value = data.get(key)
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(item, str) for item in value):
        raise InputErrors.at(key, _l("A list of texts is expected here."), value)
    return tuple(value)


def as_object(value: object, where: str) -> Json:
    if not isinstance(value, Mapping):
        raise InputErrors.at(where, _l("An object with named fields is expected here."), value)
    return value


def _refuse_unspeakable(value: object, where: str, depth: int = 0) -> None:
    """Only null, bool, int, text, lists and text-keyed objects have one spelling."""
    if depth > DEEPEST:
        raise InputErrors.at(where, _l("This is nested too deeply."))
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise InputErrors.at(where, _l("A field name must be text."), key)
            _refuse_unspeakable(key, where, depth + 1)
            _refuse_unspeakable(item, f"{where}.{key}".lstrip("."), depth + 1)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            _refuse_unspeakable(item, f"{where}.{place}".lstrip("."), depth + 1)
    elif isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise InputErrors.at(where, _l("This text contains half a character."), ascii(value))
    elif value is not None and type(value) not in (bool, int):
        raise InputErrors.at(where, _l("Write numbers with decimals, and dates, as text in quotes."), value)
