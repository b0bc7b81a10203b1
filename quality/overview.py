"""All providers and indicators of a period at once: alert classes, and how many alarms are chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quality.definitions import Indicator
from quality.models import IndicatorRun
from quality.showing import Line, Seen
from quality.statistics.funnel import Alarms, Alert
from quality.statistics.intervals import LEVEL_95, LEVEL_998
from quality.statistics.multiplicity import by_chance, discoveries, two_sided

BAD_FIRST = {Alert.ALERT: 100, Alert.WATCH: 1}
STAND_OUT = (Alert.ALERT, Alert.WATCH, Alert.BETTER)


@dataclass(frozen=True, slots=True)
class Tally:
    """Alarms of one indicator by raw and adjusted limits."""

    run: IndicatorRun
    indicator: Indicator
    alarms: Alarms


@dataclass(frozen=True, slots=True)
class Found:
    """One comparison that stays where a tenth of those listed may be chance. `p`: two-sided, of the adjusted z."""

    run: IndicatorRun
    indicator: Indicator
    line: Line
    p: float


@dataclass(frozen=True, slots=True)
class Overview:
    """`classes`: provider → indicator → line; `names` in the order of the rows, the worst first."""

    seen: Sequence[Seen]
    names: Mapping[str, str]
    classes: Mapping[str, Mapping[str, Line]]
    tallies: Sequence[Tally]
    listed: Sequence[Found]

    @property
    def outstanding(self) -> dict[str, list[tuple[Indicator, Line]]]:
        """Provider → its figures that stand out, in the order of the rows; those without any are left out."""
        found: dict[str, list[tuple[Indicator, Line]]] = {}
        for one in self.seen:
            for line in one.lines:
                if line.alert in STAND_OUT:
                    found.setdefault(line.provider, []).append((one.definition, line))
        return {provider: found[provider] for provider in self.names if provider in found}

    @property
    def ordinary(self) -> dict[str, Counter[str]]:
        """Provider of whom nothing stands out → how many of its figures stand where."""
        outstanding = self.outstanding
        return {
            provider: Counter(line.standing for line in self.classes[provider].values())
            for provider in self.names
            if provider not in outstanding
        }

    @property
    def total(self) -> Alarms:
        return Alarms(*(sum(counts) for counts in zip(*(one.alarms for one in self.tallies), strict=True)))

    @property
    def by_chance(self) -> tuple[float, float]:
        """Alarms to expect at 95 % and 99.8 % if all were equal."""
        compared = self.total.compared
        return by_chance(compared, LEVEL_95).expected, by_chance(compared, LEVEL_998).expected


def overview(seen: Sequence[Seen]) -> Overview | None:
    """Of the runs of one period; None where nobody can be compared."""
    runs = [one for one in seen if one.lines]
    names = {line.provider: line.name for one in runs for line in one.lines}
    classes: dict[str, dict[str, Line]] = {provider: {} for provider in names}
    for one in runs:
        for line in one.lines:
            classes[line.provider][one.run.indicator] = line
    ordered = sorted(names, key=lambda provider: (-_weight(classes[provider]), provider))
    tallies = [Tally(one.run, one.definition, one.funnel.alarms) for one in runs if one.funnel]
    if not tallies:
        return None
    return Overview(runs, {provider: names[provider] for provider in ordered}, classes, tallies, _listed(runs))


def _weight(lines: Mapping[str, Line]) -> int:
    return sum(BAD_FIRST.get(Alert(line.alert), 0) for line in lines.values() if line.alert)


def _listed(seen: Sequence[Seen]) -> list[Found]:
    """Benjamini and Hochberg over all comparisons of the period, the surest first; those on the bad side."""
    pairs = [
        (one, line) for one in seen for line in one.lines if line.z_adjusted is not None and line.value is not None
    ]
    values = two_sided([line.z_adjusted or 0.0 for _one, line in pairs])
    kept = [
        Found(one.run, one.definition, line, p)
        for (one, line), p, is_kept in zip(pairs, values, discoveries(values), strict=True)
        if is_kept and line.alert in (Alert.ALERT, Alert.WATCH)
    ]
    return sorted(kept, key=lambda found: (found.p, found.indicator.id, found.line.provider))
