"""Contracts of a period with what they cost and whom they serve, gathered by legal form, district and board. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from claims.queries.spending import Spent
from core.organisations import LEGAL_FORMS
from core.words import _l
from procurement.contract_paper import ORIGIN_WORDS
from procurement.models.contract import Contract
from providers.queries.facts import Held
from quality.suppression import PERSONS, STAFF, Cell, Sum, shelter

WHOLE = "whole"
BOARD, WAGE, WORKERS = "women_on_board_share", "wage_floor", "workers"
CODES = (BOARD, WAGE, WORKERS)
HALF, FLOOR = Decimal(50), Decimal(1)
BOARDS = {
    "half": _l("At least half women"),
    "some": _l("Women, fewer than half"),
    "none": _l("No woman"),
    "unknown": _l("Not on record"),
}
Facts = Mapping[str, Held]


@dataclass(slots=True)
class Row:
    """One contract. `users` is None where the number is not shown; `lowest_wage` in times of the agreed rate."""

    contract: Contract
    benefit: int
    users: int | None
    lowest_wage: Decimal | None


@dataclass(slots=True)
class Group:
    """Contracts that share something; `users`, `workers` and `at_floor` count each once, None: not shown.

    `with_workers` and `with_wages`: of so many units the record says how many work there, and what they earn at least.
    """

    key: str
    label: Any
    contracts: int
    units: int
    benefit: int
    users: int | None
    workers: int | None
    at_floor: int | None
    with_workers: int
    with_wages: int


@dataclass(slots=True)
class Figures:
    """`groups` by dimension; `whole` is all of them; `rows` the contracts, dearest first."""

    rows: list[Row]
    groups: Mapping[str, Sequence[Group]]
    whole: Group
    keys: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def rows_in(self, dimension: str, key: str) -> list[Row]:
        """Those of one group, or all."""
        return [row for row in self.rows if not key or self.keys[row.contract.id].get(dimension) == key]


def board_of(facts: Facts) -> str:
    """Which of `BOARDS` the organisation's governing body is, as last stated."""
    held = facts.get(BOARD)
    if held is None:
        return "unknown"
    return "half" if held.figure >= HALF else "some" if held.figure > 0 else "none"


DIMENSIONS: Mapping[str, tuple[Any, Callable[[Contract, Facts], str], Mapping[str, Any] | None]] = {
    "legal_form": (_l("Legal form"), lambda contract, _facts: contract.organisation.legal_form, LEGAL_FORMS),
    "district": (_l("District"), lambda contract, _facts: contract.organisation.district, None),
    "board": (_l("Governing body"), lambda _contract, facts: board_of(facts), BOARDS),
    "origin": (_l("Comes from"), lambda contract, _facts: contract.origin, ORIGIN_WORDS),
}


def figures_of(
    contracts: Sequence[Contract], spent: Iterable[Spent], facts: Mapping[int, Facts], *, with_users: bool
) -> Figures:
    """`with_users` False: the period still runs, and what changes from day to day would tell of single persons."""
    money: dict[int, int] = defaultdict(int)
    members: dict[int, set[int]] = {row.id: set() for row in contracts}
    for one in spent:
        if one.contract_id in members:
            money[one.contract_id] += one.benefit
            members[one.contract_id].add(one.member_id)
    keys = {
        row.id: {name: of(row, facts.get(row.organisation_id, {})) for name, (_t, of, _w) in DIMENSIONS.items()}
        for row in contracts
    }
    groups = {name: _gather(contracts, keys, name) for name in DIMENSIONS}
    users = _users(members, groups) if with_users else {}
    staff = _staff(groups, facts)
    rows = [
        Row(row, money[row.id], users.get(str(row.id)), _figure(facts.get(row.organisation_id, {}), WAGE))
        for row in contracts
    ]
    made = {
        name: [
            _group(key, _label(name, key), parts, money, users.get(f"{name} {key}"), staff, facts, f"{name} {key}")
            for key, parts in sorted(found.items(), key=lambda item: -sum(money[row.id] for row in item[1]))
        ]
        for name, found in groups.items()
    }
    whole = _group(WHOLE, "", contracts, money, users.get(WHOLE), staff, facts, WHOLE)
    return Figures(sorted(rows, key=lambda row: (-row.benefit, row.contract.number)), made, whole, keys)


