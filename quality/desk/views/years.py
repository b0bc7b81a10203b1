"""The plan for the year: proposed, approved by a second auditor, printed, changed with a reason."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from core import clock
from core.config import fund
from core.documents import letterhead
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import _, _l
from quality.desk import drawing, plan, services, year_words
from quality.desk.models import AuditPlan
from quality.desk.paper import plan_pdf
from quality.desk.queries import years as queries
from quality.desk.schemas import ChangeForm, WithdrawForm, YearForm
from quality.desk.views.blueprint import blueprint
from quality.views.blueprint import csv_answer

MOST_DAYS = 366


@blueprint.get("/years")
@allow(Permission.AUDIT)
def years() -> Any:
    return _years_page()


@blueprint.post("/years")
@allow(Permission.AUDIT)
def propose() -> Any:
    try:
        values = load(YearForm())
        row = services.propose(values["year"], values["announced"], _auditors(), by=actor())
    except InputErrors as errors:
        return _years_page(errors)
    return done(
        url_for(".year", number=row.number), _("Plan %(number)s waits for a second auditor.", number=row.number)
    )


@blueprint.get("/years/<number>")
@allow(Permission.AUDIT)
def year(number: str) -> Any:
    return _year_page(_plan(number))


@blueprint.post("/years/<number>/approve")
@allow(Permission.AUDIT)
def approve(number: str) -> Any:
    services.approve(_plan(number), by=actor())
    return done(url_for(".year", number=number), _("Plan %(number)s is approved and frozen.", number=number))


@blueprint.post("/years/<number>/withdraw")
@allow(Permission.AUDIT)
def withdraw(number: str) -> Any:
    row = _plan(number)
    try:
        services.withdraw(row, load(WithdrawForm())["reason"], by=actor())
    except InputErrors as errors:
        return _year_page(row, errors)
    return done(url_for(".years"), _("Plan %(number)s was withdrawn.", number=number))


@blueprint.post("/years/<number>/changes")
@allow(Permission.AUDIT)
def change(number: str) -> Any:
    row = _plan(number)
    try:
        services.change(row, **load(ChangeForm()), by=actor())
    except InputErrors as errors:
        return _year_page(row, errors)
    return done(url_for(".year", number=number), _("The change stands beside the plan."))


@blueprint.get("/years/<number>.csv")
@allow(Permission.AUDIT)
def year_file(number: str) -> Response:
    row = _plan(number)
    head = ("provider", "name", "basis", "auditor", "days", "reason")
    rows = (
        (one.provider, one.organisation.name, one.basis, one.auditor, one.days, year_words.reason(one))
        for one in row.visits
    )
    return csv_answer(f"{row.number}.csv", head, rows)


@blueprint.get("/years/<number>/frame.txt")
@allow(Permission.AUDIT)
def frame(number: str) -> Response:
    """The frozen frame as it was hashed: number, visit, reasons, benefit, days, last seen."""
    return Response(_plan(number).frame, mimetype="text/plain")


@blueprint.get("/years/<number>.pdf")
@allow(Permission.AUDIT)
def year_paper(number: str) -> Response:
    row = _plan(number)
    headers = {"Content-Disposition": f'inline; filename="{row.number}.pdf"'}
    return Response(plan_pdf(row, letterhead()), mimetype="application/pdf", headers=headers)


def _auditors() -> list[tuple[str, int]]:
    """Auditor → days typed beside the name; empty is none."""
    found = []
    for place, name in enumerate(queries.auditors(clock.today(fund().zone))):
        typed = request.form.get(f"days-{place}", "").strip()
        if typed and not (typed.isdigit() and int(typed) <= MOST_DAYS):
            raise InputErrors.at(f"days-{place}", _l("Write whole days, at most 366."), typed)
        found.append((name, int(typed or 0)))
    return [(name, days) for name, days in found if days]


def _years_page(errors: InputErrors | None = None) -> Any:
    today = clock.today(fund().zone)
    return page(
        "quality/desk/years.html",
        errors=errors,
        plans=queries.plans(),
        auditors=queries.auditors(today),
        offered=services.next_year(today),
        terms=plan.in_force(today).year,
        words=year_words,
    )


def _year_page(row: AuditPlan, errors: InputErrors | None = None) -> Any:
    budget = {name: [days, 0] for name, days in row.auditors}
    for one in row.visits:
        if one.auditor in budget:
            budget[one.auditor][1] += one.days
    return page(
        "quality/desk/year.html",
        errors=errors,
        plan=row,
        chosen=[one for one in row.visits if one.basis],
        others=[one for one in row.visits if not one.basis],
        budget=budget,
        seed=drawing.digest(row.frame_hash + row.announced),
        is_repeated=services.is_repeated(row),
        is_own=row.proposed_by == actor().person,
        words=year_words,
    )


def _plan(number: str) -> AuditPlan:
    row = queries.plan_by_number(number)
    if row is None:
        raise NotFound(_l("No plan for the year has this number."))
    return row
