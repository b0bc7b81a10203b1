"""Plans of purchases: need, budget, division, talks with the market; then the draft."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from marshmallow import Schema, fields

from core.codes import line_names
from core.config import fund
from core.errors import InputErrors
from core.permissions import Permission
from core.tables.values import BadValue, parse_money
from core.web import actor, allow, done, load, page
from core.web.fields import TypedDate, needed
from core.words import _, _l
from procurement.models.planning import PurchasePlan
from procurement.queries import planning as queries
from procurement.services import planning as verbs
from procurement.states.planning import PURCHASE

blueprint = Blueprint("planning", __name__, url_prefix="/tenders/plans")


class PlanIn(Schema):
    title = fields.String(load_default="")
    service_line = fields.String(required=True, error_messages=needed(_l("Choose a service line.")))
    need = fields.String(load_default="")
    lot_strategy = fields.String(load_default="")
    conflicts = fields.String(load_default="")
    wanted_on = TypedDate(required=True, error_messages=needed(_l("Say from which day care is needed.")))


class ConsultationIn(Schema):
    held_on = TypedDate(required=True, error_messages=needed(_l("Say on which day.")))
    participants = fields.String(load_default="")
    asked = fields.String(load_default="")
    said = fields.String(load_default="")


@blueprint.get("")
@allow(Permission.PLAN_PURCHASE)
def index() -> Any:
    return page("tenders/plans.html", rows=queries.all_plans(), words=PURCHASE.states)


@blueprint.get("/new")
@allow(Permission.PLAN_PURCHASE)
def new() -> Any:
    return _form(None)


@blueprint.post("/new")
@allow(Permission.PLAN_PURCHASE)
def create() -> Any:
    try:
        row = verbs.note_need(_terms(), by=actor())
    except InputErrors as errors:
        return _form(None, errors)
    return done(url_for("planning.show", number=row.number), _("%(number)s is noted.", number=row.number))


@blueprint.get("/<number>")
@allow(Permission.PLAN_PURCHASE)
def show(number: str) -> Any:
    return _show(queries.plan_by_number(number))


@blueprint.get("/<number>/edit")
@allow(Permission.PLAN_PURCHASE)
def edit(number: str) -> Any:
    return _form(queries.plan_by_number(number))


@blueprint.post("/<number>/edit")
@allow(Permission.PLAN_PURCHASE)
def change(number: str) -> Any:
    row = queries.plan_by_number(number)
    try:
        verbs.change_plan(row, _terms(), by=actor())
    except InputErrors as errors:
        return _form(row, errors)
    return done(url_for("planning.show", number=number), _("%(number)s is saved.", number=number))


@blueprint.post("/<number>")
@allow(Permission.PLAN_PURCHASE)
def decide(number: str) -> Any:
    """A talk with the market, the second person's yes, or the end."""
    row, wanted = queries.plan_by_number(number), request.form.get("answer", "")
    try:
        if wanted == "approve":
            verbs.approve_plan(row, by=actor())
        elif wanted == "drop":
            verbs.drop_plan(row, reason=request.form.get("reason", ""), by=actor())
        else:
            verbs.record_consultation(row, verbs.ConsultationTerms(**load(ConsultationIn())), by=actor())
    except InputErrors as errors:
        return _show(row, errors)
    said = {"approve": _("Approved. The tender can be drafted."), "drop": _("The plan is dropped.")}
    return done(url_for("planning.show", number=number), said.get(wanted, _("The talk is recorded.")))


def _show(row: PurchasePlan, errors: InputErrors | None = None) -> Any:
    steps = {step.action for step in PURCHASE.actions(row.state, actor().roles)}
    return page(
        "tenders/plan.html", errors=errors, row=row, word=PURCHASE.states[row.state], steps=steps,
        is_author=actor().person == row.author, tender=queries.tender_of(row), lines=line_names(),
    )  # fmt: skip


def _form(row: PurchasePlan | None, errors: InputErrors | None = None) -> Any:
    return page("tenders/plan_form.html", errors=errors, row=row, lines=list(line_names().items()))


def _terms() -> verbs.PlanTerms:
    text = request.form.get("budget", "").strip()
    values = load(PlanIn())
    try:
        budget = parse_money(text, fund().currency.exponent) if text else 0
    except BadValue as error:
        raise InputErrors.at("budget", _l("%(what)s %(fix)s", what=error.reason, fix=error.fix), text) from error
    return verbs.PlanTerms(budget=int(budget), **values)
