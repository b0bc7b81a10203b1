"""Price points: published formulas over admissible prices. Prices are integers of minor units, points Decimals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from core.errors import InputErrors, Problem
from core.money import unit_price
from core.words import _l
from procurement.scoring.formulas import NEEDS_CEILING, RELATIVE, PriceFormula
from procurement.scoring.trace import Score, figures, rounded, scored

KNEES: Final = (Decimal("0.80"), Decimal("0.85"), Decimal("0.90"))
WEIGHTED_MOST: Final = Decimal("0.3")


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """What the notice published: formula, `maximum` points, `ceiling` and `floor` in minor units.

    `knee` is X of the bilinear formula, `exponent` α of the power formula.
    """

    formula: PriceFormula
    maximum: Decimal
    ceiling: int | None = None
    floor: int | None = None
    knee: Decimal | None = None
    exponent: Decimal | None = None

    def __post_init__(self) -> None:
        if problems := _problems(self):
            raise InputErrors(problems)

    @property
    def is_relative(self) -> bool:
        """True if a bid's points depend on other bids."""
        return self.formula in RELATIVE


@dataclass(frozen=True, slots=True)
class PriceField:
    """What a relative formula takes from all admissible prices. Keep it to freeze averages at admission."""

    lowest: int
    highest: int
    mean: Fraction

    @classmethod
    def of(cls, prices: Mapping[str, int]) -> PriceField:
        amounts = prices.values()
        return cls(min(amounts), max(amounts), Fraction(sum(amounts), len(amounts)))

    def within(self, price: int) -> int:
        return min(max(price, self.lowest), self.highest)

    def to_json(self) -> dict[str, str]:
        return {"lowest": str(self.lowest), "highest": str(self.highest), "mean": str(self.mean)}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> PriceField:
        return cls(int(data["lowest"]), int(data["highest"]), Fraction(data["mean"]))


def price_scores(terms: PriceTerms, prices: Mapping[str, int], frozen: PriceField | None = None) -> dict[str, Score]:
    """Points per bid. `prices` are the admissible ones (see `over_ceiling`); none at all gives no scores.

    A price outside a `frozen` field (a bid admitted later) moves no average and is read at the field's edge.
    """
    _refuse_inadmissible(terms, prices)
    if not prices:
        return {}
    field = frozen or PriceField.of(prices)
    return {bid: _score(terms, field.within(price), field) for bid, price in prices.items()}


def over_ceiling(terms: PriceTerms, prices: Mapping[str, int]) -> frozenset[str]:
    """Bids above the published ceiling: inadmissible, they get no points, not even negative ones."""
    return frozenset(bid for bid, price in prices.items() if terms.ceiling is not None and price > terms.ceiling)


def total_price(rates: Mapping[str, Decimal], volumes: Mapping[str, Decimal]) -> int:
    """Σ rate (minor units, up to six decimals) × published volume, each line rounded once; all lines must be there."""
    missing = [Problem(line, _l("The price sheet lacks this line.")) for line in volumes if line not in rates]
    foreign = [Problem(line, _l("This line is not in the notice.")) for line in rates if line not in volumes]
    broken = [
        Problem(line, _l("A rate is zero or more."), str(rate))
        for line, rate in rates.items()
        if not rate.is_finite() or rate < 0
    ]
    if problems := missing + foreign + broken:
        raise InputErrors(problems)
    return sum(unit_price(Fraction(rates[line]), volume) for line, volume in volumes.items())


def weighted_price(price: int, shares: Mapping[str, Decimal], largest: Mapping[str, Decimal]) -> Decimal:
    """Prozorro's comparison price, p ÷ (1 + Σv ÷ (1 − Σvmax)): for a comparison beside the ranking, never for it.

    `shares` are what the bid earned per feature, `largest` what it could have earned (0 to 0.3 each).
    """
    most = Fraction(sum(largest.values()))
    is_sound = set(shares) == set(largest) and all(0 <= shares[code] <= largest[code] for code in shares)
    if not is_sound or most >= 1 or any(share > WEIGHTED_MOST for share in largest.values()):
        raise InputErrors.at(
            "shares", _l("Each share lies between 0 and its largest value, 0.3 at most, under 1 in all.")
        )
    return rounded(price / (1 + Fraction(sum(shares.values())) / (1 - most)))


def _score(terms: PriceTerms, price: int, field: PriceField) -> Score:
    inputs = figures(
        price=price,
        maximum=terms.maximum,
        ceiling=terms.ceiling,
        floor=terms.floor,
        knee=terms.knee,
        exponent=terms.exponent,
    )
    share = SHARES[terms.formula](terms, price, field)
    if not terms.is_relative:
        return scored(terms.formula, terms.maximum, share, inputs)
    return scored(
        terms.formula, terms.maximum, share, inputs, lowest=field.lowest, highest=field.highest, mean=field.mean
    )


