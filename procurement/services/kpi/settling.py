"""A verified period is settled when its claims had their days: base, per cent and amount are fixed and posted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.db import db
from payments.services import NewPayable, post_payables
from procurement.kpi.arithmetic import NOTHING, Effect, effect
from procurement.kpi.hooks import ContractSpan, accepted_values
from procurement.kpi.terms import FollowUpRules
from procurement.models.kpi import KpiPeriod
from procurement.queries import kpi as queries
from procurement.services import rules
from procurement.services.contracts.telling import STREAM
from procurement.services.kpi.telling import tell_settled
from procurement.states.kpi import KPI_PERIOD

PLAN_DUE = "contract.improvement_plan_due"
"""The event of three misses in a row of one promise."""


def settle_due(today: dt.date, *, by: Actor) -> int:
    """How many. What is settled once is not found again, and its business key would refuse it."""
    follow_up = rules.promises(today)
    rows = queries.to_settle(today - dt.timedelta(days=follow_up.run_out_days)) if follow_up else ()
    if follow_up is None or not rows:
        return 0
    bases = accepted_values([_span(row) for row in rows])
    for row, base in zip(rows, bases, strict=True):
        _fix(row, base, judged(row, row.verified_value), today, follow_up)
    db.session.flush()
    post(rows, today, by=by)
    audit.record_all([_said(row) for row in rows], by=by)
    _tell_of_misses(rows, today)
    tell_settled(rows)
    return len(rows)


def judged(row: KpiPeriod, value: Decimal | None) -> Effect:
    """Where the fund measures and has no value, nobody is judged."""
    if value is None and row.indicator.source:
        return Effect(NOTHING, is_missed=False)
    return effect(row.stake, value)


def due_key(row: KpiPeriod) -> str:
    """Business key of the deduction or bonus."""
    return f"kpi:{row.id}"


def objection_key(row: KpiPeriod) -> str:
    """Business key of what a won objection changed."""
    return f"kpi:{row.id}:objection"


def collected_on(row: KpiPeriod, today: dt.date) -> dt.date:
    """A bonus at once; a deduction when an objection could be made and answered."""
    follow_up, until = rules.promises(today), row.object_until
    if not row.amount or row.amount > 0 or follow_up is None or until is None:
        return today
    return max(until + dt.timedelta(days=follow_up.answer_days), today)


def post(rows: Sequence[KpiPeriod], today: dt.date, *, by: Actor) -> int:
    """Hand down what is owed or taken; how many were new."""
    return post_payables([_payable(row, due_key(row), row.amount or 0, today) for row in rows], by=by)


def post_difference(row: KpiPeriod, today: dt.date, *, by: Actor) -> int:
    """A journal of its own brings what was posted to what stands after the objection."""
    difference = row.counts - (row.amount or 0)
    return post_payables([_payable(row, objection_key(row), difference, today)], by=by)


def _span(row: KpiPeriod) -> ContractSpan:
    contract = row.indicator.contract
    return ContractSpan(contract.id, contract.organisation_id, row.valid_from, row.valid_until)


def _fix(row: KpiPeriod, base: int, found: Effect, today: dt.date, follow_up: FollowUpRules) -> None:
    row.state, row.settled_at = KPI_PERIOD.after(row.state, "settle"), clock.now()
    row.base, row.percent, row.amount, row.is_missed = base, found.shown(), found.amount(base), found.is_missed
    row.object_until = today + dt.timedelta(days=follow_up.objection_days)


def _payable(row: KpiPeriod, key: str, amount: int, today: dt.date) -> NewPayable:
    contract = row.indicator.contract
    what = f"{row.indicator.code} {row.valid_from.isoformat()}/{row.valid_until.isoformat()}"
    return NewPayable(
        key, "settlement", contract.organisation_id, contract.number, amount, collected_on(row, today), today,
        contract.service_line, {"what": what, "promise": row.indicator.code, "period": row.id},
        contract_id=contract.id,
    )  # fmt: skip


def _said(row: KpiPeriod) -> audit.Said:
    shown = None if row.verified_value is None else f"{row.verified_value.normalize():f}"
    after = row.named | {
        "committed": f"{row.committed.normalize():f}", "achieved": shown, "base": row.base,
        "percent": f"{row.percent}", "amount": row.amount, "journal": due_key(row) if row.amount else None,
    }  # fmt: skip
    return audit.Said(STREAM, Act.KPI_SETTLED, row.number, "", None, after)


def _tell_of_misses(rows: Sequence[KpiPeriod], today: dt.date) -> None:
    """Three in a row, told with each further miss: who hears it opens one improvement plan for them."""
    for promise_id, closed in queries.newest_closed({row.indicator_id for row in rows}).items():
        if len(closed) < queries.STREAK or not all(row.is_missed for row in closed):
            continue
        contract = closed[0].indicator.contract
        data = {
            "organisation_id": contract.organisation_id, "contract_id": contract.id, "indicator_id": promise_id,
            "code": closed[0].indicator.code, "periods": [row.id for row in reversed(closed)],
        }  # fmt: skip
        events.publish(PLAN_DUE, contract.number, effective_from=today, data=data)
