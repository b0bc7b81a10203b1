"""Before someone declares, the records are asked: own posts, surname, e-mail domain, also at partners of joint bids."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from core.accounts import services
from core.accounts.models import Account
from core.actors import SYSTEM, Actor
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from procurement.models.tender import Tender
from procurement.services.opening import hints
from tests.accounts import account_with, actor_with
from tests.procurement.tendering import CLOSES, House, at, house, published, sent_bid

NOW = CLOSES + dt.timedelta(days=1)


@pytest.fixture
def people(app: Flask) -> House:
    return house()


@pytest.fixture
def tender(people: House) -> Tender:
    row = published(people)
    sent_bid(row, people.bidders[0])
    return row


def said(tender: Tender, who: Actor) -> list[str]:
    with at(NOW):
        return [str(hint) for hint in hints(tender, who.person)]


def posted(who: Actor, unit: int | None, until: dt.date | None) -> None:
    """Another account of the same person acted for the unit."""
    other = account_with()
    with unit_of_work():
        other.person = who.person
        row = services.assign(
            other, Role.PROVIDER_CLERK, by=SYSTEM, organisation_id=unit, valid_from=dt.date(2015, 1, 1)
        )
        row.valid_until = until


def test_nothing_on_record_is_no_hint(tender: Tender, people: House) -> None:
    assert said(tender, people.evaluators[0]) == []


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (None, ["You act for Unit 1, or are a member of it."]),
        (dt.date(2024, 5, 1), ["You acted for Unit 1 until 2024-05-01."]),
        (dt.date(2022, 5, 1), []),
    ],
    ids=["now", "two years ago", "four years ago"],
)
def test_an_own_post_of_the_last_three_years_is_a_hint(
    tender: Tender, people: House, until: dt.date | None, expected: list[str]
) -> None:
    posted(people.evaluators[0], people.bidders[0].organisation_id, until)
    assert said(tender, people.evaluators[0]) == expected


def test_a_surname_among_those_who_act_for_it_is_a_hint(tender: Tender, people: House) -> None:
    unit = people.bidders[0].organisation_id
    actor_with(Role.PROVIDER_CLERK, organisation_id=unit, name="Lina Zerouali")
    assert said(tender, actor_with(Role.EVALUATOR, name="Amir ZEROUALI")) == ["Someone at Unit 1 has your surname."]
    assert said(tender, actor_with(Role.EVALUATOR, name="Zerouali Amir")) == []


def test_the_e_mail_domain_of_a_bidder_is_a_hint(tender: Tender, people: House) -> None:
    with unit_of_work():
        unit = db.session.get_one(Organisation, people.bidders[0].organisation_id)
        unit.email = "office@Coop.example"
        db.session.get_one(Account, people.chair.account_id).email = "idir@coop.example"
    assert said(tender, people.chair) == ["Unit 1 uses your e-mail domain, coop.example."]
