"""Taking money back in monthly parts: only from a final decision, each part once, on its day (DECISIONS 29)."""

from __future__ import annotations

import datetime as dt

from core import clock
from core.actors import SYSTEM
from core.config import fund
from core.db import database_now, db, unit_of_work
from core.money import split
from payments.services import NewPayable, post_payables
from quality.audit_cases import queries
from quality.audit_cases.models import AuditCase, Instalment

KIND = "recovery"


def spread(row: AuditCase, count: int, first_due_on: dt.date | None) -> None:
    """Equal monthly parts that add up to the sum; none for a sum of zero. Replaces what was planned before."""
    row.instalments.clear()
    db.session.flush()
    if not row.amount or first_due_on is None:
        return
    parts = [part for part in split(row.amount, [1] * count) if part]
    row.instalments = [
        Instalment(place=place, due_on=_months_later(first_due_on, place - 1), amount=amount)
        for place, amount in enumerate(parts, start=1)
    ]


def post_what_is_due() -> int:
    """The job: how many parts were posted. Each case is a transaction of its own, so one that fails stops no other."""
    today = clock.today(fund().zone)
    with unit_of_work():
        numbers = queries.to_recover(database_now(), today)
    return sum(_post(number, today) for number in numbers)


def _post(number: str, today: dt.date) -> int:
    with unit_of_work():
        row = queries.locked_case(number)
        if number not in queries.to_recover(database_now(), today):
            return 0
        due = [one for one in row.instalments if one.posted_at is None and one.due_on <= today]
        post_payables([_payable(row, one, today) for one in due], by=SYSTEM)
        for one in due:
            one.posted_at = clock.now()
        db.session.flush()
    return len(due)


def _payable(row: AuditCase, one: Instalment, today: dt.date) -> NewPayable:
    summary = {"what": KIND, "case": row.number, "part": one.place, "of": len(row.instalments)}
    return NewPayable(
        f"recovery:{row.number}:{one.place}", KIND, row.organisation_id, row.number, -one.amount, one.due_on, today,
        "", summary,
    )  # fmt: skip


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last."""
    month = day.year * 12 + day.month - 1 + months
    first = dt.date(month // 12, month % 12 + 1, 1)
    after = dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + dt.timedelta(days=day.day - 1), after - dt.timedelta(days=1))
