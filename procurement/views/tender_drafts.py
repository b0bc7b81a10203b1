"""A tender until it is out: its draft form, and what the second officer approves. Its routes hang on the tenders."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core.codes import service_names
from core.errors import InputErrors
from core.permissions import Permission, may
from core.web import actor, allow, done, page
from core.words import _
from procurement import choosing_words, score_words
from procurement.criterion_words import measured_by
from procurement.models.tender import Tender
from procurement.queries import planning as plan_queries
from procurement.scored import read as read_score
from procurement.services import advice, planning
from procurement.services import elsewhere as elsewhere_verbs
from procurement.services import tenders as verbs
from procurement.states.tender import LOT, TENDER
from procurement.terms import TenderTerms
from procurement.views import drafting
from procurement.views.conditions import checked, weights_of
from procurement.views.elsewhere import form_of
from procurement.views.tenders import blueprint, staff_tender


@blueprint.get("/new")
@allow(Permission.DRAFT_TENDER)
def new() -> Any:
    """An empty form, or with `elsewhere` one filled from a procedure published elsewhere."""
    if origin := request.args.get("elsewhere"):
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
        "tenders/approval.html", errors=errors, tender=tender, officers=_officers(tender), weights=weights_of(tender),
        services=service_names(), measured_by=measured_by, chosen_by=choosing_words.told(tender),
        score=read_score(tender.score_terms), score_words=score_words,
        may_simulate=may(Permission.READ_QUALITY, actor().roles),
        is_author=actor().person == tender.author,
        checked=checked(tender), word=TENDER.states[tender.state], reach=advice.could_anyone_bid(tender),
        lot_names=LOT.states,
    )  # fmt: skip


def _first_draft(terms: TenderTerms) -> Tender:
    """From an approved plan, where the form came from one."""
    if number := request.form.get("plan"):
        return planning.draft_from(plan_queries.plan_by_number(number), terms, by=actor())
    return verbs.draft_tender(terms, by=actor())


def _officers(tender: Tender) -> list[Any]:
    return tender.key_holders
