"""A reviewer approves less of a claim than the rules adjudicated: quantity and price per line, and why.

The engine computes everything from there again; the reviewer's step stands in the trace, what is no longer used of
limits is free, and a line approved with nothing is denied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from claims import facts, services
from claims.case import LineDecision
from claims.decisions import Cause
from claims.filed import Filed
from claims.queries import records
from claims.reviewing import CLEARABLE, Approved, approve_lines, check, note_approved, still_waits
from claims.verdicts import Verdict
from core.actors import Actor
from core.errors import DomainError, InputErrors, Problem
from core.words import _l


class NothingToReview(DomainError):
    """It was sent back, withdrawn or replaced, or no line of it is paid."""

    code = "nothing_to_review"


def adjudicated(claim: Filed, *, at: dt.datetime, zone: ZoneInfo) -> Verdict:
    """The claim as the rules decide it once the reviewer's doubt is cleared: what may be lowered. Locks nothing."""
    if claim.state not in ("pended", "adjudicated"):
        raise NothingToReview(_l("Nothing of claim %(number)s can be approved or lowered now.", number=claim.number))
    cleared = replace(claim, waived=claim.waived | CLEARABLE)
    (verdict,) = services.judge([cleared], facts.plans(), zone, at, is_dry=True)
    if verdict.decision.state == "pended":
        raise still_waits(verdict)
    return verdict


def approve(
    number: str, approved: Mapping[int, Approved], *, reason: str, by: Actor, at: dt.datetime, zone: ZoneInfo
) -> Verdict:
    """Decide the claim with what is approved of its lines (line number → figures); lines left out stay as they are.

    Raises InputErrors at `lines.1.quantity` or `lines.1.price` where more is approved than was adjudicated.
    """
    check(reason, by)
    verdict = adjudicated(services.locked(number), at=at, zone=zone)
    lower, claim, why = dict(_lowered(verdict, approved)), verdict.claim, reason.strip()
    approve_lines(claim, lower, why)
    posted = records.posted_benefit([claim.id]) if claim.version else {}
    (after,) = services.judge([claim], facts.plans(), zone, at)
    note_approved(after, lower, why, by, at)
    services.keep([after], Cause("review", by, at, why), posted, zone)
    return after


def _lowered(verdict: Verdict, approved: Mapping[int, Approved]) -> Iterator[tuple[int, Approved]]:
    """What differs from the adjudicated figures; all that is wrong is said at once."""
    lines = {line.line_no: line for line in verdict.decision.lines}
    problems = [problem for line_no, figures in approved.items() for problem in _problems(lines, line_no, figures)]
    if problems:
        raise InputErrors(problems)
    for line_no, figures in approved.items():
        line = lines[line_no]
        if (figures.quantity_milli, figures.unit_price) != (line.quantity_milli, line.unit_price):
            yield line_no, figures


def _problems(lines: Mapping[int, LineDecision], line_no: int, figures: Approved) -> Iterator[Problem]:
    line = lines.get(line_no)
    if line is None or line.state not in ("accepted", "reduced"):
        yield Problem(f"lines.{line_no}.quantity", _l("Nothing of this line is approved, so nothing can be lowered."))
        return
    if not 0 <= figures.quantity_milli <= line.quantity_milli:
        message = _l("Approve at most what was adjudicated: %(most)s.", most=f"{line.quantity_milli / 1000:g}")
        yield Problem(f"lines.{line_no}.quantity", message, f"{figures.quantity_milli / 1000:g}")
    if not 0 <= figures.unit_price <= line.unit_price:
        message = _l("Approve at most the price that was adjudicated.")
        yield Problem(f"lines.{line_no}.price", message, str(figures.unit_price))
