"""Whether an accreditation holds on a day: by its dates, never by a job that ran. Written once, for all rooms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import case, select

from core.db import db
from providers.models import Accreditation, Provider, SiteCapacity, SseAssessment, Suspension


def covers(model: type[Accreditation] | type[Suspension] | type[SiteCapacity], on: dt.date) -> Any:
    return (model.valid_from <= on) & (model.valid_until.is_(None) | (model.valid_until >= on))


def accredited(organisation_id: Any, on: dt.date) -> Any:
    """Condition: an accreditation of this organisation (a column or an id) covers the day and no suspension does."""
    return _any(Accreditation, organisation_id, on) & ~_any(Suspension, organisation_id, on)


def standing(on: dt.date) -> Any:
    """The standing of each provider as one expression: its state, or what its dates make of it (STANDINGS)."""
    key = Provider.organisation_id
    return case(
        (Provider.state.not_in(("accredited", "suspended")), Provider.state),
        (~_any(Accreditation, key, on), case((_ended(key, on), "expired"), else_="not_yet")),
        (_any(Suspension, key, on), "suspended"),
        else_="accredited",
    )


def is_accredited(organisation_id: int | None, on: dt.date) -> bool:
    found: bool = db.session.execute(select(accredited(organisation_id, on))).scalar_one()
    return found


def sse_result(organisation_id: int | None, on: dt.date) -> bool | None:
    """What the approved assessment of that day says; None: there is none, so the legal form alone speaks."""
    query = select(SseAssessment.is_sse).where(SseAssessment.organisation_id == organisation_id)
    query = query.where(SseAssessment.state == "approved", SseAssessment.valid_from <= on)
    newest = query.order_by(SseAssessment.valid_from.desc(), SseAssessment.version.desc()).limit(1)
    return db.session.execute(newest).scalar_one_or_none()


def _any(model: type[Accreditation] | type[Suspension], organisation_id: Any, on: dt.date) -> Any:
    query = select(model.id).where(model.organisation_id == organisation_id, covers(model, on))
    return (query.where(Suspension.lifted_at.is_(None)) if model is Suspension else query).exists()


def _ended(organisation_id: Any, on: dt.date) -> Any:
    query = select(Accreditation.id).where(Accreditation.organisation_id == organisation_id)
    return query.where(Accreditation.valid_until < on).exists()
