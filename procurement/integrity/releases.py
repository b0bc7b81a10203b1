"""Open data: every release that went out or was kept back lies here as it was then, and no other."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from core import audit
from core.acts import Act
from core.audit import Break
from procurement.integrity.said import Said
from procurement.models.tender import Tender
from procurement.queries.publication import all_releases_of


def vouched() -> dict[str, list[dict[str, Any]]]:
    """Tender number → what the trail says of its releases; the first ones stand in a stream of their own."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in audit.entries_like(Act.RELEASE_PUBLISHED):
        found[row.subject].append(row.after or {})
    return found


def differences(tender: Tender, said: Said, expected: Sequence[dict[str, Any]]) -> Iterator[Break]:
    stored = {row.release_id: row for row in all_releases_of(tender)}
    by_id = {row["release"]: row for row in expected}
    for release_id in sorted(by_id.keys() | stored.keys()):
        row, vouched_for = stored.get(release_id), by_id.get(release_id)
        if row is None:
            yield said.broken(f"release {release_id}", "it was published and is not there")
        elif vouched_for is None:
            yield said.broken(f"release {release_id}", "nothing in the trail vouches for it")
        elif (hashlib.sha256(row.body.encode()).hexdigest(), row.state) != (
            vouched_for["sha256"],
            vouched_for["state"],
        ):
            yield said.broken(f"release {release_id}", "it is not the release that was published")
