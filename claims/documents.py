"""Documents that the plan asks for: they come in for a waiting claim, which is then decided again (ADM-08, ADM-09)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from claims import facts, services
from claims.decisions import Cause
from claims.filed import Filed
from claims.models import ClaimDocument
from claims.queries import needs
from core import audit, clock, files
from core.actors import SYSTEM, Actor
from core.acts import Act
from core.config import fund
from core.db import db, unit_of_work
from core.errors import Conflict, InputErrors
from core.words import _l

KINDS = ("application/pdf", "image/png", "image/jpeg")


def missing(claim: Filed) -> list[str]:
    """Names of the documents that its lines need and that have not come, in the order of the lines."""
    plan_for, here = facts.plans(), {name for _, name in needs.documents([claim.id])}
    names: dict[str, None] = {}
    for line in claim.lines:
        day = line.service_until or line.service_from
        row = plan_for(day).row(line.code_system, line.service, day) if day and line.service else None
        asked = row.documents if row is not None else ()
        names |= {each.name: None for each in asked if line.amount >= each.amount_from and each.name not in here}
    return list(names)


def attach(
    number: str, name: str, content: bytes, filename: str, *, by: Actor, at: dt.datetime, zone: ZoneInfo
) -> ClaimDocument:
    """Keep a document that is waited for and decide the claim again at once."""
    claim = services.locked(number)
    if claim.state != "pended":
        raise Conflict(_l("Claim %(number)s does not wait for a document.", number=claim.number), code="not_waiting")
    wanted = missing(claim)
    if name not in wanted:
        raise InputErrors.at("name", _l("This claim needs: %(names)s.", names=", ".join(wanted) or "–"), name)
    media_type = files.check_upload(content, filename, KINDS)
    stored = files.store(
        content, filename=filename, media_type=media_type, organisation_id=claim.organisation_id, by=by
    )
    row = ClaimDocument(
        claim_id=claim.id, partition=claim.partition, name=name, file_id=stored.id, sent_by=by.person, sent_at=at
    )
    db.session.add(row)
    db.session.flush()
    after = {"document": name, "sha256": stored.sha256}
    audit.record(f"claims-{claim.partition:02d}", Act.CLAIM_DOCUMENT_SENT, claim.number, by=by, after=after)
    services.decide_again([claim.id], Cause("document", by, at), facts.plans(), zone)
    return row


def decide_overdue(*, by: Actor, at: dt.datetime, zone: ZoneInfo) -> int:
    """Claims that wait for a document, decided again: one whose last day is over is denied. How many changed."""
    changed, after = 0, 0
    while ids := needs.waiting_for_documents(after, services.BATCH):
        after = ids[-1]
        changed += services.decide_again(ids, Cause("redecision", by, at), facts.plans(), zone)
    return changed


def decide_due() -> int:
    """The worker's hourly look: what is due stands in the database."""
    with unit_of_work():
        return decide_overdue(by=SYSTEM, at=clock.now(), zone=fund().zone)
