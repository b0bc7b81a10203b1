"""The provider's word on its score, and the fund's answer: accepted or contested, reviewed, decided with reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core import audit, clock, files
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import database_now, db
from core.errors import DomainError, Forbidden, InputErrors, Problem
from core.roles import Role
from core.words import _l
from quality.periods import parse_period
from quality.queries import runs as run_queries
from quality.queries.cases import has_case
from quality.scoring import queries
from quality.scoring.computing import compute_scores
from quality.scoring.life import finalise, notify_rows, refuse_others, rules_of, said
from quality.scoring.models import QualityScore, ScoreObjection, ScoreObjectionFile
from quality.scoring.states import GROUNDS, OUTCOMES, SCORE
from quality.scoring.telling import tell

EVIDENCE = ("application/pdf", "image/png", "image/jpeg")
MOST_FILES = 10


class Upload(NamedTuple):
    content: bytes
    filename: str


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection; `ground` of GROUNDS, `case_reference` of one case row or empty."""

    indicator: str
    ground: str
    statement: str
    case_reference: str = ""
    evidence: Sequence[Upload] = ()


class Reviewed(NamedTuple):
    """Of one objection; `outcome` of OUTCOMES."""

    outcome: str
    finding: str


def accept(row: QualityScore, *, by: Actor) -> None:
    """The provider's manager has nothing against it; it is final at once."""
    row = _open_to_answer(row, "accept", by)
    row.answered_by, row.answered_at = by.person, clock.now()
    db.session.flush()
    audit.record_all([said(Act.SCORE_ACCEPTED, row)], by=by)
    finalise([row], by=by)


def contest(row: QualityScore, stated: Objection, *, by: Actor) -> ScoreObjection:
    """Against one component, or one case row of it, up to the last day; several may follow each other."""
    row = _open_to_answer(row, "contest", by)
    if problems := _defects(row, stated):
        raise InputErrors(problems)
    kinds = [files.check_upload(one.content, one.filename, EVIDENCE, "evidence") for one in stated.evidence]
    now = clock.now()
    if row.answered_at is None:
        row.answered_by, row.answered_at = by.person, now
        row.review_until = clock.local_day(now, fund().zone) + dt.timedelta(days=rules_of([row])[row.id].review_days)
    made = ScoreObjection(
        score_id=row.id, indicator=stated.indicator, case_reference=stated.case_reference.strip(), ground=stated.ground,
        statement=stated.statement.strip(), filed_by=by.person, filed_at=now,
    )  # fmt: skip
    for one, kind in zip(stated.evidence, kinds, strict=True):
        stored = files.store(
            one.content, filename=one.filename, media_type=kind, organisation_id=row.organisation_id, by=by
        )
        made.files.append(ScoreObjectionFile(file=stored))
    row.objections.append(made)
    db.session.flush()
    named = {"objection": made.id, "indicator": made.indicator, "case": made.case_reference, "ground": made.ground}
    hashes = [one.file.sha256 for one in made.files]
    audit.record_all([said(Act.SCORE_CONTESTED, row, **named, files=hashes)], by=by)
    return made


def review(row: QualityScore, answers: Mapping[int, Reviewed], *, by: Actor) -> None:
    """What was found of every objection, by someone other than the computer of the score."""
    row = _another(row, "review", by)
    problems = [problem for one in row.objections for problem in _review_defects(row, one, answers)]
    if problems:
        raise InputErrors(problems)
    for one in row.objections:
        one.outcome, one.finding = answers[one.id].outcome, answers[one.id].finding.strip()
    row.reviewed_by, row.reviewed_by_name, row.reviewed_at = by.person, by.name, clock.now()
    db.session.flush()
    outcomes = {str(one.id): one.outcome for one in row.objections}
    audit.record_all([said(Act.SCORE_REVIEWED, row, outcomes=outcomes)], by=by)


