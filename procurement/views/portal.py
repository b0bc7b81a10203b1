"""A tender that lives on a national portal: its notice, its bids, what was decided there; scored and led here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.utils import secure_filename

from core.codes import service_names
from core.config import fund
from core.errors import DomainError, InputErrors, Problem
from core.permissions import Permission
from core.tables import FileRefused
from core.tables.values import BadValue, parse_date, parse_money
from core.web import actor, allow, done, page
from core.web.forms import keep
from core.words import _, _l
from procurement.models.tender import Tender
from procurement.queries import portal as queries
from procurement.services import portal as verbs
from procurement.services import portal_file
from procurement.services.portal import PortalBid
from procurement.states.tender import BID, TENDER
from procurement.views.exporting import KINDS
from procurement.views.tenders import staff_tender

blueprint = Blueprint("portal", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/portal")
@allow(Permission.DRAFT_TENDER)
def show(number: str) -> Any:
    return _page(staff_tender(number))


@blueprint.post("/<number>/portal")
@allow(Permission.DRAFT_TENDER)
def act(number: str) -> Any:
    """One page, the button says which act: record, approve, bid, take over, prices, decision."""
    tender = staff_tender(number)
    try:
        _act(tender, request.form.get("answer", ""))
    except InputErrors as errors:
        return _page(tender, errors)
    except DomainError as error:
        return _page(tender, InputErrors.at("answer", error.message))
    said = _("%(number)s: %(state)s.", number=number, state=TENDER.states[tender.state])
    return done(url_for(".show", number=number), said)


@blueprint.get("/<number>/portal/bids.<kind>")
@allow(Permission.DRAFT_TENDER)
def sheet(number: str, kind: str) -> Response:
    """An empty file with the columns that this tender's bids have."""
    if kind not in KINDS:
        abort(404)
    write, media_type = KINDS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{number}-bids.{kind}"'}
    return Response(write(portal_file.header(staff_tender(number)), []), mimetype=media_type, headers=headers)


def _act(tender: Tender, answer: str) -> None:
    form, by = request.form, actor()
    if answer == "record":
        named = (form.get("portal", ""), form.get("notice_number", ""), form.get("url", ""))
        verbs.record(tender, *named, by=by)
    elif answer == "approve":
        verbs.approve(tender, by=by)
    elif answer == "bid":
        verbs.record_bid(tender, _bid(tender), by=by)
    elif answer == "file":
        _record_file(tender)
    elif answer == "take_over":
        verbs.take_over(tender, by=by)
    elif answer == "take_prices":
        verbs.take_prices(tender, by=by)
    elif answer == "decision":
        _decide(tender)


def _record_file(tender: Tender) -> None:
    """The good rows of a sheet are recorded, also where others need work."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
    name = secure_filename(upload.filename) or "file"
    try:
        report = portal_file.record_file(tender, upload.read(), name, by=actor())
    except FileRefused as refusal:
        raise InputErrors.at("file", refusal.message) from refusal
    if report.wrong:
        keep()
        raise InputErrors(portal_file.problems_of(report))


def _decide(tender: Tender) -> None:
    try:
        decided_on = parse_date(request.form.get("decided_on", ""))
    except BadValue as error:
        raise InputErrors.at("decided_on", error.reason, request.form.get("decided_on", "")) from error
    verbs.record_decision(tender, decided_on, request.form.get("decision", ""), by=actor())


def _bid(tender: Tender) -> PortalBid:
    """The typed bid; a lot counts if a price was written for it."""
    form, organisation = request.form, request.form.get("organisation", "")
    if not organisation.isdecimal():
        raise InputErrors.at("organisation", _l("Choose the bidder."), organisation)
    answers = {row.code: form.get(f"answer-{row.code}", "").strip() for row in tender.criteria_of("quality")}
    promises = {row.code: form.get(f"promise-{row.code}", "").strip() for row in tender.criteria_of("social")}
    rates = _rates(tender)
    return PortalBid(int(organisation), tuple(rates), answers, promises, rates)


def _rates(tender: Tender) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = {}
    problems = []
    for lot in tender.lots:
        for service in lot.volumes:
            name = f"rate-{lot.number}-{service}"
            typed = request.form.get(name, "").strip()
            if not typed:
                continue
            try:
                found.setdefault(lot.number, {})[service] = Decimal(parse_money(typed, fund().currency.exponent))
            except BadValue as error:
                problems.append(Problem(name, error.reason, typed))
    if problems:
        raise InputErrors(problems)
    return found


def _page(tender: Tender, errors: InputErrors | None = None) -> Any:
    bidders = [(row.id, row.name) for row in queries.bidders_for(tender)]
    return page(
        "tenders/portal.html", errors=errors, tender=tender, row=queries.portal_procedure(tender.id), bidders=bidders,
        bids=queries.recorded_bids(tender), word=TENDER.states[tender.state], bid_words=BID.states,
        services=service_names(), is_author=actor().person == tender.author,
    )  # fmt: skip
