"""From runs to scores, per contracted provider, with every component and its run. Nobody is told yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core import audit, clock, plan
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import DomainError
from core.words import _l
from procurement.models.contract import ContractIndicator
from procurement.services import kpi
from providers.models import Provider
from quality import keeping
from quality.comparison import Comparison
from quality.definitions import Indicator, QualityPlan, Sector
from quality.models import IndicatorRun
from quality.names import PART, STREAM
from quality.periods import Period
from quality.queries import providers as provider_queries
from quality.queries import runs as run_queries
from quality.scoring import limiters, queries
from quality.scoring.agreed import Agreed, agreements, contract_year
from quality.scoring.arithmetic import Item, Limiter, Score, score, weights
from quality.scoring.models import QualityScore
from quality.scoring.settlement import settle
from quality.scoring.states import OPEN_TO_RECOMPUTE, SCORE
from quality.suppression import Reason

LEFT_OUT = "left_out"
"""Reason of a component that an upheld objection takes out."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator with its current run and comparison, if there is one; `last_year` by provider number."""

    definition: Indicator
    run: IndicatorRun | None
    comparison: Comparison | None
    last_year: Mapping[str, Decimal]

    def item(self, provider: str, agreed: Indicator, weight: Fraction) -> Item:
        """By the floor and target that were agreed, whatever a newer definition says."""
        if self.comparison is None or self.run is None or not self.run.has_source:
            return Item(agreed.id, weight, agreed.floor, agreed.target, None, Reason.NO_SOURCE)
        item = self.comparison.item(provider, weight, self.last_year.get(provider))
        return replace(item, floor=agreed.floor, target=agreed.target)


@dataclass(frozen=True, slots=True)
class Known:
    """What all scores of a period are reckoned from, read in sets."""

    period: Period
    measured: Mapping[str, Measured]
    sectors: Mapping[int, set[str]]
    promises: Mapping[tuple[int, str], list[ContractIndicator]]
    limited: Mapping[int, Sequence[tuple[Limiter, str]]]
    left_out: Mapping[int, set[str]]
    accepted: Mapping[int, int]


def compute_scores(period: Period, *, by: Actor, only: int | None = None, cause: str = "") -> list[QualityScore]:
    """New versions of the scores that changed; what is contested, under review or final is left alone.

    `only` one organisation; `cause`: why it is computed again, as everybody reads it.
    """
    measured = _measured(plan.in_force(PART, period.last), period)
    if not any(one.run for one in measured.values()):
        raise DomainError(_l("No indicator of %(period)s is computed yet. Compute it first.", period=period.label))
    before, starts = queries.latest_scores(period.name), queries.contract_starts(period)
    found = provider_queries.providers(sorted(starts))
    agreed_on, made = agreements(), []
    agreed = {key: agreed_on(contract_year(starts[key], period)) for key in found}
    facts = _known(period, measured, found, agreed)
    for organisation_id, provider in sorted(found.items()):
        old = before.get(organisation_id)
        if only not in (None, organisation_id) or (old is not None and old.state not in OPEN_TO_RECOMPUTE):
            continue
        row = _score_row(provider, facts, agreed[organisation_id], by, old, cause)
        if row is not None and (old is None or _changed(old, row)):
            made.append((row, _kept(provider, row, old)))
    audit.record_all([told for _row, told in made], by=by)
    _record_promises(facts, found, by)
    return [row for row, _told in made]


def _measured(rules: QualityPlan, period: Period) -> dict[str, Measured]:
    runs = {run.indicator: run for run in run_queries.current_runs(period.name)}
    last_year = queries.shrunken_values(period.year_before.name)
    found = {}
    for definition in rules.on(period.last):
        run = runs.get(definition.id)
        comparison = keeping.comparison_of(run, run_queries.results_of(run.id)) if run else None
        past = {who: definition.in_units(value) for who, value in last_year.get(definition.id, {}).items()}
        found[definition.id] = Measured(definition, run, comparison, past)
    return found


def _known(
    period: Period, measured: Mapping[str, Measured], found: Mapping[int, Provider], agreed: Mapping[int, Agreed]
) -> Known:
    """A gate is the floor that was agreed, whatever a newer definition says."""
    comparisons = {code: one.comparison for code, one in measured.items() if one.comparison is not None}
    floors = {key: {one.id: one.floor for one in _definitions(rules)} for key, rules in agreed.items()}
    return Known(
        period,
        measured,
        provider_queries.contracted_sectors(period),
        provider_queries.contract_indicators(period, list(measured)),
        limiters.found(
            found, period, limiters.below_gates(comparisons, floors, {row.number: key for key, row in found.items()})
        ),
        queries.left_out(period.name),
        provider_queries.accepted_values(period),
    )


