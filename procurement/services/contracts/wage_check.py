"""A wage decree: which running tariffs fall under their labour-cost floor from a day on, and their amendments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from core.actors import Actor
from core.errors import Forbidden, InputErrors, Problem
from core.money import round_half_up
from core.words import _l
from procurement import amended
from procurement.amending import NewRate, NewTerms, daily_units, days
from procurement.models.contract import Contract, ContractAmendment, ContractLine
from procurement.queries import amendments as queries
from procurement.services import rules
from procurement.services.contracts.amending import write_drafts
from procurement.services.contracts.judging import Facts, Proposal, Verdict, facts_of, judge
from procurement.services.contracts.signing import FUND_SIGNERS
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


@dataclass(frozen=True, slots=True)
class Drafted:
    """Amendments that wait for the second officer, and contracts that need a hand."""

    written: Sequence[ContractAmendment]
    refused: Sequence[tuple[Contract, Problem]]


def shortfalls(on: dt.date, *, by: Actor) -> list[Shortfall]:
    """By contract; a handful of statements for all of them."""
    return _shortfalls(_running(on, by), on)[0]


def draft_wage_amendments(on: dt.date, *, reason: str, by: Actor) -> Drafted:
    """One amendment for each contract, in one act; budgets rise by what the wages cost until the end, where known."""
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer drafts amendments."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The providers and the auditor read it."))
    found, facts = _shortfalls(_running(on, by), on)
    judged: list[tuple[Proposal, Verdict]] = []
    refused: list[tuple[Contract, Problem]] = []
    for contract, rows in groupby(found, key=lambda row: row.contract):
        proposal = _proposal(contract, list(rows), facts, reason)
        problem = _obstacle(contract, facts)
        verdict = judge(proposal, facts)
        if problem or verdict.problems:
            refused.append((contract, problem or verdict.problems[0]))
        else:
            judged.append((proposal, verdict))
    return Drafted(write_drafts(judged, facts, by=by, cause=f"wages {on.isoformat()}"), refused)


def _running(on: dt.date, by: Actor) -> Sequence[Contract]:
    return queries.running_contracts(by, on, rules.labour_costs(on).floors)


def _shortfalls(contracts: Sequence[Contract], on: dt.date) -> tuple[list[Shortfall], Facts]:
    facts = facts_of([row.id for row in contracts])
    wages = rules.labour_costs(on)
    found = []
    for contract in contracts:
        for line in sorted(contract.lines, key=lambda row: (row.service, row.site_id or 0, row.valid_from)):
            from_on = max(on, line.valid_from, facts.today)
            floor = wages.of(line.service, from_on)
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


def _proposal(contract: Contract, rows: Sequence[Shortfall], facts: Facts, reason: str) -> Proposal:
    rates = tuple(NewRate(row.line.service, row.line.site_id, Decimal(row.new_rate), row.from_on) for row in rows)
    terms = NewTerms(rates)
    change = amended.value_change(contract, terms, facts.used[contract.id])
    if contract.budget is not None and change:
        terms = NewTerms(rates, budget=contract.budget + change)
    return Proposal(contract, CODE, terms, min(row.from_on for row in rows), reason)


def _obstacle(contract: Contract, facts: Facts) -> Problem | None:
    if contract.origin == "open_list":
        return Problem(
            "", _l("Its prices are those of list %(number)s: change the list.", number=contract.origin_reference)
        )
    if facts.records[contract.id].is_open:
        return Problem("", _l("Another amendment of this contract is on its way."))
    return None
