"""The score of a contract and period: points between floor and target, weighted, with every step kept.

Fractions to the last step; the score is rounded once, to three decimals, and payment uses that published number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from core.money import round_half_up

Number = Decimal | int | Fraction


class Standing(StrEnum):
    """Against target, as the score table says it."""

    FAR_BELOW = "far_below"
    MIDDLE = "middle"
    GOOD = "good"
    NOT_REPORTABLE = "not_reportable"


class Limiter(StrEnum):
    """What caps a score whatever the indicators say."""

    SAFEGUARDING = "open_safeguarding_breach"
    PAY_FLOOR = "pay_below_floor"
    SOCIAL_INSURANCE = "social_insurance_missing"
    LICENCE = "licence_suspended"
    AUDIT = "audit_refused"


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator of the contract, in the unit of its floor and target. `value` None: not judged, with a reason.

    `weight` is any positive number; a measure that carries money as a contract KPI comes with weight 0.
    `last_year`: the shrunken value a year before. Not `is_reportable`: a value that stands in for too few cases.
    """

    indicator: str
    weight: Number
    floor: Number
    target: Number
    value: Number | None
    reason: str = ""
    last_year: Number | None = None
    is_reportable: bool = True


@dataclass(frozen=True, slots=True)
class Component:
    """One line of “how the score is made”; `share` of the weight after redistribution in per cent."""

    indicator: str
    value: Decimal | None
    weight: Decimal
    share: Decimal
    score: Decimal | None
    points: Decimal | None
    standing: Standing
    reason: str = ""
    is_improvement: bool = False

    def as_json(self) -> dict[str, str | bool | None]:
        names = ("value", "weight", "share", "score", "points")
        numbers = {name: None if getattr(self, name) is None else f"{getattr(self, name):f}" for name in names}
        words = {"indicator": self.indicator, "standing": self.standing.value, "reason": self.reason}
        return {**words, **numbers, "is_improvement": self.is_improvement}


@dataclass(frozen=True, slots=True)
class Score:
    """`published` None: insufficient data, the withhold is returned. `uncapped`: what it was before limiters."""

    published: Decimal | None
    uncapped: Decimal | None
    unrounded: Fraction | None
    reportable: Decimal
    limiters: tuple[Limiter, ...]
    components: tuple[Component, ...]

    @property
    def is_capped(self) -> bool:
        return self.published != self.uncapped


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """Plan numbers: share of the weight that must be reportable, the cap, where words change, and weights of groups."""

    minimum_reportable: Decimal = Decimal("0.6")
    cap: Decimal = Decimal(49)
    far_below: Decimal = Decimal(25)
    good: Decimal = Decimal(70)
    groups: Mapping[str, Decimal] = field(default_factory=dict)


DEFAULT_RULES = ScoreRules()


def points(value: Number, floor: Number, target: Number) -> Fraction:
    """0 at the floor, 100 at the target, straight between; lower-is-better works because its floor is above."""
    if Fraction(floor) == Fraction(target):
        raise ValueError("floor and target must differ")
    way = (Fraction(value) - Fraction(floor)) / (Fraction(target) - Fraction(floor))
    return 100 * min(max(way, Fraction(0)), Fraction(1))


def with_improvement(achieved: Fraction, value: Number, last_year: Number, floor: Number, target: Number) -> Fraction:
    """The better of what was achieved and nine tenths of the way made since last year.

    Who had reached the target has no way left to make: falling back from beyond it is no improvement.
    """
    if points(last_year, floor, target) == 100:
        return achieved
    return max(achieved, Fraction(9, 10) * points(value, last_year, target))


def scored_value(shrunken: Decimal, *, is_reliable: bool, peer_mean: Decimal) -> Decimal:
    """What the score may use: an unreliable figure is neutral, so it counts as the mean of the peers."""
    return shrunken if is_reliable else peer_mean


def weights(rows: Sequence[tuple[str, str, Number]], groups: Mapping[str, Number]) -> dict[str, Fraction]:
    """(indicator, group, weight) → weight in the score: a group's weight, shared in the proportion of its members'.

    Without weights of groups the members' own count.
    """
    own = {indicator: Fraction(weight) for indicator, _group, weight in rows}
    if not groups:
        return own
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for _indicator, group, weight in rows:
        sums[group] += Fraction(weight)
    return {
        indicator: Fraction(groups[group]) * own[indicator] / sums[group] if sums[group] else Fraction(0)
        for indicator, group, _weight in rows
    }


def score(items: Sequence[Item], limiters: Sequence[Limiter] = (), rules: ScoreRules = DEFAULT_RULES) -> Score:
    """Weighted mean over what is reportable; weight of the rest moves to it, if enough is left to judge by."""
    total = sum((Fraction(item.weight) for item in items), Fraction(0))
    held = sum((Fraction(item.weight) for item in items if item.value is not None), Fraction(0))
    known = (Fraction(item.weight) for item in items if item.value is not None and item.is_reportable)
    components = tuple(_component(item, held, rules) for item in items)
    part = sum(known, Fraction(0)) / total if total else Fraction(0)
    if not held or part < Fraction(rules.minimum_reportable):
        return Score(None, None, None, _rounded(part, 4), tuple(limiters), components)
    exact = sum((Fraction(item.weight) * _points_of(item) for item in items if item.value is not None), Fraction(0))
    uncapped = _rounded(exact / held, 3)
    published = min(uncapped, rules.cap) if limiters else uncapped
    return Score(published, uncapped, exact / held, _rounded(part, 4), tuple(limiters), components)


def standing(score_points: Fraction, rules: ScoreRules = DEFAULT_RULES) -> Standing:
    if score_points < Fraction(rules.far_below):
        return Standing.FAR_BELOW
    return Standing.GOOD if score_points >= Fraction(rules.good) else Standing.MIDDLE


def _points_of(item: Item) -> Fraction:
    value = item.value if item.value is not None else 0
    achieved = points(value, item.floor, item.target)
    if item.last_year is None:
        return achieved
    return with_improvement(achieved, value, item.last_year, item.floor, item.target)


def _component(item: Item, held: Fraction, rules: ScoreRules) -> Component:
    weight = _rounded(Fraction(item.weight), 4)
    if item.value is None:
        return Component(item.indicator, None, weight, Decimal(0), None, None, Standing.NOT_REPORTABLE, item.reason)
    share = 100 * Fraction(item.weight) / held if held else Fraction(0)
    exact = _points_of(item)
    return Component(
        item.indicator,
        _rounded(Fraction(item.value), 6).normalize(),
        weight,
        _rounded(share, 2),
        _rounded(exact, 2),
        _rounded(exact * share / 100, 2),
        standing(exact, rules),
        item.reason,
        exact > points(item.value, item.floor, item.target),
    )


def _rounded(value: Fraction, decimals: int) -> Decimal:
    return Decimal(round_half_up(value * 10**decimals)).scaleb(-decimals)
