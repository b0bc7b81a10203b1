"""Are the stored journals and payables those that the audit trail vouches for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core import audit
from core.acts import Act
from core.audit import AuditEntry, Break
from payments import ledger
from payments.queries import stored
from payments.services.posting import STREAM

Found = Mapping[int, tuple[str, bytes]]  # journal id → business key, digest as stored


def check() -> Iterator[Break]:
    """Postings against their journal's digest, digests against the Merkle roots in `money…`, payables against journals.

    Nothing is left without a voucher: neither what is owed, nor what was released, nor what the bank answered.
    """
    found: dict[int, tuple[str, bytes]] = {}
    unvouched: set[int] = set()
    for row, amounts in stored.journals_with_amounts():
        found[row.id] = (row.business_key, row.digest)
        unvouched.add(row.id)
        if ledger.digest(row.business_key, row.occurred_on, amounts) != row.digest:
            yield Break(STREAM, 0, "its postings are not those that were posted", f"journal {row.business_key}")
    for entry in audit.entries_like(Act.PAYABLES_POSTED, Act.RUN_RELEASED, Act.RUN_RESULT_READ):
        yield from _broken(entry, found)
        unvouched.difference_update((entry.after or {}).get("journals", ()))
    for number in sorted(unvouched):
        yield Break(STREAM, 0, "nothing in the trail vouches for it", f"journal {found[number][0]}")
    for key in stored.payables_unlike_their_journal():
        yield Break(STREAM, 0, "it is not what its journal says", f"payable {key}")


def _broken(entry: AuditEntry, found: Found) -> Iterator[Break]:
    """What one entry says of journals, against the stored ones."""
    said = entry.after or {}
    journals = said.get("journals", [])
    if not journals:  # then something else has to vouch for them
        return
    place = f"{entry.stream} entry {entry.sequence}, {entry.subject}"
    if any(number not in found for number in journals):
        yield Break(entry.stream, entry.sequence, "a journal that the trail vouches for is gone", place)
    elif ledger.root(found[number][1] for number in journals) != said["root"]:
        keys = found[journals[0]][0], found[journals[-1]][0]
        reason = f"the journals {keys[0]} to {keys[1]} are not those that were posted"
        yield Break(entry.stream, entry.sequence, reason, place)
