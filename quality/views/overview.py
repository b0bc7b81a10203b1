"""All indicators of a period at once, for the fund: the heat map, the alarms, the auditors' list."""

from __future__ import annotations

from typing import Any

from flask import Response

from core.errors import NotFound
from core.permissions import Permission
from core.web import actor, allow, page
from core.words import _l
from quality import figures, presenters, showing
from quality.charts.heat import LETTERS, heat_height, heat_width
from quality.overview import Overview, overview
from quality.periods import parse_period
from quality.queries import runs
from quality.viewers import viewer_of
from quality.views.blueprint import blueprint, csv_answer, picture_answer
from quality.views.figures import is_public, plain


@blueprint.get("/comparison/<period>")
@allow(Permission.READ_QUALITY)
def comparison(period: str) -> Any:
    found = found_overview(period)
    return page(
        "quality/comparison.html",
        found=found,
        period=parse_period(period),
        said=presenters.overview_said(found),
        letters=LETTERS,
        viewer=viewer_of(actor()),
        is_public=is_public(),
        show=presenters,
        width=heat_width(len(found.seen)),
        height=heat_height(len(found.names)),
    )


@blueprint.get("/comparison/<period>.csv")
@allow(Permission.READ_QUALITY)
def comparison_table(period: str) -> Response:
    """Every provider and indicator of the period, one row each."""
    found = found_overview(period)
    rows = [[one.run.indicator, *plain(line).values()] for one in found.seen for line in one.lines]
    return csv_answer(f"comparison-{parse_period(period).name}.csv", ("indicator", *plain(None)), rows)


@blueprint.get("/comparison/<period>.svg")
@allow(Permission.READ_QUALITY)
def comparison_chart(period: str) -> Response:
    return picture_answer(figures.heat_svg(found_overview(period)))


def found_overview(name: str) -> Overview:
    """Two statements for any number of indicators. A cooperative has its own page instead."""
    viewer, period = viewer_of(actor()), parse_period(name)
    if not viewer.is_fund:
        raise NotFound(_l("This page compares all providers and is for the fund."))
    results = runs.results_of_period(period.name)
    seen = [showing.seen_by(viewer, run, rows, is_public=is_public()) for run, rows in results]
    found = overview(seen)
    if found is None:
        raise NotFound(_l("Nothing can be compared in this period."))
    return found
