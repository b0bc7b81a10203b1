"""A plan version tried on past claims: asked for, worked on by the worker, read as figures, chart and file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, url_for
from marshmallow import Schema

from claims.facts import PART
from claims.simulation import queries, services, showing
from core import clock, plan
from core.config import fund
from core.errors import InputErrors
from core.permissions import Permission
from core.plan import PlanVersion
from core.tables import csv_bytes
from core.web import actor, allow, done, form_values, load, page
from core.web.fields import TypedDate, needed
from core.words import _, _l

blueprint = Blueprint("simulations", __name__, url_prefix="/plan/simulations")


class Window(Schema):
    first_on = TypedDate(required=True, error_messages=needed(_l("Write the first service date.")))
    last_on = TypedDate(required=True, error_messages=needed(_l("Write the last service date.")))


def button(row: PlanVersion) -> dict[str, Any]:
    """The step on the page of a version."""
    return {"label": _("Try it on past claims"), "url": url_for("simulations.new", number=row.version)}


@blueprint.get("/of/<int:number>")
@allow(Permission.READ_SIMULATIONS)
def new(number: int) -> Any:
    return _ask_page(plan.version(PART, number), _default_window())


@blueprint.post("/of/<int:number>")
@allow(Permission.WRITE_PLAN)
def take(number: int) -> Any:
    row = plan.version(PART, number)
    try:
        asked = services.ask(row, **load(Window()), by=actor(), at=clock.now())
    except InputErrors as errors:
        return _ask_page(row, form_values(), errors)
    said = _("Simulation %(number)s was asked for. The worker decides the claims again.", number=asked.id)
    return done(url_for(".show", simulation_id=asked.id), said)


def _ask_page(row: PlanVersion, values: dict[str, Any], errors: InputErrors | None = None) -> Any:
    found = queries.simulations(row.id)
    return page("plan/simulate.html", errors=errors, values=values, row=row, title=plan.title(PART), simulations=found)


def _default_window() -> dict[str, str]:
    """The calendar year so far, in its first quarter the year before: limits of a year then begin with the window."""
    today = clock.today(fund().zone)
    first = dt.date((today - dt.timedelta(days=90)).year, 1, 1)
    return {"first_on": first.isoformat(), "last_on": min(today, first.replace(month=12, day=31)).isoformat()}


@blueprint.get("/<int:simulation_id>")
@allow(Permission.READ_SIMULATIONS)
def show(simulation_id: int) -> Any:
    report = services.report(simulation_id)
    asked = report.simulation
    tables = showing.tables(report.tally)
    headline = showing.headline(report.tally.whole)
    return page("plan/simulation.html", report=report, asked=asked, tables=tables, headline=headline, show=showing)


@blueprint.get("/<int:simulation_id>.csv")
@allow(Permission.READ_SIMULATIONS)
def download(simulation_id: int) -> Any:
    """Every group with its sums, in major units."""
    report = services.report(simulation_id)
    content = csv_bytes(showing.file_head(), showing.file_rows(report.tally))
    headers = {"Content-Disposition": f'attachment; filename="simulation-{simulation_id}.csv"'}
    return Response(content, mimetype="text/csv; charset=utf-8", headers=headers)


def handbook_link() -> dict[str, Any]:
    return {"label": _("Handbook of the rules"), "url": url_for("claims.show_handbook")}


def registered(app: Any) -> None:
    """Hand the pages to the house and the step to the plan's own pages."""
    from core.web.plan import add_plan_link, add_version_step

    app.register_blueprint(blueprint)
    add_plan_link(handbook_link)
    add_version_step(PART, button)
