"""The screens, one small module per question. Each keeps its own evidence; there is no score over all of them.

A hit is a reason to look, never a ground for not paying: nothing here reaches claims, payments or scores.
"""

from quality.desk.screens import (
    accounts,
    amounts,
    conduct,
    findings,
    ghosts,
    growth,
    reviewers,
    tenders,
    times,
    upcoding,
)
from quality.desk.screens.screen import SCREENS, Evidence, Found, Hit, Screen

__all__ = [
    "SCREENS",
    "Evidence",
    "Found",
    "Hit",
    "Screen",
    "accounts",
    "amounts",
    "conduct",
    "findings",
    "ghosts",
    "growth",
    "reviewers",
    "tenders",
    "times",
    "upcoding",
]
