"""What may be taken back after a sample, by which rule, and why not more.

Source: quality note, section 5. The rule's numbers come from contract or plan and are printed in the working
papers; a limit is cut down to whole minor units, in the provider's favour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor, inf

from procurement.scored import RecoveryTerms
from quality.samples.drawing import Stratum
from quality.samples.estimators import Estimate, estimate, minimum_sum, part_of


class Rule(StrEnum):
    """How the amount came about; contract or plan names the first of them."""

    LOWER_LIMIT = "lower_limit"
    MINIMUM_SUM = "minimum_sum"
    ERRORS_FOUND = "errors_found"


class Reason(StrEnum):
    """Why the amount is not the lower limit of the estimate, or why it was cut."""

    RATE_TOO_LOW = "rate_too_low"
    TOO_FEW_LINES = "too_few_lines"
    TOO_FEW_ERRORS = "too_few_errors"
    NOT_FROZEN = "not_frozen"
    MONETARY = "monetary"
    AT_LEAST_FOUND = "at_least_found"
    AT_MOST_PAID = "at_most_paid"


@dataclass(frozen=True, slots=True)
class Terms:
    """A recovery rule in the numbers of the arithmetic. `contract`: whose rule it is; empty: the plan's."""

    rule: RecoveryTerms
    contract: str = ""

    @property
    def confidence(self) -> float:
        """Two-sided."""
        return float(self.rule.two_sided)

    @property
    def least_rate(self) -> float:
        """Extrapolate only if the wrong share's lower limit is above it."""
        return float(self.rule.least_rate)


@dataclass(frozen=True, slots=True)
class Judged:
    """A line that was looked at: minor units paid and allowed."""

    line: str
    stratum: int
    paid: int
    allowed: int

    @property
    def error(self) -> int:
        return self.paid - self.allowed


@dataclass(frozen=True, slots=True)
class Recoverable:
    """Minor units that may be taken back, the rule that gave them, and what held it down."""

    amount: int
    rule: Rule
    reasons: tuple[Reason, ...]


def over_strata(judged: Sequence[Judged], strata: Sequence[Stratum], confidence: float) -> Estimate:
    """The total error of the frame; one stratum is a simple sample."""
    parts = []
    for stratum in strata:
        errors = [one.error for one in judged if one.stratum == stratum.number]
        parts.append(part_of(errors, stratum.lines, is_certain=stratum.is_certain))
    return estimate(parts, confidence)


def failing(
    judged: Sequence[Judged], found: Estimate, paid: int, terms: Terms, *, is_intent_shown: bool, is_frozen: bool
) -> tuple[Reason, ...]:
    """The conditions of an extrapolation that do not hold."""
    wrong = sum(one.error > 0 for one in judged)
    is_rare = not is_intent_shown and (paid <= 0 or found.lower / paid <= terms.least_rate)
    checks = {
        Reason.RATE_TOO_LOW: is_rare,
        Reason.TOO_FEW_LINES: len(judged) < terms.rule.least_lines or found.error == inf,  # a stratum with one line
        Reason.TOO_FEW_ERRORS: wrong < terms.rule.least_errors,
        Reason.NOT_FROZEN: not is_frozen,
    }
    return tuple(reason for reason, does_fail in checks.items() if does_fail)


def recoverable(
    judged: Sequence[Judged],
    strata: Sequence[Stratum],
    unsampled: dict[int, list[int]],
    terms: Terms,
    *,
    is_intent_shown: bool = False,
    is_frozen: bool = True,
) -> Recoverable:
    """The lower limit if the conditions hold, else the minimum sum; at least the errors found, at most what was paid.

    `unsampled`: the payments of each stratum that nobody looked at.
    """
    paid = sum(stratum.value for stratum in strata)
    found = over_strata(judged, strata, terms.confidence)
    reasons = failing(judged, found, paid, terms, is_intent_shown=is_intent_shown, is_frozen=is_frozen)
    if reasons:
        amount, rule = least_sum(judged, strata, unsampled, (1 - terms.confidence) / 2), Rule.MINIMUM_SUM
    else:
        amount, rule = floor(found.lower), Rule.LOWER_LIMIT
    return _within(amount, rule, reasons, judged, paid)


def of_monetary(judged: Sequence[Judged], paid: int) -> Recoverable:
    """Monetary units bound what is overstated from above; taken back is what was found."""
    return _within(0, Rule.ERRORS_FOUND, (Reason.MONETARY,), judged, paid)


def least_sum(
    judged: Sequence[Judged], strata: Sequence[Stratum], unsampled: dict[int, list[int]], alpha: float
) -> int:
    """The minimum sum over strata, `alpha` shared among those that were left to chance (Bonferroni).

    Underpayments that were found are taken off.
    """
    random = [stratum for stratum in strata if not stratum.is_certain]
    total = 0
    for stratum in strata:
        errors = [one.error for one in judged if one.stratum == stratum.number]
        wrong, left = sum(error > 0 for error in errors), unsampled.get(stratum.number, [])
        total += minimum_sum(sum(errors), left, stratum.lines, len(errors), wrong, alpha / max(len(random), 1))
    return total


def _within(amount: int, rule: Rule, reasons: tuple[Reason, ...], judged: Sequence[Judged], paid: int) -> Recoverable:
    errors = max(0, sum(one.error for one in judged))
    if amount < errors:
        amount = errors
        reasons += (Reason.AT_LEAST_FOUND,) if rule is not Rule.ERRORS_FOUND else ()
    if amount > paid:
        amount, reasons = paid, (*reasons, Reason.AT_MOST_PAID)
    return Recoverable(amount, rule, reasons)
