"""Plans of purchases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from core.words import _l
from procurement.models.planning import PurchasePlan
from procurement.models.tender import Tender


def all_plans() -> Sequence[PurchasePlan]:
    query = select(PurchasePlan).order_by(PurchasePlan.created_at.desc(), PurchasePlan.id.desc())
    return db.session.execute(query).scalars().all()


def plans_in(*states: str) -> Sequence[PurchasePlan]:
    query = select(PurchasePlan).where(PurchasePlan.state.in_(states)).order_by(PurchasePlan.wanted_on)
    return db.session.execute(query).scalars().all()


def plan_by_number(number: str) -> PurchasePlan:
    row = db.session.execute(select(PurchasePlan).where(PurchasePlan.number == number)).scalar_one_or_none()
    if row is None:
        raise NotFound(_l("There is no %(number)s here.", number=number))
    return row


def plan_of(tender: Tender) -> PurchasePlan | None:
    """Where a tender comes from."""
    return db.session.execute(select(PurchasePlan).where(PurchasePlan.tender_id == tender.id)).scalar_one_or_none()


def tender_of(plan: PurchasePlan) -> Tender | None:
    return db.session.execute(select(Tender).where(Tender.id == plan.tender_id)).scalar_one_or_none()
