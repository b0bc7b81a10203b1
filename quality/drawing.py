"""The worker draws the pictures the fund will ask for first, so that nobody waits for the first one."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from core import work
from core.config import fund
from quality import figures, showing
from quality.queries import runs
from quality.services.computing import DRAWING
from quality.viewers import FUND

STANDING_OUT = ("alert", "watch", "better")


@work.task(DRAWING)
def draw(arguments: dict[str, Any]) -> dict[str, Any]:
    """One run's picture per language: plain, and once for each provider that stands out."""
    run = runs.run_by_id(arguments["run"])
    if run is None:
        return {"drawn": 0}
    seen = showing.seen_by(FUND, run, runs.results_of(run.id))
    if not seen.valued:
        return {"drawn": 0}
    highlights = ["", *(line.provider for line in seen.lines if line.alert in STANDING_OUT)]
    for language in fund().languages:
        with force_locale(language):
            for highlight in highlights:
                figures.comparison_svg(seen, highlight)
    return {"drawn": len(highlights) * len(fund().languages)}
