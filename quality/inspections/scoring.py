"""What an inspection comes to, and how far two inspectors of one visit agree. Pure and exact.

Agreement is the share of items that both answered alike; on the scale of points also the share within one point, and
Cohen's kappa with linear weights: κ = 1 − Σ w·observed ÷ Σ w·expected, w = |a − b| (Cohen 1968).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from quality.inspections.checklists import NOT_APPLICABLE, POINTS, Checklist, Scale

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `items` that both answered; `kappa` None where both used one and the same point throughout."""

    items: int
    alike: int
    points: int
    within_one: int
    kappa: Fraction | None


def mean_of(checklist: Checklist, answers: Answers) -> Fraction | None:
    """Of the items with points, those that do not apply left out; None without any."""
    points = _points(checklist, answers)
    return Fraction(sum(points.values()), len(points)) if points else None


def agreement(checklist: Checklist, one: Answers, other: Answers) -> Agreement:
    """Items that either left unanswered say nothing; “does not apply” is an answer, but no point."""
    both = [code for code in checklist.items if one.get(code) and other.get(code)]
    first, second = _points(checklist, one), _points(checklist, other)
    pairs = [(first[code], second[code]) for code in first if code in second]
    return Agreement(
        items=len(both),
        alike=sum(one[code] == other[code] for code in both),
        points=len(pairs),
        within_one=sum(abs(a - b) <= 1 for a, b in pairs),
        kappa=_kappa(pairs),
    )


def _points(checklist: Checklist, answers: Answers) -> dict[str, int]:
    scaled = [item.code for item in checklist.items.values() if item.scale is Scale.POINTS]
    said = {code: answers.get(code, NOT_APPLICABLE) for code in scaled}
    return {code: int(value) for code, value in said.items() if value in POINTS}


def _kappa(pairs: list[tuple[int, int]]) -> Fraction | None:
    ours, theirs = Counter(a for a, _b in pairs), Counter(b for _a, b in pairs)
    expected = sum(abs(a - b) * n * m for a, n in ours.items() for b, m in theirs.items())
    observed = sum(abs(a - b) for a, b in pairs) * len(pairs)
    return 1 - Fraction(observed, expected) if expected else None
