"""A sample from its announcement to its result, line by line, for auditors."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core import clock, issued
from core.codes import service_names
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import _, _l, ngettext
from quality.charts import frame_finding
from quality.queries.providers import provider_of
from quality.samples import document, presenters, services
from quality.samples.models import AuditSample
from quality.samples.picture import strata_of
from quality.samples.queries.lines import Line, billed_line, lines_of
from quality.samples.queries.samples import audit_sample
from quality.samples.schemas import ExtensionForm, FindingForm
from quality.samples.services.asking import may_miss
from quality.samples.services.selecting import is_repeated
from quality.samples.states import COVERED, DESIGNS, ERRORS, SAMPLE
from quality.samples.views.blueprint import blueprint
from quality.samples.views.exports import WORKING
from quality.views.blueprint import page_at

PAGE = 15


@blueprint.get("/<number>")
@allow(Permission.AUDIT)
def sample(number: str) -> Any:
    return _page(_found(number))


@blueprint.post("/<number>/draw")
@allow(Permission.AUDIT)
def draw(number: str) -> Any:
    row = _found(number)
    try:
        services.draw(row, request.form.get("words", ""), by=actor())
    except InputErrors as errors:
        return _page(row, errors)
    said = ngettext(
        "Sample %(number)s is drawn: %(num)s line.", "Sample %(number)s is drawn: %(num)s lines.",
        sum(not line.is_spare for line in row.lines), number=number,
    )  # fmt: skip
    return done(url_for(".sample", number=number), said)


@blueprint.post("/<number>/drop")
@allow(Permission.AUDIT)
def drop(number: str) -> Any:
    row = _found(number)
    try:
        services.drop(row, request.form.get("dropped", ""), by=actor())
    except InputErrors as errors:
        return _page(row, errors)
    return done(url_for(".sample", number=number), _("Sample %(number)s was dropped.", number=number))


@blueprint.post("/<number>/extend")
@allow(Permission.AUDIT)
def extend(number: str) -> Any:
    row = _found(number)
    try:
        values = load(ExtensionForm())
        count = services.extend(row, values["until"], values["reason"], by=actor())
    except InputErrors as errors:
        return _page(row, errors)
    said = ngettext("%(num)s line has more time.", "%(num)s lines have more time.", count)
    return done(url_for(".sample", number=number), said)


@blueprint.post("/<number>/judge")
@allow(Permission.AUDIT)
def judge(number: str) -> Any:
    row = _found(number)
    services.judge(row, by=actor(), intent=request.form.get("intent", ""))
    issued.issue(WORKING, row.number, document.writer(row), by=actor(), amount=issued.printed(row.recoverable or 0))
    return done(url_for(".sample", number=number), _("The findings of sample %(number)s are closed.", number=number))


@blueprint.get("/<number>/lines/<int:position>")
@allow(Permission.AUDIT)
def line(number: str, position: int) -> Any:
    return _line_page(_found(number), position)


@blueprint.post("/<number>/lines/<int:position>")
@allow(Permission.AUDIT)
def find(number: str, position: int) -> Any:
    row = _found(number)
    try:
        values = load(FindingForm())
        if values["allowed"] is None:
            values["allowed"] = _line(row, position).row.amount if values["error"] == "none" else -1
        services.find(row, position, by=actor(), **values)
    except InputErrors as errors:
        return _line_page(row, position, errors)
    return done(
        _next_url(row, position), _("Line %(position)s of %(number)s is judged.", position=position, number=number)
    )


@blueprint.post("/<number>/lines/<int:position>/spare")
@allow(Permission.AUDIT)
def use_spare(number: str, position: int) -> Any:
    row = _found(number)
    try:
        spare = services.use_spare(row, position, request.form.get("reason", ""), by=actor())
    except InputErrors as errors:
        return _line_page(row, position, errors)
    said = _("Spare %(spare)s takes the place of line %(position)s.", spare=spare.position, position=position)
    return done(url_for(".line", number=number, position=spare.position), said)


def _page(row: AuditSample, errors: InputErrors | None = None) -> Any:
    lines = lines_of(row)
    place = page_at(len(lines), PAGE)
    is_drawn = bool(row.seed)
    judged = [one for one in lines if one.counts and one.finding]
    so_far = services.working_of(row)[0] if row.state == "drawn" and judged else row.result
    return page(
        "quality/samples/sample.html",
        errors=errors,
        sample=row,
        lines=lines[place.offset : place.offset + PAGE],
        place=place,
        left=sum(one.counts and not one.is_judged for one in lines),
        next_line=next((one.row.position for one in lines if one.counts and not one.findings), None)
        if row.state == "drawn"
        else None,
        values_so_far=so_far,
        is_repeated=is_drawn and is_repeated(row),
        drawn_said=frame_finding(strata_of(row)) if is_drawn else "",
        provider=provider_of(row.organisation_id),
        machine=SAMPLE,
        designs=DESIGNS,
        covered=COVERED,
        error_words=ERRORS,
        today=clock.today(fund().zone),
        show=presenters,
    )


def _line_page(row: AuditSample, position: int, errors: InputErrors | None = None) -> Any:
    found = _line(row, position)
    billed = billed_line(found.row)
    may_lack = found.counts and not found.papers and may_miss(row, position)
    choices = [(code, words) for code, words in ERRORS.items() if code != "no_papers" or may_lack]
    return page(
        "quality/samples/line.html",
        errors=errors,
        sample=row,
        line=found,
        billed=billed,
        services=service_names({billed[1].service}) if billed else {},
        choices=choices,
        error_words=ERRORS,
        may_judge=row.state == "drawn" and found.counts,
        is_mine=bool(found.findings) and found.findings[0].found_by == actor().person,
        show=presenters,
    )


def _next_url(row: AuditSample, position: int) -> str:
    """The next line that waits, else the sample."""
    waiting = [one.row.position for one in lines_of(row) if one.counts and not one.findings]
    after = next((place for place in waiting if place > position), None)
    if after is None:
        return url_for(".sample", number=row.number)
    return url_for(".line", number=row.number, position=after)


def _line(row: AuditSample, position: int) -> Line:
    found = next((one for one in lines_of(row) if one.row.position == position), None)
    if found is None:
        raise NotFound(_l("The sample has no such line."))
    return found


def _found(number: str) -> AuditSample:
    row = audit_sample(number, actor())
    if row is None:
        raise NotFound(_l("No sample has this number."))
    return row
