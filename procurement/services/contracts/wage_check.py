"""A wage decree: which running tariffs fall under their labour-cost floor from a day on, and what each costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.actors import Actor
from core.money import round_half_up
from procurement import amended
from procurement.amending import NewRate, NewTerms, daily_units, days
from procurement.models.contract import Contract, ContractLine
from procurement.queries import amendments as queries
from procurement.services import rules
from procurement.services.contracts.judging import Facts, Proposal, facts_of
from procurement.wages import Floor

CODE = "mod-rev"
YEAR = 365


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A line under its floor from `from_on`. Minor units: `gap` per hour, `new_rate` per unit, `cost` in a year.

    The cost is that of the 365 days from the decree on, as far as the line runs; None: no volume, and no use yet.
    """

    contract: Contract
    line: ContractLine
    from_on: dt.date
    floor: Floor
    gap: int
    new_rate: int
    cost: int | None


def shortfalls(on: dt.date, *, by: Actor) -> list[Shortfall]:
    """By contract; a handful of statements for all of them."""
    return found_shortfalls(on, by=by)[0]


def found_shortfalls(on: dt.date, *, by: Actor) -> tuple[list[Shortfall], Facts]:
    """The same, with what is known of their contracts."""
    return _shortfalls(_running(on, by), on)


def rate_amendment(contract: Contract, rates: tuple[NewRate, ...], facts: Facts, reason: str) -> Proposal:
    """New rates from their days on; the budget moves by what they cost until the end, where that is known."""
    terms = NewTerms(rates)
    change = amended.value_change(contract, terms, facts.used[contract.id])
    if contract.budget is not None and change:
        terms = NewTerms(rates, budget=contract.budget + change)
    return Proposal(contract, CODE, terms, min(row.from_on for row in rates), reason)


def _running(on: dt.date, by: Actor) -> Sequence[Contract]:
    return queries.running_contracts(by, on, rules.labour_costs(on).floors)


def _shortfalls(contracts: Sequence[Contract], on: dt.date) -> tuple[list[Shortfall], Facts]:
    facts = facts_of([row.id for row in contracts])
    wages = rules.labour_costs(on)
    found = []
    for contract in contracts:
        for line in sorted(contract.lines, key=lambda row: (row.service, row.site_id or 0, row.valid_from)):
            from_on = max(on, line.valid_from, facts.today)
            floor = None if line.is_capitated else wages.of(line.service, from_on)
            if floor and line.rate is not None and from_on <= line.valid_until and floor.gap(line.rate) > 0:
                found.append(_shortfall(contract, line, from_on, floor, on, facts))
    return found, facts


def _shortfall(
    contract: Contract, line: ContractLine, from_on: dt.date, floor: Floor, on: dt.date, facts: Facts
) -> Shortfall:
    rate, new_rate = line.rate or Decimal(0), floor.least_rate()
    taken = facts.used[contract.id].units.get((line.service, line.site_id or 0), 0)
    daily = daily_units(line.volume, taken, (contract.valid_from, contract.valid_until), facts.today)
    last = min(line.valid_until, max(on, facts.today) + dt.timedelta(days=YEAR - 1))
    cost = None if daily is None else round_half_up((new_rate - Fraction(rate)) * daily * days(from_on, last))
    return Shortfall(contract, line, from_on, floor, round_half_up(floor.gap(rate)), new_rate, cost)
