"""Screens of amounts, sizes and times: too regular, too heaped, too far from peers. A flag is a reason to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import log, log10
from statistics import median
from typing import NamedTuple

BENFORD_AMOUNTS, BENFORD_ORDERS = 500, 2.0
PEERS = 8
NORMAL_TO_MAD = 0.6745
QUARTERS = (0, 15, 30, 45)


class Fit(StrEnum):
    """Nigrini's words for the mean absolute deviation from Benford's law (unverified at source)."""

    CLOSE = "close"
    ACCEPTABLE = "acceptable"
    MARGINAL = "marginal"
    NONE = "none"


class Benford(NamedTuple):
    chi2: float
    p: float
    deviation: float
    fit: Fit


class Digits(NamedTuple):
    """Against every digit being as likely as another."""

    chi2: float
    p: float


def benford(amounts: Sequence[float]) -> Benford | None:
    """First digits of free amounts; None under 500 of them or two orders of magnitude. Never for fixed tariffs."""
    free = [amount for amount in amounts if amount > 0]
    if len(free) < BENFORD_AMOUNTS or log10(max(free) / min(free)) < BENFORD_ORDERS:
        return None
    found = Counter(int(f"{amount:e}"[0]) for amount in free)
    return benford_of([found[digit] for digit in range(1, 10)])


def benford_of(counts: Sequence[int]) -> Benford:
    """Nine counts of the first digits 1 to 9."""
    from scipy.stats import chisquare

    total = sum(counts)
    law = [log10(1 + 1 / digit) for digit in range(1, 10)]
    test = chisquare(counts, [total * part for part in law])
    deviation = sum(abs(count / total - part) for count, part in zip(counts, law, strict=True)) / 9
    return Benford(float(test.statistic), float(test.pvalue), deviation, _fit(deviation))


def _fit(deviation: float) -> Fit:
    limits = ((0.006, Fit.CLOSE), (0.012, Fit.ACCEPTABLE), (0.015, Fit.MARGINAL))
    return next((fit for limit, fit in limits if deviation <= limit), Fit.NONE)


def peer_distances(values: Mapping[str, float]) -> dict[str, float]:
    """Provider → modified z on the log scale among its peers; empty under eight peers or where most are alike."""
    logs = {provider: log(value) for provider, value in values.items() if value > 0}
    if len(logs) < PEERS:
        return {}
    middle = median(logs.values())
    spread = median(abs(value - middle) for value in logs.values())
    if spread == 0:
        return {}
    return {provider: NORMAL_TO_MAD * (value - middle) / spread for provider, value in logs.items()}


def last_digits(numbers: Sequence[int]) -> Digits:
    """Are the last digits of whole numbers spread evenly?"""
    from scipy.stats import chisquare

    found = Counter(number % 10 for number in numbers)
    test = chisquare([found[digit] for digit in range(10)])
    return Digits(float(test.statistic), float(test.pvalue))
