"""Tenders, lots, awards: every SELECT of the fund's side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import func, or_, select

from core.accounts.models import Account, Assignment
from core.actors import Actor
from core.db import db
from core.errors import NotFound
from core.outbox import OutboxMessage
from core.roles import Role
from core.words import _l
from procurement.models.bid import Bid
from procurement.models.evaluation import Award, LotResult
from procurement.models.opening import OpeningKey, OpeningMinutes
from procurement.models.tender import Lot, Tender, TenderPerson
from procurement.queries.discreet import known_to

T = TypeVar("T")
NOT_SIGNED = "signingRefusal"  # as breach registers call it
LIVING = ("proposed", "decided", "contracted")


def tender_by_number(number: str) -> Tender:
    """Any tender, for the fund's staff."""
    return _found(db.session.execute(select(Tender).where(Tender.number == number)).scalar_one_or_none(), number)


def tender_if_any(number: str, *, is_published: bool, who: Actor) -> Tender | None:
    """For the search box; with `is_published` as a bidder sees it."""
    query = select(Tender).where(Tender.number == number)
    if is_published:
        query = query.where(Tender.published_at.is_not(None), *known_to(who))
    return db.session.execute(query).scalar_one_or_none()


def published_tender(number: str, who: Actor | None = None) -> Tender:
    """A tender whose notice is out: what the public may see, or this bidder."""
    query = select(Tender).where(Tender.number == number, Tender.published_at.is_not(None), *known_to(who))
    return _found(db.session.execute(query).scalar_one_or_none(), number)


def locked_tender(number: str) -> Tender:
    """The tender with its row held until the end of the transaction."""
    query = select(Tender).where(Tender.number == number).with_for_update(of=Tender)
    query = query.execution_options(populate_existing=True)
    return _found(db.session.execute(query).scalar_one_or_none(), number)


def all_tenders(states: Sequence[str] = ()) -> Sequence[Tender]:
    """Newest first; with `states` only those."""
    query = select(Tender).order_by(Tender.created_at.desc(), Tender.id.desc())
    if states:
        query = query.where(Tender.state.in_(states))
    return db.session.execute(query).scalars().all()


def published_tenders(who: Actor | None = None) -> Sequence[Tender]:
    """For the public, or this bidder."""
    query = select(Tender).where(Tender.published_at.is_not(None), *known_to(who))
    return db.session.execute(query.order_by(Tender.closes_at.desc(), Tender.id.desc())).scalars().all()


def cancelled_tenders() -> Sequence[Tender]:
    query = select(Tender).where(Tender.state == "cancelled", Tender.cancelled_at.is_not(None)).order_by(Tender.id)
    return db.session.execute(query).scalars().all()


def closed_tenders(at: dt.datetime) -> Sequence[Tender]:
    """Tenders past their deadline and not opened."""
    query = select(Tender).where(Tender.state == "published", Tender.closes_at < at).order_by(Tender.id)
    return db.session.execute(query).scalars().all()


def tenders_of_person(person: str, duty: str) -> Sequence[Tender]:
    """Tenders on which `person` is an officer or evaluator."""
    query = select(Tender).join(TenderPerson).where(TenderPerson.person == person, TenderPerson.duty == duty)
    return db.session.execute(query.order_by(Tender.closes_at)).scalars().unique().all()


def bid_counts() -> dict[int, int]:
    """Tender id → bids sent and standing."""
    query = select(Bid.tender_id, func.count()).where(Bid.state.not_in(("draft", "withdrawn", "lapsed")))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Bid.tender_id))}


def sent_bids(tender: Tender) -> Sequence[Bid]:
    """Bids that count, by the order of their first receipt."""
    query = select(Bid).where(Bid.tender_id == tender.id, Bid.state.not_in(("draft", "withdrawn", "lapsed")))
    return db.session.execute(query.order_by(Bid.id)).scalars().all()


def bids_in(tender: Tender, *states: str) -> Sequence[Bid]:
    query = select(Bid).where(Bid.tender_id == tender.id, Bid.state.in_(states)).order_by(Bid.id)
    return db.session.execute(query).scalars().all()


def opening_keys(tender: Tender, envelope: str) -> Sequence[OpeningKey]:
    query = select(OpeningKey).where(OpeningKey.tender_id == tender.id, OpeningKey.envelope == envelope)
    return db.session.execute(query.order_by(OpeningKey.joined_at, OpeningKey.id)).scalars().all()


def minutes_of(tender: Tender, envelope: str) -> OpeningMinutes | None:
    """The latest: after a complaint there can be a second opening."""
    query = select(OpeningMinutes).where(OpeningMinutes.tender_id == tender.id, OpeningMinutes.envelope == envelope)
    return db.session.execute(query.order_by(OpeningMinutes.round.desc()).limit(1)).scalar_one_or_none()


def results_of(lot: Lot) -> Sequence[LotResult]:
    """Best first, those without a place last."""
    query = select(LotResult).where(LotResult.lot_id == lot.id)
    return db.session.execute(query.order_by(LotResult.rank.nulls_last(), LotResult.bid_id)).scalars().all()


