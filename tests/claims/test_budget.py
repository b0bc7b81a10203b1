"""Every decision is noted on the contract that priced it; what ends gives back."""

from __future__ import annotations

import datetime as dt

from flask.testing import FlaskClient

from claims import services
from claims.redecisions import services as redecisions
from core.db import db, unit_of_work
from core.roles import Role
from procurement.models.contract import ContractUse
from procurement.queries.contracts import contract_by_number
from tests.accounts import sign_in
from tests.claims.builders import AT, CLERK, OFFICER, ZONE, Fund, claim, line


def used() -> list[tuple[int, int]]:
    """Benefit and paid lines of each contract with use."""
    db.session.rollback()
    return [(row.benefit, row.lines) for row in db.session.query(ContractUse).order_by(ContractUse.contract_id)]


def several(fund: Fund):
    lines = (line(no=1), line(on=dt.date(2026, 11, 4), no=2))
    return [
        claim(fund, "A-1", *lines),
        claim(fund, "A-2", member=fund.child),
        claim(fund, "B-1", organisation=fund.green),
    ]


def test_a_batch_notes_what_one_by_one_notes(fund: Fund) -> None:
    with unit_of_work():
        services.submit_many(several(fund)[:2], by=CLERK, at=AT, zone=ZONE)
    assert used() == [(24_000, 3)]
    with unit_of_work():
        services.submit(claim(fund, "A-3", line(on=dt.date(2026, 11, 9))), by=CLERK, at=AT, zone=ZONE)
    assert used() == [(32_000, 4)]


def test_each_provider_uses_its_own_contract_and_a_denied_line_none(fund: Fund) -> None:
    with unit_of_work():
        services.submit(claim(fund, "A-1"), by=CLERK, at=AT, zone=ZONE)
        services.submit(
            claim(fund, "B-1", line(on=dt.date(2026, 11, 8)), organisation=fund.green), by=CLERK, at=AT, zone=ZONE
        )
        services.submit(claim(fund, "A-2", line("NIX")), by=CLERK, at=AT, zone=ZONE)
    assert used() == [(8_000, 1), (8_000, 1)]


def test_a_withdrawn_claim_gives_back(fund: Fund) -> None:
    with unit_of_work():
        number = services.submit(claim(fund, "A-1"), by=CLERK, at=AT, zone=ZONE).number
    with unit_of_work():
        redecisions.withdraw(number, reason="A mistake", by=OFFICER, at=AT, zone=ZONE)
    assert used() == [(0, 0)]


def test_a_dry_run_notes_nothing(fund: Fund) -> None:
    services.dry_run(claim(fund, "A-1"), by=OFFICER, at=AT, zone=ZONE)
    assert used() == []


def test_the_contracts_page_shows_the_use(fund: Fund, client: FlaskClient) -> None:
    with unit_of_work():
        services.submit(claim(fund, "A-1"), by=CLERK, at=AT, zone=ZONE)
        contract_by_number("C-2026-001").budget = 100_000
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert "8.000" in client.get("/contracts/C-2026-001").text
