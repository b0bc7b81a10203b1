"""The plan in the reader's language, for pages, pictures and papers. What is counted and kept has the plan's words."""

from __future__ import annotations

from dataclasses import replace

from core.texts import said, spoken
from quality.definitions import Indicator
from quality.inspections.checklists import Checklist, Section
from quality.models import IndicatorRun


def worded(indicator: Indicator) -> Indicator:
    """Its name, what is counted of what, and its units."""
    return spoken(indicator, "name", "numerator_text", "denominator_text", "unit", "size_unit")


def name_of(run: IndicatorRun) -> str:
    """The name that the definition of a run had."""
    return said(run.definition["name"])


def worded_checklist(checklist: Checklist) -> Checklist:
    """Its title, those of its sections, and what is looked at."""
    sections = tuple(
        Section(said(one.title), tuple(spoken(item, "text") for item in one.items)) for one in checklist.sections
    )
    return replace(checklist, title=said(checklist.title), sections=sections)