def _score_row(
    provider: Provider, facts: Known, agreed: Agreed, by: Actor, before: QualityScore | None, cause: str
) -> QualityScore | None:
    """None where nothing that is measured is theirs."""
    key, wanted = provider.organisation_id, _theirs(agreed, facts, provider.organisation_id)
    if not wanted:
        return None
    items = _items(provider, facts, agreed, wanted)
    limited = facts.limited.get(key, ())
    result = score(items, [limiter for limiter, _shown_by in limited], agreed.rules.score)
    accepted = facts.accepted.get(key, 0)
    settled = settle(accepted, result.published, agreed.rules.settlement, is_gated=bool(limited))
    return QualityScore(
        organisation_id=key,
        period=facts.period.name,
        period_until=facts.period.last,
        version=before.version + 1 if before else 1,
        state=SCORE.initial,
        score=result.published,
        uncapped=result.uncapped,
        reportable=result.reportable,
        limiters=[{"limiter": limiter.value, "shown_by": shown_by} for limiter, shown_by in limited],
        components=_components(provider, result, items, facts),
        terms=agreed.as_json(),
        accepted=accepted,
        effect=settled.effect,
        cause=cause,
        created_by=by.person,
        created_at=clock.now(),
    )


def _theirs(agreed: Agreed, facts: Known, organisation_id: int) -> list[Indicator]:
    sectors = facts.sectors.get(organisation_id, set())
    return [one for one in _definitions(agreed) if one.id in facts.measured and _is_of(one, sectors)]


def _definitions(agreed: Agreed) -> tuple[Indicator, ...]:
    """As agreed; where the contract is older than the first of them, those."""
    return agreed.rules.on(max(agreed.since, min(one.valid_from for one in agreed.rules.indicators)))


def _is_of(definition: Indicator, sectors: Iterable[str]) -> bool:
    return definition.weight > 0 and (definition.sector is Sector.ALL or definition.sector.value in sectors)


def _items(provider: Provider, facts: Known, agreed: Agreed, wanted: Sequence[Indicator]) -> list[Item]:
    """A measure that a contract KPI pays for weighs nothing here (DECISIONS 33); nor does one left out on objection."""
    key = provider.organisation_id
    promised, left_out = _paid_elsewhere(facts.promises, key), facts.left_out.get(key, set())
    rows = [(one.id, one.group.value, Decimal(0) if one.id in promised else one.weight) for one in wanted]
    weighed = weights(rows, agreed.rules.score.groups)
    items = [facts.measured[one.id].item(provider.number, one, weighed[one.id]) for one in wanted]
    return [
        replace(item, value=None, weight=Fraction(0), reason=LEFT_OUT) if item.indicator in left_out else item
        for item in items
    ]


def _components(provider: Provider, result: Score, items: Sequence[Item], facts: Known) -> list[dict[str, Any]]:
    """Everything a reader needs to reckon it again: raw value, interval, peers, last year, used value, weight."""
    rows = []
    for item, component in zip(items, result.components, strict=True):
        one = facts.measured[item.indicator]
        compared = one.comparison.of(provider.number) if one.comparison else None
        figures = {
            "raw": compared and compared.raw, "lower_95": compared and compared.lower_95,
            "upper_95": compared and compared.upper_95, "peers": compared and compared.peers,
            "last_year": item.last_year, "floor": item.floor, "target": item.target,
        }  # fmt: skip
        shown = {name: None if value is None else f"{value:f}" for name, value in figures.items()}
        rows.append({**component.as_json(), **shown, "run": one.run.id if one.run else None})
    return rows


def _changed(before: QualityScore, after: QualityScore) -> bool:
    names = ("score", "uncapped", "limiters", "accepted", "effect", "terms")
    without_runs = [
        [{key: value for key, value in one.items() if key != "run"} for one in row.components]
        for row in (before, after)
    ]
    return without_runs[0] != without_runs[1] or any(getattr(before, n) != getattr(after, n) for n in names)


def _kept(provider: Provider, row: QualityScore, before: QualityScore | None) -> audit.Said:
    """Stored; what the trail says of it."""
    if before is not None:
        before.state = SCORE.after(before.state, "supersede")
    db.session.add(row)
    db.session.flush()
    after = {"period": row.period, "version": row.version, "score": None if row.score is None else str(row.score)}
    past = {"version": before.version, "score": None if before.score is None else str(before.score)} if before else None
    return audit.Said(STREAM, Act.SCORE_COMPUTED, provider.number, row.cause, past, after)


def _record_promises(facts: Known, found: Mapping[int, Provider], by: Actor) -> None:
    """Note the raw value on each contract KPI that names one of our indicators; None says: no source."""
    readings = []
    for (organisation_id, code), rows in sorted(facts.promises.items(), key=lambda pair: pair[0]):
        one, provider = facts.measured[code], found.get(organisation_id)
        if one.run is None or one.comparison is None or provider is None:
            continue
        compared = one.comparison.of(provider.number)
        run = f"{code} {facts.period.name} {one.run.id}"
        readings += [kpi.Reading(row, compared.raw if compared else None, run) for row in rows]
    kpi.measure(readings, facts.period.first, facts.period.last, by=by)


def _paid_elsewhere(promises: Mapping[tuple[int, str], list[ContractIndicator]], organisation_id: int) -> set[str]:
    """Indicators whose money a contract of this organisation carries (DECISIONS 33)."""
    return {
        code
        for (owner, code), rows in promises.items()
        if owner == organisation_id and any(row.carries_money for row in rows)
    }
