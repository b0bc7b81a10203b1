"""The verbs of the record of facts: state, correct, verify, and note where a figure was used."""

from providers.services.facts.judging import OUTSIDE, Judge, Statement
from providers.services.facts.stating import Source, correct, state, use, verify

__all__ = ["OUTSIDE", "Judge", "Source", "Statement", "correct", "state", "use", "verify"]
