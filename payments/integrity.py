"""Are the stored journals those that the audit trail vouches for?"""

from __future__ import annotations

from collections.abc import Iterator

from core import audit
from core.acts import Act
from core.audit import Break
from payments import ledger, queries


def check() -> Iterator[Break]:
    """Postings against their journal's digest; digests against the Merkle roots in `money`."""
    found: dict[int, tuple[str, bytes]] = {}
    for row, amounts in queries.journals_with_amounts():
        found[row.id] = (row.business_key, row.digest)
        if ledger.digest(row.business_key, row.occurred_on, amounts) != row.digest:
            yield Break("money", 0, "its postings are not those that were posted", f"journal {row.business_key}")
    for entry in audit.entries("money", Act.PAYABLES_POSTED, Act.RUN_RELEASED):
        said = entry.after or {}
        journals = said.get("journals", [])
        place = f"money entry {entry.sequence}, {entry.subject}"
        if any(number not in found for number in journals):
            yield Break("money", entry.sequence, "a journal that the trail vouches for is gone", place)
        elif ledger.root(found[number][1] for number in journals) != said["root"]:
            keys = found[journals[0]][0], found[journals[-1]][0]
            reason = f"the journals {keys[0]} to {keys[1]} are not those that were posted"
            yield Break("money", entry.sequence, reason, place)
