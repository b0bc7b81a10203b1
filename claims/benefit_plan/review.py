"""Which decided claims a person of the fund looks at before they are paid: the table [review] of the plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Review:
    """`share`: basis points of all claims, drawn by `seed`. `amount_above`: minor units the fund would pay for one
    claim, None = no such limit. `first_claims`: so many of a new provider. `near_services`: of these a line waits
    that is within `near_days` of one like it from the same provider, or on the same day as another provider's.
    `exclusive_services`: groups of stays of which a person has one at a time."""

    basis: str
    seed: str = ""
    share: int = 0
    amount_above: int | None = None
    first_claims: int = 0
    near_days: int = 0
    near_services: tuple[str, ...] = ()
    exclusive_services: tuple[tuple[str, ...], ...] = ()