def results_for_reader(lot: Lot, person: str) -> Sequence[LotResult]:
    """Results of a lot that is not decided: none for who has not declared, again, that there is no interest."""
    query = (
        select(LotResult)
        .join(Lot, Lot.id == LotResult.lot_id)
        .join(TenderPerson, TenderPerson.tender_id == Lot.tender_id)
        .where(
            LotResult.lot_id == lot.id,
            TenderPerson.person == person,
            TenderPerson.interest.in_(("none", "potential")),
            TenderPerson.price_interest.in_(("none", "potential")),
            TenderPerson.left_at.is_(None),
        )
    )
    rows = db.session.execute(query.order_by(LotResult.rank.nulls_last(), LotResult.bid_id)).scalars().unique()
    return rows.all()


def result_of(lot: Lot, bid_public_id: str) -> LotResult:
    query = select(LotResult).join(Bid).where(LotResult.lot_id == lot.id, Bid.public_id == bid_public_id)
    return _found(db.session.execute(query).scalar_one_or_none(), bid_public_id)


def living_awards(lot: Lot) -> Sequence[Award]:
    """At most one; in a framework one for each member, the latest proposal first, within it by rank."""
    query = select(Award).where(Award.lot_id == lot.id, Award.state.in_(LIVING))
    query = query.order_by(func.coalesce(Award.lead_id, Award.id).desc(), Award.id)
    return db.session.execute(query).scalars().all()


def living_award(lot: Lot) -> Award | None:
    """Of the latest proposal the first that stands."""
    return next(iter(living_awards(lot)), None)


def standing_awards(lot: Lot) -> Sequence[Award]:
    """Decided awards that stand, first ranked first."""
    query = select(Award).join(LotResult, (LotResult.lot_id == Award.lot_id) & (LotResult.bid_id == Award.bid_id))
    query = query.where(Award.lot_id == lot.id, Award.state.in_(LIVING), Award.state != "proposed")
    return db.session.execute(query.order_by(LotResult.rank.nulls_last(), Award.id)).scalars().all()


def proposed_with(award: Award) -> Sequence[Award]:
    """The award and those proposed together with it that stand as it does, their rows held; first ranked first."""
    lead = award.lead_id or award.id
    query = select(Award).where(or_(Award.id == lead, Award.lead_id == lead), Award.state == award.state)
    query = query.order_by(Award.id).with_for_update(of=Award).execution_options(populate_existing=True)
    return db.session.execute(query).scalars().all()


def awards_of(tender: Tender) -> Sequence[Award]:
    query = select(Award).join(Award.lot).where(Lot.tender_id == tender.id, Award.state.in_(LIVING))
    return db.session.execute(query.order_by(Lot.number, Award.id)).scalars().all()


def who_did_not_sign(lot: Lot) -> frozenset[int]:
    """Bids that were awarded this lot and did not sign its contract."""
    query = select(Award.bid_id).where(Award.lot_id == lot.id, Award.set_aside_code == NOT_SIGNED)
    return frozenset(db.session.execute(query).scalars())


def last_set_aside(lot: Lot) -> Award | None:
    """The latest award of this lot whose winner did not sign."""
    query = select(Award).where(Award.lot_id == lot.id, Award.set_aside_code == NOT_SIGNED)
    return db.session.execute(query.order_by(Award.id.desc()).limit(1)).scalar_one_or_none()


def award_of_contract(award_id: int | None) -> Award | None:
    return db.session.get(Award, award_id) if award_id is not None else None


def award_if_any(number: str) -> Award | None:
    return db.session.execute(select(Award).where(Award.number == number)).scalar_one_or_none()


def locked_award(number: str) -> Award:
    query = select(Award).where(Award.number == number).with_for_update(of=Award)
    query = query.execution_options(populate_existing=True)
    return _found(db.session.execute(query).scalar_one_or_none(), number)


def awards_in(*states: str) -> Sequence[Award]:
    return db.session.execute(select(Award).where(Award.state.in_(states)).order_by(Award.id)).scalars().all()


def accounts_with(*roles: Role) -> Sequence[Account]:
    """Active people of the fund who hold one of `roles`."""
    query = select(Account).join(Assignment, Assignment.account_id == Account.id)
    query = query.where(Assignment.role.in_([role.value for role in roles]), Account.active)
    return db.session.execute(query.order_by(Account.name)).scalars().unique().all()


def account_of(person: str) -> Account | None:
    """The first account of a person."""
    query = select(Account).where(Account.person == person).order_by(Account.id).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def told_on(purpose: str, on: dt.date) -> frozenset[int]:
    """Accounts that got their message of this purpose for that day."""
    query = select(OutboxMessage.account_id, OutboxMessage.arguments).where(OutboxMessage.purpose == purpose)
    query = query.where(OutboxMessage.created_at >= dt.datetime.combine(on, dt.time(), dt.UTC) - dt.timedelta(days=1))
    rows = db.session.execute(query)
    return frozenset(row[0] for row in rows if row[0] and row[1].get("on") == on.isoformat())


def accounts_by_id(ids: Sequence[int]) -> dict[int, Account]:
    query = select(Account).where(Account.id.in_(ids))
    return {account.id: account for account in db.session.execute(query).scalars()}


def _found(row: T | None, number: str) -> T:
    if row is None:
        raise NotFound(_l("There is no %(number)s here.", number=number))
    return row
