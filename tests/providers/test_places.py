"""Hours, languages and rooms of a site come in by page and by file; each door names what is wrong, keeps the rest."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import Role
from providers import queries
from providers.free_places import Moment, band
from providers.models import OpeningHours, Site, SiteLanguage, SiteRoom
from providers.opening_times import on_day, read_week, week_words
from providers.queries.opening import is_open
from providers.services import places
from tests.accounts import sign_in
from tests.providers.builders import accredited, catalogue, draft, today

MONDAY = dt.date(2026, 11, 23)
WORDS = {"languages": "Arabic, fr", "rooms": "Blue room, 8", "monday": "07:00-12:00, 13:00-18:00",
         "saturday": "20:00-08:00"}  # fmt: skip


@pytest.fixture
def site(app: object) -> Site:
    catalogue()
    key = accredited(1)
    provider = queries.provider_of(key)
    assert provider is not None
    return provider.sites[0]


def week_of(site: Site) -> list[tuple[int, int, int]]:
    rows = db.session.execute(select(OpeningHours).where(OpeningHours.site_id == site.id).order_by(OpeningHours.id))
    return [(row.weekday, row.opens_minute, row.closes_minute) for row in rows.scalars() if row.valid_until is None]


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        ({"monday": "18:00-07:00", "tuesday": "10:00-09:00"}, ["tuesday"]),
        ({"monday": "07:00-12:00, 11:00-18:00"}, ["monday"]),
        ({"monday": "20:00-08:00", "tuesday": "07:00-12:00"}, ["tuesday"]),
        ({"sunday": "20:00-08:00", "monday": "07:00-12:00"}, ["monday"]),
        ({"friday": "25:00-26:00", "sunday": "late"}, ["friday", "sunday"]),
        ({"friday": "08:75-09:00"}, ["friday"]),
        ({"friday": "08:00-08:00"}, ["friday"]),
    ],
)
def test_hours_that_meet_or_end_before_they_begin_are_refused_at_their_day(
    cells: dict[str, str], days: list[str]
) -> None:
    with pytest.raises(InputErrors) as caught:
        read_week(cells)
    assert [problem.where for problem in caught.value.problems] == days
    assert all(problem.found for problem in caught.value.problems)


def test_a_night_belongs_to_the_evening_on_which_it_begins(app: object) -> None:
    week = read_week({"saturday": "20:00-08:00", "sunday": "08:00-10:00", "wednesday": "00:00-24:00"})
    assert week == ((2, 0, 1440), (5, 1200, 1920), (6, 480, 600))
    rows = [OpeningHours(weekday=day, opens_minute=opens, closes_minute=closes) for day, opens, closes in week]
    assert on_day(rows, MONDAY + dt.timedelta(days=6)) == [(0, 480), (480, 600)]
    assert week_words(week) == "Wednesday 00:00–24:00, Saturday 20:00–08:00, Sunday 08:00–10:00"


def test_public_holidays_have_hours_of_their_own_where_a_site_says_any(
    app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.opening_times._calendars", [lambda day: day == MONDAY])
    rows = [OpeningHours(weekday=day, opens_minute=480, closes_minute=end) for day, end in ((0, 1080), (7, 720))]
    assert on_day(rows, MONDAY) == [(480, 720)]
    assert on_day(rows[:1], MONDAY) == [(480, 1080)]
    assert on_day(rows, MONDAY + dt.timedelta(days=7)) == [(480, 1080)]


@pytest.mark.parametrize("hour", [0, 7, 8, 12, 13, 19, 20, 23])
@pytest.mark.parametrize("day", range(7))
def test_search_and_page_read_the_same_hours(site: Site, day: int, hour: int) -> None:
    with unit_of_work():
        week = read_week({"monday": "07:00-12:00, 13:00-18:00", "saturday": "20:00-08:00", "sunday": "09:00-20:00"})
        places.set_opening_hours(site, week, valid_from=today(), by=SYSTEM)
    on = today() + dt.timedelta(days=7 + day)
    condition = is_open(Site.id, "health", Moment(on, hour * 60))
    found = db.session.execute(select(Site.id).where(condition)).scalars().all()
    assert bool(found) == any(opens <= hour * 60 < closes for opens, closes in on_day(site.hours, on))


def test_the_manager_writes_hours_languages_and_rooms_and_finds_them_again(client: FlaskClient, site: Site) -> None:
    number = queries.provider_number(site.organisation_id)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=site.organisation_id)
    path = f"/providers/{number}/sites/1"
    assert client.post(path, data=WORDS).status_code == 303
    page = client.get(path).text
    for words in ("Arabic, French", "Blue room, 8", "07:00-12:00, 13:00-18:00", "20:00-08:00"):
        assert words in page
    assert client.post(path, data=WORDS | {"monday": "", "service_line": "health"}).status_code == 303
    assert week_of(site) == [(0, 420, 720), (0, 780, 1080), (5, 1200, 1920), (5, 1200, 1920)]
    public = client.get(f"/public/providers/{number}").text
    assert "Arabic, French spoken" in public
    assert "Saturday 20:00–08:00" in public
    assert "Monday" not in public
    assert "Blue room" not in public


def test_every_wrong_word_of_the_page_is_said_at_once_and_stays(client: FlaskClient, site: Site) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=site.organisation_id)
    wrong = {"languages": "Arabic, Elvish", "rooms": "Blue room, -3", "monday": "9-12", "service_line": "cake",
             "valid_from": "soon", "friday": "08:00-12:00"}  # fmt: skip
    answer = client.post(f"/providers/{queries.provider_number(site.organisation_id)}/sites/1", data=wrong)
    assert answer.status_code == 422
    for name, typed in wrong.items():
        assert (f'href="#{name}"' in answer.text) == (name != "friday"), name
        assert typed in answer.text or name == "service_line"
    assert week_of(site) == []
    assert db.session.execute(select(SiteLanguage)).first() is None


def test_nobody_describes_the_site_of_another(client: FlaskClient, site: Site) -> None:
    other, _account = draft(2)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=other)
    path = f"/providers/{queries.provider_number(site.organisation_id)}/sites/1"
    assert client.get(path).status_code == client.post(path, data=WORDS).status_code == 404
    assert week_of(site) == []


def test_the_registrar_sends_a_file_and_wrong_rows_say_why(client: FlaskClient, site: Site) -> None:
    sign_in(client, Role.REGISTRAR)
    number = queries.provider_number(site.organisation_id)
    rows = [
        f"{number},1,Arabic,Blue room 8,,07:00-18:00,",
        f"{number},1,Elvish,,,07:00-18:00,",
        f"{number},1,Arabic,,,18:00-17:00,",
        f"{number},9,Arabic,,,07:00-18:00,",
        f'{number},1,"Arabic, French","Blue room, 8; Red room, 6",health,07:00-18:00,22:00-06:00',
    ]
    text = "provider_id,facility_id,languages,rooms,service_line,monday,sunday\n" + "\n".join(rows)
    sent: dict[str, Any] = {"file": (io.BytesIO(text.encode()), "sites.csv"), "mapping": "touiza-sites"}
    page = client.post("/providers/imports", data=sent, follow_redirects=True)
    assert "1 ready, 4 need work" in page.text
    for said in ("like Blue room, 8", "no such language", "ends before it begins", "no site with this number"):
        assert said in page.text
    assert client.post(page.request.path).status_code == 303
    assert week_of(site) == [(0, 420, 1080), (6, 1320, 1800)]
    assert db.session.execute(select(SiteRoom.name)).scalars().all() == ["Blue room", "Red room"]


@pytest.mark.parametrize(
    ("licensed", "taken", "word"),
    [(10, 0, ""), (10, 10, ""), (11, 0, "few"), (11, 10, "few"), (11, 11, "none"), (21, 0, "few"), (22, 0, "many"),
     (22, 11, "many"), (22, 12, "few"), (22, 22, "none"), (22, 30, "none")],
)  # fmt: skip
def test_free_places_are_a_word_that_leaves_eleven_persons_possible(licensed: int, taken: int, word: str) -> None:
    assert band(licensed, taken) == word
