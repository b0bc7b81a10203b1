"""Kept runs, their results and cases. `organisation_id` given: that provider's own rows, nobody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.db import db
from members.models import Member
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
    newer = aliased(IndicatorRun)
    return ~select(newer.id).where(newer.supersedes_id == IndicatorRun.id).exists()


def run_by_id(run_id: int) -> IndicatorRun | None:
    return db.session.get(IndicatorRun, run_id)


def current_run(indicator: str, period: str) -> IndicatorRun | None:
    query = select(IndicatorRun).where(IndicatorRun.indicator == indicator, IndicatorRun.period == period)
    return db.session.execute(query.where(is_current())).scalar_one_or_none()


def current_runs(period: str) -> Sequence[IndicatorRun]:
    query = select(IndicatorRun).where(IndicatorRun.period == period, is_current())
    return db.session.execute(query.order_by(IndicatorRun.indicator)).scalars().all()


def runs_of(indicator: str, period: str) -> Sequence[IndicatorRun]:
    """Every computation, the newest first."""
    query = select(IndicatorRun).where(IndicatorRun.indicator == indicator, IndicatorRun.period == period)
    return db.session.execute(query.order_by(IndicatorRun.id.desc())).scalars().all()


def periods() -> Sequence[str]:
    """Periods with a run, the latest first."""
    query = select(IndicatorRun.period).group_by(IndicatorRun.period, IndicatorRun.period_until)
    return db.session.execute(query.order_by(IndicatorRun.period_until.desc(), IndicatorRun.period)).scalars().all()


def results_of(run_id: int) -> Sequence[IndicatorResult]:
    query = select(IndicatorResult).where(IndicatorResult.run_id == run_id).order_by(IndicatorResult.provider)
    return db.session.execute(query).scalars().all()


def results_of_provider(period: str, organisation_id: int) -> dict[str, IndicatorResult]:
    """Indicator → the provider's result in the current run of the period."""
    query = select(IndicatorRun.indicator, IndicatorResult).join(
        IndicatorRun, IndicatorRun.id == IndicatorResult.run_id
    )
    query = query.where(IndicatorRun.period == period, is_current(), IndicatorResult.organisation_id == organisation_id)
    return dict(db.session.execute(query).all())


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


def cases(
    run_id: int, organisation_id: int, *, only_found: bool = False, worker: str = "", limit: int = 0, offset: int = 0
) -> Sequence[tuple[IndicatorCase, str]]:
    """Case rows with the member's public id, latest evidence first; `only_found`: those with a finding."""
    query = _cases(select(IndicatorCase, Member.public_id), run_id, organisation_id, only_found, worker)
    query = query.join(Member, Member.id == IndicatorCase.member_id)
    query = query.order_by(IndicatorCase.evidence_on.desc(), IndicatorCase.due_at.desc(), IndicatorCase.id)
    query = query.limit(limit).offset(offset) if limit else query
    return [(case, public_id) for case, public_id in db.session.execute(query)]


def case_count(run_id: int, organisation_id: int, *, only_found: bool = False, worker: str = "") -> int:
    query = _cases(select(func.count(IndicatorCase.id)), run_id, organisation_id, only_found, worker)
    return int(db.session.execute(query).scalar_one())


def case_of(run_id: int, organisation_id: int, case_id: int) -> tuple[IndicatorCase, str] | None:
    query = select(IndicatorCase, Member.public_id).join(Member, Member.id == IndicatorCase.member_id)
    query = query.where(
        IndicatorCase.id == case_id,
        IndicatorCase.run_id == run_id,
        IndicatorCase.organisation_id == organisation_id,
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def found_by_worker(run_id: int, organisation_id: int) -> list[tuple[str, int]]:
    """Carer code → cases with a finding, most first; cases without a carer are left out."""
    count = func.count(IndicatorCase.id)
    query = select(IndicatorCase.worker, count).where(
        IndicatorCase.run_id == run_id,
        IndicatorCase.organisation_id == organisation_id,
        IndicatorCase.finding != "",
        IndicatorCase.worker != "",
    )
    query = query.group_by(IndicatorCase.worker).order_by(count.desc(), IndicatorCase.worker)
    return [(worker, number) for worker, number in db.session.execute(query)]


def case_rows(run_id: int, organisation_id: int) -> Iterator[tuple[IndicatorCase, str]]:
    """All rows of one provider, in their stored order: what a provider may download."""
    query = select(IndicatorCase, Member.public_id).join(Member, Member.id == IndicatorCase.member_id)
    query = query.where(IndicatorCase.run_id == run_id, IndicatorCase.organisation_id == organisation_id)
    yield from db.session.execute(query.order_by(IndicatorCase.id).execution_options(yield_per=2000))


def _cases(query: Any, run_id: int, organisation_id: int, only_found: bool, worker: str) -> Any:
    query = query.where(IndicatorCase.run_id == run_id, IndicatorCase.organisation_id == organisation_id)
    if only_found:
        query = query.where(IndicatorCase.finding != "")
    return query.where(IndicatorCase.worker == worker) if worker else query
