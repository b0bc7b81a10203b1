"""Returns as their provider fills and sends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request
from werkzeug.utils import secure_filename

from core import clock, files, imports
from core.errors import Conflict, InputErrors, NotFound
from core.permissions import Permission
from core.tables import FileRefused, Report
from core.web import actor, allow, done, form_values, keep
from core.words import _, _l, ngettext
from quality.returns import reading, services
from quality.returns.asked import Table
from quality.returns.models import QualityReturn
from quality.returns.services import Attached
from quality.returns.standing import asked_in
from quality.returns.views.showing import blueprint, csv_answer, found, home, shown_page


@blueprint.post("/<number>/rows")
@allow(Permission.FILL_RETURNS)
def put_file(number: str) -> Any:
    """The good rows go in, the others are shown with what is wrong and come back as a file."""
    row = found(number)
    ask, rules = asked_in(row)
    upload = request.files.get("file")
    content, name = (upload.read(), secure_filename(upload.filename or "")) if upload else (b"", "")
    try:
        if not name or not content or ask.table is Table.FACTS:
            raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
        report = reading.read_rows(content, name, row, ask, rules)
        added = services.put_rows(row, report.values, by=actor())
    except FileRefused as refusal:
        return shown_page(row, InputErrors.at("file", refusal.message))
    except InputErrors as errors:
        return shown_page(row, errors)
    if report.wrong:
        return _wrong(row, report, (content, name), reading.columns_of(ask).name)
    words = ngettext("%(num)s row was read, %(added)s of them new.", "%(num)s rows were read, %(added)s of them new.",
                     len(report.values), added=added)  # fmt: skip
    return done(home(row), words)


@blueprint.post("/<number>/row")
@allow(Permission.FILL_RETURNS)
def put_row(number: str) -> Any:
    """One row as it is typed, or one that is taken out."""
    row = found(number)
    ask, rules = asked_in(row)
    if subject := request.form.get("remove"):
        services.remove_row(row, subject, by=actor())
        return done(home(row), _("Row %(code)s is taken out.", code=subject))
    if ask.table is Table.FACTS:
        raise Conflict(_l("This return holds figures, no rows."))

    def act() -> None:
        services.put_rows(row, [reading.read_row(form_values(), row, ask, rules)], by=actor())

    return acted(row, act, _("The row is kept."))


@blueprint.post("/<number>/figures")
@allow(Permission.FILL_RETURNS)
def put_figures(number: str) -> Any:
    row = found(number)
    ask, _rules = asked_in(row)
    if ask.table is not Table.FACTS:
        raise Conflict(_l("This return holds rows, no figures."))
    evidence = request.form.get("evidence", "")
    words = _("The figures are kept here and on record.")
    return acted(row, lambda: services.keep_figures(row, ask, request.form, evidence, by=actor()), words)


@blueprint.post("/<number>/papers")
@allow(Permission.FILL_RETURNS)
def add_paper(number: str) -> Any:
    row, upload = found(number), request.files.get("paper")
    paper = Attached(upload.read() if upload else b"", upload.filename or "" if upload else "")
    return acted(row, lambda: services.attach(row, paper, by=actor()), _("The paper is kept."))


@blueprint.get("/<number>/files/<file>/wrong.csv")
@allow(Permission.FILL_RETURNS)
def wrong_rows(number: str, file: str) -> Response:
    row = found(number)
    ask, rules = asked_in(row)
    kept = imports.by_number("quality", file, row.organisation_id)
    if kept.subject != number:
        raise NotFound(_l("There is no such file."))
    report = reading.read_rows(files.read(kept.file), kept.filename, row, ask, rules)
    return csv_answer(f"{kept.number}-wrong-rows.csv", report.wrong_rows_csv())


@blueprint.post("/<number>/send")
@allow(Permission.FILL_RETURNS)
def send(number: str) -> Any:
    row = found(number)
    ask, rules = asked_in(row)
    name, note = request.form.get("name", ""), request.form.get("note", "")
    words = _("Return %(number)s is sent. Somebody of the fund looks at it next.", number=number)
    return acted(row, lambda: services.send(row, ask, rules, name=name, note=note, by=actor()), words)


@blueprint.post("/<number>/correct")
@allow(Permission.FILL_RETURNS)
def correct(number: str) -> Any:
    row = found(number)
    _ask, rules = asked_in(row)
    reason = request.form.get("reason", "")
    words = _("A new version of %(number)s is open.", number=number)
    return acted(row, lambda: services.correct(row, rules, reason=reason, by=actor()), words)


def _wrong(row: QualityReturn, report: Report[Any], sent: tuple[bytes, str], layout: str) -> Any:
    counts = len(report.ready), len(report.wrong)
    kept = imports.store(
        "quality", "QI", *sent, layout, counts=counts, by=actor(), organisation_id=row.organisation_id,
        subject=row.number,
    )  # fmt: skip
    kept.kept_at = kept.kept_at or clock.now()
    keep()
    words = ngettext(
        "%(num)s row needs work. The others are kept.", "%(num)s rows need work. The others are kept.", counts[1]
    )
    return shown_page(row, InputErrors.at("file", words), report=report, batch=kept)


def acted(row: QualityReturn, act: Callable[[], object], words: str) -> Any:
    try:
        act()
    except InputErrors as errors:
        return shown_page(row, errors)
    return done(home(row), words)
