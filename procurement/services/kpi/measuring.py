"""The one way in which an observation of a promise is noted: what our own records say, and what was verified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from core import audit, clock
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import db
from procurement.kpi.spans import around
from procurement.models.contract import ContractIndicator
from procurement.queries import kpi as queries
from procurement.services.contracts.telling import STREAM
from procurement.services.kpi.beginning import begin_due
from procurement.states.kpi import KPI_PERIOD


class Reading(NamedTuple):
    """What the fund's indicator says of a promise; None: no source, and nobody is judged by it."""

    promise: ContractIndicator
    value: Decimal | None
    run: str


def measure(readings: Sequence[Reading], first: dt.date, last: dt.date, *, by: Actor) -> None:
    """Of these days, for all contracts in a few statements."""
    if not readings:
        return
    begin_due(clock.today(fund().zone), by=by)
    periods = queries.measurable([each.promise.id for each in readings], first, last)
    said = []
    for promise, value, run in readings:
        period = periods.get(promise.id)
        if period is not None and value is not None and around(promise.period, last) == (first, last):
            period.state = KPI_PERIOD.after(period.state, "measure")
            period.value, period.run, period.reported_at = value, run, clock.now()
        before = {"measured": promise.measured}
        observe(promise, value, on=last, run=run)
        after = {"code": promise.code, "measured": promise.measured}
        said.append(audit.Said(STREAM, Act.INDICATORS_COMPUTED, promise.contract.number, "", before, after))
    db.session.flush()
    audit.record_all(said, by=by)


def observe(promise: ContractIndicator, value: Decimal | None, *, on: dt.date, run: str) -> None:
    """The latest observation, which contract, open data and calendar show."""
    if (promise.measured or {}).get("on", "") <= on.isoformat():
        promise.measured = {"value": None if value is None else str(value), "on": on.isoformat(), "run": run}
