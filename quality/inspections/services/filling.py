"""A section is filled on the spot: what is right is kept at once, and a danger is passed on at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from core import audit, clock, events, files
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import Conflict, Forbidden, InputErrors, Problem, TooLarge
from core.files import StoredFile
from core.words import _l
from quality.inspections import queries
from quality.inspections.checklists import ANSWERS, InspectionPlan, Item, Section
from quality.inspections.models import Inspection, InspectionAnswer
from quality.inspections.services.planning import by_inspector
from quality.inspections.states import INSPECTION
from quality.names import STREAM

PAPERS = ("application/pdf", "image/png", "image/jpeg")
RAISED = "safeguarding.raised"
"""The event of a failed safety-critical item: whoever opens audit cases hears it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """As it came from the page; no `mend_by`: the plan's days."""

    value: str = ""
    note: str = ""
    mend_by: dt.date | None = None
    photo: tuple[bytes, str] = (b"", "")


def fill(row: Inspection, section: Section, said: Mapping[str, Answer], rules: InspectionPlan, *, by: Actor) -> None:
    """Keep every item that can be right. Raises InputErrors for the others after the good ones were written."""
    row = queries.locked(row)
    by_inspector(by)
    if by.person != row.inspector:
        raise Forbidden(_l("Only the inspector of this visit fills it."))
    if clock.today(fund().zone) < row.visit_on:
        raise Conflict(_l("The day of this visit has not come."))
    row.state = INSPECTION.after(row.state, "fill")
    known, problems = {one.item: one for one in row.answers}, []
    for item in section.items:
        answer = said.get(item.code, Answer())
        if not answer.value and not answer.note and not answer.photo[1]:
            continue
        try:
            photo = _photo(answer, item, row, by)
        except InputErrors as errors:
            problems += errors.problems
            continue
        if wrong := _problem(item, answer, rules, row.visit_on):
            problems.append(wrong)
            continue
        _keep(row, known.get(item.code), item, answer, photo, rules)
    db.session.flush()
    _pass_on(row, section, by)
    after = {"section": section.title, "items": [one.item for one in row.answers]}
    audit.record(STREAM, Act.INSPECTION_FILLED, row.number, by=by, after=after)
    if problems:
        raise InputErrors(problems)


def _keep(
    row: Inspection, kept: InspectionAnswer | None, item: Item, answer: Answer, photo: StoredFile | None,
    rules: InspectionPlan,
) -> None:  # fmt: skip
    if kept is None:
        kept = InspectionAnswer(item=item.code)
        row.answers.append(kept)
    kept.value, kept.note, kept.is_finding = answer.value, answer.note.strip(), rules.is_finding(answer.value)
    usual = row.visit_on + dt.timedelta(days=rules.mend_within_days)
    kept.mend_by = (answer.mend_by or usual) if kept.is_finding else None
    kept.file = photo or kept.file


def _problem(item: Item, answer: Answer, rules: InspectionPlan, visit_on: dt.date) -> Problem | None:
    if answer.value not in ANSWERS[item.scale]:
        return Problem(item.code, _l("%(code)s: choose an answer.", code=item.code), answer.value)
    if not rules.is_finding(answer.value):
        return None
    if not answer.note.strip():
        return Problem(f"{item.code}-note", _l("%(code)s: say what you saw. It is a finding.", code=item.code))
    if answer.mend_by is not None and answer.mend_by < visit_on:
        return Problem(f"{item.code}-mend_by", _l("%(code)s: this day is before the visit.", code=item.code))
    return None


def _photo(answer: Answer, item: Item, row: Inspection, by: Actor) -> StoredFile | None:
    content, name = answer.photo
    if not name:
        return None
    place = f"{item.code}-photo"
    try:
        kind = files.check_upload(content, name, PAPERS, place)
    except TooLarge as error:
        raise InputErrors.at(place, error.message, name) from error
    return files.store(content, filename=name, media_type=kind, organisation_id=row.organisation_id, by=by)


def _pass_on(row: Inspection, section: Section, by: Actor) -> None:
    """Each failed safety-critical item once for a visit, in the transaction that wrote it."""
    critical = {item.code: item for item in section.items if item.is_critical}
    fresh = [one for one in row.answers if one.is_finding and one.raised_at is None and one.item in critical]
    other = queries.twin(row) if fresh else None
    known = {one.item for one in other.answers if one.raised_at} if other else set()
    for one in fresh:
        one.raised_at = clock.now()
        if one.item not in known:
            _raise(row, critical[one.item], by)
    db.session.flush()


def _raise(row: Inspection, item: Item, by: Actor) -> None:
    data = {"organisation_id": row.organisation_id, "inspection": row.number, "item": item.code}
    data |= {"text": item.text, "basis": item.basis}
    events.publish(RAISED, f"{row.number} {item.code}", effective_from=row.visit_on, data=data)
    audit.record(STREAM, Act.SAFEGUARDING_RAISED, row.number, by=by, after={"item": item.code})
