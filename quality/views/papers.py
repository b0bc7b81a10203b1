"""The same figures and tables as PDF: a period, an indicator, a provider."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response

from core import clock
from core.config import fund
from core.documents import letterhead
from core.permissions import Permission
from core.web import actor, allow
from quality import figures, papers, showing
from quality.models import IndicatorRun
from quality.papers import Reader
from quality.periods import parse_period
from quality.queries import runs
from quality.queries.series import history
from quality.scoring import queries as scores
from quality.series import by_period
from quality.viewers import provider_seen, viewer_of
from quality.views.blueprint import blueprint
from quality.views.figures import current, is_public
from quality.views.overview import found_overview


@blueprint.get("/papers/<period>.pdf")
@allow(Permission.READ_QUALITY)
def period_paper(period: str) -> Response:
    found = found_overview(period)
    reader = reader_of(max((one.run for one in found.seen), key=lambda run: run.data_cutoff))
    shown = ("period", period, [one.content for one in found.seen])
    return paper_answer(period, shown, lambda: papers.period_report(found, parse_period(period), reader))


@blueprint.get("/papers/<period>/<indicator>.pdf")
@allow(Permission.READ_QUALITY)
def indicator_paper(indicator: str, period: str) -> Response:
    run = current(indicator, period)
    seen = showing.seen_by(viewer_of(actor()), run, runs.results_of(run.id), is_public=is_public())
    name = f"{run.indicator}-{run.period}"
    draw = lambda: papers.indicator_report(seen, parse_period(run.period), reader_of(run))  # noqa: E731
    return paper_answer(name, ("indicator", seen.content), draw)


@blueprint.get("/papers/<period>/providers/<number>.pdf")
@allow(Permission.READ_QUALITY)
def provider_paper(number: str, period: str) -> Response:
    """Every indicator of one provider: its place among the others, and its own course."""
    provider, viewer, when = provider_seen(number, actor()), viewer_of(actor()), parse_period(period)
    results = [
        (run, rows) for run, rows in runs.results_of_period(when.name) if any(r.provider == number for r in rows)
    ]
    seen = [showing.seen_by(viewer, run, rows, is_public=is_public()) for run, rows in results]
    past = history([run.indicator for run, _rows in results], when, provider.organisation_id)
    series = [by_period(past[one.run.indicator], number, is_public=is_public()) for one in seen]
    score = None if is_public() else scores.score_of(provider.organisation_id, when.name, is_auditor=viewer.may_audit)
    newest = max((run for run, _rows in results), key=lambda run: run.data_cutoff, default=None)
    reader = reader_of(newest)
    shown = ("provider", number, [one.content for one in seen], series, score and (score.version, score.score))
    pairs = list(zip(seen, series, strict=True))
    name = provider.organisation.name
    draw = lambda: papers.provider_report(name, number, pairs, score, when, reader)  # noqa: E731
    return paper_answer(f"{number}-{when.name}", shown, draw)


def reader_of(run: IndicatorRun | None) -> Reader:
    """Dated by its newest records, so that the same figures are the same bytes on every day."""
    at = run.data_cutoff if run else clock.now()
    return Reader(letterhead(figures.reading()[0]), clock.local_day(at, fund().zone), is_public())


def paper_answer(name: str, shown: object, draw: Callable[[], bytes]) -> Response:
    content = figures.kept((shown, is_public(), letterhead().fund), "pdf", draw)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private", "Vary": "Cookie"}
    return Response(content, mimetype="application/pdf", headers=headers)
