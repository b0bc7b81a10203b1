"""The sentences of reasons that no rule of `rules/` finds: intake and people produce them (DECISIONS 26)."""

from __future__ import annotations

from claims.case import Finding
from claims.rule import Rule, rule
from core.words import _l


@rule(
    "ADM-02",
    text=_l(
        "Your claim number {yours:code} was already used for a different claim ({claim:code}). "
        "Use another number, or say that this claim replaces it."
    ),
    basis="Claims regulation, art. 3(2)",
)
def number_used_twice() -> Finding | None:
    """Said by `services` instead of taking the claim in."""
    return None


@rule(
    "ADM-07",
    text=_l("The claim being corrected, {claim:code}, was not found or can no longer be corrected."),
    basis="Claims regulation, art. 8(1)",
)
def nothing_to_correct() -> Finding | None:
    """Found by `filing`, which knows who holds a number."""
    return None


@rule(
    "PRV-05",
    text=_l(
        "Contract {contract:code} pays {limit:money} in its whole period: {used:money} is used, {left:money} is left, "
        "and this line needs {needed:money}. It waits for the fund."
    ),
    basis="Contracting regulation, art. 9(1)",
)
def contract_used_up() -> Finding | None:
    """Found by `holding`, after everything is decided."""
    return None


@rule(
    "PRV-05",
    part="volume",
    text=_l(
        "Contract {contract:code} buys {limit:units} of {service:code} in its whole period: {used:units} used, "
        "{left:units} left, and this line needs {needed:units}. It waits for the fund."
    ),
    basis="Contracting regulation, art. 9(2)",
)
def volume_used_up() -> Finding | None:
    """Found by `holding`, after everything is decided."""
    return None


@rule(
    "REV-01",
    part="drawn",
    text=_l(
        "Drawn at random for review: {share:percent} of all claims are, by the draw “{seed:text}”. "
        "The fund answers by {until:day}."
    ),
    basis="Claims regulation, art. 11(1)",
)
def drawn_for_review() -> Finding | None:
    """Found by `selection`, after everything is decided."""
    return None


@rule(
    "REV-01",
    part="amount",
    text=_l(
        "The fund would pay {benefit:money} for this claim; a person looks at every claim above {above:money}. "
        "The fund answers by {until:day}."
    ),
    basis="Claims regulation, art. 11(1)",
)
def large_claim() -> Finding | None:
    """Found by `selection`."""
    return None


@rule(
    "REV-01",
    part="new",
    text=_l(
        "This is claim {place:number} of this provider; a person looks at the first {first:number} claims of each. "
        "The fund answers by {until:day}."
    ),
    basis="Claims regulation, art. 11(1)",
)
def new_provider() -> Finding | None:
    """Found by `selection`."""
    return None


PRODUCED: tuple[Rule, ...] = (
    number_used_twice,
    nothing_to_correct,
    contract_used_up,
    volume_used_up,
    drawn_for_review,
    large_claim,
    new_provider,
)
