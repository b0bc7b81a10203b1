"""Contracts whose rates follow an index: what is due on a day, at which new rates, and all amendments in one act."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.actors import Actor
from core.words import _l
from procurement.amending import NewRate
from procurement.indexation import Clause, new_rate
from procurement.indexes import Indexes, IndexValue
from procurement.models.contract import Contract, ContractLine
from procurement.queries import amendments as queries
from procurement.services import rules
from procurement.services.amending_many import Drafted, Refused, check_drafting, judged
from procurement.services.contracts.amending import write_drafts
from procurement.services.contracts.judging import Facts, facts_of
from procurement.services.contracts.wage_check import rate_amendment


@dataclass(frozen=True, slots=True)
class Move:
    """A line from `from_on`: its rate follows the index from `before` to `now`. Minor units per unit."""

    contract: Contract
    line: ContractLine
    from_on: dt.date
    before: IndexValue
    now: IndexValue
    new_rate: int


@dataclass(frozen=True, slots=True)
class Due:
    """`still`: contracts that are due and whose rates stay, each with the reason."""

    moves: Sequence[Move]
    still: Sequence[Refused]


def due_days(contracts: Iterable[Contract], first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of months within the span on which a clause is due."""
    months = [dt.date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    clauses = [(row.indexation.clause, row.valid_until) for row in contracts if row.indexation]
    return [
        day
        for day in months
        if first <= day <= last and any(clause.due_on(day) and day <= ends for clause, ends in clauses)
    ]


def due(on: dt.date, *, by: Actor) -> Due:
    """A handful of statements for all contracts."""
    return _due(on, by)[0]


def draft_indexations(on: dt.date, *, reason: str, by: Actor) -> Drafted:
    """One amendment for each contract whose rates move; budgets rise or fall by what that costs, where it is known."""
    check_drafting(reason, by)
    found, facts = _due(on, by)
    rates: dict[int, list[NewRate]] = defaultdict(list)
    contracts = {move.contract.id: move.contract for move in found.moves}
    for move in found.moves:
        one = NewRate(move.line.service, move.line.site_id, Decimal(move.new_rate), move.from_on)
        rates[move.contract.id].append(one)
    refused: list[Refused] = []
    proposals = [rate_amendment(contracts[key], tuple(rows), facts, reason) for key, rows in rates.items()]
    drafts = judged(proposals, facts, refused)
    return Drafted(write_drafts(drafts, facts, by=by, cause=cause(on)), (), refused)


def cause(on: dt.date) -> str:
    """What amendments of one day carry."""
    return f"indexation {on.isoformat()}"


def _due(on: dt.date, by: Actor) -> tuple[Due, Facts]:
    indexed = queries.indexed_contracts(by, on)
    contracts = [row for row in indexed if row.indexation and row.indexation.clause.due_on(on)]
    facts, indexes = facts_of([row.id for row in contracts]), rules.indexes(on)
    moves: list[Move] = []
    still: list[Refused] = []
    for contract in contracts:
        if contract.origin == "open_list":
            message = _l("Its prices are those of list %(number)s: change the list.", number=contract.origin_reference)
            still.append((contract, message))
        elif contract.indexation is not None:
            _move(contract, contract.indexation.clause, on, facts, indexes, moves, still)
    return Due(moves, still), facts


def _move(
    contract: Contract, clause: Clause, on: dt.date, facts: Facts, indexes: Indexes, moves: list[Move],
    still: list[Refused],
) -> None:  # fmt: skip
    """Each line from the prices of its own first day: what was agreed since is not indexed twice."""
    now, count = indexes.on(clause.index, on), len(moves)
    for line in sorted(contract.lines, key=lambda row: (row.service, row.site_id or 0, row.valid_from)):
        from_on = max(on, facts.today)
        if line.rate is None or line.is_capitated or not line.valid_from <= from_on <= line.valid_until:
            continue
        before = indexes.on(clause.index, max(line.valid_from, clause.first_on))
        if now is None or before is None:
            message = _l("The plan knows no value of %(index)s for that time.", index=clause.index)
            still.append((contract, message))
            return
        rate = new_rate(line.rate, clause, before.value, now.value)
        if rate is not None:
            moves.append(Move(contract, line, from_on, before, now, rate))
    if len(moves) == count:
        still.append((contract, _l("The index has not moved far enough since its rates were agreed.")))
