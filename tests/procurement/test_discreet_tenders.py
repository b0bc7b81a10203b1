"""Tenders for restricted services: no canary on any public page, release, file or API; who could bid reads all."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient

from core import plan
from core.codes import Service
from core.db import database_clock, db, unit_of_work
from core.permissions import Permission
from core.roles import Role
from procurement.models.publication import OcdsRelease
from procurement.models.tender import Tender
from procurement.queries import tenders as queries
from procurement.services import publishing
from procurement.services.rules import periods
from procurement.terms import LotTerms
from tests.accounts import account_with, actor_with
from tests.guards.seats import declared, routes
from tests.procurement.tendering import CLOSES, PLAN, START, House, at, published, sent_bid

CANARY, PLACE = "Canary House", "Nightingale Lane"
DURING = CLOSES - dt.timedelta(days=3)
MARKS = (CANARY, PLACE, "HC-VISIT", "Home care, Salt Coast", "How do you plan care?")


@pytest.fixture
def tender(people: House) -> Tender:
    """Published, and told as open data, before anybody marks its service; then the plan marks it."""
    lot = LotTerms(f"Beds of {CANARY}", 100_000_000_000, [("HC-VISIT", 10_000)], floor=40_000_000_000, place=PLACE)
    row = published(people, lots=[lot], one_lot_reason="One house.")
    sent_bid(row, people.bidders[0])
    with at(DURING):
        assert publishing.publish_due() == 1
    mark()
    return row


def mark() -> None:
    with unit_of_work():
        service = db.session.get(Service, "HC-VISIT") or Service(
            code="HC-VISIT", service_line="home_care", name=CANARY, unit="visit"
        )
        service.is_restricted, service.name = True, CANARY
        db.session.add(service)


def get(client: FlaskClient, path: str, instant: dt.datetime = DURING):
    with database_clock(lambda: instant):
        return client.get(path)


def public_paths(app, number: str, release: str) -> list[str]:
    """Every public address of a tender and of its open data."""
    found = []
    for rule, method in routes(app):
        if method == "GET" and declared(app, rule, method) == Permission.PUBLIC:
            names = {"number": number, "release_id": release, "name": "extension"}
            if set(rule.arguments) <= set(names):
                path = rule.rule
                for name, value in names.items():
                    path = path.replace(f"<{name}>", value)
                found.append(path)
    return found


def traces(client: FlaskClient, paths: list[str]) -> list[str]:
    pages = [(path, get(client, path).get_data()) for path in paths]
    return [f"{path}: {mark}" for path, body in pages for mark in MARKS if mark.encode() in body]


def test_no_public_page_release_file_or_api_shows_the_canary(app, client, tender):
    release = db.session.query(OcdsRelease).one().release_id
    paths = public_paths(app, tender.number, release)
    assert f"/public/ocds/releases/{release}.json" in paths
    assert len(paths) > 20
    assert traces(client, paths) == []


def test_the_walk_finds_the_canary_where_it_is_not_restricted(app, client, tender):
    """The same walk over the same pages, with the mark taken off: it can fail."""
    with unit_of_work():
        db.session.get(Service, "HC-VISIT").is_restricted = False
    found = traces(client, public_paths(app, tender.number, "x"))
    assert {line.partition(":")[0] for line in found} >= {
        "/public/tenders", f"/public/tenders/{tender.number}", f"/public/ocds/records/{tender.number}.json",
        "/public/ocds/releases.jsonl", "/api/v1/tenders", f"/api/v1/tenders/{tender.number}",
    }  # fmt: skip


def test_the_short_notice_says_number_dates_and_the_plans_title(client, tender):
    page = get(client, f"/public/tenders/{tender.number}").text
    assert "Care for people who need protection" in page
    assert tender.number in page
    assert "Care for people who need protection" in get(client, "/public/tenders").text
    for path in ("notice.pdf", "document.pdf", "versions", "results"):
        assert get(client, f"/public/tenders/{tender.number}/{path}").status_code == 404


def test_a_plan_that_says_nothing_lets_the_public_know_of_no_such_tender(client, tender):
    text = (PLAN / "procurement.toml").read_text().replace('public = "short"', 'public = "nothing"')
    with unit_of_work():
        author, approver = actor_with(Role.PLAN_MANAGER), actor_with(Role.PLAN_MANAGER)
        plan.approve(plan.prepare("procurement", text, valid_from=dt.date(2020, 1, 1), by=author), by=approver)
    assert not periods(START.date()).restricted.is_short
    assert get(client, f"/public/tenders/{tender.number}").status_code == 404
    assert tender.number not in get(client, "/public/tenders").text


def test_who_could_bid_reads_the_whole_notice_and_who_could_not_finds_nothing(client, people, tender):
    number = tender.number
    could, bid_already = people.bidders[1], people.bidders[0]
    for who in (could, bid_already):
        assert queries.published_tender(number, who).number == number
    account = account_with(Role.PROVIDER_MANAGER, organisation_id=could.organisation_id)
    client.post(f"/demo/sign-in/{account.id}")
    with at(DURING):
        assert PLACE in get(client, f"/tenders/{number}").text or CANARY in get(client, f"/tenders/{number}").text
    stranger = account_with(Role.PROVIDER_MANAGER, organisation_id=_stranger())
    client.post(f"/demo/sign-in/{stranger.id}")
    for path in ("/tenders", f"/tenders/{number}", f"/tenders/{number}/questions", f"/search?q={number}", "/today"):
        assert [mark for mark in MARKS if mark in get(client, path).text] == []
    assert get(client, f"/tenders/{number}").status_code == 404


def test_the_export_of_the_fund_leaves_out_what_its_reader_is_not_named_for(client, tender):
    account = account_with(Role.AUDITOR)
    client.post(f"/demo/sign-in/{account.id}")
    assert tender.number not in get(client, "/tenders/export.csv").text


def _stranger() -> int:
    from tests.providers.builders import accredited

    with unit_of_work():
        from core.codes import ServiceLine

        if db.session.get(ServiceLine, "health") is None:
            db.session.add(ServiceLine(code="health", name="Health", position=9))
    return accredited(77)
