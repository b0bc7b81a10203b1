"""A federation acts for its member: under a dated mandate, in its verbs alone, until it is revoked."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core import audit
from core.accounts import mandates
from core.accounts.mandates import Mandate
from core.accounts.models import Account
from core.audit.trail import AuditEntry
from core.db import db, unit_of_work
from core.errors import Forbidden, InputErrors
from core.organisations import Organisation
from core.roles import Role
from core.web.access import actor_of
from tests.accounts import account_with, actor_with, sign_in
from tests.claims.builders import AT, Fund
from tests.doors.register import claimed, seen


@pytest.fixture
def federation(fund: Fund) -> int:
    with unit_of_work():
        row = Organisation(
            number="O-2026-900", name="Federation of the North", legal_form="federation", register_scheme="tz",
            register_number="F1", district="North", created_at=AT,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


def give(client: FlaskClient, fund: Fund, federation: int, *verbs: str, **days: str) -> int:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    form = {"agent": str(federation), "verbs": list(verbs), "valid_from": "2026-11-14"} | days
    status = client.post("/account/mandates", data=form).status_code
    client.post("/logout")
    return status


def act(client: FlaskClient, federation: int) -> Account:
    """A clerk of the federation, signed in and acting for the only member that gave a mandate."""
    account = sign_in(client, Role.PROVIDER_CLERK, organisation_id=federation)
    key = db.session.execute(select(Mandate.id).where(Mandate.revoked_at.is_(None))).scalar()
    assert client.post("/account/acting", data={"mandate": str(key)}).status_code in (303, 404)
    return account


def submit(client: FlaskClient, day: int) -> int:
    line = {"code": "CON", "service_start": f"2026-11-{day}", "quantity": "1", "unit_price": "10.000"}
    form = {"member_id": "M4471", "claim_no": f"F-{day}", "declared": "yes"}
    return client.post("/claims/new", data=form | {f"lines.0.{k}": v for k, v in line.items()}).status_code


def test_it_claims_for_its_member_and_the_trail_names_person_federation_and_for_whom(
    fund: Fund, client: FlaskClient, federation: int
) -> None:
    assert give(client, fund, federation, "claims") == 303
    account = act(client, federation)
    assert "You act under a mandate" in client.get("/today").text
    assert submit(client, 13) == 303
    names = set(db.session.execute(select(AuditEntry.actor_name).where(AuditEntry.actor_id == account.id)).scalars())
    assert f"{account.name}, O-2026-900 for O-2026-001" in names
    assert not list(audit.verify())


@pytest.mark.parametrize("path", ["/tenders", "/contracts", "/providers", "/payments", "/account/mandates", "/care"])
def test_other_rooms_stay_shut_and_are_not_on_the_road(
    fund: Fund, client: FlaskClient, federation: int, path: str
) -> None:
    assert give(client, fund, federation, "claims") == 303
    act(client, federation)
    assert client.get(path).status_code == 403
    assert f'href="{path}"' not in client.get("/today").text


def test_revoked_it_acts_for_itself_with_the_next_click(fund: Fund, client: FlaskClient, federation: int) -> None:
    assert give(client, fund, federation, "claims", "papers") == 303
    act(client, federation)
    assert "Blue Door" in client.get("/providers/P-2026-001").text
    row = db.session.execute(select(Mandate)).scalar_one()
    with unit_of_work():
        mandates.revoke(row.id, by=actor_with(Role.PROVIDER_MANAGER, organisation_id=fund.blue))
    assert client.get("/providers/P-2026-001").status_code == 404
    assert "You act under a mandate" not in client.get("/today").text


@pytest.mark.parametrize("days", [{"valid_from": "2026-11-15"}, {"valid_until": "2026-11-13"}])
def test_a_mandate_holds_on_its_days_alone(
    fund: Fund, client: FlaskClient, federation: int, days: dict[str, str]
) -> None:
    asked = give(client, fund, federation, "claims", **days)
    assert asked == (422 if "valid_until" in days else 303)
    act(client, federation)
    assert client.get("/claims").text.count("A-13") == 0
    assert "You act under a mandate" not in client.get("/today").text


def test_only_a_manager_gives_and_nobody_hands_a_mandate_on(fund: Fund, client: FlaskClient, federation: int) -> None:
    assert give(client, fund, federation, "claims", "bid", "papers") == 303
    account = account_with(Role.PROVIDER_MANAGER, organisation_id=federation)
    row = db.session.execute(select(Mandate)).scalar_one()
    under = mandates.acting(actor_of(account), row.id)
    assert under is not None
    assert under.person == account.person
    assert under.roles == {Role.PROVIDER_CLERK}
    today = dt.date(2026, 11, 14)
    with pytest.raises(Forbidden, match="Only a manager"):
        mandates.give(federation, ["bid"], valid_from=today, valid_until=None, by=under)
    manager = actor_with(Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    with pytest.raises(InputErrors, match="Choose a federation"):
        mandates.give(fund.green, ["bid"], valid_from=today, valid_until=None, by=manager)
    stranger = actor_with(Role.PROVIDER_MANAGER, organisation_id=fund.green)
    assert mandates.acting(stranger, row.id) is None


def test_the_pages_say_who_may_act_and_for_whom(fund: Fund, client: FlaskClient, federation: int) -> None:
    assert give(client, fund, federation, "papers") == 303
    assert "Federation of the North" in seen(client, "/account/mandates", Role.PROVIDER_MANAGER, fund)
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=federation)
    assert "Blue Door Home Care" in client.get("/account/acting").text
    client.post("/logout")
    assert "PRV-01" not in claimed(client, fund, 13)
