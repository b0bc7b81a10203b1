"""The public register, looked at by nobody in particular: nothing personal, nothing restricted, by no address."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

from core.codes import Service, ServiceLine
from core.db import db, unit_of_work
from providers import queries
from providers.models import Provider, ProviderServiceLine, Site, SiteCapacity
from tests.providers.builders import accredited, catalogue, today

CANARIES = ("Hidden House", "Lost Valley", "Night Door", "shelter", "desk@canary.example", "+99 555", "we hide people")


def _provider(organisation_id: int) -> Provider:
    row = queries.provider_of(organisation_id)
    assert row is not None
    return row


@pytest.fixture
def register(app: object) -> dict[str, str]:
    """Numbers of one open provider, one with a shelter beside its clinic, one shelter."""
    catalogue()
    with unit_of_work():
        db.session.add(ServiceLine(code="shelter", name="shelter", position=9))
        db.session.flush()
        db.session.add(Service(code="SH-1", service_line="shelter", name="shelter", unit="night", is_restricted=True))
    numbers = {}
    keys = {"open": accredited(1), "mixed": accredited(2, places=30), "hidden": accredited(3, "shelter")}
    with unit_of_work():
        for name, key in keys.items():
            row = _provider(key)
            numbers[name] = row.number
            row.organisation.email, row.organisation.phone = "desk@canary.example", "+99 555"
        db.session.add(ProviderServiceLine(organisation_id=keys["mixed"], service_line="shelter"))
        _provider(keys["mixed"]).summary = "In the clinic, and we hide people"
        site = Site(organisation_id=keys["mixed"], number=2, name="Night Door", district="Lost Valley")
        site.capacities = [SiteCapacity(service_line="shelter", licensed_places=4, valid_from=today())]
        db.session.add(site)
        hidden = _provider(keys["hidden"])
        hidden.organisation.name, hidden.organisation.district = "Hidden House", "Lost Valley"
        hidden.sites[0].name, hidden.sites[0].district = "Hidden House", "Lost Valley"
    return numbers


def test_no_page_file_or_guessed_address_betrays_a_restricted_service(
    client: FlaskClient, register: dict[str, str]
) -> None:
    asked = ["", "?district=Lost+Valley", "?service=shelter", "?words=Hidden", "?free=yes", "?words=%25",
             f"?words={register['hidden']}"]  # fmt: skip
    pages = [f"/public/providers{part}{query}" for part in ("", "/register.csv", "/register.json") for query in asked]
    pages += [f"/public/providers/{register[name]}{end}" for name in ("open", "mixed") for end in ("", ".json")]
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 200, path
        query = path.partition("?")[2]
        found = [word for word in CANARIES if word in answer.text and word not in query.replace("+", " ")]
        assert found == [], path
    for end in ("", ".json"):
        hidden = client.get(f"/public/providers/{register['hidden']}{end}")
        nobody = client.get(f"/public/providers/P-1999-001-A{end}")
        assert hidden.status_code == nobody.status_code == 404
        assert hidden.text.replace(register["hidden"], "") == nobody.text.replace("P-1999-001-A", "")


def test_it_is_searched_by_care_place_and_places_and_page_file_and_json_agree(
    client: FlaskClient, register: dict[str, str]
) -> None:
    for query, names in {
        "": ["open", "mixed"], "service=health&free=yes": ["open", "mixed"], "service=childcare": [],
        "district=Salt+Coast": ["open", "mixed"], "words=cooperative+1": ["open"], "service=cake": [],
    }.items():  # fmt: skip
        told = client.get(f"/public/providers/register.json?{query}").json
        assert told is not None
        assert [row["number"] for row in told["providers"]] == [register[name] for name in names], query
        assert told["count"] == len(names)
        text = client.get(f"/public/providers/register.csv?{query}").data.decode("utf-8-sig")
        assert [row["Provider"] for row in csv.DictReader(io.StringIO(text))] == [register[name] for name in names]
        page = client.get(f"/public/providers?{query}").text
        assert [name for name in ("open", "mixed") if f"/public/providers/{register[name]}" in page] == names


def test_pages_lead_on_and_nobody_is_left_out(
    client: FlaskClient, app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue()
    monkeypatch.setattr("providers.views.open_register.JSON_PAGE", 2)
    for serial in range(1, 6):
        accredited(serial)
    path, seen = "/public/providers/register.json", list[str]()
    while path:
        told = client.get(path).json
        assert told is not None
        seen += [row["name"] for row in told["providers"]]
        path = told["next"]
    assert seen == [f"Cooperative {serial}" for serial in range(1, 6)]
