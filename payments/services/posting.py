"""What is owed comes down the stairs: payables, each once, with their journals."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from core import audit
from core.actors import Actor
from core.acts import Act
from core.config import fund
from core.db import insert_rows
from core.json_text import JsonText
from core.money import to_decimal
from payments import ledger, queries
from payments.models import Payable
from payments.payees import Payee

STREAM = "money"  # of the audit trail
AGAINST = {
    "claim": "expense",
    "capitation": "expense",
    "recovery": "recoveries",
    "settlement": "bonus",
    "penalty": "penalties",
    "cash": "cash",
    "opening": "opening",
}


class NewPayable(NamedTuple):
    """What a higher room asks to be paid, to an organisation or to `member`. `summary` is JSON-able, or JSON already.

    `service_line` names the expense account.
    `contract_id`: what it is owed under, where that is one contract; of a claim its lines tell.
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
    summary: Mapping[str, Any] | JsonText
    stream: str = STREAM
    member: Payee | None = None
    contract_id: int | None = None


PAYABLE = ("business_key", "kind", "organisation_id", "member_id", "member_number", "subject", "amount", "due_on",
           "summary", "journal_id", "contract_id")  # fmt: skip


def post_payables(owed: Sequence[NewPayable], *, by: Actor, are_new: bool = False) -> int:
    """Enter sums owed, each once, with its journal; the number that was new.

    `are_new`: the caller knows that none was entered before; nobody is asked, and the database would refuse it.
    """
    known = set() if are_new else queries.payable_keys([row.business_key for row in owed])
    fresh = [row for row in owed if row.business_key not in known and row.amount]
    if not fresh:
        return 0
    entries = [_entry(row) for row in fresh]
    posted = ledger.post(entries, by=by, are_new=are_new)
    insert_rows(Payable.__table__, PAYABLE, [_row(row, posted[row.business_key][0]) for row in fresh])
    audit.record_all([*_vouchers(fresh, entries, posted)], by=by)
    return len(fresh)


def _row(row: NewPayable, journal_id: int) -> tuple[Any, ...]:
    whom = (None, row.member.member_id, row.member.member_number) if row.member else (row.organisation_id, None, "")
    what = row.subject, row.amount, row.due_on, row.summary
    return row.business_key, row.kind, *whom, *what, journal_id, row.contract_id


def _vouchers(
    fresh: Sequence[NewPayable], entries: Sequence[ledger.Entry], posted: ledger.Posted
) -> Iterator[audit.Said]:
    """One entry per stream, with the Merkle root of the journals it vouches for."""
    streams: dict[str, list[tuple[NewPayable, ledger.Entry]]] = defaultdict(list)
    for row, entry in zip(fresh, entries, strict=True):
        streams[row.stream].append((row, entry))
    for stream, pairs in streams.items():
        total = to_decimal(sum(row.amount for row, _entry in pairs), fund().currency.exponent)
        after = {"count": len(pairs), "total": total} | ledger.voucher([entry for _row, entry in pairs], posted)
        yield audit.Said(stream, Act.PAYABLES_POSTED, pairs[0][0].business_key, after=after)


def _entry(row: NewPayable) -> ledger.Entry:
    against = AGAINST[row.kind]
    if against == "expense":
        against = f"expense:{row.service_line}"
    payee = row.member.account_code if row.member else f"payable:{row.organisation_id}"
    amounts = {against: row.amount, payee: -row.amount}
    return ledger.Entry(row.business_key, row.kind, row.occurred_on, amounts)
