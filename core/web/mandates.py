"""Mandates on the screen: given and revoked by the cooperative, chosen by the federation's people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, session, url_for
from flask_login import current_user

from core import audit, clock
from core.accounts import mandates
from core.acts import Act
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web.access import ACTING, actor, actor_of, allow
from core.web.forms import done, page
from core.words import _, _l

blueprint = Blueprint("mandates", __name__, url_prefix="/account")


@blueprint.get("/mandates")
@allow(Permission.GIVE_MANDATE)
def index() -> Any:
    return _page()


@blueprint.post("/mandates")
@allow(Permission.GIVE_MANDATE)
def give() -> Any:
    try:
        row = mandates.give(
            request.form.get("agent", type=int), request.form.getlist("verbs"),
            valid_from=_day("valid_from"), valid_until=_day("valid_until") if request.form.get("valid_until") else None,
            by=actor(),
        )  # fmt: skip
    except InputErrors as errors:
        return _page(errors)
    return done(url_for(".index"), _("%(name)s may act for you now.", name=row.agent.name))


@blueprint.post("/mandates/<int:key>/revoke")
@allow(Permission.GIVE_MANDATE)
def revoke(key: int) -> Any:
    mandates.revoke(key, by=actor())
    return done(url_for(".index"), _("The mandate is revoked. Nobody acts under it any more."))


@blueprint.get("/acting")
@allow(Permission.SIGNED_IN)
def acting() -> Any:
    """For whom the own federation may act today."""
    rows = mandates.held(actor_of(current_user).organisation_id, clock.today(fund().zone))
    return page("house/acting.html", rows=rows, verbs=mandates.VERBS, chosen=session.get(ACTING), who=actor())


@blueprint.post("/acting")
@allow(Permission.SIGNED_IN)
def act_for() -> Any:
    """Under a mandate, or with 0 for oneself again."""
    own, key = actor_of(current_user), request.form.get("mandate", 0, type=int)
    session.pop(ACTING, None)
    if not key:
        return done(url_for(".acting"), _("You act for your own organisation again."))
    under = mandates.acting(own, key)
    if under is None:
        raise NotFound(_l("This mandate does not hold today."))
    session[ACTING] = key
    audit.record("access", Act.ACTED_FOR, f"organisation {under.organisation_id}", by=under, after={"mandate": key})
    return done(
        url_for("shell.today"), _("From now on you act for another organisation. The top of each page says so.")
    )


def _day(name: str) -> Any:
    try:
        return parse_date(request.form.get(name, ""))
    except BadValue as error:
        raise InputErrors.at(name, f"{error.reason} {error.fix}", request.form.get(name, "")) from error


def _page(errors: InputErrors | None = None) -> Any:
    rows, today = mandates.given(actor().organisation_id), clock.today(fund().zone)
    choices = [(row.id, row.name) for row in mandates.federations() if row.id != actor().organisation_id]
    context: dict[str, Any] = {"rows": rows, "federations": choices, "verbs": mandates.VERBS, "today": today}
    return page("house/mandates.html", errors=errors, chosen=request.form.getlist("verbs"), **context)
