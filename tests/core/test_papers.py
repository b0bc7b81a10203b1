"""Papers that leave the house carry a code, and /verify/<code> says what they are and whether they stand."""

from __future__ import annotations

import datetime as dt
import hashlib
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from claims import services
from claims.redecisions import services as redecisions
from core import clock, files, issued
from core.db import db, unit_of_work
from core.roles import Role
from payments.services import prepare_run, release_run, set_account
from procurement.models.bid import BidReceipt
from procurement.models.evaluation import Award
from procurement.queries.contract_list import Wanted, listed
from procurement.services import award
from procurement.services import contracts as contract_services
from tests.accounts import sign_in
from tests.claims.builders import AT, CLERK, OFFICER, ZONE, claim, small_fund
from tests.core.test_integrity import FINANCE, SECOND
from tests.procurement.tendering import CLOSES, at, awarded, house


def words(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def checked(client: FlaskClient, document: issued.IssuedDocument, content: bytes) -> str:
    """The page behind the code on the paper; the paper is the one whose hash it shows."""
    assert document.code in words(content)
    assert hashlib.sha256(content).hexdigest() == document.sha256
    page = client.get(f"/verify/{document.code}").get_data(as_text=True)
    assert "Valid" in page
    assert document.sha256[:16] in page
    assert document.number in page
    return page


def standing(kind: str, number: str) -> issued.IssuedDocument:
    found = issued.valid_document(kind, number)
    assert found is not None
    return found


def test_receipt_award_letters_and_contract_are_issued_along_the_tender(app: Flask, client: FlaskClient) -> None:
    people = house()
    awarded(people)
    manager = people.bidders[0]
    first = db.session.query(Award).order_by(Award.id).first()
    for letter in first.letters:
        content = files.read(letter.file)
        document = next(
            row for n in (1, 2) if (row := standing("award_letter", f"{first.number}/{n}")).code in words(content)
        )
        assert issued.printed(first.amount) in checked(client, document, content)
    with at(CLOSES + dt.timedelta(days=40)):
        contract = award.contract_from_award(first, by=people.officer)
    with at(CLOSES + dt.timedelta(days=41)):
        contract_services.sign(contract, by=manager)
        assert issued.valid_document("contract", contract.number) is None
        contract_services.sign(contract, by=people.officer)
    number, receipt = contract.number, db.session.query(BidReceipt.number).order_by(BidReceipt.id).first()[0]
    assert [row.number for row in listed(OFFICER, Wanted(), limit=9)[1]] == [number]
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=manager.organisation_id)
    paper = client.get(f"/contracts/{number}/contract.pdf").data
    assert issued.printed(first.amount) in checked(client, standing("contract", number), paper)
    checked(client, standing("bid_receipt", receipt), client.get(f"/tenders/receipts/{receipt}.pdf").data)


def test_remittances_are_issued_when_the_run_is_released(app: Flask, client: FlaskClient) -> None:
    fund = small_fund()
    with clock.frozen(AT):
        with unit_of_work():
            services.submit(claim(fund), by=CLERK, at=AT, zone=ZONE)
            row = set_account(fund.blue, kind="domestic", number="123456789", holder="Blue Door", by=FINANCE)
            row.confirmed_by, row.usable_from = SECOND.person, AT.date()
        with unit_of_work():
            number = prepare_run(value_on=dt.date(2026, 12, 1), by=FINANCE).number
        with unit_of_work():
            release_run(number, by=SECOND)
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    content = client.get(f"/payments/{number}-0001/remittance.pdf").data
    assert "8.000 TZD" in checked(client, standing("remittance", f"{number}-0001"), content)


def test_a_decision_letter_is_issued_when_the_provider_takes_it(app: Flask, client: FlaskClient) -> None:
    fund = small_fund()
    with unit_of_work():
        number = services.submit(claim(fund), by=CLERK, at=AT, zone=ZONE).number
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    assert issued.valid_document("decision", number) is None
    answer = client.post(f"/claims/{number}/letter", follow_redirects=True)
    document = standing("decision", number)
    assert "8.000 TZD" in checked(client, document, answer.data)
    assert client.post(f"/claims/{number}/letter", follow_redirects=True).data == answer.data
    code = document.code
    with unit_of_work():
        redecisions.withdraw(number, reason="A mistake", by=OFFICER, at=AT, zone=ZONE)
    assert "Withdrawn" in client.get(f"/verify/{code}").get_data(as_text=True)
    assert client.post(f"/claims/{number}/letter").status_code == 404


def test_a_stranger_takes_no_letter(app: Flask, client: FlaskClient) -> None:
    fund = small_fund()
    with unit_of_work():
        number = services.submit(claim(fund), by=CLERK, at=AT, zone=ZONE).number
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.green)
    assert client.post(f"/claims/{number}/letter").status_code == 404
    assert issued.valid_document("decision", number) is None
