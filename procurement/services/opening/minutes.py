"""The minutes of an opening: written in its transaction, signed afterwards by those who were there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import audit, clock, issued
from core.actors import Actor
from core.acts import Act
from core.db import db
from core.errors import Conflict, Forbidden
from core.words import _l
from procurement.minutes_paper import minutes_paper
from procurement.models.opening import MinutesSignature, OpeningKey, OpeningMinutes
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.sealing import EnvelopeKind, Manifest, digest

PAPER = "opening_minutes"


def write_minutes(
    tender: Tender,
    kind: EnvelopeKind,
    at: dt.datetime,
    came: list[OpeningKey],
    manifest: Manifest,
    found: dict[str, Any],
) -> OpeningMinutes:
    """`found`: {"bids": rows of `open_bid`, "oddities": sentences}."""
    content = {
        "tender": tender.number,
        "envelope": kind.value,
        "opened_at": at.isoformat(),
        "closed_at": tender.closes_at.isoformat(),
        "officers": [{"name": row.name, "came_at": row.joined_at.isoformat()} for row in came],
        "needed": tender.threshold,
        "manifest_root": manifest.root,
        **found,
    }
    before = queries.minutes_of(tender, kind.value)
    row = OpeningMinutes(tender=tender, envelope=kind.value, opened_at=at, content=content, sha256=digest(content))
    row.round = before.round + 1 if before else 1
    db.session.add(row)
    db.session.flush()
    return row


def countersign(minutes: OpeningMinutes, *, by: Actor, remark: str = "") -> MinutesSignature:
    """Someone who was there signs the minutes, with a remark if something was otherwise; the paper is printed anew."""
    if by.person not in {row.person for row in queries.opening_keys(minutes.tender, minutes.envelope)}:
        raise Forbidden(_l("Those who came to this opening sign its minutes."))
    if any(row.person == by.person for row in minutes.signatures):
        raise Conflict(_l("You have signed these minutes already."))
    row = MinutesSignature(person=by.person, name=by.name, signed_at=clock.now(), remark=remark.strip())
    minutes.signatures.append(row)
    db.session.flush()
    stream, after = minutes.tender.stream, {"sha256": minutes.sha256}
    audit.record(stream, Act.MINUTES_SIGNED, minutes.number, by=by, reason=row.remark, after=after)
    issued.issue(PAPER, minutes.number, lambda code: minutes_paper(minutes, code), by=by)
    return row
