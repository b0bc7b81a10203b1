"""What of a bid is withheld from the others: list, form, and the way back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _
from procurement.models.tender import Tender
from procurement.ocds.eforms import WITHHELD
from procurement.queries import tenders as queries
from procurement.queries.withholding import withheld_in
from procurement.services import withholding as verbs
from procurement.views.tenders import staff_tender
from procurement.withholding import FIELDS

blueprint = Blueprint("withholding", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/withheld")
@allow(Permission.DECIDE_AWARD)
def index(number: str) -> Any:
    return _page(staff_tender(number))


@blueprint.post("/<number>/withheld")
@allow(Permission.DECIDE_AWARD)
def withhold(number: str) -> Any:
    """Withhold a field until a day, or show it again now."""
    tender, form = staff_tender(number), request.form
    if form.get("show", "").isdigit():
        verbs.show_again(tender, int(form["show"]), by=actor())
        return done(url_for(".index", number=number), _("It is shown again from now on."))
    try:
        bid, field, code, reason = (form.get(name, "") for name in ("bid", "field", "reason_code", "reason"))
        verbs.withhold(tender, bid, field, code, reason, _until(), by=actor())
    except InputErrors as errors:
        return _page(tender, errors)
    return done(url_for(".index", number=number), _("It is withheld. Its place says why and until when."))


def _until() -> dt.date | None:
    found = request.form.get("until", "")
    try:
        return parse_date(found) if found else None
    except BadValue as error:
        raise InputErrors.at("until", f"{error.reason} {error.fix}", found) from error


def _page(tender: Tender, errors: InputErrors | None = None) -> Any:
    bids = queries.sent_bids(tender) if tender.quality_opened_at else []
    return page(
        "tenders/withheld.html", errors=errors, tender=tender, rows=withheld_in(tender), fields=FIELDS,
        grounds=WITHHELD, bids=[(bid.public_id, bid.bidder) for bid in bids], today=clock.today(fund().zone),
    )  # fmt: skip
