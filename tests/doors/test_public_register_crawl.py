"""Item 5: the public register looked at by nobody in particular, through every address that it has or that one guesses.

A world with secrets must answer exactly as the world without them; that is asked of whole answers, byte by byte.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from itertools import chain, product

import pytest
from flask import Flask
from flask.testing import FlaskClient

from care.models import CareGrant, Placement
from core import secrets
from core.actors import SYSTEM
from core.codes import Service, ServiceLine
from core.db import db, unit_of_work
from core.roles import Role
from payments.models import PayeeAccount
from providers import queries
from providers.models import Provider, ProviderServiceLine, Site, SiteCapacity
from providers.opening_times import read_week
from providers.services import places
from tests.accounts import account_with
from tests.members.builders import a_member
from tests.providers.builders import accredited, catalogue, today

ROOT = "/public/providers"
PERSONAL = ("desk@canary.example", "+213 555 0199", "Yasmina", "DZ580002100001113000000570", "Behind the mosque 7")
SECRET = ("Hidden House", "Lost Valley", "Night Door", "shelter", "Shelter", "HIV", "Klingon", "tlh", "SH-1", "HC-900")
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
Answer = tuple[int, str, bytes]


@pytest.fixture
def numbers(app: Flask) -> dict[str, str]:
    """Two open providers with hours, languages and personal data about them that is nobody's business."""
    catalogue()
    keys = {"open": accredited(1, places=30), "mixed": accredited(2, places=12)}
    with unit_of_work():
        for key in keys.values():
            provider = _provider(key)
            provider.organisation.email, provider.organisation.phone = PERSONAL[0], PERSONAL[1]
            provider.sites[0].address = "Behind the mosque 7"
            places.set_languages(provider.sites[0], ["ar", "fr"], by=SYSTEM)
            _personal(key)
        week = read_week({"monday": "08:00-18:00", "saturday": "20:00-08:00"})
        places.set_opening_hours(_provider(keys["open"]).sites[0], week, valid_from=today(), by=SYSTEM)
    account_with(Role.PROVIDER_MANAGER, organisation_id=keys["open"], name="Yasmina Canary")
    _placed(keys["open"], "HC-100", 3)
    return {name: _provider(key).number for name, key in keys.items()}


def _personal(organisation_id: int) -> None:
    """Account numbers lie sealed; were they shown, they would be shown so."""
    db.session.add(
        PayeeAccount(
            organisation_id=organisation_id, kind="iban", holder="Yasmina Canary",
            number=secrets.encrypt("payee_account.number", PERSONAL[3]), last_four="0570", entered_by="x",
            entered_at=NOW,
        )
    )  # fmt: skip


def _provider(organisation_id: int) -> Provider:
    found = queries.provider_of(organisation_id)
    assert found is not None
    return found


def _placed(organisation_id: int, service: str, people: int) -> None:
    """So many members placed at the first site from now on."""
    site = _provider(organisation_id).sites[0]
    dates = {"valid_from": today(), "valid_until": today() + dt.timedelta(days=90)}
    for place in range(people):
        member, number = a_member(name="Yasmina Canary"), f"{organisation_id}-{service}-{place}"
        with unit_of_work():
            grant = CareGrant(
                number=f"G-{number}",
                member_id=member.id,
                service_line="health",
                decided_by="x",
                decided_at=NOW,
                **dates,
            )
            row = Placement(
                number=f"PL-{number}", grant=grant, member_id=member.id, organisation_id=organisation_id,
                site_id=site.id, service=service, kind="day", state="accepted", created_at=NOW, **dates,
            )  # fmt: skip
            db.session.add(row)


def _plant(numbers: dict[str, str]) -> str:
    """A shelter; a shelter's door beside the clinic; HIV care within health, with people placed there. Its number."""
    with unit_of_work():
        db.session.add(ServiceLine(code="shelter", name="Shelter", position=9))
        db.session.flush()
        db.session.add(Service(code="SH-1", service_line="shelter", name="A shelter", unit="night", is_restricted=True))
        db.session.add(Service(code="HC-900", service_line="health", name="HIV care", unit="visit", is_restricted=True))
    hidden = _provider(accredited(3, "shelter"))
    mixed = queries.provider_by_number(numbers["mixed"])
    assert mixed is not None
    with unit_of_work():
        hidden.organisation.name = hidden.sites[0].name = "Hidden House"
        hidden.organisation.district = hidden.sites[0].district = "Lost Valley"
        db.session.add(ProviderServiceLine(organisation_id=mixed.organisation_id, service_line="shelter"))
        door = Site(organisation_id=mixed.organisation_id, number=2, name="Night Door", district="Lost Valley")
        clinic = SiteCapacity(service_line="shelter", licensed_places=40, valid_from=today(), site=mixed.sites[0])
        door.capacities = [SiteCapacity(service_line="shelter", licensed_places=40, valid_from=today())]
        db.session.add_all([door, clinic])
        db.session.flush()
        for site, line in ((hidden.sites[0], "shelter"), (door, "shelter"), (door, None), (mixed.sites[0], None)):
            week = read_week({"wednesday": "00:00-24:00"})
            places.set_opening_hours(site, week, valid_from=today(), by=SYSTEM, service_line=line)
        for site in (hidden.sites[0], door):
            places.set_languages(site, ["tlh"], by=SYSTEM)
    _placed(mixed.organisation_id, "HC-900", 12)
    _placed(mixed.organisation_id, "SH-1", 12)
    return hidden.number


