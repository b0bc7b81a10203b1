"""Housing as a fourth service line and an invented fifth: plan text, catalogue and contract, and no line of code."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

import care.services as care
from care.records import CertificateRow, OccupancyRow, QuoteRow
from claims.explanation import sentence
from core.actors import SYSTEM
from core.db import db, unit_of_work
from core.organisations import Organisation
from members.models import Member
from payments.models.payable import Payable
from tests.claims.care_fund import FIRST, JUNE, JUNE_END, LAST, RATES, ROOT, a_cooperative, billed, care_fund, imported
from tests.claims.fixtures_lines import HOUSING, MOBILITY
from tests.claims.test_explanation import Plain
from tests.members.builders import a_member

pytestmark = pytest.mark.usefixtures("app")
PRICES = {"HS-100": 400_000, "HS-200": 30_000, "HS-300": 900_000_000, "MB-100": 8_000}
MAY, MAY_END = dt.date(2026, 5, 1), dt.date(2026, 5, 31)


@pytest.fixture
def landlord(monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """A provider with a contract for the lines that are only data."""
    for code, price in PRICES.items():
        monkeypatch.setitem(RATES, code, price)
    care_fund(HOUSING + MOBILITY)
    return a_cooperative("housing")[0]


def holds(landlord: Organisation, member: Member, place: str, since: dt.date, until: dt.date | None = None) -> None:
    row = OccupancyRow(place=place, kind="dwelling", member_id=member.id, moved_in_on=since, moved_out_on=until)
    with unit_of_work():
        care.record_occupancies(landlord.id, [row], source="lease", by=SYSTEM)
        care.close_records(since, until or JUNE_END, by=SYSTEM)


def inspected(landlord: Organisation, place: str, until: dt.date = LAST) -> None:
    row = CertificateRow(kind="inspection", number=f"I-{place}", place=place, valid_from=FIRST, valid_until=until)
    with unit_of_work():
        care.record_certificates(landlord.id, [row], source="inspection", by=SYSTEM)


def test_a_dwelling_month_goes_from_lease_to_payable(landlord: Organisation) -> None:
    tenant = a_member()
    holds(landlord, tenant, "12", dt.date(2026, 3, 1))
    inspected(landlord, "12")
    decision = billed(landlord, tenant, "HS-100", "1")
    assert (decision.state, decision.benefit, decision.member_share) == ("adjudicated", 320_000, 80_000)
    assert (
        db.session.execute(select(Payable.amount)).scalar_one() == 320_000
    )  # the highest share: nobody declared an income


def test_the_next_tenant_on_the_day_of_moving_out_is_fine_a_day_earlier_waits(landlord: Organisation) -> None:
    first, second, third = a_member(), a_member("Basma Zarrouk"), a_member("Caid Omar")
    for place in ("12", "13"):
        inspected(landlord, place)
    holds(landlord, first, "12", dt.date(2026, 3, 1), dt.date(2026, 6, 1))
    holds(landlord, second, "12", dt.date(2026, 6, 1))
    assert billed(landlord, second, "HS-100", "1").state == "adjudicated"
    holds(landlord, first, "13", dt.date(2026, 3, 1), dt.date(2026, 6, 1))
    holds(landlord, third, "13", dt.date(2026, 5, 31))
    decision = billed(landlord, third, "HS-100", "0.032", first=MAY, last=MAY_END, number="A-2")
    (found,) = [one for one in decision.lines[0].findings if one.code == "CAR-02"]
    assert (decision.state, found.parameters["nights"], found.parameters["on"]) == ("pended", 1, dt.date(2026, 5, 31))
    said = sentence("CAR-02", "place_taken", found.parameters, Plain(), MAY_END)
    assert "overlap of 1 nights" in said


def test_without_a_valid_inspection_the_month_waits(landlord: Organisation) -> None:
    tenant = a_member()
    holds(landlord, tenant, "12", dt.date(2026, 3, 1))
    inspected(landlord, "12", until=dt.date(2026, 4, 30))
    decision = billed(landlord, tenant, "HS-100", "1", first=MAY, last=MAY_END)
    (found,) = decision.lines[0].findings
    assert (decision.state, found.code, found.parameters["until"]) == ("pended", "CAR-01", dt.date(2026, 4, 30))


def test_only_the_tenant_is_the_beneficiary(landlord: Organisation) -> None:
    holds(landlord, a_member(), "12", dt.date(2026, 3, 1))
    inspected(landlord, "12")
    decision = billed(landlord, a_member("Basma Zarrouk"), "HS-100", "1")
    assert (decision.state, decision.lines[0].headline) == ("denied", "CAR-01")


def test_no_rent_beside_residential_care(landlord: Organisation) -> None:
    tenant, home = a_member(), a_cooperative("long_term_care")[0]
    holds(landlord, tenant, "12", dt.date(2026, 3, 1))
    inspected(landlord, "12")
    bed = OccupancyRow(place="R-1", kind="residential", member_id=tenant.id, moved_in_on=dt.date(2026, 6, 20))
    with unit_of_work():
        care.record_occupancies(home.id, [bed], source="beds", by=SYSTEM)
    decision = billed(landlord, tenant, "HS-100", "1")
    assert (decision.state, decision.lines[0].headline) == ("denied", "CAR-03")
    assert billed(landlord, tenant, "HS-100", "1", first=MAY, last=MAY_END, number="A-2").state == "adjudicated"


def test_an_adaptation_is_paid_within_quote_acceptance_and_ceiling(landlord: Organisation) -> None:
    tenant = a_member()
    quote = {"number": "Q-1", "member_id": tenant.id, "service": "HS-300", "amount": 900_000_000, "quoted_on": MAY}
    with unit_of_work():
        care.record_quotes(landlord.id, [QuoteRow(**quote)], source="quote", by=SYSTEM)
    waiting = billed(landlord, tenant, "HS-300", "1", price=800_000_000)
    assert (waiting.state, waiting.lines[0].findings[0].parameters["missing"]) == ("denied", ["acceptance"])
    accepted = QuoteRow(**quote, accepted_amount=800_000_000, accepted_on=JUNE)
    with unit_of_work():
        care.record_quotes(landlord.id, [accepted], source="works", by=SYSTEM)
    paid = billed(landlord, tenant, "HS-300", "1", price=800_000_000, number="A-2")
    assert (paid.benefit, paid.lines[0].headline) == (750_000_000, "BEN-06")
    assert paid.lines[0].findings[0].parameters["limit"] == 750_000_000


def test_a_fifth_line_that_nobody_foresaw_runs_from_claim_to_payable(landlord: Organisation) -> None:
    member = a_member()
    imported("touiza-visits", [
        {"visit_id": f"R{n}", "member_id": member.public_id, "provider_id": landlord.number, "practitioner_id": "D1",
         "code": "MB-100", "visited_on": f"2026-06-0{n}", "started": "09:00", "ended": "09:40", "place": "QR"}
        for n in (1, 2, 3)
    ])  # fmt: skip
    decision = billed(landlord, member, "MB-100", "3")
    assert (decision.lines[0].headline, decision.lines[0].quantity_milli) == ("BEN-03", 2_000)
    assert decision.benefit == 14_400
    owed = db.session.execute(select(Payable)).scalar_one()
    assert owed.amount == 14_400


def test_no_code_knows_these_lines() -> None:
    for room in ("core", "payments", "members", "providers", "procurement", "care", "claims", "quality"):
        for path in Path(ROOT / room).rglob("*.py"):
            text = path.read_text("utf-8").lower()
            assert "mobility" not in text, path
            if room in ("procurement", "claims", "quality"):
                assert "housing" not in text, path
