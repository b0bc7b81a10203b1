"""Samples by number, by case, by what is to be done about them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload, undefer

from core.actors import Actor
from core.db import db
from core.restricted import sees_restricted
from quality.samples.models import (
    AuditSample,
    AuditSampleLine,
    SampleFinding,
    SamplePaper,
    SampleRequest,
    SampleSpare,
)

ASKED = ("drawn", "judged")


def audit_sample(number: str, who: Actor) -> AuditSample | None:
    """With its lines and its frame; a frame of restricted care does not exist for staff who are not named."""
    query = select(AuditSample).where(AuditSample.number == number)
    query = query.options(selectinload(AuditSample.lines), undefer(AuditSample.frame), undefer(AuditSample.frame_lines))
    row = db.session.execute(query).scalar_one_or_none()
    return row if row is None or not row.is_restricted or sees_restricted(who) else None


def locked(number: str) -> AuditSample:
    """The row to change, locked until the end of the transaction."""
    query = select(AuditSample).where(AuditSample.number == number).with_for_update(of=AuditSample)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def audit_samples(who: Actor, limit: int, offset: int = 0) -> Sequence[AuditSample]:
    """The newest first."""
    query = _seen(select(AuditSample), who).order_by(AuditSample.id.desc())
    return db.session.execute(query.limit(limit).offset(offset)).scalars().all()


def count_samples(who: Actor) -> int:
    count: int = db.session.execute(_seen(select(func.count(AuditSample.id)), who)).scalar_one()
    return count


def samples_of_case(case_number: str) -> Sequence[AuditSample]:
    query = select(AuditSample).where(AuditSample.case_number == case_number).order_by(AuditSample.id)
    return db.session.execute(query).scalars().all()


def asked_samples(organisation_id: int) -> Sequence[tuple[AuditSample, int, int, dt.date | None]]:
    """The provider's samples with lines asked, lines with papers, and the last day of what is missing."""
    sent = select(SamplePaper.sample_id, SamplePaper.position).distinct().subquery()
    on_line = (sent.c.sample_id == SampleRequest.sample_id) & (sent.c.position == SampleRequest.position)
    missing = func.min(SampleRequest.due_on).filter(sent.c.position.is_(None))
    query = select(AuditSample, func.count(SampleRequest.position), func.count(sent.c.position), missing)
    query = query.join(SampleRequest, SampleRequest.sample_id == AuditSample.id).outerjoin(sent, on_line)
    query = query.where(AuditSample.organisation_id == organisation_id, AuditSample.state.in_(ASKED))
    rows = db.session.execute(query.group_by(AuditSample.id).order_by(AuditSample.id.desc())).all()
    return [(row, asked, came, due) for row, asked, came, due in rows]


def unfinished(who: Actor, limit: int = 5) -> Sequence[AuditSample]:
    """Announced or drawn, the oldest first."""
    query = select(AuditSample).where(AuditSample.state.in_(("announced", "drawn"))).order_by(AuditSample.id)
    return db.session.execute(_seen(query, who).limit(limit)).scalars().all()


def public_samples(limit: int, offset: int = 0) -> Sequence[AuditSample]:
    """All that were ever announced, dropped ones too, so that nobody can draw until a draw pleases."""
    query = select(AuditSample).order_by(AuditSample.id.desc())
    return db.session.execute(query.limit(limit).offset(offset)).scalars().all()


def count_public_samples() -> int:
    return db.session.execute(select(func.count(AuditSample.id))).scalar_one()


def public_sample(number: str) -> AuditSample | None:
    query = select(AuditSample).where(AuditSample.number == number)
    query = query.options(selectinload(AuditSample.lines), undefer(AuditSample.frame))
    return db.session.execute(query).scalar_one_or_none()


def spares_of(sample_id: int) -> Sequence[SampleSpare]:
    query = select(SampleSpare).where(SampleSpare.sample_id == sample_id).order_by(SampleSpare.position)
    return db.session.execute(query).scalars().all()


def findings_of(sample_id: int) -> dict[int, list[SampleFinding]]:
    """Position → all versions, the first one first."""
    query = select(SampleFinding).where(SampleFinding.sample_id == sample_id)
    found: dict[int, list[SampleFinding]] = defaultdict(list)
    for row in db.session.execute(query.order_by(SampleFinding.position, SampleFinding.version)).scalars():
        found[row.position].append(row)
    return dict(found)


def requests_of(sample_id: int) -> dict[int, SampleRequest]:
    query = select(SampleRequest).where(SampleRequest.sample_id == sample_id)
    return {row.position: row for row in db.session.execute(query.order_by(SampleRequest.position)).scalars()}


def overdue_requests(today: dt.date) -> Sequence[tuple[AuditSample, SampleRequest]]:
    """Requests of drawn samples whose day is over, without a paper and without a reminder."""
    has_paper = select(SamplePaper.id).where(
        SamplePaper.sample_id == SampleRequest.sample_id, SamplePaper.position == SampleRequest.position
    )
    query = select(AuditSample, SampleRequest).join(SampleRequest, SampleRequest.sample_id == AuditSample.id)
    query = query.where(AuditSample.state == "drawn", SampleRequest.due_on < today)
    query = query.where(SampleRequest.reminded_at.is_(None), ~has_paper.exists())
    rows = db.session.execute(query.order_by(AuditSample.id, SampleRequest.position)).all()
    return [(sample, request) for sample, request in rows]


def judged_between(first: dt.datetime, last: dt.datetime) -> Sequence[tuple[AuditSample, AuditSampleLine, int, str]]:
    """Samples whose findings closed in [first, last), each judged line with what was allowed and the error code."""
    newest = (
        select(SampleFinding.sample_id, SampleFinding.position, func.max(SampleFinding.version).label("version"))
        .group_by(SampleFinding.sample_id, SampleFinding.position)
        .subquery()
    )
    query = select(AuditSample, AuditSampleLine, SampleFinding.allowed, SampleFinding.error)
    query = query.join(AuditSampleLine, AuditSampleLine.sample_id == AuditSample.id)
    query = query.join(
        SampleFinding,
        (SampleFinding.sample_id == AuditSampleLine.sample_id) & (SampleFinding.position == AuditSampleLine.position),
    ).join(
        newest,
        (newest.c.sample_id == SampleFinding.sample_id)
        & (newest.c.position == SampleFinding.position)
        & (newest.c.version == SampleFinding.version),
    )
    query = query.where(AuditSample.state == "judged", AuditSample.ended_at >= first, AuditSample.ended_at < last)
    rows = db.session.execute(query.order_by(AuditSample.id, AuditSampleLine.position)).all()
    return [(sample, line, allowed, error) for sample, line, allowed, error in rows]


def _seen(query: Select[Any], who: Actor) -> Select[Any]:
    return query if sees_restricted(who) else query.where(AuditSample.is_restricted.is_(False))
