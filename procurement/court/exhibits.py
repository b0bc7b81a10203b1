"""What a court file is made of: exhibits, gathered by sections that any module may add."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.documents import Document
from core.files import StoredFile
from procurement.models.tender import Tender

Show = Callable[[Document], object]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One thing on file: `name` is its path in the ZIP; its bytes are `content`, or a stored file that never changes.

    `owner`: the organisation whose secret it is, withheld from other parties. `role` and `key` tell the checking
    script what it is. `show` prints it on the pages; without it the page says where it lies. `tells`: fields of every
    bid that stand in it; while one of them is withheld, it stays out of the copies for others.
    """

    name: str
    title: Any
    content: bytes = b""
    file: StoredFile | None = None
    author: str = ""
    at: dt.datetime | None = None
    owner: int | None = None
    role: str = ""
    key: str = ""
    show: Show | None = None
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`order` places it in the file; `gather` gives its exhibits, none if there is nothing yet."""

    order: int
    title: Any
    gather: Callable[[Tender], Iterable[Exhibit]]


_sections: dict[str, Section] = {}
Gather = Callable[[Tender], Iterable[Exhibit]]


def section(order: int, title: Any) -> Callable[[Gather], Gather]:
    """Add a section to every court file."""

    def register(gather: Gather) -> Gather:
        _sections[f"{gather.__module__}.{gather.__qualname__}"] = Section(order, title, gather)
        return gather

    return register


def gathered(tender: Tender) -> Iterator[tuple[Section, list[Exhibit]]]:
    """Every section that has something to show, in order."""
    for one in sorted(_sections.values(), key=lambda one: (one.order, str(one.title))):
        exhibits = list(one.gather(tender))
        if exhibits:
            yield one, exhibits


def as_json(value: Any) -> bytes:
    """The bytes of an exhibit that is data: readable by people too."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()


def texts(value: Any) -> str:
    """An instant as data."""
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else str(value)
