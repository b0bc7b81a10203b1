"""A file of open contracting data, made elsewhere: a release package, records, or one bare release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import InputErrors
from core.words import _l
from procurement.foreign import ForeignDraft, draft_of
from procurement.ocds.exact import parsed
from procurement.ocds.schema import Fault, release_faults
from procurement.paths import text, value

MOST_RELEASES = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """One release with what is wrong in it. Without an ocid it names no procedure, and cannot be kept."""

    path: str
    release: dict[str, Any]
    draft: ForeignDraft
    faults: tuple[Fault, ...]

    @property
    def ocid(self) -> str:
        return text(self.release, "ocid")

    @property
    def is_readable(self) -> bool:
        return bool(self.ocid) and isinstance(value(self.release, "tender"), dict)


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """The releases of a file, and the name of who published them."""

    publisher: str
    found: tuple[Found, ...]


def read_file(content: bytes) -> ForeignFile:
    """Every release with its faults, by path. Raises InputErrors if the file holds none at all."""
    data = parsed(content)
    if not isinstance(data, dict):
        raise InputErrors.at("file", _l("A release or a package is one JSON object."))
    places = _releases(data)
    if not places:
        message = _l("There is no release in this file: neither “releases” nor “records” nor an “ocid”.")
        raise InputErrors.at("file", message)
    if len(places) > MOST_RELEASES:
        raise InputErrors.at("file", _l("A file holds at most %(most)s releases.", most=MOST_RELEASES), len(places))
    return ForeignFile(text(data, "publisher/name"), tuple(_found(path, release) for path, release in places))


def _releases(data: dict[str, Any]) -> list[tuple[str, Any]]:
    if isinstance(data.get("releases"), list):
        return [(f"releases/{place}", row) for place, row in enumerate(data["releases"])]
    if isinstance(data.get("records"), list):
        return [
            (f"records/{place}/compiledRelease", value(row, "compiledRelease"))
            for place, row in enumerate(data["records"])
        ]
    return [("", data)] if "ocid" in data or "tender" in data else []


def _found(path: str, release: Any) -> Found:
    if not isinstance(release, dict):
        return Found(path, {}, ForeignDraft(), (Fault(path, "A release is a JSON object."),))
    prefix = f"{path}/" if path else ""
    faults = tuple(Fault(f"{prefix}{fault.path}".rstrip("/"), fault.message) for fault in release_faults(release))
    return Found(path, release, draft_of(release), faults)
