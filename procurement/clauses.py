"""The library of clauses: texts that a tender document takes over, as the plan holds them. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import InputErrors
from core.words import _l

PART = "clauses"
CHAPTERS: dict[str, Any] = {
    "taking_part": _l("Taking part"),
    "comparing": _l("Doubtful and equal bids"),
    "work": _l("Work and pay"),
    "care": _l("Care"),
    "contract": _l("The contract"),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """`service_lines` empty: for all. A required one stands in every document it fits."""

    code: str
    chapter: str
    title: str
    text: str
    basis: str
    is_required: bool = False
    service_lines: frozenset[str] = frozenset()

    def fits(self, service_line: str) -> bool:
        return not self.service_lines or service_line in self.service_lines

    def to_json(self) -> dict[str, str]:
        """What a tender keeps."""
        return {"code": self.code, "chapter": self.chapter, "title": self.title, "text": self.text, "basis": self.basis}


def parse(text: str) -> tuple[Clause, ...]:
    """`plan/clauses.toml` in its order; every defect names its row."""
    found: list[Clause] = []
    for number, row in enumerate(tomllib.loads(text).get("clause", []), 1):
        where = f"clause.{number}"
        texts = {key: " ".join(str(row.get(key, "")).split()) for key in ("code", "chapter", "title", "text", "basis")}
        if empty := next((key for key, value in texts.items() if not value), ""):
            raise InputErrors.at(f"{where}.{empty}", _l("This is still missing."))
        if texts["chapter"] not in CHAPTERS:
            raise InputErrors.at(f"{where}.chapter", _l("This chapter is not known."), texts["chapter"])
        if texts["code"] in {clause.code for clause in found}:
            raise InputErrors.at(where, _l("This code stands twice."), texts["code"])
        lines = frozenset(row.get("service_lines", ()))
        found.append(Clause(**texts, is_required=bool(row.get("is_required")), service_lines=lines))
    return tuple(found)


def chosen(library: Sequence[Clause], codes: Collection[str], service_line: str) -> list[Clause]:
    """Required and chosen ones that fit, in the library's order."""
    return [row for row in library if row.fits(service_line) and (row.is_required or row.code in codes)]
