"""Complaints: a bidder makes one, the fund answers a claim, the complaints officer decides, the fund acts on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for

from core import files
from core.db import database_now
from core.errors import Forbidden, InputErrors
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.complaint import Complaint
from procurement.models.tender import Tender
from procurement.queries import complaints as queries
from procurement.queries import tenders as tender_queries
from procurement.rulings import OUTCOMES, REMEDIES, redone
from procurement.services import complaints as verbs
from procurement.services.complaint_fees import fee_rule, may_refuse_unpaid, pay_fee
from procurement.states.complaint import COMPLAINT
from procurement.superseding import versions, versions_of
from procurement.views.tenders import is_staff

blueprint = Blueprint("complaints", __name__)
ABOUT = {"notice": _l("The notice"), "decision": _l("A decision"), "cancellation": _l("The cancellation")}
REDO = [
    ("marks", _l("Marks"), _l("of the criteria, evaluators and bids chosen below; none chosen means all")),
    ("admission", _l("Whether a bidder is admitted"), _l("choose the bidder below")),
    ("prices", _l("The check of low prices")),
    ("ranking", _l("Points and ranking")),
    ("award", _l("The award"), _l("the ranking stands")),
    ("cancel", _l("Nothing: the whole tender is cancelled")),
    ("other", _l("Something else, said in the reasons")),
    ("nothing", _l("Nothing")),
]


@blueprint.get("/complaints")
@allow(Permission.READ_COMPLAINTS)
def index() -> Any:
    """All for the fund's staff, its own for a bidder."""
    rows = queries.complaints_in(*COMPLAINT.states) if is_staff(actor()) else queries.own_complaints(_mine())
    return page("tenders/complaints.html", rows=list(reversed(rows)), names=COMPLAINT.states, about=ABOUT)


@blueprint.get("/tenders/<number>/complaints")
@allow(Permission.COMPLAIN)
def new(number: str) -> Any:
    return _new(tender_queries.published_tender(number, actor()))


@blueprint.post("/tenders/<number>/complaints")
@allow(Permission.COMPLAIN)
def make(number: str) -> Any:
    """Ask the fund first, keep a draft, or send it at once: one button each."""
    tender, form = tender_queries.published_tender(number, actor()), request.form
    lot, answer = tender.lot(int(form["lot"])) if form.get("lot", "").isdigit() else None, form.get("answer", "")
    try:
        about, text = form.get("about", ""), form.get("text", "")
        row = verbs.complain(tender, about, text, by=actor(), lot=lot, is_claim=answer == "claim")
        if answer == "lodge":
            verbs.lodge(row, by=actor())
    except InputErrors as errors:
        return _new(tender, errors)
    message = _("%(number)s: %(state)s.", number=row.number, state=COMPLAINT.states[row.state])
    return done(url_for("complaints.show", number=row.number), message)


@blueprint.get("/complaints/<number>")
@allow(Permission.READ_COMPLAINTS)
def show(number: str) -> Any:
    return _show(_found(number))


@blueprint.post("/complaints/<number>")
@allow(Permission.READ_COMPLAINTS)
def act(number: str) -> Any:
    """One step of its table, if this role may take it."""
    row, action = _found(number), request.form.get("answer", "")
    if action not in STEPS or action not in _steps(row):
        raise Forbidden(_l("You cannot do this with complaint %(number)s now.", number=number))
    try:
        STEPS[action](row)
    except InputErrors as errors:
        return _show(row, errors)
    message = _("%(number)s: %(state)s.", number=row.number, state=COMPLAINT.states[row.state])
    return done(url_for("complaints.show", number=number), message)


@blueprint.get("/complaints/<number>/decision")
@allow(Permission.COMPLAIN)
def decision(number: str) -> Any:
    """The decision for a bidder it concerns; what the other side wrote is not here."""
    letter = queries.letter_of(number, _mine())
    row = letter.complaint
    return page(
        "tenders/complaint_decision.html", row=row, tender=row.tender, letter=letter, names=COMPLAINT.states,
        outcome_words=OUTCOMES, remedy_words=REMEDIES,
        redone=redone(row) if row.redo != "nothing" else [],
    )  # fmt: skip


