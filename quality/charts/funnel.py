"""The funnel as a picture.

A suppressed provider has no value in a published funnel, so it has no mark, no label and no words here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.words import _
from quality.charts.canvas import (
    BAND,
    DASHED,
    INK,
    MADDER,
    MARKS,
    NARROW,
    NILA,
    ON_PAPER,
    PEER,
    SPOKEN_OF,
    WIDTH,
    Drawing,
    Margins,
    blank,
    directed,
    font,
    isolated,
    line_label,
    rounded_up,
    value_axis,
)
from quality.charts.words import ChartTexts, apart
from quality.statistics.funnel import Alert, Funnel, Limits, Point
from quality.statistics.scales import ShareScale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 330
MARGINS = Margins(start=46, end=96, top=12, bottom=52)
NARROW_MARGINS = Margins(start=46, end=66, top=12, bottom=52)
CURVE_STEPS = 120
SMALLEST_CURVE = 10  # below ten cases exact limits only ripple
NAMED_ALERTS = 5
LETTER = 8  # px of a bold letter
OTHER_SIDE = {"left": "right", "right": "left", "center": "center"}


def funnel_chart(
    funnel: Funnel,
    texts: ChartTexts,
    *,
    highlight: str | None = None,
    is_mirrored: bool = False,
    is_narrow: bool = False,
) -> Drawing:
    """Pass `funnel.published()` unless the reader may see small numbers."""
    width, margins = (NARROW, NARROW_MARGINS) if is_narrow else (WIDTH, MARGINS)
    drawing, axes = blank(width, HEIGHT, margins, is_mirrored=is_mirrored)
    widest = _axes(axes, funnel, texts, is_mirrored)
    _curves(axes, funnel, widest)
    _line_labels(axes, funnel.centre, funnel.limits_at(widest), texts, is_mirrored, is_narrow)
    spoken = _marks(axes, funnel, highlight)
    inner = width - margins.start - margins.end
    for point in spoken[:NAMED_ALERTS]:
        _name(axes, point, texts, inner, is_mirrored)
    return drawing


def _axes(axes: Axes, funnel: Funnel, texts: ChartTexts, is_mirrored: bool) -> float:
    """Scales, hairlines and numbers. Returns the largest size drawn."""
    sizes = [point.size or 0.0 for point in funnel.marks] or [100.0]
    widest = rounded_up(max(sizes) * 1.05)
    axes.set_xlim(*((widest, 0) if is_mirrored else (0, widest)))
    limits = funnel.limits_at(max(min(sizes), SMALLEST_CURVE))
    values = [point.value or 0.0 for point in funnel.marks]
    value_axis(axes, min([*values, limits.lower_95]), max([*values, limits.upper_95]), texts.value)
    places = [widest * part / 9 for part in (1, 3, 5, 7, 9)]
    axes.set_xticks(places, [isolated(texts.size(value)) for value in places], **font())
    axes.set_xlabel(str(texts.axis), labelpad=2, **font())
    return widest


def _curves(axes: Axes, funnel: Funnel, widest: float) -> None:
    """Limits over the size; where one is held at 0 or 1 it is not drawn, for it would look like a floor."""
    start = max(SMALLEST_CURVE, widest / 30)
    sizes = [start * (widest / start) ** (i / CURVE_STEPS) for i in range(CURVE_STEPS + 1)]
    limits = [funnel.limits_at(size) for size in sizes]
    lower, upper = [one.lower_95 for one in limits], [one.upper_95 for one in limits]
    axes.fill_between(sizes, lower, upper, color=BAND, linewidth=0, zorder=0.4)
    for name in Limits._fields:
        values = [_drawable(getattr(one, name), funnel) for one in limits]
        dashes = DASHED if name.endswith("998") else "solid"
        axes.plot(sizes, values, color=NILA, linewidth=1.4, linestyle=dashes, gid=f"limit-{name}")
    axes.axhline(funnel.centre, color=INK, linewidth=1.4, gid="centre")


def _line_labels(axes: Axes, centre: float, end: Limits, texts: ChartTexts, is_mirrored: bool, is_narrow: bool) -> None:
    """Words at the line's end, kept a line apart from each other."""
    bottom, top = axes.get_ylim()
    apart = (34 if is_narrow else 17) * (top - bottom) / (HEIGHT - MARGINS.top - MARGINS.bottom)
    outer, inner = max(end.upper_998, centre + apart), min(end.lower_95, centre - apart)
    look = {"is_mirrored": is_mirrored, "is_narrow": is_narrow}
    average = _("all: %(value)s", value=isolated(texts.value(centre)))
    line_label(axes, outer, _("%(level)s dashed", level=isolated("99.8 %")), NILA, **look)
    line_label(axes, centre, average, INK, **look, is_bold=True)
    line_label(axes, inner, _("%(level)s solid", level=isolated("95 %")), NILA, **look)


def _marks(axes: Axes, funnel: Funnel, highlight: str | None) -> list[Point]:
    """Peers are hollow circles; the one spoken of, or without one the alerts, are madder triangles: those are given."""
    spoken = [p for p in funnel.marks if (p.provider == highlight if highlight else p.alert is Alert.ALERT)]
    peers = [point for point in funnel.marks if point not in spoken]
    for points, look, gid in ((peers, PEER, "peers"), (spoken, SPOKEN_OF, "spoken-of")):
        axes.plot([p.size or 0 for p in points], [p.value or 0 for p in points], gid=gid, **MARKS, **look)
    return spoken


def _name(axes: Axes, point: Point, texts: ChartTexts, inner: float, is_mirrored: bool) -> None:
    """The name towards the end side, or back over the chart where the end is near; else below its mark."""
    size, value = point.size or 0.0, point.value or 0.0
    words = _("%(name)s, %(value)s", name=apart(texts.name(point.provider)), value=isolated(texts.value(value)))
    place, wide = inner * size / max(axes.get_xlim()), len(words) * LETTER
    ahead, behind = inner - place - 12, place - 12
    if max(ahead, behind) < wide:
        middle = min(max(place, wide / 2), max(inner - wide / 2, wide / 2))
        beside, side, below = middle - place, "center", -16
    else:
        beside, side, below = (12, "left", 0) if ahead >= wide else (-12, "right", 0)
    axes.annotate(
        directed(words, is_mirrored),
        (size, value),
        xytext=(-beside if is_mirrored else beside, below),
        textcoords="offset points",
        ha=OTHER_SIDE[side] if is_mirrored else side,
        va="center",
        zorder=5,
        bbox=ON_PAPER,
        **font(MADDER, is_bold=True),
    )


def _drawable(value: float, funnel: Funnel) -> float:
    is_held = value <= 0 or (isinstance(funnel.scale, ShareScale) and value >= 1)
    return float("nan") if is_held else value
