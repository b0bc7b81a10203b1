"""What a score is worth: the withheld part comes back along a straight line, a bonus above it, no cliffs.

Amounts are minor units; fractions to the last step, rounded half-up once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from core.errors import DomainError
from core.money import round_half_up, split


@dataclass(frozen=True, slots=True)
class Terms:
    """Policy of the contract: withheld and bonus parts of the accepted value, and the scores where they turn."""

    withheld: Decimal = Decimal("0.04")
    bonus: Decimal = Decimal("0.03")
    nothing_at: Decimal = Decimal(50)
    all_at: Decimal = Decimal(80)
    bonus_full_at: Decimal = Decimal(95)

    def __post_init__(self) -> None:
        if not 0 <= self.withheld < 1 or self.bonus < 0 or not self.nothing_at < self.all_at < self.bonus_full_at:
            raise DomainError("Settlement terms need parts from 0 to 1 and rising scores.", status=422)


@dataclass(frozen=True, slots=True)
class Settlement:
    """Minor units. `paid_before` in the period, then `returned` of what was withheld, and `bonus`; they add to total.

    `suspended` is withheld money that waits for a cure (a gate), not forfeited.
    """

    accepted: int
    paid_before: int
    returned: int
    bonus: int
    suspended: int
    total: int

    @property
    def effect(self) -> int:
        """Total against the accepted value; between minus the withheld and plus the bonus part."""
        return self.total - self.accepted


@dataclass(frozen=True, slots=True)
class VerificationTerms:
    tolerance: Decimal = Decimal("0.05")
    slope: Decimal = Decimal(2)
    most: Decimal = Decimal("0.20")


DEFAULT_TERMS = Terms()
DEFAULT_VERIFICATION = VerificationTerms()


def settle(accepted: int, score: Decimal | None, terms: Terms = DEFAULT_TERMS, *, is_gated: bool = False) -> Settlement:
    """Settle a period. No score (insufficient data) returns the withhold; a gate pays no bonus and suspends it."""
    if accepted < 0:
        raise DomainError("The accepted value of a period cannot be negative.", status=422)
    paid_before = round_half_up(accepted * (1 - Fraction(terms.withheld)))
    withheld = accepted - paid_before
    if is_gated:
        return Settlement(accepted, paid_before, 0, 0, withheld, paid_before)
    if score is None:
        return Settlement(accepted, paid_before, withheld, 0, 0, accepted)
    back = accepted * Fraction(terms.withheld) * _part(score, terms.nothing_at, terms.all_at)
    extra = accepted * Fraction(terms.bonus) * _part(score, terms.all_at, terms.bonus_full_at)
    total = round_half_up(accepted * (1 - Fraction(terms.withheld)) + back + extra)
    # the bonus starts only where everything is returned, so one of the two parts is always whole
    returned = withheld if extra else total - paid_before
    return Settlement(accepted, paid_before, returned, total - paid_before - returned, 0, total)


def undisputed(settled: Settlement) -> Settlement:
    """Of a score that is not final: nothing is kept back, and the bonus that nobody disputes is due."""
    total = settled.accepted + settled.bonus
    kept = settled.accepted - settled.paid_before
    return Settlement(settled.accepted, settled.paid_before, kept, settled.bonus, 0, total)


def cured(accepted: int, uncapped: Decimal | None, terms: Terms = DEFAULT_TERMS) -> int:
    """What a cured gate gives back: as if it had never been open, without the bonus."""
    return settle(accepted, uncapped, terms).returned


def limited(settled: Settlement, promises: int, most: Decimal) -> Settlement:
    """Score and promises of the contract together within `most` per cent of the accepted value (DECISIONS 33)."""
    room = int(Fraction(settled.accepted) * Fraction(most) / 100)
    least, best = min(0, -room - min(promises, 0)), max(0, room - max(promises, 0))
    if settled.effect > best:
        bonus = settled.bonus - (settled.effect - best)
        return replace(settled, bonus=bonus, total=settled.accepted + best)
    if settled.effect < least:
        more = least - settled.effect
        from_gate = min(more, settled.suspended)
        return replace(
            settled, returned=settled.returned + more, suspended=settled.suspended - from_gate,
            total=settled.accepted + least,
        )  # fmt: skip
    return settled


def share_pool(bonuses: Sequence[int], pool: int) -> list[int]:
    """Bonuses that the pool can pay: all, or in proportion with the largest remainder."""
    if sum(bonuses) <= pool:
        return list(bonuses)
    return split(pool, bonuses)


def deduction(claimed: Fraction | int, verified: Fraction | int, terms: VerificationTerms) -> Fraction:
    """The part cut from what was verified: it grows with the gap beyond the tolerance, without a cliff."""
    gap = abs(Fraction(claimed) - verified) / verified
    return min(Fraction(terms.most), Fraction(terms.slope) * max(Fraction(0), gap - Fraction(terms.tolerance)))


def verified_payment(claimed: int, verified: int, terms: VerificationTerms = DEFAULT_VERIFICATION) -> int:
    """What is paid of a claimed quantity value after verification."""
    if verified <= 0:
        return 0
    return round_half_up(verified * (1 - deduction(claimed, verified, terms)))


def _part(score: Decimal, start: Decimal, end: Decimal) -> Fraction:
    way = (Fraction(score) - Fraction(start)) / (Fraction(end) - Fraction(start))
    return min(max(way, Fraction(0)), Fraction(1))
