"""A member's complaints, and the desk that answers them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from marshmallow import Schema, fields, validate

from core.actors import Actor
from core.errors import InputErrors, NotFound
from core.permissions import Permission, may
from core.restricted import SCOPE
from core.roles import MEMBERS
from core.web import actor, allow, done, load, page
from core.words import _, _l
from quality.grievances import queries, services
from quality.grievances.models import Grievance
from quality.grievances.services import Complaint
from quality.grievances.states import CHANNELS, GRIEVANCE, KINDS

blueprint = Blueprint("grievances", __name__, url_prefix="/grievances")
PAGE = 25


class ComplaintForm(Schema):
    kind = fields.String(load_default="")
    words = fields.String(load_default="", validate=validate.Length(max=8000))
    provider = fields.String(load_default="", validate=validate.Length(max=24))
    member = fields.String(load_default="", validate=validate.Length(max=20))
    channel = fields.String(load_default="form")


@blueprint.get("")
@allow(Permission.READ_GRIEVANCES)
def index() -> Any:
    own, at = _own(actor()), max(request.args.get("page", 1, type=int), 1)
    total = queries.count(own)
    rows = queries.grievances(own, limit=PAGE, offset=PAGE * (at - 1))
    context: dict[str, Any] = {"rows": rows, "total": total, "at": at, "pages": max(-(-total // PAGE), 1)}
    may_raise = may(Permission.RAISE_GRIEVANCE, actor().roles)
    return page("quality/grievances/list.html", is_own=own is not None, may_raise=may_raise, **context, **_words())


@blueprint.get("/new")
@allow(Permission.RAISE_GRIEVANCE)
def new() -> Any:
    return _form(values=request.args)


@blueprint.post("/new")
@allow(Permission.RAISE_GRIEVANCE)
def receive() -> Any:
    try:
        row = services.receive(Complaint(**load(ComplaintForm())), by=actor())
    except InputErrors as errors:
        return _form(errors)
    return done(url_for(".show", number=row.number), _("Complaint %(number)s is with the fund.", number=row.number))


@blueprint.get("/<number>")
@allow(Permission.READ_GRIEVANCES)
def show(number: str) -> Any:
    return _page(_found(number))


@blueprint.post("/<number>/case")
@allow(Permission.AUDIT)
def take_up(number: str) -> Any:
    row = services.take_up(_found(number), by=actor())
    case = row.case
    address = url_for("quality.audit_case", number=case.number) if case else url_for(".show", number=number)
    return done(address, _("An audit case is open."))


@blueprint.post("/<number>/answer")
@allow(Permission.HANDLE_GRIEVANCES)
def answer(number: str) -> Any:
    row = _found(number)
    try:
        services.answer(row, request.form.get("answer", ""), by=actor())
    except InputErrors as errors:
        return _page(row, errors)
    return done(url_for(".show", number=number), _("The member can read the answer."))


def _own(who: Actor) -> list[str] | None:
    """The public ids a member account stands for; None: the desk reads all."""
    if not who.has(*MEMBERS) or may(Permission.HANDLE_GRIEVANCES, who.roles):
        return None
    return sorted(who.scopes - {SCOPE})


def _found(number: str) -> Grievance:
    row = queries.grievance(number, _own(actor()))
    if row is None:
        raise NotFound(_l("No complaint has this number."))
    return row


def _form(errors: InputErrors | None = None, values: Any = None) -> Any:
    own = _own(actor())
    context = {"is_own": own is not None, "members": [(one, one) for one in own or ()], **_words()}
    return page("quality/grievances/new.html", errors=errors, values=values, **context)


def _page(row: Grievance, errors: InputErrors | None = None) -> Any:
    who = actor()
    steps = {one.action for one in GRIEVANCE.actions(row.state, who.roles)}
    context = {"row": row, "steps": steps, "is_own": _own(who) is not None, **_words()}
    context["may_audit"] = may(Permission.AUDIT, who.roles)
    return page("quality/grievances/show.html", errors=errors, **context)


def _words() -> dict[str, Any]:
    return {"machine": GRIEVANCE, "kinds": KINDS, "channels": CHANNELS}
