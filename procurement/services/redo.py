"""An upheld complaint sends its lots back to exactly one step; what stood is kept beside what comes.

A lot is what the complaint is about, or every lot without a contract. Where an envelope of prices was never opened
(a bidder excluded wrongly), the officers come once more for that one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.models.admission import Admission
from procurement.models.bid import Bid
from procurement.models.complaint import REDO, Complaint, Superseded
from procurement.models.evaluation import Mark, Moderation
from procurement.models.tender import Lot, Tender
from procurement.queries import admission as admission_queries
from procurement.queries import bids as bid_queries
from procurement.queries import tenders as queries
from procurement.services import evaluation
from procurement.services.declaring import refuse_undeclared
from procurement.services.moments import lot_after
from procurement.states.tender import BID, TENDER

SCORING = ("opened_quality", "admin_review")
SCORED = ("quality_scored", "opened_price", "abnormal_review", "ranked", "awarded", "unsuccessful")
RANKED = ("ranked", "proposed", "awarded", "unsuccessful")
REACHED: Mapping[str, Collection[str]] = {
    "marks": (*SCORING, *SCORED),
    "admission": (*SCORING, *SCORED),
    "prices": ("admin_review", *SCORED),
    "ranking": ("admin_review", *SCORED),
    "award": ("admin_review", *SCORED),
    "cancel": [source for row in TENDER.steps if row.action in ("cancel", "set_aside") for source in row.sources],
}
"""What is redone → the states of the tender in which it can be; it may stand back because of another lot."""
COME: Mapping[str, Collection[str]] = {
    "marks": ("open", *RANKED),
    "admission": ("open", *RANKED),
    "prices": RANKED,
    "ranking": RANKED,
    "award": ("proposed", "awarded"),
}
"""The same for the lots."""


def chosen(row: Complaint, redo: str, of: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What exactly is redone, checked against the tender: criteria by code, evaluators by name, bids by their id."""
    tender = row.tender
    if redo not in REDO:
        raise InputErrors.at("redo", _l("Choose what is done again."), redo)
    if redo in REACHED and not _can(row, redo):
        raise InputErrors.at("redo", _l("The tender has not come so far, or is past it: choose another step."), redo)
    known = {
        "criteria": {criterion.code for criterion in tender.criteria_of("quality")},
        "evaluators": {person.name for person in tender.people_as("evaluator") if person.is_active},
        "bids": {bid.public_id for bid in queries.bids_in(tender, "opened", "below_minimum", "excluded")},
    }
    wanted = {"marks": ("criteria", "evaluators", "bids"), "admission": ("bids",)}.get(redo, ())
    found = {name: [one for one in of.get(name, ()) if one in known[name]] for name in wanted if of.get(name)}
    if redo == "admission" and not found.get("bids"):
        raise InputErrors.at("bids", _l("Choose the bidder whose admission is decided again."))
    return found


def lots_of(row: Complaint) -> list[Lot]:
    """The lots that the complaint is about: never one with a contract, nor one that nobody bid for."""
    lots = [row.lot] if row.lot is not None else list(row.tender.lots)
    return [lot for lot in lots if lot.state != "contracted" and lot.ended_code != "no-rece"]


def carry_out(row: Complaint, *, by: Actor) -> None:
    """Do what the decision says; `nothing` and `other` leave all as it is."""
    act = STEPS.get(row.redo)
    if act is None:
        return
    tender = queries.locked_tender(row.tender.number)
    if not _can(row, row.redo):
        raise DomainError(_l("The tender has moved on: this cannot be redone any more."), code="not_now")
    if tender.quality_opened_at:
        refuse_undeclared(tender, by)
    act(row, tender, by)
    db.session.flush()


def _can(row: Complaint, redo: str) -> bool:
    return row.tender.state in REACHED[redo] and (redo == "cancel" or bool(_lots(row, redo)))


def _lots(row: Complaint, redo: str) -> list[Lot]:
    """Those of its lots that have come so far."""
    return [lot for lot in lots_of(row) if lot.state in COME[redo]]


def _marks(row: Complaint, tender: Tender, by: Actor) -> None:
    """Marks that are given again leave the scales; their evaluators hand in again, the others stand."""
    of, bids = row.redo_of, queries.bids_in(tender, "opened", "below_minimum")
    touched = [bid for bid in bids if _is_named(bid.public_id, of, "bids")]
    keys = {bid.id for bid in touched}
    for mark in bid_queries.submitted_marks(tender):
        names = (mark.criterion.code, "criteria"), (mark.evaluator.name, "evaluators")
        if mark.bid_id in keys and all(_is_named(value, of, name) for value, name in names):
            _supersede(row, "mark", mark, {"by": mark.evaluator.name, "mark": mark.mark})
            mark.evaluator.submitted_at = None
    for agreed in bid_queries.moderations_of(tender):
        if agreed.bid_id in keys and _is_named(agreed.criterion.code, of, "criteria"):
            _supersede(row, "moderation", agreed, {"by": agreed.moderator_name, "mark": agreed.mark})
    _score_again(row, tender, by)


