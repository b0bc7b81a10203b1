"""The plan for the year: proposed from a frozen frame, approved by a second auditor, changed later with a reason."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.errors import DomainError, InputErrors
from core.numbers import next_number
from core.words import _l
from quality.desk import drawing, plan, risk
from quality.desk.drawing import Budget, Candidate, Drawn
from quality.desk.models import AuditPlan, AuditPlanChange, PlannedAudit
from quality.desk.plan import YearTerms
from quality.desk.queries import years
from quality.desk.states import AUDIT_PLAN
from quality.names import STREAM


def propose(year: int, announced: str, auditors: Sequence[tuple[str, int]], *, by: Actor) -> AuditPlan:
    """Freeze the risk list of today, draw the year from it, and keep both; a second auditor approves."""
    if not announced.strip():
        raise InputErrors.at("announced", _l("Write the public words that were fixed before: they make the draw."))
    if not sum(days for _name, days in auditors):
        raise InputErrors.at("days", _l("Give at least one auditor some days."))
    if years.living_plan(year) is not None:
        raise InputErrors.at("year", _l("This year has a plan already. Withdraw it first, or change it."), str(year))
    today = clock.today(fund().zone)
    terms, found = plan.in_force(today).year, risk.rows(today)
    frame = drawing.freeze(_candidate(row, terms) for row in found)
    row = AuditPlan(
        number=next_number("AP", year),
        year=year,
        terms=_plain(terms),
        auditors=[list(pair) for pair in auditors],
        frame=frame,
        frame_hash=drawing.digest(frame),
        announced=announced.strip(),
        proposed_by=by.person,
        proposed_by_name=by.name,
        proposed_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    ids = {one.provider.number: one.provider.organisation_id for one in found}
    bulk_insert(PlannedAudit.__table__, [_planned(row.id, ids, one) for one in drawn_again(row)])
    after = {"year": year, "frame": row.frame_hash, "announced": row.announced, "auditors": row.auditors}
    audit.record(STREAM, Act.AUDIT_PLAN_PROPOSED, row.number, by=by, after=after)
    return row


def approve(row: AuditPlan, *, by: Actor) -> None:
    """Freeze the plan; what is changed later stands beside it with its reason."""
    by.must_differ_from([row.proposed_by], _l("You proposed this plan, so another auditor must approve it."))
    state = AUDIT_PLAN.after(row.state, "approve")
    row.digest, row.approved_by, row.approved_by_name = digest_of(row), by.person, by.name
    row.approved_at, row.state = clock.now(), state
    db.session.flush()
    audit.record(STREAM, Act.AUDIT_PLAN_APPROVED, row.number, by=by, after={"digest": row.digest})


def withdraw(row: AuditPlan, reason: str, *, by: Actor) -> None:
    """A proposal that is not approved makes room for another one."""
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why the plan is withdrawn."))
    row.state = AUDIT_PLAN.after(row.state, "withdraw")
    db.session.flush()
    audit.record(STREAM, Act.AUDIT_PLAN_WITHDRAWN, row.number, by=by, reason=reason.strip())


def change(row: AuditPlan, kind: str, provider: str, reason: str, *, by: Actor) -> AuditPlanChange:
    """Add a visit to an approved plan, or drop one; the plan as drawn stays."""
    if row.state != "approved":
        raise DomainError(_l("Only an approved plan is changed. Withdraw a proposal and propose another one."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why. The reason is printed with the plan."))
    is_planned = {one.provider: one.basis != "" for one in row.visits} | {
        one.provider: one.kind == "add" for one in row.changes
    }
    if provider not in is_planned:
        raise InputErrors.at("provider", _l("No provider of this plan has this number."), provider)
    if is_planned[provider] == (kind == "add"):
        raise InputErrors.at("provider", _l("That is how the plan stands already."), provider)
    made = AuditPlanChange(
        plan_id=row.id,
        kind=kind,
        provider=provider,
        reason=reason.strip(),
        changed_by=by.person,
        changed_by_name=by.name,
        changed_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        STREAM,
        Act.AUDIT_PLAN_CHANGED,
        row.number,
        by=by,
        reason=made.reason,
        after={"kind": kind, "provider": provider},
    )
    return made


def drawn_again(row: AuditPlan) -> list[Drawn]:
    """The draw from what was kept: the same list, whoever repeats it."""
    shares = {name: Fraction(row.terms[name]) for name in ("risk_share", "random_share")}
    auditors = tuple((name, days) for name, days in row.auditors)
    budget = Budget(auditors, **shares, rotation_years=row.terms["rotation_years"])
    return drawing.draw(row.frame, row.announced, row.year, budget)


def is_repeated(row: AuditPlan) -> bool:
    """Whether the kept visits follow from the kept frame and words."""
    kept = {one.provider: (one.basis, one.auditor, one.days) for one in row.visits}
    return kept == {one.number: (one.basis.value, one.auditor, one.days) for one in drawn_again(row)}


def digest_of(row: AuditPlan) -> str:
    """SHA-256 over frame, words, auditors and every visit."""
    visits = [f"{one.provider} {one.basis} {one.auditor} {one.days}" for one in row.visits]
    return drawing.digest("\n".join([row.frame_hash, row.announced, repr(row.auditors), *visits]))


def _candidate(row: risk.Row, terms: YearTerms) -> Candidate:
    last_on = row.past.last_on if row.past else None
    seen_on = last_on or row.provider.since
    days = terms.days(row.size.members)
    return Candidate(row.provider.number, row.needs_visit, row.strong, row.size.benefit, days, seen_on, row.why)


def _planned(plan_id: int, ids: dict[str, int], one: Drawn) -> dict[str, Any]:
    return {
        "plan_id": plan_id,
        "provider": one.number,
        "organisation_id": ids[one.number],
        "basis": one.basis.value,
        "auditor": one.auditor,
        "days": one.days,
        "figures": one.figures,
    }


def _plain(terms: YearTerms) -> dict[str, Any]:
    values = dataclasses.asdict(terms)
    return {name: str(value) if isinstance(value, Fraction) else value for name, value in values.items()}


def next_year(today: dt.date) -> int:
    """The year to plan: this one until summer, then the next."""
    return today.year + (today.month > 6)
