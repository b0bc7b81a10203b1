"""Who is who: providers' public numbers, members, and who was covered."""

from __future__ import annotations

import datetime as dt

import polars as pl
from sqlalchemy import select

from core.db import db
from members.models import Cover, Member
from providers.models import Provider
from quality.queries.frames import frame

ONE_DAY = dt.timedelta(days=1)


def provider_numbers() -> dict[int, str]:
    return dict(db.session.execute(select(Provider.organisation_id, Provider.number)).all())


def people() -> pl.DataFrame:
    """member_id, born_on, sex, died_on."""
    return frame(select(Member.id.label("member_id"), Member.born_on, Member.sex, Member.died_on))


def cover(at: dt.datetime) -> pl.DataFrame:
    """member_id, begins, ends of active spells known at `at`; an open one has no end."""
    query = select(Cover.member_id, Cover.valid_from.label("begins"), Cover.valid_until.label("ends"))
    return frame(query.where(Cover.state.in_(("active", "grace")), Cover.created_at < at))


def covered_whole_period(first: dt.date, last: dt.date, at: dt.datetime) -> pl.DataFrame:
    """member_id of those whose active spells leave no day of these uncovered."""
    query = select(Cover.member_id, Cover.valid_from, Cover.valid_until).where(
        Cover.state.in_(("active", "grace")),
        Cover.created_at < at,
        Cover.valid_from <= last,
        (Cover.valid_until.is_(None)) | (Cover.valid_until >= first),
    )
    until = pl.col("valid_until").fill_null(last)
    spells = frame(query).with_columns(valid_until=until).sort("member_id", "valid_from", "valid_until")
    reached = pl.col("valid_until").cum_max().shift(1).over("member_id").fill_null(first - ONE_DAY)
    spells = spells.with_columns(has_gap=pl.col("valid_from") > reached + ONE_DAY)
    by_member = spells.group_by("member_id").agg(pl.col("has_gap").any(), pl.col("valid_until").max())
    return by_member.filter(~pl.col("has_gap") & (pl.col("valid_until") >= last)).select("member_id")
