"""What all charts share: colours, letters, files. Look: design/DESIGN.md, “Charts”.

The same values give the same bytes, so pictures can be kept by hash. Nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil, floor, log10
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER, HAIR, EDGE, INK, SOFT = "#ffffff", "#ddd6ca", "#787164", "#1f2233", "#555a6c"
NILA, OCHRE, TEAL, MADDER, OLIVE = "#2d3277", "#a86a00", "#1f7a74", "#a3262b", "#3d5f10"
SAFFRON, MADDER_TINT, OLIVE_TINT = "#f2b632", "#fbebe9", "#edf3e0"
BAND = "#eff0f5"  # nila at seven per cent on paper: opaque, because page colours do not reach an image
WIDTH = 522
NARROW = 294  # what a phone of 360 px leaves beside its margins: letters keep their size there
TEXT = 13
SHORT_LINE = 10  # letters of a label in a narrow margin
FONTS = ["Noto Sans", "Noto Sans Arabic", "sans-serif"]
PEER: dict[str, Any] = {"marker": "o", "markersize": 9, "markeredgecolor": SOFT, "markeredgewidth": 1.5}
PEER["markerfacecolor"] = PAPER
SPOKEN_OF: dict[str, Any] = {"marker": "^", "markersize": 13, "markerfacecolor": MADDER, "markeredgecolor": PAPER}
MARKS: dict[str, Any] = {"linestyle": "none", "clip_on": False, "zorder": 4}
DASHED = (0, (5, 3))
ON_PAPER: dict[str, Any] = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}  # behind words that may lie on a line


@dataclass(frozen=True, slots=True)
class Margins:
    """Pixels around the axes; `start` and `end` as the reader reads."""

    start: float
    end: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished picture, `width` by `height` px."""

    figure: Figure
    width: int
    height: int

    def svg(self) -> bytes:
        """For the screen, through an image element only: text stays text, no date, stable ids."""
        output = BytesIO()
        self.figure.savefig(output, format="svg", metadata={"Date": None})
        in_points = f'width="{self.width}pt" height="{self.height}pt"'
        in_pixels = f'width="{self.width}" height="{self.height}"'
        return output.getvalue().replace(in_points.encode(), in_pixels.encode(), 1)

    def png(self, dpi: int = 200) -> bytes:
        """The same picture for a document."""
        output = BytesIO()
        self.figure.savefig(output, format="png", dpi=dpi, metadata={"Software": None})
        return output.getvalue()


def blank(width: int, height: int, margins: Margins, *, is_mirrored: bool) -> tuple[Drawing, Axes]:
    """An opaque sheet with axes inside its margins: no frame, no ticks."""
    _prepare_matplotlib()
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor=PAPER)
    left, right = (margins.end, margins.start) if is_mirrored else (margins.start, margins.end)
    inner = (width - left - right) / width, (height - margins.top - margins.bottom) / height
    axes = figure.add_axes((left / width, margins.bottom / height, *inner), facecolor=PAPER)
    axes.tick_params(length=0, pad=6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    if is_mirrored:
        axes.yaxis.tick_right()
    return Drawing(figure, width, height), axes


@lru_cache(maxsize=1)
def _prepare_matplotlib() -> None:
    """Settings of the process, once: text stays text, ids are stable, and letters are measured with our own fonts."""
    import fontpkg
    import matplotlib
    from matplotlib import font_manager

    for family in FONTS[:2]:
        font_manager.fontManager.addfont(fontpkg.path(family))
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "touiza", "font.sans-serif": ["Noto Sans"]})


def value_axis(axes: Axes, low: float, high: float, words: Any, *, steps: int = 4, room: float = 0.35) -> None:
    """Hairlines at round values that hold low and high; `words` writes a value, `room` is left below in steps."""
    step = _round_step((high - low) / steps)
    bottom, top = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
    top = min(top, 1.0) if high <= 1 else top  # no share is above all
    places = [bottom + step * i for i in range(round((top - bottom) / step) + 1)]
    axes.set_ylim(bottom - step * room, top + step * 0.05)
    axes.set_yticks(places, [isolated(written(words, value)) for value in places], va="center", **font())
    axes.grid(axis="y", color=HAIR, linewidth=1)


def round_places(low: float, high: float, *, steps: int) -> list[float]:
    """Round values between low and high."""
    step = _round_step((high - low) / steps)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [step * place for place in range(first, last + 1)]


def written(words: Callable[[float], str], value: float) -> str:
    """At an axis: whole per cents without their nought."""
    return words(value).replace(".0 %", " %")


def rounded_up(value: float) -> float:
    """An end of an axis whose ninths are round numbers too."""
    step = _round_step(value / 9)
    finer = step / 2
    return (finer if finer * 9 >= value else step) * 9


def _round_step(wish: float) -> float:
    """1, 2 or 5 times a power of ten, at least the wish."""
    power = 10.0 ** floor(log10(max(wish, 1e-6)))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= wish * 0.999)


def line_label(
    axes: Axes,
    height: float,
    words: str,
    colour: str,
    *,
    is_mirrored: bool,
    is_bold: bool = False,
    is_narrow: bool = False,
) -> None:
    """Words in the end margin, at the end of a line; on a narrow sheet one below the other."""
    lines = wrap(words.replace(" %", "\u00a0%"), SHORT_LINE) if is_narrow else [words]
    axes.annotate(
        "\n".join(directed(line, is_mirrored) for line in lines),
        (0 if is_mirrored else 1, height),
        xycoords=("axes fraction", "data"),
        xytext=(-6 if is_mirrored else 6, 0),
        textcoords="offset points",
        ha="right" if is_mirrored else "left",
        va="center",
        annotation_clip=False,
        **font(colour, is_bold=is_bold),
    )


def isolated(number: str) -> str:
    """A number keeps its direction inside a right-to-left sentence. Our letters have no minus: a dash stands for it."""
    return f"\u2066{number.replace(chr(0x2212), chr(0x2013))}\u2069"


def named(text: str, longest: int) -> str:
    """A name in its own direction, cut to fit its margin."""
    return f"\u2068{text if len(text) <= longest else text[: longest - 1].rstrip() + '…'}\u2069"


def directed(sentence: str, is_mirrored: bool) -> str:
    return f"\u2067{sentence}\u2069" if is_mirrored else sentence


def font(colour: str = SOFT, *, is_bold: bool = False, size: float = TEXT) -> dict[str, Any]:
    # a name with two dollar signs is a name, not a formula
    weight = "bold" if is_bold else "normal"
    return {"color": colour, "fontsize": size, "fontfamily": FONTS, "fontweight": weight, "parse_math": False}