def _label(dimension: str, key: str) -> Any:
    words = DIMENSIONS[dimension][2]
    return key if words is None else words[key]


Gathered = Mapping[str, Sequence[Contract]]


def _gather(contracts: Sequence[Contract], keys: Mapping[int, Mapping[str, str]], dimension: str) -> Gathered:
    found: dict[str, list[Contract]] = defaultdict(list)
    for row in contracts:
        found[keys[row.id][dimension]].append(row)
    return found


def _users(members: Mapping[int, set[int]], groups: Mapping[str, Gathered]) -> dict[str, int]:
    """Counts of persons that may be shown, by contract id, `dimension key` and `WHOLE`."""
    persons = {str(key): found for key, found in members.items()}
    persons[WHOLE] = set().union(*members.values())
    sums = []
    for name, found in groups.items():
        for key, rows in found.items():
            persons[f"{name} {key}"] = set().union(*(members[row.id] for row in rows))
            sums.append(Sum(f"{name} {key}", [str(row.id) for row in rows]))
        sums.append(Sum(WHOLE, [f"{name} {key}" for key in found]))
    counts = {key: len(found) for key, found in persons.items()}
    hidden = _hidden(counts, sums, PERSONS)
    return {key: count for key, count in counts.items() if key not in hidden}


def _hidden(counts: Mapping[str, int], sums: Sequence[Sum], threshold: int) -> frozenset[str]:
    return shelter([Cell(key, count, None, count) for key, count in counts.items()], sums, threshold)


def _staff(groups: Mapping[str, Gathered], facts: Mapping[int, Facts]) -> dict[str, tuple[int, int]]:
    """(workers, those of units whose lowest wage is at or above the agreed rate) that may be shown, each unit once."""
    shown: list[dict[str, int]] = []
    for is_counted in (lambda _found: True, _pays_the_floor):
        counts, sums = _counted(groups, facts, is_counted)
        hidden = _hidden(counts, sums, STAFF)
        shown.append({key: count for key, count in counts.items() if key not in hidden})
    return {key: (workers, shown[1][key]) for key, workers in shown[0].items() if key in shown[1]}


def _counted(
    groups: Mapping[str, Gathered], facts: Mapping[int, Facts], is_counted: Callable[[Facts], bool]
) -> tuple[dict[str, int], list[Sum]]:
    counts: dict[str, int] = defaultdict(int)
    sums = []
    for name, found in groups.items():
        for key, rows in found.items():
            counts[f"{name} {key}"] = _workers({row.organisation_id for row in rows}, facts, is_counted)
        sums.append(Sum(WHOLE, [f"{name} {key}" for key in found]))
    everyone = {row.organisation_id for found in groups.values() for rows in found.values() for row in rows}
    counts[WHOLE] = _workers(everyone, facts, is_counted)
    return counts, sums


def _workers(units: Iterable[int], facts: Mapping[int, Facts], is_counted: Callable[[Facts], bool]) -> int:
    held = [facts.get(unit, {}) for unit in units]
    return int(sum((_figure(one, WORKERS) or Decimal(0) for one in held if is_counted(one)), Decimal(0)))


def _pays_the_floor(facts: Facts) -> bool:
    lowest = _figure(facts, WAGE)
    return lowest is not None and lowest >= FLOOR


def _figure(facts: Facts, code: str) -> Decimal | None:
    held = facts.get(code)
    return None if held is None else Decimal(held.figure)


def _group(
    key: str, label: Any, contracts: Sequence[Contract], money: Mapping[int, int], users: int | None,
    staff: Mapping[str, tuple[int, int]], facts: Mapping[int, Facts], place: str,
) -> Group:  # fmt: skip
    workers, at_floor = staff.get(place, (None, None))
    units, benefit = {row.organisation_id for row in contracts}, sum(money[row.id] for row in contracts)
    on_record = [{code for code in (WORKERS, WAGE) if code in facts.get(unit, {})} for unit in units]
    known = sum(WORKERS in found for found in on_record), sum(len(found) == 2 for found in on_record)
    return Group(key, label, len(contracts), len(units), benefit, users, workers, at_floor, *known)
