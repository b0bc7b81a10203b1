"""The ZIP of originals: written while it is read, one file in memory at a time, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

Member = tuple[str, bytes]
_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Pipe(io.RawIOBase):
    """What the ZIP writes is taken out again at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, octets: object) -> int:
        part = bytes(octets)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        out, self._parts = b"".join(self._parts), []
        return out


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """A ZIP in pieces. Nothing is packed and no hour is written, so that the same members are the same file."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(_info(name), content)
            yield pipe.taken()
    yield pipe.taken()


def digest_of(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return found.hexdigest()


def members_of(archive: IO[bytes]) -> dict[str, bytes]:
    """The members of a small ZIP of ours."""
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    return info
