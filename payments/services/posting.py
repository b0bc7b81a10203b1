"""What is owed comes down the stairs: payables, each once, with their journals."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
from payments.payees import Payee

STREAM = "money"  # of the audit trail
AGAINST = {"claim": "expense", "recovery": "recoveries", "settlement": "bonus", "cash": "cash", "opening": "opening"}


@dataclass(frozen=True, slots=True)
class NewPayable:
    """What a higher room asks to be paid, to an organisation or to `member`. `summary` is JSON-able.

    `service_line` names the expense account.
    `stream`: where the audit trail vouches for it; who posts many at once has streams of its own, `money-…`.
    """

    business_key: str
    kind: str
    organisation_id: int | None
    subject: str
    amount: int
    due_on: dt.date
    occurred_on: dt.date
    service_line: str
    summary: Mapping[str, Any]
    stream: str = STREAM
    member: Payee | None = None

    @property
    def payee(self) -> Payee:
        return self.member or Payee(self.organisation_id or 0)


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
                **row.payee.columns,
                "subject": row.subject,
                "amount": row.amount,
                "due_on": row.due_on,
                "summary": dict(row.summary),
                "journal_id": journals[row.business_key],
            }
            for row in fresh
        ],
    )
    audit.record_all([*_vouchers(fresh, entries, journals)], by=by)
    return len(fresh)


def _vouchers(
    fresh: Sequence[NewPayable], entries: Sequence[ledger.Entry], journals: Mapping[str, int]
) -> Iterator[audit.Said]:
    """One entry per stream, with the Merkle root of the journals it vouches for."""
    streams: dict[str, list[tuple[NewPayable, ledger.Entry]]] = defaultdict(list)
    for row, entry in zip(fresh, entries, strict=True):
        streams[row.stream].append((row, entry))
    for stream, pairs in streams.items():
        total = to_decimal(sum(row.amount for row, _entry in pairs), fund().currency.exponent)
        after = {"count": len(pairs), "total": total} | ledger.voucher([entry for _row, entry in pairs], journals)
        yield audit.Said(stream, Act.PAYABLES_POSTED, pairs[0][0].business_key, after=after)


def _entry(row: NewPayable) -> ledger.Entry:
    against = AGAINST[row.kind]
    if against == "expense":
        against = f"expense:{row.service_line}"
    amounts = {against: row.amount, row.payee.account_code: -row.amount}
    return ledger.Entry(row.business_key, row.kind, row.occurred_on, amounts)
