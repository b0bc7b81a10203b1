"""Audit cases and samples."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from core.db import db
from quality.models import AuditCase, AuditSample


def audit_case(number: str) -> AuditCase | None:
    query = select(AuditCase).where(AuditCase.number == number).options(selectinload(AuditCase.samples))
    return db.session.execute(query).scalar_one_or_none()


def audit_cases(*, state: str = "", organisation_id: int | None = None, limit: int = 100) -> Sequence[AuditCase]:
    """Open ones first, then the newest."""
    query = select(AuditCase)
    if state:
        query = query.where(AuditCase.state == state)
    if organisation_id is not None:
        query = query.where(AuditCase.organisation_id == organisation_id)
    query = query.order_by(AuditCase.state != "opened", AuditCase.opened_at.desc(), AuditCase.id.desc())
    return db.session.execute(query.limit(limit)).scalars().all()


def cases_by_state() -> dict[str, int]:
    query = select(AuditCase.state, func.count()).group_by(AuditCase.state)
    return dict(db.session.execute(query).all())


def open_questions(period: str) -> set[tuple[int, str]]:
    """(organisation, indicator) with a case on that period, open or answered: the alert has been looked at."""
    query = select(AuditCase.organisation_id, AuditCase.indicator).where(AuditCase.period == period)
    return {(row[0], row[1]) for row in db.session.execute(query)}


def audit_sample(number: str) -> AuditSample | None:
    query = select(AuditSample).where(AuditSample.number == number).options(selectinload(AuditSample.lines))
    return db.session.execute(query).scalar_one_or_none()


def audit_samples(organisation_id: int | None = None, limit: int = 50) -> Sequence[AuditSample]:
    query = select(AuditSample).order_by(AuditSample.id.desc()).limit(limit)
    if organisation_id is not None:
        query = query.where(AuditSample.organisation_id == organisation_id)
    return db.session.execute(query).scalars().all()
