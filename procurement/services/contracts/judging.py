"""Whether an amendment may be: what it brings, and the legal limits of its kind. Facts are read for whole sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core import clock, codes
from core.config import fund
from core.errors import Problem
from core.words import _l
from procurement import amended
from procurement.amending import Limit, NewTerms, Used, is_above
from procurement.models.contract import Contract
from procurement.queries import amendments as queries
from procurement.queries.amendments import Record
from procurement.queries.tenders import award_of_contract
from procurement.reserving import lasts_at_most
from procurement.services import rules
from procurement.services.contracts.terms import stake_problems


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of contracts today, by their id."""

    today: dt.date
    limits: Mapping[str, Limit]
    used: Mapping[int, Used]
    records: Mapping[int, Record]
    names: Mapping[str, str]
    capitated_elsewhere: Mapping[int, Collection[str]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One amendment before it is written; `code` of `amending.KINDS`."""

    contract: Contract
    code: str
    terms: NewTerms
    effective_from: dt.date
    reason: str
    lowering_reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`original` and `change` in minor units, None: not known."""

    problems: list[Problem]
    changes: list[dict[str, Any]]
    original: int | None
    change: int | None


def facts_of(contract_ids: Collection[int]) -> Facts:
    """A handful of statements, however many contracts."""
    today = clock.today(fund().zone)
    return Facts(
        today, rules.periods(today).amendments, queries.used(contract_ids, today), queries.records(contract_ids),
        codes.recorded_names(), queries.capitated_elsewhere(contract_ids),
    )  # fmt: skip


def judge(proposal: Proposal, facts: Facts) -> Verdict:
    """All that is wrong with it at once, and what it would change."""
    contract, terms, exponent = proposal.contract, proposal.terms, fund().currency.exponent
    used, record = facts.used[contract.id], facts.records[contract.id]
    original = record.original_value
    if original is None:
        original = amended.original_value(contract)
    change = amended.value_change(contract, terms, used)
    shown = amended.changes(contract, terms, facts.names, exponent)
    found = [
        *amended.problems(contract, terms, proposal.effective_from, used),
        *_enrolled_twice(proposal, facts),
        *_unknown_index(proposal, facts),
        *_stakes(proposal),
        *_words(proposal),
        *_limits(proposal.code, facts.limits, record, original, change),
    ]
    if not shown:
        found.append(Problem("", _l("Nothing differs from the contract as it stands.")))
    return Verdict(found, shown, original, change)


def reservation_problem(proposal: Proposal) -> Problem | None:
    """A lot reserved to units with a public-service mission lasts at most so many years, prolonged too."""
    award, ends = award_of_contract(proposal.contract.award_id), proposal.terms.valid_until
    rule = rules.reservations(proposal.contract.valid_from)
    if award is None or ends is None or rule is None or award.lot.reservation in ("", "none", "res-ws"):
        return None
    if lasts_at_most(proposal.contract.valid_from, ends, rule.most_years):
        return None
    message = _l("The lot was reserved: the contract lasts at most %(years)s years.", years=rule.most_years)
    return Problem("valid_until", message, ends.isoformat())


def _enrolled_twice(proposal: Proposal, facts: Facts) -> Iterator[Problem]:
    """A person who is placed with a provider for a service counts under one of its contracts."""
    new = proposal.terms.capitation
    taken = facts.capitated_elsewhere.get(proposal.contract.id, ())
    for service in sorted(set(new.services if new else ()) & set(taken)):
        message = _l("Capitation of another contract of this provider pays for %(service)s.", service=service)
        yield Problem("basket", message, service)


def _unknown_index(proposal: Proposal, facts: Facts) -> Iterator[Problem]:
    clause = proposal.terms.indexation
    if clause is not None and clause.share and clause.index not in rules.indexes(facts.today).series:
        known = ", ".join(rules.indexes(facts.today).series) or "–"
        yield Problem("index", _l("The plan in force knows these indexes: %(names)s.", names=known), clause.index)


def _stakes(proposal: Proposal) -> list[Problem]:
    """What promises and a new score may take and give together stays within the law's limit."""
    new = proposal.terms.score
    follows = [row.follow_up for row in proposal.contract.indicators]
    return stake_problems(follows, new.terms) if new else []


def _words(proposal: Proposal) -> Iterator[Problem]:
    if not proposal.reason.strip():
        yield Problem("reason", _l("Say why. The provider and the auditor read it."))
    if not proposal.lowering_reason.strip() and (rows := amended.lowered(proposal.contract, proposal.terms)):
        names = ", ".join(row.name for row in rows)
        yield Problem("lowering_reason", _l("A promise is not lowered without a reason: %(names)s.", names=names))


def _limits(
    code: str, limits: Mapping[str, Limit], record: Record, original: int | None, change: int | None
) -> Iterator[Problem]:
    limit = limits.get(code)
    if limit is None:
        known = ", ".join(limits)
        yield Problem("code", _l("The plan in force knows these kinds of amendment: %(codes)s.", codes=known), code)
    elif not limit.is_free and (original is None or change is None):
        yield Problem("code", _l("What it costs cannot be told: agree a volume for each service, or a budget."), code)
    elif original is not None and change is not None:
        if limit.each is not None and is_above(change, original, limit.each):
            yield _too_much(code, limit.each, original, change, 0)
        before = record.summed[code]
        if limit.summed is not None and is_above(before + change, original, limit.summed):
            yield _too_much(code, limit.summed, original, change, before)


def _too_much(code: str, per_cent: int, original: int, change: int, before: int) -> Problem:
    exponent = fund().currency.exponent
    message = _l(
        "%(code)s allows %(share)s %% of the original value of %(original)s, which is %(most)s. "
        "Earlier amendments: %(before)s. This one: %(change)s.",
        code=code,
        share=per_cent,
        original=amended.major(original, exponent),
        most=amended.major(original * per_cent // 100, exponent),
        before=amended.major(before, exponent),
        change=amended.major(change, exponent),
    )
    return Problem("code", message, amended.major(change, exponent))
