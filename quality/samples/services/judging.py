"""Findings line by line, by one auditor or two; spares with a reason; then the estimate, once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError, InputErrors, NotFound
from core.words import _l, ngettext
from quality.names import STREAM
from quality.samples import drawing
from quality.samples.drawing import Stratum
from quality.samples.estimates import Judged, Recoverable
from quality.samples.models import AuditSample, SampleFinding, SampleRequest, SampleSpare
from quality.samples.plan import rules_of
from quality.samples.queries.lines import Line, lines_of
from quality.samples.queries.samples import locked
from quality.samples.services.asking import may_miss
from quality.samples.states import ERRORS, SAMPLE, Design
from quality.samples.working import Findings, most_favourable


def find(
    row: AuditSample, position: int, *, allowed: int, error: str, evidence: str, text: str, by: Actor
) -> SampleFinding:
    """Say what should have been paid for a line, and what shows it. A new finding stands beside the ones before."""
    row = locked(row.number)
    line = _counting_line(row, position)
    _check(row, line, allowed, error, evidence, text)
    finding = SampleFinding(
        sample_id=row.id, position=position, version=len(line.findings) + 1, allowed=allowed, error=error,
        evidence=evidence.strip(), text=text.strip(), found_by=by.person, found_by_name=by.name,
        found_at=clock.now(),
    )  # fmt: skip
    db.session.add(finding)
    db.session.flush()
    after = {"paid": line.row.amount, "allowed": allowed, "error": error, "version": finding.version}
    audit.record(STREAM, Act.SAMPLE_LINE_JUDGED, f"{row.number}/{position}", by=by, after=after)
    return finding


def use_spare(row: AuditSample, position: int, reason: str, *, by: Actor) -> SampleSpare:
    """Leave a drawn line out and take the next spare of its stratum, for a reason that stays."""
    row = locked(row.number)
    line = _counting_line(row, position)
    if not reason.strip():
        raise InputErrors.at("reason", _l("Say why the drawn line cannot be judged."))
    if line.findings:
        raise DomainError(_l("This line was judged already; it cannot be left out any more."))
    taken = [one for one in lines_of(row) if one.row.is_spare and not one.used and one.row.stratum == line.row.stratum]
    if not taken:
        raise DomainError(_l("No spare of this stratum is left."))
    spare = SampleSpare(
        sample_id=row.id, position=taken[0].row.position, replaces=position, reason=reason.strip(), used_by=by.person,
        used_at=clock.now(),
    )  # fmt: skip
    db.session.add(spare)
    db.session.flush()
    _ask_for(row, spare.position)
    after = {"spare": spare.position}
    audit.record(STREAM, Act.SAMPLE_SPARE_USED, f"{row.number}/{position}", by=by, reason=spare.reason, after=after)
    return spare


def judge(row: AuditSample, *, by: Actor, intent: str = "") -> Recoverable:
    """Close the findings and work the estimate out, once. `intent`: what shows it, where the rule's rate is not met."""
    row = locked(row.number)
    target = SAMPLE.after(row.state, "judge")
    open_lines = sum(line.counts and not line.is_judged for line in lines_of(row))
    if open_lines:
        message = ngettext(
            "%(num)s line is not judged yet, or not by a second auditor.",
            "%(num)s lines are not judged yet, or not by a second auditor.",
            open_lines,
        )
        raise DomainError(message)
    values, answer = working_of(row, intent=intent)
    row.state, row.intent, row.result, row.recoverable = target, intent.strip(), values, answer.amount
    row.ended_by, row.ended_at = by.person, clock.now()
    db.session.flush()
    after = {"amount": answer.amount, "rule": answer.rule.value, "reasons": values["reasons"]}
    audit.record(STREAM, Act.SAMPLE_JUDGED, row.number, by=by, reason=row.intent, after=after)
    return answer


def working_of(row: AuditSample, *, intent: str = "") -> tuple[dict[str, Any], Recoverable]:
    """The estimate from the findings that are there, with the numbers that were announced."""
    rules = rules_of(row)
    looked = [line for line in lines_of(row) if line.counts and line.finding]
    judged = [_judged(line) for line in looked]
    wrong = sum(line.finding is not None and line.finding.error != "none" for line in looked)
    found = Findings(
        row.design, row.layers, judged, _unsampled(row, {line.row.mark for line in looked}), wrong, row.size,
        is_intent_shown=bool(intent.strip()), is_frozen=row.announced_at is not None,
    )  # fmt: skip
    return most_favourable(found, rules.terms)


def _judged(line: Line) -> Judged:
    assert line.finding is not None
    return Judged(line.row.mark, line.row.stratum, line.row.amount, line.finding.allowed)


def _unsampled(row: AuditSample, looked: set[str]) -> dict[int, list[int]]:
    """Stratum → payments of the frame that nobody looked at."""
    found: dict[int, list[int]] = defaultdict(list)
    layers: list[Stratum] = [] if row.design == Design.MONETARY else row.layers
    for mark, amount in drawing.thaw(row.frame).lines if layers else ():
        if mark not in looked:
            found[next(layer.number for layer in layers if layer.holds(amount))].append(amount)
    return dict(found)


def _counting_line(row: AuditSample, position: int) -> Line:
    if row.announced_at is None:
        raise DomainError(
            _l("This sample was drawn before announcements, from amounts asked. Announce a new one to judge.")
        )
    if row.state != "drawn":
        raise DomainError(_l("Lines are judged after the draw and before the findings are closed."))
    line = next((one for one in lines_of(row) if one.row.position == position and one.counts), None)
    if line is None:
        raise NotFound(_l("The sample has no such line to judge."))
    return line


def _check(row: AuditSample, line: Line, allowed: int, error: str, evidence: str, text: str) -> None:
    paid = line.row.amount
    if error not in ERRORS:
        raise InputErrors.at("error", _l("Choose what was found."), error)
    if allowed < 0 or (error == "none" and allowed != paid):
        raise InputErrors.at("allowed", _l("Where nothing is wrong, what was paid is allowed."), allowed)
    if (error == "underpaid") != (allowed > paid):
        raise InputErrors.at(
            "allowed", _l("More is allowed than was paid only where the fund paid too little."), allowed
        )
    if error == "no_papers" and (line.papers or not may_miss(row, line.row.position)):
        message = _l("Papers count as missing only after a reminder and its days, and only if none came.")
        raise InputErrors.at("error", message, error)
    if error != "none" and not evidence.strip():
        raise InputErrors.at("evidence", _l("Say which paper, page or record shows it."))
    if error != "none" and not text.strip():
        raise InputErrors.at("text", _l("Say it in a sentence that the provider can answer."))
    if len(evidence.strip()) > 300:
        raise InputErrors.at("evidence", _l("Write 300 characters at most."), len(evidence))


def _ask_for(row: AuditSample, position: int) -> None:
    """The spare's papers, with as much time as the drawn lines had."""
    due_on = clock.today(fund().zone) + dt.timedelta(days=rules_of(row).due_days)
    db.session.add(SampleRequest(sample_id=row.id, position=position, asked_at=clock.now(), due_on=due_on))
    db.session.flush()
