"""Claims the rules left to a person: cleared, they are decided again; refused, the waiting lines are denied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from claims import facts, services
from claims.case import Approval
from claims.decisions import Cause
from claims.filed import Filed
from claims.models.approval import LineReview
from claims.verdicts import Verdict
from core.actors import Actor
from core.db import db
from core.errors import DomainError, Forbidden, InputErrors
from core.words import _l

CLEARABLE = frozenset({"CAR-02", "CAR-05", "REV-01"})  # what a person may let pass; the other reasons wait for a fact
LOOKED_AT = frozenset({"REV-01"})  # nobody is asked to look again at what a person refuses
ROLE = _l("claims reviewer")


@dataclass(frozen=True, slots=True)
class Approved:
    """Thousandths of a unit, and minor units per unit."""

    quantity_milli: int
    unit_price: int


NOTHING = Approved(0, 0)


class NotWaiting(DomainError):
    """Someone decided it in the meantime."""

    code = "not_waiting"


class StillWaits(DomainError):
    """It waits for a fact, which no reviewer can put in its place."""

    code = "still_waits"


def accept(numbers: Sequence[str], *, reason: str, by: Actor, at: dt.datetime, zone: ZoneInfo) -> int:
    """Let pass what the rules doubted; the lines are then decided like any other, as one set. How many claims."""
    check(reason, by)
    plan_for = facts.plans()
    cleared = [replace(claim, waived=claim.waived | CLEARABLE) for claim in _waiting(numbers)]
    found = services.judge(cleared, plan_for, zone, at)
    for verdict in found:
        if verdict.decision.state == "pended":
            raise still_waits(verdict)
    services.keep(found, Cause("review", by, at, reason.strip()), {}, zone, plan_for)
    return len(numbers)


def refuse(numbers: Sequence[str], *, reason: str, by: Actor, at: dt.datetime, zone: ZoneInfo) -> int:
    """Deny the waiting lines with the reviewer's words, CLI-03; the rules decide the others without them."""
    check(reason, by)
    plan_for = facts.plans()
    for number in numbers:
        (claim,) = _waiting([number])
        (verdict,) = services.judge([claim], plan_for, zone, at)
        nothing = {line.line_no: NOTHING for line in verdict.decision.lines if line.state == "pended"}
        approve_lines(claim, nothing, reason.strip())
        (after,) = services.judge([replace(claim, waived=claim.waived | LOOKED_AT)], plan_for, zone, at)
        note_approved(after, nothing, reason.strip(), by, at)
        services.keep([after], Cause("review", by, at, reason.strip()), {}, zone)
    return len(numbers)


def approve_lines(claim: Filed, approved: Mapping[int, Approved], reason: str) -> None:
    """From here on the rules decide with what is approved of these lines (line number → figures)."""
    for line in claim.lines:
        if line.line_no in approved:
            figures = approved[line.line_no]
            line.approved = Approval(figures.quantity_milli, figures.unit_price, str(ROLE), reason)


def check(reason: str, by: Actor) -> None:
    if by.organisation_id is not None:
        raise Forbidden(_l("A cooperative does not review its own claims."))
    if not reason.strip():
        raise InputErrors.at("reason", _l("Write the reason. The cooperative reads it."))


def _waiting(numbers: Sequence[str]) -> list[Filed]:
    claims = services.locked_all(numbers)
    for claim in claims:
        if claim.state != "pended":
            raise NotWaiting(_l("Claim %(number)s does not wait any more.", number=claim.number))
    return claims


def still_waits(verdict: Verdict) -> StillWaits:
    codes = sorted({line.headline for line in verdict.decision.lines if line.state == "pended"})
    message = _l(
        "Claim %(number)s still waits for something that no reviewer can clear: %(codes)s.",
        number=verdict.claim.number,
        codes=", ".join(codes),
    )
    return StillWaits(message)


def note_approved(verdict: Verdict, approved: Mapping[int, Approved], reason: str, by: Actor, at: dt.datetime) -> None:
    """Keep what was approved of lines, so that every later decision knows it."""
    claim = verdict.claim
    rows = [
        {
            "partition": claim.partition,
            "claim_id": claim.id,
            "version": verdict.version,
            "line_no": line_no,
            "quantity_milli": figures.quantity_milli,
            "unit_price": figures.unit_price,
            "role": str(ROLE),
            "reason": reason,
            "reviewed_by": by.person,
            "reviewed_at": at,
        }
        for line_no, figures in approved.items()
    ]
    if rows:
        db.session.execute(insert(LineReview), rows)
