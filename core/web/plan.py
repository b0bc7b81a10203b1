"""The life of a plan version: listed, imported, compared with the one before, approved by a second person.

Rooms add what only they know: `add_version_step` puts a button on the page of their part, like a simulation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Response, request, url_for
from marshmallow import Schema

from core import clock, plan
from core.config import fund
from core.errors import InputErrors, NotFound, Problem
from core.permissions import Permission
from core.plan import PlanVersion
from core.roles import FUND_STAFF, Role
from core.web import plan_words
from core.web.access import actor, allow
from core.web.fields import TypedDate, needed
from core.web.forms import done, load, page
from core.web.home import WorkItem, add_work_list
from core.web.navigation import NavigationItem, add_navigation
from core.words import _, _l, ngettext

blueprint = Blueprint("plan", __name__, url_prefix="/plan")
MAX_TEXT = 1_000_000  # characters; the plan of a nation is about a tenth of it
Step = Callable[[PlanVersion], dict[str, Any]]
_steps: dict[str, list[Step]] = {}
_links: list[Callable[[], dict[str, Any]]] = []


class NewVersion(Schema):
    valid_from = TypedDate(required=True, error_messages=needed(_l("Write the first service date it applies to.")))


def add_plan_link(link: Callable[[], dict[str, Any]]) -> None:
    """`link` gives the arguments of a button on the page of all parts."""
    if link not in _links:
        _links.append(link)


def add_version_step(part: str, step: Step) -> None:
    """`step` gives the arguments of a button for a version of `part`."""
    if step not in _steps.setdefault(part, []):
        _steps[part].append(step)


@blueprint.get("")
@allow(Permission.READ_PLAN)
def index() -> Any:
    """The parts with what is in force today, what waits, and what was."""
    rows = [row for row in plan.versions() if _may_read(row)]
    by_part = {part: [row for row in rows if row.part == part] for part in sorted(plan.parts())}
    today = clock.today(fund().zone)
    return page(
        "plan/list.html",
        parts=by_part,
        on=today,
        words=plan_words,
        plan=plan,
        may_write=_may_write(),
        links=_buttons(),
    )


def _buttons() -> list[dict[str, Any]]:
    return [{"label": _("Code systems"), "url": url_for("codes.index")}, *(link() for link in _links)]


@blueprint.get("/<part>/new")
@allow(Permission.WRITE_PLAN)
def new(part: str) -> Any:
    """Start from the text in force, so that a change is a change and not a new book."""
    in_force = plan.versions_in_force(part)
    return _new_page(part, {"text": in_force[-1].text if in_force else "", "valid_from": ""})


@blueprint.post("/<part>/new")
@allow(Permission.WRITE_PLAN)
def take(part: str) -> Any:
    """Keep a draft; a text that is not sound comes back with every fault by row, and nothing typed is lost."""
    values = {"text": _text_sent(), "valid_from": request.form.get("valid_from", "").strip()}
    try:
        day = load(NewVersion(), {name: value for name, value in values.items() if value})["valid_from"]
        row = plan.prepare(part, values["text"], valid_from=day, by=actor())
    except InputErrors as errors:
        return _new_page(part, values, errors)
    said = _("Version %(number)s is a draft. Another person approves it.", number=row.version)
    return done(url_for(".show", part=part, number=row.version), said)


def _text_sent() -> str:
    """The file if one was chosen, else what stands in the box."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return request.form.get("text", "").replace("\r\n", "\n")
    content: bytes = sent.read(MAX_TEXT)
    return content.decode("utf-8", errors="replace").replace("\r\n", "\n")


def _new_page(part: str, values: dict[str, str], errors: InputErrors | None = None) -> Any:
    """Faults of the text stand in a table of their own; the summary leads to it."""
    found = errors.problems if errors else []
    faults = [problem for problem in found if problem.where != "valid_from"]
    said = [problem for problem in found if problem.where == "valid_from"]
    if faults:
        words = ngettext("The text has one fault.", "The text has %(num)s faults.", len(faults))
        said = [*said, Problem("text", words)]
    shown = InputErrors(said) if said else None
    return page("plan/new.html", errors=shown, values=values, faults=faults, part=part, title=plan.title(part))


@blueprint.get("/<part>/<int:number>")
@allow(Permission.READ_PLAN)
def show(part: str, number: int) -> Any:
    """One version beside the one it takes the place of."""
    row = _found(part, number)
    before = plan.replaced_by(row)
    return page(
        "plan/show.html",
        row=row,
        before=before,
        state=plan.standing(row, plan.versions(part), clock.today(fund().zone)),
        changes=plan_words.shown(row, before) if before else [],
        title=plan.title(part),
        words=plan_words,
        is_past=row.valid_from < clock.today(fund().zone),
        steps=[step(row) for step in _steps.get(part, ())] if _may_write() else [],
        may_approve=_may_write() and row.prepared_by != actor().person,
        may_write=_may_write(),
    )


@blueprint.get("/<part>/<int:number>.toml")
@allow(Permission.READ_PLAN)
def text(part: str, number: int) -> Any:
    """The text as it was approved, byte for byte."""
    row = _found(part, number)
    headers = {"Content-Disposition": f'attachment; filename="{part}-{row.version}.toml"'}
    return Response(row.text, mimetype="application/toml", headers=headers)


@blueprint.post("/<part>/<int:number>/approve")
@allow(Permission.WRITE_PLAN)
def approve(part: str, number: int) -> Any:
    row = _found(part, number)
    plan.approve(row, by=actor())
    day = plan_words.day_text(row.valid_from)
    said = _("Version %(number)s applies to service dates from %(day)s.", number=row.version, day=day)
    return done(url_for(".show", part=part, number=row.version), said)


def _found(part: str, number: int) -> PlanVersion:
    row = plan.version(part, number)
    if not _may_read(row):
        raise NotFound(_l("There is no version %(number)s of this part.", number=number))
    return row


def _may_read(row: PlanVersion) -> bool:
    """A draft is the fund's own business until it is approved."""
    return row.approved_by is not None or actor().has(*FUND_STAFF)


def _may_write() -> bool:
    return actor().has(Role.PLAN_MANAGER)


def work(who: Any) -> Iterator[WorkItem]:
    """Drafts of others to read and approve; one's own, which wait for somebody else."""
    rows = plan.versions()
    for row in rows:
        known = [other for other in rows if other.part == row.part]
        if plan.standing(row, known, dt.date.max) == "draft":
            is_own = row.prepared_by == who.person
            names = {"part": plan.title(row.part), "number": row.version}
            yield WorkItem(
                title=_("%(part)s, version %(number)s waits for a second person", **names)
                if is_own
                else _("Read and approve %(part)s, version %(number)s", **names),
                url=url_for("plan.show", part=row.part, number=row.version),
                context=_("Applies from %(day)s", day=plan_words.day_text(row.valid_from)),
                bucket="waiting" if is_own else "today",
                shape="waiting" if is_own else "check",
            )


def _count(who: Any) -> int:
    return sum(item.bucket == "today" for item in work(who)) if who.has(Role.PLAN_MANAGER) else 0


add_work_list(Role.PLAN_MANAGER, work)
add_navigation(
    NavigationItem(
        70,
        _l("Plan"),
        "plan.index",
        Permission.READ_PLAN,
        "/plan",
        _count,
        frozenset({Role.PLAN_MANAGER, Role.AUDITOR}),
    )
)
