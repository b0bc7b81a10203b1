"""The verbs of the record of facts: state, correct, verify, and note where a figure was used."""

from providers.services.facts.asking import Asked, asked, take, unsaid
from providers.services.facts.judging import OUTSIDE, Judge, Statement
from providers.services.facts.opening import bring_in
from providers.services.facts.stating import Source, correct, state, take_over, use, verify

__all__ = [
    "OUTSIDE",
    "Asked",
    "Judge",
    "Source",
    "Statement",
    "asked",
    "bring_in",
    "correct",
    "state",
    "take",
    "take_over",
    "unsaid",
    "use",
    "verify",
]
