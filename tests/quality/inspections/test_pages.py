"""The pages of inspections: what an inspector, a provider, another cooperative and the twin inspector see."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from core import clock
from core.accounts.models import Account
from core.actors import Actor
from core.db import db
from core.roles import Role
from quality.inspections import queries
from tests.accounts import sign_in
from tests.quality import builders as quality
from tests.quality.inspections import builders
from tests.quality.inspections.builders import ALL_WELL, MORNING, fill, inspection, planned, report
from tests.quality.returns.builders import upload


@pytest.fixture
def house(app):
    found, massin, tafrit = builders.house()
    with clock.frozen(MORNING):
        yield found, massin, tafrit


def enter(client, who: Actor) -> None:
    account = db.session.query(Account).filter_by(person=who.person).one()
    assert client.post(f"/demo/sign-in/{account.id}").status_code == 303


def test_an_inspector_plans_fills_and_signs_on_the_page(house, client):
    _found, massin, _tafrit = house
    enter(client, massin)
    typed = {
        "provider": quality.number(3),
        "checklist": "nursery",
        "visit_on": "2026-10-12",
        "inspector": massin.person,
    }
    answer = client.post("/quality/inspections", data=typed)
    assert answer.status_code == 303
    here = answer.location
    for place, section in enumerate(builders.checklist().sections):
        said = {item.code: ALL_WELL[item.code] for item in section.items}
        assert client.post(f"{here}/sections/{place}", data=said).status_code == 303
    assert client.post(f"{here}/report", data={"summary": "A calm house."}).status_code == 303
    page = client.get(here).text
    assert "5.00" in page
    assert "A calm house." in page


def test_nothing_typed_is_lost_and_what_is_right_is_kept(house, client):
    _found, massin, _tafrit = house
    number = planned(massin)
    enter(client, massin)
    said = {"S1": "no", "S1-mend_by": "soon", "S2": "yes", "S3": "no", "S3-note": "Two were missing."}
    answer = client.post(f"/quality/inspections/{number}/sections/0", data=said)
    assert answer.status_code == 422
    for kept in ('value="soon"', "Two were missing.", 'href="#S1-note"'):
        assert kept in answer.text, kept
    assert inspection(number).said == {"S2": "yes", "S3": "no"}


def test_a_photo_goes_up_and_comes_down(house, client):
    _found, massin, _tafrit = house
    number = planned(massin)
    enter(client, massin)
    png = b"\x89PNG\r\n\x1a\n photo"
    said = {"S1": "no", "S1-note": "The gate stands open.", "S1-photo": upload(png, "gate.png")}
    assert client.post(f"/quality/inspections/{number}/sections/0", data=said).status_code == 303
    assert client.get(f"/quality/inspections/{number}/photos/S1").data == png


def test_a_provider_meets_the_report_and_answers_it(house, client):
    found, massin, _tafrit = house
    number = planned(massin)
    here = f"/quality/inspections/{number}"
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=found[3])
    assert client.get(here).status_code == 404  # not announced: it does not exist before its report
    assert number not in client.get("/quality/inspections").text
    fill(number, massin, ALL_WELL | {"R1": "2"}, {"R1": "Two lamps are broken."})
    assert client.get(here).status_code == 404
    report(number, massin)
    assert "Two lamps are broken." in client.get(here).text
    assert client.post(f"{here}/answer", data={"reply": ""}).status_code == 422
    assert client.post(f"{here}/answer", data={"reply": "New lamps are there."}).status_code == 303
    assert "New lamps are there." in client.get(here).text


def test_an_announced_visit_shows_its_checklist_and_no_answer(house, client):
    found, massin, _tafrit = house
    number = planned(massin, is_announced=True)
    fill(number, massin, {"S1": "no"}, {"S1": "The gate stands open."})
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=found[3])
    page = client.get(f"/quality/inspections/{number}").text
    assert "Exits are free" in page
    assert "The gate stands open." not in page
    assert client.get(f"/quality/inspections/{number}/photos/S1").status_code == 404
    assert b"stands open" not in client.get(f"/quality/inspections/{number}.pdf").data


def test_another_cooperative_finds_nothing_and_changes_nothing(house, client):
    found, massin, _tafrit = house
    number = planned(massin, is_announced=True)
    fill(number, massin)
    report(number, massin)
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=found[1])
    here = f"/quality/inspections/{number}"
    for path in ("", ".pdf", "/photos/S1"):
        assert client.get(here + path).status_code == 404, path
    assert client.post(f"{here}/answer", data={"reply": "Not us."}).status_code == 404
    for path in ("/sections/0", "/report", "/mend", "/close", "/cancel"):
        assert client.post(here + path).status_code == 403, path
    assert client.get("/quality/inspections/new").status_code == 403


def test_of_a_pair_neither_sees_the_others_sheet_before_both_are_signed(house, client):
    found, massin, tafrit = house
    first = planned(massin, second=tafrit.person)
    twin = queries.twin(inspection(first)).number
    fill(first, massin, ALL_WELL | {"R1": "2"}, {"R1": "Two lamps are broken."})
    report(first, massin)
    enter(client, tafrit)
    assert "Two lamps" not in client.get(f"/quality/inspections/{first}").text
    fill(twin, tafrit)
    report(twin, tafrit)
    page = client.get(f"/quality/inspections/{first}").text
    assert "Two lamps" in page
    assert "7 of 8 items" in page
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=found[3])
    assert client.get(f"/quality/inspections/{twin}").status_code == 404


def test_the_paper_is_the_same_bytes_each_time_and_differs_once_filled(house, client):
    _found, massin, _tafrit = house
    number = planned(massin)
    enter(client, massin)
    empty = client.get(f"/quality/inspections/{number}.pdf").data
    assert empty.startswith(b"%PDF")
    assert client.get(f"/quality/inspections/{number}.pdf").data == empty
    words = PdfReader(BytesIO(empty)).pages[0].extract_text().replace("\u00a0", " ")
    assert "[ ] Yes" in words.replace("[  ]", "[ ]"), "what has no letter in the fonts would be printed as “?”"
    fill(number, massin)
    filled = client.get(f"/quality/inspections/{number}.pdf").data
    assert filled != empty
    assert client.get(f"/quality/inspections/{number}.pdf?empty=1").data == empty


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"provider": "P-9"}, "provider"),
        ({"visit_on": "12 Oct"}, "visit_on"),
        ({"visit_on": "2026-10-11"}, "visit_on"),
        ({"checklist": "hospital"}, "checklist"),
        ({"inspector": "nobody"}, "inspector"),
        ({"second": "nobody"}, "second"),
    ],
)
def test_a_plan_that_cannot_be_names_its_field(house, client, typed, field):
    _found, massin, _tafrit = house
    enter(client, massin)
    good = {"provider": quality.number(3), "checklist": "nursery", "visit_on": "2026-10-12", "inspector": massin.person}
    answer = client.post("/quality/inspections", data=good | typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
