"""Posting: journals go in as sets, each balanced, each once, each with its digest."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core import clock
from core.actors import Actor
from core.audit import canonical, merkle_root
from core.db import allocate_ids, bulk_insert, db
from core.errors import Conflict
from core.words import _l
from payments import queries
from payments.models import Journal, LedgerAccount, Posting
from payments.queries import payees, stored

NAMES = {
    "payable": ("L", "Payable"),
    "expense": ("X", "Benefit expense"),
    "in_transit": ("L", "Payments in transit"),
    "bank": ("A", "Bank"),
    "recoveries": ("X", "Recoveries"),
    "bonus": ("X", "Quality bonus"),
    "cash": ("X", "Cash benefits for care"),
    "opening": ("E", "Brought in at the opening"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal to post: account code → signed minor units (debit above zero)."""

    business_key: str
    kind: str
    occurred_on: dt.date
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the ledger that does not add up, and where."""

    place: str
    reason: str


def post(entries: Sequence[Entry], *, by: Actor) -> dict[str, int]:
    """Write the journals that are new; business key → journal id. Another content under a known key is refused."""
    known = queries.journals_by_key([entry.business_key for entry in entries])
    fresh = [entry for entry in entries if entry.business_key not in known]
    accounts = _accounts({code for entry in entries for code in entry.amounts})
    for entry in entries:
        if sum(entry.amounts.values()) or len(entry.amounts) < 2:
            raise Conflict(_l("Journal %(key)s does not balance.", key=entry.business_key))
        row = known.get(entry.business_key)
        if row is not None and row.digest != digest(entry.business_key, entry.occurred_on, entry.amounts):
            raise Conflict(_l("Journal %(key)s was posted with other amounts.", key=entry.business_key))
    ids = allocate_ids("journal", len(fresh)) if fresh else []
    bulk_insert(Journal.__table__, [_journal(number, entry, by) for number, entry in zip(ids, fresh, strict=True)])
    bulk_insert(
        Posting.__table__, [row for n, entry in zip(ids, fresh, strict=True) for row in _postings(n, entry, accounts)]
    )
    return {key: row.id for key, row in known.items()} | {e.business_key: n for n, e in zip(ids, fresh, strict=True)}


def digest(business_key: str, occurred_on: dt.date, amounts: Mapping[str, int]) -> bytes:
    """What a journal says, as one hash: changing a stored amount shows."""
    said = {"key": business_key, "on": occurred_on.isoformat(), "amounts": dict(amounts)}
    return hashlib.sha256(canonical(said)).digest()


def voucher(entries: Sequence[Entry], journals: Mapping[str, int]) -> dict[str, Any]:
    """What stands in the audit trail for a set of journals: their ids and the Merkle root over their digests."""
    found = sorted(((journals[row.business_key], row) for row in entries), key=lambda pair: pair[0])
    leaves = [digest(row.business_key, row.occurred_on, row.amounts) for _id, row in found]
    return {"root": root(leaves), "journals": [number for number, _row in found]}


def root(digests: Iterable[bytes]) -> str:
    """Merkle root over journal digests, in the order of the journals' ids."""
    return merkle_root(list(digests)).hex()


def verify() -> Iterator[Fault]:
    """Every journal balances and says what it said when posted; sub-ledgers equal what is owed."""
    for key, kind in stored.unbalanced_journals():
        yield Fault(f"journal {key}", kind)
    for row, amounts in stored.journals_with_amounts():
        if digest(row.business_key, row.occurred_on, amounts) != row.digest:
            yield Fault(f"journal {row.business_key}", "its postings are not those that were posted")
    for code, ledger, owed in payees.payables_against_ledger():
        if ledger != owed:
            yield Fault(f"account {code}", f"the ledger owes {ledger}, the open payables add up to {owed}")


def _journal(number: int, entry: Entry, by: Actor) -> dict[str, Any]:
    return {
        "id": number,
        "business_key": entry.business_key,
        "kind": entry.kind,
        "occurred_on": entry.occurred_on,
        "posted_at": clock.now(),
        "actor": by.person,
        "reverses_id": None,
        "digest": digest(entry.business_key, entry.occurred_on, entry.amounts),
    }


def _postings(number: int, entry: Entry, accounts: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for line, (code, amount) in enumerate(entry.amounts.items(), start=1):
        yield {"journal_id": number, "line": line, "account_id": accounts[code], "amount": amount}


def _accounts(codes: set[str]) -> dict[str, int]:
    """Account ids by code; accounts come into being when first used."""
    known = queries.accounts_by_code(codes)
    missing = sorted(codes - known.keys())
    for code in missing:
        family, _, owner = code.partition(":")
        kind, name = NAMES[family]
        row = LedgerAccount(code=code, name=f"{name} {owner}".strip(), kind=kind)
        if family == "payable":
            row.member_id = int(owner[1:]) if owner.startswith("m") else None
            row.organisation_id = None if row.member_id else int(owner)
        db.session.add(row)
    if missing:
        db.session.flush()
        known = queries.accounts_by_code(codes)
    return known
