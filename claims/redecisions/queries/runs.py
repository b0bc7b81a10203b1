"""The runs and their lines as readers see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select

from claims.models import Claim
from claims.readers import EVERYONE, Reader
from claims.redecisions.models import RedecisionHousehold, RedecisionLine, RedecisionRun
from core.db import db
from core.organisations import Organisation

OPEN = ("drafted", "previewing", "previewed", "releasing")
PAGE = 50


def run_by_number(number: str, *, is_locked: bool = False) -> RedecisionRun | None:
    query = select(RedecisionRun).where(RedecisionRun.number == number)
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.execute(query).scalar_one_or_none()


def open_draft() -> RedecisionRun | None:
    """The draft that takes up what events touched; locked, for one writer at a time."""
    query = select(RedecisionRun).where(RedecisionRun.state == "drafted", RedecisionRun.withdrawn_claim_id.is_(None))
    return db.session.execute(query.order_by(RedecisionRun.id).limit(1).with_for_update()).scalar_one_or_none()


def runs(limit: int = 50) -> Sequence[RedecisionRun]:
    """Those that wait first, then the newest."""
    waits = case((RedecisionRun.state.in_(OPEN), 0), else_=1)
    query = select(RedecisionRun).order_by(waits, RedecisionRun.id.desc()).limit(limit)
    return db.session.execute(query).scalars().all()


def household_count(run_id: int) -> int:
    query = select(func.count()).select_from(RedecisionHousehold).where(RedecisionHousehold.run_id == run_id)
    return db.session.execute(query).scalar_one()


def sums_of(run_id: int) -> tuple[int, int, int]:
    """(claims that change, minor units on top, minor units back) of all lines of a run."""
    row = db.session.execute(select(*_sums()).where(RedecisionLine.run_id == run_id)).one()
    return row.claims, int(row.more), int(row.back)


def lines_of(run_id: int, page: int | None = None, reader: Reader = EVERYONE) -> Sequence[RedecisionLine]:
    query = select(RedecisionLine).where(RedecisionLine.run_id == run_id, *_seen_by(reader))
    query = query.order_by(RedecisionLine.claim_id, RedecisionLine.line_no)
    if page is not None:
        query = query.offset((page - 1) * PAGE).limit(PAGE)
    return db.session.execute(query).scalars().all()


def line_count(run_id: int, reader: Reader = EVERYONE) -> int:
    query = select(func.count()).select_from(RedecisionLine).where(RedecisionLine.run_id == run_id, *_seen_by(reader))
    return db.session.execute(query).scalar_one()


def _seen_by(reader: Reader) -> list[Any]:
    narrowed = reader.of_claims()
    return [RedecisionLine.claim_id.in_(select(Claim.id).where(*narrowed))] if narrowed else []


def _sums() -> tuple[Any, ...]:
    moved = RedecisionLine.new_paid - RedecisionLine.old_paid
    return (
        func.count(RedecisionLine.claim_id.distinct()).label("claims"),
        func.count().label("lines"),
        func.coalesce(func.sum(case((moved > 0, moved), else_=0)), 0).label("more"),
        func.coalesce(func.sum(case((moved < 0, -moved), else_=0)), 0).label("back"),
    )


def by_provider(run_id: int) -> Sequence[Any]:
    query = select(Organisation.id, Organisation.name, *_sums()).join(
        Organisation, Organisation.id == RedecisionLine.organisation_id
    )
    query = query.where(RedecisionLine.run_id == run_id).group_by(Organisation.id, Organisation.name)
    return db.session.execute(query.order_by(Organisation.name)).all()


def by_reason(run_id: int) -> Sequence[Any]:
    """State and reason before → state and reason after."""
    columns = (
        RedecisionLine.old_state,
        RedecisionLine.old_reason,
        RedecisionLine.new_state,
        RedecisionLine.new_reason,
    )
    query = select(*columns, *_sums()).where(RedecisionLine.run_id == run_id).group_by(*columns).order_by(*columns)
    return db.session.execute(query).all()


def households_in_other_runs(run: RedecisionRun) -> int:
    """How many of the run's households wait in another open run too."""
    mine = select(RedecisionHousehold.household_id).where(RedecisionHousehold.run_id == run.id)
    query = select(func.count(RedecisionHousehold.household_id.distinct())).join(RedecisionRun)
    query = query.where(RedecisionRun.state.in_(OPEN), RedecisionRun.id != run.id)
    return db.session.execute(query.where(RedecisionHousehold.household_id.in_(mine))).scalar_one()


def waiting_runs() -> Sequence[RedecisionRun]:
    query = select(RedecisionRun).where(RedecisionRun.state.in_(("drafted", "previewed")))
    return db.session.execute(query.order_by(RedecisionRun.id)).scalars().all()
