"""The two ceremonies: each officer comes with a passphrase, on their own sign-in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from core.db import database_now
from core.errors import InputErrors
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.services import opening as verbs
from procurement.views.tenders import staff_tender

blueprint = Blueprint("opening", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/opening")
@allow(Permission.OPEN_BIDS)
def show(number: str) -> Any:
    return _page(staff_tender(number))


@blueprint.post("/<number>/opening")
@allow(Permission.OPEN_BIDS)
def join(number: str) -> Any:
    """Come to the opening; the second officer completes it."""
    tender = staff_tender(number)
    envelope = _envelope(tender)
    try:
        is_open = verbs.join_opening(tender, envelope, request.form.get("passphrase", ""), by=actor())
    except InputErrors as errors:
        return _page(tender, errors)
    if not is_open:
        message = _("You are here. Now the second officer enters a passphrase on their own sign-in.")
        return done(url_for("opening.show", number=number), message)
    message = _("The envelopes of %(number)s are open. The minutes stand in the trail.", number=number)
    return done(url_for("tenders.show", number=number), message)


def _page(tender: Tender, errors: InputErrors | None = None) -> Any:
    envelope = _envelope(tender)
    came = {row.person for row in queries.opening_keys(tender, envelope) if row.sealed_passphrase}
    return page(
        "tenders/opening.html", errors=errors, tender=tender, envelope=envelope, came=came, me=actor().person,
        officers=tender.people_as("officer"), bids=queries.sent_bids(tender),
        is_closed=tender.is_closed(database_now()),
    )  # fmt: skip


def _envelope(tender: Tender) -> str:
    return "price" if tender.state == "quality_scored" else "quality"
