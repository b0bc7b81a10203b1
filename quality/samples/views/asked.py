"""The audited provider's side: which lines were drawn, until when papers are due, sending them, the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import request, url_for

from core import clock
from core.config import fund
from core.errors import InputErrors
from core.permissions import Permission
from core.web import actor, allow, done, page
from core.words import _
from quality.samples import presenters, services
from quality.samples.models import AuditSample
from quality.samples.queries.lines import Line, lines_of
from quality.samples.queries.samples import asked_samples
from quality.samples.states import DESIGNS, ERRORS, SAMPLE
from quality.samples.views.blueprint import blueprint, seen
from quality.views.blueprint import page_at

PAGE = 10


@blueprint.get("/asked")
@allow(Permission.ANSWER_SAMPLE)
def asked() -> Any:
    rows = asked_samples(actor().organisation_id or 0)
    return page("quality/samples/asked.html", rows=rows, machine=SAMPLE, designs=DESIGNS)


@blueprint.get("/asked/<number>")
@allow(Permission.ANSWER_SAMPLE)
def asked_sample(number: str) -> Any:
    return _page(seen(number))


@blueprint.post("/asked/<number>/<int:position>")
@allow(Permission.ANSWER_SAMPLE)
def send_papers(number: str, position: int) -> Any:
    row = seen(number)
    sent = [(file.read(), file.filename or "") for file in request.files.getlist(f"file-{position}") if file.filename]
    try:
        code = services.send_papers(row, position, sent, by=actor())
    except InputErrors as errors:
        return _page(row, _at_line(errors, position), position)
    said = _("The papers of line %(position)s arrived. Receipt %(code)s.", position=position, code=code)
    here = _page_of(_asked_lines(row), position)
    return done(url_for(".asked_sample", number=number, page=here, _anchor=f"line-{position}"), said)


def _at_line(errors: InputErrors, position: int) -> InputErrors:
    """One page holds a form for each line: the problem stands at the line's own field."""
    return InputErrors([replace(problem, where=f"file-{position}") for problem in errors.problems])


def _asked_lines(row: AuditSample) -> list[Line]:
    return [line for line in lines_of(row) if line.counts and line.request]


def _page_of(lines: Sequence[Line], position: int) -> int:
    """The page that shows the line of that position."""
    return 1 + sum(line.row.position < position for line in lines) // PAGE


def _page(row: AuditSample, errors: InputErrors | None = None, position: int = 0) -> Any:
    """`position`: the line that somebody just worked on; else the page that the address asks for."""
    lines = _asked_lines(row)
    place = page_at(len(lines), PAGE, _page_of(lines, position) if position else None)
    first_missing = next((line.row.position for line in lines if not line.papers), None)
    return page(
        "quality/samples/asked_sample.html",
        errors=errors,
        sample=row,
        lines=lines[place.offset : place.offset + PAGE],
        place=place,
        first_missing=first_missing,
        missing_page=_page_of(lines, first_missing) if first_missing else 0,
        missing=sum(not line.papers for line in lines),
        machine=SAMPLE,
        error_words=ERRORS,
        today=clock.today(fund().zone),
        show=presenters,
    )
