"""The worker's part: the month that has closed, and months that something known later has changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from care.capitation import queries, services
from care.capitation.counting import Month
from core import clock, events, work
from core.actors import SYSTEM
from core.config import fund
from core.db import unit_of_work
from core.words import _l
from procurement.services import rules

TASK = "care.capitation"
CURSOR = "care.capitation"
PLACED, IMPORTED = "care.placement_changed", "members.imported"
AGREED = ("contract.rate_agreed", "contract.ended")
KINDS = (PLACED, IMPORTED, *AGREED)
CAUSES = {
    PLACED: _l("A placement has changed"),
    IMPORTED: _l("The roster of members has changed"),
    "contract.rate_agreed": _l("The contract was amended"),
    "contract.ended": _l("The contract ends"),
}
"""What makes a month be counted again, as its page says it."""


def count_what_is_due() -> None:
    """The job: changes first, then last month's contracts that have no statement yet."""
    with unit_of_work():
        hear()
        enqueue_closed(clock.today(fund().zone))


def enqueue_closed(today: dt.date) -> int:
    """How many contracts are to be counted; none before the plan's day of the month."""
    plan = rules.funding(today)
    if plan.counting is None or today.day < plan.closes_on_day:
        return 0
    month = Month((today.replace(day=1) - dt.timedelta(days=1)).replace(day=1))
    found = queries.contracts_of(month)
    for contract_id in found:
        _enqueue(contract_id, month.first, 0, "")
    return len(found)


def hear() -> int:
    """How many events were taken up; inside a unit of work."""
    unread = events.unread(CURSOR, KINDS)
    for event in unread:
        _take_up(event)
    if unread:
        events.advance(CURSOR, unread[-1].id)
    return len(unread)


def _take_up(event: events.Event) -> None:
    """A day of birth or death that is corrected may touch months before the import's own first day."""
    today = clock.today(fund().zone)
    counting = rules.funding(today).counting
    if counting is None:
        return
    oldest = (today.replace(day=1) - dt.timedelta(days=31 * counting.back_months)).replace(day=1)
    first = oldest if event.kind == IMPORTED else max(event.effective_from.replace(day=1), oldest)
    is_contract = event.kind in AGREED
    touched = {event.data["contract_id"]} if is_contract else queries.contracts_touched(event.data["member_ids"])
    for contract_id, month in queries.months_since(touched, first):
        _enqueue(contract_id, month, event.id, f"{event.kind} {event.subject}")


def _enqueue(contract_id: int, month: dt.date, event_id: int, cause: str) -> None:
    told = {"contract": contract_id, "month": month.isoformat(), "cause": cause}
    work.enqueue(TASK, f"{contract_id} {month:%Y-%m} {event_id}", told)


@work.task(TASK)
def count(told: dict[str, Any]) -> dict[str, Any]:
    """One month of one contract."""
    row = services.compute(told["contract"], dt.date.fromisoformat(told["month"]), by=SYSTEM, cause=told["cause"])
    return {"version": row.version, "amount": row.amount, "state": row.state} if row else {}
