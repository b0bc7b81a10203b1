"""Statements of capitation: counted, posted once, corrected by the difference; taking back needs a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from care.capitation import queries
from care.capitation.counting import Counted, Month, counted
from care.capitation.models import CapitationLine, CapitationStatement
from care.capitation.states import STATEMENT
from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from core.roles import Role
from core.words import _l
from payments.services import STREAM, NewPayable, post_payables
from procurement.funding import Counting
from procurement.models.contract import Contract
from procurement.services import rules
from procurement.services.contracts import record_use


def compute(contract_id: int, month: dt.date, *, by: Actor, cause: str = "") -> CapitationStatement | None:
    """Count a month, and post what differs from what was posted; None: nothing does.

    What a provider would give back above the plan's sum waits for a person (DECISIONS 29).
    """
    contract = queries.locked_contract(contract_id)
    counting, span = _counting(month), Month(month)
    found = counted(span, queries.bands(contract, span), queries.people(contract, span), counting.reference_day)
    before = queries.statements_of_month(contract.id, month)
    posted = _posted(before)
    newest = next((row for row in before if row.state != "overtaken"), None)
    if newest is not None and _says(found) == _said(newest):
        return newest if newest.state == "waiting" else None
    if newest is not None and newest.state == "waiting":
        newest.state = STATEMENT.after(newest.state, "overtake")
        db.session.flush()
    if posted is not None and _says(found) == _said(posted):
        return None
    row = _written(contract, month, found, counting, before, cause)
    if row.difference >= -counting.alone_up_to or posted is None:
        _post(row, counting, by)
    else:
        after = {"month": f"{month:%Y-%m}", "version": row.version, "difference": row.difference}
        audit.record(STREAM, Act.CAPITATION_HELD, contract.number, by=by, reason=cause, after=after)
    return row


def release(row: CapitationStatement, *, by: Actor) -> None:
    """A person lets the fund take the difference back; what was counted must still be so."""
    _refuse_others(by)
    STATEMENT.after(row.state, "post")
    newest = compute(row.contract_id, row.month, by=by)
    if newest is not row:
        raise Conflict(_l("The count has changed since. Look at the newest statement."))
    row.decided_by, row.decided_at = by.person, clock.now()
    _post(row, _counting(row.month), by)


def refuse(row: CapitationStatement, *, reason: str, by: Actor) -> None:
    """What was paid stays; the same count does not come again by itself."""
    _refuse_others(by)
    state = STATEMENT.after(row.state, "refuse")
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why it stays as it was paid."))
    row.state, row.reason, row.decided_by, row.decided_at = state, reason.strip(), by.person, clock.now()
    db.session.flush()
    after = {"month": f"{row.month:%Y-%m}", "version": row.version, "state": state}
    audit.record(STREAM, Act.CAPITATION_DECIDED, row.contract.number, by=by, reason=row.reason, after=after)


def _refuse_others(by: Actor) -> None:
    if not by.has(Role.FINANCE_OFFICER):
        raise Forbidden(_l("A finance officer decides whether money is taken back."))


def _counting(month: dt.date) -> Counting:
    """The rule of the month that is counted, whenever that is."""
    found = rules.funding(Month(month).last).counting
    if found is None:
        raise DomainError(_l("The plan in force says nothing about capitation."))
    return found


def _posted(rows: Sequence[CapitationStatement]) -> CapitationStatement | None:
    return next((row for row in rows if row.state == "posted"), None)


def _says(found: Counted) -> tuple[Any, ...]:
    lines = [(line.band, [list(pair) for pair in line.people], line.amount) for line in found.lines]
    return lines, list(found.unrated)


def _said(row: CapitationStatement | None) -> tuple[Any, ...] | None:
    return ([(line.band, line.people, line.amount) for line in row.lines], row.unrated) if row else None


def _written(
    contract: Contract, month: dt.date, found: Counted, counting: Counting, before: Sequence[CapitationStatement],
    cause: str,
) -> CapitationStatement:  # fmt: skip
    posted = _posted(before)
    row = CapitationStatement(
        contract=contract, month=month, version=len(before) + 1, rule=counting.words, basis=counting.basis,
        amount=found.amount, difference=found.amount - (posted.amount if posted else 0),
        unrated=list(found.unrated), cause=cause[:120], computed_at=clock.now(), state=STATEMENT.initial,
    )  # fmt: skip
    row.lines = [
        CapitationLine(
            place=place, age_from=line.band.age_from, age_until=line.band.age_until, sex=line.band.sex,
            rate=line.band.rate, persons=len(line.people), person_days=line.person_days, amount=line.amount,
            people=[list(pair) for pair in line.people],
        )
        for place, line in enumerate(found.lines, 1)
    ]  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _post(row: CapitationStatement, counting: Counting, by: Actor) -> None:
    row.state = STATEMENT.after(row.state, "post")
    db.session.flush()
    if row.difference:
        post_payables([_payable(row, counting)], by=by)
        record_use({row.contract_id: (row.difference, 0)})
    after = {"month": f"{row.month:%Y-%m}", "version": row.version, "amount": row.amount, "difference": row.difference}
    audit.record(STREAM, Act.CAPITATION_POSTED, row.contract.number, by=by, reason=row.cause, after=after)


def _payable(row: CapitationStatement, counting: Counting) -> NewPayable:
    """Finance reads the month and the number of people: nobody's name, no service."""
    on, amount = clock.local_day(clock.now(), fund().zone), row.difference
    line = {"line_no": 1, "service": "", "service_on": row.month.isoformat(), "reason": "", "member": 0, "write_off": 0}
    return NewPayable(
        business_key=f"capitation:{row.contract_id}:{row.month:%Y-%m}:v{row.version}",
        kind="capitation" if amount > 0 else "recovery",
        organisation_id=row.contract.organisation_id,
        subject=f"{row.contract.number} {row.month:%Y-%m}",
        amount=amount,
        due_on=on + dt.timedelta(days=counting.pays_after_days),
        occurred_on=on,
        service_line=row.contract.service_line,
        summary={"what": "capitation", "persons": row.persons, "lines": [line | {"asked": amount, "benefit": amount}]},
        contract_id=row.contract_id,
    )
