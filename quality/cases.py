"""Case rows: who counts for whom, and why not. Five populations per row, with the names of CMS eCQM:

initial > denominator > exclusion (before the numerator is looked at) > exception (only who is not in it) > numerator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import InputErrors
from core.words import _l
from quality.definitions import Kind
from quality.statistics.intervals import EXACT_BELOW

if TYPE_CHECKING:
    import polars


class RunRejected(InputErrors):
    """The case rows contradict themselves; nothing of the run may be stored."""

    code = "run_rejected"


@dataclass(frozen=True, slots=True)
class Case:
    """One row. `quantity` weighs in the denominator (minutes, exposure, expected events), `met` in the numerator.

    For a proportion both are 1 and `is_numerator` decides; for a median `met` is the subject's value.
    """

    subject: str
    provider: str
    is_initial: bool = True
    is_denominator: bool = True
    exclusion: str = ""
    is_exception: bool = False
    is_numerator: bool = False
    quantity: float = 1
    met: float = 0
    stratum: str = ""

    @property
    def counts(self) -> bool:
        """In the denominator after exclusions, and after exceptions, which only save who is not in the numerator."""
        return self.is_denominator and not self.exclusion and not (self.is_exception and not self.is_numerator)


def cases_of(frame: polars.DataFrame) -> list[Case]:
    """Rows of a polars frame whose columns are the fields of Case."""
    return [Case(**row) for row in frame.iter_rows(named=True)]


def check(case: Case, kind: Kind) -> None:
    """Refuse a row that cannot be true, before anything is counted."""
    problem = None
    if case.is_denominator and not case.is_initial:
        problem = _l("It is in the denominator but not in the initial population.")
    elif case.is_numerator and not case.is_denominator:
        problem = _l("It is in the numerator but not in the denominator.")
    elif not (case.quantity >= 0 and case.met >= 0):  # so put, it also catches what is not a number
        problem = _l("A value is negative or not a number.")
    elif kind is Kind.WEIGHTED_PROPORTION and case.met > case.quantity:
        problem = _l("Its numerator is above its denominator.")
    if problem is not None:
        raise RunRejected.at(f"{case.provider}, {case.subject}", problem)


def with_expected(cases: Sequence[Case], fewest_events: int = EXACT_BELOW) -> list[Case]:
    """Indirect standardisation: each row's `quantity` becomes the event rate of its stratum over all providers.

    Strata in their sorted order; one with fewer events than `fewest_events` is merged with its neighbour.
    """
    size: dict[str, int] = defaultdict(int)
    events: dict[str, int] = defaultdict(int)
    for case in cases:
        size[case.stratum] += case.counts
        events[case.stratum] += case.counts and case.is_numerator
    rates = _merged_rates(size, events, fewest_events)
    return [replace(case, quantity=rates[case.stratum]) for case in cases]


def _merged_rates(size: Mapping[str, int], events: Mapping[str, int], fewest: int) -> dict[str, float]:
    groups: list[list[str]] = [[]]
    for stratum in sorted(size):
        if groups[-1] and sum(events[name] for name in groups[-1]) >= fewest:
            groups.append([])
        groups[-1].append(stratum)
    if len(groups) > 1 and sum(events[name] for name in groups[-1]) < fewest:
        last = groups.pop()
        groups[-1].extend(last)
    return {
        name: sum(events[one] for one in group) / max(1, sum(size[one] for one in group))
        for group in groups
        for name in group
    }
