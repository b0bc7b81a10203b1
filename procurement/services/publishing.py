"""Publishing as open data: the worker looks for news, checks the package, and keeps back what is not valid."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from core import audit, clock
from core.actors import SYSTEM
from core.acts import Act
from core.db import db
from procurement.models.publication import OcdsRelease
from procurement.ocds.outcome import Outcome
from procurement.ocds.releases import address, body_of, package, release
from procurement.ocds.schema import package_faults
from procurement.ocds.tags import tags
from procurement.ocds.tender_section import Catalogue
from procurement.queries import publication as queries
from procurement.queries.outcomes import outcomes

APART = ("id", "date", "tag")
AT_ONCE = 500  # procedures of one transaction: a first publication of a large fund holds up no writer for long


def publish_due() -> int:
    """A release for the next procedures that may have news, 500 at most; the number made. Idempotent."""
    now, known = queries.bases(), queries.last_bases()
    moved = [key for key, basis in now.items() if known.get(key) != basis][:AT_ONCE]
    if not moved:
        return 0
    catalogue = queries.catalogue()
    return sum(publish(outcome, catalogue, now[outcome.tender.id]) for outcome in outcomes(moved))


def has_news() -> bool:
    """Whether a further transaction would find something to look at."""
    now, known = queries.bases(), queries.last_bases()
    return any(known.get(key) != basis for key, basis in now.items())


def publish(outcome: Outcome, catalogue: Catalogue, basis: str) -> bool:
    """A release if there is something to say; False: nothing public changed, only the basis is noted."""
    body = body_of(outcome, catalogue)
    last = queries.last_published(outcome.tender.id)
    before = json.loads(last.body) if last else None
    if last and before and {key: value for key, value in before.items() if key not in APART} == body:
        last.basis = basis
        db.session.flush()
        return False
    _keep(outcome, body, before, basis)
    return True


def _keep(outcome: Outcome, body: dict[str, Any], before: dict[str, Any] | None, basis: str) -> OcdsRelease:
    """Checked as the package that anyone will fetch; with a fault it is stored, and not published."""
    at, sequence = clock.now(), queries.count_of(outcome.tender.id) + 1
    release_id = f"{body['ocid']}-{sequence:04}"
    said = release(body, release_id, at, tags(before, body))
    faults = package_faults(package([said], address("releases", f"{release_id}.json"), at))
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    row = OcdsRelease(
        tender_id=outcome.tender.id,
        sequence=sequence,
        release_id=release_id,
        tags=said["tag"],
        released_at=at,
        basis=queries.after_own_entry(basis),
        body=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        state="refused" if faults else "published",
        faults=[{"path": fault.path, "message": fault.message} for fault in faults],
    )
    db.session.add(row)
    db.session.flush()
    after = {"release": release_id, "sha256": row.sha256, "state": row.state, "tags": row.tags}
    audit.record(outcome.tender.stream, Act.RELEASE_PUBLISHED, outcome.tender.number, by=SYSTEM, after=after)
    return row
