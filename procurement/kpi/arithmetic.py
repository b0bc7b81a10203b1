"""What a period of a promise costs or earns: shares are exact fractions until the amount is rounded. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.money import round_half_up

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Stake:
    """What is promised and what hangs on it. Rates and caps are per cent; `tolerance` in the unit of the promise.

    `malus_rate` (k) is deducted for a shortfall of the whole commitment, in proportion for less, at most `malus_cap`.
    `span` between the anchors of the criterion stands in for a commitment of 0.
    """

    committed: Decimal
    is_lower_better: bool = False
    tolerance: Decimal = Decimal(0)
    malus_rate: Decimal = Decimal(0)
    malus_cap: Decimal = Decimal(0)
    bonus_rate: Decimal = Decimal(0)
    bonus_cap: Decimal = Decimal(0)
    span: Decimal | None = None

    @property
    def measure(self) -> Fraction:
        """What a gap is divided by: the commitment, for 0 the span, and without a span the whole is missed at once."""
        return abs(Fraction(self.committed)) or Fraction(self.span or 0)


@dataclass(frozen=True, slots=True)
class Effect:
    """`percent` of the period's accepted value: below zero a deduction, above zero a bonus."""

    percent: Fraction
    is_missed: bool

    def shown(self) -> Decimal:
        """To four decimals, for the eye: amounts come from the fraction."""
        return Decimal(round_half_up(self.percent * 10_000)).scaleb(-4)

    def amount(self, base: int) -> int:
        """Minor units, signed: rounded half-up once, here."""
        return round_half_up(base * self.percent / 100)


def effect(stake: Stake, achieved: Decimal | None) -> Effect:
    """No value is a miss of the whole commitment: nobody earns by saying nothing."""
    if achieved is None:
        return Effect(-min(Fraction(stake.malus_cap), Fraction(stake.malus_rate)), is_missed=True)
    gap = Fraction(achieved) - Fraction(stake.committed)
    gap = -gap if stake.is_lower_better else gap
    if abs(gap) <= stake.tolerance:
        return Effect(NOTHING, is_missed=False)
    if gap < 0:
        return Effect(-_part(-gap, stake, stake.malus_rate, stake.malus_cap), is_missed=True)
    return Effect(_part(gap, stake, stake.bonus_rate, stake.bonus_cap), is_missed=False)


def _part(gap: Fraction, stake: Stake, rate: Decimal, cap: Decimal) -> Fraction:
    """min(cap, rate × gap ÷ commitment)."""
    share = gap / stake.measure if stake.measure else Fraction(1)
    return min(Fraction(cap), Fraction(rate) * share)
