"""`/api/v1/claims`: the same answers as on the screen, in decimal texts."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from claims import services
from claims.models import Claim, ClaimReceipt
from core import clock
from core.accounts.models import ApiToken
from core.db import db, unit_of_work
from core.roles import Role
from tests.accounts import account_with
from tests.claims.builders import AT, CLERK, ZONE, Fund, claim, eligible

URL = "/api/v1/claims"


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(AT):
        yield


def token(organisation_id: int) -> str:
    account = account_with(Role.PROVIDER_CLERK, organisation_id=organisation_id)
    text = f"token-{organisation_id}"
    with unit_of_work():
        digest = hashlib.sha256(text.encode()).digest()
        db.session.add(
            ApiToken(organisation_id=organisation_id, account_id=account.id, digest=digest, label="t", created_at=AT)
        )
    return text


def post(client: FlaskClient, who: str, body: Any, key: str = "k1", path: str = ""):
    headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": key}
    return client.post(URL + path, json=body, headers=headers)


def body(**more: Any) -> dict[str, Any]:
    line = {"code": "CON", "service_start": "2026-11-03", "quantity": "1", "unit_price": "12.000"}
    return {"claim_no": "A-1", "member_id": "M4471", "lines": [line | more]}


def stored() -> int:
    return db.session.execute(select(func.count()).select_from(Claim)).scalar_one()


def test_a_claim_sent_by_api_is_answered_with_its_decision(fund: Fund, client: FlaskClient) -> None:
    who = token(fund.blue)
    answer = post(client, who, body())
    assert answer.status_code == 200, answer.json
    found = answer.json
    assert (found["outcome"], found["state"], found["version"]) == ("complete", "adjudicated", 1)
    assert (found["submitted"], found["benefit"], found["write_off"]) == ("12.000", "8.000", "2.000")
    sentences = {row["code"]: row["sentence"] for row in found["lines"][0]["findings"]}
    assert sentences["PRC-01"].startswith("Contract C-2026-001 pays 10.000 since 1 January 2026; 12.000 was asked.")
    again = client.get(f"{URL}/{found['number']}", headers={"Authorization": f"Bearer {who}"})
    assert again.json == found


def test_a_dry_run_says_what_the_submission_then_says_and_stores_no_claim(fund: Fund, client: FlaskClient) -> None:
    who = token(fund.blue)
    tried = post(client, who, body() | {"eligibility_no": eligible()}, path="/dry-run").json
    assert stored() == 0
    sent = post(client, who, body(), key="k2").json
    assert {**tried, "number": sent["number"], "version": 1} == sent


def test_the_same_claim_under_another_key_gets_the_first_answer(fund: Fund, client: FlaskClient) -> None:
    who = token(fund.blue)
    first, second = post(client, who, body()), post(client, who, body(), key="k2")
    assert (second.status_code, second.json) == (200, first.json)
    other = post(client, who, body(quantity="2"), key="k3")
    assert (other.status_code, other.json["code"]) == (409, "ADM-02")
    assert stored() == 1


def test_all_defects_of_a_body_are_named_at_once_and_leave_only_a_receipt(fund: Fund, client: FlaskClient) -> None:
    answer = post(client, token(fund.blue), body(quantity="-1", unit_price=5.4, service_start="2026-02-30"))
    assert answer.status_code == 422
    places = {problem["where"] for problem in answer.json["problems"]}
    assert places == {"lines.0.quantity", "lines.0.unit_price", "lines.0.service_start"}
    assert stored() == 0
    assert db.session.execute(select(ClaimReceipt.channel)).scalar_one() == "api"


def test_a_readable_claim_that_must_be_corrected_is_answered_200_with_outcome_error(
    fund: Fund, client: FlaskClient
) -> None:
    sent = body() | {"member_id": "M0000"}
    answer = post(client, token(fund.blue), sent)
    assert (answer.status_code, answer.json["outcome"], answer.json["state"]) == (200, "error", "returned")


def test_a_token_reads_only_its_own_claims(fund: Fund, client: FlaskClient) -> None:
    with unit_of_work():
        outcome = services.submit(claim(fund), by=CLERK, at=AT, zone=ZONE)
    headers = {"Authorization": f"Bearer {token(fund.green)}"}
    assert client.get(f"{URL}/{outcome.number}", headers=headers).status_code == 404
    assert client.get(f"{URL}/{outcome.number}").status_code in (401, 403)
