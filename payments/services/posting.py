"""What is owed comes down the stairs: payables, each once, with their journals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core import audit
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import bulk_insert
from core.money import to_decimal
from payments import ledger, queries
from payments.models import Payable

AGAINST = {"claim": "expense", "recovery": "recoveries", "settlement": "bonus", "opening": "opening"}


@dataclass(frozen=True, slots=True)
class NewPayable:
    """What a higher room asks to be paid. `service_line` names the expense account; `summary` is JSON-able."""

    business_key: str
    kind: str
    organisation_id: int
    subject: str
    amount: int
    due_on: dt.date
    occurred_on: dt.date
    service_line: str
    summary: Mapping[str, Any]


def post_payables(owed: Sequence[NewPayable], *, by: Actor) -> int:
    """Enter sums owed, each once, with its journal; the number that was new."""
    known = queries.payable_keys([row.business_key for row in owed])
    fresh = [row for row in owed if row.business_key not in known and row.amount]
    if not fresh:
        return 0
    entries = [_entry(row) for row in fresh]
    journals = ledger.post(entries, by=by)
    bulk_insert(
        Payable.__table__,
        [
            {
                "business_key": row.business_key,
                "kind": row.kind,
                "organisation_id": row.organisation_id,
                "member_id": None,
                "subject": row.subject,
                "amount": row.amount,
                "due_on": row.due_on,
                "summary": dict(row.summary),
                "journal_id": journals[row.business_key],
            }
            for row in fresh
        ],
    )
    total = to_decimal(sum(row.amount for row in fresh), fund().currency.exponent)
    after = {"count": len(fresh), "total": total} | ledger.voucher(entries, journals)
    audit.record("money", Act.PAYABLES_POSTED, fresh[0].business_key, by=by, after=after)
    return len(fresh)


def _entry(row: NewPayable) -> ledger.Entry:
    against = AGAINST[row.kind]
    if against == "expense":
        against = f"expense:{row.service_line}"
    amounts = {against: row.amount, f"payable:{row.organisation_id}": -row.amount}
    return ledger.Entry(row.business_key, row.kind, row.occurred_on, amounts)
