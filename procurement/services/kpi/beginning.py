"""Periods that are over become rows, and their providers are told what to report until when."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from core import audit
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert
from procurement.amended import committed_on
from procurement.kpi.spans import spans
from procurement.models.kpi import KpiPeriod
from procurement.queries import kpi as queries
from procurement.queries.kpi import ToBegin
from procurement.services import rules
from procurement.services.contracts.telling import STREAM
from procurement.services.kpi.telling import ask
from procurement.states.kpi import KPI_PERIOD


def begin_due(today: dt.date, *, by: Actor) -> int:
    """How many new periods. Again on the same day: none."""
    follow_up = rules.promises(today)
    found = queries.to_begin(today) if follow_up else []
    if follow_up is None or not found:
        return 0
    until = today + dt.timedelta(days=follow_up.report_days)
    rows = [values for each in found for values in _rows(each, until)]
    bulk_insert(KpiPeriod.__table__, rows)
    contracts = groupby(found, key=lambda each: each.promise.contract)
    said = [
        audit.Said(STREAM, Act.KPI_BEGUN, contract.number, "", None, {
            "codes": [each.promise.code for each in group], "report_until": until.isoformat(),
        })
        for contract, group in contracts
    ]  # fmt: skip
    audit.record_all(said, by=by)
    ask([each.promise for each in found if not each.promise.source], until)
    return len(rows)


def _rows(each: ToBegin, report_until: dt.date) -> list[dict[str, object]]:
    return [
        {
            "indicator_id": each.promise.id, "valid_from": first, "valid_until": last, "state": KPI_PERIOD.initial,
            "committed": committed_on(each.promise, first), "report_until": report_until, "reminders": 0, "run": "",
            "note": "", "verified_reason": "", "objection": "", "answer": "",
        }
        for first, last in spans(each.promise.period, each.first, each.last)
    ]  # fmt: skip