@blueprint.get("/complaints/<number>/decision.pdf")
@allow(Permission.READ_COMPLAINTS)
def paper(number: str) -> Response:
    """As it was sent: its own for a bidder, that of who complained for the fund."""
    own = queries.complaint(number).organisation_id if is_staff(actor()) else _mine()
    return Response(files.read(queries.letter_of(number, own).file), mimetype="application/pdf")


def _decide(action: str) -> Callable[[Complaint], None]:
    def decide(row: Complaint) -> None:
        form = request.form
        remedy, redo = form.get("remedy", ""), form.get("redo", "")
        outcome = "accepted" if action == "uphold" else form.get("outcome", "")
        of = {name: form.getlist(f"{name}[]") for name in ("criteria", "evaluators", "bids")}
        verbs.decide(row, action, outcome, form.get("decision", ""), by=actor(), remedy=remedy, redo=redo, of=of)

    return decide


STEPS: dict[str, Callable[[Complaint], None]] = {
    "settle": lambda row: verbs.settle(row, request.form.get("answer_text", ""), by=actor()),
    "lodge": lambda row: verbs.lodge(row, by=actor()),
    "stop": lambda row: verbs.stop(row, by=actor()),
    "accept": lambda row: verbs.accept(row, by=actor()),
    "uphold": _decide("uphold"),
    "decline": _decide("decline"),
    "find_invalid": _decide("find_invalid"),
    "pay": lambda row: pay_fee(row, _paid_on(), by=actor()),
    "resolve": lambda row: verbs.resolve(row, request.form.get("redone", ""), by=actor()),
}


def _steps(row: Complaint) -> set[str]:
    """What this reader may do; a bidder only with its own."""
    who = actor()
    found = {step.action for step in COMPLAINT.actions(row.state, who.roles)}
    if "write" in found:  # a claim that becomes a complaint is sent in one
        found.add("lodge")
    return found | ({"pay"} if row.owes_fee and "accept" in found else set())


def _found(number: str) -> Complaint:
    return queries.complaint(number, None if is_staff(actor()) else _mine())


def _mine() -> int:
    return actor().organisation_id or 0


def _new(tender: Tender, errors: InputErrors | None = None) -> Any:
    until = {key: verbs.window(tender, key, None) for key in ABOUT}
    now = database_now()
    about = [(key, word) for key, word in ABOUT.items() if (last := until[key]) is not None and now <= last]
    return page(
        "tenders/complaint_new.html", errors=errors, tender=tender, about=about, until=until, words=ABOUT,
        lots=[(lot.number, _("Lot %(number)s, %(title)s", number=lot.number, title=lot.title)) for lot in tender.lots],
        rows=queries.own_complaints(_mine(), tender), names=COMPLAINT.states, fee=fee_rule(),
    )  # fmt: skip


def _show(row: Complaint, errors: InputErrors | None = None) -> Any:
    of_fund = is_staff(actor())
    outcomes = [
        (key, word)
        for key, word in OUTCOMES.items()
        if key != "accepted" and (key != "rej-npaid" or may_refuse_unpaid(row))
    ]
    return page(
        "tenders/complaint.html", errors=errors, row=row, tender=row.tender, names=COMPLAINT.states, about=ABOUT,
        steps=_steps(row), outcomes=outcomes, remedies=list(REMEDIES.items()), redo=REDO, of=_choices(row.tender),
        outcome_words=OUTCOMES, remedy_words=REMEDIES, until=verbs.window(row.tender, row.about, row.lot),
        redone=redone(row, is_staff=of_fund) if row.state in ("satisfied", "resolved") and row.decision else [],
        before=versions(row) if of_fund else versions_of(row, _mine()), has_letter=bool(row.letters),
    )  # fmt: skip


def _paid_on() -> dt.date:
    found = request.form.get("paid_on", "")
    try:
        return parse_date(found)
    except BadValue as error:
        raise InputErrors.at("paid_on", f"{error.reason} {error.fix}", found) from error


def _choices(tender: Tender) -> dict[str, list[tuple[str, str]]]:
    """What a redo can be of; bids only once they are open."""
    bids = tender_queries.bids_in(tender, "opened", "below_minimum", "excluded")
    return {
        "criteria": [(row.code, row.name) for row in tender.criteria_of("quality")],
        "evaluators": [(row.name, row.name) for row in tender.people_as("evaluator") if row.is_active],
        "bids": [(row.public_id, row.organisation.name) for row in bids],
    }
