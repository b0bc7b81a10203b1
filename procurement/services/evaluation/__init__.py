"""Scoring: blind marks, moderation, the lock; then prices, promises, flags and the ranking, each with its trace."""

from __future__ import annotations

from procurement.services.evaluation.marking import Marks, save_marks, submit_marks
from procurement.services.evaluation.moderating import lock_scores, moderate, to_moderate
from procurement.services.evaluation.on_record import Beside, beside
from procurement.services.evaluation.pricing import decide_flag, evaluate
from procurement.services.evaluation.ranking import enter_draw, rank, reversal, shifts
from procurement.services.evaluation.redoing import annul, compute_again, reopen
from procurement.services.evaluation.sheets import counted_sheet, quality_sheet

__all__ = [
    "Beside",
    "Marks",
    "annul",
    "beside",
    "compute_again",
    "counted_sheet",
    "decide_flag",
    "enter_draw",
    "evaluate",
    "lock_scores",
    "moderate",
    "quality_sheet",
    "rank",
    "reopen",
    "reversal",
    "save_marks",
    "shifts",
    "submit_marks",
    "to_moderate",
]
