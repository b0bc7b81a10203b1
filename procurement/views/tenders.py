"""The fund's tenders: list, page, papers, the end of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from core.actors import Actor
from core.codes import service_names
from core.db import database_now
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import FUND_STAFF
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement import choosing_words, papers, score_words, tender_document
from procurement.criterion_words import measured_by
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import notices as notice_queries
from procurement.queries import questions as question_queries
from procurement.queries import tenders as queries
from procurement.queries.portal import portal_procedure
from procurement.scored import read as read_score
from procurement.services import advice, closing
from procurement.services import tenders as verbs
from procurement.services.questions import answers_by
from procurement.states.tender import LOT, TENDER
from procurement.views.after_opening import links
from procurement.views.conditions import checked, weights_of
from procurement.views.progress import NAMES, timeline
from procurement.views.results import winners_by_lot

blueprint = Blueprint("tenders", __name__, url_prefix="/tenders")
SCORING = ("opened_quality", "admin_review", "quality_scored", "opened_price", "abnormal_review", "ranked")
PHASES = {
    "draft": (_l("Draft"), ("draft", "submitted", "approved")),
    "open": (_l("Open for bids"), ("published", "questions_closed")),
    "sealed": (_l("Sealed, to open"), ("sealed",)),
    "scoring": (_l("Scoring"), SCORING),
    "standstill": (_l("Standstill"), ("awarded",)),
    "ended": (_l("Ended"), ("contracted", "performing", "closed", "unsuccessful", "cancelled")),
}


def is_staff(who: Actor) -> bool:
    return who.organisation_id is None and not FUND_STAFF.isdisjoint(who.roles)


def staff_tender(number: str) -> Tender:
    """A tender for the fund's staff; for everybody else it is not here."""
    if not is_staff(actor()):
        raise NotFound(_l("There is no %(number)s here.", number=number))
    return queries.tender_by_number(number)


@blueprint.get("")
@allow(Permission.READ_TENDERS)
def index() -> Any:
    """All tenders by stage; bidders see what is published and their own bids."""
    at, wanted = database_now(), request.args.get("stage", "")
    if not is_staff(actor()):
        own = {bid.tender_id: bid for bid in bid_queries.own_bids(actor().organisation_id)}
        tenders = queries.published_tenders(actor())
        letters = bid_queries.own_letters(actor().organisation_id)
        return page("tenders/for_bidders.html", tenders=tenders, own=own, at=at, names=NAMES, letters=letters)
    tenders = queries.all_tenders()
    counts = {key: sum(row.phase(at) in states for row in tenders) for key, (_word, states) in PHASES.items()}
    shown = [row for row in tenders if wanted not in PHASES or row.phase(at) in PHASES[wanted][1]]
    return page(
        "tenders/list.html", tenders=shown, at=at, names=NAMES, phases=PHASES, counts=counts, wanted=wanted,
        bid_counts=queries.bid_counts(), may_draft=may(Permission.DRAFT_TENDER, actor().roles),
        sees_flags=may(Permission.READ_RED_FLAGS, actor().roles),
    )  # fmt: skip


@blueprint.get("/<number>")
@allow(Permission.READ_TENDERS)
def show(number: str) -> Any:
    """Where a tender stands, what it asks, who carries it; to bidders, the notice and the door to their bid."""
    return _show(staff_tender(number) if is_staff(actor()) else queries.published_tender(number, actor()))


def _show(tender: Tender, errors: InputErrors | None = None) -> Any:
    at, who = database_now(), actor()
    bids = queries.sent_bids(tender)
    own = bid_queries.own_bid(tender, who.organisation_id) if who.organisation_id else None
    awards = queries.awards_of(tender)
    ends = max((row.standstill_until for row in awards if row.standstill_until), default=None)
    return page(
        "tenders/show.html", errors=errors, tender=tender, phase=tender.phase(at), names=NAMES, at=at,
        lot_names=LOT.states, per_lot=_per_lot(tender), bids=bids, steps=timeline(tender, at, len(bids), ends),
        services=service_names(), measured_by=measured_by, chosen_by=choosing_words.told(tender),
        score=read_score(tender.score_terms), score_words=score_words,
        may_simulate=may(Permission.READ_QUALITY, who.roles),
        is_staff=is_staff(who), own=own,
        after_links=links(tender, who, own, at),
        actions=_actions(tender, who, at),
        is_draft=(is_draft := is_staff(who) and tender.state in ("draft", "submitted")),
        checked=checked(tender) if is_draft else [], reach=advice.could_anyone_bid(tender) if is_draft else [],
        questions=_question_count(tender, who), amendment=notice_queries.proposed_amendment(tender),
        may_amend=may(Permission.DRAFT_TENDER, who.roles) and tender.phase(at) in ("published", "questions_closed"),
        answers_by=answers_by(tender),
        may_replace=may(Permission.REPLACE_EVALUATOR, who.roles) and tender.published_at is not None,
        may_close=(may_close := _may_close(tender, who)), obstacles=closing.obstacles(tender) if may_close else [],
        winners=winners_by_lot(awards), may_cancel=_may_cancel(tender, who), fingerprints=verbs.fingerprints(tender),
        keys=queries.opening_keys(tender, "price" if tender.locked_at else "quality"), weights=weights_of(tender),
    )  # fmt: skip


