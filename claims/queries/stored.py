"""Every stored decision of a partition, streaming, in the order of its key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from claims.models import Claim, ClaimVersion, LineVersion
from claims.queries.records import versions_of_claim
from core.db import db

STREAM = 2000


def versions(partition: int) -> Iterator[tuple[Any, str]]:
    """(row of claim_decision, claim number) by claim and version."""
    table = ClaimVersion.__table__
    query = select(table, Claim.number).join(Claim, versions_of_claim()).where(table.c.partition == partition)
    query = query.order_by(table.c.claim_id, table.c.version).execution_options(yield_per=STREAM)
    with db.session.execute(query) as rows:
        yield from ((row, row.number) for row in rows)


def line_versions(partition: int) -> Iterator[Any]:
    """Rows of line_decision by claim, version and line."""
    table = LineVersion.__table__
    query = select(table).where(table.c.partition == partition)
    query = query.order_by(table.c.claim_id, table.c.version, table.c.line_no).execution_options(yield_per=STREAM)
    with db.session.execute(query) as rows:  # closed even when the reader stops early
        yield from rows
