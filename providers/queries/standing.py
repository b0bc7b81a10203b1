"""Whether a stage holds on a day: by its dates, never by a job that ran. Written once, for all rooms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import case, select

from core.db import db
from providers.models import (
    Accreditation,
    Authorisation,
    OpeningHours,
    Provider,
    SiteCapacity,
    Succession,
    Suspension,
)
from providers.states import HELD

Period = type[Accreditation] | type[Authorisation]


def covers(model: Period | type[Suspension] | type[SiteCapacity] | type[OpeningHours], on: dt.date) -> Any:
    return (model.valid_from <= on) & (model.valid_until.is_(None) | (model.valid_until >= on))


def accredited(organisation_id: Any, on: dt.date) -> Any:
    """Condition: an accreditation of this organisation (a column or an id) covers the day and no suspension does."""
    return _any(Accreditation, organisation_id, on) & ~_any(Suspension, organisation_id, on)


def authorised(organisation_id: Any, on: dt.date) -> Any:
    """Condition: at least authorised on the day; whoever is accredited is."""
    held = _any(Authorisation, organisation_id, on) | _any(Accreditation, organisation_id, on)
    return held & ~_any(Suspension, organisation_id, on)


def standing(on: dt.date) -> Any:
    """The standing of each provider as one expression: its state, or what its dates make of it (STANDINGS)."""
    key = Provider.organisation_id
    return case(
        (_succeeded(key, on), "succeeded"),
        (Provider.state == "authorised", _stands(Authorisation, key, on, ("authorised", "lapsed", "awaited"))),
        (Provider.state.not_in(HELD), Provider.state),
        (~_any(Accreditation, key, on), _stands(Accreditation, key, on, ("accredited", "expired", "not_yet"))),
        (_any(Suspension, key, on), "suspended"),
        else_="accredited",
    )


def is_accredited(organisation_id: int | None, on: dt.date) -> bool:
    return has_stage(organisation_id, "accredited", on)


def has_stage(organisation_id: int | None, stage: str, on: dt.date) -> bool:
    """Whether it stands at `stage` (STAGES) at least."""
    holds = accredited if stage == "accredited" else authorised
    found: bool = db.session.execute(select(holds(organisation_id, on))).scalar_one()
    return found


def _any(model: Period | type[Suspension], organisation_id: Any, on: dt.date) -> Any:
    query = select(model.id).where(model.organisation_id == organisation_id, covers(model, on))
    return (query.where(Suspension.lifted_at.is_(None)) if model is Suspension else query).exists()


def _succeeded(organisation_id: Any, on: dt.date) -> Any:
    query = select(Succession.id).where(Succession.organisation_id == organisation_id, Succession.takes_over_on <= on)
    return query.where(Succession.state == "approved").exists()


def _stands(model: Period, organisation_id: Any, on: dt.date, words: tuple[str, str, str]) -> Any:
    """`words`: on its days, after one of them, before all."""
    past = select(model.id).where(model.organisation_id == organisation_id, model.valid_until < on).exists()
    return case((_any(model, organisation_id, on), words[0]), (past, words[1]), else_=words[2])
