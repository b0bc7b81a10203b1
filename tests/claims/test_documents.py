"""Referral, kind of visit and who gave the care by form; documents by page and by API under the same rules."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from claims import services
from claims.models import Claim, ClaimDocument, ClaimLine, ClaimVersion
from claims.queries import records
from core import clock
from core.db import db, unit_of_work
from core.roles import Role
from tests.accounts import sign_in
from tests.claims.builders import AT, CLERK, ZONE, Fund, claim
from tests.claims.facts.test_needs import needing
from tests.claims.test_api import token
from tests.claims.test_views import typed

BILL = b"%PDF-1.7 bill"


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(AT):
        yield


def waiting(fund: Fund) -> str:
    """The number of a claim that waits for its bill, due in 25 days; a review would be answered in fewer."""
    needing('documents = [{ name = "Bill", days = 25 }]')
    with unit_of_work():
        return services.submit(claim(fund, "A-1"), by=CLERK, at=AT, zone=ZONE).number


def sent(client: FlaskClient, who: str, number: str, key: str, **parts: Any) -> Any:
    data = {"name": "Bill", "file": (io.BytesIO(BILL), "bill.pdf")} | parts
    headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": key}
    return client.post(f"/api/v1/claims/{number}/documents", data=data, headers=headers)


def test_a_claim_that_waits_for_a_document_is_due_when_the_plan_says(fund: Fund) -> None:
    waiting(fund)
    row = db.session.execute(select(ClaimVersion)).scalar_one()
    assert (row.state, row.headline, row.due_on) == ("pended", "ADM-08", AT.date() + dt.timedelta(days=25))


def test_a_document_by_api_decides_the_claim_and_the_same_key_answers_again(fund: Fund, client: FlaskClient) -> None:
    number, who = waiting(fund), token(fund.blue)
    answer = sent(client, who, number, "d-1")
    assert answer.status_code == 200, answer.json
    assert (answer.json["number"], answer.json["state"], answer.json["version"]) == (number, "adjudicated", 2)
    assert sent(client, who, number, "d-2").status_code == 409, "it no longer waits"
    assert db.session.execute(select(ClaimDocument.name)).scalars().all() == ["Bill"]


@pytest.mark.parametrize(
    ("parts", "where", "said"),
    [({"name": "Letter"}, "name", "needs: Bill"), ({"name": ""}, "name", "needs: Bill"),
     ({"file": (io.BytesIO(b"MZ"), "bill.pdf")}, "file", "is not"),
     ({"file": (io.BytesIO(b""), "bill.pdf")}, "file", "empty"),
     ({"file": ""}, "file", "Choose a file")],
    ids=["another", "nameless", "no paper", "empty", "none"],
)  # fmt: skip
def test_a_wrong_document_by_api_names_what_is_wrong(
    fund: Fund, client: FlaskClient, parts: dict[str, Any], where: str, said: str
) -> None:
    number = waiting(fund)
    answer = sent(client, token(fund.blue), number, "d-1", **parts)
    assert answer.status_code == 422
    assert answer.json["problems"][0]["where"] == where
    assert said in answer.json["problems"][0]["message"]
    assert db.session.execute(select(ClaimDocument)).first() is None


def test_nobody_sends_a_document_for_another_providers_claim(fund: Fund, client: FlaskClient) -> None:
    number = waiting(fund)
    assert sent(client, token(fund.green), number, "d-1").status_code == 404
    assert client.post(f"/api/v1/claims/{number}/documents", headers={"Idempotency-Key": "x"}).status_code == 401


def test_the_form_takes_referral_kind_of_visit_and_who_gave_the_care(fund: Fund, client: FlaskClient) -> None:
    needing("needs_referral = true")
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    said = {"referral_no": "R-7", "visit_type": "referral", "lines.0.practitioner_id": "DR-1"}
    page = client.get("/claims/new").text
    assert all(f'name="{name}"' in page for name in said)
    check = client.post("/claims/new", data=typed(do="check") | said).text
    assert all(word in check for word in ("R-7", "After a referral", "DR-1"))
    assert "BEN-09" in client.post("/claims/new", data=typed(claim_no="A-9"), follow_redirects=True).text
    answer = client.post("/claims/new", data=typed() | said)
    assert answer.status_code == 303
    row = db.session.execute(select(Claim).where(Claim.provider_claim_no == "A-1")).scalar_one()
    assert (row.referral_no, row.visit_type) == ("R-7", "referral")
    assert {line.practitioner for line in records.lines_of(row)} == {"DR-1"}
    again = client.get(f"/claims/new?corrects={row.number}").text
    assert 'value="R-7"' in again
    wrong = client.post("/claims/new", data=typed(claim_no="A-3") | said | {"visit_type": "picnic"})
    assert wrong.status_code == 422
    assert 'href="#visit_type"' in wrong.text


def test_a_file_of_claims_names_its_referrals(fund: Fund, client: FlaskClient) -> None:
    needing("needs_referral = true")
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=fund.blue)
    text = "claim_no,line_no,member_id,provider_id,service_start,code,quantity,unit_price,amount,referral_no\r\n"
    for number, referral, day in (("F-1", "R-1", "2026-11-03"), ("F-2", "", "2026-11-02")):
        text += f"{number},1,M4471,O-2026-001,{day},CON,1,10.000,10.000,{referral}\r\n"
    data = {"file": (io.BytesIO(text.encode()), "claims.csv"), "mapping": "touiza-claims", "do": "take"}
    assert client.post("/claims/upload", data=data).status_code == 303
    found = db.session.execute(select(Claim.provider_claim_no, ClaimVersion.headline).join(ClaimVersion))
    assert ("F-2", "BEN-09") in {tuple(row) for row in found}
    assert ("F-1", "BEN-09") not in {tuple(row) for row in found}
    assert len(db.session.execute(select(ClaimLine.line_no)).all()) == 2
