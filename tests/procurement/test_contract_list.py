"""The officer's list of sixty contracts: every filter narrows, every column sorts, counts and links agree."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from procurement.models.contract import Contract
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import TariffLine
from tests.accounts import sign_in
from tests.procurement.builders import officer, terms
from tests.procurement.test_wage_check import decree, house, opened
from tests.providers.builders import accredited, today

__all__ = ["house"]
DAY = dt.timedelta(days=1)


@pytest.fixture
def mixed(app: Flask, house: None) -> dict[str, str]:
    """Four contracts of two units; name → number."""
    north, south = accredited(1), accredited(2)
    with unit_of_work():
        place = {"legal_form": "association", "district": "High Plain", "name": "Almond"}
        db.session.execute(update(Organisation).where(Organisation.id == south).values(place))
    line = [TariffLine("HC-100", 5400)]
    rows = [
        terms(north, title="a", origin="direct_award", budget=300, valid_until=today() + 20 * DAY, lines=line),
        terms(north, title="b", origin="award_elsewhere", budget=100, valid_until=today() + 200 * DAY, lines=line),
        terms(south, title="c", origin="direct_award", budget=None, lines=[TariffLine("HC-100", 6000)]),
        terms(south, title="d", origin="open_list", budget=200, lines=[TariffLine("HC-100", 6000)]),
    ]
    with unit_of_work():
        found = draw_in_force(rows, by=officer(), signed_by_provider="one", signed_by_fund="two")
    return dict(zip("abcd", found, strict=True))


def shown(client: FlaskClient, rows: dict[str, str], query: str) -> str:
    """Names in the order of the page."""
    page = client.get(f"/contracts?{query}").text
    names = {number: name for name, number in rows.items()}
    return "".join(names[number] for number in re.findall(r'<a href="/contracts/(C-[\w-]+)"', page))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("origin=direct_award", "ac"),
        ("legal_form=association", "cd"),
        ("district=High+Plain&origin=open_list", "d"),
        ("legal_form=mutual", ""),
        ("under_floor=yes", "b"),
        ("state=ended", ""),
        ("state=active", "abcd"),
    ],
)
def test_each_filter_narrows_the_list(client: FlaskClient, mixed: dict[str, str], query: str, names: str) -> None:
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert sorted(shown(client, mixed, query)) == sorted(names)


def test_a_day_in_words_nobody_can_read_is_named_and_kept(client: FlaskClient, mixed: dict[str, str]) -> None:
    sign_in(client, Role.PROCUREMENT_OFFICER)
    until = (today() + 20 * DAY).isoformat()
    assert shown(client, mixed, f"ends_by={until}") == "a"
    answer = client.get("/contracts?ends_by=2026-02-31")
    assert "2026-02-31" in answer.text
    assert "There is a problem" in answer.text


@pytest.mark.parametrize(
    ("query", "names"),
    [("sort=budget", "cbda"), ("sort=-budget", "adbc"), ("sort=until", "ab"), ("sort=provider", "cd")],
)
def test_columns_sort_both_ways(client: FlaskClient, mixed: dict[str, str], query: str, names: str) -> None:
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert shown(client, mixed, query).startswith(names)


def test_a_provider_sees_its_own_whatever_it_asks(client: FlaskClient, mixed: dict[str, str]) -> None:
    own = db.session.query(Contract.organisation_id).filter_by(number=mixed["a"]).scalar()
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=own)
    assert sorted(shown(client, mixed, "legal_form=association")) == []
    assert sorted(shown(client, mixed, "under_floor=yes")) == ["a", "b"]
    assert "High Plain" not in client.get("/contracts").text


def test_the_home_page_links_each_number_to_a_list_of_so_many(client: FlaskClient, mixed: dict[str, str]) -> None:
    sign_in(client, Role.PROCUREMENT_OFFICER)
    home = client.get("/today").text
    assert '<a href="/contracts?state=active"' in home or 'href="/contracts?state=active"' in home
    assert len(shown(client, mixed, "state=active")) == 4


def test_sixty_amendments_of_one_decree_are_one_thing_to_do(client: FlaskClient, house: None) -> None:
    opened(10)
    sign_in(client, Role.PROCUREMENT_OFFICER)
    client.post("/contracts/wages", data={"reason": "Decree", "on": decree().isoformat()})
    client.post("/logout")
    sign_in(client, Role.PROCUREMENT_CHAIR)
    home = client.get("/today").text
    assert re.search(r"Approve \d+ amendments for the wages", home)
    assert f"/contracts/wages?on={decree().isoformat()}" in home
    assert "Approve the amendment of" not in home
