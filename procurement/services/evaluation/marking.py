"""Each evaluator's marks, alone and blind."""

from __future__ import annotations

from collections.abc import Mapping

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, Forbidden, InputErrors, Problem
from core.words import _l
from procurement.models.evaluation import Mark
from procurement.models.tender import Criterion, Tender, TenderPerson
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.queries.complaints import reopened_at
from procurement.scoring.rubric import Rating
from procurement.states.tender import TENDER

Marks = Mapping[str, tuple[int, str]]


def save_marks(tender: Tender, bid_public_id: str, marks: Marks, *, by: Actor) -> None:
    """An evaluator's marks of one bid: criterion code → (0 to 5, reason). Open to change until handed in."""
    evaluator = _evaluator(tender, by)
    _refuse_handed_in(tender, evaluator)
    bid = bid_queries.bid_for_reader(tender, bid_public_id, by.person)
    criteria = {row.code: row for row in tender.criteria_of("quality")}
    _check_marks(evaluator, marks, criteria)
    known = {row.criterion_id: row for row in bid_queries.marks_by(tender, evaluator) if row.bid_id == bid.id}
    reopened = reopened_at(tender)
    for code, (mark, reason) in marks.items():
        row = known.get(criteria[code].id)
        if row is not None and reopened and row.saved_at < reopened:
            _refuse_other(row, mark, reason)
            continue
        if row is None:
            row = Mark(bid_id=bid.id, criterion_id=criteria[code].id, evaluator_id=evaluator.id)
            db.session.add(row)
        row.mark, row.reason, row.saved_at = mark, reason.strip(), clock.now()
    db.session.flush()


def submit_marks(tender: Tender, *, by: Actor) -> None:
    """Hand in: every question of every bid has a mark, and nothing changes afterwards."""
    evaluator = _evaluator(tender, by)
    _refuse_handed_in(tender, evaluator)
    bids, questions = queries.bids_in(tender, "opened"), tender.criteria_of("quality")
    done = {(row.bid_id, row.criterion_id) for row in bid_queries.marks_by(tender, evaluator)}
    left = sum((bid.id, row.id) not in done for bid in bids for row in questions)
    if left:
        raise InputErrors.at("marks", _l("%(left)s marks are still missing.", left=left), left)
    evaluator.submitted_at = clock.now()
    db.session.flush()
    audit.record(tender.stream, Act.SCORES_SUBMITTED, tender.number, by=by, after={"marks": len(done)})


def _check_marks(evaluator: TenderPerson, marks: Marks, criteria: Mapping[str, Criterion]) -> None:
    problems = []
    for code, (mark, reason) in marks.items():
        if code not in criteria:
            problems.append(Problem(code, _l("This question is not part of the tender.")))
            continue
        try:
            Rating(evaluator.name, mark, reason)
        except InputErrors as error:
            problems += [Problem(f"{p.where}-{code}", p.message, p.found) for p in error.problems]
    if problems:
        raise InputErrors(problems)


def _refuse_other(row: Mark, mark: int, reason: str) -> None:
    """After an upheld complaint only the marks it took off are given again."""
    if (row.mark, row.reason) != (mark, reason.strip()):
        raise InputErrors.at(
            f"mark-{row.criterion.code}", _l("This mark stands: the complaint did not take it off."), mark
        )


def _evaluator(tender: Tender, by: Actor) -> TenderPerson:
    row = next((row for row in tender.people_as("evaluator") if row.person == by.person), None)
    if row is None:
        raise Forbidden(_l("You are not an evaluator of this tender."))
    if row.left_at:
        raise Forbidden(_l("Someone else scores in your place."))
    if not row.may_read:
        raise Forbidden(_l("Declare first whether you have an interest in this tender."))
    return row


def _refuse_handed_in(tender: Tender, evaluator: TenderPerson) -> None:
    if tender.state not in ("opened_quality", "admin_review"):
        TENDER.after(tender.state, "lock_scores")
    if evaluator.submitted_at:
        raise DomainError(_l("You handed in your marks: they no longer change."), code="handed_in")
