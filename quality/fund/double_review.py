"""Blind double review: a part of the month's decisions by reviewers is made again by another reviewer.

Drawn by the hash of the decision itself, so nobody chooses. Restricted claims are not drawn: they have few readers.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from math import ceil
from typing import Any

from core import audit, clock
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db, unit_of_work
from core.errors import Forbidden, InputErrors, Problem
from core.roles import Role
from core.words import _l
from procurement.services import rules
from quality.audit_cases.plan import rules_on
from quality.fund import queries
from quality.fund.models import DoubleReview
from quality.fund.services import has_rules
from quality.fund.states import DOUBLE_REVIEW, OUTCOMES
from quality.names import STREAM


def draw_when_due() -> None:
    """The job: last month's decisions, once."""
    with unit_of_work():
        today = clock.today(fund().zone)
        month = (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        if has_rules(today) and not queries.is_drawn(month):
            draw(month, by=SYSTEM)


def draw(month: dt.date, *, by: Actor) -> int:
    """How many were drawn: the plan's part of the month, rounded up."""
    zone, today = fund().zone, clock.today(fund().zone)
    following = (month + dt.timedelta(days=31)).replace(day=1)
    since, until = (dt.datetime.combine(day, dt.time.min, zone).astimezone(dt.UTC) for day in (month, following))
    found = sorted(queries.reviewed_decisions(since, until), key=_hash)
    asked = rules_on(today).double_review
    taken = found[: ceil(len(found) * asked.per_cent / 100)]
    due_at = rules.after_working_days(asked.days, today)
    db.session.add_all(
        DoubleReview(
            partition=one.partition, claim_id=one.claim_id, version=one.version, claim_number=one.number, month=month,
            state=DOUBLE_REVIEW.initial, first=_outcome(one), first_by=one.decided_by, drawn_at=clock.now(),
            due_at=due_at,
        )
        for one in taken
    )  # fmt: skip
    db.session.flush()
    if taken:
        after = {"drawn": len(taken), "of": len(found)}
        audit.record(STREAM, Act.DOUBLE_REVIEW_DRAWN, f"{month:%Y-%m}", by=by, after=after)
    return len(taken)


def review(row: DoubleReview, outcome: str, reason: str, *, by: Actor) -> None:
    """The second decision, by another reviewer; where both agree, nothing is left to do."""
    if not by.has(Role.CLAIMS_REVIEWER):
        raise Forbidden(_l("A claims reviewer does this."))
    row = queries.locked_review(row.id)
    by.must_differ_from([row.first_by], _l("You decided this claim, so another reviewer must look."))
    target = DOUBLE_REVIEW.after(row.state, "agree" if outcome == row.first else "differ")
    found = [Problem("outcome", _l("Choose what you would decide."), outcome)] if outcome not in OUTCOMES else []
    if not reason.strip():
        found.append(Problem("reason", _l("Write why: if the first reviewer differs, an auditor reads both.")))
    if found:
        raise InputErrors(found)
    row.state, row.second, row.second_reason = target, outcome, reason.strip()
    row.second_by, row.second_at = by.person, clock.now()
    row.is_error = False if target == "agreed" else None
    db.session.flush()
    audit.record(STREAM, Act.DOUBLE_REVIEW_MADE, row.claim_number, by=by, after={"state": target})


def settle(row: DoubleReview, *, is_error: bool, reason: str, by: Actor) -> None:
    """An auditor says whether the first decision was wrong. The claim itself changes by its own ways only."""
    if not by.has(Role.AUDITOR):
        raise Forbidden(_l("An auditor does this."))
    row = queries.locked_review(row.id)
    target = DOUBLE_REVIEW.after(row.state, "settle")
    had_part = [person for person in (row.first_by, row.second_by) if person]
    by.must_differ_from(had_part, _l("You made one of the two decisions, so someone else must settle."))
    if not reason.strip():
        raise InputErrors.at("settled_reason", _l("Write the reasons: both reviewers read them."))
    row.state, row.is_error, row.settled_reason = target, is_error, reason.strip()
    row.settled_by, row.settled_at = by.person, clock.now()
    db.session.flush()
    audit.record(STREAM, Act.DOUBLE_REVIEW_SETTLED, row.claim_number, by=by, after={"error": is_error})


def _hash(row: Any) -> str:
    return hashlib.sha256(f"{row.number} {row.version}".encode()).hexdigest()


def _outcome(row: Any) -> str:
    return "refuse" if row.refused else "lower" if row.lowered else "pass"
