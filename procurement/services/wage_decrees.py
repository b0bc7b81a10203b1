"""A wage decree in one act: amendments for all contracts under their floor, and changes of the lists others follow."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.actors import Actor
from core.errors import DomainError
from core.roles import Role
from core.words import _l
from procurement.amending import NewRate
from procurement.listing import ListTerms
from procurement.models.open_list import OpenList, OpenListVersion
from procurement.queries import open_lists as list_queries
from procurement.services import open_lists, rules
from procurement.services.amending_many import Drafted, Refused, check_drafting, judged, sentence
from procurement.services.contracts import Proposal, Shortfall
from procurement.services.contracts.amending import write_drafts
from procurement.services.contracts.judging import Facts
from procurement.services.contracts.wage_check import found_shortfalls, rate_amendment
from procurement.services.open_lists.terms import terms_on


def draft_for_decree(on: dt.date, *, reason: str, by: Actor) -> Drafted:
    """One amendment for each contract and one change for each list, in one act.

    A contract that follows an open list takes its new prices from there; one with a budget or volumes of its own is
    amended by itself, and its budget rises by what the wages cost until its end, where that is known.
    """
    check_drafting(reason, by)
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
    proposals = [_proposal(rows, facts, reason) for rows in by_contract.values()]
    drafts = judged(proposals, facts, refused)
    return Drafted(write_drafts(drafts, facts, by=by, cause=cause(on)), changes, refused)


def cause(on: dt.date) -> str:
    """What amendments of one decree carry."""
    return f"wages {on.isoformat()}"


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
            refused.append((one.open_list, sentence(error)))
        else:
            written.append(change)
    return written


def _proposal(rows: Sequence[Shortfall], facts: Facts, reason: str) -> Proposal:
    rates = [NewRate(row.line.service, row.line.site_id, Decimal(row.new_rate), row.from_on) for row in rows]
    return rate_amendment(rows[0].contract, tuple(rates), facts, reason)
