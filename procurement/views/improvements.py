"""Improvement plans on the screen: opened with measures, answered, reported on, closed."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from core.errors import InputErrors, NotFound, Problem
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, page
from core.words import _, _l
from procurement.models.contract import Contract
from procurement.models.improvement import ImprovementPlan
from procurement.queries import improvements as queries
from procurement.services import improving as services
from procurement.services.improving import Measure
from procurement.states.improvement import CLOSINGS, IMPROVEMENT
from procurement.views.contracts import blueprint, own_organisation, visible

ROWS = range(1, 6)


@blueprint.get("/<number>/improvements/new")
@allow(Permission.OPEN_IMPROVEMENT)
def new_improvement(number: str) -> Any:
    """`plan` in the query: the place of one that was offered after three misses."""
    return _form(visible(number))


@blueprint.post("/<number>/improvements/new")
@allow(Permission.OPEN_IMPROVEMENT)
def open_improvement(number: str) -> Any:
    contract = visible(number)
    try:
        reason, offered = request.form.get("reason", ""), _offered(contract)
        row = services.open_plan(contract, reason, _measures(), by=actor(), offered=offered)
    except InputErrors as errors:
        return _form(contract, errors)
    words = _("The improvement plan is with the provider.")
    return done(url_for(".improvement", number=number, place=row.place), words)


@blueprint.get("/<number>/improvements/<int:place>")
@allow(Permission.READ_CONTRACTS)
def improvement(number: str, place: int) -> Any:
    return _page(_found(number, place))


@blueprint.post("/<number>/improvements/<int:place>/officer")
@allow(Permission.OPEN_IMPROVEMENT)
def close_improvement(number: str, place: int) -> Any:
    row, typed = _found(number, place), request.form
    try:
        services.close_plan(row, typed.get("action", ""), typed.get("closing_reason", ""), by=actor())
    except InputErrors as errors:
        return _page(row, errors)
    return done(url_for(".improvement", number=number, place=place), _("The improvement plan is closed."))


@blueprint.post("/<number>/improvements/<int:place>/provider")
@allow(Permission.ANSWER_IMPROVEMENT)
def answer_improvement(number: str, place: int) -> Any:
    row, measure = _found(number, place), request.form.get("measure", 0, int)
    try:
        if measure:
            services.report_measure(row, measure, request.form.get(f"report-{measure}", ""), by=actor())
        else:
            services.answer_plan(row, request.form.get("answer", ""), by=actor())
    except InputErrors as errors:
        return _page(row, errors)
    return done(url_for(".improvement", number=number, place=place), _("The fund reads what you wrote."))


def _found(number: str, place: int) -> ImprovementPlan:
    """A provider reads of a plan once it is opened."""
    row = queries.plan_of(visible(number), place)
    if row is None or (own_organisation() is not None and row.opened_at is None):
        raise NotFound(_l("This contract has no such improvement plan."))
    return row


def _offered(contract: Contract) -> ImprovementPlan | None:
    row = queries.plan_of(contract, request.args.get("plan", 0, int))
    return row if row and row.state == "offered" else None


def _measures() -> list[Measure]:
    """Rows that say something; a day that cannot be read names its row."""
    found, problems = [], []
    for place in ROWS:
        text, typed = request.form.get(f"text-{place}", "").strip(), request.form.get(f"due-{place}", "").strip()
        if not text and not typed:
            continue
        try:
            found.append(Measure(text, parse_date(typed)))
        except BadValue as error:
            problems.append(Problem(f"due-{place}", f"{error.reason} {error.fix}", typed))
    if problems:
        raise InputErrors(problems)
    return found


def _form(contract: Contract, errors: InputErrors | None = None) -> Any:
    offered = _offered(contract)
    return page("procurement/improvement_new.html", errors=errors, contract=contract, offered=offered, rows=ROWS)


def _page(row: ImprovementPlan, errors: InputErrors | None = None) -> Any:
    steps = {step.action for step in IMPROVEMENT.actions(row.state, actor().roles)}
    endings = [(one.action, one.label) for one in IMPROVEMENT.steps if one.action in steps & set(CLOSINGS)]
    return page(
        "procurement/improvement.html", errors=errors, row=row, contract=row.contract, machine=IMPROVEMENT, steps=steps,
        endings=endings, is_fund=own_organisation() is None,
    )  # fmt: skip
