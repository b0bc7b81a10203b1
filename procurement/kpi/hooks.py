"""What the follow-up of promises needs from higher rooms, which fill it when they are registered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import NamedTuple

from procurement.scored import ScoreTerms

NO_PARTS = (Decimal(0), Decimal(0))


class ContractSpan(NamedTuple):
    """A contract's days; both count."""

    contract_id: int
    organisation_id: int
    first: dt.date
    last: dt.date


AcceptedValues = Callable[[Sequence[ContractSpan]], Sequence[int]]
QualityParts = Callable[[dt.date], tuple[Decimal, Decimal]]
ScoreTermsSource = Callable[[str, dt.date, Collection[str]], ScoreTerms | None]
_accepted: dict[str, AcceptedValues] = {}
_parts: dict[str, QualityParts] = {}
_scores: dict[str, ScoreTermsSource] = {}


def fill_accepted_values(source: AcceptedValues) -> None:
    """`claims` gives the accepted tariff value (minor units) of each span, in their order, by one set query."""
    _accepted["claims"] = source


def fill_quality_parts(source: QualityParts) -> None:
    """`quality` gives what its score may withhold and add on a day, in per cent of the accepted value."""
    _parts["quality"] = source


def fill_score_terms(source: ScoreTermsSource) -> None:
    """`quality` gives what its score of a service line is made of and pays, by the plan in force on a day."""
    _scores["quality"] = source


def score_terms(service_line: str, on: dt.date, paid: Collection[str]) -> ScoreTerms | None:
    """`paid`: indicators that a promise pays for. None: no quality plan is in force."""
    return _scores["quality"](service_line, on, paid) if "quality" in _scores else None


def accepted_values(spans: Sequence[ContractSpan]) -> Sequence[int]:
    """Minor units. Without a source nothing is settled: a missing fact is an error here, not a zero."""
    return _accepted["claims"](spans)


def quality_parts(on: dt.date) -> tuple[Decimal, Decimal]:
    """Per cent (withheld, bonus)."""
    return _parts["quality"](on) if "quality" in _parts else NO_PARTS
