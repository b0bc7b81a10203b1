"""A run chart, with control limits where the series is long enough; small, it is one of many side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.words import _
from quality.charts.canvas import (
    DASHED,
    INK,
    MADDER,
    NARROW,
    NILA,
    PAPER,
    WIDTH,
    Drawing,
    Margins,
    blank,
    directed,
    font,
    isolated,
    line_label,
    value_axis,
)
from quality.charts.words import ChartTexts
from quality.statistics.series import Chart, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 250
MARGINS = Margins(start=46, end=96, top=12, bottom=34)
SMALL_WIDTH, SMALL_HEIGHT = 270, 150
SMALL_MARGINS = Margins(start=50, end=14, top=10, bottom=28)
NARROW_MARGINS = Margins(start=50, end=60, top=12, bottom=34)
LABELS = 7
LETTER = 9  # px of a letter of a label with its part of the gap to the next one


def series_chart(
    series: Series,
    texts: ChartTexts,
    *,
    is_small: bool = False,
    is_mirrored: bool = False,
    is_narrow: bool = False,
) -> Drawing:
    """Time runs with the reading. A gap is a period with nothing to show; the line does not cross it."""
    wide = (NARROW, HEIGHT, NARROW_MARGINS) if is_narrow else (WIDTH, HEIGHT, MARGINS)
    width, height, margins = (SMALL_WIDTH, SMALL_HEIGHT, SMALL_MARGINS) if is_small else wide
    drawing, axes = blank(width, height, margins, is_mirrored=is_mirrored)
    _values(axes, series, texts, steps=2 if is_small else 4)
    _periods(axes, series, width - margins.start - margins.end, is_mirrored)
    _limits(axes, series)
    _points(axes, series)
    look: dict[str, Any] = {"is_mirrored": is_mirrored, "is_bold": True, "is_narrow": is_narrow}
    if series.chart is Chart.EVIDENCE and not is_small:
        words = _("signal: %(value)s", value=isolated(texts.value(series.signal_at)))
        line_label(axes, series.signal_at, words, INK, **look)
    if series.centre is not None and not is_small:
        words = _("usual: %(value)s", value=isolated(texts.value(series.centre)))
        line_label(axes, series.centre, words, INK, **look)
    return drawing


def _values(axes: Axes, series: Series, texts: ChartTexts, steps: int) -> None:
    ends = [end for point in series.points if point.limits for end in (point.limits.lower, point.limits.upper)]
    values = [point.value for point in series.shown if point.value is not None] + ends
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    middle = max(high - low, abs(high) * 0.02, 1e-6) / 2
    top = high + middle * 0.1
    bottom = low - middle * 0.1
    bottom = max(bottom, 0.0) if low >= 0 else bottom  # below nothing there is nothing
    value_axis(axes, bottom, min(top, 1.0) if high <= 1 else top, texts.value, steps=steps)


def _periods(axes: Axes, series: Series, inner: float, is_mirrored: bool) -> None:
    """As many labels as stand beside each other."""
    last = max(len(series.points) - 1, 1)
    axes.set_xlim(*((last + 0.4, -0.4) if is_mirrored else (-0.4, last + 0.4)))
    longest = max((len(point.label) for point in series.points), default=1)
    most = max(2, min(LABELS, int(inner // (longest * LETTER))))
    every = max(1, -(-len(series.points) // most))
    places = range(0, len(series.points), every)
    axes.set_xticks(list(places), [directed(series.points[i].label, is_mirrored) for i in places], **font())


def _limits(axes: Axes, series: Series) -> None:
    """The centre solid, the control limits dashed and stepped, for each period has its own size."""
    if series.centre is not None:
        axes.axhline(series.centre, color=INK, linewidth=1.4, gid="centre")
    for name in ("upper",) if series.chart is Chart.EVIDENCE else ("lower", "upper"):
        ends = [getattr(point.limits, name) if point.limits else float("nan") for point in series.points]
        if any(point.limits for point in series.points):
            look: dict[str, Any] = {"color": NILA, "linewidth": 1.2, "linestyle": DASHED, "where": "mid"}
            axes.step(range(len(ends)), ends, gid=f"limit-{name}", **look)


def _points(axes: Axes, series: Series) -> None:
    """Points on their line; what stands outside the limits is a madder triangle."""
    values = [float("nan") if point.value is None else point.value for point in series.points]
    axes.plot(range(len(values)), values, color=NILA, linewidth=1.6, gid="line")
    calm = [(i, p.value) for i, p in enumerate(series.points) if p.value is not None and not p.is_signal]
    loud = [(i, p.value) for i, p in enumerate(series.points) if p.value is not None and p.is_signal]
    plain: dict[str, Any] = {"linestyle": "none", "zorder": 4, "markeredgecolor": PAPER}
    axes.plot(*_columns(calm), marker="o", markersize=7, markerfacecolor=NILA, gid="points", **plain)
    axes.plot(*_columns(loud), marker="^", markersize=12, markerfacecolor=MADDER, gid="signals", **plain)


def _columns(pairs: list[tuple[int, float]]) -> tuple[list[int], list[float]]:
    return [place for place, _value in pairs], [value for _place, value in pairs]
