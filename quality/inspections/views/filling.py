"""Inspections on a tablet, section by section; then signed, answered and followed up."""

from __future__ import annotations

from typing import Any

from flask import request

from core.errors import InputErrors, NotFound, Problem
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, keep
from core.words import _, _l
from quality.inspections import services
from quality.inspections.checklists import Section
from quality.inspections.services import Answer
from quality.inspections.views.showing import acted, blueprint, checklist_of, found, home, shown_page


@blueprint.post("/<number>/sections/<int:place>")
@allow(Permission.INSPECT)
def fill(number: str, place: int) -> Any:
    """One section; what is right is kept though other items are sent back."""
    row = found(number)
    checklist, rules = checklist_of(row)
    if not 0 <= place < len(checklist.sections):
        raise NotFound(_l("This checklist has no such section."))
    section = checklist.sections[place]
    said, problems = _said(section)
    try:
        services.fill(row, section, said, rules, by=actor())
    except InputErrors as errors:
        problems += errors.problems
    if problems:
        keep()
        return shown_page(row, InputErrors(problems), filled=place)
    following = f"section-{place + 1}" if place + 1 < len(checklist.sections) else "report"
    return done(f"{home(row)}#{following}", _("“%(title)s” is kept.", title=section.title))


@blueprint.post("/<number>/report")
@allow(Permission.INSPECT)
def report(number: str) -> Any:
    row = found(number)
    checklist, _rules = checklist_of(row)
    summary = request.form.get("summary", "")
    words = _("The report of %(number)s is signed.", number=number)
    return acted(row, lambda: services.report(row, checklist, summary=summary, by=actor()), words)


@blueprint.post("/<number>/answer")
@allow(Permission.ANSWER_INSPECTION)
def answer(number: str) -> Any:
    row, reply = found(number), request.form.get("reply", "")
    return acted(row, lambda: services.answer(row, reply, by=actor()), _("Your answer is sent."))


@blueprint.post("/<number>/mend")
@allow(Permission.INSPECT)
def mend(number: str) -> Any:
    row, item = found(number), request.form.get("item", "")
    note = request.form.get(f"{item}-mended", "")
    words = _("Finding %(item)s is mended.", item=item)
    return acted(row, lambda: services.mend(row, item, note, by=actor()), words)


@blueprint.post("/<number>/close")
@allow(Permission.INSPECT)
def close(number: str) -> Any:
    row = found(number)
    words = _("Inspection %(number)s is followed up.", number=number)
    return acted(row, lambda: services.close(row, by=actor()), words)


def _said(section: Section) -> tuple[dict[str, Answer], list[Problem]]:
    """What was ticked and written of each item; a day that cannot be read is sent back, the rest of it kept."""
    said, problems = {}, []
    for item in section.items:
        day, typed = None, request.form.get(f"{item.code}-mend_by", "").strip()
        upload = request.files.get(f"{item.code}-photo")
        photo = (upload.read(), upload.filename or "") if upload and upload.filename else (b"", "")
        try:
            day = parse_date(typed) if typed else None
        except BadValue as error:
            problems.append(Problem(f"{item.code}-mend_by", f"{item.code}: {error.reason} {error.fix}", typed))
        note = request.form.get(f"{item.code}-note", "")
        said[item.code] = Answer(request.form.get(item.code, ""), note, day, photo)
    return said, problems
