"""Provider by indicator: a letter and a ground for the alert class of each. The letter says it, the ground helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.words import _, _l
from quality.charts.canvas import (
    EDGE,
    HAIR,
    INK,
    MADDER,
    OLIVE,
    OLIVE_TINT,
    PAPER,
    SAFFRON,
    SOFT,
    Drawing,
    Margins,
    blank,
    directed,
    font,
    named,
)
from quality.statistics.funnel import Alert

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL_WIDTH, CELL_HEIGHT, NAMES, LEGEND, LONGEST_NAME = 46, 26, 206, 46, 25
UNCOMPARED = ""
"""Measured, but of a kind that nobody is compared by."""
LETTERS: Mapping[str, Any] = {
    Alert.ALERT: _l("A"),
    Alert.WATCH: _l("W"),
    Alert.EXPECTED: _l("E"),
    Alert.BETTER: _l("B"),
    Alert.INSUFFICIENT: "·",
    Alert.SUPPRESSED: "×",
    UNCOMPARED: "–",
}
LOOKS: Mapping[str, tuple[str, str, str]] = {  # ground, edge, letter
    Alert.ALERT: (MADDER, MADDER, PAPER),
    Alert.WATCH: (SAFFRON, EDGE, INK),
    Alert.EXPECTED: (PAPER, HAIR, SOFT),
    Alert.BETTER: (OLIVE_TINT, OLIVE, OLIVE),
    Alert.INSUFFICIENT: (PAPER, PAPER, SOFT),
    Alert.SUPPRESSED: (PAPER, HAIR, SOFT),
    UNCOMPARED: (PAPER, PAPER, SOFT),
}


MARGINS = Margins(start=NAMES, end=12, top=28, bottom=LEGEND)
FEWEST = 6  # columns: the legend needs their width


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One provider; `classes` (of Alert, or UNCOMPARED) in the order of the columns, None where it is not measured."""

    name: str
    classes: Sequence[str | None]


def heat_chart(columns: Sequence[str], rows: Sequence[HeatRow], *, is_mirrored: bool = False) -> Drawing:
    """`columns` are indicator codes. Rows and columns in the order given."""
    drawing, axes = blank(heat_width(len(columns)), heat_height(len(rows)), MARGINS, is_mirrored=is_mirrored)
    across = max(len(columns), FEWEST) - 0.5
    axes.set_xlim(*((across, -0.5) if is_mirrored else (-0.5, across)))
    axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(columns)), list(columns), **font(INK, is_bold=True))
    names = [named(row.name, LONGEST_NAME) for row in rows]
    axes.set_yticks(range(len(rows)), names, **font(INK))
    for down, row in enumerate(rows):
        for over, found in enumerate(row.classes):
            if found is not None:
                _cell(axes, over, down, found)
    _legend(axes, is_mirrored)
    return drawing


def heat_width(columns: int) -> int:
    return round(MARGINS.start + MARGINS.end + CELL_WIDTH * max(columns, FEWEST))


def heat_height(rows: int) -> int:
    return round(MARGINS.top + MARGINS.bottom + CELL_HEIGHT * max(rows, 1))


def _cell(axes: Axes, over: int, down: int, found: str) -> None:
    from matplotlib.patches import Rectangle

    ground, edge, letter = LOOKS[found]
    box = Rectangle((over - 0.44, down - 0.42), 0.88, 0.84, facecolor=ground, edgecolor=edge, linewidth=1)
    box.set_gid(f"cell-{down}-{over}")
    axes.add_patch(box)
    axes.text(over, down, str(LETTERS[found]), ha="center", va="center", **font(letter, is_bold=True))


def _legend(axes: Axes, is_mirrored: bool) -> None:
    """Two lines below: what each letter means."""
    said = [
        _("A worse than chance, W watch, E as expected, B better than chance"),
        _("· too few cases, × not shown, – no comparison, empty: not measured"),
    ]
    for line, words in enumerate(said):
        axes.annotate(
            directed(words, is_mirrored),
            (1 if is_mirrored else 0, 0),
            xycoords="axes fraction",
            xytext=(NAMES - 12 if is_mirrored else 12 - NAMES, -14 - 18 * line),
            textcoords="offset points",
            ha="right" if is_mirrored else "left",
            va="center",
            **font(),
        )
