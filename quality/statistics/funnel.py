"""The funnel: who is further from the others than chance explains at their size.

A mark outside the limits is a reason to look, never a ground for not paying (quality note, principles).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from math import fsum, sqrt
from typing import NamedTuple

from quality.statistics.intervals import LEVEL_95, LEVEL_998, Interval, per_exposure, wilson, z_value
from quality.statistics.scales import Proportion, Ratio, RatioScale, Scale, ShareScale
from quality.statistics.spread import Spread, overdispersion
from quality.suppression import Cell, Reason, protect

ADJUSTED_FROM = 10  # providers; with fewer, extra spread cannot be told from chance
Z_WATCH = z_value(LEVEL_95)
Z_ALERT = z_value(LEVEL_998)


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


class Alert(StrEnum):
    BETTER = "better"
    EXPECTED = "expected"
    WATCH = "watch"
    ALERT = "alert"
    INSUFFICIENT = "insufficient"
    SUPPRESSED = "suppressed"


class Limits(NamedTuple):
    lower_998: float
    lower_95: float
    upper_95: float
    upper_998: float


class Alarms(NamedTuple):
    """Marks outside on either side: by plain 95 % and 99.8 % limits, and by the adjusted 99.8 % ones that count."""

    compared: int
    raw_95: int
    raw_998: int
    adjusted: int


@dataclass(frozen=True, slots=True)
class Point:
    """One provider. `z` is plain, `z_adjusted` after overdispersion; `alert` says where it stands to its `limits`.

    Without a value there is a `reason`; a value beside a reason is restricted: published() takes it away.
    """

    provider: str
    size: float | None
    numerator: int | None
    value: float | None
    interval: Interval | None
    interval_998: Interval | None
    limits: Limits | None
    z: float | None
    z_adjusted: float | None
    alert: Alert
    reason: Reason | None = None

    @property
    def is_outside(self) -> bool:
        return self.alert in (Alert.ALERT, Alert.BETTER)


@dataclass(frozen=True)
class Funnel:
    """All providers of one indicator and period around their common centre, in provider order."""

    scale: Scale
    direction: Direction
    points: tuple[Point, ...]
    spread: Spread
    is_adjusted: bool
    is_centre_hidden: bool = False

    @property
    def centre(self) -> float:
        return self.scale.centre

    @cached_property
    def by_provider(self) -> dict[str, Point]:
        return {point.provider: point for point in self.points}

    @property
    def marks(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.value is not None)

    @property
    def alarms(self) -> Alarms:
        """How many more would be flagged if nobody allowed for size and spread."""
        plain = [abs(point.z) for point in self.marks if point.z is not None]
        outside = sum(point.is_outside for point in self.marks)
        return Alarms(len(plain), sum(z > Z_WATCH for z in plain), sum(z > Z_ALERT for z in plain), outside)

    def limits_at(self, size: float) -> Limits:
        """Adjusted limits are the ones the alert uses; with few providers they are exact and unadjusted."""
        return _limits(self.scale, size, self.spread.tau2 if self.is_adjusted else None)

    def published(self) -> Funnel | None:
        """The same funnel without any figure of a suppressed provider: for public pages, providers, files.

        None if the centre itself would give somebody away. Beside hidden figures centre and spread are rounded: to the
        last digit they would tell, with all that is shown, the whole numbers that are not.
        """
        if self.is_centre_hidden:
            return None
        if not any(point.reason is Reason.SUPPRESSED for point in self.points):
            return self
        points = tuple(_hidden(p) if p.reason is Reason.SUPPRESSED else p for p in self.points)
        spread = Spread(round(self.spread.phi, 1), float(f"{self.spread.tau2:.1e}"))
        return replace(self, points=points, scale=self.scale.rounded(), spread=spread)


def funnel(
    results: Sequence[Proportion | Ratio],
    *,
    direction: Direction = Direction.UP,
    minimum: float = 1,
    threshold: int = 11,
) -> Funnel | None:
    """Compare providers; None if nobody reaches `minimum` (denominator or expected events).

    `threshold` is k of the small-number rule. The centre of shares is theirs together; of O/E it is 1.
    """
    ordered = sorted(results, key=lambda one: one.provider)
    enough = [one for one in ordered if one.value is not None and one.size >= minimum]
    if not enough:
        return None
    scale: Scale = _share_scale(enough) if isinstance(enough[0], Proportion) else RatioScale()
    distances = [_z(scale, one.value or 0.0, one.size) for one in enough]
    is_adjusted = len(enough) >= ADJUSTED_FROM
    spread = overdispersion(distances, [scale.error(one.size) for one in enough])
    protected = protect([_cell(one) for one in enough], threshold)
    tau2 = spread.tau2 if is_adjusted else None
    measured = {one.provider: _point(scale, one, direction, tau2, one.provider in protected.hidden) for one in enough}
    points = tuple(measured.get(one.provider) or _without_value(one) for one in ordered)
    return Funnel(scale, direction, points, spread, is_adjusted, protected.is_total_hidden)


def classify(value: float, limits: Limits, direction: Direction) -> Alert:
    """Better and alert only beyond 99.8 %; watch is adverse beyond 95 %."""
    is_up = direction is Direction.UP
    if value > limits.upper_998:
        return Alert.BETTER if is_up else Alert.ALERT
    if value < limits.lower_998:
        return Alert.ALERT if is_up else Alert.BETTER
    is_adverse = value < limits.lower_95 if is_up else value > limits.upper_95
    return Alert.WATCH if is_adverse else Alert.EXPECTED


def _share_scale(results: Sequence[Proportion | Ratio]) -> ShareScale:
    return ShareScale(sum(one.numerator for one in results) / fsum(one.size for one in results))


def _z(scale: Scale, value: float, size: float, tau2: float = 0.0) -> float:
    return (scale.forward(value) - scale.forward(scale.centre)) / sqrt(scale.error(size) ** 2 + tau2)


def _limits(scale: Scale, size: float, tau2: float | None) -> Limits:
    if tau2 is None:
        return Limits(*(scale.exact_limit(size, p) for p in (0.001, 0.025, 0.975, 0.999)))
    middle, error = scale.forward(scale.centre), sqrt(scale.error(size) ** 2 + tau2)
    return Limits(*(scale.back(middle + z * error) for z in (-Z_ALERT, -Z_WATCH, Z_WATCH, Z_ALERT)))


def _interval(one: Proportion | Ratio, level: float) -> Interval:
    if isinstance(one, Proportion):
        return wilson(one.numerator, one.denominator, level)
    return per_exposure(one.numerator, one.expected, level)


def _cell(one: Proportion | Ratio) -> Cell:
    if isinstance(one, Proportion):
        return Cell(one.provider, one.numerator, one.denominator, one.persons)
    return Cell(one.provider, one.numerator, one.persons)


def _point(scale: Scale, one: Proportion | Ratio, direction: Direction, tau2: float | None, is_hidden: bool) -> Point:
    value = one.value or 0.0
    adjusted, limits = _z(scale, value, one.size, tau2 or 0.0), _limits(scale, one.size, tau2)
    return Point(
        one.provider,
        one.size,
        one.numerator,
        value,
        _interval(one, LEVEL_95),
        _interval(one, LEVEL_998),
        limits,
        _z(scale, value, one.size),
        adjusted,
        classify(value, limits, direction),
        Reason.SUPPRESSED if is_hidden else None,
    )


def _empty(provider: str, alert: Alert, reason: Reason) -> Point:
    return Point(provider, None, None, None, None, None, None, None, None, alert, reason)


def _without_value(one: Proportion | Ratio) -> Point:
    return _empty(one.provider, Alert.INSUFFICIENT, Reason.NO_DENOMINATOR if one.value is None else Reason.INSUFFICIENT)


def _hidden(point: Point) -> Point:
    return _empty(point.provider, Alert.SUPPRESSED, Reason.SUPPRESSED)
