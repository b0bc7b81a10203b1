"""Through time: one indicator of a provider in each of its charts, and all of its indicators side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, request

from core.errors import NotFound
from core.permissions import Permission
from core.web import actor, allow, page
from core.words import _l
from providers.models import Provider
from quality import figures, keeping, papers, presenters
from quality.charts import SERIES_HEIGHT, SMALL_HEIGHT, SMALL_WIDTH, WIDTH
from quality.course_words import course_texts, series_of
from quality.courses import Courses
from quality.periods import Period, parse_period
from quality.queries import runs
from quality.queries.series import history
from quality.series import by_period
from quality.statistics.series import Series
from quality.viewers import provider_seen, viewer_of
from quality.views.blueprint import blueprint, csv_answer, is_narrow, picture_answer
from quality.views.figures import is_public
from quality.views.papers import paper_answer, reader_of
from quality.wording import worded

COLUMNS = ("chart", "kind", "label", "value", "size", "lower", "centre", "upper", "is_signal")


@blueprint.get("/series/<indicator>/<period>/<number>")
@allow(Permission.READ_QUALITY)
def through_time(indicator: str, period: str, number: str) -> Any:
    """A chart by period, one by week where visits or days are counted, and of harm event by event."""
    provider, found = _found(indicator, period, number)
    definition, names = found.indicator, {provider.number: provider.organisation.name}
    drawn = found.all().items()
    shown = [series_of(definition, one, course_texts(definition, names, name), name) for name, one in drawn]
    return page(
        "quality/series.html",
        provider=provider,
        definition=definition,
        period=parse_period(period),
        courses=shown,
        said=next((one for one in shown if one["is_signal"]), shown[0])["said"],
        judged=list(dict.fromkeys(str(one["judged"]) for one in shown if one["judged"])),
        safety=found.safety if "evidence" in found.names else None,
        viewer=viewer_of(actor()),
        is_public=is_public(),
        width=WIDTH,
        height=SERIES_HEIGHT,
    )


@blueprint.get("/charts/<indicator>/<period>/<number>.svg")
@allow(Permission.READ_QUALITY)
def series_chart(indicator: str, period: str, number: str) -> Response:
    provider, found = _found(indicator, period, number)
    name = request.args.get("by", "period")
    drawn = found.course(name)
    if drawn is None:
        raise NotFound(_l("This picture does not exist."))
    texts = course_texts(found.indicator, {provider.number: provider.organisation.name}, name)
    return picture_answer(
        figures.series_svg(drawn, texts, is_small=request.args.get("small") is not None, is_narrow=is_narrow())
    )


@blueprint.get("/series/<indicator>/<period>/<number>.csv")
@allow(Permission.READ_QUALITY)
def series_table(indicator: str, period: str, number: str) -> Response:
    """The points of every chart of the page, with plain numbers."""
    _provider, found = _found(indicator, period, number)
    rows = [row for name, series in found.all().items() for row in _plain(name, series)]
    return csv_answer(f"{indicator}-{period}-{number}.csv", COLUMNS, rows)


@blueprint.get("/series/<indicator>/<period>/<number>.pdf")
@allow(Permission.READ_QUALITY)
def series_paper(indicator: str, period: str, number: str) -> Response:
    provider, found = _found(indicator, period, number)
    courses, reader = found.all(), reader_of(found.history[-1][0])
    name = provider.organisation.name
    draw = lambda: papers.series_report(name, number, found.indicator, courses, parse_period(period), reader)  # noqa: E731
    return paper_answer(f"{indicator}-{period}-{number}", ("series", name, found.indicator, courses), draw)


@blueprint.get("/providers/<number>/over-time")
@allow(Permission.READ_QUALITY)
def over_time(number: str) -> Any:
    """Small multiples: every indicator of one provider."""
    provider, period = provider_seen(number, actor()), _period()
    known = [run.indicator for run in runs.current_runs(period.name) if run.cases]
    shown = []
    for found in history(known, period, provider.organisation_id).values():
        definition = worded(keeping.definition_of(found[-1][0]))
        series = by_period(found, provider.number, is_public=is_public())
        row = found[-1][1].get(provider.number)
        if row is not None and series.shown:
            texts = figures.texts_of(definition, {provider.number: provider.organisation.name})
            shown.append((definition, row, series_of(definition, series, texts)))
    return page(
        "quality/over_time.html",
        provider=provider,
        period=period,
        multiples=sorted(shown, key=lambda one: (not one[2]["is_signal"], one[0].id)),
        is_public=is_public(),
        show=presenters,
        width=SMALL_WIDTH,
        height=SMALL_HEIGHT,
    )


def _found(indicator: str, period: str, number: str) -> tuple[Provider, Courses]:
    provider = provider_seen(number, actor())
    found = history([indicator], parse_period(period), provider.organisation_id).get(indicator)
    if not found or not any(results for _run, results in found):
        raise NotFound(_l("This provider has no figure of this indicator."))
    viewer = None if is_public() else viewer_of(actor())
    return provider, Courses(found, provider.number, provider.organisation_id, viewer)


def _plain(name: str, series: Series) -> Iterable[list[Any]]:
    for point in series.points:
        limits = [point.limits.lower, point.limits.upper] if point.limits else [None, None]
        row = [name, series.chart.value, point.label, point.value, point.size, limits[0], series.centre, limits[1]]
        yield [*row, point.is_signal]


def _period() -> Period:
    known = runs.periods()
    if not known:
        raise NotFound(_l("Nothing is measured yet."))
    wanted = request.args.get("period", known[0])
    return parse_period(wanted if wanted in known else known[0])
