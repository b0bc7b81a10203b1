"""What is read about open lists. Providers see published ones; drafts belong to the fund."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.db import db
from procurement.models.contract import Contract
from procurement.models.open_list import OpenList


def open_list_by_number(number: str, *, is_published: bool = False) -> OpenList | None:
    query = select(OpenList).where(OpenList.number == number).options(selectinload(OpenList.lines))
    if is_published:
        query = query.where(OpenList.state != "draft")
    return db.session.execute(query).scalar_one_or_none()


def open_lists(*, is_published: bool = False) -> Sequence[OpenList]:
    """Drafts first, then by title."""
    query = select(OpenList).options(selectinload(OpenList.lines))
    if is_published:
        query = query.where(OpenList.state == "published")
    return db.session.execute(query.order_by(OpenList.state != "draft", OpenList.title)).scalars().all()


def contract_from(open_list: OpenList, organisation_id: int) -> Contract | None:
    """The running contract by which a provider joined, if it did."""
    query = select(Contract).where(
        Contract.origin == "open_list",
        Contract.origin_reference == open_list.number,
        Contract.organisation_id == organisation_id,
        Contract.state != "ended",
    )
    return db.session.execute(query.limit(1)).scalar_one_or_none()
