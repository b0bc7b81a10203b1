"""The box on every page: an exact number leads to its record, for those who may see it."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask.testing import FlaskClient

from claims import services
from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from payments.services import prepare_run, release_run, set_account
from procurement.models.evaluation import Award
from tests.accounts import sign_in
from tests.care.builders import a_placement, a_provider
from tests.claims.builders import AT, CLERK, ZONE, claim, small_fund
from tests.core.test_integrity import FINANCE, SECOND
from tests.members.builders import a_member
from tests.procurement.tendering import awarded, house


def found(client: FlaskClient, words: str) -> str:
    """The address it leads to, empty when nothing was found."""
    answer = client.post("/search", data={"words": words})
    assert answer.status_code in (303, 307, 422), answer.status_code
    return "" if answer.status_code == 422 else answer.location


def visitor(app: Flask, role: Role, organisation_id: int | None = None) -> FlaskClient:
    client = app.test_client()
    sign_in(client, role, organisation_id=organisation_id)
    return client


def test_claims_contracts_providers_and_payments_are_found_by_those_who_may(app: Flask) -> None:
    fund = small_fund()
    with clock.frozen(AT):
        with unit_of_work():
            number = services.submit(claim(fund), by=CLERK, at=AT, zone=ZONE).number
            row = set_account(fund.blue, kind="domestic", number="123456789", holder="Blue Door", by=FINANCE)
            row.confirmed_by, row.usable_from = SECOND.person, AT.date()
        with unit_of_work():
            run = prepare_run(value_on=dt.date(2026, 12, 1), by=FINANCE).number
        with unit_of_work():
            release_run(run, by=SECOND)
    own = {
        number.lower(): f"/claims/{number}",
        " c-2026-001": "/contracts/C-2026-001",
        "P-2026-001": "/providers/P-2026-001",
        "O-2026-001": "/providers/P-2026-001",
        f"{run}-0001": f"/payments/{run}-0001",
    }
    clerk = visitor(app, Role.PROVIDER_MANAGER, fund.blue)
    stranger = visitor(app, Role.PROVIDER_MANAGER, fund.green)
    for words, url in own.items():
        assert found(clerk, words) == url, words
        assert found(stranger, words) == "", words
    assert found(clerk, run) == ""
    auditor = visitor(app, Role.AUDITOR)
    for words, url in (own | {run: f"/payments/runs/{run}"}).items():
        assert found(auditor, words) == url, words


def test_tenders_and_awards_are_found_by_those_who_may(app: Flask) -> None:
    people = house()
    tender = awarded(people)
    award, number = db.session.query(Award).order_by(Award.id).first().number, tender.number
    officer = visitor(app, Role.PROCUREMENT_OFFICER)
    assert found(officer, number) == found(officer, award) == f"/tenders/{number}"
    bidder = visitor(app, Role.PROVIDER_MANAGER, people.bidders[0].organisation_id)
    assert found(bidder, number) == f"/tenders/{number}"
    assert found(bidder, award).startswith("/tenders/letters/")
    stranger = visitor(app, Role.PROVIDER_MANAGER, people.bidders[2].organisation_id)
    assert found(stranger, award) == ""
    assert found(visitor(app, Role.CARE_WORKER, people.bidders[0].organisation_id), number) == ""


def test_a_name_or_phone_leads_by_post_to_the_members_search_for_those_who_read_members(app: Flask) -> None:
    row = a_member("Amal Zerbay", phone="71 555 019")
    for role, sees in ((Role.CLAIMS_OFFICER, True), (Role.FINANCE_OFFICER, False), (Role.PROVIDER_CLERK, False)):
        client = visitor(app, role)
        assert found(client, row.public_id.lower()) == (f"/members/{row.public_id}" if sees else "")
        for words in ("zerb", "71 555 019"):
            assert found(client, words) == ("/members/search" if sees else "")
    officer = visitor(app, Role.CLAIMS_OFFICER)
    assert officer.post("/search", data={"words": "Zerb"}).status_code == 307
    assert found(officer, "Nobody") == ""


def test_grants_and_placements_are_found_by_the_assessor_and_the_provider_of_the_placement(app: Flask) -> None:
    own, other = a_provider(), a_provider()
    placed = a_placement(a_member(), own)
    grant, placement = placed.grant.number, placed.number
    assessor = visitor(app, Role.CARE_ASSESSOR)
    for words, url in ((grant, f"/care/grants/{grant}"), (placement, f"/care/placements/{placement}")):
        assert found(assessor, words) == url
        assert found(visitor(app, Role.PROVIDER_CLERK, own.id), words) == url
        assert found(visitor(app, Role.PROVIDER_CLERK, other.id), words) == ""
