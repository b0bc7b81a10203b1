"""A wage decree in one act: amendments for all contracts under their floor, and changes of the lists others follow."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.actors import Actor
from core.errors import DomainError, Forbidden, InputErrors, Problem
from core.roles import Role
from core.words import _l
from procurement.listing import ListTerms
from procurement.models.contract import Contract, ContractAmendment
from procurement.models.open_list import OpenList, OpenListVersion
from procurement.queries import amendments as queries
from procurement.queries import open_lists as list_queries
from procurement.services import open_lists, rules
from procurement.services.contracts import FUND_SIGNERS, Proposal, Shortfall, approve_amendment
from procurement.services.contracts.amending import write_drafts
from procurement.services.contracts.judging import Facts, Verdict, judge
from procurement.services.contracts.wage_check import found_shortfalls, wage_amendment
from procurement.services.open_lists.terms import terms_on

Refused = tuple[Contract | OpenList, object]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What waits for the second officer, and contracts and lists that need a hand, each with the sentence."""

    written: Sequence[ContractAmendment]
    changes: Sequence[OpenListVersion]
    refused: Sequence[Refused]


def draft_for_decree(on: dt.date, *, reason: str, by: Actor) -> Drafted:
    """One amendment for each contract and one change for each list, in one act.

    A contract that follows an open list takes its new prices from there; one with a budget or volumes of its own is
    amended by itself, and its budget rises by what the wages cost until its end, where that is known.
    """
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer drafts amendments."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The providers and the auditor read it."))
    found, facts = found_shortfalls(on, by=by)
    by_contract: dict[int, list[Shortfall]] = defaultdict(list)
    lists = {number: _lifted(row, on) for number, row in _lists(found).items()}
    followed: set[str] = set()
    for row in found:
        number = row.contract.origin_reference
        if _follows(row, lists):
            followed.add(number)
        else:
            by_contract[row.contract.id].append(row)
    refused: list[Refused] = []
    changes = _change_lists([lists[number] for number in sorted(followed)], reason, by, refused)
    judged = _judged(list(by_contract.values()), facts, reason, refused)
    return Drafted(write_drafts(judged, facts, by=by, cause=cause(on)), changes, refused)


def cause(on: dt.date) -> str:
    """What amendments of one decree carry."""
    return f"wages {on.isoformat()}"


def waiting_for_approval(on: dt.date, by: Actor) -> list[ContractAmendment]:
    """Amendments of this decree that `by` may approve: drafted by somebody else."""
    rows = queries.waiting("drafted", by)
    return [row for row in rows if row.cause == cause(on) and row.drafted_by != by.person]


def approve_for_decree(on: dt.date, *, by: Actor) -> Drafted:
    """The second officer approves all amendments of a decree; what cannot be is named and waits."""
    done: list[ContractAmendment] = []
    refused: list[Refused] = []
    for row in waiting_for_approval(on, by):
        try:
            approve_amendment(row, by=by)
        except Forbidden:
            raise
        except DomainError as error:
            refused.append((row.contract, _sentence(error)))
        else:
            done.append(row)
    return Drafted(done, (), refused)


@dataclass(frozen=True, slots=True)
class _Lifted:
    """A list from the first day that a change may have, with the rates that lift it to its floors."""

    open_list: OpenList
    from_on: dt.date
    terms: ListTerms
    rates: Mapping[str, Decimal]


def _lists(found: Sequence[Shortfall]) -> dict[str, OpenList]:
    return list_queries.lists_of([row.contract for row in found if not row.contract.is_bounded])


def _lifted(open_list: OpenList, on: dt.date) -> _Lifted:
    from_on = max(on, open_lists.first_day(open_list))
    terms, wages = terms_on(open_list, from_on), rules.labour_costs(on)
    floors = {service: wages.of(service, from_on) for service in terms.rates}
    rates = {
        service: Decimal(floor.least_rate())
        for service, floor in floors.items()
        if floor is not None and floor.gap(terms.rates[service]) > 0
    }
    return _Lifted(open_list, from_on, terms, rates)


def _follows(row: Shortfall, lists: Mapping[str, _Lifted]) -> bool:
    """Its price is the list's own, and the list lifts it."""
    contract, line = row.contract, row.line
    if contract.origin != "open_list" or contract.is_bounded or line.site_id is not None:
        return False
    lifted = lists.get(contract.origin_reference)
    return lifted is not None and line.service in lifted.rates


def _change_lists(
    lists: Collection[_Lifted], reason: str, by: Actor, refused: list[Refused]
) -> Sequence[OpenListVersion]:
    written = []
    for one in lists:
        if not by.has(Role.PROCUREMENT_OFFICER):
            refused.append((one.open_list, _l("A procurement officer changes a list.")))
            continue
        old = one.terms
        terms = ListTerms({**old.rates, **one.rates}, old.conditions, old.evidence, old.minimum_places)
        try:
            change = open_lists.propose_change(one.open_list, terms, effective_from=one.from_on, reason=reason, by=by)
        except DomainError as error:
            refused.append((one.open_list, _sentence(error)))
        else:
            written.append(change)
    return written


def _judged(
    groups: Sequence[Sequence[Shortfall]], facts: Facts, reason: str, refused: list[Refused]
) -> list[tuple[Proposal, Verdict]]:
    judged = []
    for rows in groups:
        contract = rows[0].contract
        proposal = wage_amendment(contract, rows, facts, reason)
        verdict = judge(proposal, facts)
        if facts.records[contract.id].is_open:
            refused.append((contract, _l("Another amendment of this contract is on its way.")))
        elif verdict.problems:
            refused.append((contract, verdict.problems[0].message))
        else:
            judged.append((proposal, verdict))
    return judged


def _sentence(error: DomainError) -> object:
    problems: Sequence[Problem] = getattr(error, "problems", ())
    return problems[0].message if problems else error.message
