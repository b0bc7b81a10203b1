"""How claims are shown: shape, word and next step of each; figures for sentences; the why of a line."""

from __future__ import annotations

from claims.presenters.letters import letter
from claims.presenters.reasoning import FIGURES, PageFigures, reasons_of, result_title, strands, why
from claims.presenters.standing import (
    LINE_SHAPES,
    SHAPES,
    ShownClaim,
    decided_status,
    is_in_part,
    line_status,
    next_step,
    payment_words,
    shown,
    status,
)
from claims.presenters.wording import day_words, days_words, long_days, major, name_of, quantity_words, service_words

__all__ = [
    "FIGURES",
    "LINE_SHAPES",
    "SHAPES",
    "PageFigures",
    "ShownClaim",
    "day_words",
    "days_words",
    "decided_status",
    "is_in_part",
    "letter",
    "line_status",
    "long_days",
    "major",
    "name_of",
    "next_step",
    "payment_words",
    "quantity_words",
    "reasons_of",
    "result_title",
    "service_words",
    "shown",
    "status",
    "strands",
    "why",
]
