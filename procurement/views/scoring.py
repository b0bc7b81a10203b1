"""Scoring: declare, mark beside the bid, hand in; the chair moderates and locks."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for

from core import files
from core.errors import InputErrors, NotFound, Problem
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.tender import Tender, TenderPerson
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.scoring.rubric import MARK_TEXTS
from procurement.services import evaluation, opening
from procurement.services.declaring import own_row
from procurement.views.tenders import staff_tender

blueprint = Blueprint("scoring", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/scoring")
@allow(Permission.SCORE_BIDS)
def index(number: str) -> Any:
    """First the declaration, then the bids to mark."""
    return _index(*_mine(number))


@blueprint.post("/<number>/interest")
@allow(Permission.SCORE_BIDS)
def declare(number: str) -> Any:
    tender, me = _mine(number)
    try:
        answer, text = request.form.get("interest", ""), request.form.get("interest_text", "")
        opening.declare_interest(tender, answer, text, by=actor())
    except InputErrors as errors:
        return _index(tender, me, errors)
    return done(url_for("scoring.index", number=number), _("Your declaration is recorded."))


@blueprint.get("/<number>/scoring/criteria/<code>")
@allow(Permission.SCORE_BIDS)
def criterion(number: str, code: str) -> Any:
    """One question across all bids, each answer beside its field: like is measured with like."""
    return _criterion(*_mine(number), code)


@blueprint.post("/<number>/scoring/criteria/<code>")
@allow(Permission.SCORE_BIDS)
def save_criterion(number: str, code: str) -> Any:
    """Save the marks of one question for all bids that were marked here."""
    tender, me = _mine(number)
    problems = []
    for bid in bid_queries.bids_for_reader(tender, me.person):
        mark, reason = request.form.get(f"mark-{bid.public_id}", ""), request.form.get(f"reason-{bid.public_id}", "")
        try:
            if mark or reason.strip():
                evaluation.save_marks(tender, bid.public_id, {code: (_whole(mark), reason)}, by=actor())
        except InputErrors as errors:
            found = errors.problems
            problems += [Problem(row.where.replace(code, bid.public_id), row.message, row.found) for row in found]
    if problems:
        return _criterion(tender, me, code, InputErrors(problems))
    return done(url_for("scoring.index", number=number), _("Your marks are saved. Nobody else sees them yet."))


@blueprint.get("/<number>/scoring/<bid>")
@allow(Permission.SCORE_BIDS)
def marks(number: str, bid: str) -> Any:
    return _marks(*_mine(number), bid)


@blueprint.get("/<number>/scoring/<bid>/files/<int:document>")
@allow(Permission.SCORE_BIDS)
def attachment(number: str, bid: str, document: int) -> Response:
    """A file of an opened bid, for an evaluator without an interest."""
    tender, me = _mine(number)
    file = bid_queries.opened_file(bid_queries.bid_for_reader(tender, bid, me.person), document)
    return send_file(BytesIO(files.read(file)), file.media_type, as_attachment=True, download_name=file.filename)


@blueprint.post("/<number>/scoring/<bid>")
@allow(Permission.SCORE_BIDS)
def save(number: str, bid: str) -> Any:
    """Save the marks of one bid; each needs a reason."""
    tender, me = _mine(number)
    try:
        evaluation.save_marks(tender, bid, _typed_marks(tender), by=actor())
    except InputErrors as errors:
        return _marks(tender, me, bid, errors)
    return done(url_for("scoring.index", number=number), _("Your marks are saved. Nobody else sees them yet."))


@blueprint.post("/<number>/scoring")
@allow(Permission.SCORE_BIDS)
def hand_in(number: str) -> Any:
    tender, me = _mine(number)
    try:
        evaluation.submit_marks(tender, by=actor())
    except InputErrors as errors:
        return _index(tender, me, errors)
    return done(url_for("scoring.index", number=number), _("Your marks for %(number)s are handed in.", number=number))


@blueprint.get("/<number>/lock")
@allow(Permission.LOCK_SCORES)
def lock_page(number: str) -> Any:
    """The chair's page: who handed in, what lies far apart, then the lock."""
    return _lock(staff_tender(number))


