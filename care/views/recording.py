"""What was given: visits, the week of a site, and the provider's files."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Response, request, url_for
from werkzeug.utils import secure_filename

from care import queries, services
from care.models import CareImport
from care.views import blueprint
from care.views.granting import PAGE, _is_provider, _scope
from core import clock, files
from core.codes import service_names
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.tables import FileRefused, Report
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _, _l
from members import queries as members


@blueprint.get("/visits")
@allow(Permission.READ_CARE)
def visits() -> Any:
    at, only_incomplete = max(request.args.get("page", 1, int), 1), request.args.get("show") == "incomplete"
    rows, total = queries.visits(
        organisation_id=_scope(), only_incomplete=only_incomplete, limit=PAGE, offset=(at - 1) * PAGE
    )
    return page(
        "care/visits.html",
        visits=rows,
        total=total,
        at=at,
        pages=-(-total // PAGE),
        only_incomplete=only_incomplete,
        people=members.public_ids([row.member_id for row in rows]),
        names=service_names({row.service for row in rows}),
    )


@blueprint.get("/week")
@allow(Permission.READ_CARE)
def week() -> Any:
    """Seven days of one site: booked, present, licensed."""
    sites = queries.day_sites(_scope())
    site = next((s for s in sites if s.id == request.args.get("site", 0, int)), sites[0] if sites else None)
    monday = _monday(request.args.get("on", ""))
    days = queries.site_week(site.id, site.organisation_id, monday) if site else []
    step = dt.timedelta(days=7)
    return page(
        "care/week.html", sites=sites, site=site, monday=monday, days=days, before=monday - step, after=monday + step
    )


@blueprint.get("/imports")
@allow(Permission.RECORD_CARE)
def imports() -> Any:
    return _imports_page()


@blueprint.post("/imports")
@allow(Permission.RECORD_CARE)
def check_import() -> Any:
    """Read the file, say what is ready and what needs work; nothing counts yet."""
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
        content, name = upload.read(), secure_filename(upload.filename) or "file"
        mapping = request.form.get("mapping", "")
        row = services.check_file(content, name, mapping, by=actor(), organisation_id=_scope())
    except FileRefused as refusal:
        return _imports_page(InputErrors.at("file", refusal.message))
    except InputErrors as errors:
        return _imports_page(errors)
    return done(url_for("care.show_import", number=row.number), _("%(name)s was read.", name=row.filename))


@blueprint.get("/imports/<number>")
@allow(Permission.RECORD_CARE)
def show_import(number: str) -> Any:
    row = _import(number)
    return page("care/import.html", batch=row, report=_report(row), shown=100)


@blueprint.get("/imports/<number>/wrong.csv")
@allow(Permission.RECORD_CARE)
def wrong_rows(number: str) -> Any:
    row = _import(number)
    headers = {"Content-Disposition": f'attachment; filename="{row.number}-wrong-rows.csv"'}
    return Response(_report(row).wrong_rows_csv(), mimetype="text/csv", headers=headers)


@blueprint.post("/imports/<number>")
@allow(Permission.RECORD_CARE)
def keep_import(number: str) -> Any:
    outcome = services.keep_good_rows(_import(number), by=actor())
    message = _(
        "%(added)s records were added and %(changed)s corrected from %(rows)s rows.",
        added=outcome.added,
        changed=outcome.changed,
        rows=outcome.rows,
    )
    return done(url_for("care.show_import", number=number), message)


def _imports_page(errors: InputErrors | None = None) -> Any:
    choices = [
        (name, mapping.title) for name, mapping in services.mappings().items() if services.kind_of(name) != "stays"
    ]
    return page("care/imports.html", errors=errors, imports=queries.imports(_scope()), mapping_choices=choices)


def _import(number: str) -> CareImport:
    row = queries.care_import(number, _scope()) if _is_provider() else None
    if row is None:
        raise NotFound(_l("There is no import with this number."))
    return row


def _report(row: CareImport) -> Report[Any]:
    return services.read_file(files.read(row.file), row.filename, row.mapping, row.organisation_id)


def _monday(text: str) -> dt.date:
    """The Monday of the day asked for, or of today."""
    try:
        day = parse_date(text) if text else clock.today(fund().zone)
    except BadValue:
        day = clock.today(fund().zone)
    return day - dt.timedelta(days=day.weekday())
