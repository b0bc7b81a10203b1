"""Who may read whose claims: a canary in a restricted service is looked for behind every door."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from claims import services
from claims.facts import PART
from claims.models import Claim, ClaimVersion
from claims.readers import reader_of
from core import clock, plan
from core.accounts.models import Assignment
from core.codes import Service
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import FUND_STAFF, Role
from core.web.access import actor_of
from payments.models import Payable
from procurement.models.contract import Contract, ContractLine
from tests.accounts import account_with
from tests.claims.builders import AT, CLERK, FIRST, LAST, OFFICER, PLAN, ZONE, Fund, claim, line

CANARY = "CANARY7"
NAME = "Quiet yellow bird"
RESTRICTED = f"""
[[services]]
code = "{CANARY}"
line = "health"
name = "{NAME}"
unit = "each"
share = 2000
is_restricted = true
basis = "art. 9"

[[ceilings]]
key = "everyone"
name = "Everything together"
scope = "household"
per = "year"
amount = "30.000"
ceiling_basis = "net"
basis = "art. 10"
"""


@pytest.fixture(autouse=True)
def november():
    with clock.frozen(AT):
        yield


@pytest.fixture
def secret(fund: Fund) -> str:
    """The number of a paid claim for a restricted service, sent by the blue cooperative for the adult M4471."""
    with unit_of_work():
        version = plan.prepare(PART, PLAN.replace('"2026-1"', '"2026-2"') + RESTRICTED, valid_from=FIRST, by=CLERK)
        plan.approve(version, by=OFFICER)
        db.session.add(Service(code=CANARY, service_line="health", name=NAME, unit="each", is_restricted=True))
        db.session.flush()
        for contract_id in db.session.execute(select(Contract.id)).scalars():
            row = ContractLine(contract_id=contract_id, service=CANARY, rate=10_000, valid_from=FIRST, valid_until=LAST)
            db.session.add(row)
    with unit_of_work():
        sent = claim(fund, "SECRET-1", line(CANARY, quantity=2))
        return services.submit(sent, by=CLERK, at=AT, zone=ZONE).number


def sign_in(client: FlaskClient, role: Role, organisation_id: int | None = None, scope: str = "") -> None:
    account = account_with(role, organisation_id=organisation_id)
    with unit_of_work():
        db.session.execute(update(Assignment).where(Assignment.account_id == account.id).values(scope=scope))
    client.post(f"/demo/sign-in/{account.id}")


def everything(app: Flask, client: FlaskClient, number: str) -> list[tuple[str, str]]:
    """(address, text) of every page without a parameter that this reader may open, and of the claim's own doors."""
    plain = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    own = [f"/claims/{number}", f"/claims/{number}/lines/1", f"/api/v1/claims/{number}", f"/claims/{number}/letter.pdf"]
    files = [f"/claims/download.{kind}" for kind in ("csv", "xlsx")]
    lists = ["/claims?words=SECRET", "/claims?words=M4471", "/claims/review?reason=BEN-02"]
    found = []
    for address in (*plain, *own, *files, *lists):
        answer = client.get(address)
        if answer.status_code == 200:
            found.append((address, readable(answer.data)))
    return found


def readable(content: bytes) -> str:
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def seen(app: Flask, client: FlaskClient, number: str) -> set[str]:
    """Addresses where the claim, its service or the provider's own number shows."""
    traces = (number, "SECRET-1", NAME)
    return {address for address, text in everything(app, client, number) if any(trace in text for trace in traces)}


# What says which services exist at all, not who used them; and the trail, which holds identifiers of claims.
CATALOGUE = {"/claims/handbook", "/claims/handbook.md", "/claims/handbook.pdf", "/care/grants/new", "/tenders/new"}
TRAIL = {"/trail"}


@pytest.mark.parametrize("role", sorted(FUND_STAFF), ids=str)
def test_nobody_at_the_fund_meets_the_canary(app: Flask, client: FlaskClient, secret: str, role: Role) -> None:
    sign_in(client, role)
    assert seen(app, client, secret) <= CATALOGUE | (TRAIL if role in (Role.AUDITOR, Role.ADMINISTRATOR) else set())


def test_neither_does_another_cooperative_or_a_stranger(
    app: Flask, client: FlaskClient, fund: Fund, secret: str
) -> None:
    assert seen(app, client, secret) == set()
    sign_in(client, Role.PROVIDER_CLERK, fund.green)
    assert f"/claims/{secret}" not in seen(app, client, secret)
    assert not any("SECRET-1" in text or secret in text for _address, text in everything(app, client, secret))


def test_its_provider_its_member_and_named_staff_read_it(
    app: Flask, client: FlaskClient, fund: Fund, secret: str
) -> None:
    for role, organisation, scope in (
        (Role.PROVIDER_CLERK, fund.blue, ""),
        (Role.CLAIMS_OFFICER, None, "restricted"),
        (Role.MEMBER, None, "M4471"),
    ):
        sign_in(client, role, organisation, scope)
        assert {f"/claims/{secret}", f"/claims/{secret}/lines/1", "/claims"} <= seen(app, client, secret), role


def test_an_adult_sees_only_the_own_claims(app: Flask, client: FlaskClient, fund: Fund, secret: str) -> None:
    sign_in(client, Role.MEMBER, None, "M4472")
    assert seen(app, client, secret) == set()
    assert client.get(f"/claims/{secret}").status_code == 404


def test_a_member_account_that_stands_for_nobody_sees_nothing(secret: str) -> None:
    who = reader_of(actor_of(account_with(Role.MEMBER)))
    query = select(func.count()).select_from(Claim).where(*who.of_claims())
    assert db.session.execute(query).scalar_one() == 0


def test_what_is_owed_says_nothing_of_the_care(secret: str) -> None:
    summary = db.session.execute(select(Payable.summary)).scalar_one()
    assert summary["member"] == ""
    assert [row["service"] for row in summary["lines"]] == [""]
    assert CANARY not in str(summary)


def test_its_use_moves_no_limit_of_other_services(fund: Fund, secret: str) -> None:
    """The household's ceiling of 30.000 would leave 14.000 had the restricted 16.000 counted."""
    with unit_of_work():
        sent = claim(fund, "A-2", line(quantity=3), organisation=fund.green, member="M4472")
        number = services.submit(sent, by=CLERK, at=AT, zone=ZONE).number
    query = select(ClaimVersion.benefit).join(Claim, Claim.id == ClaimVersion.claim_id).where(Claim.number == number)
    assert db.session.execute(query).scalar_one() == 24_000


def test_a_plan_that_lets_a_restricted_service_share_a_limit_is_refused(fund: Fund) -> None:
    shared = RESTRICTED.replace('scope = "household"', f'scope = "household"\ncodes = ["CON", "{CANARY}"]')
    with pytest.raises(InputErrors) as refused:
        plan.prepare(PART, PLAN + shared, valid_from=FIRST, by=OFFICER)
    assert "shares its limits" in str(refused.value.problems[0].message)
