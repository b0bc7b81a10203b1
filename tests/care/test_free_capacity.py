"""Free places are licensed less booked, by kind of care, district and hour; home care reads its hours."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient

from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from providers import queries
from providers.free_places import Moment
from providers.models import Accreditation, SiteCapacity
from providers.services import places
from tests.accounts import sign_in
from tests.care.builders import BIRTH, FIRST, LAST, a_placement, a_provider, site_of
from tests.claims.care_fund import care_fund
from tests.members.builders import a_member

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def house(app: object) -> Organisation:
    """Twelve children's places and four in long-term care; two children and one at home, Mondays 08:30 to 10:00."""
    care_fund()
    organisation = a_provider(places=12)
    with unit_of_work():
        site = site_of(organisation)
        held = Accreditation(organisation_id=organisation.id, valid_from=FIRST, valid_until=LAST, decided_by="x",
                             decided_at=BIRTH, reason="opening")  # fmt: skip
        more = SiteCapacity(site_id=site.id, service_line="long_term_care", licensed_places=4, valid_from=FIRST)
        db.session.add_all([held, more])
        places.set_opening_hours(site, ((0, 480, 1080),), valid_from=FIRST, by=SYSTEM)
    for at_home in (False, False, True):
        a_placement(a_member(born_on=dt.date(2024, 1, 1)), organisation, at_home=at_home)
    return organisation


@pytest.mark.parametrize(
    ("moment", "children", "at_home"),
    [
        (Moment(MONDAY, 540), (12, 2, 10, 180, 12 * 600 - 180), (4, 1, 3, 90, 4 * 600 - 90)),
        (Moment(MONDAY, 600), (12, 0, 12, 180, 12 * 600 - 180), (4, 0, 4, 90, 4 * 600 - 90)),
        (Moment(MONDAY), (12, 2, 10, 180, 12 * 600 - 180), (4, 1, 3, 90, 4 * 600 - 90)),
        (Moment(MONDAY + dt.timedelta(days=1), 540), (12, 0, 12, 0, 0), (4, 0, 4, 0, 0)),
    ],
)
def test_each_kind_of_care_is_less_what_is_booked_of_it_at_that_hour(
    house: Organisation, moment: Moment, children: tuple[int, ...], at_home: tuple[int, ...]
) -> None:
    found = {row[0]: tuple(int(value) for value in row[2:]) for row in queries.free_capacity(moment)}
    assert found == {"childcare": children, "long_term_care": at_home}


def test_the_fund_reads_everybody_and_a_provider_its_own(client: FlaskClient, house: Organisation) -> None:
    sign_in(client, Role.CARE_ASSESSOR)
    page = client.get("/providers/free-places?day=0&time=09:00").text
    assert "Childcare" in page
    assert client.get("/providers/free-places?day=9").status_code == 422
    client.post("/logout")
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=a_provider().id)
    assert "Nobody is licensed" in client.get("/providers/free-places").text
