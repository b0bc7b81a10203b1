"""What is recorded about places and works; `organisation_id` None: of every provider."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from care.models import Certificate, Occupancy, Quote, Stay
from care.queries.hidden import known_certificates, known_occupancies, known_stays
from core.actors import Actor
from core.among import among
from core.db import db
from core.organisations import Organisation
from core.restricted import known_to
from members.models import Member

LATEST = 60


def quotes(numbers: Collection[str]) -> dict[tuple[int, str], Quote]:
    """(organisation, number) → quote."""
    rows = db.session.execute(select(Quote).where(among(Quote.number, numbers))).scalars()
    return {(row.organisation_id, row.number): row for row in rows}


def latest_occupancies(who: Actor, organisation_id: int | None) -> Sequence[Any]:
    query = select(
        Occupancy.place, Occupancy.kind, Member.public_id, Occupancy.moved_in_on, Occupancy.moved_out_on
    ).join(Member, Member.id == Occupancy.member_id)
    return _latest(query.where(*known_occupancies(who)), Occupancy, organisation_id)


def latest_certificates(who: Actor, organisation_id: int | None) -> Sequence[Any]:
    query = select(
        Certificate.number, Certificate.kind, Organisation.name, Certificate.place, Certificate.valid_from,
        Certificate.valid_until,
    ).join(Organisation, Organisation.id == Certificate.organisation_id)  # fmt: skip
    return _latest(query.where(*known_certificates(who)), Certificate, organisation_id)


def latest_quotes(who: Actor, organisation_id: int | None) -> Sequence[Any]:
    query = select(
        Quote.number, Organisation.name, Member.public_id, Quote.service, Quote.quoted_on, Quote.amount,
        Quote.accepted_on, Quote.accepted_amount,
    )  # fmt: skip
    query = query.join(Member, Member.id == Quote.member_id).join(
        Organisation, Organisation.id == Quote.organisation_id
    )
    return _latest(query.where(*known_to(who, Quote.service)), Quote, organisation_id)


def latest_stays(who: Actor) -> Sequence[Any]:
    query = select(Stay.reference, Member.public_id, Stay.admitted_on, Stay.discharged_on)
    return _latest(query.join(Member, Member.id == Stay.member_id).where(*known_stays(who)), Stay, None)


def _latest(query: Any, model: Any, organisation_id: int | None) -> Sequence[Any]:
    if organisation_id is not None:
        query = query.where(model.organisation_id == organisation_id)
    return db.session.execute(query.order_by(model.id.desc()).limit(LATEST)).all()
