"""One indicator: its page, its table as a file and for programs, its pictures. All show the same lines."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from core.errors import NotFound
from core.permissions import Permission
from core.web import actor, allow, page
from core.words import _l
from quality import figures, presenters, showing
from quality.charts import HEIGHT, WIDTH, caterpillar_height
from quality.course_words import series_of
from quality.definitions import Indicator
from quality.models import IndicatorRun
from quality.periods import parse_period
from quality.queries import runs
from quality.queries.series import history
from quality.series import by_period
from quality.showing import Line, Seen
from quality.viewers import viewer_of
from quality.views.blueprint import blueprint, csv_answer, is_narrow, picture_answer

VIEWS = ("funnel", "side", "time")
COLUMNS = ("provider", "name", "numerator", "denominator", "excluded", "persons", "value", "shrunken", "z_adjusted")
SHOWN_SERIES = 12


@blueprint.get("/indicators/<indicator>/<period>")
@allow(Permission.READ_QUALITY)
def show(indicator: str, period: str) -> Any:
    seen = _seen(current(indicator, period))
    definition, viewer = seen.definition, viewer_of(actor())
    wanted = request.args.get("view", "")
    view = wanted if wanted in VIEWS else VIEWS[0]
    return page(
        "quality/indicator.html",
        run=seen.run,
        period=parse_period(seen.run.period),
        definition=definition,
        funnel=seen.funnel,
        said=figures.said_of(seen),
        view=view,
        figures=presenters.table_of(definition, seen.lines),
        multiples=_multiples(seen, definition) if view == "time" else (),
        earlier=runs.runs_of(seen.run.indicator, seen.run.period)[1:],
        viewer=viewer,
        is_public=is_public(),
        show=presenters,
        width=WIDTH,
        height=HEIGHT,
        tall=caterpillar_height(len(seen.valued)),
        values=len(seen.valued),
    )


@blueprint.get("/indicators/<indicator>/<period>.csv")
@allow(Permission.READ_QUALITY)
def table(indicator: str, period: str) -> Response:
    """The same table as a file, with plain numbers."""
    seen = _seen(current(indicator, period))
    rows = [list(plain(line).values()) for line in seen.lines]
    return csv_answer(f"{seen.run.indicator}-{seen.run.period}.csv", tuple(plain(None)), rows)


@blueprint.get("/indicators/<indicator>/<period>.json")
@allow(Permission.READ_QUALITY)
def program(indicator: str, period: str) -> Response:
    """The same table for a program, with what the numbers were made from."""
    seen = _seen(current(indicator, period))
    run = seen.run
    about = {"indicator": run.indicator, "version": run.version, "period": run.period, "run": run.id}
    about |= {"data_cutoff": run.data_cutoff.isoformat(), "definition": run.params_hash}
    return jsonify(
        {**about, "centre": seen.funnel.centre if seen.funnel else None, "lines": list(map(plain, seen.lines))}
    )


@blueprint.get("/charts/<int:run_id>.svg")
@allow(Permission.READ_QUALITY)
def chart(run_id: int) -> Response:
    """A run's funnel, or all side by side, for an image element only: its own policy, no scripts."""
    run = runs.run_by_id(run_id)
    if run is None:
        raise NotFound(_l("This picture does not exist."))
    seen = _seen(run)
    view = request.args.get("view", "")
    if not seen.valued if view == "side" else seen.funnel is None:
        raise NotFound(_l("There is no funnel to draw for you here."))
    return picture_answer(
        figures.comparison_svg(seen, seen.own or request.args.get("provider", ""), view, is_narrow=is_narrow())
    )


def current(indicator: str, period: str) -> IndicatorRun:
    run = runs.current_run(indicator, period)
    if run is None:
        raise NotFound(_l("This indicator is not computed for this period."))
    return run


def is_public() -> bool:
    """Asked for as anybody may see it: what the fund hands out."""
    return request.args.get("for") == "public"


def _seen(run: IndicatorRun) -> Seen:
    return showing.seen_by(viewer_of(actor()), run, runs.results_of(run.id), is_public=is_public())


def plain(line: Line | None) -> dict[str, Any]:
    """A line as plain values, under fixed names; None gives the names alone."""
    values = {name: getattr(line, name, None) for name in COLUMNS}
    for name, place in (("lower_95", 0), ("upper_95", 1)):
        values[name] = line.interval[place] if line and line.interval else None
    for name, place in (("limit_lower_998", 0), ("limit_upper_998", 1)):
        values[name] = line.limits[place] if line and line.limits else None
    return values | {name: getattr(line, name, None) for name in ("alert", "reason", "is_restricted")}


def _multiples(seen: Seen, definition: Indicator) -> list[dict[str, Any]]:
    """Run charts of the providers that stand out most, or the reader's own."""
    found = history([seen.run.indicator], parse_period(seen.run.period)).get(seen.run.indicator, [])
    texts = figures.texts_of(definition, seen.names)
    chosen = seen.valued[:SHOWN_SERIES]
    return [
        {
            "line": line,
            **series_of(definition, by_period(found, line.provider, is_public=is_public()), texts),
        }
        for line in chosen
    ]
