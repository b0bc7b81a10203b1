"""Kept runs and their results. `organisation_id` given: that provider's own rows, nobody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, lazyload

from core.db import db
from quality.models import IndicatorCase, IndicatorResult, IndicatorRun


class Alert(NamedTuple):
    """A provider worse than chance explains."""

    indicator: str
    period: str
    period_until: dt.date
    provider: str
    name: str
    organisation_id: int


def is_current() -> Any:
    """Nothing supersedes it, and no newer version of its definition was computed for the period."""
    later = aliased(IndicatorRun)
    is_older = select(later.id).where(
        later.indicator == IndicatorRun.indicator,
        later.period == IndicatorRun.period,
        later.version > IndicatorRun.version,
    )
    return ~_is_superseded() & ~is_older.exists()


def _is_superseded() -> Any:
    newer = aliased(IndicatorRun)
    return select(newer.id).where(newer.supersedes_id == IndicatorRun.id).exists()


def run_by_id(run_id: int) -> IndicatorRun | None:
    return db.session.get(IndicatorRun, run_id)


def runs_by_id(run_ids: Collection[int]) -> Sequence[IndicatorRun]:
    return db.session.execute(select(IndicatorRun).where(IndicatorRun.id.in_(run_ids))).scalars().all()


def results_in(run_ids: Collection[int]) -> Sequence[IndicatorResult]:
    """Of several runs, everybody's, by provider."""
    query = (
        select(IndicatorResult)
        .where(IndicatorResult.run_id.in_(run_ids))
        .options(lazyload(IndicatorResult.organisation))
    )
    return db.session.execute(query.order_by(IndicatorResult.run_id, IndicatorResult.provider)).scalars().all()


def current_run(indicator: str, period: str) -> IndicatorRun | None:
    query = select(IndicatorRun).where(IndicatorRun.indicator == indicator, IndicatorRun.period == period)
    return db.session.execute(query.where(is_current())).scalar_one_or_none()


def newest_run(indicator: str, version: int, period: str) -> IndicatorRun | None:
    """Of one version of the definition."""
    query = select(IndicatorRun).where(
        IndicatorRun.indicator == indicator, IndicatorRun.version == version, IndicatorRun.period == period
    )
    return db.session.execute(query.where(~_is_superseded()).order_by(IndicatorRun.id.desc()).limit(1)).scalar()


def newest_runs(period: str) -> dict[str, IndicatorRun]:
    """Code of the definition (L-01.1) → its newest computation."""
    newest = select(func.max(IndicatorRun.id)).where(IndicatorRun.period == period)
    query = select(IndicatorRun).where(
        IndicatorRun.id.in_(newest.group_by(IndicatorRun.indicator, IndicatorRun.version))
    )
    return {f"{run.indicator}.{run.version}": run for run in db.session.execute(query).scalars()}


def current_runs(period: str) -> Sequence[IndicatorRun]:
    query = select(IndicatorRun).where(IndicatorRun.period == period, is_current())
    return db.session.execute(query.order_by(IndicatorRun.indicator)).scalars().all()


def runs_of(indicator: str, period: str) -> Sequence[IndicatorRun]:
    """Every computation, the newest first."""
    query = select(IndicatorRun).where(IndicatorRun.indicator == indicator, IndicatorRun.period == period)
    return db.session.execute(query.order_by(IndicatorRun.id.desc())).scalars().all()


def periods() -> Sequence[str]:
    """Periods with a run, the latest first."""
    latest = func.max(IndicatorRun.period_until)
    query = select(IndicatorRun.period).group_by(IndicatorRun.period).order_by(latest.desc(), IndicatorRun.period)
    return db.session.execute(query).scalars().all()


def results_of(run_id: int) -> Sequence[IndicatorResult]:
    query = select(IndicatorResult).where(IndicatorResult.run_id == run_id).order_by(IndicatorResult.provider)
    return db.session.execute(query).scalars().all()


def results_of_period(period: str) -> list[tuple[IndicatorRun, list[IndicatorResult]]]:
    """The current runs of a period that counted somebody, in the order of their codes, with their results."""
    runs = [run for run in current_runs(period) if run.cases]
    query = select(IndicatorResult).where(IndicatorResult.run_id.in_([run.id for run in runs]))
    found: dict[int, list[IndicatorResult]] = {run.id: [] for run in runs}
    for row in db.session.execute(query.order_by(IndicatorResult.provider)).scalars():
        found[row.run_id].append(row)
    return [(run, found[run.id]) for run in runs]


def results_of_provider(period: str, organisation_id: int) -> dict[str, IndicatorResult]:
    """Indicator → the provider's result in the current run of the period."""
    query = select(IndicatorRun.indicator, IndicatorResult).join(
        IndicatorRun, IndicatorRun.id == IndicatorResult.run_id
    )
    query = query.where(IndicatorRun.period == period, is_current(), IndicatorResult.organisation_id == organisation_id)
    return dict(db.session.execute(query).all())


def result_of(run_id: int, organisation_id: int) -> IndicatorResult | None:
    query = select(IndicatorResult).where(
        IndicatorResult.run_id == run_id, IndicatorResult.organisation_id == organisation_id
    )
    return db.session.execute(query).scalar_one_or_none()


def counts_by_alert(period: str) -> dict[str, dict[str, int]]:
    """Indicator → alert class → how many providers."""
    query = (
        select(IndicatorRun.indicator, IndicatorResult.alert, func.count())
        .join(IndicatorRun, IndicatorRun.id == IndicatorResult.run_id)
        .where(IndicatorRun.period == period, is_current())
        .group_by(IndicatorRun.indicator, IndicatorResult.alert)
    )
    found: dict[str, dict[str, int]] = {}
    for indicator, alert, count in db.session.execute(query):
        found.setdefault(indicator, {})[alert] = count
    return found


def alerts(period: str) -> list[Alert]:
    """Providers beyond the 99.8 % limits on the bad side, furthest first."""
    query = (
        select(IndicatorRun, IndicatorResult)
        .join(IndicatorRun, IndicatorRun.id == IndicatorResult.run_id)
        .where(IndicatorRun.period == period, is_current(), IndicatorResult.alert == "alert")
        .order_by(func.abs(IndicatorResult.z_adjusted).desc())
    )
    return [
        Alert(run.indicator, run.period, run.period_until, row.provider, row.organisation.name, row.organisation_id)
        for run, row in db.session.execute(query)
    ]


def runs_to_move(limit: int) -> Sequence[IndicatorRun]:
    """Runs whose case rows an earlier release kept one by one, the newest first."""
    query = select(IndicatorRun).where(
        IndicatorRun.cases > 0, select(IndicatorCase.id).where(IndicatorCase.run_id == IndicatorRun.id).exists()
    )
    return db.session.execute(query.order_by(IndicatorRun.id.desc()).limit(limit)).scalars().all()
