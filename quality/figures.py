"""Funnel pictures on disk: a run never changes, so its picture is drawn once per language and audience."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import get_locale

from core.words import _
from quality.charts import ChartTexts, figure_svg
from quality.charts.words import per_cent
from quality.definitions import Indicator
from quality.models import IndicatorRun
from quality.statistics.funnel import Funnel

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""A picture has styles of its own and runs nothing."""


def texts_of(indicator: Indicator, names: dict[str, str]) -> ChartTexts:
    """The words of one indicator's chart."""
    axis = _("%(unit)s in the period", unit=indicator.size_unit)
    if indicator.multiplier == 100:
        return ChartTexts(axis, names, per_cent)
    return ChartTexts(axis, names, lambda value: f"{value * indicator.multiplier:.1f}")


def picture(run: IndicatorRun, funnel: Funnel, texts: ChartTexts, highlight: str) -> bytes:
    """The SVG from disk, or drawn now. Its name hashes all that it shows."""
    locale = get_locale()
    language, is_mirrored = (str(locale), locale.text_direction == "rtl") if locale else ("en", False)
    shown: list[Any] = [run.id, run.created_at, run.params_hash, run.code_version, language, highlight]
    shown += [(point.provider, point.value, point.alert.value) for point in funnel.points]
    shown += sorted(texts.names.items())
    name = hashlib.sha256(repr(shown).encode()).hexdigest()
    path = Path(current_app.config["INSTANCE_FOLDER"]) / "charts" / f"{name}.svg"
    if not path.exists():
        drawn = figure_svg(funnel, texts, highlight=highlight or None, is_mirrored=is_mirrored)
        _write(path, drawn)
    return path.read_bytes()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: two readers may draw the same picture at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{id(content)}.part")
    temporary.write_bytes(content)
    temporary.replace(path)
