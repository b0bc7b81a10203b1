"""What was measured, and the lines of a score that come of it by what was agreed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from quality import keeping
from quality.comparison import Comparison
from quality.definitions import Indicator
from quality.models import IndicatorRun
from quality.periods import Period
from quality.queries import runs as run_queries
from quality.scoring import queries
from quality.scoring.agreed import Line
from quality.scoring.arithmetic import Item
from quality.suppression import Reason

LEFT_OUT = "left_out"
"""Reason of a component that an upheld objection takes out."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator with its newest run and comparison, if there is one; `last_year` by provider number."""

    definition: Indicator
    run: IndicatorRun | None
    comparison: Comparison | None
    last_year: Mapping[str, Decimal]

    def item(self, provider: str, line: Line) -> Item:
        """By the floor and target that were agreed, whatever the plan's text says."""
        agreed = line.definition
        if self.comparison is None or self.run is None or not self.run.has_source:
            return Item(agreed.id, line.weight, agreed.floor, agreed.target, None, Reason.NO_SOURCE)
        item = self.comparison.item(provider, line.weight, self.last_year.get(provider))
        return replace(item, floor=agreed.floor, target=agreed.target)


def measured_by(period: Period, definitions: Iterable[Indicator]) -> dict[str, Measured]:
    """Code → that version of the indicator as counted for the period, and a year before."""
    runs, earlier = run_queries.newest_runs(period.name), run_queries.newest_runs(period.year_before.name)
    last_year = queries.shrunken_values([run.id for run in earlier.values()])
    found: dict[str, Measured] = {}
    for definition in definitions:
        if definition.code in found:
            continue
        run, past = runs.get(definition.code), earlier.get(definition.code)
        comparison = keeping.comparison_of(run, run_queries.results_of(run.id)) if run else None
        values = last_year.get(past.id, {}) if past else {}
        found[definition.code] = Measured(
            definition, run, comparison, {who: definition.in_units(value) for who, value in values.items()}
        )
    return found


def items_of(
    provider: str, lines: Sequence[Line], measured: Mapping[str, Measured], left_out: Collection[str] = ()
) -> list[Item]:
    """One for each line; what an upheld objection left out is not judged."""
    items = [measured[line.definition.code].item(provider, line) for line in lines]
    return [
        replace(item, value=None, weight=Fraction(0), reason=LEFT_OUT) if item.indicator in left_out else item
        for item in items
    ]