def decide(row: QualityScore, reasons: str, *, by: Actor) -> QualityScore:
    """With reasons, by someone other than the computer. What is upheld makes a new version, told to the provider."""
    row = _another(row, "decide", by)
    if not reasons.strip():
        raise InputErrors.at("decision", _l("Give the reasons as the provider reads them."))
    row.decision, row.decided_at = reasons.strip(), clock.now()
    row.decided_by, row.decided_by_name = by.person, by.name
    db.session.flush()
    audit.record_all([said(Act.SCORE_DECIDED, row)], by=by)
    tell([row], "decided")
    if any(one.outcome != "declined" for one in row.objections):
        cause = f"objection to version {row.version}"
        made = compute_scores(parse_period(row.period), by=by, only=row.organisation_id, cause=cause)
        if made:
            notify_rows(made, by=by)
            return made[0]
    finalise([row], by=by)
    return row


def _open_to_answer(row: QualityScore, action: str, by: Actor) -> QualityScore:
    """The locked row, moved; refused to strangers and after its last day, which is compared here."""
    row = queries.locked_score(row.id)
    if not (by.has(Role.PROVIDER_MANAGER) and by.organisation_id == row.organisation_id):
        raise Forbidden(_l("A manager of the provider answers for it."))
    target = SCORE.after(row.state, action)
    if row.contest_until is None or clock.local_day(database_now(), fund().zone) > row.contest_until:
        raise DomainError(_l("The days to answer this score are over."), code="too_late")
    row.state = target
    return row


def _another(row: QualityScore, action: str, by: Actor) -> QualityScore:
    refuse_others(by)
    row = queries.locked_score(row.id)
    by.must_differ_from([row.created_by], _l("You computed this score, so someone else must review and decide."))
    row.state = SCORE.after(row.state, action)
    return row


def _defects(row: QualityScore, stated: Objection) -> list[Problem]:
    found = []
    if stated.indicator not in {one["indicator"] for one in row.components}:
        found.append(Problem("indicator", _l("Choose a line of this score."), stated.indicator))
    if stated.ground not in GROUNDS:
        found.append(Problem("ground", _l("Choose a ground."), stated.ground))
    if not stated.statement.strip():
        found.append(Problem("statement", _l("Say what is wrong: whoever reviews it reads this.")))
    found += _case_defects(row, stated)
    if len(stated.evidence) > MOST_FILES:
        found.append(
            Problem("evidence", _l("Send at most %(most)s files.", most=MOST_FILES), str(len(stated.evidence)))
        )
    return found


def _case_defects(row: QualityScore, stated: Objection) -> list[Problem]:
    """A named case is one of those behind the contested line, of this provider: a reviewer opens it."""
    reference = stated.case_reference.strip()
    part = next((one for one in row.components if one["indicator"] == stated.indicator), None)
    if not reference or part is None:
        return []
    if part["run"] and has_case(part["run"], row.organisation_id, reference):
        return []
    message = _l("No case behind this line has this number. Copy it from the first column of the list of cases.")
    return [Problem("case_reference", message, reference[:60])]


def _review_defects(row: QualityScore, one: ScoreObjection, answers: Mapping[int, Reviewed]) -> list[Problem]:
    """A recount needs a newer run: nobody upholds what was not counted again."""
    answer = answers.get(one.id, Reviewed("", ""))
    found = []
    if answer.outcome not in OUTCOMES:
        found.append(Problem(f"outcome-{one.id}", _l("Choose what the review found."), answer.outcome))
    if not answer.finding.strip():
        found.append(Problem(f"finding-{one.id}", _l("Say what was looked at and what was found.")))
    if answer.outcome == "recounted":
        used = next(part["run"] for part in row.components if part["indicator"] == one.indicator)
        if not _is_recounted(used, one.indicator, row.period):
            message = _l("Correct the records and compute %(id)s again first.", id=one.indicator)
            found.append(Problem(f"outcome-{one.id}", message, answer.outcome))
    return found


def _is_recounted(used: int | None, indicator: str, period: str) -> bool:
    """A run of the same version of the definition is newer than the one that was used."""
    before = run_queries.run_by_id(used) if used else None
    run = (
        run_queries.newest_run(indicator, before.version, period)
        if before
        else run_queries.current_run(indicator, period)
    )
    return run is not None and run.id != used
