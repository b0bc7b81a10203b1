"""A file of contracts beside its control sheet: compared to the unit, every difference named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from claims.case import MILLI
from claims.opening.kinds import Cells, Totals
from core.errors import InputErrors, Problem
from core.money import Currency, round_half_up
from core.tables import FileRefused, load_mapping, read
from core.tables import Mapping as Columns
from core.words import _l
from procurement.contract_paper import ORIGIN_WORDS

MEASURES = {
    "contracts": ("count", _l("Number of contracts")),
    "budget": ("money", _l("Sum of the budgets")),
    "agreed": ("money", _l("Volumes at their rates")),
    "used_quantity": ("quantity", _l("Units used before")),
    "used_amount": ("money", _l("Amount used before")),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of one group, as the sheet says it and as the rows come to it."""

    group: str
    measure: str
    said: int
    found: int

    @property
    def difference(self) -> int:
        return self.found - self.said


@lru_cache(maxsize=1)
def columns() -> Columns:
    return load_mapping(Path(__file__).resolve().parent / "mappings" / "control.toml")


def read_sheet(content: bytes, filename: str, currency: Currency) -> dict[str, Totals]:
    """What the sheet says, by origin. Raises `InputErrors` that name its rows, `at` the field `control`."""
    try:
        report = read(content, filename=filename, mapping=columns(), schema=_judge(), currency=currency)
    except FileRefused as refusal:
        raise InputErrors.at("control", refusal.message, filename) from refusal
    if report.wrong:
        words = [_l("Row %(row)s: %(what)s", row=row.number, what=row.sentence) for row in report.wrong]
        raise InputErrors(Problem("control", each, filename) for each in words)
    return dict(report.values)


def _judge() -> Any:
    seen: set[str] = set()

    def row(cells: Cells) -> tuple[str, Totals]:
        origin = cells["origin"]
        if origin not in ORIGIN_WORDS:
            raise InputErrors.at("origin", _l("Write one of %(choices)s.", choices=", ".join(ORIGIN_WORDS)), origin)
        if origin in seen:
            raise InputErrors.at("origin", _l("This origin stands further up in the sheet."), origin)
        seen.add(origin)
        milli = round_half_up(cells["used_quantity"] * MILLI)
        return origin, {**{name: cells[name] for name in MEASURES}, "used_quantity": milli}

    return row


def compared(said: Mapping[str, Totals], found: Mapping[str, Totals]) -> list[Compared]:
    """Every figure of every group that either side names; what a side leaves out is 0."""
    return [
        Compared(group, name, said.get(group, {}).get(name, 0), found.get(group, {}).get(name, 0))
        for group in ORIGIN_WORDS
        if group in said or group in found
        for name in MEASURES
    ]


def differing(rows: Sequence[Compared]) -> list[Compared]:
    return [row for row in rows if row.difference]
