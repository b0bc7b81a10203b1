"""What the log of dry runs is asked, and with whom members are placed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select

from care.models import Placement
from claims.models.dry_runs import DryRun
from claims.readers import Reader
from core.among import among
from core.db import db
from core.organisations import Organisation
from members.models import Member

AGREED = ("accepted", "ended")


def placements(organisation_id: int, member_ids: Collection[int]) -> Sequence[Any]:
    """(member, first day, last day) of what was agreed with this provider."""
    query = select(Placement.member_id, Placement.valid_from, Placement.valid_until)
    query = query.where(Placement.organisation_id == organisation_id, Placement.state.in_(AGREED))
    return db.session.execute(query.where(among(Placement.member_id, member_ids))).all()


def asked(reader: Reader, words: str, page: int, size: int) -> tuple[Sequence[Any], int]:
    """One page of (run, member, organisation), the newest first, and how many there are in all."""
    query = (
        select(DryRun, Member.public_id, Organisation.name)
        .outerjoin(Member, Member.id == DryRun.member_id)
        .outerjoin(Organisation, Organisation.id == DryRun.organisation_id)
        .where(*reader.of_dry_runs())
    )
    if words:
        query = query.where(Member.public_id == words.upper())
    count = db.session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    query = query.order_by(DryRun.asked_at.desc(), DryRun.id.desc()).offset((page - 1) * size).limit(size)
    return db.session.execute(query).all(), count
