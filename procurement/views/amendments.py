"""Changing a published notice: one officer proposes on the draft's own form, another publishes the difference."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from core.db import database_now
from core.errors import InputErrors
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _
from procurement import noting
from procurement.models.notice import Amendment
from procurement.models.tender import Tender
from procurement.queries import notices as queries
from procurement.queries import tenders as tender_queries
from procurement.services import notices as verbs
from procurement.states.notice import AMENDMENT
from procurement.views import drafting
from procurement.views.progress import NAMES
from procurement.views.tenders import is_staff, staff_tender

blueprint = Blueprint("amendments", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/amendment")
@allow(Permission.DRAFT_TENDER)
def form(number: str) -> Any:
    tender = staff_tender(number)
    verbs.refuse_closed(tender)
    return drafting.show_form(drafting.typed(tender), tender, is_amendment=True)


@blueprint.post("/<number>/amendment")
@allow(Permission.DRAFT_TENDER)
def propose(number: str) -> Any:
    """The form is the draft's; what is typed again may differ, and a reason says why."""
    tender = staff_tender(number)
    rows = drafting.Rows.of(request.form)
    if request.form.get("add"):
        values, rows = drafting.with_one_more(request.form, rows)
        return drafting.show_form(values, tender, rows=rows, is_amendment=True)
    try:
        terms = drafting.read(request.form, rows)
        verbs.propose_amendment(tender, terms, reason=request.form.get("reason", ""), by=actor())
    except InputErrors as errors:
        return drafting.show_form(request.form, tender, errors, rows, is_amendment=True)
    message = _("The change of %(number)s waits for a second officer. Until then the notice stands.", number=number)
    return done(url_for("amendments.approval", number=number), message)


@blueprint.get("/<number>/amendment/approval")
@allow(Permission.APPROVE_TENDER)
def approval(number: str) -> Any:
    """What would read differently, and what it does to bidders."""
    tender = staff_tender(number)
    return _approval(tender, queries.waiting_amendment(tender))


@blueprint.post("/<number>/amendment/approval")
@allow(Permission.APPROVE_TENDER)
def decide(number: str) -> Any:
    tender = staff_tender(number)
    amendment = queries.waiting_amendment(tender, is_held=True)
    try:
        if request.form.get("answer") == "send_back":
            verbs.drop_amendment(amendment, reason=request.form.get("reason", ""), by=actor())
            return done(url_for("tenders.show", number=number), _("The change is off the table. The notice stands."))
        version = verbs.publish_amendment(amendment, by=actor())
    except InputErrors as errors:
        return _approval(tender, amendment, errors)
    message = _("Version %(version)s of %(number)s is out. Bidders are told.", version=version.version, number=number)
    return done(url_for("amendments.versions", number=number), message)


@blueprint.get("/<number>/versions")
@allow(Permission.READ_TENDERS)
def versions(number: str) -> Any:
    """Every version of the notice with its differences."""
    tender = staff_tender(number) if is_staff(actor()) else tender_queries.published_tender(number, actor())
    return page(
        "tenders/versions.html", tender=tender, versions=queries.versions(tender), phase=tender.phase(database_now()),
        names=NAMES, back=url_for("tenders.show", number=number), home=url_for("tenders.index"), home_name=_("Tenders"),
    )  # fmt: skip


def _approval(tender: Tender, amendment: Amendment, errors: InputErrors | None = None) -> Any:
    before = noting.noted(noting.terms_of(tender))
    found = noting.changes(before, amendment.terms)
    return page(
        "tenders/amendment.html", errors=errors, tender=tender, amendment=amendment, changes=found,
        word=AMENDMENT.states[amendment.state], is_extension=noting.only_dates(found),
        sent=len(tender_queries.bids_in(tender, "sealed", "unconfirmed")),
        is_proposer=actor().person == amendment.proposer,
    )  # fmt: skip
