"""The record of facts: what holds on a day, for one organisation or many; its history; statements that disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from core.among import among
from core.db import db
from core.organisations import Organisation
from providers.facts import Figure, Share, catalogue_on
from providers.models import FactUse, FactVerification, OrganisationFact, Provider

_Row = OrganisationFact


@dataclass(frozen=True, slots=True)
class Held:
    """What the record says: `figure` of the day `said_of`; a computed share is as old as the older of its parts, and
    verified if both are. `rests_on`: the smaller of the counts behind it."""

    code: str
    figure: Figure
    said_of: dt.date
    is_verified: bool
    rests_on: Figure


def facts_on(
    organisation_ids: Collection[int], codes: Collection[str], day: dt.date
) -> Mapping[int, Mapping[str, Held]]:
    """Organisation → code → what was last said of a day or period up to `day`; one statement for any number.

    Codes of figures (their usual period) and of computed shares; what nobody said is absent.
    """
    catalogue = catalogue_on(day)
    usual = {code: fact.periods[0] for code, fact in catalogue.facts.items()}
    wanted = catalogue.needed(codes)
    rows: dict[int, dict[tuple[str, str], OrganisationFact]] = {}
    for row in latest(organisation_ids, wanted, day):
        rows.setdefault(row.organisation_id, {})[row.code, row.period] = row
    return {
        key: {
            code: held
            for code in codes
            if (held := _held(code, catalogue.shares.get(code), usual.get(code, ""), own)) is not None
        }
        for key, own in rows.items()
    }


def latest(
    organisation_ids: Collection[int], codes: Collection[str], day: dt.date, *, apart_from: str = ""
) -> Sequence[OrganisationFact]:
    """Of each organisation, code and period the statement that counts on the day: of the latest day, of that the one
    that was verified, of those the one said last. `apart_from`: a tender whose bids are left out."""
    order = (_Row.valid_until.desc(), FactVerification.fact_id.is_(None), _Row.id.desc())
    place = func.row_number().over(partition_by=(_Row.organisation_id, _Row.code, _Row.period), order_by=order)
    ranked = _standing(select(_Row.id, place.label("place"))).outerjoin(_Row.verification)
    ranked = ranked.where(among(_Row.organisation_id, organisation_ids), among(_Row.code, codes))
    if apart_from:
        ranked = ranked.where((_Row.source != "bid") | (_Row.reference != apart_from))
    first = ranked.where(_Row.valid_until <= day).subquery()
    query = select(_Row).join(first, first.c.id == _Row.id).where(first.c.place == 1)
    return db.session.execute(query.options(joinedload(_Row.verification))).scalars().all()


def history(organisation_id: int) -> Sequence[OrganisationFact]:
    """Everything that was ever said, corrected rows too, the latest day first."""
    query = select(_Row).where(_Row.organisation_id == organisation_id).options(joinedload(_Row.file))
    return db.session.execute(query.order_by(_Row.valid_until.desc(), _Row.id.desc())).scalars().all()


def said_of(organisation_ids: Collection[int], day: dt.date | None = None) -> Sequence[OrganisationFact]:
    """What stands of these organisations, of one day or of all."""
    query = _standing(select(_Row)).where(among(_Row.organisation_id, organisation_ids))
    query = query if day is None else query.where(_Row.valid_until == day)
    return db.session.execute(query.order_by(_Row.id)).scalars().all()


def fact(organisation_id: int, fact_id: int) -> OrganisationFact | None:
    query = select(_Row).where(_Row.organisation_id == organisation_id, _Row.id == fact_id)
    return db.session.execute(query).scalar_one_or_none()


def is_superseded(fact_id: int) -> bool:
    return bool(db.session.execute(select(select(_Row.id).where(_Row.supersedes_id == fact_id).exists())).scalar_one())


def uses(organisation_id: int) -> Sequence[FactUse]:
    """Where its figures were taken from the record, the latest first."""
    query = select(FactUse).join(FactUse.fact).options(contains_eager(FactUse.fact))
    query = query.where(_Row.organisation_id == organisation_id)
    return db.session.execute(query.order_by(FactUse.used_at.desc(), FactUse.id.desc())).scalars().all()


def used_by(fact_ids: Collection[int], source: str, reference: str) -> set[int]:
    """Those of these rows that this door noted already."""
    query = select(FactUse.fact_id).where(FactUse.source == source, FactUse.reference == reference)
    return set(db.session.execute(query.where(among(FactUse.fact_id, fact_ids))).scalars())


def lock_organisation(organisation_id: int) -> None:
    """Two people who state the same figure at once wait for each other."""
    db.session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())


def organisations_by_numbers(numbers: Collection[str]) -> Mapping[str, Organisation]:
    """Providers among these numbers with their organisation."""
    query = select(Provider.number, Organisation).join(Provider.organisation).where(among(Provider.number, numbers))
    return {row[0]: row[1] for row in db.session.execute(query)}


def last_fact_id() -> int:
    return int(db.session.execute(select(func.coalesce(func.max(_Row.id), 0))).scalar_one())


def told_twice(organisation_id: int | None = None) -> Sequence[OrganisationFact]:
    """Rows that stand beside another of the same code and period with another figure; of one organisation or of all."""
    other = aliased(_Row)
    figure, others = (func.coalesce(row.value, row.amount) for row in (_Row, other))
    twin = _standing(select(other.id), other).where(
        other.organisation_id == _Row.organisation_id, other.code == _Row.code, other.period == _Row.period,
        other.valid_until == _Row.valid_until, others != figure,
    )  # fmt: skip
    query = _standing(select(_Row)).where(twin.exists()).options(joinedload(_Row.organisation))
    query = query if organisation_id is None else query.where(_Row.organisation_id == organisation_id)
    order = (_Row.organisation_id, _Row.code, _Row.period, _Row.valid_until.desc(), _Row.id)
    return db.session.execute(query.order_by(*order)).scalars().all()


def _standing(query: Select[Any], row: Any = _Row) -> Select[Any]:
    """Only what no correction has taken the place of."""
    later = aliased(OrganisationFact)
    return query.where(~select(later.id).where(later.supersedes_id == row.id).exists())


def _held(code: str, share: Share | None, period: str, rows: Mapping[tuple[str, str], OrganisationFact]) -> Held | None:
    if share is None:
        row = rows.get((code, period))
        return Held(code, row.figure, row.valid_until, row.verification is not None, row.figure) if row else None
    part, whole = rows.get((share.part, share.period)), rows.get((share.whole, share.period))
    value = share.of(part.figure, whole.figure) if part and whole else None
    if part is None or whole is None or value is None:
        return None
    is_verified = part.verification is not None and whole.verification is not None
    return Held(code, value, min(part.valid_until, whole.valid_until), is_verified, min(part.figure, whole.figure))
