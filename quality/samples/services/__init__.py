"""The verbs of samples: preview, announce, draw, drop, ask, send, remind, judge."""

from quality.samples.services.asking import extend, remind_overdue, send_papers
from quality.samples.services.judging import find, judge, use_spare, working_of
from quality.samples.services.planning import Preview, Wanted, announce, preview
from quality.samples.services.selecting import draw, drop

__all__ = [
    "Preview",
    "Wanted",
    "announce",
    "draw",
    "drop",
    "extend",
    "find",
    "judge",
    "preview",
    "remind_overdue",
    "send_papers",
    "use_spare",
    "working_of",
]