@blueprint.post("/<number>/lock")
@allow(Permission.LOCK_SCORES)
def lock(number: str) -> Any:
    tender = staff_tender(number)
    try:
        if request.form.get("answer") == "lock":
            evaluation.lock_scores(tender, by=actor())
            message = _("The quality scores of %(number)s are locked. Two officers may open the prices.", number=number)
            return done(url_for("tenders.show", number=number), message)
        bid = next((row for row in queries.sent_bids(tender) if row.public_id == request.form.get("bid")), None)
        if bid is None:
            raise NotFound(_l("There is no such bid here."))
        mark, reason = _whole(request.form.get("mark", "")), request.form.get("reason", "")
        evaluation.moderate(tender, bid, request.form.get("criterion", ""), mark, reason, by=actor())
    except InputErrors as errors:
        return _lock(tender, errors)
    return done(url_for("scoring.lock_page", number=number), _("The agreed mark stands beside the originals."))


def _mine(number: str) -> tuple[Tender, TenderPerson]:
    """The tender and my row on it; to other evaluators it is not here."""
    tender = staff_tender(number)
    me = next((row for row in tender.people_as("evaluator") if row.person == actor().person), None)
    if me is None:
        raise NotFound(_l("You are not an evaluator of this tender."))
    return tender, me


def _index(tender: Tender, me: TenderPerson, errors: InputErrors | None = None) -> Any:
    bids = bid_queries.bids_for_reader(tender, me.person)
    done_marks = [row.bid_id for row in bid_queries.marks_by(tender, me)]
    bidders = queries.sent_bids(tender) if tender.quality_opened_at else []
    questions = len(tender.criteria_of("quality"))
    return page(
        "tenders/scoring.html", errors=errors, tender=tender, me=me, bids=bids, bidders=bidders, questions=questions,
        done={bid.id: done_marks.count(bid.id) for bid in bids}, hints=opening.hints(tender, me.person),
    )  # fmt: skip


def _marks(tender: Tender, me: TenderPerson, bid_id: str, errors: InputErrors | None = None) -> Any:
    bid = bid_queries.bid_for_reader(tender, bid_id, me.person)
    known = {row.criterion_id: row for row in bid_queries.marks_by(tender, me) if row.bid_id == bid.id}
    questions = tender.criteria_of("quality")
    saved = {f"mark-{q.code}": str(known[q.id].mark) for q in questions if q.id in known}
    saved |= {f"reason-{q.code}": known[q.id].reason for q in questions if q.id in known}
    return page(
        "tenders/marks.html", errors=errors, values=request.form if errors else saved, tender=tender, bid=bid, me=me,
        questions=questions, content=bid.content("quality"), choices=list(enumerate(MARK_TEXTS)),
    )  # fmt: skip


def _criterion(tender: Tender, me: TenderPerson, code: str, errors: InputErrors | None = None) -> Any:
    question = next((row for row in tender.criteria_of("quality") if row.code == code), None)
    if question is None:
        raise NotFound(_l("This question is not part of the tender."))
    bids = bid_queries.bids_for_reader(tender, me.person)
    known = {row.bid_id: row for row in bid_queries.marks_by(tender, me) if row.criterion_id == question.id}
    saved = {f"mark-{bid.public_id}": str(known[bid.id].mark) for bid in bids if bid.id in known}
    saved |= {f"reason-{bid.public_id}": known[bid.id].reason for bid in bids if bid.id in known}
    return page(
        "tenders/criterion.html", errors=errors, values=request.form if errors else saved, tender=tender, me=me,
        question=question, bids=bids, choices=list(enumerate(MARK_TEXTS)),
    )  # fmt: skip


def _lock(tender: Tender, errors: InputErrors | None = None) -> Any:
    me = own_row(tender, actor().person)
    is_declared = me is not None and me.may_read
    return page(
        "tenders/lock.html", errors=errors, tender=tender, evaluators=tender.people_as("evaluator"), me=me,
        is_declared=is_declared, hints=[] if is_declared else opening.hints(tender, actor().person),
        far_apart=evaluation.to_moderate(tender) if is_declared else [], choices=list(enumerate(MARK_TEXTS)),
    )  # fmt: skip


def _typed_marks(tender: Tender) -> dict[str, tuple[int, str]]:
    return {
        row.code: (_whole(request.form.get(f"mark-{row.code}", "")), request.form.get(f"reason-{row.code}", ""))
        for row in tender.criteria_of("quality")
    }


def _whole(text: str) -> int:
    """A typed mark; what is none becomes one the rubric refuses."""
    return int(text) if text.isdigit() and len(text) == 1 else -1
