"""The arithmetic of the fund's scorecard: what is said of one quarter, each with what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

from core.words import _l
from quality.statistics.intervals import wilson

DAYS, SLOWEST, PROMISED, OVERTURNED, ERRORS = "days", "slowest", "promised", "overturned", "errors"
NAMES: Final[Mapping[str, Any]] = {
    DAYS: _l("Days until a claim is paid: half of them take no longer"),
    SLOWEST: _l("Days until a claim is paid: nine of ten take no longer"),
    PROMISED: _l("Paid by the promised day"),
    OVERTURNED: _l("Refused lines that were paid after all"),
    ERRORS: _l("Decisions of reviewers that were wrong, by blind double review"),
}
UNITS: Final[Mapping[str, str]] = {DAYS: "days", SLOWEST: "days"}


def days_figure(days: Sequence[int], part: tuple[int, int], minimum: int) -> dict[str, Any]:
    """The smallest number of days within which `part` (numerator, denominator) of the claims were paid."""
    if len(days) < minimum:
        return _too_few(len(days))
    place = ceil(len(days) * part[0] / part[1])
    return {"value": sorted(days)[place - 1], "of": len(days)}


def share_figure(counted: int, total: int, minimum: int) -> dict[str, Any]:
    """A share in per cent with its 95 % interval (Wilson), to one decimal.

    Where few are counted, or few are not, only a bound is told: the share and its total would give their number away.
    """
    few, all_but_few = 0 < counted < minimum, 0 < total - counted < minimum
    if total < minimum or (few and all_but_few):
        return _too_few(total)
    most = (minimum - 1) / total
    if few or all_but_few:
        bound = {"at_most": _per_cent(most)} if few else {"at_least": _per_cent(1 - most)}
        return {"value": None, "why": "suppressed", "of": total, **bound}
    limits = wilson(counted, total)
    shown = {"value": _per_cent(counted / total), "lower": _per_cent(limits.lower), "upper": _per_cent(limits.upper)}
    return {**shown, "of": total, "counted": counted}


def _per_cent(share: float) -> float:
    return round(share * 100, 1)


def _too_few(total: int) -> dict[str, Any]:
    return {"value": None, "why": "insufficient" if total else "no_denominator"}
