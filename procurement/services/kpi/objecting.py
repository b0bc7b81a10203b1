"""The provider objects within its days; an officer who did not verify upholds or rejects, with reasons."""

from __future__ import annotations

from decimal import Decimal

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Forbidden, InputErrors
from core.words import _l
from procurement.models.kpi import KpiPeriod
from procurement.queries import kpi as queries
from procurement.services.contracts.signing import FUND_SIGNERS
from procurement.services.contracts.telling import STREAM
from procurement.services.kpi.measuring import observe
from procurement.services.kpi.reporting import Attached, checked_file, refuse_stranger, value_problems
from procurement.services.kpi.settling import judged, objection_key, post_difference
from procurement.services.kpi.telling import tell_answer
from procurement.states.kpi import KPI_PERIOD


def object_to(row: KpiPeriod, text: str, attached: Attached, *, by: Actor) -> None:
    """Until the last day; a file is welcome and not asked for."""
    row = queries.locked(row)
    refuse_stranger(row, by)
    target = KPI_PERIOD.after(row.state, "object")
    if row.object_until is None or clock.today(fund().zone) > row.object_until:
        day = row.object_until.isoformat() if row.object_until else ""
        raise InputErrors.at("objection", _l("You could object until %(day)s. It is final now.", day=day))
    if not text.strip():
        raise InputErrors.at("objection", _l("Say what is wrong with the result."))
    if attached.filename:
        row.objection_file = checked_file(row, attached, "objection_file", by)
    row.state, row.objection = target, text.strip()
    row.objected_by, row.objected_at = by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.KPI_OBJECTED, row.number, by=by, after=row.named)


def uphold(row: KpiPeriod, value: Decimal | None, reason: str, *, by: Actor) -> None:
    """`value`: what counts instead; None: the deduction falls away whole. The difference is a journal of its own."""
    row = _judged_by_another(row, "uphold", reason, by)
    if value is not None and (problems := value_problems(row, value, "corrected_value")):
        raise InputErrors(problems)
    found = None if value is None else judged(row, value)
    amount = 0 if found is None else found.amount(row.base or 0)
    if amount < (row.amount or 0):
        raise InputErrors.at("corrected_value", _l("Nobody is worse off for an objection."), f"{value}")
    row.corrected_value, row.corrected_amount = value, amount
    row.is_missed = found.is_missed if found else False
    _close(row, "uphold", reason, by)
    if value is not None:
        observe(row.indicator, value, on=row.valid_until, run="objection")
    if row.counts != row.amount:
        post_difference(row, clock.today(fund().zone), by=by)
    tell_answer(row)


def reject(row: KpiPeriod, reason: str, *, by: Actor) -> None:
    row = _judged_by_another(row, "reject", reason, by)
    _close(row, "reject", reason, by)
    tell_answer(row)


def _judged_by_another(row: KpiPeriod, action: str, reason: str, by: Actor) -> KpiPeriod:
    row = queries.locked(row)
    KPI_PERIOD.after(row.state, action)
    if not by.has(*FUND_SIGNERS):
        raise Forbidden(_l("A procurement officer answers an objection."))
    people = [person for person in (row.verified_by, row.objected_by, row.reported_by) if person]
    by.must_differ_from(people, _l("You had a part in it, so someone else must answer."))
    if not reason.strip():
        raise InputErrors.at("answer", _l("Say why. The provider reads it."))
    return row


def _close(row: KpiPeriod, action: str, reason: str, by: Actor) -> None:
    row.state, row.answer = KPI_PERIOD.after(row.state, action), reason.strip()
    row.answered_by, row.answered_at = by.person, clock.now()
    db.session.flush()
    journal = objection_key(row) if row.counts != row.amount else None
    after = row.named | {"state": row.state, "amount": row.counts, "journal": journal}
    audit.record(STREAM, Act.KPI_ANSWERED, row.number, by=by, reason=reason, after=after)
