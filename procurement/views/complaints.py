"""Complaints: a bidder makes one, the fund answers a claim, the complaints officer decides, the fund acts on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for

from core.errors import Forbidden, InputErrors
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.complaint import Complaint
from procurement.models.tender import Tender
from procurement.queries import complaints as queries
from procurement.queries import tenders as tender_queries
from procurement.services import complaints as verbs
from procurement.states.complaint import COMPLAINT
from procurement.views.tenders import is_staff

blueprint = Blueprint("complaints", __name__)
ABOUT = {"notice": _l("The notice"), "decision": _l("A decision"), "cancellation": _l("The cancellation")}
REDO = [
    ("ranking", _l("The ranking of this lot")),
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
    return _new(tender_queries.published_tender(number))


@blueprint.post("/tenders/<number>/complaints")
@allow(Permission.COMPLAIN)
def make(number: str) -> Any:
    """Ask the fund first, keep a draft, or send it at once: one button each."""
    tender, form = tender_queries.published_tender(number), request.form
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
    if action not in STEPS or action not in {step.action for step in _steps(row)} | {"lodge"}:
        raise Forbidden(_l("You cannot do this with complaint %(number)s now.", number=number))
    try:
        STEPS[action](row)
    except InputErrors as errors:
        return _show(row, errors)
    message = _("%(number)s: %(state)s.", number=row.number, state=COMPLAINT.states[row.state])
    return done(url_for("complaints.show", number=number), message)


def _decide(action: str) -> Callable[[Complaint], None]:
    def decide(row: Complaint) -> None:
        form = request.form
        remedy, redo = form.get("remedy", ""), form.get("redo", "nothing")
        outcome = "accepted" if action == "uphold" else form.get("outcome", "")
        verbs.decide(row, action, outcome, form.get("decision", ""), by=actor(), remedy=remedy, redo=redo)

    return decide


STEPS: dict[str, Callable[[Complaint], None]] = {
    "settle": lambda row: verbs.settle(row, request.form.get("answer_text", ""), by=actor()),
    "lodge": lambda row: verbs.lodge(row, by=actor()),
    "stop": lambda row: verbs.stop(row, by=actor()),
    "accept": lambda row: verbs.accept(row, by=actor()),
    "uphold": _decide("uphold"),
    "decline": _decide("decline"),
    "find_invalid": _decide("find_invalid"),
    "resolve": lambda row: verbs.resolve(row, request.form.get("redone", ""), by=actor()),
}


def _steps(row: Complaint) -> list[Any]:
    """What this reader may do; a bidder only with its own."""
    return list(COMPLAINT.actions(row.state, actor().roles))


def _found(number: str) -> Complaint:
    return queries.complaint(number, None if is_staff(actor()) else _mine())


def _mine() -> int:
    return actor().organisation_id or 0


def _new(tender: Tender, errors: InputErrors | None = None) -> Any:
    until = {key: verbs.window(tender, key, None) for key in ABOUT}
    about = [(key, word) for key, word in ABOUT.items() if until[key]]
    return page(
        "tenders/complaint_new.html", errors=errors, tender=tender, about=about, until=until, words=ABOUT,
        lots=[(lot.number, _("Lot %(number)s, %(title)s", number=lot.number, title=lot.title)) for lot in tender.lots],
        rows=queries.own_complaints(_mine(), tender), names=COMPLAINT.states,
    )  # fmt: skip


def _show(row: Complaint, errors: InputErrors | None = None) -> Any:
    outcomes = [(key, word) for key, word in verbs.OUTCOMES.items() if key != "accepted"]
    return page(
        "tenders/complaint.html", errors=errors, row=row, tender=row.tender, names=COMPLAINT.states, about=ABOUT,
        steps={step.action for step in _steps(row)}, outcomes=outcomes, remedies=list(verbs.REMEDIES.items()),
        redo=REDO,
        outcome_words=verbs.OUTCOMES, remedy_words=verbs.REMEDIES, until=verbs.window(row.tender, row.about, row.lot),
    )  # fmt: skip
