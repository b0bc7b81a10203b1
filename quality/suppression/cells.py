"""Which cells are small by themselves (the primary rule), and what a cell tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PERSONS, STAFF = 11, 5  # the thresholds k (DECISIONS 33)


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

    @property
    def counts(self) -> tuple[int, ...]:
        """What a reader learns from the cell: persons, or with and without the thing counted, and both together."""
        if self.persons is not None:
            return (self.persons,)
        if self.denominator is None:
            return (self.numerator,)
        # more events than persons: nobody can be told to be without one
        without = self.denominator - (self.numerator if self.numerator <= self.denominator else 0)
        return self.numerator, without, self.denominator


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
