"""The funnel as a picture: SVG for the screen (served by its own address through an image), PNG for documents.

Look: design/DESIGN.md, “Charts”. The same funnel and settings give the same bytes, so pictures can be cached by hash.
A suppressed provider has no value in a published funnel, so it has no mark, no label and no words here.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

from core.words import _
from quality.charts.words import ChartTexts
from quality.statistics.funnel import Alert, Funnel, Limits, Point
from quality.statistics.scales import ShareScale

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER, HAIR, INK, SOFT, NILA, MADDER = "#ffffff", "#ddd6ca", "#1f2233", "#555a6c", "#2d3277", "#a3262b"
BAND = "#eff0f5"  # nila at seven per cent on paper: opaque, because page colours do not reach an image
WIDTH, HEIGHT = 522, 330
LEFT, RIGHT, TOP, BOTTOM = 46, 96, 12, 52
TEXT = 13
CURVE_STEPS = 120
SMALLEST_CURVE = 10  # below ten cases exact limits only ripple
NAMED_ALERTS = 5
FONTS = ["Noto Sans", "Noto Sans Arabic", "sans-serif"]


def figure_svg(funnel: Funnel, texts: ChartTexts, *, highlight: str | None = None, is_mirrored: bool = False) -> bytes:
    """The chart as SVG, `WIDTH` by `HEIGHT` px. Pass `funnel.published()` unless the reader may see small numbers."""
    output = BytesIO()
    _drawn(funnel, texts, highlight, is_mirrored).savefig(output, format="svg", metadata={"Date": None})
    in_points, in_pixels = f'width="{WIDTH}pt" height="{HEIGHT}pt"', f'width="{WIDTH}" height="{HEIGHT}"'
    return output.getvalue().replace(in_points.encode(), in_pixels.encode(), 1)


def figure_png(
    funnel: Funnel, texts: ChartTexts, *, highlight: str | None = None, is_mirrored: bool = False, dpi: int = 200
) -> bytes:
    """The same picture for a document."""
    output = BytesIO()
    _drawn(funnel, texts, highlight, is_mirrored).savefig(output, format="png", dpi=dpi, metadata={"Software": None})
    return output.getvalue()


def _drawn(funnel: Funnel, texts: ChartTexts, highlight: str | None, is_mirrored: bool) -> Figure:
    _prepare_matplotlib()
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72, facecolor=PAPER)
    start = (RIGHT if is_mirrored else LEFT) / WIDTH
    box = (start, BOTTOM / HEIGHT, (WIDTH - LEFT - RIGHT) / WIDTH, (HEIGHT - TOP - BOTTOM) / HEIGHT)
    axes = figure.add_axes(box, facecolor=PAPER)
    widest = _axes(axes, funnel, texts, is_mirrored)
    _curves(axes, funnel, widest)
    _line_labels(axes, funnel.centre, funnel.limits_at(widest), texts, is_mirrored)
    _marks(axes, funnel, texts, highlight, is_mirrored)
    return figure


@lru_cache(maxsize=1)
def _prepare_matplotlib() -> None:
    """Settings of the process, once: text stays text, ids are stable, and letters are measured with our own fonts."""
    import fontpkg
    import matplotlib
    from matplotlib import font_manager

    for family in FONTS[:2]:
        font_manager.fontManager.addfont(fontpkg.path(family))
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "touiza", "font.sans-serif": ["Noto Sans"]})


def _axes(axes: Axes, funnel: Funnel, texts: ChartTexts, is_mirrored: bool) -> float:
    """Scales, hairlines and numbers. Returns the largest size drawn."""
    sizes = [point.size or 0.0 for point in funnel.marks] or [100.0]
    widest = _rounded_up(max(sizes) * 1.05)
    low, high, step = _value_range(funnel, min(sizes))
    axes.set_xlim(*((widest, 0) if is_mirrored else (0, widest)))
    axes.set_ylim(low - step * 0.35, high + step * 0.05)
    places = [low + step * i for i in range(round((high - low) / step) + 1)]
    axes.set_yticks(places, [_isolated(_tick(value, texts)) for value in places], va="center", **_font(SOFT))
    size_places = [widest * part / 9 for part in (1, 3, 5, 7, 9)]
    axes.set_xticks(size_places, [_isolated(texts.size(value)) for value in size_places], **_font(SOFT))
    axes.set_xlabel(str(texts.axis), labelpad=2, **_font(SOFT))
    axes.tick_params(length=0, pad=6)
    if is_mirrored:
        axes.yaxis.tick_right()
    axes.grid(axis="y", color=HAIR, linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
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
        dashes = (0, (5, 3)) if name.endswith("998") else "solid"
        axes.plot(sizes, values, color=NILA, linewidth=1.4, linestyle=dashes, gid=f"limit-{name}")
    axes.axhline(funnel.centre, color=INK, linewidth=1.4, gid="centre")


def _line_labels(axes: Axes, centre: float, end: Limits, texts: ChartTexts, is_mirrored: bool) -> None:
    """Words at the line's end, kept a line apart from each other."""
    bottom, top = axes.get_ylim()
    apart = 17 * (top - bottom) / (HEIGHT - TOP - BOTTOM)
    average = _("all: %(value)s", value=_isolated(texts.value(centre)))
    rows = [
        (max(end.upper_998, centre + apart), _("%(level)s dashed", level=_isolated("99.8 %")), _font(NILA)),
        (centre, average, _font(INK, is_bold=True)),
        (min(end.lower_95, centre - apart), _("%(level)s solid", level=_isolated("95 %")), _font(NILA)),
    ]
    for height, words, font in rows:
        axes.annotate(
            _directed(words, is_mirrored),
            (1 if not is_mirrored else 0, height),
            xycoords=("axes fraction", "data"),
            xytext=(-6 if is_mirrored else 6, 0),
            textcoords="offset points",
            ha="right" if is_mirrored else "left",
            va="center",
            annotation_clip=False,
            **font,
        )


