"""The verbs of returns: ask and remind, fill, send, judge, correct."""

from __future__ import annotations

from quality.returns.services.asking import ask_due, remind
from quality.returns.services.correcting import correct
from quality.returns.services.filling import Attached, Figure, attach, figures_of, keep_figures, put_rows, remove_row
from quality.returns.services.judging import Seen, reject, send_back, verify
from quality.returns.services.sending import send

__all__ = [
    "Attached",
    "Figure",
    "Seen",
    "ask_due",
    "attach",
    "correct",
    "figures_of",
    "keep_figures",
    "put_rows",
    "reject",
    "remind",
    "remove_row",
    "send",
    "send_back",
    "verify",
]
