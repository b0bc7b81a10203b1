"""Calling off a visit in two taps: the visit in the list of its day, then why."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import redirect, request, url_for

from care import queries, services
from care.cancelling import FUND, REASONS, WHO, is_closed
from care.models import Placement
from care.queries.planned import VisitDue
from care.views import blueprint
from care.views.granting import _placement, _scope
from core import clock
from core.codes import service_names
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.tables.values import BadValue, parse_date
from core.web import actor, allow, done, form_values, page
from core.words import _, _l
from members import queries as members

AHEAD = dt.timedelta(days=13)
ONE_DAY = dt.timedelta(days=1)


@blueprint.get("/due")
@allow(Permission.CANCEL_VISITS)
def due() -> Any:
    """Visits due on one day at one provider; the fund's staff come from a placement."""
    scope, today = _scope(), clock.today(fund().zone)
    if scope is None:
        return redirect(url_for("care.placements"))
    day = _day(request.args.get("on", ""), today)
    rows = queries.promised.visits_of_day(actor(), scope, day)
    return page(
        "care/due.html", day=day, today=today, before=day - ONE_DAY, after=day + ONE_DAY, **_shown(rows, [scope])
    )  # fmt: skip


@blueprint.get("/placements/<number>/cancel")
@allow(Permission.CANCEL_VISITS)
def choose_reason(number: str) -> Any:
    """Why the visit named by `due` does not take place; without one the visits to choose from."""
    row = _placement(number)
    visit = _visit(row, request.args.get("due", ""))
    if visit is not None:
        return _reasons(row, visit)
    today = clock.today(fund().zone)
    rows = queries.promised.visits_of_placement(row, today, today + AHEAD)
    return page("care/choose_visit.html", placement=row, **_shown(rows, [row.organisation_id]))


@blueprint.post("/placements/<number>/cancel")
@allow(Permission.CANCEL_VISITS)
def cancel_visit(number: str) -> Any:
    row = _placement(number)
    visit = _visit(row, request.form.get("due", ""))
    if visit is None:
        raise NotFound(_l("No visit is due at that hour."))
    layout = services.DESK.of_kind("cancellations")
    try:
        services.DESK.enter(layout, _typed(row, visit), by=actor(), organisation_id=_scope())
    except InputErrors as errors:
        return _reasons(row, visit, errors)
    back = url_for(".due", on=visit.day.isoformat()) if _scope() is not None else url_for(".placement", number=number)
    time = _hour(visit).partition("T")[2]
    said = _("The visit at %(time)s is cancelled.", time=time)
    if request.form.get("withdrawn"):
        said = _("The visit at %(time)s takes place after all.", time=time)
    return done(back, said)


def _typed(row: Placement, visit: VisitDue) -> dict[str, str]:
    """The row of a file that the tap stands for."""
    local = visit.due_at.astimezone(fund().zone)
    of = {"member_id": row.member.public_id, "code": row.service, "provider_id": ""}
    if _scope() is None:
        of["provider_id"] = row.organisation.number
    return form_values() | of | {"due_on": visit.day.isoformat(), "due_time": f"{local:%H:%M}"}


def _reasons(row: Placement, visit: VisitDue, errors: InputErrors | None = None) -> Any:
    is_fund, today = _scope() is None, clock.today(fund().zone)
    reasons = [(code, one.words, WHO[one.who]) for code, one in REASONS.items() if is_fund or one.who != FUND]
    known = queries.promised.cancellations([row.id], [visit.day]).get((row.id, visit.due_at))
    return page(
        "care/cancel.html", errors=errors, placement=row, visit=visit, reasons=reasons, known=known, words=REASONS,
        names=service_names(), closed=is_closed(visit.day, today), is_fund=is_fund, values=form_values(),
        due=_hour(visit),
    )  # fmt: skip


def _shown(rows: list[VisitDue], organisation_ids: list[int]) -> dict[str, Any]:
    """What both lists need beside their visits; a fixed number of statements."""
    days, placements = {row.day for row in rows}, {row.placement_id for row in rows}
    return {
        "visits": rows,
        "hour": _hour,
        "cancelled": queries.promised.cancellations(placements, days),
        "given": queries.promised.started(organisation_ids, days),
        "people": members.public_ids([row.member_id for row in rows]),
        "numbers": queries.promised.placement_numbers(placements),
        "names": service_names({row.service for row in rows}),
        "words": REASONS,
    }


def _hour(visit: VisitDue) -> str:
    """The visit's hour as it stands in an address: 2026-11-23T08:30, fund-local."""
    return f"{visit.due_at.astimezone(fund().zone):%Y-%m-%dT%H:%M}"


def _visit(row: Placement, text: str) -> VisitDue | None:
    """The visit due at that hour under the placement; none if the text names no such hour."""
    try:
        day = dt.datetime.fromisoformat(text).date()
    except ValueError:
        return None
    rows = queries.promised.visits_of_placement(row, day, day)
    return next((one for one in rows if _hour(one) == text), None)


def _day(text: str, today: dt.date) -> dt.date:
    try:
        return parse_date(text) if text else today
    except BadValue:
        return today