def _admission(row: Complaint, tender: Tender, by: Actor) -> None:
    """The named bidders are undecided again; who was excluded stands among the others, and is marked if it was not."""
    decided = admission_queries.admissions_of(tender)
    for bid in queries.bids_in(tender, "opened", "below_minimum", "excluded"):
        if bid.public_id not in row.redo_of["bids"]:
            continue
        if (admission := decided.get(bid.id)) is not None:
            _supersede(row, "admission", admission, {"by": admission.decided_by_name, "decision": admission.decision})
        if bid.state == "excluded":
            bid.state = BID.after(bid.state, "readmit")
        _ask_for_marks(tender, bid)
    _score_again(row, tender, by)


def _ask_for_marks(tender: Tender, bid: Bid) -> None:
    questions = {criterion.id for criterion in tender.criteria_of("quality")}
    for evaluator in tender.people_as("evaluator"):
        given = {mark.criterion_id for mark in bid_queries.marks_by(tender, evaluator) if mark.bid_id == bid.id}
        if questions - given and evaluator.is_active:
            evaluator.submitted_at = None


def _score_again(row: Complaint, tender: Tender, by: Actor) -> None:
    """Back to the bidders and their marks; bids under the minimum stand among the others until the next lock."""
    for bid in queries.bids_in(tender, "below_minimum"):
        bid.state = BID.after(bid.state, "score_again")
    for lot in _lots(row, row.redo):
        if lot.state != "open":
            evaluation.reopen(lot, row.number, by=by)
    if tender.state not in SCORING:
        tender.state = TENDER.after(tender.state, "redo_scores")
    tender.locked_at, tender.ended_reason = None, ""


def _prices(row: Complaint, tender: Tender, by: Actor) -> None:
    _rank_again(row, tender, by, keeps_flags=False)


def _ranking(row: Complaint, tender: Tender, by: Actor) -> None:
    _rank_again(row, tender, by, keeps_flags=True)


def _rank_again(row: Complaint, tender: Tender, by: Actor, *, keeps_flags: bool) -> None:
    lots = _lots(row, row.redo)
    for lot in lots:
        evaluation.reopen(lot, row.number, by=by)
    evaluation.compute_again(tender, lots, keeps_flags=keeps_flags)


def _award(row: Complaint, tender: Tender, by: Actor) -> None:
    """The ranking stands; the award falls and is proposed anew."""
    for lot in _lots(row, "award"):
        fallen, lot.state = evaluation.annul(lot), lot_after(lot, "redo_award")
        after = {"award": fallen.number if fallen else ""}
        subject = f"{tender.number} lot {lot.number}"
        audit.record(tender.stream, Act.RANKED_AGAIN, subject, by=by, reason=row.number, after=after)
    if tender.state == "awarded":
        tender.state = TENDER.after(tender.state, "redo_award")


def _cancel(row: Complaint, tender: Tender, by: Actor) -> None:
    """The whole tender ends, its awards with it. Not where a contract was drawn."""
    if any(row.state == "contracted" for row in queries.awards_of(tender)):
        raise DomainError(_l("A contract of this tender was drawn: it can no longer be cancelled."), code="signed")
    for lot in tender.lots:
        evaluation.annul(lot)
    tender.state = TENDER.after(tender.state, "set_aside" if tender.state == "awarded" else "cancel")
    tender.ended_reason, tender.cancelled_at = row.redone, clock.now()
    db.session.flush()
    audit.record(tender.stream, Act.TENDER_CANCELLED, tender.number, by=by, reason=row.number)


def _supersede(row: Complaint, kind: str, old: Mark | Moderation | Admission, content: dict[str, Any]) -> None:
    """Keep what stood, and take it off the scales."""
    at = old.decided_at if isinstance(old, Admission) else old.saved_at if isinstance(old, Mark) else old.moderated_at
    kept = {**content, "reason": old.reason, "at": at.isoformat()}
    criterion = None if isinstance(old, Admission) else old.criterion_id
    past = Superseded(complaint_id=row.id, bid_id=old.bid_id, kind=kind, content=kept, ended_at=clock.now())
    past.criterion_id = criterion
    db.session.add(past)
    db.session.delete(old)


def _is_named(value: str, of: Mapping[str, Sequence[str]], name: str) -> bool:
    return not of.get(name) or value in of[name]


STEPS: dict[str, Callable[[Complaint, Tender, Actor], None]] = {
    "marks": _marks,
    "admission": _admission,
    "prices": _prices,
    "ranking": _ranking,
    "award": _award,
    "cancel": _cancel,
}
