"""Every formula in words, for notices, letters and the public page; figures stand beside, in the trace."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from core.words import _l


class PriceFormula(StrEnum):
    """Ids of the published price formulas."""

    ABSOLUTE = "absolute"
    RATIO = "ratio"
    LINEAR_CEILING = "linear_ceiling"
    LINEAR_WORST = "linear_worst"
    LOW2X = "low2x"
    BILINEAR = "bilinear"
    POWER = "power"
    FIXED = "fixed"


# Under these, what a bid gets depends on its rivals, so one exclusion can turn the ranking.
RELATIVE: Final = frozenset(PriceFormula) - {PriceFormula.ABSOLUTE, PriceFormula.FIXED}
NEEDS_CEILING: Final = frozenset(
    {PriceFormula.ABSOLUTE, PriceFormula.LINEAR_CEILING, PriceFormula.BILINEAR, PriceFormula.POWER}
)

FORMULA_TEXTS: Final[dict[str, Any]] = {
    "absolute": _l("Maximum × (ceiling − price) ÷ (ceiling − floor), never under 0 or over the maximum."),
    "ratio": _l("Maximum × lowest price ÷ price."),
    "linear_ceiling": _l("Maximum × (ceiling − price) ÷ (ceiling − lowest price)."),
    "linear_worst": _l("Maximum × (highest price − price) ÷ (highest price − lowest price)."),
    "low2x": _l("Maximum × (2 − price ÷ lowest price), never under 0: twice the lowest price gets nothing."),
    "bilinear": _l("Up to the average saving, the knee's share of the maximum in proportion; above it, the rest."),
    "power": _l("Maximum × (saving ÷ largest saving), raised to the published exponent."),
    "fixed": _l("Every admissible bid gets the maximum: the price was set by the fund."),
    "bool": _l("The maximum if the commitment is made, else nothing."),
    "lin_up": _l("Maximum × the way from the zero mark to the full mark; more is better."),
    "lin_down": _l("Maximum × the way from the zero mark to the full mark; less is better."),
    "steps": _l("The share of the highest step that is reached."),
    "parity": _l("Maximum × share of women who lead ÷ share among all staff, 50 % at most."),
    "record": _l("Maximum × the bidder’s record when bids were opened ÷ 100; who is new has the mean of the others."),
    "record_none": _l("Nobody who gives this care had a record when bids were opened: it weighs nothing."),
    "mean": _l("Maximum × the evaluators' average mark ÷ 5."),
    "median": _l("Maximum × the evaluators' middle mark ÷ 5."),
    "consensus": _l("Maximum × the mark that the evaluators agreed on ÷ 5."),
    "moderated": _l("Maximum × the moderated mark ÷ 5; the original marks stand beside it."),
    "renormalised": _l("Maximum × points ÷ the best bid’s points on this question, as the notice announced."),
    "labour_floor": _l("The price against agreed wage, contributions, unproductive time, travel and overheads."),
    "ua_prozorro": _l("The price against the average of the other bids and against the next bid."),
    "es_art85": _l("The price against the budget if alone, against the other of two, else against the mean of all."),
    "trimmed_mean": _l("The discount against the mean without both ends, plus the mean of what lies above it."),
    "bg_20": _l("The price against the average of the other bids."),
    "pl_30": _l("The price against the estimate and against the average of all bids."),
    "zero_price": _l("A price of zero is not refused, but the bidder is asked how it is possible."),
}
