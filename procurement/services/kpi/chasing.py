"""Evidence that does not come: asked for again, so often as the plan says, then missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import db
from procurement.models.kpi import KpiPeriod
from procurement.queries import kpi as queries
from procurement.services import rules
from procurement.services.contracts.telling import STREAM
from procurement.services.kpi.telling import remind, tell_missing
from procurement.states.kpi import KPI_PERIOD


def chase(today: dt.date, *, by: Actor) -> int:
    """How many rows moved. A step each few days: a tick that was missed makes no two at once."""
    follow_up = rules.promises(today)
    rows = queries.late(today, follow_up.reminder_days) if follow_up else ()
    if follow_up is None or not rows:
        return 0
    again = [row for row in rows if row.reminders < follow_up.reminders]
    over = [row for row in rows if row.reminders >= follow_up.reminders]
    for row in again:
        row.reminders, row.reminded_on = row.reminders + 1, today
    for row in over:
        row.state = KPI_PERIOD.after(row.state, "miss")
    db.session.flush()
    _record(Act.KPI_REMINDED, again, by)
    _record(Act.KPI_MISSING, over, by)
    remind([row for row in again if not row.indicator.source])
    tell_missing([row for row in over if not row.indicator.source])
    return len(rows)


def _record(act: Act, rows: Sequence[KpiPeriod], by: Actor) -> None:
    audit.record_all([audit.Said(STREAM, act, row.number, "", None, _said(row)) for row in rows], by=by)


def _said(row: KpiPeriod) -> dict[str, Any]:
    return row.named | {"reminders": row.reminders}