@blueprint.get("/<number>/notice.pdf")
@allow(Permission.READ_TENDERS)
def notice(number: str) -> Response:
    """The notice as PDF; staff may read it before it is out."""
    tender = staff_tender(number) if is_staff(actor()) else queries.published_tender(number, actor())
    return Response(papers.notice(tender), mimetype="application/pdf")


@blueprint.get("/<number>/document.pdf")
@allow(Permission.READ_TENDERS)
def document(number: str) -> Response:
    """The tender document with its clauses; staff may read it before it is out."""
    tender = staff_tender(number) if is_staff(actor()) else queries.published_tender(number, actor())
    return Response(tender_document.document(tender), mimetype="application/pdf")


@blueprint.post("/<number>/cancel")
@allow(Permission.DRAFT_TENDER)
def cancel(number: str) -> Any:
    tender = staff_tender(number)
    try:
        verbs.cancel(tender, reason=request.form.get("reason", ""), by=actor())
    except InputErrors as errors:
        return _show(tender, errors)
    return done(url_for("tenders.show", number=number), _("%(number)s is cancelled.", number=number))


@blueprint.post("/<number>/close")
@allow(Permission.DECIDE_AWARD)
def close(number: str) -> Any:
    """Accept what was delivered; the tender is history."""
    tender = staff_tender(number)
    try:
        closing.close(tender, reason=request.form.get("acceptance", ""), by=actor())
    except InputErrors as errors:
        return _show(tender, errors)
    return done(url_for("tenders.show", number=number), _("%(number)s is accepted and closed.", number=number))


def _may_close(tender: Tender, who: Actor) -> bool:
    return any(step.action == "close" for step in TENDER.actions(tender.state, who.roles))


def _per_lot(tender: Tender) -> dict[int, int]:
    """Lot number → bids that stand; receipts name their lots, not their content."""
    counts = {lot.number: 0 for lot in tender.lots}
    for bid in queries.sent_bids(tender):
        for number in bid.lots:
            counts[number] = counts.get(number, 0) + 1
    return counts


def _question_count(tender: Tender, who: Actor) -> tuple[int, int]:
    """(published, waiting); a bidder's waiting ones are their own."""
    waiting = question_queries.unanswered(tender)
    own = [row for row in waiting if is_staff(who) or row.organisation_id == who.organisation_id]
    return len(question_queries.published(tender)), len(own)


def _may_cancel(tender: Tender, who: Actor) -> bool:
    """Before an award; the author's draft too."""
    is_awarded = any(lot.state in ("awarded", "contracted") for lot in tender.lots)
    return not is_awarded and any(step.action == "cancel" for step in TENDER.actions(tender.state, who.roles))


def _actions(tender: Tender, who: Actor, at: Any) -> list[dict[str, Any]]:
    """The one thing to do next, for whoever may do it; then the paper."""
    steps = {
        "draft": (Permission.DRAFT_TENDER, _("Go on with the draft"), "tenders.edit"),
        "submitted": (Permission.APPROVE_TENDER, _("Check and approve"), "tenders.approval"),
        "approved": (Permission.APPROVE_TENDER, _("Rehearse and publish"), "tenders.approval"),
        "sealed": (Permission.OPEN_BIDS, _("Open the bids"), "opening.show"),
        "opened_quality": (Permission.SCORE_BIDS, _("Score the bids"), "scoring.index"),
        "admin_review": (Permission.SCORE_BIDS, _("Score the bids"), "scoring.index"),
        "quality_scored": (Permission.OPEN_BIDS, _("Open the prices"), "opening.show"),
        "opened_price": (Permission.READ_TENDERS, _("See the ranking"), "ranking.show"),
        "abnormal_review": (Permission.READ_TENDERS, _("See the ranking"), "ranking.show"),
        "ranked": (Permission.READ_TENDERS, _("See the ranking"), "ranking.show"),
        "awarded": (Permission.READ_TENDERS, _("See the ranking"), "ranking.show"),
        "contracted": (Permission.READ_TENDERS, _("See the ranking"), "ranking.show"),
    }
    phase = tender.phase(at)
    found: list[dict[str, Any]] = []
    if is_staff(who):
        permission, label, endpoint = steps.get(phase, (Permission.PUBLIC, "", ""))
        if phase in ("opened_quality", "admin_review") and may(Permission.LOCK_SCORES, who.roles):
            permission, label, endpoint = Permission.LOCK_SCORES, _("Lock the scores"), "scoring.lock_page"
        if endpoint and may(permission, who.roles):
            found.append({"label": label, "url": url_for(endpoint, number=tender.number), "primary": True})
    elif may(Permission.BID, who.roles) and phase in ("published", "questions_closed"):
        url = url_for("bids.tasks", number=tender.number)
        found.append({"label": _("Your bid"), "url": url, "primary": True})
    found.append({"label": _("Tender document (PDF)"), "url": url_for("tenders.document", number=tender.number)})
    found.append({"label": _("Notice (PDF)"), "url": url_for("tenders.notice", number=tender.number)})
    is_elsewhere = tender.state == "draft" or portal_procedure(tender.id) is not None
    if is_elsewhere and may(Permission.DRAFT_TENDER, who.roles):
        found.append({"label": _("On a portal"), "url": url_for("portal.show", number=tender.number)})
    if may(Permission.MAKE_COURT_FILE, who.roles):
        found.append({"label": _("Procedure file"), "url": url_for("court.index", number=tender.number)})
    return found
