"""The frame of an audit sample: how value gathers over the lines, where strata divide it, which lines were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from core.words import _, ngettext
from quality.charts.canvas import (
    EDGE,
    INK,
    MARKS,
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
    value_axis,
)
from quality.charts.words import per_cent, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 300
MARGINS = Margins(start=52, end=18, top=40, bottom=50)
MOST_POINTS = 400  # of the curve; a frame may have a million lines


@dataclass(frozen=True, slots=True)
class FrameStratum:
    """Amounts (minor units) of its lines, and the places within them of those that were drawn."""

    name: str
    amounts: Sequence[int]
    sampled: Sequence[int]


def frame_chart(strata: Sequence[FrameStratum], *, is_mirrored: bool = False, is_narrow: bool = False) -> Drawing:
    """Strata and lines in the order given; the curve is each line's share of the value so far."""
    drawing, axes = blank(NARROW if is_narrow else WIDTH, HEIGHT, MARGINS, is_mirrored=is_mirrored)
    amounts = [amount for stratum in strata for amount in stratum.amounts]
    value = max(sum(amounts), 1)
    reached = [part / value for part in accumulate(amounts, initial=0)]
    axes.set_xlim(*((len(amounts), 0) if is_mirrored else (0, max(len(amounts), 1))))
    value_axis(axes, 0, 1, per_cent, room=0.05)
    places = [len(amounts) * part // 4 for part in range(5)]
    axes.set_xticks(places, [isolated(whole(place)) for place in places], **font())
    axes.set_xlabel(directed(_("lines of the frame"), is_mirrored), labelpad=2, **font())
    every = max(1, len(reached) // MOST_POINTS)
    shown = [*range(0, len(reached), every), len(reached) - 1]
    axes.plot(shown, [reached[place] for place in shown], color=NILA, linewidth=1.6, gid="value")
    _strata(axes, strata, reached, is_mirrored)
    return drawing


def _strata(axes: Axes, strata: Sequence[FrameStratum], reached: Sequence[float], is_mirrored: bool) -> None:
    first = 0
    for index, stratum in enumerate(strata):
        drawn = [first + place + 1 for place in stratum.sampled]
        look = {"marker": "D", "markersize": 5, "markerfacecolor": PAPER, "markeredgecolor": INK}
        axes.plot(drawn, [reached[place] for place in drawn], gid=f"sampled-{index}", **{**MARKS, **look})
        if first:
            axes.axvline(first, color=EDGE, linewidth=1, linestyle=(0, (2, 2)), gid=f"boundary-{index}")
        name = _("%(name)s: %(drawn)s of %(lines)s", name=stratum.name, drawn=len(drawn), lines=len(stratum.amounts))
        middle, is_last = first + len(stratum.amounts) / 2, index and index == len(strata) - 1
        axes.annotate(
            directed(name, is_mirrored),
            (len(reached) - 1 if is_last else middle, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 8 + 15 * (index % 2)),
            textcoords="offset points",
            ha=("left" if is_mirrored else "right") if is_last else "center",
            annotation_clip=False,
            **font(),
        )
        first += len(stratum.amounts)


def frame_finding(strata: Sequence[FrameStratum]) -> str:
    """What the picture shows: how many lines were drawn, and which part of the value they are."""
    lines = sum(len(stratum.amounts) for stratum in strata)
    drawn = sum(len(stratum.sampled) for stratum in strata)
    value = sum(sum(stratum.amounts) for stratum in strata)
    seen = sum(stratum.amounts[place] for stratum in strata for place in stratum.sampled)
    return str(
        ngettext(
            "%(num)s line of %(lines)s was drawn; it carries %(part)s of the value.",
            "%(num)s lines of %(lines)s were drawn; they carry %(part)s of the value.",
            drawn,
            lines=lines,
            part=per_cent(seen / value if value else 0.0),
        )
    )
