"""Grants and placements that run already: brought in as sets at the opening of a fund; grants are taken back with
their file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from care.models import CareGrant, Placement, PlacementSlot
from care.records import Slot
from care.services.replacing import keep_replaced
from core import audit, clock, events
from core.actors import Actor
from core.acts import Act
from core.db import bulk_insert, db
from core.errors import Conflict
from core.words import _l


@dataclass(frozen=True, slots=True)
class RunningGrant:
    """A grant under the number that it has already; `quantity` in units for the whole period."""

    number: str
    member_id: int
    service_line: str
    service: str
    care_level: int | None
    quantity: int | None
    valid_from: dt.date
    valid_until: dt.date
    entitlement: str = ""


@dataclass(frozen=True, slots=True)
class RunningPlacement:
    """Care under a grant that the provider gives already; nobody is asked to accept it again. A site means days."""

    number: str
    grant_id: int
    member_id: int
    organisation_id: int
    site_id: int | None
    service: str
    valid_from: dt.date
    valid_until: dt.date
    pattern: Sequence[Slot]


def taken_numbers(numbers: Sequence[str]) -> set[str]:
    """Those of `numbers` that a grant has already."""
    return set(db.session.execute(select(CareGrant.number).where(CareGrant.number.in_(numbers))).scalars())


def bring_in_grants(rows: Sequence[RunningGrant], *, source: str, by: Actor) -> dict[str, int]:
    """Write them with `source` as their reason; number → id."""
    fixed = {"decided_by": by.person, "decided_at": clock.now(), "reason": source}
    bulk_insert(CareGrant.__table__, [asdict(row) | fixed for row in rows])
    _record(rows, source, by, "brought in")
    query = select(CareGrant.number, CareGrant.id).where(CareGrant.number.in_([row.number for row in rows]))
    return {row.number: row.id for row in db.session.execute(query)}


def bring_in_placements(rows: Sequence[RunningPlacement], *, source: str, by: Actor) -> None:
    """Write them as accepted, with the slots of their weeks."""
    now = clock.now()
    fixed = {"state": "accepted", "created_at": now, "answered_at": now}
    placed = [asdict(row) | fixed | {"kind": "day" if row.site_id else "visit"} for row in rows]
    patterns = {row["number"]: row.pop("pattern") for row in placed}
    bulk_insert(Placement.__table__, placed)
    query = select(Placement.number, Placement.id).where(Placement.number.in_(list(patterns)))
    ids = {row.number: row.id for row in db.session.execute(query)}
    slots = [{"placement_id": ids[number], **slot} for number, pattern in patterns.items() for slot in pattern]
    bulk_insert(PlacementSlot.__table__, slots)
    root = audit.merkle_root([audit.canonical([row["number"], row["valid_from"]]) for row in placed]).hex()
    after = {"placements": len(rows), "root": root}
    audit.record("care", Act.PLACEMENT_ANSWERED, source, by=by, reason="brought in", after=after)
    data = {"member_ids": sorted({row.member_id for row in rows}), "state": "accepted"}
    first = min(row.valid_from for row in rows)
    events.publish("care.placement_changed", source, effective_from=first, data=data)


def take_back_grants(source: str, *, by: Actor) -> None:
    """Remove the grants of this source; refused as soon as a member was placed under one of them."""
    rows = db.session.execute(select(CareGrant).where(CareGrant.reason == source)).scalars().all()
    ids = [row.id for row in rows]
    placed = db.session.execute(select(Placement.number).where(Placement.grant_id.in_(ids)).limit(1)).scalar()
    if placed:
        raise Conflict(_l("Placement %(number)s stands on a grant of this file, so the file stays.", number=placed))
    _record(rows, source, by, "taken back")
    keep_replaced(CareGrant, rows, source=source, by=by)
    db.session.execute(delete(CareGrant).where(CareGrant.id.in_(ids)))


def _record(rows: Sequence[RunningGrant | CareGrant], source: str, by: Actor, what: str) -> None:
    if not rows:
        return
    root = audit.merkle_root([audit.canonical([row.number, row.valid_from, row.quantity]) for row in rows]).hex()
    audit.record("care", Act.GRANT_DECIDED, source, by=by, reason=what, after={"grants": len(rows), "root": root})
    data = {"member_ids": sorted({row.member_id for row in rows})}
    first = min(row.valid_from for row in rows)
    events.publish("care.grant_decided", source, effective_from=first, data=data)
