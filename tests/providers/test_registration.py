"""A cooperative registers, by service and on the screen; strangers see nothing."""

import datetime as dt
import io
from dataclasses import replace

import pytest

from core import audit
from core.accounts.models import Account
from core.db import db, unit_of_work
from core.errors import Conflict, InputErrors
from core.roles import Role
from core.web.access import actor_of
from providers import queries
from providers.identifiers import checked_number, home_number
from providers.services import registration
from providers.services.registration import SiteFacts
from tests.accounts import sign_in
from tests.providers.builders import PDF, catalogue, complete, draft, facts


@pytest.fixture
def began(app):
    """A draft with its manager: (provider number, account id)."""
    catalogue()
    organisation_id, account = draft()
    return queries.provider_of(organisation_id).number, account.id


def typed(**changes):
    values = {
        "name": "Care Weavers", "legal_form": "cooperative", "register_scheme": "tz.reg",
        "register_number": home_number(42), "district": "Salt Coast",
    }  # fmt: skip
    return values | changes


@pytest.mark.parametrize(
    ("scheme", "number", "stored"),
    [
        ("tz.reg", " tzr-004217" + home_number(4217)[-1].lower(), home_number(4217)),
        ("es.cif", "J99216582", "J99216582"),
        ("fr.siret", "732 829 320 00074", "73282932000074"),
        ("other", "ab 12/7", "AB12/7"),
        ("ph.sec", "CS201912345", "CS201912345"),
    ],
)
def test_register_numbers_are_stored_compact(app, scheme, number, stored):
    assert checked_number(scheme, number) == stored


@pytest.mark.parametrize(
    ("scheme", "number", "words"),
    [
        ("es.cif", "J99216583", "check digit"),
        ("fr.siret", "732 829 320 00075", "check digit"),
        ("tz.reg", "TZR-12", "looks like TZR-004217J"),
        ("tz.reg", home_number(7)[:-1] + ("A" if home_number(7)[-1] != "A" else "B"), "does not fit its digits"),
        ("other", "<script>", "2 to 40 letters"),
    ],
)
def test_a_wrong_register_number_is_refused_naming_what_is_wrong(app, scheme, number, words):
    with pytest.raises(InputErrors, match=words):
        checked_number(scheme, number)


def test_the_printed_example_of_a_register_number_is_valid(app):
    assert checked_number("tz.reg", "TZR-004217J") == "TZR-004217J", home_number(4217)


def test_a_registration_is_sent_when_nothing_is_missing(began):
    provider, account = queries.provider_by_number(began[0]), db.session.get(Account, began[1])
    with pytest.raises(InputErrors) as caught:
        registration.submit(provider, by=actor_of(account))
    assert {problem.where for problem in caught.value.problems} == {"service_lines", "sites", "documents"}
    with unit_of_work():
        complete(provider, account)
        registration.submit(provider, by=actor_of(account))
    assert provider.state == "submitted"
    with pytest.raises(Conflict, match="sends it back"):
        registration.choose_service_lines(provider, ["childcare"])
    assert not list(audit.verify())


@pytest.mark.parametrize("places", [-3, 5001])
def test_impossible_places_are_refused(began, places):
    provider = queries.provider_by_number(began[0])
    registration.choose_service_lines(provider, ["health"])
    with pytest.raises(InputErrors, match="from 0 to 5000"):
        registration.save_site(provider, SiteFacts("House", "Hills", places={"health": places}))


def test_a_register_number_belongs_to_one_organisation(began):
    account = db.session.get(Account, began[1])
    with pytest.raises(InputErrors, match="registered already"):
        registration.start(facts(1), by=replace(actor_of(account), organisation_id=None))


def test_a_stranger_registers_with_an_account_of_its_own(client):
    catalogue()
    form = typed(person_name="Ana Field", account_email="ana@example.org", password="four words make sense")
    response = client.post("/providers/register", data=form, follow_redirects=True)
    assert response.status_code == 200
    assert "Register Care Weavers" in response.text
    assert "of 5 tasks completed" in response.text


