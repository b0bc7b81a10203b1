"""Visits as they are planned and cancelled."""

from __future__ import annotations

from typing import Any

from flask import request

from core import clock
from core.config import fund
from core.errors import InputErrors, Problem
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.texts import said
from core.web import actor, allow, done, page
from core.words import _, _l
from quality.inspections import queries, services
from quality.inspections.models import Inspection
from quality.inspections.plan import inspections_on
from quality.inspections.services import Visit
from quality.inspections.views.showing import acted, blueprint, found, home
from quality.queries.providers import provider_by_number


@blueprint.get("/new")
@allow(Permission.INSPECT)
def new() -> Any:
    return _new_page()


@blueprint.post("")
@allow(Permission.INSPECT)
def plan_visit() -> Any:
    try:
        row = _planned()
    except InputErrors as errors:
        return _new_page(errors)
    return done(home(row), _("Inspection %(number)s is planned.", number=row.number))


@blueprint.post("/<number>/cancel")
@allow(Permission.INSPECT)
def cancel(number: str) -> Any:
    row = found(number)
    words = _("Inspection %(number)s is cancelled.", number=number)
    return acted(row, lambda: services.cancel(row, by=actor()), words)


def _planned() -> Inspection:
    """What was typed; raises InputErrors for all of it together."""
    today, form, problems = clock.today(fund().zone), request.form, []
    visit_on, rules = today, inspections_on(today)
    provider = provider_by_number(form.get("provider", "").strip())
    try:
        visit_on = parse_date(form.get("visit_on", ""))
    except BadValue as error:
        problems.append(Problem("visit_on", f"{error.reason} {error.fix}", form.get("visit_on", "")))
    if provider is None:
        problems.append(Problem("provider", _l("No provider has this number."), form.get("provider", "")))
    if rules is None:
        problems.append(Problem("checklist", _l("The fund has no checklist in force.")))
    if problems or provider is None or rules is None:
        raise InputErrors(problems)
    visit = Visit(
        form.get("checklist", ""), visit_on, form.get("is_announced") == "yes", form.get("inspector", ""),
        form.get("place", "")[:120], form.get("second", ""), form.get("reason", ""),
    )  # fmt: skip
    return services.plan_visit(provider, visit, rules, by=actor())


def _new_page(errors: InputErrors | None = None) -> Any:
    today = clock.today(fund().zone)
    rules, people = inspections_on(today), queries.inspectors(today)
    own = actor().person
    context: dict[str, Any] = {
        "rules": rules, "checklists": [(one.code, said(one.title)) for one in rules.on(today)] if rules else [],
        "people": people, "own": own, "today": today,
    }  # fmt: skip
    values = None if errors else {"inspector": own, "visit_on": today.isoformat(), **request.args}
    return page("quality/inspection_new.html", errors=errors, values=values, **context)
