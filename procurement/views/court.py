"""The court file of a tender: one button, the list of what was made, and the way to fetch it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, stream_with_context, url_for

from core import files
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.court.bundle import zipped
from procurement.models.court import CourtFile
from procurement.ocds.eforms import WITHHELD
from procurement.queries import court as queries
from procurement.queries.tenders import tender_by_number
from procurement.services import court as verbs
from procurement.states.court import COURT_FILE

blueprint = Blueprint("court", __name__, url_prefix="/tenders")


@blueprint.get("/<number>/file")
@allow(Permission.MAKE_COURT_FILE)
def index(number: str) -> Any:
    return _page(number)


@blueprint.post("/<number>/file")
@allow(Permission.MAKE_COURT_FILE)
def ask(number: str) -> Any:
    """The whole file, or a copy for one party."""
    tender, party = tender_by_number(number), request.form.get("organisation", "")
    try:
        row = verbs.ask(
            tender, by=actor(), organisation_id=int(party) if party.isdecimal() else None,
            reason_code=request.form.get("reason_code", ""), reason=request.form.get("reason", ""),
        )  # fmt: skip
    except InputErrors as errors:
        return _page(number, errors)
    said = _("%(number)s is being made. It appears here in a moment.", number=row.number)
    return done(url_for(".index", number=number), said)


@blueprint.get("/files/<number>.pdf")
@allow(Permission.MAKE_COURT_FILE)
def pdf(number: str) -> Response:
    row = _made(number)
    return Response(files.read(row.pdf), mimetype="application/pdf") if row.pdf else Response(status=404)


@blueprint.get("/files/<number>.zip")
@allow(Permission.MAKE_COURT_FILE)
def originals(number: str) -> Response:
    """Written while it is read: one original in memory at a time."""
    row = _made(number)
    headers = {"Content-Disposition": f'attachment; filename="{row.number}.zip"'}
    body = stream_with_context(zipped(verbs.members(row)))
    return Response(body, mimetype="application/zip", headers=headers)


def _made(number: str) -> CourtFile:
    row = queries.court_file(number)
    if row.state != "made":
        raise NotFound(_l("%(number)s is still being made.", number=number))
    return row


def _page(number: str, errors: InputErrors | None = None) -> Any:
    tender = tender_by_number(number)
    parties = queries.named_parties(tender) if tender.manifest else {}
    return page(
        "tenders/court.html", errors=errors, tender=tender, rows=queries.court_files(tender),
        words=COURT_FILE.states, parties=list(parties.items()), grounds=list(WITHHELD.items()),
    )  # fmt: skip
