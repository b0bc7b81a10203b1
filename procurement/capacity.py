"""Could anyone bid? Per lot: who could alone, how many it takes together, and the size at which enough could. Pure.

A provider can give, in units a year: licensed places × units per place, or workers × units per worker, whichever is
more; less what its contracts of those days hold already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

DAYS_OF_A_YEAR = Decimal("365.25")
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Yield:
    """Units that one licensed place and one worker give in a year; 0: not counted so."""

    of_place: int = 0
    of_worker: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """An accredited provider of the service line; `busy`: units a year already contracted."""

    organisation_id: int
    name: str
    legal_form: str
    places: int
    workers: int
    busy: Decimal = Decimal(0)

    def free(self, gives: Yield) -> Decimal:
        """Units a year that are left, never below 0."""
        whole = max(self.places * gives.of_place, self.workers * gives.of_worker)
        return max(whole - self.busy, Decimal(0))


@dataclass(frozen=True, slots=True)
class LotReach:
    """`needed` and `size_for_enough` in units of the whole term; `fewest_together` None: not even all of them."""

    lot: int
    needed: Decimal
    alone: Sequence[str]
    only_jointly: Sequence[str]
    fewest_together: int | None
    size_for_enough: int | None


def reach(
    lot: int, units: Decimal, starts_on: dt.date, ends_on: dt.date, providers: Collection[Unit], gives: Yield
) -> LotReach:
    """`units`: of the whole term, both days counted. Providers without any free capacity could not even join."""
    years = Decimal((ends_on - starts_on).days + 1) / DAYS_OF_A_YEAR
    free = sorted(((row.free(gives) * years, row.name) for row in providers), reverse=True)
    free = [(value, name) for value, name in free if value > 0]
    enough = free[ENOUGH - 1][0] if len(free) >= ENOUGH else None
    return LotReach(
        lot,
        units,
        [name for value, name in free if value >= units],
        [name for value, name in free if value < units],
        _fewest([value for value, _name in free], units),
        int(enough.quantize(Decimal(1), ROUND_DOWN)) if enough is not None else None,
    )


def _fewest(free: Sequence[Decimal], units: Decimal) -> int | None:
    """Largest first: how many it takes."""
    together = Decimal(0)
    for count, value in enumerate(free, 1):
        together += value
        if together >= units:
            return count
    return None
