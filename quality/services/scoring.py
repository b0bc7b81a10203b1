"""From runs to published scores: per contracted provider, with every component and its run; then down to the rooms
that use them (the provider's record, the contract's KPIs)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core import audit, clock, events, plan
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from core.errors import DomainError
from core.words import _l
from procurement.models.contract import ContractIndicator
from procurement.services import kpi
from providers.models import Provider
from quality import keeping
from quality.comparison import Comparison
from quality.definitions import Indicator, QualityPlan, Sector
from quality.models import IndicatorRun, QualityScore
from quality.periods import Period
from quality.queries import providers as provider_queries
from quality.queries import runs as run_queries
from quality.score import Item, Limiter, Score, score
from quality.services.computing import PART, STREAM
from quality.settlement import settle
from quality.suppression import Reason


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator in force with its current run and comparison, if there is one."""

    definition: Indicator
    run: IndicatorRun | None
    comparison: Comparison | None

    def item(self, provider: str, weight: Decimal) -> Item:
        if self.comparison is None or self.run is None or not self.run.cases:
            definition = self.definition
            return Item(definition.id, weight, definition.floor, definition.target, None, Reason.NO_SOURCE)
        return self.comparison.item(provider, weight)


def publish_scores(period: Period, *, by: Actor) -> list[QualityScore]:
    """New versions of the scores that changed; also the published score of providers and the KPIs of contracts."""
    rules: QualityPlan = plan.in_force(PART, period.last)
    measured = _measured(rules, period)
    if not any(one.run for one in measured):
        raise DomainError(_l("No indicator of %(period)s is computed yet. Compute it first.", period=period.label))
    sectors = provider_queries.contracted_sectors(period)
    promises = provider_queries.contract_indicators(period, [one.definition.id for one in measured])
    found = provider_queries.providers(sorted(sectors))
    known, accepted = provider_queries.latest_scores(period.name), provider_queries.accepted_values(period)
    published = []
    for organisation_id, provider in sorted(found.items()):
        wanted = [one for one in measured if _is_theirs(one.definition, sectors[organisation_id])]
        if not wanted:
            continue
        result = _score(provider, wanted, _paid_elsewhere(promises, organisation_id), rules)
        before = known.get(organisation_id)
        row = _row(provider, period, result, wanted, accepted.get(organisation_id, 0), rules, before, by)
        if before is None or _changed(before, row):
            published.append(_publish(provider, row, before, by))
    _record_promises(promises, measured, found, period, by)
    return published


def _measured(rules: QualityPlan, period: Period) -> list[Measured]:
    runs = {run.indicator: run for run in run_queries.current_runs(period.name)}
    found = []
    for definition in rules.on(period.last):
        run = runs.get(definition.id)
        comparison = keeping.comparison_of(run, run_queries.results_of(run.id)) if run else None
        found.append(Measured(definition, run, comparison))
    return found


def _is_theirs(definition: Indicator, sectors: Iterable[str]) -> bool:
    return definition.sector is Sector.ALL or definition.sector.value in sectors


def _score(provider: Provider, measured: Sequence[Measured], promised: set[str], rules: QualityPlan) -> Score:
    """A measure that a contract KPI pays for weighs nothing here (DECISIONS 33)."""
    items = [
        one.item(provider.number, Decimal(0) if one.definition.id in promised else one.definition.weight)
        for one in measured
    ]
    limiters = [Limiter.LICENCE] if provider.state == "suspended" else []
    return score(items, limiters, rules.score)


def _row(
    provider: Provider,
    period: Period,
    result: Score,
    measured: Sequence[Measured],
    accepted: int,
    rules: QualityPlan,
    before: QualityScore | None,
    by: Actor,
) -> QualityScore:
    now = clock.now()
    settled = settle(accepted, result.published, rules.settlement, is_gated=bool(result.limiters))
    runs = {one.definition.id: one.run.id if one.run else None for one in measured}
    components: list[dict[str, Any]] = [{**one.as_json(), "run": runs[one.indicator]} for one in result.components]
    return QualityScore(
        organisation_id=provider.organisation_id,
        period=period.name,
        period_until=period.last,
        version=before.version + 1 if before else 1,
        score=result.published,
        uncapped=result.uncapped,
        reportable=result.reportable,
        limiters=[one.value for one in result.limiters],
        components=components,
        accepted=accepted,
        effect=settled.effect,
        contest_until=clock.local_day(now, fund().zone) + dt.timedelta(days=rules.appeal_days),
        created_by=by.person,
        created_at=now,
    )


def _changed(before: QualityScore, after: QualityScore) -> bool:
    names = ("score", "uncapped", "limiters", "accepted", "effect")
    without_runs = [
        [{key: value for key, value in one.items() if key != "run"} for one in row.components]
        for row in (before, after)
    ]
    return without_runs[0] != without_runs[1] or any(getattr(before, n) != getattr(after, n) for n in names)


def _publish(provider: Provider, row: QualityScore, before: QualityScore | None, by: Actor) -> QualityScore:
    db.session.add(row)
    if provider.published_score_on is None or row.period_until >= provider.published_score_on:
        provider.published_score, provider.published_score_on = row.score, row.period_until
    db.session.flush()
    shown = {"period": row.period, "version": row.version, "score": None if row.score is None else str(row.score)}
    past = {"version": before.version, "score": None if before.score is None else str(before.score)} if before else None
    audit.record(STREAM, Act.SCORE_PUBLISHED, provider.number, by=by, before=past, after=shown)
    data = {"organisation_id": provider.organisation_id, **shown}
    events.publish("score.published", provider.number, effective_from=row.period_until, data=data)
    return row


def _record_promises(
    promises: dict[tuple[int, str], list[ContractIndicator]],
    measured: Sequence[Measured],
    found: dict[int, Provider],
    period: Period,
    by: Actor,
) -> None:
    """Note the raw value on each contract KPI that names one of our indicators; None says: no source."""
    by_code = {one.definition.id: one for one in measured}
    readings = []
    for (organisation_id, code), rows in sorted(promises.items(), key=lambda pair: pair[0]):
        one, provider = by_code[code], found.get(organisation_id)
        if one.run is None or one.comparison is None or provider is None:
            continue
        values = {compared.provider: compared.raw for compared in one.comparison.compared}
        run = f"{code} {period.name} {one.run.id}"
        readings += [kpi.Reading(row, values.get(provider.number), run) for row in rows]
    kpi.measure(readings, period.first, period.last, by=by)


def _paid_elsewhere(promises: dict[tuple[int, str], list[ContractIndicator]], organisation_id: int) -> set[str]:
    """Indicators whose money a contract of this organisation carries (DECISIONS 33)."""
    return {
        code
        for (owner, code), rows in promises.items()
        if owner == organisation_id and any(row.carries_money for row in rows)
    }
