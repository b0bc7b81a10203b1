"""What a table would have paid in the last four quarters, before anybody signs it: from the figures as counted then.

Gates are left out: whether one is open is no matter of the table, and not everybody's to read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from procurement.scored import ScoreTerms
from providers.models import Provider
from quality.periods import Period, last_full_quarter
from quality.queries import providers as provider_queries
from quality.scoring import queries
from quality.scoring.agreed import Agreed, Agreements, pays
from quality.scoring.arithmetic import Score, score
from quality.scoring.measured import items_of, measured_by
from quality.scoring.settlement import Settlement, Terms, settle

QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Quarter:
    """`result` None: the provider has no number there, or its score is computed and nobody was told yet."""

    period: Period
    result: Score | None
    settled: Settlement | None
    is_untold: bool = False

    @property
    def not_counted(self) -> list[str]:
        """Indicators of the table that have no value."""
        return [one.indicator for one in self.result.components if one.value is None] if self.result else []


@dataclass(frozen=True, slots=True)
class Simulation:
    provider: Provider
    quarters: tuple[Quarter, ...]

    @property
    def settled(self) -> list[Settlement]:
        return [one.settled for one in self.quarters if one.settled]

    @property
    def accepted(self) -> int:
        return sum(one.accepted for one in self.settled)

    @property
    def effect(self) -> int:
        return sum(one.effect for one in self.settled)


def last_quarters(today: dt.date) -> list[Period]:
    """The last four that are over, the oldest first."""
    found = [last_full_quarter(today)]
    while len(found) < QUARTERS:
        found.append(found[-1].before)
    return found[::-1]


def simulate(terms: ScoreTerms, providers: Sequence[Provider], today: dt.date, *, is_auditor: bool) -> list[Simulation]:
    """Read once for all of them; what was only computed is the auditors' alone, as scores are."""
    agreed = Agreements().by_tables([terms], today, (), ())
    columns = [_quarter(period, agreed, pays(terms), providers, is_auditor) for period in last_quarters(today)]
    return [Simulation(one, tuple(column[one.number] for column in columns)) for one in providers]


def _quarter(
    period: Period, agreed: Agreed, paid: Terms, providers: Sequence[Provider], is_auditor: bool
) -> dict[str, Quarter]:
    """Provider number → what the table says of it."""
    measured = measured_by(period, [line.definition for line in agreed.lines])
    accepted, scores = provider_queries.accepted_values(period), queries.latest_scores(period.name)
    found = {}
    for provider in providers:
        row = scores.get(provider.organisation_id)
        items = items_of(provider.number, agreed.lines, measured)
        is_untold = row is not None and row.contest_until is None and not is_auditor
        if is_untold or all(item.value is None for item in items):
            found[provider.number] = Quarter(period, None, None, is_untold)
            continue
        result = score(items, (), agreed.rules.score)
        settled = settle(accepted.get(provider.organisation_id, 0), result.published, paid)
        found[provider.number] = Quarter(period, result, settled)
    return found
