"""The secondary rule: which more must be hidden so that no subtraction over published tables gives a cell away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quality.suppression.cells import PERSONS, Cell, is_small


@dataclass(frozen=True, slots=True)
class Sum:
    """A reader knows that `total` is what the `parts` come to: groups of a whole, months of a year."""

    total: str
    parts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Protected:
    """Keys of the cells to hide; the total too, if the others cannot cover a hidden one."""

    hidden: frozenset[str]
    is_total_hidden: bool


def protect(cells: Sequence[Cell], threshold: int = PERSONS) -> Protected:
    """One table and its total: hide small cells and the next smallest, until those hidden cover each other."""
    hidden = [cell for cell in cells if is_small(cell, threshold)]
    spare = sorted(
        (cell for cell in cells if cell.size > 0 and cell not in hidden), key=lambda cell: (cell.size, cell.key)
    )
    while hidden and spare and not _is_covered(hidden, threshold):
        hidden.append(spare.pop(0))
    return Protected(frozenset(cell.key for cell in hidden), bool(hidden) and not _is_covered(hidden, threshold))


def _is_covered(hidden: Sequence[Cell], threshold: int) -> bool:
    """Two or more, and each count that their total gives away is k or more: any of them may be from 0 to that."""
    together = [sum(counts) for counts in zip(*(cell.counts for cell in hidden), strict=True)]
    return len(hidden) >= 2 and min(together) >= threshold


def shelter(cells: Sequence[Cell], sums: Sequence[Sum], threshold: int = PERSONS) -> frozenset[str]:
    """Many tables with common cells and totals: keys to hide, totals among them. Cells are of one kind.

    Each count that is hidden could lie, for a reader who solves all sums at once, anywhere in a span of k or more.
    """
    held = {cell.key: cell for cell in cells}
    hidden = {key for key, cell in held.items() if is_small(cell, threshold)}
    readers = [
        _Reader({key: cell.counts[layer] for key, cell in held.items()}, sums, threshold)
        for layer in range(len(cells[0].counts) if cells else 0)
    ]
    while exposed := next((key for reader in readers if (key := reader.knows(hidden))), ""):
        spare = _nearest(exposed, sums, {key for key in held.keys() - hidden if held[key].size})
        if not spare:
            break
        hidden.add(min(spare, key=lambda key: (held[key].size, key)))
    return frozenset(hidden)


def _nearest(key: str, sums: Sequence[Sum], shown: set[str]) -> set[str]:
    """Shown cells that stand in a sum with the key, else with those beside it, and so on."""
    reached, before = {key}, 0
    while len(reached) > before and not reached & shown:
        before = len(reached)
        touched = [{one.total, *one.parts} for one in sums if reached & {one.total, *one.parts}]
        reached = reached.union(*touched)
    return reached & shown


@dataclass(slots=True)
class _Reader:
    """Somebody who knows every published count and solves the sums. What was possible stays possible as more hides."""

    counts: Mapping[str, int]
    sums: Sequence[Sum]
    threshold: int
    lowest: dict[str, float] = field(default_factory=dict)
    highest: dict[str, float] = field(default_factory=dict)

    def knows(self, hidden: set[str]) -> str:
        """A hidden key whose count this reader can tell to less than k, or ""."""
        for key in sorted(hidden):
            if self._width(key) < self.threshold:
                self._solve(key, sorted(hidden))
            if self._width(key) < self.threshold - 1e-6:
                return key
        return ""

    def _width(self, key: str) -> float:
        return self.highest.get(key, self.counts[key]) - self.lowest.get(key, self.counts[key])

    def _solve(self, wanted: str, unknown: Sequence[str]) -> None:
        """The least and the most that `wanted` can be; every solution also shows what the others can be.

        What persons counted once leave a sum short of its parts is taken as known: the best-informed reader.
        """
        from scipy.optimize import linprog

        place = {key: column for column, key in enumerate(unknown)}
        rows, right = [], []
        for one in self.sums:
            signs = [(key, 1) for key in one.parts] + [(one.total, -1)]
            row = [0.0] * len(unknown)
            for key, sign in signs:
                if key in place:
                    row[place[key]] += sign
            if any(row):
                rows.append(row)
                right.append(float(sum(sign * self.counts[key] for key, sign in signs if key in place)))
        true, far = self.counts[wanted], self.threshold
        bounds: list[tuple[float, float | None]] = [(0, None)] * len(unknown)
        bounds[place[wanted]] = (max(0, true - far), true + far)
        for sign in (1, -1):
            aim = [0.0] * len(unknown)
            aim[place[wanted]] = sign
            found = linprog(aim, A_eq=rows or None, b_eq=right or None, bounds=bounds)
            for key, value in zip(unknown, found.x, strict=True):
                self.lowest[key] = min(float(value), self.lowest.get(key, self.counts[key]))
                self.highest[key] = max(float(value), self.highest.get(key, self.counts[key]))
