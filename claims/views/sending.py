"""Many claims by file: tried without a trace or taken in, with the wrong rows given back."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request, url_for

from claims import documents, presenters
from claims.intake import importing, reading
from claims.intake.importing import Intake, Upload
from claims.models import ClaimReceipt
from claims.queries import lists
from claims.states import CLAIM
from claims.views import blueprint
from claims.views.scope import found, reader
from core import clock
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.tables import FileRefused
from core.web import actor, allow, done, page
from core.web.limits import dry_run_limit
from core.words import _, _l, ngettext


def when() -> dict[str, Any]:
    """Who, at what instant, in whose time zone: what every service here takes."""
    return {"by": actor(), "at": clock.now(), "zone": fund().zone}


def organisation_id() -> int:
    found = actor().organisation_id
    if found is None:
        raise NotFound(_l("Only a cooperative sends claims."))
    return found


def is_tried() -> bool:
    """Does the form ask for the answer only?"""
    return request.form.get("do") in ("try", "check")


@blueprint.get("/upload")
@allow(Permission.SUBMIT_CLAIMS)
def upload() -> Any:
    return _upload_page()


@blueprint.post("/upload")
@allow(Permission.SUBMIT_CLAIMS)
@dry_run_limit(is_tried)
def take() -> Any:
    """A file: tried (nothing is written but who asked) or taken in; its good rows go through."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
        file = Upload(sent.read(), sent.filename, request.form.get("mapping", ""), organisation_id())
        if is_tried():
            intake = importing.try_file(file, currency=fund().currency, **when())
            return page("claims/report.html", **_report(intake), receipt=None)
        most = current_app.config["CLAIM_LINES_AT_ONCE"]
        intake = importing.take_file(file, currency=fund().currency, most_at_once=most, **when())
    except FileRefused as refused:
        return _upload_page(InputErrors.at("file", refused.message))
    except InputErrors as errors:
        return _upload_page(errors)
    return done(url_for(".receipt", receipt_id=_kept(intake).id), _taken(intake))


def _kept(intake: Intake) -> ClaimReceipt:
    assert intake.receipt is not None
    return intake.receipt


def _taken(intake: Intake) -> Any:
    if intake.is_known:
        return _("This file was here already. Nothing was added.")
    receipt = _kept(intake)
    if receipt.claims_known and not receipt.claims_new:
        return ngettext(
            "Nothing was new: %(num)s claim was here already.",
            "Nothing was new: %(num)s claims were here already.",
            receipt.claims_known,
        )
    if intake.states[CLAIM.initial]:
        return ngettext(
            "%(num)s claim was received. The decision follows in a few minutes.",
            "%(num)s claims were received. The decisions follow in a few minutes.",
            receipt.claims_new,
        )
    return ngettext("%(num)s claim was taken in.", "%(num)s claims were taken in.", receipt.claims_new)


def _upload_page(errors: InputErrors | None = None) -> Any:
    mappings = [(name, mapping.title) for name, mapping in sorted(reading.mappings().items(), reverse=True)]
    receipts = lists.receipts(reader())
    return page("claims/upload.html", errors=errors, mappings=mappings, receipts=receipts)


def _report(intake: Intake) -> dict[str, Any]:
    """What a file would give, or gave: per state how many claims and what the fund pays."""
    tally = intake.tally
    return {"rows": intake.rows, "sums": tally.answers, "conflicts": tally.conflicts, "show": presenters}


def sent_document() -> tuple[str, bytes, str]:
    """What it is, its bytes and the name of its file, as page and API send them."""
    sent = request.files.get("file")
    content, filename = (sent.read(), sent.filename or "") if sent is not None else (b"", "")
    return request.form.get("name", ""), content, filename


@blueprint.post("/<number>/documents")
@allow(Permission.SUBMIT_CLAIMS)
def send_document(number: str) -> Any:
    """A document that the claim waits for; the claim is decided again at once."""
    from claims.views.reading import claim_page  # it reads pages that this module's `when` serves

    claim, _version = found(number)
    try:
        documents.attach(claim.number, *sent_document(), **when())
    except InputErrors as errors:
        return claim_page(number, errors)
    return done(url_for(".show", number=number), _("The document is here. The claim was decided again."))


@blueprint.get("/uploads/<int:receipt_id>")
@allow(Permission.READ_CLAIMS)
def receipt(receipt_id: int) -> Any:
    row = _receipt(receipt_id)
    report = importing.reread(row, fund().currency)
    sums = lists.states_of_receipt(row.id)
    return page("claims/report.html", rows=report, sums=sums, conflicts=[], receipt=row, show=presenters)


@blueprint.get("/uploads/<int:receipt_id>/wrong-rows.csv")
@allow(Permission.READ_CLAIMS)
def wrong_rows(receipt_id: int) -> Any:
    """Only the rows that need work, with a column that says why; mended, the file goes in as it is."""
    report = importing.reread(_receipt(receipt_id), fund().currency)
    headers = {"Content-Disposition": f"attachment; filename=wrong-rows-{receipt_id}.csv"}
    return Response(report.wrong_rows_csv(), mimetype="text/csv; charset=utf-8", headers=headers)


def _receipt(receipt_id: int) -> ClaimReceipt:
    row = lists.receipt(receipt_id, reader())
    if row is None or row.file_id is None:
        raise NotFound(_l("There is no such file."))
    return row
