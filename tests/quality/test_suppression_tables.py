"""An attacker who knows every published number and solves all sums at once learns no hidden count to less than k."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from quality.suppression import Cell, Sum, is_small, protect, shelter

NAMES = ("met", "not met", "all")


def grid(rows: list[list[int]]) -> tuple[dict[str, int], list[Sum]]:
    """Counts of a table with its margins: r0c1, r0 (a row), c1 (a column), whole."""
    width = len(rows[0])
    counts = {f"r{i}c{j}": n for i, row in enumerate(rows) for j, n in enumerate(row)}
    counts |= {f"r{i}": sum(row) for i, row in enumerate(rows)}
    counts |= {f"c{j}": sum(row[j] for row in rows) for j in range(width)}
    sums = [Sum(f"r{i}", [f"r{i}c{j}" for j in range(width)]) for i in range(len(rows))]
    sums += [Sum(f"c{j}", [f"r{i}c{j}" for i in range(len(rows))]) for j in range(width)]
    sums += [Sum("whole", [f"r{i}" for i in range(len(rows))]), Sum("whole", [f"c{j}" for j in range(width)])]
    return counts | {"whole": sum(map(sum, rows))}, sums


def span_of(wanted: str, published: dict[str, int], names: list[str], sums: list[Sum]) -> float:
    """What the attacker is left with: most minus least. Written from the published page alone."""
    place = {name: column for column, name in enumerate(names)}
    rows, right = [], []
    for one in sums:
        row = numpy.zeros(len(names))
        row[[place[part] for part in one.parts]] = 1
        row[place[one.total]] -= 1
        rows.append(row)
        right.append(0)
    for name, value in published.items():
        row = numpy.zeros(len(names))
        row[place[name]] = 1
        rows.append(row)
        right.append(value)
    aim = numpy.zeros(len(names))
    aim[place[wanted]] = 1
    ends = []
    for sign in (1, -1):
        found = linprog(sign * aim, A_eq=numpy.array(rows), b_eq=right, bounds=[(0, None)] * len(names))
        if found.status == 3:
            return float("inf")
        assert found.status == 0
        ends.append(found.x[place[wanted]])
    return float(ends[1] - ends[0])


def persons(counts: dict[str, int]) -> list[Cell]:
    return [Cell(name, count, None, count) for name, count in counts.items()]


tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=2, max_size=4)
)


@given(tables, st.sampled_from([5, 11]))
@settings(max_examples=40)
def test_no_hidden_count_of_crossed_tables_is_known_to_less_than_k(rows, threshold):
    counts, sums = grid(rows)
    hidden = shelter(persons(counts), sums, threshold)
    assert {name for name, count in counts.items() if 0 < count < threshold} <= hidden
    published = {name: count for name, count in counts.items() if name not in hidden}
    for name in hidden:
        assert span_of(name, published, list(counts), sums) >= threshold - 1e-4, (name, published)


def test_the_attacker_finds_what_only_looks_hidden():
    """Two hidden in every line, and yet one of them known: the attacker of these tests is no toy."""
    counts, sums = grid([[3, 40, 0, 0], [40, 3, 9, 0], [0, 0, 40, 3], [0, 0, 3, 40]])
    bridged = {"r0c0", "r0c1", "r1c0", "r1c1", "r1c2", "r2c2", "r2c3", "r3c2", "r3c3"}
    published = {name: count for name, count in counts.items() if name not in bridged}
    assert span_of("r1c2", published, list(counts), sums) < 0.001
    hidden = shelter(persons(counts), sums, 11)
    published = {name: count for name, count in counts.items() if name not in hidden}
    assert span_of("r1c2", published, list(counts), sums) >= 11 - 1e-4


shares = st.lists(
    st.integers(0, 70).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=9
)


@given(shares, st.sampled_from([5, 11]))
@settings(max_examples=60)
def test_shares_and_their_total_tell_neither_who_is_met_nor_who_is_not(pairs, threshold):
    """A published share gives its numerator, its remainder and its denominator; so does the share of all."""
    cells = [Cell(str(i), x, n) for i, (x, n) in enumerate(pairs)]
    result = protect(cells, threshold)
    figures = {cell.key: cell.counts for cell in cells}
    figures["total"] = tuple(sum(counts) for counts in zip(*figures.values(), strict=True))
    names = [f"{key} {name}" for key in figures for name in NAMES]
    sums = [Sum(f"{key} all", [f"{key} met", f"{key} not met"]) for key in figures]
    sums += [Sum(f"total {name}", [f"{cell.key} {name}" for cell in cells]) for name in NAMES]
    is_hidden = {key: key in result.hidden for key in figures} | {"total": result.is_total_hidden}
    published = {
        f"{key} {name}": count
        for key, counts in figures.items()
        if not is_hidden[key]
        for name, count in zip(NAMES, counts, strict=True)
    }
    for cell in cells:
        if not is_small(cell, threshold):
            continue
        assert cell.key in result.hidden
        for name in NAMES:
            assert span_of(f"{cell.key} {name}", published, names, sums) >= threshold - 1e-4, (cell, name)


@given(tables)
@settings(max_examples=20)
def test_the_order_of_cells_and_sums_changes_nothing(rows):
    counts, sums = grid(rows)
    assert shelter(persons(counts), sums) == shelter(persons(counts)[::-1], sums)


def test_persons_counted_once_may_come_to_less_than_their_parts():
    counts = {"a": 30, "b": 4, "c": 60, "whole": 90}
    hidden = shelter(persons(counts), [Sum("whole", ["a", "b", "c"])])
    assert hidden == {"a", "b"}


def test_nothing_hides_nothing():
    assert shelter([], []) == frozenset()
    assert shelter([Cell("a", 0, None, 0), Cell("b", 40, None, 40)], [Sum("b", ["a"])]) == frozenset()


@pytest.mark.parametrize("threshold", [5, 11])
def test_a_single_small_cell_without_any_sum_is_hidden_alone(threshold):
    assert shelter([Cell("a", 3, None, 3), Cell("b", 50, None, 50)], [], threshold) == {"a"}
