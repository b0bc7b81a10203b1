"""Every value between the findings and the amount, in the order in which one would work it out on paper. Pure.

Amounts are minor units; other values are rounded to six places, so that the same findings always print the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from procurement.scored import recovery_noted
from quality.samples import estimates, monetary
from quality.samples.drawing import Stratum
from quality.samples.estimates import Judged, Recoverable, Terms
from quality.samples.estimators import Estimate, fewest_wrong, most_wrong, ratio
from quality.samples.states import Design
from quality.statistics.intervals import clopper_pearson


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found, and what nobody looked at: payments by stratum. `wrong` counts lines with any error code."""

    design: str
    strata: Sequence[Stratum]
    judged: Sequence[Judged]
    unsampled: dict[int, list[int]]
    wrong: int
    size: int
    is_intent_shown: bool
    is_frozen: bool

    @property
    def paid(self) -> int:
        return sum(stratum.value for stratum in self.strata)

    @property
    def lines(self) -> int:
        return sum(stratum.lines for stratum in self.strata)


def work_out(found: Findings, terms: Terms) -> tuple[dict[str, Any], Recoverable]:
    """The values, and what may be taken back."""
    values: dict[str, Any] = {
        "confidence": terms.confidence,
        "recovery": recovery_noted(terms.rule),
        "contract": terms.contract,
        "paid": found.paid,
        "lines": found.lines,
        "looked_at": len(found.judged),
        "wrong": found.wrong,
        "overpaid": sum(one.error > 0 for one in found.judged),
        "errors_found": sum(one.error for one in found.judged),
        "rate": _rate(found, terms),
    }
    if found.design == Design.MONETARY:
        answer = estimates.of_monetary(found.judged, found.paid)
        values |= _monetary(found, terms)
    else:
        answer = estimates.recoverable(
            found.judged, found.strata, found.unsampled, terms,
            is_intent_shown=found.is_intent_shown, is_frozen=found.is_frozen,
        )  # fmt: skip
        values |= _totals(found, terms)
    reasons = [reason.value for reason in answer.reasons]
    return {**values, "rule": answer.rule.value, "reasons": reasons, "amount": answer.amount}, answer


def most_favourable(found: Findings, rules: Sequence[Terms]) -> tuple[dict[str, Any], Recoverable]:
    """By each of these rules; what takes back least counts, of equals the first."""
    worked = [work_out(found, terms) for terms in rules]
    values, answer = min(worked, key=lambda one: one[1].amount)
    others = [one["contract"] for one, _answer in worked if one is not values]
    return {**values, "other_contracts": others}, answer


def _rate(found: Findings, terms: Terms) -> dict[str, Any] | None:
    """Wrong lines: the exact limits, where every line had the same chance."""
    looked = len(found.judged)
    if len(found.strata) > 1 or not looked or found.design == Design.MONETARY:
        return None
    interval = clopper_pearson(found.wrong, looked, terms.confidence)
    most = most_wrong(found.lines, looked, found.wrong, (1 + terms.confidence) / 2)
    least = fewest_wrong(found.lines, looked, found.wrong, (1 - terms.confidence) / 2)
    return {
        "value": _six(found.wrong / looked), "lower": _six(interval.lower), "upper": _six(interval.upper),
        "fewest_lines": least, "most_lines": most,
    }  # fmt: skip


def _totals(found: Findings, terms: Terms) -> dict[str, Any]:
    over = estimates.over_strata(found.judged, found.strata, terms.confidence)
    alpha = (1 - terms.confidence) / 2
    values: dict[str, Any] = {
        "parts": [
            {
                "stratum": stratum.number, "lines": part.lines, "size": part.size, "mean": _six(part.mean),
                "deviation": _six(part.deviation), "total": _six(part.total), "variance": _six(part.variance()),
            }
            for stratum, part in zip(found.strata, over.parts, strict=True)
        ],
        "difference": _limits(over),
        "least_rate": terms.least_rate,
        "rate_of_value": _six(over.lower / found.paid) if found.paid else None,
        "minimum_sum": estimates.least_sum(found.judged, found.strata, found.unsampled, alpha),
    }  # fmt: skip
    if len(found.strata) == 1:
        pairs = [(float(one.paid), float(one.allowed)) for one in found.judged]
        values["ratio"] = _limits(ratio(pairs, found.lines, float(found.paid), terms.confidence))
    return values


def _monetary(found: Findings, terms: Terms) -> dict[str, Any]:
    pairs = [(one.paid, one.allowed) for one in found.judged]
    limit = monetary.evaluate(found.paid, found.size, pairs, (1 + terms.confidence) / 2)
    return {
        "interval": _six(found.paid / found.size),
        "certain": _six(limit.certain),
        "likely": _six(limit.likely),
        "upper": _six(limit.upper),
        "upper_poisson": _six(limit.upper_poisson),
        "taints": sorted((_six(monetary.taint(*pair)) or 0.0 for pair in pairs if pair[0] > pair[1]), reverse=True),
    }


def _limits(one: Estimate) -> dict[str, Any]:
    quantile = one.precision / one.error if one.error and one.error != inf else 0.0
    return {
        "total": _six(one.total), "error": _six(one.error), "degrees": _six(one.degrees), "quantile": _six(quantile),
        "lower": _six(one.lower), "upper": _six(one.upper),
    }  # fmt: skip


def _six(value: float) -> float | None:
    return round(float(value), 6) if isfinite(value) else None
