"""The clerk of a cooperative calls off a visit on a small phone: two taps, and two more bring it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask, current_app
from playwright.sync_api import Browser

from core import clock
from core.actors import Actor
from core.roles import Role
from tests.accounts import actor_with
from tests.care.builders import a_placement, a_provider
from tests.claims.care_fund import care_fund
from tests.journeys import gates
from tests.journeys.conftest import serving
from tests.journeys.stage import Stage, press
from tests.members.builders import a_member

START = dt.datetime(2026, 3, 4, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Actor, Flask]]:
    def filled() -> tuple[Actor, Flask]:
        with clock.frozen(START):
            care_fund()
            organisation = a_provider()
            a_placement(a_member(), organisation, at_home=True)
            clerk = actor_with(Role.PROVIDER_CLERK, organisation_id=organisation.id, name="C. Lerk")
        return clerk, current_app._get_current_object()  # type: ignore[attr-defined]

    with serving(tmp_path_factory.mktemp("cancelling"), filled) as (url, (clerk, app)):
        yield url, clerk, app


def test_two_taps_call_off_a_visit_and_two_bring_it_back(browser: Browser, house) -> None:
    url, clerk, app = house
    with closing(Stage(browser, url, app)) as stage:
        stage.move_to(START)
        page = stage.visit(clerk, "/care/due?on=2026-03-05", is_small=True)
        stage.picture(page, "visits-due")
        page.locator("main ul.rows a").first.click()
        stage.picture(page, "why")
        assert gates.violations(page) == []
        press(page, "The member is away")
        assert "cancelled: The member is away" in page.locator("main").inner_text()
        page.locator("main ul.rows a").first.click()
        press(page, "It takes place after all")
        assert "cancelled" not in page.locator("main ul.rows").inner_text()
        assert stage.found == []
