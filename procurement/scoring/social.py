"""Promises that are measured: published marks turn a value into points, never "the best bid is 100 %"."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from core.errors import InputErrors, Problem
from core.words import _l
from procurement.scoring.trace import Score, figures, scored


class MeasureKind(StrEnum):
    """How a value becomes a share of the points."""

    BOOL = "bool"
    LIN_UP = "lin_up"
    LIN_DOWN = "lin_down"
    STEPS = "steps"
    PARITY = "parity"


PARITY_MOST: Final = Fraction(50)  # per cent: half and half is all that can be asked


@dataclass(frozen=True, slots=True)
class Measure:
    """Published marks: linear kinds go from `zero_at` (nothing) to `full_at` (all); steps are (from, share).

    `gate` must be reached: what lies on its wrong side is no lawful promise and earns nothing.
    """

    kind: MeasureKind
    zero_at: Decimal | None = None
    full_at: Decimal | None = None
    steps: tuple[tuple[Decimal, Decimal], ...] = ()
    gate: Decimal | None = None

    def __post_init__(self) -> None:
        if problem := _problem(self):
            raise InputErrors([problem])

    def is_passed(self, value: Decimal | bool) -> bool:
        """Whether the gate is reached; equal is."""
        if self.gate is None or isinstance(value, bool):
            return True
        return value <= self.gate if self.kind is MeasureKind.LIN_DOWN else value >= self.gate

    def share(self, value: Decimal | bool, staff: Decimal | None = None) -> Fraction:
        """0 to 1. A yes/no measure takes a bool, the others a finite Decimal; parity looks at all `staff` too."""
        if self.kind is MeasureKind.BOOL:
            return Fraction(bool(value))
        if isinstance(value, bool) or not value.is_finite():
            raise InputErrors.at("value", _l("This criterion needs a number."), value)
        if not self.is_passed(value):
            return Fraction(0)
        if self.kind is MeasureKind.PARITY:
            return _parity(Fraction(value), staff)
        if self.kind is MeasureKind.STEPS:
            return max((Fraction(share) for start, share in self.steps if value >= start), default=Fraction(0))
        zero, full = Fraction(self.zero_at or 0), Fraction(self.full_at or 0)
        return min(max((Fraction(value) - zero) / (full - zero), Fraction(0)), Fraction(1))


def _parity(value: Fraction, staff: Decimal | None) -> Fraction:
    """1 − max(0, (t − x) ÷ t), t the share among all staff, 50 % at most; where that was not said, 50 % is asked."""
    asked = PARITY_MOST if staff is None else min(PARITY_MOST, Fraction(staff))
    return Fraction(1) if asked <= 0 else 1 - max(Fraction(0), (asked - value) / asked)


def social_score(
    weight: Decimal, measure: Measure, value: Decimal | bool | None, staff: Decimal | None = None
) -> Score:
    """Points for a promised value. A value that was not given earns nothing, and the trace says so."""
    marks = ", ".join(f"{start:f}: {share:f}" for start, share in measure.steps) or None
    inputs = figures(
        value="missing" if value is None else value,
        weight=weight,
        zero_at=measure.zero_at,
        full_at=measure.full_at,
        steps=marks,
        gate=measure.gate,
        staff=staff,
    )
    return scored(measure.kind, weight, Fraction(0) if value is None else measure.share(value, staff), inputs)


def _problem(measure: Measure) -> Problem | None:
    if measure.gate is not None and not measure.gate.is_finite():
        return Problem("gate", _l("The least that may be promised is a number."), str(measure.gate))
    if measure.kind in (MeasureKind.BOOL, MeasureKind.PARITY):
        return None
    if measure.kind is MeasureKind.STEPS:
        return _steps_problem(measure.steps)
    zero, full = measure.zero_at, measure.full_at
    if zero is None or full is None or not zero.is_finite() or not full.is_finite():
        return Problem("zero_at", _l("Give the mark that earns nothing and the mark that earns everything."))
    if measure.kind is MeasureKind.LIN_UP and not zero < full:
        return Problem("full_at", _l("Where more is better, the full mark lies above the zero mark."), str(full))
    if measure.kind is MeasureKind.LIN_DOWN and not zero > full:
        return Problem("full_at", _l("Where less is better, the full mark lies below the zero mark."), str(full))
    return None


def _steps_problem(steps: tuple[tuple[Decimal, Decimal], ...]) -> Problem | None:
    if not steps:
        return Problem("steps", _l("Give at least one step."))
    starts, shares = [start for start, _ in steps], [share for _, share in steps]
    # Rising steps only: a better value must never earn less.
    if starts != sorted(set(starts)) or shares != sorted(shares):
        return Problem("steps", _l("Each step starts higher and earns no less than the one before."), str(starts))
    if not all(0 <= share <= 1 for share in shares):
        return Problem("steps", _l("A step earns between 0 and 1 of the points."), str(shares))
    return None
