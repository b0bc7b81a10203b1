"""Computing indicators: read the cases as sets, measure, compare, keep; the run before is superseded, not changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import audit, clock, plan, work
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert, db
from core.errors import NotFound
from core.words import _l
from quality import keeping
from quality.comparison import compare
from quality.definitions import Indicator, QualityPlan
from quality.models import IndicatorResult, IndicatorRun
from quality.names import PART, STREAM
from quality.periods import Period, closes_at, window
from quality.queries import runs as queries
from quality.queries.blocks import blocks_of
from quality.record_checks.services import check_records
from quality.results import Result
from quality.scoring.agreed import agreed_definitions

if TYPE_CHECKING:
    import polars as pl

    from quality.indicators.records import Records
    from quality.indicators.window import Kept

DRAWING = "quality.pictures"


class Reading:
    """The records that the indicators of one period look at, read once for all that look at the same days.

    `closes_at`: late claims count until then; a computation from then on is final.
    """

    def __init__(self, period: Period) -> None:
        self.period, self.zone = period, fund().zone
        self.plan: QualityPlan = plan.in_force(PART, period.last)
        self.closes_at = closes_at(period.last, self.plan.run_out_days, self.zone)
        self._records: Records | None = None
        self._kept: Kept | None = None

    @property
    def wanted(self) -> list[Indicator]:
        """Definitions of the period and others that contracts agreed on; those first that look at the most days.

        Those of the same days follow each other, and what was read for them is let go after the last.
        """
        known = self.plan.on(self.period.last)
        found = [one for one in (*known, *agreed_definitions(known, self.period)) if self.period.looks_at(one.period)]
        return sorted(found, key=self.window)

    def window(self, indicator: Indicator) -> Period:
        return window(indicator.period, self.period, self.plan.season)

    def of(self, indicator: Indicator) -> Records:
        from quality.indicators.records import Records
        from quality.indicators.window import Kept

        days, self._kept = self.window(indicator), self._kept or Kept(self.closes_at)
        if self._records is None or self._records.period != days:
            self._records = Records(days, self.plan, self.zone, clock.today(self.zone), self._kept)
        return self._records


def compute_period(period: Period, *, by: Actor) -> list[IndicatorRun]:
    """Every indicator of the period and the checks of its records; the records are read once for all."""
    reading = Reading(period)
    check_records(period)
    return _drawn([_keep(_read(one, reading), reading, by) for one in reading.wanted])


def refresh_period(period: Period, only: Collection[str], *, by: Actor) -> list[IndicatorRun]:
    """These indicators again; a computation that finds the same cases as the current run is not kept."""
    reading, known = Reading(period), queries.newest_runs(period.name)
    found = (_read(one, reading) for one in reading.wanted if one.id in only)
    return _drawn([_keep(one, reading, by) for one in found if not _is_known(one, known.get(one.definition.code))])


def compute_run(indicator: str, period: Period, *, by: Actor) -> IndicatorRun:
    """One indicator for one period, in each version that counts; the newest. NotFound, RunRejected where it cannot."""
    reading = Reading(period)
    wanted = sorted((one for one in reading.wanted if one.id == indicator), key=lambda one: one.version)
    if not wanted:
        raise NotFound(_l("No indicator %(id)s is counted for this period.", id=indicator))
    return [_keep(_read(one, reading), reading, by) for one in wanted][-1]


@dataclass(frozen=True, slots=True)
class Found:
    """What the records say of one definition; `frame` None: there is no source."""

    definition: Indicator
    records: Records
    frame: pl.DataFrame | None
    results: tuple[Result, ...]
    pooled: dict[str, Any] | None


def _read(definition: Indicator, reading: Reading) -> Found:
    from quality import cases, indicators
    from quality.measures import measure
    from quality.pooled import pooled

    records = reading.of(definition)
    frame = indicators.cases(definition, records)
    results = measure(definition, cases.empty() if frame is None else frame, records.providers)
    return Found(definition, records, frame, results, pooled(definition, records, frame))


def _is_known(found: Found, run: IndicatorRun | None) -> bool:
    """The current run has the same definition, and found the same."""
    if run is None or run.params_hash != keeping.digest_of(keeping.definition_as_json(found.definition)):
        return False
    return _found_the_same(found, run)


def _found_the_same(found: Found, run: IndicatorRun) -> bool:
    """Its files hold the same bytes."""
    from quality import case_blocks

    if (run.has_source, run.pooled) != (found.frame is not None, found.pooled):
        return False
    kept = [block.sha256 for block in blocks_of(run.id)]
    return kept == ([] if found.frame is None else [block.sha256 for block in case_blocks.blocks(found.frame)])


def _keep(found: Found, reading: Reading, by: Actor) -> IndicatorRun:
    from quality import case_blocks

    comparison = compare(found.definition, found.results)
    run = _keep_run(found, reading, by)
    ids = {number: organisation_id for organisation_id, number in found.records.providers.items()}
    if found.frame is not None:
        case_blocks.store(run.id, found.frame, f"{run.indicator} {run.period}", by=by, before=run.supersedes_id)
    bulk_insert(IndicatorResult.__table__, keeping.result_rows(run.id, comparison, found.results, ids))
    alerts = sum(point.alert.value == "alert" for point in comparison.funnel.points) if comparison.funnel else 0
    counted = {"cases": run.cases, "providers": len(found.results), "alerts": alerts}
    after = {"run": run.id, "params": run.params_hash} | counted
    audit.record(STREAM, Act.INDICATORS_COMPUTED, f"{run.indicator} {run.period}", by=by, after=after)
    return run


def _keep_run(found: Found, reading: Reading, by: Actor) -> IndicatorRun:
    definition, period = found.definition, reading.period
    days, before = reading.window(definition), queries.newest_run(definition.id, definition.version, period.name)
    stored = keeping.definition_as_json(definition)
    now = clock.now()
    run = IndicatorRun(
        indicator=definition.id,
        version=definition.version,
        definition=stored,
        period=period.name,
        period_from=days.first,
        period_until=days.last,
        data_cutoff=_cutoff(found, before, reading, now),
        code_version=keeping.code_version(),
        params_hash=keeping.digest_of(stored),
        has_source=found.frame is not None,
        pooled=found.pooled,
        cases=0 if found.frame is None else found.frame.height,
        created_by=by.person,
        created_at=now,
        supersedes_id=before.id if before else None,
    )
    db.session.add(run)
    db.session.flush()
    return run


def _cutoff(found: Found, before: IndicatorRun | None, reading: Reading, now: dt.datetime) -> dt.datetime:
    """Until when records counted. A closed period gives the same again; what gives something else was written since."""
    if before is None or before.data_cutoff < reading.closes_at:
        return min(now, reading.closes_at)
    return before.data_cutoff if _found_the_same(found, before) else now


def _drawn(made: list[IndicatorRun]) -> list[IndicatorRun]:
    """The worker draws their pictures before somebody asks."""
    for run in made:
        if run.cases:
            work.enqueue(DRAWING, str(run.id), {"run": run.id})
    return made
