"""Opening records: a file is checked, kept, and undone as a whole."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from marshmallow import Schema, fields
from werkzeug.utils import secure_filename

from claims import presenters
from claims.models.opening import OpeningFile
from claims.opening import control, services
from claims.queries import opening as queries
from claims.states import OPENING
from claims.views import blueprint
from claims.views.corrections import ReasonForm
from claims.views.sending import when
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.tables import FileRefused
from core.web import actor, allow, done, load, page
from core.web.fields import TypedDate, needed, sized
from core.words import _, _l
from procurement.contract_paper import ORIGIN_WORDS


class OpeningForm(Schema):
    kind = fields.String(required=True, error_messages=needed(_l("Choose what the file holds.")))
    source = fields.String(
        required=True,
        validate=sized(3, 80, _l("Say in 3 to 80 characters where the records come from.")),
        error_messages=needed(_l("Say where the records come from.")),
    )
    taken_on = TypedDate(required=True, error_messages=needed(_l("Write the day as of which the records are true.")))


@blueprint.get("/opening")
@allow(Permission.READ_CORRECTIONS)
def opening() -> Any:
    return _list_page()


@blueprint.post("/opening")
@allow(Permission.BRING_IN_OPENING)
def check_opening() -> Any:
    """Read the file, say what is ready and what needs work; nothing counts yet."""
    upload = request.files.get("file")
    try:
        values = load(OpeningForm())
        if upload is None or not upload.filename:
            raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
        content, name = upload.read(), secure_filename(upload.filename) or "file"
        row = services.check_file(content, name, currency=fund().currency, sheet=_sheet(), **values, **when())
    except FileRefused as refusal:
        return _list_page(InputErrors.at("file", refusal.message))
    except InputErrors as errors:
        return _list_page(errors)
    return done(url_for(".opening_file", number=row.number), _("%(name)s was read.", name=row.filename))


def _sheet() -> services.Sheet | None:
    sent = request.files.get("control")
    if sent is None or not sent.filename:
        return None
    return services.Sheet(sent.read(), secure_filename(sent.filename) or "control")


@blueprint.get("/opening/<number>")
@allow(Permission.READ_CORRECTIONS)
def opening_file(number: str) -> Any:
    return _file_page(_file(number))


@blueprint.get("/opening/<number>/wrong.csv")
@allow(Permission.READ_CORRECTIONS)
def opening_wrong_rows(number: str) -> Response:
    row = _file(number)
    headers = {"Content-Disposition": f'attachment; filename="{row.number}-wrong-rows.csv"'}
    content = services.report_of(row, fund().currency).wrong_rows_csv()
    return Response(content, mimetype="text/csv", headers=headers)


@blueprint.post("/opening/<number>/keep")
@allow(Permission.BRING_IN_OPENING)
def keep_opening(number: str) -> Any:
    reason, at = request.form.get("reason", ""), when()["at"]
    try:
        row = services.keep(number, currency=fund().currency, by=actor(), at=at, reason=reason)
    except InputErrors as errors:
        return _file_page(_file(number), errors)
    said = _("%(rows)s rows of %(number)s count from now on.", rows=row.rows_ready, number=number)
    return done(url_for(".opening_file", number=number), said)


@blueprint.post("/opening/<number>/undo")
@allow(Permission.BRING_IN_OPENING)
def undo_opening(number: str) -> Any:
    try:
        reason = load(ReasonForm())["reason"]
        services.undo(number, reason=reason, by=actor(), at=when()["at"])
    except InputErrors as errors:
        return _file_page(_file(number), errors)
    return done(url_for(".opening_file", number=number), _("File %(number)s was undone.", number=number))


def _file(number: str) -> OpeningFile:
    row = queries.file_by_number(number)
    if row is None:
        raise NotFound(_l("There is no opening file %(number)s.", number=number))
    return row


def _file_page(row: OpeningFile, errors: InputErrors | None = None) -> Any:
    """Before it is kept, its rows judged as of now; afterwards what it brought in."""
    report = services.report_of(row, fund().currency) if row.state == "checked" else None
    balance = services.balance_of(row, report, fund().currency) if report else []
    context: dict[str, Any] = {
        "kinds": {name: kind.title for name, kind in services.KINDS.items()},
        "states": OPENING.states,
        "balance": balance,
        "differing": control.differing(balance),
        "origins": ORIGIN_WORDS,
        "measures": control.MEASURES,
        "words": presenters.FIGURES,
    }
    return page("claims/opening_file.html", errors=errors, batch=row, report=report, **context)


def _list_page(errors: InputErrors | None = None) -> Any:
    kinds = [(name, kind.title) for name, kind in services.KINDS.items()]
    columns = {name: services.mapping_of(name).columns for name in services.KINDS}
    columns["control"] = control.columns().columns
    return page(
        "claims/opening.html",
        errors=errors,
        files=queries.files(),
        kinds=kinds,
        columns=columns,
        states=OPENING.states,
    )
