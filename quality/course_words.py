"""Series in words: what each chart is, its finding, its rows, and how it tells a signal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.web.filters import bdi
from core.words import _l
from quality import presenters
from quality.charts import ChartTexts, series_finding
from quality.charts.words import whole
from quality.definitions import Indicator
from quality.figures import texts_of
from quality.statistics.series import Chart, Series

TITLES = {
    "evidence": _l("Evidence of harm (CUSUM)"),
    "between": _l("Days between events"),
    "month": _l("Events by month"),
    "week": _l("By week"),
    "period": _l("By period"),
}
STRETCHES = {"between": _l("Until"), "period": _l("Period")}
VALUES = {"evidence": _l("Highest sum"), "between": _l("Days"), "month": _l("Events")}
_EVENTWISE = ("evidence", "between", "month")
_SIZED = _l(
    "The usual value and the dashed limits come from the first twelve points and stay where they are. The limits are three standard errors wide at the size of each point, and wider where neighbouring points differ by more than chance."  # noqa: E501 - one text
)
JUDGED = {
    Chart.SHARES: _SIZED,
    Chart.RATES: _SIZED,
    Chart.COUNTS: _l(
        "Events of a month (c-chart): the usual number is the mean of the first twelve months, and the limits are three times its square root wide."  # noqa: E501 - one text
    ),
    Chart.SINGLE: _l(
        "Single figures (I-chart): the limits come from how much one of the first twelve differs from the next."
    ),
    Chart.BETWEEN: _l(
        "Days between rare events (t-chart): the limits come from the first twelve stretches, on a scale on which such stretches are even. Below the lower limit events crowd together."  # noqa: E501 - one text
    ),
    Chart.EVIDENCE: _l(
        "Evidence, event by event (CUSUM): each event adds to the sum, each case without one takes a little away, never below 0. At the dashed line so many events have come that odds of harm twice as high explain them far better than the accepted ones."  # noqa: E501 - one text
    ),
}


def course_texts(indicator: Indicator, names: Mapping[str, str], course: str) -> ChartTexts:
    """The words of one chart: sums to a decimal, days and events whole, else the unit of the indicator."""
    texts = texts_of(indicator, names)
    if course not in _EVENTWISE:
        return texts
    return replace(texts, axis=TITLES[course], value=_sum if course == "evidence" else whole)


def series_of(indicator: Indicator, series: Series, texts: ChartTexts, course: str = "period") -> dict[str, Any]:
    """A chart in words and as the rows of its table."""
    return {
        "course": course,
        "title": TITLES[course],
        "said": series_finding(series, texts),
        "judged": JUDGED.get(series.chart),
        "is_signal": series.is_signal,
        "stretch": STRETCHES.get(course, _l("From")),
        "counted": VALUES.get(course, _l("Value")),
        "has_sizes": course not in _EVENTWISE,
        "rows": [
            {
                "label": point.label,
                "value": _value(indicator, point.value, course),
                "size": presenters.number(point.size) if point.size is not None else "–",
                "limits": _limits(indicator, point.limits, course) if point.limits else "–",
                "is_signal": point.is_signal,
            }
            for point in series.points
        ],
    }


def _value(indicator: Indicator, raw: float | None, course: str) -> Any:
    if course not in _EVENTWISE or raw is None:
        return presenters.value(indicator, raw)
    return bdi(presenters.number(raw, 1 if course == "evidence" else 0))


def _limits(indicator: Indicator, limits: Any, course: str) -> Any:
    if course not in _EVENTWISE:
        return presenters.span(indicator, limits.lower, limits.upper)
    return bdi(f"{presenters.number(limits.lower, 1)} – {presenters.number(limits.upper, 1)}")


def _sum(value: float) -> str:
    return f"{value:.1f}"