def _marks(axes: Axes, funnel: Funnel, texts: ChartTexts, highlight: str | None, is_mirrored: bool) -> None:
    """Peers are hollow circles; the one spoken of, or without one the alerts, are madder triangles with a name."""
    spoken = [p for p in funnel.marks if (p.provider == highlight if highlight else p.alert is Alert.ALERT)]
    peers = [point for point in funnel.marks if point not in spoken]
    plain: dict[str, Any] = {"linestyle": "none", "clip_on": False, "zorder": 4}
    circle: dict[str, Any] = {"marker": "o", "markersize": 9, "markeredgecolor": SOFT, "markeredgewidth": 1.5}
    circle["markerfacecolor"] = PAPER
    triangle: dict[str, Any] = {"marker": "^", "markersize": 13, "markerfacecolor": MADDER, "markeredgecolor": PAPER}
    for points, look, gid in ((peers, circle, "peers"), (spoken, triangle, "spoken-of")):
        axes.plot([p.size or 0 for p in points], [p.value or 0 for p in points], gid=gid, **plain, **look)
    for point in spoken[:NAMED_ALERTS]:
        _name(axes, point, texts, is_mirrored)


def _name(axes: Axes, point: Point, texts: ChartTexts, is_mirrored: bool) -> None:
    """The name towards the end side, or back over the chart where the end is near."""
    size, value = point.size or 0.0, point.value or 0.0
    is_near_end = size > max(axes.get_xlim()) * 0.6
    words = _("%(name)s, %(value)s", name=texts.name(point.provider), value=_isolated(texts.value(value)))
    goes_left = is_near_end != is_mirrored
    axes.annotate(
        _directed(words, is_mirrored),
        (size, value),
        xytext=(-12 if goes_left else 12, 0),
        textcoords="offset points",
        ha="right" if goes_left else "left",
        va="center",
        zorder=5,
        **_font(MADDER, is_bold=True),
    )


def _value_range(funnel: Funnel, smallest: float) -> tuple[float, float, float]:
    """Low, high and step of the value axis: all marks, and the inner limits at the smallest of them."""
    limits = funnel.limits_at(max(smallest, SMALLEST_CURVE))
    values = [point.value or 0.0 for point in funnel.marks]
    low, high = min([*values, limits.lower_95]), max([*values, limits.upper_95])
    step = _step((high - low) / 4)
    return floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step, step


def _step(wish: float) -> float:
    """1, 2 or 5 times a power of ten, at least the wish."""
    power = 10.0 ** floor(log10(max(wish, 1e-6)))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= wish * 0.999)


def _rounded_up(value: float) -> float:
    """An end of the size axis whose ninths are round numbers too."""
    step = _step(value / 9)
    finer = step / 2
    return (finer if finer * 9 >= value else step) * 9


def _tick(value: float, texts: ChartTexts) -> str:
    return texts.value(value).replace(".0 %", " %")


def _drawable(value: float, funnel: Funnel) -> float:
    is_held = value <= 0 or (isinstance(funnel.scale, ShareScale) and value >= 1)
    return float("nan") if is_held else value


def _isolated(text: str) -> str:
    """A number keeps its direction inside a right-to-left sentence."""
    return f"\u2066{text}\u2069"


def _directed(sentence: str, is_mirrored: bool) -> str:
    return f"\u2067{sentence}\u2069" if is_mirrored else sentence


def _font(colour: str, *, is_bold: bool = False) -> dict[str, Any]:
    # a name with two dollar signs is a name, not a formula
    weight = "bold" if is_bold else "normal"
    return {"color": colour, "fontsize": TEXT, "fontfamily": FONTS, "fontweight": weight, "parse_math": False}
