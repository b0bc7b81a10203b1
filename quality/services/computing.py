"""Computing indicators: read the cases as sets, measure, compare, keep; the run before is superseded, not changed."""

from __future__ import annotations

from core import audit, clock, plan, work
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.errors import NotFound
from core.words import _l
from quality import indicators, keeping
from quality.comparison import compare
from quality.definitions import Indicator, QualityPlan
from quality.indicators.evidence import CaseRow
from quality.indicators.records import Records
from quality.measures import measure
from quality.models import IndicatorCase, IndicatorResult, IndicatorRun
from quality.periods import Period
from quality.queries import runs as queries

PART, STREAM, DRAWING = "quality", "quality", "quality.pictures"


def records_of(period: Period) -> Records:
    """The period's records, read when asked for, under the plan of its last day."""
    zone = fund().zone
    quality_plan: QualityPlan = plan.in_force(PART, period.last)
    return Records(period, quality_plan, zone, clock.today(zone))


def compute_period(period: Period, *, by: Actor) -> list[IndicatorRun]:
    """Every indicator in force on the last day of the period; the records are read once for all."""
    records = records_of(period)
    made = [_compute(one, records, by) for one in records.plan.on(period.last)]
    for run in made:
        work.enqueue(DRAWING, str(run.id), {"run": run.id})
    return made


def compute_run(indicator: str, period: Period, *, by: Actor) -> IndicatorRun:
    """One indicator for one period. Raises NotFound for an unknown one, RunRejected for contradicting rows."""
    records = records_of(period)
    definition = records.plan.indicator(indicator, period.last)
    if definition is None:
        raise NotFound(_l("No indicator %(id)s is in force in this period.", id=indicator))
    return _compute(definition, records, by)


def _compute(definition: Indicator, records: Records, by: Actor) -> IndicatorRun:
    rows = indicators.cases(definition, records)
    results = measure(definition, [row.case for row in rows])
    comparison = compare(definition, results)
    run = _keep_run(definition, records.period, rows, by)
    ids = {number: organisation_id for organisation_id, number in records.providers.items()}
    bulk_insert(IndicatorCase.__table__, [row.values(run.id) for row in rows])
    bulk_insert(IndicatorResult.__table__, keeping.result_rows(run.id, comparison, results, ids))
    alerts = sum(point.alert.value == "alert" for point in comparison.funnel.points) if comparison.funnel else 0
    after = {"run": run.id, "cases": run.cases, "providers": len(results), "alerts": alerts, "params": run.params_hash}
    audit.record(STREAM, Act.INDICATORS_COMPUTED, f"{definition.id} {records.period.name}", by=by, after=after)
    return run


def _keep_run(definition: Indicator, period: Period, rows: list[CaseRow], by: Actor) -> IndicatorRun:
    before = queries.current_run(definition.id, period.name)
    stored = keeping.definition_as_json(definition)
    now = clock.now()
    run = IndicatorRun(
        indicator=definition.id,
        version=definition.version,
        definition=stored,
        period=period.name,
        period_from=period.first,
        period_until=period.last,
        data_cutoff=now,
        code_version=keeping.code_version(),
        params_hash=keeping.digest_of(stored),
        cases=len(rows),
        created_by=by.person,
        created_at=now,
        supersedes_id=before.id if before else None,
    )
    db.session.add(run)
    db.session.flush()
    return run
