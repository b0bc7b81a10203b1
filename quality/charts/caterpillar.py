"""All providers beside each other with their intervals, by value. It is not a ranking, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.words import _
from quality.charts.canvas import (
    EDGE,
    HAIR,
    INK,
    MADDER,
    MARKS,
    NARROW,
    PEER,
    SPOKEN_OF,
    WIDTH,
    Drawing,
    Margins,
    blank,
    directed,
    font,
    isolated,
    named,
    round_places,
    written,
)
from quality.charts.words import ChartTexts
from quality.statistics.intervals import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, TALLEST = 20, 900
LONGEST_NAME, SHORT_NAME = 24, 17
MARGINS = Margins(start=186, end=18, top=8, bottom=50)
NARROW_MARGINS = Margins(start=132, end=20, top=8, bottom=50)


@dataclass(frozen=True, slots=True)
class Bar:
    """One provider's value and interval; `is_spoken_of`: an alert, or whose page this is."""

    provider: str
    value: float
    interval: Interval | None
    is_spoken_of: bool = False


def caterpillar_chart(
    bars: Sequence[Bar],
    texts: ChartTexts,
    *,
    centre: float | None = None,
    is_mirrored: bool = False,
    is_narrow: bool = False,
) -> Drawing:
    """One row for each; overlapping intervals are not told apart by chance. Pass what the reader may see."""
    rows = sorted(bars, key=lambda bar: (bar.value, bar.provider))
    width, margins, longest = (NARROW, NARROW_MARGINS, SHORT_NAME) if is_narrow else (WIDTH, MARGINS, LONGEST_NAME)
    drawing, axes = blank(width, caterpillar_height(len(rows)), margins, is_mirrored=is_mirrored)
    _axes(axes, rows, texts, is_mirrored, longest)
    if centre is not None:
        axes.axvline(centre, color=INK, linewidth=1.4, gid="centre", zorder=1)
    if not is_narrow:  # there the words below the picture say it
        axes.set_xlabel(directed(_caption(centre, texts), is_mirrored), labelpad=4, **font())
    _rows(axes, rows)
    return drawing


def caterpillar_height(rows: int) -> int:
    """In px; with more rows than fit, only those spoken of have their name."""
    return round(min(ROW * max(rows, 2), TALLEST) + MARGINS.top + MARGINS.bottom)


def _caption(centre: float | None, texts: ChartTexts) -> str:
    if centre is None:
        return str(_("Value with its interval (95 %). Not a ranking."))
    said = isolated(texts.value(centre))
    return str(_("Value with its 95 %% interval, all: %(value)s. Not a ranking.", value=said))


def _axes(axes: Axes, rows: Sequence[Bar], texts: ChartTexts, is_mirrored: bool, longest: int) -> None:
    ends = [end for row in rows for end in (row.interval or (row.value, row.value))]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = max(high - low, 1e-6) * 0.04
    axes.set_xlim(*((high + room, low - room) if is_mirrored else (low - room, high + room)))
    axes.set_ylim(-0.6, len(rows) - 0.4)
    places = round_places(low, high, steps=4 if longest > SHORT_NAME else 2)
    axes.set_xticks(places, [isolated(written(texts.value, value)) for value in places], **font())
    is_room = ROW * len(rows) <= TALLEST
    shown = [(place, row) for place, row in enumerate(rows) if is_room or row.is_spoken_of]
    names = [named(texts.name(row.provider), longest) for _place, row in shown]
    axes.set_yticks([place for place, _row in shown], names, **font())
    axes.grid(axis="x", color=HAIR, linewidth=1)


def _rows(axes: Axes, rows: Sequence[Bar]) -> None:
    """Intervals as lines; who is spoken of is a madder triangle on a thicker line."""
    for place, row in enumerate(rows):
        colour, width = (MADDER, 2.2) if row.is_spoken_of else (EDGE, 1.4)
        axes.plot(row.interval or (row.value, row.value), (place, place), color=colour, linewidth=width, zorder=2)
    for is_spoken, look, gid in ((False, PEER, "peers"), (True, SPOKEN_OF, "spoken-of")):
        chosen = [(row.value, place) for place, row in enumerate(rows) if row.is_spoken_of is is_spoken]
        axes.plot([value for value, _place in chosen], [place for _value, place in chosen], gid=gid, **MARKS, **look)
