"""The verbs of the claims room. Each locks the households first, then reads, decides and writes, in one transaction."""

from __future__ import annotations

from claims.services.again import decide_again, decide_pending, locked, locked_all
from claims.services.asking import dry_run, dry_run_many
from claims.services.judging import judge
from claims.services.keeping import LETTER, end, ended, keep, owe
from claims.services.submitting import (
    BATCH,
    Outcome,
    batches,
    number_taken,
    outcome_of,
    store_many,
    submit,
    submit_many,
)
from claims.verdicts import due_on

__all__ = [
    "BATCH",
    "LETTER",
    "Outcome",
    "batches",
    "decide_again",
    "decide_pending",
    "dry_run",
    "dry_run_many",
    "due_on",
    "end",
    "ended",
    "judge",
    "keep",
    "locked",
    "locked_all",
    "number_taken",
    "outcome_of",
    "owe",
    "store_many",
    "submit",
    "submit_many",
]
