"""Ceremonies: the passphrase, the rehearsal, the declaration, the opening, its screen on the wall and its minutes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, request, url_for

from core import issued
from core.db import database_now
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.minutes_paper import minutes_paper
from procurement.models.opening import OpeningMinutes
from procurement.models.tender import Tender, TenderPerson
from procurement.queries import tenders as queries
from procurement.services import keys
from procurement.services import opening as verbs
from procurement.services.opening.minutes import PAPER
from procurement.views.tenders import staff_tender

blueprint = Blueprint("opening", __name__, url_prefix="/tenders")
REFRESH = "10"  # seconds between two looks of the screen on the wall


@blueprint.get("/<number>/key")
@allow(Permission.OPEN_BIDS)
def key(number: str) -> Any:
    """My passphrase: chosen here before the approval, tried here in the rehearsal."""
    return _key(staff_tender(number))


@blueprint.post("/<number>/key")
@allow(Permission.OPEN_BIDS)
def keep(number: str) -> Any:
    tender = staff_tender(number)
    try:
        if tender.state == "approved":
            is_done = keys.rehearse(tender, request.form.get("passphrase", ""), by=actor())
            message = _("The dummy bid is open: the keys work.") if is_done else _("Your passphrase is right.")
        else:
            _refuse_mistyped()
            keys.choose_passphrase(tender, request.form.get("passphrase", ""), by=actor())
            message = _("Your passphrase is chosen. Keep it: nobody else knows it, and nobody can look it up.")
    except InputErrors as errors:
        return _key(tender, errors)
    return done(url_for("opening.key", number=number), message)


@blueprint.get("/<number>/opening")
@allow(Permission.OPEN_BIDS)
def show(number: str) -> Any:
    return _page(staff_tender(number))


@blueprint.post("/<number>/opening")
@allow(Permission.OPEN_BIDS)
def join(number: str) -> Any:
    """Declare, or come to the opening; the last officer needed completes it."""
    tender = staff_tender(number)
    envelope = _envelope(tender)
    try:
        if "interest" in request.form:
            verbs.publish_manifest(tender, by=actor())
            answer, text = request.form["interest"], request.form.get("interest_text", "")
            verbs.declare_interest(tender, answer, text, by=actor())
            return done(url_for("opening.show", number=number), _("Your declaration is recorded."))
        is_open = verbs.join_opening(tender, envelope, request.form.get("passphrase", ""), by=actor())
    except InputErrors as errors:
        return _page(tender, errors)
    if not is_open:
        message = _("You are here. Now the next officer enters a passphrase on their own sign-in.")
        return done(url_for("opening.show", number=number), message)
    message = _("The envelopes of %(number)s are open. Sign the minutes.", number=number)
    return done(url_for("opening.minutes", number=number, envelope=envelope), message)


@blueprint.get("/<number>/opening/screen")
@allow(Permission.OPEN_BIDS)
def screen(number: str) -> Response:
    """For the wall: large, looks again by itself without a script, and names nobody before the manifest."""
    tender = staff_tender(number)
    envelope = _envelope(tender)
    found = verbs.manifest_of(tender)
    shown = page(
        "tenders/opening_screen.html", tender=tender, envelope=envelope, manifest=found,
        bids=queries.sent_bids(tender) if found else [], count=len(queries.sent_bids(tender)),
        came=_came(tender, envelope), minutes=queries.minutes_of(tender, envelope), at=database_now(),
    )  # fmt: skip
    response = make_response(shown)
    response.headers["Refresh"] = REFRESH
    return response


@blueprint.get("/<number>/minutes/<envelope>")
@allow(Permission.READ_TENDERS)
def minutes(number: str, envelope: str) -> Any:
    return _minutes(_of(number, envelope))


@blueprint.get("/<number>/minutes/<envelope>.pdf")
@allow(Permission.READ_TENDERS)
def minutes_pdf(number: str, envelope: str) -> Response:
    row = _of(number, envelope)
    return Response(minutes_paper(row, issued.code_of(PAPER, row.number)), mimetype="application/pdf")


@blueprint.post("/<number>/minutes/<envelope>")
@allow(Permission.OPEN_BIDS)
def sign(number: str, envelope: str) -> Any:
    """Who was there signs, with a remark if something was otherwise."""
    verbs.countersign(_of(number, envelope), by=actor(), remark=request.form.get("remark", ""))
    return done(url_for("opening.minutes", number=number, envelope=envelope), _("You signed the minutes."))


def _key(tender: Tender, errors: InputErrors | None = None) -> Any:
    return page(
        "tenders/key.html", errors=errors, tender=tender, me=_mine(tender), holders=tender.key_holders,
        came=_came(tender, "rehearsal"),
    )  # fmt: skip


def _page(tender: Tender, errors: InputErrors | None = None) -> Any:
    envelope, found, me = _envelope(tender), verbs.manifest_of(tender), _mine(tender)
    return page(
        "tenders/opening.html", errors=errors, tender=tender, envelope=envelope, came=_came(tender, envelope), me=me,
        holders=tender.key_holders, bids=queries.sent_bids(tender) if found else [],
        is_closed=tender.is_closed(database_now()), blocks=verbs.blocks(tender),
        is_declared=bool(me and (me.may_read_prices if envelope == "price" else me.may_read)),
        hints=verbs.hints(tender, actor().person) if me and found else [],
    )  # fmt: skip


def _minutes(row: OpeningMinutes, errors: InputErrors | None = None) -> Any:
    came = {key.person for key in queries.opening_keys(row.tender, row.envelope)}
    signed = {signature.person for signature in row.signatures}
    return page(
        "tenders/minutes.html", errors=errors, minutes=row, tender=row.tender,
        may_sign=actor().person in came - signed,
    )  # fmt: skip


def _of(number: str, envelope: str) -> OpeningMinutes:
    row = queries.minutes_of(staff_tender(number), envelope)
    if row is None:
        raise NotFound(_l("These envelopes are not open yet."))
    return row


def _mine(tender: Tender) -> TenderPerson | None:
    return next((row for row in tender.key_holders if row.person == actor().person), None)


def _came(tender: Tender, envelope: str) -> set[str]:
    """Who is there: while it is shut those who brought a key, afterwards all who came."""
    rows = queries.opening_keys(tender, envelope)
    is_waiting = tender.state in ("published", "quality_scored")
    is_over = tender.rehearsed_at if envelope == "rehearsal" else not is_waiting
    return {row.person for row in rows if row.sealed_key or is_over}


def _envelope(tender: Tender) -> str:
    return "price" if tender.locked_at else "quality"


def _refuse_mistyped() -> None:
    if request.form.get("passphrase", "") != request.form.get("again", ""):
        raise InputErrors.at("again", _l("The two do not match. Type the same passphrase twice."))
