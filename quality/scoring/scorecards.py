"""What anyone may know of a provider's published score: words, values, intervals; what few persons stand behind stays
hidden, and the score is then told in tens, so that nobody reckons it back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.words import _l
from providers.models import Provider
from quality import keeping
from quality.definitions import Indicator
from quality.models import IndicatorResult, IndicatorRun
from quality.queries import runs as run_queries
from quality.results import cells
from quality.scoring.models import QualityScore
from quality.scoring.queries import published
from quality.scoring.queries.published import PublishedScore, Search
from quality.suppression import protect

WORDS: dict[str, Any] = {
    "better": _l("better than others"),
    "expected": _l("as expected"),
    "alert": _l("alert: worse than chance explains"),
    "hidden": _l("hidden: too few persons"),
    "insufficient": _l("too few cases"),
    "no_source": _l("no source"),
    "not_compared": _l("not compared"),
}
_WORD_OF = {"better": "better", "expected": "expected", "watch": "expected", "alert": "alert"}


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator. `word` of WORDS; figures in the indicator's unit as text, empty where hidden or none."""

    indicator: str
    name: str
    unit: str
    word: str
    value: str
    lower_95: str
    upper_95: str
    definition_version: int
    cutoff_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """`score` as anyone may read it: exact, a band of ten, or empty without enough data."""

    number: str
    name: str
    district: str
    services: tuple[str, ...]
    period: str
    score: str
    is_band: bool
    is_capped: bool
    plan_version: int | None
    published_on: dt.datetime | None
    lines: tuple[Line, ...]

    def count(self, word: str) -> int:
        return sum(line.word == word for line in self.lines)


def scorecards(
    open_lines: Mapping[str, str], search: Search, *, limit: int | None = None, offset: int = 0
) -> list[Scorecard]:
    """Of each provider that fits the newest published period, by name. A provider that gives restricted care alone has
    no card. A fixed number of statements."""
    return _cards(published.newest(search, limit=limit, offset=offset), open_lines)


def cards_of(number: str, open_lines: Mapping[str, str]) -> list[Scorecard]:
    """All published periods of one provider, newest first."""
    return _cards([row for row in published.of_provider(number) if _services(row.provider, open_lines)], open_lines)


def _cards(rows: Sequence[PublishedScore], open_lines: Mapping[str, str]) -> list[Scorecard]:
    runs, results = _measured([row.score for row in rows])
    hidden = {key: _hidden(keeping.definition_of(run), results[key]) for key, run in runs.items()}
    return [_card(row.score, row.provider, open_lines, runs, results, hidden) for row in rows]


def _measured(scores: Sequence[QualityScore]) -> tuple[dict[int, IndicatorRun], dict[int, list[IndicatorResult]]]:
    wanted = {part["run"] for row in scores for part in row.components if part["run"]}
    runs = {row.id: row for row in run_queries.runs_by_id(wanted)}
    results: dict[int, list[IndicatorResult]] = defaultdict(list)
    for row in run_queries.results_in(wanted):
        results[row.run_id].append(row)
    return runs, results


def _hidden(definition: Indicator, rows: Sequence[IndicatorResult]) -> frozenset[str]:
    """Providers whose figure nobody outside sees: by the one rule, over everybody of the run."""
    by_rule = protect(cells(definition, keeping.results_of(rows)), definition.threshold).hidden
    return by_rule | {row.provider for row in rows if row.is_suppressed}


def _card(
    row: QualityScore, provider: Provider, open_lines: Mapping[str, str], runs: Mapping[int, IndicatorRun],
    results: Mapping[int, Sequence[IndicatorResult]], hidden: Mapping[int, frozenset[str]],
) -> Scorecard:  # fmt: skip
    lines = []
    for part in row.components:
        run = runs.get(part["run"])
        if run is None:
            lines.append(Line(part["indicator"], part["indicator"], "", "no_source", "", "", "", 0, None))
            continue
        found = next((one for one in results[run.id] if one.provider == provider.number), None)
        lines.append(_line(keeping.definition_of(run), run, found, provider.number in hidden[run.id]))
    is_band = any(line.word == "hidden" for line in lines)
    organisation = provider.organisation
    return Scorecard(
        provider.number, organisation.name, organisation.district, _services(provider, open_lines), row.period,
        _score(row, is_band=is_band), is_band and row.score is not None, bool(row.limiters),
        row.terms["version"] if row.terms else None, row.published_at, tuple(lines),
    )  # fmt: skip


def _line(definition: Indicator, run: IndicatorRun, found: IndicatorResult | None, is_hidden: bool) -> Line:
    word, figures = _word(run, found, is_hidden), ("", "", "")
    if found is not None and found.value is not None and not is_hidden:
        raw = (found.value, found.lower_95, found.upper_95)
        figures = (_shown(definition, raw[0]), _shown(definition, raw[1]), _shown(definition, raw[2]))
    return Line(definition.id, definition.name, definition.unit, word, *figures, definition.version, run.data_cutoff)


def _word(run: IndicatorRun, found: IndicatorResult | None, is_hidden: bool) -> str:
    if is_hidden:
        return "hidden"
    if not run.has_source:
        return "no_source"
    if found is None or found.value is None:
        return "insufficient"
    return _WORD_OF.get(found.alert, "not_compared")


def _shown(definition: Indicator, value: float | None) -> str:
    return "" if value is None else f"{round(definition.in_units(value), 1):f}"


def _score(row: QualityScore, *, is_band: bool) -> str:
    if row.score is None:
        return ""
    if not is_band:
        return f"{row.score:.3f}"
    ten = min(int(row.score) // 10 * 10, 90)
    return f"{ten}–{ten + 10}"


def _services(provider: Provider, open_lines: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(open_lines[one.service_line] for one in provider.service_lines if one.service_line in open_lines)