def test_a_wrong_form_says_what_and_keeps_what_was_typed(client):
    form = typed(register_scheme="es.cif", register_number="J99216583", person_name="Ana", password="7dwarfs")
    response = client.post("/providers/register", data=form)
    assert response.status_code == 422
    for words in ("There is a problem", "check digit", "at least 12 characters", "Write your e-mail", "J99216583"):
        assert words in response.text, words
    assert "7dwarfs" not in response.text
    assert queries.provider_count(dt.date(2026, 11, 1)) == 0


def enter(client, account_id):
    assert client.post(f"/demo/sign-in/{account_id}").status_code == 303


def test_the_whole_task_list_is_walked_on_the_screen(client, began):
    number, account_id = began
    enter(client, account_id)
    base = f"/providers/{number}/registration"
    assert "Cannot start yet" in client.get(base).text
    assert client.post(f"{base}/care", data={"service_lines": ["health"]}).status_code == 303
    site = {"name": "House", "district": "Hills", "places-health": "12"}
    assert client.post(f"{base}/sites/new", data=site).status_code == 303
    upload = {"kind": "statutes", "file": (io.BytesIO(PDF), "statutes.pdf")}
    assert client.post(f"{base}/documents", data=upload).status_code == 303
    for path in ("", "/organisation", "/care", "/sites/1", "/documents", "/send"):
        assert client.get(base + path).status_code == 200, path
    assert client.post(f"{base}/send").status_code == 303
    page = client.get(base).text
    assert "Waiting for the registrar" in page


def test_a_site_with_minus_three_places_or_words_is_refused_at_its_field(client, began):
    number, account_id = began
    enter(client, account_id)
    client.post(f"/providers/{number}/registration/care", data={"service_lines": ["health"]})
    for text, words in (("-3", "from 0 to 5000"), ("many", "not a whole number")):
        form = {"name": "House", "district": "Hills", "places-health": text}
        response = client.post(f"/providers/{number}/registration/sites/new", data=form)
        assert response.status_code == 422
        assert words in response.text
        assert f'value="{text}"' in response.text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"PK\x03\x04 a spreadsheet", "statutes.pdf", "is not a PDF, a PNG picture, a JPEG picture inside"),
        (b"", "statutes.pdf", "is empty"),
        (b"", "", "Choose a file"),
    ],
)
def test_what_is_not_a_paper_is_refused_in_words(client, began, content, name, words):
    number, account_id = began
    enter(client, account_id)
    upload = {"kind": "statutes", "file": (io.BytesIO(content), name)}
    response = client.post(f"/providers/{number}/registration/documents", data=upload)
    assert response.status_code == 422
    assert words in response.text


@pytest.mark.parametrize("megabytes", [11, 50])
def test_a_file_that_is_too_large_is_413_in_words(client, began, megabytes):
    number, account_id = began
    enter(client, account_id)
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = part.format("kind", "").encode() + b"statutes\r\n" + part.format("file", '; filename="s.pdf"').encode()
    body += PDF + bytes(megabytes * 1024 * 1024) + b"\r\n--x--\r\n"
    url, kind = f"/providers/{number}/registration/documents", "multipart/form-data; boundary=x"
    response = client.post(url, data=body, content_type=kind)
    assert response.status_code == 413
    assert "That file is too large" in response.text


def test_another_organisation_does_not_find_the_registration(client, began):
    number, _account_id = began
    _other, account = draft(2)
    enter(client, account.id)
    for path in ("", "/registration", "/registration/documents", "/documents/1"):
        assert client.get(f"/providers/{number}{path}").status_code == 404, path
    assert client.post(f"/providers/{number}/registration/send").status_code == 404


def test_the_fund_does_not_see_a_draft_and_staff_cannot_register(client, began):
    sign_in(client, Role.REGISTRAR)
    assert client.get(f"/providers/{began[0]}").status_code == 404
    assert began[0] not in client.get("/providers").text
    assert client.post("/providers/register", data=typed()).status_code == 403
