"""The worker draws the pictures the fund will ask for first, so that nobody waits for the first one."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from core import work
from core.config import fund
from quality import figures, keeping
from quality.queries import runs
from quality.services.computing import DRAWING

STANDING_OUT = ("alert", "watch", "better")


@work.task(DRAWING)
def draw(arguments: dict[str, Any]) -> dict[str, Any]:
    """One run's funnel per language: plain, and once for each provider that stands out."""
    run = runs.run_by_id(arguments["run"])
    rows = runs.results_of(run.id) if run else ()
    if run is None or (funnel := keeping.comparison_of(run, rows).funnel) is None:
        return {"drawn": 0}
    names = {row.provider: row.organisation.name for row in rows}
    highlights = ["", *(row.provider for row in rows if row.alert in STANDING_OUT)]
    definition = keeping.definition_of(run)
    for language in fund().languages:
        with force_locale(language):
            for highlight in highlights:
                figures.picture(run, funnel, figures.texts_of(definition, names), highlight)
    return {"drawn": len(highlights) * len(fund().languages)}
