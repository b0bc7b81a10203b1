"""The list of indicators, one indicator with its funnel and table, the picture itself, computing and publishing."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from core import clock, plan
from core.config import fund
from core.errors import InputErrors, NotFound
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import _l, ngettext
from quality import figures, keeping, presenters, services
from quality.charts import HEIGHT, WIDTH, finding
from quality.models import IndicatorRun
from quality.periods import Period, last_full_quarter, parse_period
from quality.queries import audits, runs
from quality.schemas import PeriodForm
from quality.services.computing import PART
from quality.viewers import Viewer, funnel_seen, viewer_of
from quality.views.blueprint import blueprint, csv_answer
from quality.views.providers import provider_page


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


@blueprint.post("/scores")
@allow(Permission.COMPUTE_INDICATORS)
def publish() -> Any:
    try:
        period = parse_period(load(PeriodForm())["period"])
    except InputErrors as errors:
        return _index(viewer_of(actor()), errors)
    made = services.publish_scores(period, by=actor())
    said = ngettext(
        "%(num)s score was published for %(period)s. The cooperative sees it now.",
        "%(num)s scores were published for %(period)s. The cooperatives see theirs now.",
        len(made),
        period=period.label,
    )
    return done(url_for(".index", period=period.name), said)


@blueprint.get("/indicators/<indicator>/<period>")
@allow(Permission.READ_QUALITY)
def show(indicator: str, period: str) -> Any:
    viewer, run = viewer_of(actor()), _run(indicator, period)
    rows = runs.results_of(run.id)
    comparison = keeping.comparison_of(run, rows)
    definition, funnel = comparison.indicator, funnel_seen(comparison, viewer)
    seen = [row for row in rows if viewer.is_fund or row.provider == viewer.own]
    names = {row.provider: row.organisation.name for row in rows}
    texts = figures.texts_of(definition, names if viewer.is_fund else {viewer.own: names.get(viewer.own, "")})
    return page(
        "quality/indicator.html",
        run=run,
        period=parse_period(run.period),
        definition=definition,
        funnel=funnel,
        said=finding(funnel, texts, viewer.own or None) if funnel else "",
        figures=presenters.table_of(definition, comparison, seen),
        earlier=runs.runs_of(run.indicator, run.period)[1:],
        viewer=viewer,
        show=presenters,
        width=WIDTH,
        height=HEIGHT,
    )


@blueprint.get("/indicators/<indicator>/<period>.csv")
@allow(Permission.READ_QUALITY)
def table(indicator: str, period: str) -> Response:
    """The same table as a file, with plain numbers."""
    viewer, run = viewer_of(actor()), _run(indicator, period)
    rows = [row for row in runs.results_of(run.id) if viewer.is_fund or row.provider == viewer.own]
    names: tuple[str, ...] = (
        "provider",
        "numerator",
        "denominator",
        "excluded",
        "persons",
        "value",
        "lower_95",
        "upper_95",
    )
    names = (*names, "lower_998", "upper_998", "shrunken", "z_adjusted", "alert", "reason", "is_suppressed")
    values = ([row.organisation.name, *(getattr(row, name) for name in names)] for row in rows)
    return csv_answer(f"{run.indicator}-{run.period}.csv", ("name", *names), values)


@blueprint.get("/charts/<int:run_id>.svg")
@allow(Permission.READ_QUALITY)
def chart(run_id: int) -> Response:
    """The funnel of a run, for an image element only: its own policy, no scripts, kept by the browser."""
    viewer, run = viewer_of(actor()), runs.run_by_id(run_id)
    if run is None:
        raise NotFound(_l("This picture does not exist."))
    rows = runs.results_of(run.id)
    comparison = keeping.comparison_of(run, rows)
    funnel = funnel_seen(comparison, viewer)
    if funnel is None:
        raise NotFound(_l("There is no funnel to draw for you here."))
    highlight = viewer.own or request.args.get("provider", "")
    names = {row.provider: row.organisation.name for row in rows if viewer.is_fund or row.provider == viewer.own}
    content = figures.picture(run, funnel, figures.texts_of(comparison.indicator, names), highlight)
    headers = {
        "Content-Security-Policy": figures.CONTENT_SECURITY_POLICY,
        "Cache-Control": "private, max-age=86400",
        "Vary": "Cookie",
    }
    return Response(content, mimetype="image/svg+xml", headers=headers)


def _index(viewer: Viewer, errors: InputErrors | None = None) -> Any:
    known = runs.periods()
    offered = last_full_quarter(clock.today(fund().zone))
    period = _period(request.args.get("period", ""), known[0] if known else offered.name)
    found = {run.indicator: run for run in runs.current_runs(period.name)}
    counted = runs.counts_by_alert(period.name)
    asked = audits.open_questions(period.name)
    alerts = runs.alerts(period.name)
    return page(
        "quality/index.html",
        errors=errors,
        periods=known,
        period=period,
        offered=offered,
        runs=found,
        counts=counted,
        measures=_definitions(period),
        alerts=[alert for alert in alerts if (alert.organisation_id, alert.indicator) not in asked],
        open_cases=audits.audit_cases(state="opened"),
        viewer=viewer,
        show=presenters,
    )


def _definitions(period: Period) -> Any:
    """Of the period's last day; an empty house has no plan yet."""
    try:
        return plan.in_force(PART, period.last).on(period.last)
    except NotFound:
        return ()


def _period(text: str, otherwise: str) -> Period:
    try:
        return parse_period(text or otherwise)
    except InputErrors:
        return parse_period(otherwise)


def _run(indicator: str, period: str) -> IndicatorRun:
    run = runs.current_run(indicator, period)
    if run is None:
        raise NotFound(_l("This indicator is not computed for this period."))
    return run
