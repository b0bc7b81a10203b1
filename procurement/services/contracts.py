"""Drawing, signing and ending contracts; noting what was measured and used. Rates are minor units per unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from core import audit, clock, events, issued
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db, put_rows
from core.errors import Conflict, DomainError, Forbidden, InputErrors, Problem
from core.numbers import next_number
from core.roles import Role
from core.words import _l
from procurement.contract_paper import contract_paper
from procurement.models.contract import (
    ORIGINS,
    Contract,
    ContractIndicator,
    ContractLine,
    ContractServiceUse,
    ContractUse,
)
from procurement.queries.tenders import award_of_contract as awarded_by
from procurement.services.complaining import refuse_suspended
from procurement.states.contract import CONTRACT

STREAM = "contracts"
PAPER = "contract"
FUND_SIGNERS = (Role.PROCUREMENT_OFFICER, Role.PROCUREMENT_CHAIR)


@dataclass(frozen=True, slots=True)
class TariffLine:
    """One service at one rate (None: no agreed price yet); without dates it is valid as long as the contract."""

    service: str
    rate: Decimal | None
    site_id: int | None = None
    volume: int | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A social promise or quality target; `direction`: up (more is better) or down."""

    code: str
    name: str
    unit: str
    committed: Decimal
    direction: str = "up"
    baseline: Decimal | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says; `budget` in minor units for the whole period, None: no cap."""

    organisation_id: int
    title: str
    origin: str
    service_line: str
    valid_from: dt.date
    valid_until: dt.date
    lines: Sequence[TariffLine]
    promises: Sequence[Promise] = ()
    budget: int | None = None
    origin_reference: str = ""
    award_id: int | None = None


def draw_contract(terms: Terms, *, by: Actor) -> Contract:
    """A contract in words and numbers, not yet signed; raises `InputErrors` that name the line."""
    check_terms(terms)
    now = clock.now()
    contract = Contract(
        number=next_number("C", clock.local_day(now, fund().zone).year), state=CONTRACT.initial, created_at=now,
        **contract_values(terms),
    )  # fmt: skip
    contract.lines = [ContractLine(**values) for values in line_values(terms)]
    contract.indicators = [ContractIndicator(**values) for values in indicator_values(terms)]
    db.session.add(contract)
    db.session.flush()
    after = {"origin": terms.origin, "lines": len(terms.lines), "budget": terms.budget}
    audit.record(STREAM, Act.CONTRACT_DRAWN, contract.number, by=by, after=after)
    return contract


def sign(contract: Contract, *, by: Actor) -> None:
    """Sign for the side that `by` stands on; with the second signature the contract is in force."""
    target = CONTRACT.after(contract.state, "sign")
    _refuse_before_standstill(contract)
    if by.has(Role.PROVIDER_MANAGER) and by.organisation_id == contract.organisation_id:
        _sign_for_provider(contract, by)
    elif by.has(*FUND_SIGNERS):
        _sign_for_fund(contract, by)
    else:
        raise Forbidden(_l("A manager of the provider signs, and a procurement officer of the fund."))
    if contract.signed_by_provider and contract.signed_by_fund:
        contract.state, contract.signed_at = target, clock.now()
        _publish("contract.signed", contract, contract.valid_from)
    db.session.flush()
    audit.record(STREAM, Act.CONTRACT_SIGNED, contract.number, by=by, after={"state": contract.state})
    if contract.state == "active":
        _issue(contract, by)


def end(contract: Contract, *, on: dt.date, reason: str, by: Actor) -> None:
    """`on` is the last day; earlier days keep their price, lines that had not begun fall away."""
    target = CONTRACT.after(contract.state, "end")
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why the contract ends. The provider reads it."))
    if not contract.valid_from <= on <= contract.valid_until:
        days = {"from_day": contract.valid_from.isoformat(), "until_day": contract.valid_until.isoformat()}
        message = _l("The last day lies between %(from_day)s and %(until_day)s.", **days)
        raise InputErrors.at("ends_on", message, on.isoformat())
    before = {"valid_until": contract.valid_until.isoformat(), "state": contract.state}
    contract.state, contract.valid_until = target, on
    _close_lines(contract, on)
    db.session.flush()
    after = {"valid_until": on.isoformat(), "state": target}
    audit.record(STREAM, Act.CONTRACT_ENDED, contract.number, by=by, reason=reason, before=before, after=after)
    _publish("contract.ended", contract, on + dt.timedelta(days=1))
    if issued.code_of(PAPER, contract.number):
        _issue(contract, by)


def agree_rate(
    contract: Contract, service: str, rate: Decimal, *, reason: str, by: Actor, site_id: int | None = None
) -> ContractLine:
    """The price that a line of a running contract still lacked, for all its days; minor units per unit.

    A line that has a rate keeps it: a new price is a new dated row of another contract.
    """
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer agrees on prices."))
    if contract.state != "active":
        raise Conflict(_l("A price is agreed while the contract is in force."))
    if rate < 0:
        raise InputErrors.at("rate", _l("A rate is not negative."), str(rate))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say how this price was agreed. The provider reads it."))
    open_lines = [
        row for row in contract.lines if (row.service, row.site_id) == (service, site_id) and row.rate is None
    ]
    if not open_lines:
        raise InputErrors.at("service", _l("This contract has no line without a price for this service."), service)
    line = min(open_lines, key=lambda row: row.valid_from)
    line.rate = rate
    db.session.flush()
    after = {"service": service, "site": site_id, "rate": rate, "from": line.valid_from}
    audit.record(STREAM, Act.RATE_AGREED, contract.number, by=by, reason=reason.strip(), after=after)
    _publish("contract.rate_agreed", contract, line.valid_from)
    return line


def record_indicator(indicator: ContractIndicator, *, value: Decimal | None, on: dt.date, run: str, by: Actor) -> None:
    """Note the latest observation of a promise; None says that there was no source."""
    before = {"measured": indicator.measured}
    indicator.measured = {"value": None if value is None else str(value), "on": on.isoformat(), "run": run}
    db.session.flush()
    subject = f"{indicator.contract.number} {indicator.code}"
    audit.record(STREAM, Act.INDICATORS_COMPUTED, subject, by=by, before=before, after={"measured": indicator.measured})


_USED_BEFORE = (
    "ON CONFLICT (contract_id) DO UPDATE SET benefit = contract_use.benefit + excluded.benefit, "
    "lines = contract_use.lines + excluded.lines"
)
_UNITS_BEFORE = (
    "ON CONFLICT (contract_id, service, site_id) "
    "DO UPDATE SET quantity_milli = contract_service_use.quantity_milli + excluded.quantity_milli"
)


def record_use(changes: Mapping[int, tuple[int, int]]) -> None:
    """Add (benefit in minor units, lines) per contract id; negative amounts give back. In id order: no deadlock."""
    rows = [(key, *changes[key]) for key in sorted(changes)]
    put_rows(ContractUse.__table__, ("contract_id", "benefit", "lines"), rows, _USED_BEFORE)


def record_service_use(changes: Mapping[tuple[int, str, int], int]) -> None:
    """Add thousandths of a unit per (contract, service, site or 0); negative ones give back. In order: no deadlock."""
    rows = [(*place, changes[place]) for place in sorted(changes)]
    names = ("contract_id", "service", "site_id", "quantity_milli")
    put_rows(ContractServiceUse.__table__, names, rows, _UNITS_BEFORE)


def check_terms(terms: Terms, where: str = "") -> None:
    """All defects of one contract at once; `where` names it in a bulk."""
    problems = [*_defects(terms), *_line_defects(terms)]
    if problems:
        raise InputErrors(Problem(f"{where}{problem.where}", problem.message, problem.found) for problem in problems)


def contract_values(terms: Terms) -> dict[str, object]:
    names = ["organisation_id", "title", "origin", "origin_reference", "award_id", "service_line"]
    names += ["valid_from", "valid_until", "budget"]
    return {name: getattr(terms, name) for name in names}


def line_values(terms: Terms) -> list[dict[str, object]]:
    return [
        {
            "service": line.service,
            "site_id": line.site_id,
            "rate": line.rate,
            "volume": line.volume,
            "valid_from": line.valid_from or terms.valid_from,
            "valid_until": line.valid_until or terms.valid_until,
        }
        for line in terms.lines
    ]


def indicator_values(terms: Terms) -> list[dict[str, object]]:
    names = ("code", "name", "unit", "baseline", "committed", "direction", "evidence")
    return [{name: getattr(promise, name) for name in names} for promise in terms.promises]


def _defects(terms: Terms) -> Iterable[Problem]:
    if terms.origin not in ORIGINS:
        yield Problem("origin", _l("A contract comes from: %(origins)s.", origins=", ".join(ORIGINS)), terms.origin)
    if terms.valid_until < terms.valid_from:
        yield Problem("valid_until", _l("The last day lies before the first."), terms.valid_until.isoformat())
    if terms.budget is not None and terms.budget < 0:
        yield Problem("budget", _l("A budget is not negative."), str(terms.budget))
    if not terms.lines:
        yield Problem("lines", _l("A contract needs at least one service with its rate."))
    for number, promise in enumerate(terms.promises):
        if promise.direction not in ("up", "down"):
            yield Problem(f"promises.{number}", _l("Better is up or down."), promise.direction)


def _line_defects(terms: Terms) -> Iterable[Problem]:
    """Rates, dates inside the contract, and no day on which a service has two rates."""
    seen: dict[tuple[str, int | None], list[tuple[dt.date, dt.date]]] = {}
    for number, line in enumerate(terms.lines):
        where = f"lines.{number}"
        begins, ends = line.valid_from or terms.valid_from, line.valid_until or terms.valid_until
        if line.rate is not None and line.rate < 0:
            yield Problem(where, _l("A rate is not negative."), str(line.rate))
        if ends < begins or begins < terms.valid_from or ends > terms.valid_until:
            yield Problem(where, _l("The days of %(service)s lie outside the contract.", service=line.service))
        spans = seen.setdefault((line.service, line.site_id), [])
        if any(begins <= other_end and other_begin <= ends for other_begin, other_end in spans):
            yield Problem(where, _l("%(service)s has two rates on the same day.", service=line.service), line.service)
        spans.append((begins, ends))


def _issue(contract: Contract, by: Actor) -> None:
    """The paper that stands from now on: signed, or with its new last day."""
    db.session.expire(contract, ["lines"])
    amount = "" if contract.budget is None else issued.printed(contract.budget)
    issued.issue(PAPER, contract.number, partial(contract_paper, contract), by=by, amount=amount)


def _refuse_before_standstill(contract: Contract) -> None:
    """A contract of an award is not signed before its standstill is over, nor with a complaint open."""
    award = awarded_by(contract.award_id)
    if award is None:
        return
    if award.standstill_until is None or clock.today(fund().zone) <= award.standstill_until:
        raise DomainError(_l("The standstill is not over."), code="standstill")
    refuse_suspended(award.lot.tender, award.lot)


def _sign_for_provider(contract: Contract, by: Actor) -> None:
    if contract.signed_by_provider:
        raise Conflict(_l("Your side has signed this contract already."))
    _must_differ(contract.signed_by_fund, by)
    contract.signed_by_provider = by.person


def _sign_for_fund(contract: Contract, by: Actor) -> None:
    if contract.signed_by_fund:
        raise Conflict(_l("The fund has signed this contract already."))
    _must_differ(contract.signed_by_provider, by)
    contract.signed_by_fund = by.person


def _must_differ(other: str | None, by: Actor) -> None:
    if other:
        by.must_differ_from([other], _l("You signed for the other side, so someone else must sign here."))


def _close_lines(contract: Contract, on: dt.date) -> None:
    for line in list(contract.lines):
        if line.valid_from > on:
            db.session.delete(line)
        elif line.valid_until > on:
            line.valid_until = on


def _publish(kind: str, contract: Contract, effective_from: dt.date) -> None:
    data = {"organisation_id": contract.organisation_id, "contract_id": contract.id}
    events.publish(kind, contract.number, effective_from=effective_from, data=data)
