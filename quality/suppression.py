"""The one small-number rule: nobody's figure is shown, or can be worked out, where few persons stand behind it.

Primary: fewer than k persons in a cell, or 1 to k-1 with or without the thing counted.
Secondary: a single hidden cell of a published total is given away by subtraction, so others are hidden with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why there is no value to show."""

    NO_DENOMINATOR = "no_denominator"
    INSUFFICIENT = "insufficient"
    SUPPRESSED = "suppressed"
    NO_SOURCE = "no_source"


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts behind one figure. `denominator` None: the numerator stands alone (events of an O/E).

    Where visits or days are counted, `persons` says how many persons stand behind them, and they alone decide:
    three late visits of eighty members name nobody.
    """

    key: str
    numerator: int
    denominator: int | None
    persons: int | None = None

    @property
    def size(self) -> int:
        """Persons in the cell, as far as they are known."""
        if self.persons is not None:
            return self.persons
        return self.numerator if self.denominator is None else self.denominator


@dataclass(frozen=True, slots=True)
class Protected:
    """Keys of the cells to hide; the total too, if the others cannot cover a hidden one."""

    hidden: frozenset[str]
    is_total_hidden: bool


def is_small(cell: Cell, threshold: int) -> bool:
    """Primary rule. A cell without anybody hides nobody."""
    if cell.persons is not None:
        return 0 < cell.persons < threshold
    if cell.denominator is None:
        return 0 < cell.numerator < threshold
    remaining = cell.denominator - cell.numerator
    return (
        0 < cell.denominator < threshold
        or (cell.denominator > 0 and 0 < cell.numerator < threshold)
        or 0 < remaining < threshold
    )


def protect(cells: Sequence[Cell], threshold: int = 11) -> Protected:
    """Hide small cells and the next smallest, until at least two with k persons together are hidden."""
    hidden = [cell for cell in cells if is_small(cell, threshold)]
    spare = sorted(
        (cell for cell in cells if cell.size > 0 and cell not in hidden), key=lambda cell: (cell.size, cell.key)
    )
    while hidden and spare and not _is_covered(hidden, threshold):
        hidden.append(spare.pop(0))
    return Protected(frozenset(cell.key for cell in hidden), bool(hidden) and not _is_covered(hidden, threshold))


def _is_covered(hidden: Sequence[Cell], threshold: int) -> bool:
    return len(hidden) >= 2 and sum(cell.size for cell in hidden) >= threshold
