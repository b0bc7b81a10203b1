"""A federation that bids for its members, never unseen for two of one lot; a plan that lets authorised units bid."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from core import plan
from core.actors import Actor, Mandated
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.organisations import Organisation
from core.roles import Role
from procurement.calendar import PART
from procurement.services.eligibility import bidder_of
from procurement.services.federations import conflicts
from providers.models import Accreditation, Authorisation
from tests.accounts import actor_with
from tests.procurement.tendering import CLOSES, PLAN, START, House, at, house, opened, published, sent_bid


@pytest.fixture
def people(app: Flask) -> House:
    return house()


def under(bidder: Actor, federation: int) -> Actor:
    return replace(bidder, roles=frozenset({Role.PROVIDER_CLERK}), mandate=Mandated(federation, frozenset({"bid"})))


def a_federation() -> int:
    with unit_of_work(), at(START):
        row = Organisation(
            number="O-900", name="Federation", legal_form="federation", register_scheme="tz", register_number="F1",
            district="North", created_at=START,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


def ruled(old: str, new: str) -> None:
    text = (PLAN / f"{PART}.toml").read_text()
    assert old in text
    with unit_of_work():
        by = actor_with(Role.PLAN_MANAGER)
        version = plan.prepare(PART, text.replace(old, new), valid_from=dt.date(2020, 1, 2), by=by)
        plan.approve(version, by=actor_with(Role.PLAN_MANAGER))


def test_the_second_bidder_of_a_lot_is_refused_and_another_federation_is_not(people: House) -> None:
    tender, federation = published(people), a_federation()
    first = sent_bid(tender, under(people.bidders[0], federation))
    assert first.agent_id == federation
    with pytest.raises(InputErrors, match="Your federation has sent a bid of another unit for lot 1"):
        sent_bid(tender, under(people.bidders[1], federation))
    assert sent_bid(tender, people.bidders[1]).agent_id is None
    sent_bid(tender, under(people.bidders[0], federation))  # the same bid may be replaced


def test_where_the_plan_only_shows_it_the_officers_read_who_acted_for_whom(people: House, client: FlaskClient) -> None:
    ruled('two_bidders = "refuse"', 'two_bidders = "show"')
    tender, federation = published(people), a_federation()
    for bidder in people.bidders[:2]:
        sent_bid(tender, under(bidder, federation))
    opened(tender, people, "quality", CLOSES + dt.timedelta(hours=1))
    (found,) = conflicts(tender)
    assert (found.federation, found.lot) == ("Federation", 1)
    assert len(found.bidders) == 2


@pytest.mark.parametrize(("stage", "may"), [("accredited", False), ("authorised", True)])
def test_an_authorised_unit_bids_where_the_plan_lets_it(people: House, stage: str, may: bool) -> None:
    if stage != "accredited":
        ruled('stage = "accredited"', f'stage = "{stage}"')
    tender, bidder = published(people), people.bidders[0].organisation_id
    with unit_of_work():
        db.session.execute(delete(Accreditation).where(Accreditation.organisation_id == bidder))
        days = {"valid_from": dt.date(2026, 1, 1), "valid_until": dt.date(2027, 1, 1)}
        decided = {"decided_by": "registrar", "decided_at": START, "reason": "x"}
        db.session.add(Authorisation(organisation_id=bidder, **days, **decided))
    assert bidder_of(tender, bidder).has_stage is may
