"""The sentences of reasons that no rule of `rules/` finds: intake and people produce them (DECISIONS 26)."""

from __future__ import annotations

from claims.case import Finding
from claims.rule import Rule, rule
from core.words import _l


@rule(
    "ADM-07",
    text=_l("The claim being corrected, {claim:code}, was not found or can no longer be corrected."),
    basis="Claims regulation, art. 8(1)",
)
def nothing_to_correct() -> Finding | None:
    """Found by `filing`, which knows who holds a number."""
    return None


@rule(
    "CLI-03",
    text=_l("Not considered necessary by the reviewer ({role:text}): {text:text}"),
    basis="Claims regulation, art. 11(2)",
)
def not_necessary() -> Finding | None:
    """Said by a reviewer, with a reason in words."""
    return None


PRODUCED: tuple[Rule, ...] = (nothing_to_correct, not_necessary)
