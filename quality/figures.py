"""Pictures and papers on disk: a run never changes, so they are drawn once per language and audience."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from flask import current_app
from flask_babel import get_locale

from core.words import _, ngettext
from quality.charts import (
    Bar,
    ChartTexts,
    Drawing,
    HeatRow,
    caterpillar_chart,
    finding,
    funnel_chart,
    heat_chart,
    series_chart,
)
from quality.charts.words import per_cent
from quality.definitions import Indicator
from quality.overview import Overview
from quality.showing import Seen
from quality.statistics.series import Series


def texts_of(indicator: Indicator, names: Mapping[str, str]) -> ChartTexts:
    """The words of one indicator's chart."""
    axis = _("%(unit)s in the period", unit=indicator.size_unit)
    if indicator.multiplier == 100:
        return ChartTexts(axis, names, per_cent)
    return ChartTexts(axis, names, lambda value: f"{value * indicator.multiplier:.1f}")


def reading() -> tuple[str, bool]:
    """The reader's language, and whether it runs from right to left."""
    locale = get_locale()
    return (str(locale), locale.text_direction == "rtl") if locale else ("en", False)


def kept(shown: object, ending: str, draw: Callable[[], bytes]) -> bytes:
    """A picture or paper from disk, or drawn now. Its name hashes all that it shows, and the language."""
    name = hashlib.sha256(repr((drawing_version(), reading(), shown)).encode()).hexdigest()
    path = Path(current_app.config["INSTANCE_FOLDER"]) / "charts" / f"{name}.{ending}"
    if not path.exists():
        _write(path, draw())
    return path.read_bytes()


@lru_cache(maxsize=1)
def drawing_version() -> str:
    """SHA-256 over what draws and words them: another release never shows the pictures of the one before."""
    root = Path(__file__).parent
    folders = (root / "charts", root / "statistics", root.parent / "core" / "documents")
    words = sorted((root.parent / "translations").rglob("*.mo"))
    found = [*root.glob("*.py"), *(path for folder in folders for path in folder.glob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in [*sorted(found), *words])).hexdigest()


def comparison_svg(seen: Seen, highlight: str, view: str = "", *, is_narrow: bool = False) -> bytes:
    """The funnel, or with view "side" all beside each other."""
    shown = (view, highlight, is_narrow, seen.content)
    return kept(shown, "svg", lambda: comparison_chart(seen, highlight, view, is_narrow=is_narrow).svg())


def comparison_chart(seen: Seen, highlight: str = "", view: str = "", *, is_narrow: bool = False) -> Drawing:
    """Of kinds without a funnel always all beside each other."""
    texts = texts_of(seen.definition, seen.names)
    look = {"is_mirrored": reading()[1], "is_narrow": is_narrow}
    if seen.funnel is not None and view != "side":
        return funnel_chart(seen.funnel, texts, highlight=highlight or None, **look)
    bars = [
        Bar(line.provider, line.value, line.interval, line.provider == highlight if highlight else line.is_alert)
        for line in seen.lines
        if line.value is not None
    ]
    centre = seen.funnel.centre if seen.funnel else None
    return caterpillar_chart(bars, texts, centre=centre, **look)


def said_of(seen: Seen, highlight: str = "") -> str:
    """The finding in a sentence: the alternative text of the picture, and the words beside it."""
    texts = texts_of(seen.definition, seen.names)
    if seen.funnel is not None:
        return finding(seen.funnel, texts, highlight or seen.own or None)
    count = len(seen.valued)
    if not count:
        return str(_("No provider has a figure that can be shown."))
    return str(
        ngettext(
            "%(num)s provider has a figure. Where intervals overlap, providers cannot be told apart.",
            "%(num)s providers have a figure. Where intervals overlap, providers cannot be told apart.",
            count,
        )
    )


def series_svg(series: Series, texts: ChartTexts, *, is_small: bool = False, is_narrow: bool = False) -> bytes:
    drawn = lambda: series_drawing(series, texts, is_small=is_small, is_narrow=is_narrow).svg()  # noqa: E731
    return kept((is_small, is_narrow, series, str(texts.axis), texts.value(1)), "svg", drawn)


def series_drawing(series: Series, texts: ChartTexts, *, is_small: bool = False, is_narrow: bool = False) -> Drawing:
    return series_chart(series, texts, is_small=is_small, is_mirrored=reading()[1], is_narrow=is_narrow)


def heat_svg(found: Overview) -> bytes:
    return kept(("heat", [one.content for one in found.seen]), "svg", lambda: heat_map(found).svg())


def heat_map(found: Overview) -> Drawing:
    columns = [one.run.indicator for one in found.seen]
    lines = {key: [found.classes[key].get(code) for code in columns] for key in found.names}
    rows = [HeatRow(found.names[key], [line.standing if line else None for line in row]) for key, row in lines.items()]
    return heat_chart(columns, rows, is_mirrored=reading()[1])


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: two readers may draw the same picture at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{id(content)}.part")
    temporary.write_bytes(content)
    temporary.replace(path)