def _absolute(terms: PriceTerms, price: int, _: PriceField) -> Fraction:
    ceiling, floor = terms.ceiling or 0, terms.floor or 0
    return min(max(Fraction(ceiling - price, ceiling - floor), Fraction(0)), Fraction(1))


def _ratio(_: PriceTerms, price: int, field: PriceField) -> Fraction:
    return Fraction(field.lowest, price) if price else Fraction(1)


def _linear_ceiling(terms: PriceTerms, price: int, field: PriceField) -> Fraction:
    ceiling = terms.ceiling or 0
    return Fraction(1) if field.lowest == ceiling else Fraction(ceiling - price, ceiling - field.lowest)


def _linear_worst(_: PriceTerms, price: int, field: PriceField) -> Fraction:
    spread = field.highest - field.lowest
    return Fraction(field.highest - price, spread) if spread else Fraction(1)


def _low2x(_: PriceTerms, price: int, field: PriceField) -> Fraction:
    if field.lowest == 0:
        return Fraction(price == 0)
    return max(Fraction(0), 2 - Fraction(price, field.lowest))


def _bilinear(terms: PriceTerms, price: int, field: PriceField) -> Fraction:
    """ANAC 2: steep to the mean saving, flat above it."""
    ceiling, knee = Fraction(terms.ceiling or 0), Fraction(terms.knee or 0)
    saving, mean, largest = ceiling - price, ceiling - field.mean, ceiling - field.lowest
    if largest == 0:
        return Fraction(0)
    if saving <= mean:
        return knee * saving / mean
    return knee + (1 - knee) * (saving - mean) / (largest - mean)


def _power(terms: PriceTerms, price: int, field: PriceField) -> Fraction:
    ceiling = terms.ceiling or 0
    if field.lowest == ceiling or price == ceiling:
        return Fraction(0)
    context = Context(prec=60)
    base = context.divide(Decimal(ceiling - price), Decimal(ceiling - field.lowest))
    # The nearest short fraction: a power that is exactly 1/3 must be 1/3, or an exact half would be lost in rounding.
    return Fraction(context.power(base, terms.exponent or Decimal(1))).limit_denominator(10**15)


def _fixed(*_: object) -> Fraction:
    return Fraction(1)


SHARES: Final[dict[PriceFormula, Callable[[PriceTerms, int, PriceField], Fraction]]] = {
    PriceFormula.ABSOLUTE: _absolute,
    PriceFormula.RATIO: _ratio,
    PriceFormula.LINEAR_CEILING: _linear_ceiling,
    PriceFormula.LINEAR_WORST: _linear_worst,
    PriceFormula.LOW2X: _low2x,
    PriceFormula.BILINEAR: _bilinear,
    PriceFormula.POWER: _power,
    PriceFormula.FIXED: _fixed,
}


def _refuse_inadmissible(terms: PriceTerms, prices: Mapping[str, int]) -> None:
    too_high = over_ceiling(terms, prices)
    problems = [
        Problem(bid, _l("A price is zero or more, in minor units."), str(price))
        for bid, price in prices.items()
        if type(price) is not int or price < 0
    ]
    problems += [
        Problem(bid, _l("The price is above the ceiling of the notice: the bid is inadmissible."), str(prices[bid]))
        for bid in sorted(too_high)
    ]
    if problems:
        raise InputErrors(problems)


def _problems(terms: PriceTerms) -> list[Problem]:
    """Everything in the terms that would make points meaningless."""
    found = []
    if not terms.maximum.is_finite() or terms.maximum <= 0:
        found.append(Problem("maximum", _l("The most points for the price must be above zero."), str(terms.maximum)))
    if terms.formula in NEEDS_CEILING and (terms.ceiling is None or terms.ceiling <= 0):
        found.append(Problem("ceiling", _l("This formula needs a published ceiling above zero."), str(terms.ceiling)))
    if terms.formula is PriceFormula.ABSOLUTE and not _is_floor_below(terms):
        found.append(Problem("floor", _l("The floor must be published and lie below the ceiling."), str(terms.floor)))
    if terms.formula is PriceFormula.BILINEAR and terms.knee not in KNEES:
        found.append(Problem("knee", _l("The knee is 0.80, 0.85 or 0.90."), str(terms.knee)))
    if terms.formula is PriceFormula.POWER and not _is_positive(terms.exponent):
        found.append(Problem("exponent", _l("The exponent must be above zero."), str(terms.exponent)))
    return found


def _is_floor_below(terms: PriceTerms) -> bool:
    return terms.floor is not None and 0 <= terms.floor < (terms.ceiling or 0)


def _is_positive(number: Decimal | None) -> bool:
    return number is not None and number.is_finite() and number > 0
