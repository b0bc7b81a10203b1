"""Before a provider is suspended: who is placed there, and for whom no other place is free in their district."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.actors import Actor
from core.codes import Service
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from members.models import Household
from providers.models import Accreditation, SiteCapacity, Suspension
from providers.nearby import Group, Stop, Stranded, left_behind
from tests.accounts import actor_with, sign_in
from tests.care.builders import FIRST, HOME_CARE, LAST, a_placement, a_provider, site_of
from tests.members.builders import a_member

pytestmark = pytest.mark.usefixtures("app")
DAY = dt.date(2026, 6, 1)
NORTH = "North"


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def provider(places: int = 2) -> Organisation:
    """Contracted and accredited, with its site in the north."""
    row = a_provider(places)
    with unit_of_work():
        db.session.add(
            Accreditation(
                organisation_id=row.id, valid_from=FIRST, valid_until=LAST, decided_by="x",
                decided_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), reason="r",
            )
        )  # fmt: skip
    return row


def placed(row: Organisation, people: int = 1, district: str = NORTH, *, at_home: bool = False) -> None:
    for _each in range(people):
        member = a_member()
        with unit_of_work():
            db.session.execute(
                sa.update(Household).values(district=district).where(Household.id == member.household_id)
            )
        a_placement(member, row, at_home=at_home)


def asked(row: Organisation, who: Actor | None = None, **narrowed: object) -> Stranded:
    stop = replace(Stop(row.id, DAY), **narrowed)  # type: ignore[arg-type]
    return left_behind([stop], who or actor_with(Role.REGISTRAR))[0]


def test_a_free_place_nearby_is_given_once() -> None:
    gone, near = provider(3), provider(2)
    placed(gone, 3)
    assert asked(gone) == Stranded(3, 1, (Group("childcare", NORTH, 3, 1),))
    placed(near)
    assert asked(gone).without == 2


def test_a_place_in_another_district_is_not_nearby() -> None:
    gone, _near = provider(3), provider(2)
    placed(gone, 1)
    placed(gone, 1, "South")
    assert asked(gone).groups == (Group("childcare", NORTH, 1, 0), Group("childcare", "South", 1, 1))


@pytest.mark.parametrize("ends", ["contract", "accreditation", "suspension", "licence", "rate"])
def test_who_may_not_give_the_care_that_day_is_no_alternative(ends: str) -> None:
    gone, near = provider(), provider()
    placed(gone)
    assert asked(gone).without == 0
    before = {"until": DAY - dt.timedelta(days=1), "who": near.id, "site": site_of(near).id}
    with unit_of_work():
        if ends == "suspension":
            db.session.add(Suspension(organisation_id=near.id, valid_from=DAY, reason="r", decided_by="x"))
        elif ends == "licence":
            db.session.execute(sa.text("UPDATE site_capacity SET valid_until = :until WHERE site_id = :site"), before)
        elif ends == "rate":
            lines = "UPDATE contract_line SET valid_until = :until WHERE contract_id IN (SELECT id FROM contract "
            db.session.execute(sa.text(f"{lines} WHERE organisation_id = :who)"), before)
        else:
            words = f"UPDATE {ends} SET valid_until = :until WHERE organisation_id = :who"
            db.session.execute(sa.text(words), before)
    assert asked(gone).without == 1


def test_visits_at_home_take_no_place_but_a_provider_of_the_district() -> None:
    gone, near = provider(), provider(1)
    placed(gone, 3, at_home=True)
    assert asked(gone).without == 3, "nobody nearby is licensed for it"
    with unit_of_work():
        licence = SiteCapacity(service_line="long_term_care", licensed_places=0, valid_from=FIRST)
        licence.site_id = site_of(near).id
        db.session.add(licence)
    assert asked(gone).without == 0


def test_a_contract_or_a_site_touches_its_own_people_only() -> None:
    gone = provider(3)
    placed(gone)
    placed(gone, at_home=True)
    assert asked(gone, services=frozenset({HOME_CARE})).people == 1
    assert asked(gone, site_id=site_of(gone).id).groups == (Group("childcare", NORTH, 1, 1),)
    assert asked(gone).people == 2


def test_whoever_left_before_the_day_is_not_counted() -> None:
    gone = provider()
    placed(gone)
    with unit_of_work():
        db.session.execute(sa.text("UPDATE placement SET valid_until = '2026-05-31'"))
    assert asked(gone) == Stranded()


def test_people_in_restricted_services_are_left_out_for_all_but_named_staff() -> None:
    gone = provider(3)
    placed(gone)
    placed(gone, at_home=True)
    with unit_of_work():
        db.session.execute(sa.update(Service).values(is_restricted=True).where(Service.code == HOME_CARE))
    named = replace(actor_with(Role.REGISTRAR), scopes=frozenset({"restricted"}))
    assert asked(gone).people == 1
    assert {group.service_line for group in asked(gone).groups} == {"childcare"}
    assert asked(gone, named).people == 2


def test_any_number_of_providers_takes_the_same_statements() -> None:
    several = [provider(3) for _each in range(4)]
    for row in several:
        placed(row)
    who, stops = actor_with(Role.REGISTRAR), [Stop(row.id, DAY) for row in several]
    with statements() as one:
        left_behind(stops[:1], who)
    with statements() as all_of_them:
        found = left_behind(stops, who)
    assert len(one) == len(all_of_them) == 4
    assert [row.people for row in found] == [1, 1, 1, 1]


def test_the_registrar_reads_it_before_suspending_and_finds_the_people_by_number(client: FlaskClient) -> None:
    gone = provider()
    placed(gone)
    number = db.session.scalar(sa.text("SELECT number FROM provider"))
    with unit_of_work():
        db.session.execute(sa.text("UPDATE placement SET valid_until = '2099-12-31'"))
    sign_in(client, Role.REGISTRAR)
    page = client.get(f"/providers/{number}").text
    assert "1 person is placed here today or later." in page
    assert "For 1 of them no other provider in their district could take over." in page
    people = client.get(f"/care/affected?provider={number}").text
    member = db.session.scalar(sa.text("SELECT public_id FROM member"))
    assert member in people
    assert "Nobody nearby" in people
    assert "Amal" not in people
    assert client.get("/care/affected?provider=P-2026-999-X").status_code == 404
    assert client.get(f"/care/affected?provider={number}&on=nonsense").status_code == 200
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=gone.id)
    assert client.get(f"/care/affected?provider={number}").status_code == 404
    assert "placed here today" not in client.get(f"/providers/{number}").text
