"""What caps a score whatever the indicators say, and where it is known: rooms above and beside fill in their part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal

from providers.models import Provider
from quality.comparison import Comparison
from quality.periods import Period
from quality.scoring.arithmetic import Limiter

GATED = {"X-02": Limiter.PAY_FLOOR, "X-03": Limiter.SOCIAL_INSURANCE}
"""Indicators whose floor is a gate."""

Source = Callable[[Collection[int], Period], Mapping[int, str]]
"""(organisations, period) → organisation: what shows it, like a case number. One set of statements for all."""

_sources: dict[Limiter, Source] = {}


def fill_limiter(limiter: Limiter, source: Source) -> None:
    """Audit cases give open safeguarding breaches and refused audits; called when the room is registered."""
    _sources[limiter] = source


def found(
    providers: Mapping[int, Provider], period: Period, below: Mapping[str, Mapping[int, str]]
) -> dict[int, list[tuple[Limiter, str]]]:
    """Limiters of each organisation, in the order of `Limiter`, with what shows each.

    `below`: indicator → organisations under its gate. A suspended licence is read from the register.
    """
    known: dict[Limiter, Mapping[int, str]] = {
        one: source(providers.keys(), period) for one, source in _sources.items()
    }
    known[Limiter.LICENCE] = {key: row.number for key, row in providers.items() if row.state == "suspended"}
    known |= {limiter: below.get(indicator, {}) for indicator, limiter in GATED.items()}
    answer: dict[int, list[tuple[Limiter, str]]] = defaultdict(list)
    for limiter in Limiter:
        for organisation_id, shown_by in known.get(limiter, {}).items():
            answer[organisation_id].append((limiter, shown_by))
    return answer


def below_gates(
    comparisons: Mapping[str, Comparison], floors: Mapping[int, Mapping[str, Decimal]], ids: Mapping[str, int]
) -> dict[str, dict[int, str]]:
    """Gated indicator → organisations whose raw value lies under their own floor, with the value.

    `floors`: organisation → indicator → floor; `ids`: public number → organisation.
    """
    below: dict[str, dict[int, str]] = defaultdict(dict)
    for code in GATED:
        for row in comparisons[code].compared if code in comparisons else ():
            floor = floors.get(ids.get(row.provider, 0), {}).get(code)
            if row.raw is not None and floor is not None and row.raw < floor:
                below[code][ids[row.provider]] = f"{code} {row.raw.normalize():f}"
    return below
