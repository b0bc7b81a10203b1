"""A purchase before its draft: noted, talked over with the market, approved by a second person, then drafted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import InputErrors, Problem
from core.numbers import next_number
from core.words import _l
from procurement.models.planning import Consultation, PurchasePlan
from procurement.models.tender import Tender
from procurement.services.tenders import draft_tender, reason_given
from procurement.states.planning import PURCHASE
from procurement.terms import TenderTerms


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """`budget` in minor units for the whole term."""

    title: str
    service_line: str
    need: str
    budget: int
    wanted_on: dt.date
    lot_strategy: str = ""
    conflicts: str = ""


@dataclass(frozen=True, slots=True)
class ConsultationTerms:
    """`participants` are organisations."""

    held_on: dt.date
    participants: str
    asked: str
    said: str


def note_need(terms: PlanTerms, *, by: Actor) -> PurchasePlan:
    """The first record of a purchase."""
    _refuse_incomplete(terms)
    now = clock.now()
    row = PurchasePlan(
        number=next_number("N", clock.local_day(now, fund().zone).year),
        state=PURCHASE.initial,
        author=by.person,
        author_name=by.name,
        created_at=now,
        **{name: getattr(terms, name) for name in terms.__slots__},
    )
    db.session.add(row)
    db.session.flush()
    audit.record(stream(row), Act.PURCHASE_PLANNED, row.number, by=by, after={"budget": row.budget})
    return row


def change_plan(plan: PurchasePlan, terms: PlanTerms, *, by: Actor) -> None:
    """Write it anew while it is not approved."""
    PURCHASE.after(plan.state, "approve")
    _refuse_incomplete(terms)
    before = {"budget": plan.budget}
    for name in terms.__slots__:
        setattr(plan, name, getattr(terms, name))
    db.session.flush()
    audit.record(stream(plan), Act.PURCHASE_PLANNED, plan.number, by=by, before=before, after={"budget": plan.budget})


def record_consultation(plan: PurchasePlan, terms: ConsultationTerms, *, by: Actor) -> Consultation:
    """What was asked and said, for everybody to read with the tender: nobody knows more than another."""
    state = plan.state if plan.state == "consulting" else PURCHASE.after(plan.state, "consult")
    missing = [name for name in ("participants", "asked", "said") if not getattr(terms, name).strip()]
    if missing:
        raise InputErrors([Problem(name, _l("This is still missing.")) for name in missing])
    values = {name: getattr(terms, name) for name in terms.__slots__}
    row = Consultation(recorded_by=by.name, recorded_at=clock.now(), **values)
    plan.state = state
    plan.consultations.append(row)
    db.session.flush()
    after = {"held_on": terms.held_on.isoformat()}
    audit.record(stream(plan), Act.MARKET_CONSULTED, plan.number, by=by, after=after)
    return row


def approve_plan(plan: PurchasePlan, *, by: Actor) -> None:
    """Second person; the division into lots and the declared interests stand in it."""
    state = PURCHASE.after(plan.state, "approve")
    by.must_differ_from([plan.author], _l("You noted this need, so someone else must approve the plan."))
    empty = [name for name in ("lot_strategy", "conflicts") if not getattr(plan, name).strip()]
    if empty:
        raise InputErrors([Problem(name, _APPROVAL[name]) for name in empty])
    plan.state, plan.approver, plan.approver_name = state, by.person, by.name
    db.session.flush()
    audit.record(stream(plan), Act.PURCHASE_APPROVED, plan.number, by=by)


def drop_plan(plan: PurchasePlan, *, reason: str, by: Actor) -> None:
    plan.ended_reason = reason_given(reason)
    plan.state = PURCHASE.after(plan.state, "drop")
    db.session.flush()
    audit.record(stream(plan), Act.PURCHASE_DROPPED, plan.number, by=by, reason=reason)


def draft_from(plan: PurchasePlan, terms: TenderTerms, *, by: Actor) -> Tender:
    """The tender of an approved plan; each plan has one."""
    state = PURCHASE.after(plan.state, "draft")
    tender = draft_tender(terms, by=by)
    plan.state, plan.tender_id = state, tender.id
    db.session.flush()
    audit.record(stream(plan), Act.PURCHASE_DRAFTED, plan.number, by=by, after={"tender": tender.number})
    return tender


def stream(plan: PurchasePlan) -> str:
    return f"purchase:{plan.number}"


_APPROVAL = {
    "lot_strategy": _l("Say how it is divided into lots and why."),
    "conflicts": _l("Say which interests were declared, or that none was."),
}


def _refuse_incomplete(terms: PlanTerms) -> None:
    problems = []
    if not terms.title.strip():
        problems.append(Problem("title", _l("Give it a title.")))
    if not terms.need.strip():
        problems.append(Problem("need", _l("Say what is needed, where, and how you know.")))
    if terms.budget <= 0:
        problems.append(Problem("budget", _l("A budget is above zero."), str(terms.budget)))
    if problems:
        raise InputErrors(problems)
