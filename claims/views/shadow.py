"""The shadow month: an old system's file compared with what this fund would decide; nothing of it counts."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from claims.intake import reading
from claims.redecisions.presenters import name_of
from claims.shadow import presenters, queries, services
from claims.shadow.models import ShadowMonth
from claims.shadow.reading import Layout
from claims.shadow.services import OldFile
from claims.views import blueprint
from claims.views.sending import when
from core import files
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.tables import FileRefused
from core.web import allow, done, page
from core.words import _, _l


@blueprint.get("/shadow")
@allow(Permission.READ_CORRECTIONS)
def shadow_months() -> Any:
    return _list_page()


@blueprint.post("/shadow")
@allow(Permission.CORRECT_CLAIMS)
def compare_month() -> Any:
    """Read the old file, decide beside it, keep the comparison."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
        layout = Layout(*(request.form.get(name, "") for name in ("mapping", "paid", "reason")))
        row = services.keep(OldFile(sent.read(), sent.filename, layout), currency=fund().currency, **when())
    except FileRefused as refused:
        return _list_page(InputErrors.at("file", refused.message))
    except InputErrors as errors:
        return _list_page(errors)
    return done(url_for(".shadow_month", number=row.number), _("%(count)s lines compared.", count=row.lines))


@blueprint.get("/shadow/<number>")
@allow(Permission.READ_CORRECTIONS)
def shadow_month(number: str) -> Any:
    row = _month(number)
    causes = services.causes_of(row)
    return page("claims/shadow_month.html", row=row, causes=causes, show=presenters, name_of=name_of)


@blueprint.get("/shadow/<number>/lines.csv")
@allow(Permission.READ_CORRECTIONS)
def shadow_lines(number: str) -> Response:
    row = _month(number)
    headers = {"Content-Disposition": f'attachment; filename="{row.number}.csv"'}
    return Response(files.read(row.lines_file), mimetype="text/csv; charset=utf-8", headers=headers)


@blueprint.get("/shadow/<number>/unread.csv")
@allow(Permission.READ_CORRECTIONS)
def shadow_unread(number: str) -> Response:
    """The rows that could not be read, as they were sent, with what is wrong: mend them and send them again."""
    row = _month(number)
    if row.wrong_file is None:
        raise NotFound(_l("Every row of this file was read."))
    headers = {"Content-Disposition": f'attachment; filename="{row.number}-rows.csv"'}
    return Response(files.read(row.wrong_file), mimetype="text/csv; charset=utf-8", headers=headers)


def _month(number: str) -> ShadowMonth:
    row = queries.month_by_number(number)
    if row is None:
        raise NotFound(_l("There is no comparison %(number)s.", number=number))
    return row


def _list_page(errors: InputErrors | None = None) -> Any:
    layouts = [(name, mapping.title) for name, mapping in reading.mappings().items()]
    return page("claims/shadow.html", errors=errors, months=queries.months(), mappings=layouts)
