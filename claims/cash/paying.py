"""A month in cash becomes owed: after its claims are settled, each member's difference to what was posted before.

A claim for the month that is decided later changes the unused part; the next run posts only the difference. One below
zero is a payable below zero: the payment run carries it against what the member gets next (DECISIONS 29).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from claims import facts
from claims.cash import queries
from claims.cash.gathering import month_of, statements
from claims.cash.models import CashStatementRow
from claims.cash.statement import CashStatement, cash_terms
from claims.facts import PlanFor
from claims.filed import PARTITIONS
from claims.queries import facts as fact_queries
from core import clock, work
from core.actors import SYSTEM
from core.config import fund
from core.db import bulk_insert, unit_of_work
from core.errors import DomainError, InputErrors, NotFound
from core.words import _l
from payments.payees import Payee
from payments.services import STREAM, NewPayable, post_payables

TASK = "claims.cash"
PEOPLE = 500  # in memory at a time


def pay_due() -> None:
    """The worker's job: the last month whose claims had their days, once."""
    with unit_of_work():
        today = clock.today(fund().zone)
        month = _closed_before(today)
        if month is not None and not work.states(_name(month)):
            _enqueue(month, _name(month), clock.now())


def _closed_before(today: dt.date) -> dt.date | None:
    """The latest month that is closed today; None while no plan pays cash."""
    try:
        plan = facts.plans()(today)
        cash_terms(plan)
    except DomainError:
        return None
    return month_of(month_of(today - dt.timedelta(days=plan.cash_after_days))[0] - dt.timedelta(days=1))[0]


def start(month: dt.date, *, at: dt.datetime) -> str:
    """Compute a closed month, and those before it that late claims may still change; the name of the work.

    Done again it finds nothing new to post.
    """
    today = at.astimezone(fund().zone).date()
    plan = facts.plans()(today)
    opens = month_of(month)[1] + dt.timedelta(days=plan.cash_after_days)
    if today < opens:
        message = _l("The claims of this month are settled from %(day)s.", day=opens.isoformat())
        raise InputErrors.at("month", message, f"{month:%Y-%m}")
    name = f"{_name(month)} {at:%d%H%M%S%f}"
    if not work.states(name):
        _enqueue(month_of(month)[0], name, at)
    return name


def _name(month: dt.date) -> str:
    return f"cash {month:%Y-%m}"


def _enqueue(month: dt.date, name: str, at: dt.datetime) -> None:
    """One shard per partition, over the month and the earlier ones that a claim in time may belong to."""
    today = at.astimezone(fund().zone).date()
    oldest = month_of(today - dt.timedelta(days=facts.plans()(today).filing_days))[0]
    told = {"run": name, "at": at.isoformat(), "after": 0, "months": [m.isoformat() for m in _back(month, oldest)]}
    shards = {f"{name} {place:02d}.0": told | {"partition": place} for place in range(PARTITIONS)}
    work.enqueue_all(TASK, shards, run=name)


def _back(month: dt.date, oldest: dt.date) -> Iterator[dt.date]:
    yield month
    while month > oldest:
        month = month_of(month - dt.timedelta(days=1))[0]
        yield month


@work.task(TASK)
def pay_part(told: dict[str, Any]) -> dict[str, Any]:
    """The next people of a partition with a care level in these months; the rest becomes the next shard."""
    at = dt.datetime.fromisoformat(told["at"])
    months = sorted(dt.date.fromisoformat(month) for month in told["months"])
    last = month_of(months[-1])[1]
    people = queries.assessed(told["partition"], months[0], last, told["after"], PEOPLE)
    fact_queries.lock_households({person.household_id for person in people})
    posted, waits = 0, 0
    for month in months if people else ():
        count, waiting = _pay(people, month, at, told["partition"])
        posted, waits = posted + count, waits + waiting
    if len(people) == PEOPLE:
        after = told | {"after": people[-1].id}
        work.enqueue(TASK, f"{told['run']} {told['partition']:02d}.{after['after']}", after, run=told["run"])
    return {"people": len(people), "posted": posted, "waits": waits}


def _pay(people: Sequence[Any], month: dt.date, at: dt.datetime, partition: int) -> tuple[int, int]:
    """(statements that are new, people whose month is not settled)."""
    plan_for = facts.plans()
    try:
        found = statements(people, month, plan_for)
    except NotFound:  # the plan of that month pays no cash
        return 0, 0
    before = queries.latest(list(found), month)
    rows = [
        _row(member_id, statement, before.get(member_id), at)
        for member_id, statement in found.items()
        if not statement.waits and _is_new(statement, before.get(member_id))
    ]
    bulk_insert(CashStatementRow.__table__, rows)
    owed = [_payable(row, found[row["member_id"]], plan_for, at, partition) for row in rows if row["posted"]]
    post_payables(owed, by=SYSTEM)
    return len(rows), sum(statement.waits for statement in found.values())


def _is_new(now: CashStatement, before: CashStatementRow | None) -> bool:
    """Worth saying: the first one that is owed something, or one with other figures."""
    if before is None:
        return now.amount > 0
    return (now.ceiling, now.used, now.cash, now.amount) != (before.ceiling, before.used, before.cash, before.amount)


def _row(member_id: int, statement: CashStatement, before: CashStatementRow | None, at: dt.datetime) -> dict[str, Any]:
    figures = {
        name: getattr(statement, name) for name in ("month", "plan", "basis", "ceiling", "used", "cash", "amount")
    }
    return figures | {
        "member_id": member_id,
        "version": before.version + 1 if before else 1,
        "posted": statement.amount - (before.amount if before else 0),
        "computed_at": at,
    }


def _payable(
    row: dict[str, Any], statement: CashStatement, plan_for: PlanFor, at: dt.datetime, partition: int
) -> NewPayable:
    """Finance reads the month and the sum: no service, no claim, no level."""
    on, amount, month = at.astimezone(fund().zone).date(), row["posted"], f"{row['month']:%Y-%m}"
    line = {"line_no": 1, "service": "", "service_on": row["month"].isoformat(), "reason": ""}
    line |= {"asked": amount, "benefit": amount, "member": 0, "write_off": 0}
    return NewPayable(
        business_key=f"cash:{row['member_id']}:{month}:v{row['version']}",
        kind="cash",
        organisation_id=None,
        member=Payee(member_id=row["member_id"], member_number=statement.member),
        subject=f"{statement.member} {month}",
        amount=amount,
        due_on=on + dt.timedelta(days=plan_for(on).pays_after_days),
        occurred_on=on,
        service_line="",
        stream=f"{STREAM}-{partition:02d}",
        summary={"what": "cash", "lines": [line] if amount > 0 else []},
    )
