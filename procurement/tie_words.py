"""What broke a tie, in words: each step with the figures of the equal bids, small counts withheld."""

from __future__ import annotations

from collections.abc import Mapping

from core.words import _
from procurement.models.evaluation import LotResult
from procurement.scoring.ties import STEPS
from procurement.workforce import COUNTED, QUESTIONS
from procurement.workforce import told as rungs


def told(row: LotResult, names: Mapping[str, str]) -> list[str]:
    """One line for every step that was needed; empty where the points alone decided. `names` by bid."""
    return [_line(rung["step"], rung["figures"], names) for rung in rungs(row.tie_break or ())]


def _line(step: str, figures: Mapping[str, str], names: Mapping[str, str]) -> str:
    if step == "draw":
        order = ", ".join(f"{names.get(bid, bid)} {mark[:8]}" for bid, mark in figures.items())
        return _("Equal points: drawn, the lowest mark first: %(order)s.", order=order)
    shown = "; ".join(f"{names.get(bid, bid)} {_figure(step, text)}" for bid, text in figures.items())
    return _("Equal points. %(step)s: %(figures)s.", step=STEPS[step].text, figures=shown)


def _figure(step: str, text: str) -> str:
    if text == "":
        return _("not proved")
    if text == "<5":
        return _("under 5 people")
    return f"{text} %" if step in QUESTIONS and step not in COUNTED else text
