"""From runs to scores, per contracted provider, with every component and its run. Nobody is told yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from quality.definitions import QualityPlan
from quality.names import PART, STREAM
from quality.periods import Period
from quality.queries import providers as provider_queries
from quality.scoring import limiters, queries
from quality.scoring.agreed import Agreed, Agreements, Line
from quality.scoring.arithmetic import Item, Limiter, Score, score
from quality.scoring.measured import Measured, items_of, measured_by
from quality.scoring.models import QualityScore
from quality.scoring.settlement import settle
from quality.scoring.states import OPEN_TO_RECOMPUTE, SCORE


@dataclass(frozen=True, slots=True)
class Known:
    """What all scores of a period are reckoned from, read in sets. `measured` by code of the definition (L-01.1)."""

    period: Period
    measured: Mapping[str, Measured]
    agreed: Mapping[int, Agreed]
    limited: Mapping[int, Sequence[tuple[Limiter, str]]]
    left_out: Mapping[int, set[str]]
    accepted: Mapping[int, int]


def compute_scores(period: Period, *, by: Actor, only: int | None = None, cause: str = "") -> list[QualityScore]:
    """New versions of the scores that changed; what is contested, under review or final is left alone.

    `only` one organisation; `cause`: why it is computed again, as everybody reads it.
    """
    rules: QualityPlan = plan.in_force(PART, period.last)
    current = {one.id: one for one in rules.on(period.last)}
    promises = provider_queries.contract_indicators(period, list(current))
    agreed = _agreed(period, promises)
    measured = measured_by(
        period, [*current.values(), *(line.definition for one in agreed.values() for line in one.lines)]
    )
    if not any(one.run for one in measured.values()):
        raise DomainError(_l("No indicator of %(period)s is computed yet. Compute it first.", period=period.label))
    before, found = queries.latest_scores(period.name), provider_queries.providers(sorted(agreed))
    by_id = {key: measured[one.code] for key, one in current.items()}
    facts = _known(period, measured, agreed, found, by_id)
    made = []
    for organisation_id, provider in sorted(found.items()):
        old = before.get(organisation_id)
        if only not in (None, organisation_id) or (old is not None and old.state not in OPEN_TO_RECOMPUTE):
            continue
        row = _score_row(provider, facts, by, old, cause)
        if row is not None and (old is None or _changed(old, row)):
            made.append((row, _kept(provider, row, old)))
    audit.record_all([told for _row, told in made], by=by)
    _record_promises(period, promises, by_id, found, by)
    return [row for row, _told in made]


def _agreed(period: Period, promises: Mapping[tuple[int, str], list[ContractIndicator]]) -> dict[int, Agreed]:
    """Organisation → what its score is reckoned by."""
    known = Agreements()
    return {
        key: known.of(contracts, period, _paid_elsewhere(promises, key))
        for key, contracts in queries.contracts_by_provider(period).items()
    }


def _known(
    period: Period,
    measured: Mapping[str, Measured],
    agreed: Mapping[int, Agreed],
    found: Mapping[int, Provider],
    current: Mapping[str, Measured],
) -> Known:
    """A gate is the floor that was agreed, whatever a newer definition says."""
    comparisons = {code: one.comparison for code, one in current.items() if one.comparison is not None}
    floors = {key: agreed[key].gates for key in found}
    below = limiters.below_gates(comparisons, floors, {row.number: key for key, row in found.items()})
    return Known(
        period,
        measured,
        agreed,
        limiters.found(found, period, below),
        queries.left_out(period.name),
        provider_queries.accepted_values(period),
    )


def _score_row(
    provider: Provider, facts: Known, by: Actor, before: QualityScore | None, cause: str
) -> QualityScore | None:
    """None where nothing that is measured is theirs."""
    key = provider.organisation_id
    agreed = facts.agreed[key]
    if not agreed.lines:
        return None
    items = items_of(provider.number, agreed.lines, facts.measured, facts.left_out.get(key, set()))
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
        components=_components(provider, result, items, facts.measured, agreed.lines),
        terms=agreed.as_json(),
        accepted=accepted,
        effect=settled.effect,
        cause=cause,
        created_by=by.person,
        created_at=clock.now(),
    )


def _components(
    provider: Provider, result: Score, items: Sequence[Item], measured: Mapping[str, Measured], lines: Sequence[Line]
) -> list[dict[str, Any]]:
    """Everything a reader needs to reckon it again: raw value, interval, peers, last year, used value, weight."""
    rows = []
    for item, component, line in zip(items, result.components, lines, strict=True):
        one = measured[line.definition.code]
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


def _record_promises(
    period: Period,
    promises: Mapping[tuple[int, str], list[ContractIndicator]],
    measured: Mapping[str, Measured],
    found: Mapping[int, Provider],
    by: Actor,
) -> None:
    """Note the raw value on each contract KPI that names one of our indicators; None says: no source."""
    readings = []
    for (organisation_id, code), rows in sorted(promises.items(), key=lambda pair: pair[0]):
        one, provider = measured[code], found.get(organisation_id)
        if one.run is None or one.comparison is None or provider is None:
            continue
        compared = one.comparison.of(provider.number)
        run = f"{code} {period.name} {one.run.id}"
        readings += [kpi.Reading(row, compared.raw if compared else None, run) for row in rows]
    kpi.measure(readings, period.first, period.last, by=by)


def _paid_elsewhere(promises: Mapping[tuple[int, str], list[ContractIndicator]], organisation_id: int) -> set[str]:
    """Indicators whose money a contract of this organisation carries (DECISIONS 33)."""
    return {
        code
        for (owner, code), rows in promises.items()
        if owner == organisation_id and any(row.carries_money for row in rows)
    }
