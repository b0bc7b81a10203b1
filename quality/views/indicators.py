"""The list of indicators of a period, and computing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request, url_for

from core import clock, plan
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import ngettext
from quality import presenters, services
from quality.audit_cases import queries as audit_cases
from quality.names import PART
from quality.periods import Period, last_full_quarter, parse_period
from quality.queries import runs
from quality.schemas import PeriodForm
from quality.viewers import Viewer, viewer_of
from quality.views.blueprint import blueprint
from quality.views.providers import provider_page
from quality.wording import name_of, worded

QUARTERS = 8


@blueprint.get("")
@allow(Permission.READ_QUALITY)
def index() -> Any:
    """The fund sees all indicators of a period; a cooperative its own score."""
    viewer = viewer_of(actor())
    if not viewer.is_fund:
        return provider_page(viewer.own)
    return _index(viewer)


@blueprint.post("/runs")
@allow(Permission.COMPUTE_INDICATORS)
def compute() -> Any:
    try:
        period = parse_period(load(PeriodForm())["period"])
    except InputErrors as errors:
        return _index(viewer_of(actor()), errors)
    made = services.compute_period(period, by=actor())
    said = ngettext(
        "%(num)s indicator was computed for %(period)s.",
        "%(num)s indicators were computed for %(period)s.",
        len(made),
        period=period.label,
    )
    return done(url_for(".index", period=period.name), said)


def _index(viewer: Viewer, errors: InputErrors | None = None) -> Any:
    known = runs.periods()
    offered = last_full_quarter(clock.today(fund().zone))
    period = _period(request.args.get("period", ""), known[0] if known else offered.name)
    found = {run.indicator: run for run in runs.current_runs(period.name)}
    counted = runs.counts_by_alert(period.name)
    asked = audit_cases.open_questions(period.name)
    alerts = runs.alerts(period.name)
    return page(
        "quality/index.html",
        errors=errors,
        periods=known,
        period=period,
        choices=_choices(period, offered, known),
        runs=found,
        names={code: name_of(run) for code, run in found.items()},
        counts=counted,
        measures=_definitions(period),
        alerts=[alert for alert in alerts if (alert.organisation_id, alert.indicator) not in asked],
        viewer=viewer,
        show=presenters,
    )


def _choices(shown: Period, offered: Period, known: Sequence[str]) -> list[tuple[str, str]]:
    """What can be computed: the quarters of the last two years that are over, what was computed, and what is shown."""
    quarters = [offered]
    while len(quarters) < QUARTERS:
        quarters.append(quarters[-1].before)
    found = {*quarters, shown, *(parse_period(name) for name in known)}
    return [(one.name, one.label) for one in sorted(found, key=lambda one: (one.last, one.first), reverse=True)]


def _definitions(period: Period) -> Any:
    """Of the period's last day; an empty house has no plan yet."""
    try:
        return [worded(one) for one in plan.in_force(PART, period.last).on(period.last)]
    except NotFound:
        return ()


def _period(text: str, otherwise: str) -> Period:
    try:
        return parse_period(text or otherwise)
    except InputErrors:
        return parse_period(otherwise)
