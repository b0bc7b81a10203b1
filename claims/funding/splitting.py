"""A closed month of one provider: its payables summed by contract and rule, shared out, and posted as journals."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from care.capitation.counting import Month
from claims.funding import queries
from claims.funding.models import FundingLine, FundingPart, FundingShare
from claims.funding.portions import Portion, portions
from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.money import split
from payments import ledger
from payments.services import STREAM
from procurement.funding import Funder, Funding, Rule
from procurement.services import rules

TOGETHER = 1000  # payables read at a time
KIND = "funding"


class Place(NamedTuple):
    """What is shared out as one sum."""

    contract_id: int
    service_line: str
    rule: Rule


def shared(amount: int, weights: Sequence[Decimal]) -> list[int]:
    """Parts by largest remainder that add up to `amount`; what is taken back is shared as it was given."""
    parts = split(abs(amount), weights)
    return parts if amount >= 0 else [-part for part in parts]


def split_month(organisation_id: int, month: dt.date, *, by: Actor) -> int:
    """How many parts are new. What stands in a part already is left alone, so that doing it again finds nothing."""
    organisation = queries.locked_organisation(organisation_id)
    contracts = queries.contracts_of(organisation_id)
    plan_on = cache(rules.funding)
    found: dict[Place, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for one in _portions(organisation_id, month, contracts):
        number = contracts[one.contract_id][0]
        rule = plan_on(one.on).rule_of(number, one.service_line, organisation.district, one.on)
        if rule is not None:
            found[Place(one.contract_id, one.service_line, rule)][one.payable_id] += one.amount
    if found:
        _write(found, contracts, plan_on(Month(month).last), month, by)
    return len(found)


def _portions(organisation_id: int, month: dt.date, contracts: Mapping[int, tuple[str, str]]) -> Iterator[Portion]:
    span, after = (month, Month(month).last), 0
    while rows := queries.unsplit(organisation_id, span, after, TOGETHER):
        yield from portions(organisation_id, rows, contracts)
        after = rows[-1].id


def _write(
    found: Mapping[Place, Mapping[int, int]], contracts: Mapping[int, tuple[str, str]], plan: Funding, month: dt.date,
    by: Actor,
) -> None:  # fmt: skip
    places = sorted(
        found, key=lambda place: (place.contract_id, place.service_line, place.rule.name, place.rule.valid_from)
    )
    last = queries.last_places({place.contract_id for place in places}, month)
    parts, entries = [], []
    for place in places:
        number = last[place.contract_id] = last.get(place.contract_id, 0) + 1
        part = _part(place, found[place], plan, month, number)
        parts.append(part)
        if part.amount:
            entries.append(_entry(part))
    posted = ledger.post(entries, by=by)
    for part in parts:
        part.journal_id = posted[_key(part)][0] if part.amount else None
    db.session.add_all(parts)
    db.session.flush()
    lines = [
        {"payable_id": payable_id, "part_id": part.id, "amount": amount}
        for part, place in zip(parts, places, strict=True)
        for payable_id, amount in found[place].items()
    ]
    bulk_insert(FundingLine.__table__, lines)
    _tell(parts, entries, posted, contracts, month, by)


def _part(place: Place, payables: Mapping[int, int], plan: Funding, month: dt.date, number: int) -> FundingPart:
    rule, amount = place.rule, sum(payables.values())
    part = FundingPart(
        contract_id=place.contract_id, month=month, place=number, service_line=place.service_line, rule=rule.name,
        rule_from=rule.valid_from, basis=rule.basis[:200], amount=amount, payables=len(payables), split_at=clock.now(),
    )  # fmt: skip
    parts = shared(amount, [share for _code, share in rule.shares])
    part.shares = [
        FundingShare(place=at, funder=code, kind=_funder(plan, code).kind, share=share, amount=borne)
        for at, ((code, share), borne) in enumerate(zip(rule.shares, parts, strict=True), 1)
    ]
    return part


def _funder(plan: Funding, code: str) -> Funder:
    """A funder that later plans no longer name keeps its code."""
    return plan.funders.get(code) or Funder(code, code, "donor")


def _key(part: FundingPart) -> str:
    return f"{KIND}:{part.contract_id}:{part.month:%Y-%m}:{part.place}"


def _entry(part: FundingPart) -> ledger.Entry:
    """Debit what each funder bears (owed by the others, borne by the fund), credit what is shared out."""
    borne = {f"{'borne' if one.kind == 'fund' else 'due'}:{one.funder}": one.amount for one in part.shares}
    amounts = {code: amount for code, amount in borne.items() if amount}
    return ledger.Entry(
        _key(part), KIND, Month(part.month).last, amounts | {f"shared:{part.service_line}": -part.amount}
    )


def _tell(
    parts: Iterable[FundingPart], entries: Sequence[ledger.Entry], posted: ledger.Posted,
    contracts: Mapping[int, tuple[str, str]], month: dt.date, by: Actor,
) -> None:  # fmt: skip
    numbers = sorted({contracts[part.contract_id][0] for part in parts})
    after = {"month": f"{month:%Y-%m}", "contracts": numbers, "total": sum(part.amount for part in parts)}
    audit.record(
        STREAM, Act.FUNDING_SPLIT, f"{numbers[0]} {month:%Y-%m}", by=by, after=after | ledger.voucher(entries, posted)
    )
