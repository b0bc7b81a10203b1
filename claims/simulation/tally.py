"""Sums of a simulation: one cell per group of people or services, added up line by line, small enough for any size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import Any

from claims.case import LineDecision
from core.restricted import SMALLEST

DIMENSIONS = ("service", "age", "district", "size")
SUMS = ("submitted", "undecided", "benefit", "member_share", "write_off")
OTHERS = "…"


@dataclass(slots=True)
class Cell:
    """`people` had a line in the group; `winners` of them get more paid, `losers` less. Amounts in minor units."""

    people: int = 0
    winners: int = 0
    losers: int = 0
    lines: int = 0
    changed: int = 0
    submitted_now: int = 0
    undecided_now: int = 0
    benefit_now: int = 0
    member_share_now: int = 0
    write_off_now: int = 0
    undecided_then: int = 0
    benefit_then: int = 0
    member_share_then: int = 0
    write_off_then: int = 0

    @property
    def difference(self) -> int:
        """What the fund would pay more, or less."""
        return self.benefit_then - self.benefit_now

    def add(self, other: Cell) -> None:
        for each in dataclass_fields(Cell):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def add_line(self, now: LineDecision, then: LineDecision) -> None:
        self.lines += 1
        self.changed += _differs(now, then)
        for name in SUMS:
            setattr(self, f"{name}_now", getattr(self, f"{name}_now") + getattr(now, name))
        for name in SUMS[1:]:
            setattr(self, f"{name}_then", getattr(self, f"{name}_then") + getattr(then, name))

    def add_person(self, difference: int) -> None:
        self.people += 1
        self.winners += difference > 0
        self.losers += difference < 0


def _differs(now: LineDecision, then: LineDecision) -> bool:
    return (now.state, now.benefit, now.member_share) != (then.state, then.benefit, then.member_share)


class Tally:
    """Cells by dimension and group, and the whole as the dimension "" with the group ""."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str], Cell] = defaultdict(Cell)

    @property
    def whole(self) -> Cell:
        return self.cells["", ""]

    def add(self, other: Tally) -> None:
        for key, cell in other.cells.items():
            self.cells[key].add(cell)

    def groups(self, dimension: str) -> dict[str, Cell]:
        """The groups with enough people to be shown; what is too small is one group that is large enough."""
        found = {group: cell for (name, group), cell in sorted(self.cells.items()) if name == dimension}
        return folded(found)

    def to_json(self) -> list[Any]:
        return [
            [*key, *(getattr(cell, each.name) for each in dataclass_fields(Cell))] for key, cell in self.cells.items()
        ]

    @classmethod
    def from_json(cls, stored: Iterable[Any]) -> Tally:
        found = cls()
        for dimension, group, *values in stored:
            found.cells[dimension, group].add(Cell(*values))
        return found


def folded(groups: Mapping[str, Cell]) -> dict[str, Cell]:
    """Sums stay whole: the small groups and, if they are still few together, the next larger ones become one."""
    ordered = sorted(groups.items(), key=lambda pair: pair[1].people)
    rest = Cell()
    taken: set[str] = set()
    for group, cell in ordered:
        if cell.people >= SMALLEST and (not taken or rest.people >= SMALLEST):
            break
        rest.add(cell)
        taken.add(group)
    kept = {group: cell for group, cell in groups.items() if group not in taken}
    return kept | ({OTHERS: rest} if taken else {})
