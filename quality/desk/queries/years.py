"""Plans for the year, and who may be given auditor-days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from core.accounts.models import Account, Assignment
from core.db import db
from core.roles import Role
from quality.desk.models import AuditPlan


def plans() -> Sequence[AuditPlan]:
    query = select(AuditPlan).order_by(AuditPlan.year.desc(), AuditPlan.id.desc())
    return db.session.execute(query).scalars().all()


def plan_by_number(number: str) -> AuditPlan | None:
    query = select(AuditPlan).where(AuditPlan.number == number)
    query = query.options(selectinload(AuditPlan.visits), selectinload(AuditPlan.changes))
    return db.session.execute(query).scalar_one_or_none()


def living_plan(year: int) -> AuditPlan | None:
    """The plan of that year that was not withdrawn."""
    query = select(AuditPlan).where(AuditPlan.year == year, AuditPlan.state != "withdrawn")
    return db.session.execute(query).scalar_one_or_none()


def auditors(today: dt.date) -> Sequence[str]:
    """Names of those who audit today."""
    query = (
        select(Account.name)
        .join(Assignment, Assignment.account_id == Account.id)
        .where(
            Assignment.role == Role.AUDITOR.value,
            Assignment.valid_from <= today,
            or_(Assignment.valid_until.is_(None), Assignment.valid_until >= today),
        )
        .order_by(Account.name)
    )
    return list(dict.fromkeys(db.session.execute(query).scalars()))
