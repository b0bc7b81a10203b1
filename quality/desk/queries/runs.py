"""Kept screen runs and hits. A screen's current run is its newest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, undefer

from core.db import db
from quality.desk.models import ScreenHit, ScreenRun


def screens_run_on(day: dt.date) -> set[str]:
    return set(db.session.execute(select(ScreenRun.screen).where(ScreenRun.ran_on == day)).scalars())


def newest_runs() -> Sequence[ScreenRun]:
    """The newest run of each screen."""
    query = select(ScreenRun).where(ScreenRun.id.in_(_newest()))
    return db.session.execute(query.order_by(ScreenRun.id)).scalars().all()


def run_of(screen: str, ran_on: dt.date | None = None) -> ScreenRun | None:
    """The run of that day; without a day the newest."""
    query = select(ScreenRun).where(ScreenRun.screen == screen).order_by(ScreenRun.ran_on.desc()).limit(1)
    query = query if ran_on is None else query.where(ScreenRun.ran_on == ran_on)
    return db.session.execute(query).scalar_one_or_none()


def runs_of(screen: str, limit: int = 14) -> Sequence[ScreenRun]:
    query = select(ScreenRun).where(ScreenRun.screen == screen).order_by(ScreenRun.ran_on.desc()).limit(limit)
    return db.session.execute(query).scalars().all()


def hits_of(run_id: int) -> Sequence[ScreenHit]:
    query = select(ScreenHit).where(ScreenHit.run_id == run_id).order_by(ScreenHit.place)
    return db.session.execute(query).scalars().all()


def hit_of(run_id: int, place: int) -> ScreenHit | None:
    query = select(ScreenHit).where(ScreenHit.run_id == run_id, ScreenHit.place == place)
    return db.session.execute(query.options(undefer(ScreenHit.evidence))).scalar_one_or_none()


def current_hits(organisation_id: int | None = None) -> Sequence[ScreenHit]:
    """Hits on providers in the newest run of each screen; of one provider, or of all."""
    query = select(ScreenHit).join(ScreenHit.run).options(contains_eager(ScreenHit.run))
    query = query.where(ScreenRun.id.in_(_newest()), ScreenHit.organisation_id.is_not(None))
    if organisation_id is not None:
        query = query.where(ScreenHit.organisation_id == organisation_id)
    return db.session.execute(query.order_by(ScreenRun.screen, ScreenHit.place)).scalars().all()


def _newest() -> Any:
    return select(func.max(ScreenRun.id)).group_by(ScreenRun.screen)
