"""From the score to the payment: what is held back, what comes back, what is added, against the accepted value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quality.charts.canvas import (
    EDGE,
    INK,
    MADDER,
    MADDER_TINT,
    NARROW,
    NILA,
    OLIVE,
    OLIVE_TINT,
    WIDTH,
    Drawing,
    Margins,
    blank,
    directed,
    font,
    isolated,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 250
MARGINS = Margins(start=12, end=12, top=24, bottom=44)
BAR = 0.62


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A step by `amount` (minor units), or the sum reached so far. Labels are one or two short words."""

    label: str
    amount: int
    is_sum: bool = False


def waterfall_chart(
    steps: Sequence[FlowStep], words: Callable[[int], str], *, is_mirrored: bool = False, is_narrow: bool = False
) -> Drawing:
    """Around 0, which is the accepted value: `words` writes an amount with its sign. Bars add up to the last sum."""
    drawing, axes = blank(NARROW if is_narrow else WIDTH, HEIGHT, MARGINS, is_mirrored=is_mirrored)
    axes.set_xlim(*((len(steps) - 0.5, -0.5) if is_mirrored else (-0.5, len(steps) - 0.5)))
    levels = _levels(steps)
    low, high = min(0, *(min(pair) for pair in levels)), max(0, *(max(pair) for pair in levels))
    room = max(high - low, 1) * 0.16
    axes.set_ylim(low - room, high + room)
    axes.set_yticks([])
    axes.set_xticks(range(len(steps)), [directed(step.label, is_mirrored) for step in steps], **font())
    axes.axhline(0, color=INK, linewidth=1.4, gid="accepted")
    for place, (step, (start, end)) in enumerate(zip(steps, levels, strict=True)):
        axes.bar(place, end - start, BAR, bottom=start, gid=f"step-{place}", **_look(step))
        above = max(start, end) if step.amount >= 0 else min(start, end)
        _amount(axes, place, above, isolated(words(step.amount)), step)
        if place + 1 < len(steps):
            axes.plot((place + BAR / 2, place + 1 - BAR / 2), (end, end), color=EDGE, linewidth=1)
    return drawing


def _amount(axes: Axes, place: int, height: int, said: str, step: FlowStep) -> None:
    """Outside the bar, on the side it grows to."""
    is_up = step.amount >= 0
    axes.annotate(
        said,
        (place, height),
        xytext=(0, 6 if is_up else -6),
        textcoords="offset points",
        ha="center",
        va="bottom" if is_up else "top",
        **font(INK, is_bold=step.is_sum),
    )


def _levels(steps: Sequence[FlowStep]) -> list[tuple[int, int]]:
    """From where to where each bar runs; raises ValueError if a sum is not what the steps before it make."""
    reached, found = 0, []
    for step in steps:
        if step.is_sum:
            if step.amount != reached:
                raise ValueError(f"the steps make {reached}, not {step.amount}")
            found.append((0, reached))
        else:
            found.append((reached, reached + step.amount))
            reached += step.amount
    return found


def _look(step: FlowStep) -> dict[str, Any]:
    """Sums are solid, what is added and what is taken are hatched each its own way."""
    if step.is_sum:
        return {"facecolor": NILA, "edgecolor": NILA}
    if step.amount >= 0:
        return {"facecolor": OLIVE_TINT, "edgecolor": OLIVE, "hatch": "///"}
    return {"facecolor": MADDER_TINT, "edgecolor": MADDER, "hatch": "\\\\\\"}
