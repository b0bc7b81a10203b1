"""Indicators through time: kept runs of periods of one length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from quality.models import IndicatorResult, IndicatorRun
from quality.periods import Period
from quality.queries.runs import is_current

SHOWN_PERIODS = 16
_LENGTHS = {4: "____", 6: "____Q_", 7: "____-__"}  # names of years, quarters, months
History = list[tuple[IndicatorRun, dict[str, IndicatorResult]]]


def history(indicators: Sequence[str], until: Period, organisation_id: int | None = None) -> dict[str, History]:
    """Indicator → its newest runs that end with the period, in the order of time, with results by provider number.

    Two statements for any number of indicators and providers.
    """
    query = select(IndicatorRun).where(
        IndicatorRun.indicator.in_(indicators),
        IndicatorRun.period.like(_LENGTHS[len(until.name)]),
        IndicatorRun.period <= until.name,
        is_current(),
    )
    found: dict[str, list[IndicatorRun]] = defaultdict(list)
    for run in db.session.execute(query.order_by(IndicatorRun.period)).scalars():
        found[run.indicator].append(run)
    kept = {indicator: runs[-SHOWN_PERIODS:] for indicator, runs in found.items()}
    results = _results([run.id for runs in kept.values() for run in runs], organisation_id)
    return {indicator: [(run, results[run.id]) for run in runs] for indicator, runs in kept.items()}


def _results(run_ids: Sequence[int], organisation_id: int | None) -> dict[int, dict[str, IndicatorResult]]:
    query = select(IndicatorResult).where(IndicatorResult.run_id.in_(run_ids))
    if organisation_id is not None:
        query = query.where(IndicatorResult.organisation_id == organisation_id)
    found: dict[int, dict[str, IndicatorResult]] = defaultdict(dict)
    for row in db.session.execute(query).scalars():
        found[row.run_id][row.provider] = row
    return found
