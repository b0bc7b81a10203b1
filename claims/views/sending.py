"""A new claim by form, many by file: tried without a trace or sent, with what was typed kept."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from claims import presenters, services
from claims.intake import importing, reading
from claims.intake.importing import Intake, Upload
from claims.intake.values import ClaimInput
from claims.models import ClaimReceipt
from claims.queries import lists
from claims.schemas import ClaimSchema, at_fields, claim_from, from_form, typed_by_hand
from claims.views import blueprint
from claims.views.scope import scope_of
from core import clock
from core.config import fund
from core.errors import Conflict, InputErrors, NotFound
from core.permissions import Permission
from core.tables import FileRefused
from core.web import actor, allow, done, form_values, keep, load, page
from core.web.filters import money
from core.words import _, _l


def when() -> dict[str, Any]:
    """Who, at what instant, in whose time zone: what every service here takes."""
    return {"by": actor(), "at": clock.now(), "zone": fund().zone}


@blueprint.get("/new")
@allow(Permission.SUBMIT_CLAIMS)
def new() -> Any:
    return _form(values=request.args)


@blueprint.post("/new")
@allow(Permission.SUBMIT_CLAIMS)
def send() -> Any:
    """Send it, or first look at the answer; a claim that cannot be read leaves only a receipt."""
    try:
        claim = _typed()
        if request.form.get("do") == "try":
            return _form(values=request.form, answer=services.dry_run(claim, **when()), claim=claim)
        outcome = services.submit(claim, **when())
    except InputErrors as errors:
        _note(errors)
        return _form(errors=at_fields(errors))
    except Conflict as refused:
        return _form(errors=InputErrors.at("claim_no", refused.message))
    return done(url_for(".show", number=outcome.number), _said(outcome))


def _typed() -> ClaimInput:
    with typed_by_hand():
        values = load(ClaimSchema(), from_form(form_values()))
    return claim_from(values, organisation_id(), "form")


def organisation_id() -> int:
    found = actor().organisation_id
    if found is None:
        raise NotFound(_l("Only a cooperative sends claims."))
    return found


def _note(errors: InputErrors) -> None:
    body = repr(sorted(request.form.items(multi=True))).encode()
    own = {"organisation_id": actor().organisation_id, "by": actor(), "at": clock.now()}
    importing.note_unreadable(body, errors, channel="form", **own)
    keep()


def _said(outcome: services.Outcome) -> Any:
    if outcome.kind == "known":
        return _("Claim %(number)s was here already. This is its first answer.", number=outcome.number)
    decision = outcome.decision
    if decision is not None and decision.state == "adjudicated":
        return _(
            "Claim %(number)s was sent and decided: the fund pays %(sum)s.",
            number=outcome.number,
            sum=money(decision.benefit, True),
        )
    return _("Claim %(number)s was sent. See below what happens next.", number=outcome.number)


def _form(errors: InputErrors | None = None, values: Any = None, **context: Any) -> Any:
    tariff = lists.tariff_of(organisation_id(), clock.today(fund().zone))
    return page("claims/new.html", errors=errors, values=values, tariff=tariff, show=presenters, **context)


@blueprint.get("/upload")
@allow(Permission.SUBMIT_CLAIMS)
def upload() -> Any:
    return _upload_page()


@blueprint.post("/upload")
@allow(Permission.SUBMIT_CLAIMS)
def take() -> Any:
    """A file: tried (nothing is written) or taken in; its good rows go through."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
        file = Upload(sent.read(), sent.filename, request.form.get("mapping", ""), organisation_id())
        if request.form.get("do") == "try":
            intake = importing.try_file(file, currency=fund().currency, **when())
            return page("claims/report.html", **_report(intake), receipt=None)
        intake = importing.take_file(file, currency=fund().currency, **when())
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
    return _("%(count)s claims were taken in and decided.", count=_kept(intake).claims_new)


def _upload_page(errors: InputErrors | None = None) -> Any:
    mappings = [(name, mapping.title) for name, mapping in sorted(reading.mappings().items(), reverse=True)]
    receipts = lists.receipts(scope_of(actor()))
    return page("claims/upload.html", errors=errors, mappings=mappings, receipts=receipts)


def _report(intake: Intake) -> dict[str, Any]:
    """What a file would give, or gave: per state how many claims and what the fund pays."""
    sums: dict[str, tuple[int, int]] = {}
    for outcome in intake.outcomes:
        if outcome.decision is not None:
            count, benefit = sums.get(outcome.decision.state, (0, 0))
            sums[outcome.decision.state] = (count + 1, benefit + outcome.decision.benefit)
    conflicts = [outcome for outcome in intake.outcomes if outcome.kind == "conflict"]
    return {"rows": intake.rows, "sums": sums, "conflicts": conflicts, "show": presenters}


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
    row = lists.receipt(receipt_id, scope_of(actor()))
    if row is None or row.file_id is None:
        raise NotFound(_l("There is no such file."))
    return row
