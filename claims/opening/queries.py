"""Opening files, and what they brought in of limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select

from claims.opening.models import OpeningFile, OpeningUse
from core.db import db
from members.models import Member


def files() -> Sequence[OpeningFile]:
    return db.session.execute(select(OpeningFile).order_by(OpeningFile.id.desc())).scalars().all()


def file_by_number(number: str, *, is_locked: bool = False) -> OpeningFile | None:
    query = select(OpeningFile).where(OpeningFile.number == number)
    return db.session.execute(query.with_for_update() if is_locked else query).scalar_one_or_none()


def same_file(kind: str, sha256: str) -> OpeningFile | None:
    """The same bytes of the same kind, not undone."""
    query = select(OpeningFile).where(OpeningFile.kind == kind, OpeningFile.sha256 == sha256)
    return db.session.execute(query.where(OpeningFile.state != "undone").limit(1)).scalar_one_or_none()


def use_of(household_ids: Collection[int]) -> Sequence[Any]:
    """Use brought in by kept files for these households and their members: (row, household as of now)."""
    query = select(OpeningUse, Member.household_id).outerjoin(Member, Member.id == OpeningUse.member_id)
    query = query.join(OpeningFile, OpeningFile.id == OpeningUse.opening_file_id).where(OpeningFile.state == "kept")
    query = query.where(or_(Member.household_id.in_(household_ids), OpeningUse.household_id.in_(household_ids)))
    return db.session.execute(query.order_by(OpeningUse.id)).all()


def use_at(keys: Collection[str], subject_ids: Collection[int], starts: Collection[dt.date]) -> Sequence[OpeningUse]:
    """Use brought in by kept files that may stand behind these limits."""
    query = select(OpeningUse).join(OpeningFile).where(OpeningFile.state == "kept", OpeningUse.key.in_(keys))
    owners = (OpeningUse.member_id, OpeningUse.household_id, OpeningUse.grant_id)
    owner = or_(*(column.in_(subject_ids) for column in owners))
    return db.session.execute(query.where(owner, OpeningUse.period_start.in_(starts))).scalars().all()


def rows_of(file_id: int) -> Sequence[OpeningUse]:
    return db.session.execute(select(OpeningUse).where(OpeningUse.opening_file_id == file_id)).scalars().all()


def members_of(household_ids: Collection[int]) -> Sequence[int]:
    return db.session.execute(select(Member.id).where(Member.household_id.in_(household_ids))).scalars().all()
