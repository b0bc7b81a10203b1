"""Are bids, results, awards and releases those that the audit trail vouches for? Tender by tender."""

from __future__ import annotations

from collections.abc import Iterator

from core import audit
from core.audit import Break
from procurement.integrity import bids, decisions, releases
from procurement.integrity.said import Said
from procurement.queries import tenders as queries


def check() -> Iterator[Break]:
    """Everything stored under each tender that the trail or a receipt holds to its word."""
    published = releases.vouched()
    for tender in queries.all_tenders():
        said = Said(tender.stream, list(audit.entries(tender.stream)))
        yield from bids.differences(tender, said)
        yield from decisions.differences(tender, said)
        yield from releases.differences(tender, said, published.get(tender.number, []))
