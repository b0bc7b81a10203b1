"""A score that explains itself: the formula, what went in, the figures on the way, the points as printed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from core.money import round_half_up

Number = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Figure:
    """One named number of a calculation, as text: exact where the decimals end, else to six places."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Trace:
    """How a result came about. `formula` is an id of `formulas.FORMULA_TEXTS`."""

    formula: str
    inputs: tuple[Figure, ...]
    figures: tuple[Figure, ...]

    def to_json(self) -> dict[str, object]:
        """Plain data for storage and for the letter; numbers stay text."""
        return {
            "formula": self.formula,
            "inputs": {figure.name: figure.value for figure in self.inputs},
            "figures": {figure.name: figure.value for figure in self.figures},
        }


@dataclass(frozen=True, slots=True)
class Score:
    """Points of one bid on one criterion, two decimals, `maximum` the most it could get."""

    points: Decimal
    maximum: Decimal
    trace: Trace

    def to_json(self) -> dict[str, object]:
        return {"points": str(self.points), "maximum": str(self.maximum), "trace": self.trace.to_json()}


def rounded(value: Number) -> Decimal:
    """The one rounding of the module: 0.01, a half goes up (2.675 is 2.68)."""
    return Decimal(round_half_up(Fraction(value) * 100)).scaleb(-2)


def figures(**numbers: Number | str | bool | None) -> tuple[Figure, ...]:
    """Named numbers in the order given; a number that does not exist is left out."""
    return tuple(Figure(name, shown(value)) for name, value in numbers.items() if value is not None)


def shown(value: Number | str | bool) -> str:
    """A number as plain text without exponent or useless zeros."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, Fraction):
        places = Decimal(round_half_up(value * 10**6)).scaleb(-6)
        value = places.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scored(
    formula: str, maximum: Decimal, share: Fraction, inputs: tuple[Figure, ...], **steps: Number | None
) -> Score:
    """A share of the maximum (0 to 1) as points with its trace."""
    exact = Fraction(maximum) * share
    points = rounded(exact)
    found = (*figures(**steps, share=share, exact=exact), Figure("points", str(points)))
    return Score(points, maximum, Trace(str(formula), inputs, found))
