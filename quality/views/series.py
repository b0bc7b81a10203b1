"""Through time: one indicator of a provider by period and by week, and all of its indicators side by side."""

from __future__ import annotations

from itertools import chain
from typing import Any

from flask import Response, request

from core.errors import NotFound
from core.permissions import Permission
from core.web import actor, allow, page
from core.words import _l
from providers.models import Provider
from quality import figures, keeping, presenters
from quality.charts import SERIES_HEIGHT, SMALL_HEIGHT, SMALL_WIDTH, WIDTH
from quality.definitions import Indicator
from quality.periods import Period, parse_period
from quality.queries import runs
from quality.queries.cases import case_rows
from quality.queries.series import History, history
from quality.series import by_period, by_week, has_weeks
from quality.statistics.series import Series
from quality.viewers import provider_seen, viewer_of
from quality.views.blueprint import blueprint, picture_answer
from quality.views.figures import is_public

WEEK_RUNS = 4


@blueprint.get("/series/<indicator>/<period>/<number>")
@allow(Permission.READ_QUALITY)
def through_time(indicator: str, period: str, number: str) -> Any:
    """A run chart by period, and where visits or days are counted one by week."""
    provider, found, definition = _found(indicator, period, number)
    texts = figures.texts_of(definition, {provider.number: provider.organisation.name})
    weeks = _weeks(definition, found, provider) if _may_see_weeks(definition) else None
    return page(
        "quality/series.html",
        provider=provider,
        definition=definition,
        period=parse_period(period),
        periods=presenters.series_of(definition, by_period(found, provider.number, is_public=is_public()), texts),
        weeks=presenters.series_of(definition, weeks, texts) if weeks else None,
        viewer=viewer_of(actor()),
        is_public=is_public(),
        width=WIDTH,
        height=SERIES_HEIGHT,
    )


@blueprint.get("/charts/<indicator>/<period>/<number>.svg")
@allow(Permission.READ_QUALITY)
def series_chart(indicator: str, period: str, number: str) -> Response:
    provider, found, definition = _found(indicator, period, number)
    texts = figures.texts_of(definition, {provider.number: provider.organisation.name})
    if request.args.get("by") != "week":
        drawn = by_period(found, provider.number, is_public=is_public())
    elif _may_see_weeks(definition):
        drawn = _weeks(definition, found, provider)
    else:
        raise NotFound(_l("This picture does not exist."))
    return picture_answer(figures.series_svg(drawn, texts, is_small=request.args.get("small") is not None))


@blueprint.get("/providers/<number>/over-time")
@allow(Permission.READ_QUALITY)
def over_time(number: str) -> Any:
    """Small multiples: every indicator of one provider."""
    provider, period = provider_seen(number, actor()), _period()
    known = [run.indicator for run in runs.current_runs(period.name) if run.cases]
    shown = []
    for found in history(known, period, provider.organisation_id).values():
        definition = keeping.definition_of(found[-1][0])
        series = by_period(found, provider.number, is_public=is_public())
        row = found[-1][1].get(provider.number)
        if row is not None and series.shown:
            texts = figures.texts_of(definition, {provider.number: provider.organisation.name})
            shown.append((definition, row, presenters.series_of(definition, series, texts)))
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


def _found(indicator: str, period: str, number: str) -> tuple[Provider, History, Indicator]:
    provider = provider_seen(number, actor())
    found = history([indicator], parse_period(period), provider.organisation_id).get(indicator)
    if not found or not any(results for _run, results in found):
        raise NotFound(_l("This provider has no figure of this indicator."))
    return provider, found, keeping.definition_of(found[-1][0])


def _may_see_weeks(definition: Indicator) -> bool:
    """Weeks are small: the fund and the provider itself look at them, nobody else."""
    return has_weeks(definition) and not is_public()


def _weeks(definition: Indicator, found: History, provider: Provider) -> Series:
    newest = [run for run, results in found if provider.number in results][-WEEK_RUNS:]
    cases = chain.from_iterable(case_rows(run.id, provider.organisation_id) for run in newest)
    return by_week(definition, (case for case, _member in cases), newest[0].period_from, newest[-1].period_until)


def _period() -> Period:
    known = runs.periods()
    if not known:
        raise NotFound(_l("Nothing is measured yet."))
    wanted = request.args.get("period", known[0])
    return parse_period(wanted if wanted in known else known[0])
