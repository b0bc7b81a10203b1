"""From points to places: weights, thresholds, totals, the ranking, and what one exclusion would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Final

from core.errors import InputErrors, Problem
from core.words import _l
from procurement.scoring.price import PriceTerms, price_scores
from procurement.scoring.ties import DEFAULT_LADDER, Draw, Facts, TieBreak, break_tie
from procurement.scoring.trace import Score

FULL: Final = Decimal(100)

Sheet = Mapping[str, Score]  # criterion code → score


@dataclass(frozen=True, slots=True)
class Criterion:
    """A published award criterion. `block` is what it belongs to (price, quality, social); `minimum` a min-score."""

    code: str
    block: str
    weight: Decimal
    minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A published minimum that was not reached; `where` is a criterion or a block."""

    where: str
    points: Decimal
    minimum: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """One bid's place. `tie_break` is there if the total alone did not decide it."""

    bid: str
    rank: int
    total: Decimal
    scores: Sheet
    tie_break: TieBreak | None


@dataclass(frozen=True, slots=True)
class Reversal:
    """Without `excluded`, `winner` would have won."""

    excluded: str
    winner: str


@dataclass(frozen=True, slots=True)
class ReversalReport:
    """Would the winner still win if any single other bid were away? `is_relative` warns of the formula."""

    winner: str
    is_relative: bool
    reversals: tuple[Reversal, ...]

    @property
    def is_stable(self) -> bool:
        return not self.reversals


def check_weights(criteria: Sequence[Criterion]) -> None:
    """Weights add up to exactly 100; 33.33 three times is refused."""
    problems = [
        # More than two decimals and full marks would print as something else than the weight.
        Problem(c.code, _l("A weight is above 0 and at most 100, with at most two decimals."), str(c.weight))
        for c in criteria
        if not _is_weight(c.weight)
    ]
    codes = [c.code for c in criteria]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    problems += [Problem(code, _l("This criterion stands twice.")) for code in twice]
    if not problems and (total := sum(c.weight for c in criteria)) != FULL:
        problems.append(Problem("weights", _l("The weights must add up to exactly 100."), str(total)))
    if problems:
        raise InputErrors(problems)


def total(scores: Sheet) -> Decimal:
    """Sum of the points as printed, so that a bidder can add them up."""
    return sum((score.points for score in scores.values()), Decimal("0.00"))


def shortfalls(criteria: Sequence[Criterion], scores: Sheet, blocks: Mapping[str, Decimal]) -> list[Shortfall]:
    """Minimums of criteria and of `blocks` not reached, on plain points, before any renormalisation. Equal passes."""
    _refuse_unscored([c.code for c in criteria], scores)
    missed = [
        Shortfall(c.code, scores[c.code].points, c.minimum)
        for c in criteria
        if c.minimum is not None and scores[c.code].points < c.minimum
    ]
    for block, minimum in blocks.items():
        points = total({c.code: scores[c.code] for c in criteria if c.block == block})
        if points < minimum:
            missed.append(Shortfall(block, points, minimum))
    return missed


def best(totals: Mapping[str, Decimal], places: int) -> frozenset[str]:
    """`max-pass`: the best N bids; who equals the last of them passes too."""
    if places < 1:
        raise InputErrors.at("places", _l("At least one bid must be able to pass."), places)
    if len(totals) <= places:
        return frozenset(totals)
    last = sorted(totals.values(), reverse=True)[places - 1]
    return frozenset(bid for bid, points in totals.items() if points >= last)


def ranking(
    sheets: Mapping[str, Sheet],
    ladder: Sequence[str] = DEFAULT_LADDER,
    facts: Facts | None = None,
    draw: Draw | None = None,
) -> list[Standing]:
    """Bids from first to last, every place taken once. Equal totals go through the ladder, then the draw."""
    expected = sorted({code for scores in sheets.values() for code in scores})
    for scores in sheets.values():
        _refuse_unscored(expected, scores)
    totals = {bid: total(scores) for bid, scores in sheets.items()}
    standings: list[Standing] = []
    for points, group in groupby(sorted(totals, key=lambda bid: (-totals[bid], bid)), key=totals.__getitem__):
        broken = break_tie(list(group), ladder, facts or {}, draw)
        for bid in broken.order:
            tie_break = broken if len(broken.order) > 1 else None
            standings.append(Standing(bid, len(standings) + 1, points, sheets[bid], tie_break))
    return standings


def rank_reversal(
    terms: PriceTerms, prices: Mapping[str, int], others: Mapping[str, Decimal], equals: Sequence[str] = ()
) -> ReversalReport:
    """Recompute without each bid that did not win. `others` are the points beside the price.

    `equals` is the order of the tie-break over all bids (it does not depend on rivals); without it equals go by name.
    """
    winner = _winner(terms, prices, others, equals)
    found = []
    for bid in sorted(set(prices) - {winner}) if terms.is_relative else ():  # else no bid moves another's points
        rest = {name: price for name, price in prices.items() if name != bid}
        if (then := _winner(terms, rest, others, equals)) != winner:
            found.append(Reversal(bid, then))
    return ReversalReport(winner, terms.is_relative, tuple(found))


def _winner(terms: PriceTerms, prices: Mapping[str, int], others: Mapping[str, Decimal], equals: Sequence[str]) -> str:
    if not prices:
        raise InputErrors.at("prices", _l("There is no bid to rank."))
    points = price_scores(terms, prices)
    places = {bid: place for place, bid in enumerate(equals)}
    return min(prices, key=lambda bid: (-(points[bid].points + others[bid]), places.get(bid, len(places)), bid))


def _is_weight(weight: Decimal) -> bool:
    return weight.is_finite() and 0 < weight <= FULL and weight == weight.quantize(Decimal("0.01"))


def _refuse_unscored(codes: Sequence[str], scores: Sheet) -> None:
    if missing := [code for code in codes if code not in scores]:
        raise InputErrors([Problem(code, _l("This criterion has no score yet.")) for code in missing])
