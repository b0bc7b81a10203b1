"""Strata by amount: boundaries by cumulative square root of frequency, sizes by Neyman, large lines all of them.

Source: quality note, section 5 (Dalenius and Hodges; Neyman). Amounts are minor units.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import ceil, sqrt
from statistics import stdev

from core.money import split
from quality.samples.drawing import Stratum

CLASSES = 100


def boundaries(amounts: Sequence[int], strata: int) -> list[int]:
    """Up to `strata` - 1 amounts, each the last of its stratum; fewer where the amounts do not differ enough."""
    if not amounts:
        return []
    lowest, highest = min(amounts), max(amounts)
    width = max(1, ceil((highest - lowest + 1) / CLASSES))
    counts = Counter((amount - lowest) // width for amount in amounts)
    places = sorted(counts)
    running = list(accumulate(sqrt(counts[place]) for place in places))
    found = {
        places[min(bisect_left(running, running[-1] * step / strata), len(places) - 1)] for step in range(1, strata)
    }
    return [lowest + width * (place + 1) - 1 for place in sorted(found - {places[-1]})]


def neyman(size: int, lines: Sequence[int], deviations: Sequence[float], least: int) -> list[int]:
    """`size` over strata as N·S, none under `least` nor over its own lines; with no spread at all, as N."""
    weights = [count * spread for count, spread in zip(lines, deviations, strict=True)]
    if not sum(weights):
        weights = [float(count) for count in lines]
    fixed: dict[int, int] = {}
    while True:
        free = [place for place in range(len(lines)) if place not in fixed]
        left = max(0, size - sum(fixed.values()))
        shares = _shares(left, [weights[place] for place in free])
        wrong = {
            place: min(lines[place], max(least, share))
            for place, share in zip(free, shares, strict=True)
            if share != min(lines[place], max(least, share))
        }
        if not wrong:
            return [fixed.get(place, 0) or shares[free.index(place)] for place in range(len(lines))]
        fixed |= wrong


def _shares(size: int, weights: Sequence[float]) -> list[int]:
    """Whole lines by largest remainder; floats become whole weights first, so that the split is exact."""
    whole = [round(weight * 1000) for weight in weights]
    return split(size, whole if any(whole) else [1] * len(whole)) if whole else []


def layers(
    amounts: Sequence[int],
    size: int,
    strata: int,
    spare_share: float,
    floors: tuple[int, int],
    certain_from: int | None,
) -> list[Stratum]:
    """The strata of a frame: random ones by amount, then all lines of `certain_from` or more.

    `certain_from` None: lines of the frame's value ÷ size or more. `floors`: fewest lines of a stratum, without and
    with a certainty stratum.
    """
    limit = certain_from if certain_from is not None else ceil(sum(amounts) / max(size, 1))
    large, rest = [one for one in amounts if one >= limit], [one for one in amounts if one < limit]
    edges = [None, *boundaries(rest, strata), None]
    groups = [[one for one in rest if _between(one, *pair)] for pair in pairwise(edges)] if rest else []
    least = floors[1] if large else floors[0]
    spreads = [stdev(group) if len(group) > 1 else 0.0 for group in groups]
    sizes = neyman(max(0, size - len(large)), [len(group) for group in groups], spreads, least)
    found = []
    for number, (pair, group, taken) in enumerate(zip(pairwise(edges), groups, sizes, strict=False), start=1):
        above, until = pair
        top = until if until is not None or not large else limit - 1
        spares = min(len(group) - taken, ceil(taken * spare_share))
        found.append(Stratum(number, above, top, len(group), sum(group), taken, spares))
    if large:
        above = limit - 1 if rest else None
        found.append(Stratum(len(found) + 1, above, None, len(large), sum(large), len(large), 0, is_certain=True))
    return found


def _between(amount: int, above: int | None, until: int | None) -> bool:
    return (above is None or amount > above) and (until is None or amount <= until)


def by_interval(amounts: Sequence[int], size: int) -> list[Stratum]:
    """Units of money: lines below the interval (value ÷ size), hit by chance, and those as large, which always are."""
    value = sum(amounts)
    small = [one for one in amounts if one * size < value]
    edge = (value - 1) // size if value else 0
    large = len(amounts) - len(small)
    hits = size - (value - sum(small)) * size // value if value else 0
    found = [Stratum(1, None, edge, len(small), sum(small), hits, 0)]
    if large:
        found.append(Stratum(2, edge, None, large, value - sum(small), large, 0, is_certain=True))
    return found
