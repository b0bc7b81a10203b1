"""Opening files, and what they brought in of limits."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select, union_all

from claims.models.opening import OpeningFile, OpeningUse
from core.among import among
from core.db import db
from core.rows import Prepared, Row
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


def rows_behind(household_id: int) -> Sequence[OpeningUse]:
    """Use brought in by kept files for this household and its members."""
    query = select(OpeningUse).outerjoin(Member, Member.id == OpeningUse.member_id)
    query = query.join(OpeningFile, OpeningFile.id == OpeningUse.opening_file_id).where(OpeningFile.state == "kept")
    query = query.where(or_(Member.household_id == household_id, OpeningUse.household_id == household_id))
    return db.session.execute(query.order_by(OpeningUse.id)).scalars().all()


_SUBJECT = func.coalesce(OpeningUse.grant_id, OpeningUse.household_id, OpeningUse.member_id)
_USED = (OpeningUse.key, OpeningUse.scope, _SUBJECT, OpeningUse.period_start, OpeningUse.unit, OpeningUse.amount)
_OF_MEMBERS = select(*_USED, Member.household_id).join(OpeningUse, OpeningUse.member_id == Member.id).join(OpeningFile)
_OF_HOUSEHOLDS = select(*_USED, OpeningUse.household_id).join(OpeningFile)
_USE = Prepared(
    union_all(  # each by its own index: a row has one owner
        _OF_MEMBERS.where(among(Member.household_id, "households"), OpeningFile.state == "kept"),
        _OF_HOUSEHOLDS.where(among(OpeningUse.household_id, "households"), OpeningFile.state == "kept"),
    )
)


def used_by(household_ids: Collection[int]) -> list[Row]:
    """Use brought in by kept files for these households and their members: (key, scope, subject, first day, unit,
    amount, household as of now)."""
    return _USE.rows(households=household_ids)


def rows_of(file_id: int) -> Sequence[OpeningUse]:
    return db.session.execute(select(OpeningUse).where(OpeningUse.opening_file_id == file_id)).scalars().all()


def members_of(household_ids: Collection[int]) -> Sequence[int]:
    return db.session.execute(select(Member.id).where(Member.household_id.in_(household_ids))).scalars().all()
