"""Procedures published elsewhere: every SELECT."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from core.db import db
from core.errors import NotFound
from core.words import _l
from procurement.models.elsewhere import ElsewhereProcedure


def procedure(number: str) -> ElsewhereProcedure:
    row = procedure_if_any(number)
    if row is None:
        raise NotFound(_l("There is no %(number)s here.", number=number))
    return row


def procedure_if_any(number: str) -> ElsewhereProcedure | None:
    query = select(ElsewhereProcedure).where(ElsewhereProcedure.number == number)
    return db.session.execute(query).scalar_one_or_none()


def procedures() -> Sequence[ElsewhereProcedure]:
    """Newest first; what was dropped stays on record and last."""
    query = select(ElsewhereProcedure).order_by(ElsewhereProcedure.state == "dropped", ElsewhereProcedure.id.desc())
    return db.session.execute(query).scalars().all()


def same_release(ocid: str, release_id: str, sha256: str) -> ElsewhereProcedure | None:
    query = select(ElsewhereProcedure).filter_by(ocid=ocid, release_id=release_id, sha256=sha256)
    return db.session.execute(query).scalar_one_or_none()


def of_one_procedure(row: ElsewhereProcedure) -> Sequence[ElsewhereProcedure]:
    """Other releases of it: of the same ocid, or linked to it."""
    root = row.linked_id or row.id
    same = or_(ElsewhereProcedure.ocid == row.ocid, ElsewhereProcedure.id == root, ElsewhereProcedure.linked_id == root)
    query = select(ElsewhereProcedure).where(same, ElsewhereProcedure.id != row.id)
    return db.session.execute(query.order_by(ElsewhereProcedure.id)).scalars().all()