def _searches() -> list[str]:
    """Every filter alone and pairs of them, also with what a guesser would ask, in every format."""
    asked = {
        "words": ["Cooperative", "Hidden", "Canary", "%25"],
        "service": ["health", "shelter", "HC-100", "HC-900", "SH-1", "cake"],
        "district": ["Salt+Coast", "Lost+Valley"],
        "language": ["ar", "tlh"],
        "day": ["0", "2", "5"],
        "time": ["03:00", "22:00"],
        "free": ["yes"],
    }
    single = [f"{name}={value}" for name, values in asked.items() for value in values]
    pairs = [f"{one}&{other}" for one, other in product(single, single) if one.split("=")[0] < other.split("=")[0]]
    return [
        f"{ROOT}{part}?{query}"
        for part in ("", "/register.csv", "/register.json")
        for query in ("", *single, *(pairs if part == "/register.json" else pairs[::9]))
    ]


def _answer(client: FlaskClient, path: str, method: str = "GET") -> Answer:
    told = client.open(path, method=method)
    return told.status_code, told.content_type, told.data


def _crawl(client: FlaskClient, start: str) -> Iterator[tuple[str, str]]:
    """Every public address that links lead to, and its text."""
    seen, waiting = {start}, [start]
    while waiting:
        path = waiting.pop()
        told = client.get(path)
        yield path, told.get_data(as_text=True)
        for link in re.findall(r'(?:href|src|action)="(/public/providers[^"#]*)"', told.get_data(as_text=True)):
            if (link := unescape(link)) not in seen and "lang=" not in link:
                seen.add(link)
                waiting.append(link)


def test_a_register_with_secrets_answers_as_one_without(client: FlaskClient, numbers: dict[str, str]) -> None:
    searches = [*_searches(), *(f"{ROOT}/{number}{end}" for number in numbers.values() for end in ("", ".json"))]
    before = {path: _answer(client, path) for path in searches}
    assert sum(told[0] == 200 for told in before.values()) == len(searches)
    assert len({told[2] for told in before.values()}) > 20, "the searches tell nothing apart"
    _plant(numbers)
    changed = [path for path in searches if _answer(client, path) != before[path]]
    assert changed == []


def test_no_address_that_leads_on_says_anything_personal_or_secret(
    client: FlaskClient, numbers: dict[str, str]
) -> None:
    _plant(numbers)
    pages = dict(_crawl(client, ROOT))
    assert {f"{ROOT}/{number}" for number in numbers.values()} <= pages.keys()
    assert any("register.csv" in path for path in pages)
    for path, text in pages.items():
        assert [word for word in (*PERSONAL, *SECRET) if word in text] == [], path


def test_guessing_finds_neither_the_hidden_nor_that_it_is_hidden(client: FlaskClient, numbers: dict[str, str]) -> None:
    hidden = _plant(numbers)
    row = queries.provider_by_number(hidden)
    assert row is not None
    nobody = "P-1999-001-A"
    guesses = ["{0}", "{0}.json", "{0}.csv", "{0}.xml", "{0}.JSON", "{0}/", "{0}/sites/1", "{0}/sites/1.json",
               "register.json/{0}", "register.json?words={0}", "register.csv?words={0}", "?words={0}",
               "{0}?format=json", "%2e%2e/{0}", "{0}%00"]  # fmt: skip
    for guess, method in product(guesses, ("GET", "HEAD", "OPTIONS", "POST")):
        told = [_answer(client, f"{ROOT}/{guess.format(one)}", method) for one in (hidden, nobody)]
        named = [(state, kind, body.replace(one.encode(), b"")) for (state, kind, body), one in
                 zip(told, (hidden, nobody), strict=True)]  # fmt: skip
        assert named[0] == named[1], (guess, method)
    for key in chain([row.organisation_id, row.organisation.number, "hidden-house", hidden.lower()], range(1, 6)):
        assert client.get(f"{ROOT}/{key}").status_code == 404, key
        assert client.get(f"{ROOT}/{key}.json").status_code == 404, key


def test_the_interface_for_programs_is_closed_to_nobody_in_particular(
    client: FlaskClient, numbers: dict[str, str]
) -> None:
    _plant(numbers)
    for path in ("/api/v1/providers", f"/api/v1/providers/{numbers['open']}"):
        assert client.get(path).status_code in (401, 403)


def test_free_places_tell_of_no_restricted_care_and_of_no_single_person(
    client: FlaskClient, numbers: dict[str, str]
) -> None:
    """Thirty places with three people are many; twelve with twelve in restricted care are as free as before."""
    _plant(numbers)
    told = {row["number"]: row["sites"] for row in client.get(f"{ROOT}/register.json").get_json()["providers"]}
    assert [site["free"] for site in told[numbers["open"]]] == [{"health": "many"}]
    assert [site["free"] for site in told[numbers["mixed"]]] == [{"health": "few"}]
    organisation = queries.provider_by_number(numbers["mixed"])
    assert organisation is not None
    _placed(organisation.organisation_id, "HC-100", 12)
    told = {row["number"]: row["sites"] for row in client.get(f"{ROOT}/register.json").get_json()["providers"]}
    assert [site["free"] for site in told[numbers["mixed"]]] == [{"health": "none"}]
