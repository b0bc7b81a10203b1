"""Marks by evaluators: 0 to 5 with a reason, combined as published, moderated where they lie far apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from core.errors import DomainError, InputErrors
from core.words import _l
from procurement.scoring.trace import Figure, Score, figures, scored

HIGHEST_MARK: Final = 5
MODERATION_SPREAD: Final = 2
MARK_TEXTS: Final[tuple[Any, ...]] = (
    _l("None"),
    _l("Poor"),
    _l("Partial"),
    _l("Acceptable"),
    _l("Good"),
    _l("Excellent"),
)


class Combination(StrEnum):
    """How several marks become one, as published."""

    MEAN = "mean"
    MEDIAN = "median"
    CONSENSUS = "consensus"


class ModerationMissing(DomainError):
    code = "moderation_missing"


@dataclass(frozen=True, slots=True)
class Rating:
    """One person's mark on one criterion of one bid, with the reason that the bidder will read."""

    evaluator: str
    mark: int
    reason: str

    def __post_init__(self) -> None:
        if type(self.mark) is not int or not 0 <= self.mark <= HIGHEST_MARK:
            raise InputErrors.at("mark", _l("A mark is a whole number from 0 to 5."), self.mark)
        if not self.reason.strip():
            raise InputErrors.at("reason", _l("Say why: the bidder will read this reason."))


def spread(ratings: Sequence[Rating]) -> int:
    """Highest less lowest mark."""
    marks = [rating.mark for rating in ratings]
    return max(marks) - min(marks) if marks else 0


def needs_moderation(ratings: Sequence[Rating]) -> bool:
    """True if evaluators lie two marks or more apart."""
    return spread(ratings) >= MODERATION_SPREAD


def rubric_score(
    weight: Decimal, ratings: Sequence[Rating], combination: Combination, agreed: Rating | None = None
) -> Score:
    """Weight × mark ÷ 5. `agreed` is the moderated or consensus mark; it never overwrites the originals."""
    _refuse_incomplete(ratings, combination, agreed)
    mark = Fraction(agreed.mark) if agreed else _combined(ratings, combination)
    formula = "moderated" if agreed and combination is not Combination.CONSENSUS else combination.value
    inputs = figures(weight=weight) + tuple(Figure(f"mark:{r.evaluator}", str(r.mark)) for r in _by_name(ratings))
    if agreed:
        inputs += (Figure(f"agreed:{agreed.evaluator}", str(agreed.mark)),)
    return scored(formula, weight, mark / HIGHEST_MARK, inputs, mark=mark, spread=spread(ratings))


def renormalised(score: Score, best: Decimal) -> Score:
    """The best bid on a question gets its full weight, the others in proportion; where all have nothing, nothing."""
    share = Fraction(score.points) / Fraction(best) if best else Fraction(0)
    return scored("renormalised", score.maximum, share, (*score.trace.inputs, *figures(plain=score.points, best=best)))


def _combined(ratings: Sequence[Rating], combination: Combination) -> Fraction:
    marks = sorted(rating.mark for rating in ratings)
    if combination is Combination.MEDIAN:
        return Fraction(marks[(len(marks) - 1) // 2] + marks[len(marks) // 2], 2)
    return Fraction(sum(marks), len(marks))


def _by_name(ratings: Sequence[Rating]) -> list[Rating]:
    return sorted(ratings, key=lambda rating: rating.evaluator)


def _refuse_incomplete(ratings: Sequence[Rating], combination: Combination, agreed: Rating | None) -> None:
    names = [rating.evaluator for rating in ratings]
    if not names:
        raise InputErrors.at("ratings", _l("No evaluator has marked this criterion."))
    if len(set(names)) < len(names):
        raise InputErrors.at("ratings", _l("An evaluator marks a criterion once."), ", ".join(sorted(names)))
    if agreed is None and combination is Combination.CONSENSUS:
        raise ModerationMissing(_l("The evaluators have not agreed on a mark yet."))
    if agreed is None and needs_moderation(ratings):
        raise ModerationMissing(
            _l("The marks lie %(spread)s apart: moderate them before the score counts.", spread=spread(ratings))
        )
