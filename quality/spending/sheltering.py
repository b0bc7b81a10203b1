"""Counts of persons in several tables at once, hidden so that no difference between them tells of few. Pure.

`protect` is the one small-number rule. Here it looks at every sum that a reader can form: a group is the sum of its
contracts, and all groups of a table come to the whole. What one sum hides the others must hide too, until all agree.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from quality.suppression import Cell, is_small, protect


@dataclass(frozen=True, slots=True)
class Sum:
    """`total` is what the `parts` come to."""

    total: str
    parts: Sequence[str]


def sheltered(counts: Mapping[str, int], sums: Collection[Sum], threshold: int) -> frozenset[str]:
    """Keys whose count is not shown. A count of 0 hides nobody."""
    hidden = {key for key, count in counts.items() if is_small(Cell(key, count, None, count), threshold)}
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for one in sums:
            hidden |= _of_sum(one, counts, hidden, threshold)
    return frozenset(hidden)


def _of_sum(one: Sum, counts: Mapping[str, int], hidden: set[str], threshold: int) -> set[str]:
    """What this sum needs hidden beside what is: never one unknown alone."""
    parts = [key for key in one.parts if counts[key]]
    found = protect([_cell(key, counts[key], key in hidden, threshold) for key in parts], threshold)
    wanted = set(found.hidden) | ({one.total} if found.is_total_hidden and counts[one.total] else set())
    if one.total in hidden and not wanted and parts:
        wanted.add(min(parts, key=lambda key: (counts[key], key)))
    return wanted


def _cell(key: str, count: int, is_hidden: bool, threshold: int) -> Cell:
    """What another sum hides is small for this one as well."""
    return Cell(key, count, None, min(count, threshold - 1) if is_hidden else count)
