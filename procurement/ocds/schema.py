"""Is a package OCDS 1.1.5? The published schema answers; where it has no word (dates, addresses, doubles), we do."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from jsonschema import Draft4Validator, FormatChecker

SCHEMA: Final = "release-package-schema-1.1.5-extended.json"
SHA256: Final = "ae7b99726d8876b6efad134a8a3bc93a47dcf6d088dad31115ba8e8fb5590523"
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_SAID = 160


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where, as a path: `releases/0/tender/value/amount`."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path or '(the whole)'}: {self.message}"


def is_instant(value: object) -> bool:
    """RFC 3339 with its zone; what is not text is left to the type."""
    if not isinstance(value, str):
        return True
    if not _INSTANT.fullmatch(value):
        return False
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_uri(value: object) -> bool:
    """Absolute, without spaces."""
    if not isinstance(value, str):
        return True
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme) and bool(parts.netloc or parts.path) and not re.search(r"\s", value)


def is_currency(value: str) -> bool:
    """A code of the standard's closed list."""
    amount = _schema()["properties"]["releases"]["items"]["properties"]["tender"]["properties"]["value"]
    return value in amount["properties"]["currency"]["enum"]


formats = FormatChecker(formats=())
formats.checks("date-time")(is_instant)
formats.checks("uri")(is_uri)


def package_faults(package: Any) -> list[Fault]:
    """Everything that keeps a release package from being published; empty: it may go out."""
    faults = _faults(_package(), package)
    releases = package.get("releases") if isinstance(package, Mapping) else None
    for place, release in enumerate(releases if isinstance(releases, list) else []):
        faults += [Fault(f"releases/{place}/{fault.path}", fault.message) for fault in double_ids(release)]
    return faults


def release_faults(release: Any) -> list[Fault]:
    """The same for a bare release."""
    return [*_faults(_release(), release), *double_ids(release)]


def double_ids(release: Any) -> Iterator[Fault]:
    """An id that stands twice in one list: whoever merges releases would lose one of the two."""
    for path in ("parties", "tender/lots", "tender/items", "awards", "contracts", "bids/details"):
        seen: set[str] = set()
        for place, row in enumerate(_rows(release, path.split("/"))):
            key = str(row.get("id")) if isinstance(row, Mapping) and row.get("id") is not None else None
            if key is not None and key in seen:
                yield Fault(f"{path}/{place}/id", f"{key!r} stands twice in this list.")
            seen.add(key or "")


def _rows(value: Any, path: Sequence[str]) -> list[Any]:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else []


def _faults(validator: Draft4Validator, value: Any) -> list[Fault]:
    found = sorted(validator.iter_errors(value), key=lambda error: [str(step) for step in error.absolute_path])
    return [Fault("/".join(map(str, error.absolute_path)), error.message[:_SAID]) for error in found]


@cache
def _schema() -> Any:
    return json.loads((files(__package__) / SCHEMA).read_bytes())


@cache
def _package() -> Draft4Validator:
    return Draft4Validator(_schema(), format_checker=formats)


@cache
def _release() -> Draft4Validator:
    return Draft4Validator(_schema()["properties"]["releases"]["items"], format_checker=formats)
