"""From a figure of care to its case, and from there to the record that shows it."""

from __future__ import annotations

import datetime as dt
import re

from flask.testing import FlaskClient

from core import clock
from core.db import unit_of_work
from core.roles import Role
from quality import services
from tests.accounts import sign_in
from tests.quality.builders import AT, AUDITOR, PERIOD, number
from tests.quality.care.worlds import NURSERY, TEAM, World, local

MONDAY = dt.date(2026, 9, 7)


def case_of(client: FlaskClient, indicator: str, place: int) -> str:
    """The page of the provider's first case with a finding."""
    with clock.frozen(AT), unit_of_work():
        services.compute_run(indicator, PERIOD, by=AUDITOR)
    start = f"/quality/cases/{indicator}/{PERIOD.name}/{number(place)}"
    listed = client.get(start).text
    found = re.search(rf'href="({re.escape(start)}/\d+)"', listed)
    assert found, listed
    return client.get(found[1]).text


def test_a_day_that_opened_late_leads_to_the_week_of_the_site(client: FlaskClient) -> None:
    world = World()
    world.opens(420, 1080)
    world.works("E1", MONDAY, 436, 1080)
    sign_in(client, Role.AUDITOR)
    page = case_of(client, "C-05", NURSERY)
    assert "The week" in page
    link = re.search(r'href="(/care/week[^"]+)"', page)
    assert link
    assert client.get(link[1].replace("&amp;", "&")).status_code == 200


def test_care_that_began_late_leads_to_its_grant(client: FlaskClient) -> None:
    world = World()
    member = world.member(TEAM)
    world.granted(member, decided_at=local(MONDAY, 9), valid_from=MONDAY)
    world.placed(member, created_at=local(MONDAY, 10), valid_from=MONDAY)
    world.visits(member, member, None, local(MONDAY + dt.timedelta(days=11), 8))
    sign_in(client, Role.AUDITOR)
    page = case_of(client, "L-05", TEAM)
    assert "first visit too late" in page
    link = re.search(r'href="(/care/grants/[^"]+)"', page)
    assert link
    assert client.get(link[1]).status_code == 200
