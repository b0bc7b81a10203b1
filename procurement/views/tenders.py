"""The fund's tenders: list, page, draft form, approval."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from core import clock
from core.actors import Actor
from core.codes import service_names
from core.db import database_now
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import FUND_STAFF
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement import papers, tender_document
from procurement.models.tender import Tender
from procurement.queries import bids as bid_queries
from procurement.queries import notices as notice_queries
from procurement.queries import planning as plan_queries
from procurement.queries import questions as question_queries
from procurement.queries import tenders as queries
from procurement.queries.portal import portal_procedure
from procurement.services import advice, planning
from procurement.services import bids as bid_services
from procurement.services import elsewhere as elsewhere_verbs
from procurement.services import tenders as verbs
from procurement.services.questions import answers_by
from procurement.states.tender import LOT, TENDER
from procurement.terms import TenderTerms
from procurement.views import drafting
from procurement.views.after_opening import links
from procurement.views.progress import NAMES, timeline

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
        tenders = queries.published_tenders()
        letters = bid_queries.own_letters(actor().organisation_id)
        return page("tenders/for_bidders.html", tenders=tenders, own=own, at=at, names=NAMES, letters=letters)
    tenders = queries.all_tenders()
    counts = {key: sum(row.phase(at) in states for row in tenders) for key, (_word, states) in PHASES.items()}
    shown = [row for row in tenders if wanted not in PHASES or row.phase(at) in PHASES[wanted][1]]
    return page(
        "tenders/list.html", tenders=shown, at=at, names=NAMES, phases=PHASES, counts=counts, wanted=wanted,
        bid_counts=queries.bid_counts(), may_draft=may(Permission.DRAFT_TENDER, actor().roles),
    )  # fmt: skip


@blueprint.get("/<number>")
@allow(Permission.READ_TENDERS)
def show(number: str) -> Any:
    """Where a tender stands, what it asks, who carries it; to bidders, the notice and the door to their bid."""
    return _show(staff_tender(number) if is_staff(actor()) else queries.published_tender(number))


def _show(tender: Tender, errors: InputErrors | None = None) -> Any:
    at, who = database_now(), actor()
    bids = queries.sent_bids(tender)
    own = bid_queries.own_bid(tender, who.organisation_id) if who.organisation_id else None
    awards = {row.lot_id: row for row in queries.awards_of(tender)}
    ends = max((row.standstill_until for row in awards.values() if row.standstill_until), default=None)
    return page(
        "tenders/show.html", errors=errors, tender=tender, phase=tender.phase(at), names=NAMES, at=at,
        lot_names=LOT.states, per_lot=_per_lot(tender), bids=bids, steps=timeline(tender, at, len(bids), ends),
        services=service_names(), measured_by=papers.measured_by, is_staff=is_staff(who), own=own,
        after_links=links(tender, who, own, at),
        actions=_actions(tender, who, at),
        is_draft=(is_draft := is_staff(who) and tender.state in ("draft", "submitted")),
        checked=_checked(tender) if is_draft else [], reach=advice.could_anyone_bid(tender) if is_draft else [],
        questions=_question_count(tender, who), amendment=notice_queries.proposed_amendment(tender),
        may_amend=may(Permission.DRAFT_TENDER, who.roles) and tender.phase(at) in ("published", "questions_closed"),
        answers_by=answers_by(tender),
        awards=awards, may_cancel=_may_cancel(tender, who), fingerprints=verbs.fingerprints(tender),
        keys=queries.opening_keys(tender, "price" if tender.locked_at else "quality"), weights=_weights(tender),
    )  # fmt: skip


@blueprint.get("/<number>/notice.pdf")
@allow(Permission.READ_TENDERS)
def notice(number: str) -> Response:
    """The notice as PDF; staff may read it before it is out."""
    tender = staff_tender(number) if is_staff(actor()) else queries.published_tender(number)
    return Response(papers.notice(tender), mimetype="application/pdf")


@blueprint.get("/<number>/document.pdf")
@allow(Permission.READ_TENDERS)
def document(number: str) -> Response:
    """The tender document with its clauses; staff may read it before it is out."""
    tender = staff_tender(number) if is_staff(actor()) else queries.published_tender(number)
    return Response(tender_document.document(tender), mimetype="application/pdf")


@blueprint.get("/new")
@allow(Permission.DRAFT_TENDER)
def new() -> Any:
    """An empty form, or with `elsewhere` one filled from a procedure published elsewhere."""
    if origin := request.args.get("elsewhere"):
        from procurement.views.elsewhere import form_of

        return drafting.show_form(form_of(origin), None)
    values = drafting.empty()
    if planned := request.args.get("plan"):
        plan = plan_queries.plan_by_number(planned)
        values.update(
            {"plan": plan.number, "title": plan.title, "summary": plan.need, "service_line": plan.service_line}
        )
        values["starts_on"] = plan.wanted_on.isoformat()
    return drafting.show_form(values, None)


@blueprint.post("/new")
@allow(Permission.DRAFT_TENDER)
def create() -> Any:
    """Save a first draft, or add a row to the form."""
    return _save(None)


@blueprint.get("/<number>/edit")
@allow(Permission.DRAFT_TENDER)
def edit(number: str) -> Any:
    tender = staff_tender(number)
    return drafting.show_form(drafting.typed(tender), tender)


@blueprint.post("/<number>/edit")
@allow(Permission.DRAFT_TENDER)
def change(number: str) -> Any:
    """Save the draft again; `send` also hands it to the second officer."""
    return _save(staff_tender(number))


@blueprint.get("/<number>/approval")
@allow(Permission.APPROVE_TENDER)
def approval(number: str) -> Any:
    """What the second officer sees before the notice goes out."""
    return _approval(staff_tender(number))


@blueprint.post("/<number>/approval")
@allow(Permission.APPROVE_TENDER)
def approve(number: str) -> Any:
    """Approve, which makes the keys; publish, once the opening was rehearsed; or send back."""
    tender = staff_tender(number)
    try:
        if request.form.get("answer") == "send_back":
            verbs.send_back(tender, reason=request.form.get("reason", ""), by=actor())
            return done(url_for("tenders.show", number=number), _("%(number)s went back to its author.", number=number))
        if request.form.get("answer") == "approve":
            verbs.approve(tender, by=actor())
            message = _("%(number)s is approved and its keys are made. Now rehearse the opening.", number=number)
            return done(url_for("tenders.approval", number=number), message)
        verbs.publish(tender, by=actor())
    except InputErrors as errors:
        return _approval(tender, errors)
    message = _("%(number)s is published; bids can arrive.", number=number)
    return done(url_for("tenders.show", number=number), message)


@blueprint.post("/<number>/cancel")
@allow(Permission.DRAFT_TENDER)
def cancel(number: str) -> Any:
    tender = staff_tender(number)
    try:
        verbs.cancel(tender, reason=request.form.get("reason", ""), by=actor())
    except InputErrors as errors:
        return _show(tender, errors)
    return done(url_for("tenders.show", number=number), _("%(number)s is cancelled.", number=number))


def _save(tender: Tender | None) -> Any:
    rows = drafting.Rows.of(request.form)
    if request.form.get("add"):
        values, rows = drafting.with_one_more(request.form, rows)
        return drafting.show_form(values, tender, rows=rows)
    try:
        terms = drafting.read(request.form, rows)
        if tender is None:
            tender = _first_draft(terms)
            if origin := request.args.get("elsewhere"):
                elsewhere_verbs.lead(origin, tender, by=actor())
        else:
            verbs.change_tender(tender, terms, by=actor())
        if request.form.get("answer") == "send":
            verbs.send_for_approval(tender, by=actor())
    except InputErrors as errors:
        return drafting.show_form(request.form, tender, errors, rows)
    sent = tender.state == "submitted"
    text = _("%(number)s waits for a second officer.") if sent else _("Draft %(number)s is saved.")
    return done(url_for("tenders.show", number=tender.number), text % {"number": tender.number})


def _approval(tender: Tender, errors: InputErrors | None = None) -> Any:
    return page(
        "tenders/approval.html", errors=errors, tender=tender, officers=_officers(tender), weights=_weights(tender),
        services=service_names(), measured_by=papers.measured_by, is_author=actor().person == tender.author,
        checked=_checked(tender), word=TENDER.states[tender.state], reach=advice.could_anyone_bid(tender),
        lot_names=LOT.states,
    )  # fmt: skip


def _first_draft(terms: TenderTerms) -> Tender:
    """From an approved plan, where the form came from one."""
    if number := request.form.get("plan"):
        return planning.draft_from(plan_queries.plan_by_number(number), terms, by=actor())
    return verbs.draft_tender(terms, by=actor())


def _checked(tender: Tender) -> list[dict[str, Any]]:
    """Every condition of publication: met, or with what is missing."""
    return [
        {"state": "done" if topic.is_met else "refused", "text": text}
        for topic in advice.conditions(tender, clock.now())
        for text in ([topic.text] if topic.is_met else [problem.message for problem in topic.problems])
    ]


def _officers(tender: Tender) -> list[Any]:
    return tender.key_holders


def _weights(tender: Tender) -> list[dict[str, Any]]:
    return [
        {"label": row.name, "points": float(row.weight) if row.weight % 1 else int(row.weight)}
        for row in tender.criteria
    ]


def _per_lot(tender: Tender) -> dict[int, int]:
    """Lot number → bids that stand; receipts name their lots, not their content."""
    counts = {lot.number: 0 for lot in tender.lots}
    for bid in queries.sent_bids(tender):
        for number in bid_services.lots_of(bid):
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
