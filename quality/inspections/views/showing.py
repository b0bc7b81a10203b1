"""Inspections as they are read: the list, one page, photos, the paper."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for

from core import clock, files
from core.config import fund
from core.documents import letterhead
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF, Role
from core.texts import said
from core.web import actor, allow, done, page
from core.words import _l
from quality.inspections import document, queries
from quality.inspections.checklists import ANSWERS, WORDS, Checklist, InspectionPlan
from quality.inspections.models import Inspection
from quality.inspections.plan import inspections_on
from quality.inspections.scoring import agreement
from quality.inspections.states import INSPECTION, SEEN
from quality.periods import last_full_quarter
from quality.queries.providers import provider_of
from quality.wording import worded_checklist

blueprint = Blueprint("inspections", __name__, url_prefix="/quality/inspections")
PAGE = 50
QUEUES = {
    "planned": (_l("Planned"), ("planned", "under_way")),
    "reported": (_l("Reported"), ("reported", "answered")),
    "closed": (_l("Followed up"), ("closed",)),
    "cancelled": (_l("Cancelled"), ("cancelled",)),
}


@blueprint.get("")
@allow(Permission.READ_INSPECTIONS)
def index() -> Any:
    """All of the fund's, or the provider's own."""
    mine, wanted = scope(), request.args.get("state", "planned")
    wanted = wanted if wanted in QUEUES else "planned"
    count, number = queries.counts(mine), max(request.args.get("page", 1, type=int), 1)
    rows = queries.listed(QUEUES[wanted][1], mine, limit=PAGE, offset=PAGE * (number - 1))
    sums = {name: sum(count.get(state, 0) for state in states) for name, (_word, states) in QUEUES.items()}
    today = clock.today(fund().zone)
    rules = inspections_on(today)
    pair = queries.doubled(last_full_quarter(today).months_back(12), today) if mine is None else (0, 0)
    context: dict[str, Any] = {
        "tabs_of": [(name, words, sums[name]) for name, (words, _states) in QUEUES.items()], "wanted": wanted,
        "number": number, "pages": max(-(-sums[wanted] // PAGE), 1), "machine": INSPECTION, "pair": pair,
        "rules": rules,
        "titles": {one.code: said(one.title) for one in rules.on(today)} if rules else {},
        "may_inspect": may(Permission.INSPECT, actor().roles), "is_own": mine is not None,
    }  # fmt: skip
    return page("quality/inspections.html", rows=rows, **context)


@blueprint.get("/<number>")
@allow(Permission.READ_INSPECTIONS)
def show(number: str) -> Any:
    return shown_page(found(number))


@blueprint.get("/<number>/photos/<item>")
@allow(Permission.READ_INSPECTIONS)
def photo(number: str, item: str) -> Any:
    row = found(number)
    kept = next((one.file for one in row.answers if one.item == item), None) if sees_answers(row) else None
    if kept is None:
        raise NotFound(_l("There is no such file."))
    content = BytesIO(files.read(kept))
    return send_file(content, mimetype=kept.media_type, as_attachment=True, download_name=kept.filename)


@blueprint.get("/<number>.pdf")
@allow(Permission.READ_INSPECTIONS)
def paper(number: str) -> Response:
    """Empty to fill by hand, or as it stands."""
    row = found(number)
    checklist, rules = checklist_of(row)
    is_filled = bool(row.said) and sees_answers(row) and request.args.get("empty") is None
    content = document.sheet_pdf(document.Paper(row, checklist, rules.basis, is_filled), letterhead())
    headers = {"Content-Disposition": f'inline; filename="{row.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def shown_page(row: Inspection, errors: InputErrors | None = None, filled: int | None = None) -> Any:
    asked, rules = checklist_of(row)
    checklist = worded_checklist(asked)
    who, sees = actor(), sees_answers(row)
    actions = {step.action for step in INSPECTION.actions(row.state, who.roles)}
    is_mine, today = row.inspector == who.person, clock.today(fund().zone)
    other = queries.twin(row) if who.organisation_id is None else None
    both = other is not None and row.state in SEEN and other.state in SEEN
    context: dict[str, Any] = {
        "checklist": checklist, "rules": rules, "machine": INSPECTION, "choices": ANSWERS, "words": WORDS,
        "said": {one.item: one for one in row.answers} if sees else {}, "sees": sees, "filled": filled,
        "items": checklist.items, "can_fill": "fill" in actions and is_mine and row.visit_on <= today, "today": today,
        "can_report": row.state == "under_way" and is_mine, "can_answer": "answer" in actions,
        "can_close": "close" in actions, "can_cancel": "cancel" in actions, "other": other,
        "agreed": agreement(checklist, row.said, other.said) if both and other else None,
        "provider": provider_of(row.organisation_id), "is_fund": who.organisation_id is None,
    }  # fmt: skip
    return page("quality/inspection.html", errors=errors, row=row, **context)


def checklist_of(row: Inspection) -> tuple[Checklist, InspectionPlan]:
    """As in force on the day of the visit."""
    rules = inspections_on(row.visit_on)
    found = rules.checklist(row.checklist, row.visit_on) if rules else None
    if found is None or rules is None:
        raise NotFound(_l("This checklist is not in the plan."))
    return found, rules


def found(number: str) -> Inspection:
    """A stranger's inspection does not exist, nor an unannounced visit before its report."""
    row = queries.inspection(number, scope())
    if row is None:
        raise NotFound(_l("There is no inspection with this number."))
    return row


def sees_answers(row: Inspection) -> bool:
    """The provider from the report on; of a pair neither sees the other's sheet before both are signed."""
    who = actor()
    if row.inspector == who.person:
        return True
    if row.state not in SEEN:
        return who.has(Role.AUDITOR)
    other = queries.twin(row) if who.has(Role.INSPECTOR) else None
    return other is None or other.inspector != who.person or other.state in SEEN


def scope() -> int | None:
    """A provider's people see their own organisation's alone (0: no organisation, no rows)."""
    return (actor().organisation_id or 0) if actor().roles <= PROVIDER_STAFF else None


def home(row: Inspection) -> str:
    return url_for(".show", number=row.number)


def acted(row: Inspection, act: Callable[[], None], words: str) -> Any:
    try:
        act()
    except InputErrors as errors:
        return shown_page(row, errors)
    return done(home(row), words)
