"""Published scores: what the public list, a scorecard and a provider's record read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from core.db import db
from core.organisations import Organisation
from providers.models import Provider, ProviderServiceLine
from quality.scoring.models import QualityScore


class PublishedScore(NamedTuple):
    """One published score with its provider."""

    score: QualityScore
    provider: Provider


@dataclass(frozen=True, slots=True)
class Search:
    """Which public scores: of providers that give one of `lines`, in a district, with these words in name or number."""

    lines: Collection[str]
    district: str = ""
    words: str = ""


def newest(search: Search, *, limit: int | None = None, offset: int = 0) -> list[PublishedScore]:
    """Of each provider the newest version of its newest published period, by name."""
    query = _ranked(search, QualityScore, Provider).options(selectinload(Provider.service_lines))
    query = query.order_by(Organisation.name, Provider.number).limit(limit).offset(offset)
    return [PublishedScore(row, provider) for row, provider in db.session.execute(query)]


def count(search: Search) -> int:
    return int(db.session.execute(_ranked(search, func.count())).scalar_one())


def districts(lines: Collection[str]) -> list[str]:
    query = _ranked(Search(lines), Organisation.district).distinct().order_by(Organisation.district)
    return list(db.session.execute(query).scalars())


def _ranked(search: Search, *columns: Any) -> Select[Any]:
    age = func.row_number().over(
        partition_by=QualityScore.organisation_id,
        order_by=(QualityScore.period_until.desc(), QualityScore.period.desc(), QualityScore.version.desc()),
    )
    ranked = select(QualityScore.id, age.label("age")).where(QualityScore.state == "published").subquery()
    query = select(*columns).select_from(QualityScore).join(ranked, ranked.c.id == QualityScore.id)
    query = query.join(Provider, Provider.organisation_id == QualityScore.organisation_id)
    query = query.join(Organisation, Organisation.id == Provider.organisation_id)
    query = query.where(
        ranked.c.age == 1, Provider.service_lines.any(ProviderServiceLine.service_line.in_(search.lines))
    )
    if search.district:
        query = query.where(Organisation.district == search.district)
    if search.words:
        named = Organisation.name.icontains(search.words, autoescape=True)
        query = query.where(or_(named, Provider.number.icontains(search.words, autoescape=True)))
    return query


def of_provider(number: str) -> list[PublishedScore]:
    """Of one provider, newest period first; of a period the newest published version."""
    query = select(QualityScore, Provider).join(Provider, Provider.organisation_id == QualityScore.organisation_id)
    query = query.where(QualityScore.state == "published", Provider.number == number)
    query = query.options(selectinload(Provider.service_lines))
    query = query.order_by(QualityScore.period_until.desc(), QualityScore.version.desc())
    found: dict[tuple[int, str], PublishedScore] = {}
    for row, provider in db.session.execute(query):
        found.setdefault((row.organisation_id, row.period), PublishedScore(row, provider))
    return list(found.values())


def values(organisation_ids: Collection[int], since: dt.date) -> dict[int, list[Decimal]]:
    """Organisation → published scores of periods that ended after `since`, newest version of each."""
    query = select(QualityScore).where(
        QualityScore.organisation_id.in_(organisation_ids),
        QualityScore.state == "published",
        QualityScore.period_until > since,
        QualityScore.score.is_not(None),
    )
    newest = {(row.organisation_id, row.period): row for row in db.session.execute(
        query.order_by(QualityScore.version)).scalars()}  # fmt: skip
    found: dict[int, list[Decimal]] = defaultdict(list)
    for row in newest.values():
        found[row.organisation_id].append(row.score or Decimal(0))
    return found
