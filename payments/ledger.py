"""Posting: journals go in as sets, each balanced, each once, each with its digest."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from core import clock
from core.actors import Actor
from core.audit import merkle_root
from core.db import allocate_ids, insert_rows, insert_unless_there
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
    "penalties": ("X", "Contract penalties"),
    "bonus": ("X", "Bonuses and deductions"),
    "cash": ("X", "Cash benefits for care"),
    "opening": ("E", "Brought in at the opening"),
    "due": ("A", "Due from"),
    "borne": ("X", "Borne by"),
    "shared": ("X", "Shared out among funders"),
}


class Entry(NamedTuple):
    """A journal to post: account code → signed minor units (debit above zero)."""

    business_key: str
    kind: str
    occurred_on: dt.date
    amounts: Mapping[str, int]


Posted = dict[str, tuple[int, bytes]]  # business key → journal id, digest
JOURNAL = ("id", "business_key", "kind", "occurred_on", "posted_at", "actor", "reverses_id", "digest")
POSTING = ("journal_id", "line", "account_id", "amount")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the ledger that does not add up, and where."""

    place: str
    reason: str


def post(entries: Sequence[Entry], *, by: Actor, are_new: bool = False) -> Posted:
    """Write the journals that are new. Another content under a known key is refused.

    `are_new`: the caller knows that none was posted before; nobody is asked, and the database would refuse it.
    """
    posted: Posted = {} if are_new else queries.journals_by_key([entry.business_key for entry in entries])
    fresh: list[tuple[Entry, bytes]] = []
    for entry in entries:
        key, _kind, occurred_on, amounts = entry
        if sum(amounts.values()) or len(amounts) < 2:
            raise Conflict(_l("Journal %(key)s does not balance.", key=key))
        said = digest(key, occurred_on, amounts)
        if key not in posted:
            fresh.append((entry, said))
        elif posted[key][1] != said:
            raise Conflict(_l("Journal %(key)s was posted with other amounts.", key=key))
    new = _write(fresh, by)
    return posted | new if posted else new


def _write(fresh: Sequence[tuple[Entry, bytes]], by: Actor) -> Posted:
    accounts = _accounts({code for entry, _said in fresh for code in entry.amounts})
    ids, now, person = allocate_ids("journal", len(fresh)) if fresh else (), clock.now(), by.person
    posted: Posted = {}
    journals: list[tuple[Any, ...]] = []
    postings: list[tuple[int, int, int, int]] = []
    for number, ((key, kind, occurred_on, amounts), said) in zip(ids, fresh, strict=True):
        journals.append((number, key, kind, occurred_on, now, person, None, said))
        for line, (code, amount) in enumerate(amounts.items(), start=1):
            postings.append((number, line, accounts[code], amount))
        posted[key] = number, said
    insert_rows(Journal.__table__, JOURNAL, journals)
    insert_rows(Posting.__table__, POSTING, postings)
    return posted


@lru_cache(maxsize=1024)
def _quoted(code: str) -> str:
    """An account's code as JSON; they are few."""
    return encode_basestring(code)


def digest(business_key: str, occurred_on: dt.date, amounts: Mapping[str, int]) -> bytes:
    """What a journal says, as one hash: changing a stored amount shows.

    The canonical form of {"key", "on", "amounts"}, put together by hand.
    """
    sums = ",".join([f"{_quoted(code)}:{amounts[code]}" for code in sorted(amounts)])
    said = f'{{"amounts":{{{sums}}},"key":{encode_basestring(business_key)},"on":"{occurred_on.isoformat()}"}}'
    return hashlib.sha256(said.encode()).digest()


def voucher(entries: Sequence[Entry], posted: Posted) -> dict[str, Any]:
    """What stands in the audit trail for a set of journals: their ids and the Merkle root over their digests."""
    found = sorted([posted[row.business_key] for row in entries])
    return {"root": root([said for _id, said in found]), "journals": [number for number, _said in found]}


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


def _accounts(codes: set[str]) -> dict[str, int]:
    """Account ids by code; accounts come into being when first used, also by two at once."""
    known = queries.accounts_by_code(codes)
    missing = sorted(codes - known.keys())
    if missing:
        insert_unless_there(LedgerAccount.__table__, [_account(code) for code in missing])
        known = queries.accounts_by_code(codes)
    return known


def _account(code: str) -> dict[str, Any]:
    family, _, owner = code.partition(":")
    kind, name = NAMES[family]
    row: dict[str, Any] = {"code": code, "name": f"{name} {owner}".strip(), "kind": kind}
    row |= {"organisation_id": None, "member_id": None}
    if family == "payable":
        row["member_id" if owner.startswith("m") else "organisation_id"] = int(owner.removeprefix("m"))
    return row
