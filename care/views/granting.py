"""Grants for the assessor, placements for both sides."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from care import queries, services
from care.models import CareGrant, Placement
from care.schemas import ENTITLEMENTS, EndPlacement, NewGrant, NewPlacement
from care.states import DECLINE_REASONS, PLACEMENT
from care.views import blueprint
from core import clock
from core.codes import line_names, service_names
from core.codes import services as catalogue
from core.config import fund
from core.errors import Conflict, InputErrors, NotFound
from core.permissions import Permission, may
from core.roles import PROVIDER_STAFF
from core.web import actor, allow, done, load, page
from core.words import _, _l
from members import queries as members

PAGE = 50


@blueprint.get("")
@allow(Permission.READ_CARE)
def index() -> Any:
    """The fund sees grants, a provider its placements."""
    return redirect(url_for("care.placements" if _is_provider() else "care.grants"))


@blueprint.get("/grants")
@allow(Permission.READ_CARE)
def grants() -> Any:
    fund_only()
    at = max(request.args.get("page", 1, int), 1)
    line, is_current = request.args.get("line", ""), request.args.get("when", "now") == "now"
    on = clock.today(fund().zone) if is_current else None
    rows, total = queries.grants(
        actor(), service_line=line, on=on, member=request.args.get("member", ""), limit=PAGE, offset=(at - 1) * PAGE
    )
    return page("care/grants.html", grants=rows, total=total, at=at, pages=-(-total // PAGE), line=line, **_words())


@blueprint.get("/grants/new")
@allow(Permission.DECIDE_GRANT)
def new_grant() -> Any:
    return page("care/new_grant.html", values=request.args, catalogue=catalogue(), **_words())


@blueprint.post("/grants/new")
@allow(Permission.DECIDE_GRANT)
def decide_grant() -> Any:
    try:
        values = load(NewGrant())
        member = members.member(values.pop("member").upper())
        if member is None:
            raise InputErrors.at("member", _l("We know no member with this number."))
        row = services.decide_grant(member, by=actor(), **values)
    except InputErrors as errors:
        return page("care/new_grant.html", errors=errors, catalogue=catalogue(), **_words())
    message = _("Grant %(number)s was decided. Now offer the member to a provider.", number=row.number)
    return done(url_for("care.grant", number=row.number), message)


@blueprint.get("/grants/<number>")
@allow(Permission.READ_CARE)
def grant(number: str) -> Any:
    row = _grant(number)
    may_place = may(Permission.PLACE_MEMBERS, actor().roles)
    return page("care/grant.html", grant=row, placements=_known(row), may_place=may_place, **_words())


@blueprint.get("/grants/<number>/placements/new")
@allow(Permission.PLACE_MEMBERS)
def new_placement(number: str) -> Any:
    return _offer_page(_grant(number), request.args)


@blueprint.post("/grants/<number>/placements/new")
@allow(Permission.PLACE_MEMBERS)
def offer_placement(number: str) -> Any:
    row = _grant(number)
    try:
        schema = NewPlacement()
        values = load(schema)
        placement = services.offer_placement(
            row,
            organisation_id=values["organisation"],
            site_id=values["site"],
            unit=values["unit"],
            service=values["service"],
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
            pattern=schema.pattern(values),
            by=actor(),
        )
    except InputErrors as errors:
        return _offer_page(row, request.form, errors)
    except Conflict as refusal:
        return _offer_page(row, request.form, InputErrors.at("site", refusal.message))
    message = _("Placement %(number)s was offered. The provider answers next.", number=placement.number)
    return done(url_for("care.placement", number=placement.number), message)


@blueprint.get("/placements")
@allow(Permission.READ_CARE)
def placements() -> Any:
    at, state = max(request.args.get("page", 1, int), 1), request.args.get("state", "")
    rows, total = queries.placements(actor(), organisation_id=_scope(), state=state, limit=PAGE, offset=(at - 1) * PAGE)
    return page(
        "care/placements.html", placements=rows, total=total, at=at, pages=-(-total // PAGE), state=state, **_words()
    )


@blueprint.get("/placements/<number>")
@allow(Permission.READ_CARE)
def placement(number: str) -> Any:
    return _placement_page(_placement(number))


@blueprint.post("/placements/<number>/answer")
@allow(Permission.ANSWER_PLACEMENT)
def answer_placement(number: str) -> Any:
    row = _placement(number)
    try:
        services.answer_placement(
            row, request.form.get("action", ""), reason=request.form.get("reason", ""), by=actor()
        )
    except InputErrors as errors:
        return _placement_page(row, errors)
    word = PLACEMENT.states[row.state]
    return done(
        url_for("care.placement", number=number), _("Placement %(number)s: %(word)s.", number=number, word=word)
    )


@blueprint.post("/placements/<number>/end")
@allow(Permission.END_PLACEMENT)
def end_placement(number: str) -> Any:
    row = _placement(number)
    try:
        services.end_placement(row, by=actor(), **load(EndPlacement()))
    except InputErrors as errors:
        return _placement_page(row, errors)
    return done(url_for("care.placement", number=number), _("Placement %(number)s was ended.", number=number))


def _offer_page(row: CareGrant, values: Any, errors: InputErrors | None = None) -> Any:
    services_ = [s for s in catalogue(row.service_line) if row.service in ("", s.code)]
    today = clock.today(fund().zone)
    first = max(row.valid_from, min(today, row.valid_until))
    organisations = {o.id: o for s in services_ for o in queries.contracted_organisations(s.code, first, first)}
    sites = queries.sites_of(organisations)
    return page(
        "care/new_placement.html",
        errors=errors,
        values=values,
        weekdays=request.form.getlist("weekdays"),
        grant=row,
        services=[(s.code, f"{s.code} · {s.name}") for s in services_],
        organisations=[(o.id, o.name) for o in organisations.values()],
        sites=[(s.id, f"{organisations[s.organisation_id].name}: {s.name}") for s in sites],
        rooms=[room.name for s in sites for room in s.rooms],
    )


def _placement_page(row: Placement, errors: InputErrors | None = None) -> Any:
    steps = {step.action for step in PLACEMENT.actions(row.state, actor().roles)}
    may_cancel = may(Permission.CANCEL_VISITS, actor().roles)
    return page("care/placement.html", errors=errors, placement=row, steps=steps, may_cancel=may_cancel, **_words())


def _grant(number: str) -> CareGrant:
    row = queries.grant(number, actor())
    if row is None or (_is_provider() and _scope() not in {p.organisation_id for p in row.placements}):
        raise NotFound(_l("There is no such grant."))
    return row


def _known(row: CareGrant) -> list[Placement]:
    """A provider sees its own placements of the grant, and not where else its member is cared for."""
    return [placement for placement in row.placements if _scope() in (None, placement.organisation_id)]


def _placement(number: str) -> Placement:
    """Another provider's placement does not exist for this actor."""
    row = queries.placement(number, actor(), _scope())
    if row is None:
        raise NotFound(_l("There is no such placement."))
    return row


def _is_provider() -> bool:
    return not actor().roles.isdisjoint(PROVIDER_STAFF)


def _scope() -> int | None:
    """A provider's staff see their own; staff without an organisation see nothing."""
    return (actor().organisation_id or 0) if _is_provider() else None


def fund_only() -> None:
    if _is_provider():
        raise NotFound(_l("Grants are listed for the fund’s staff. Look at your placements."))


def _words() -> dict[str, Any]:
    return {
        "lines": line_names(),
        "names": service_names(),
        "states": PLACEMENT.states,
        "decline_reasons": DECLINE_REASONS,
        "entitlements": ENTITLEMENTS,
        "weekday_names": [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")],
    }
