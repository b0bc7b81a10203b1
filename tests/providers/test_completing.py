"""Sent back for one task until a day, chased when late, refused with a letter, and applied for again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core import clock, plan
from core.accounts.models import Account
from core.db import db, unit_of_work
from core.outbox import OutboxMessage
from core.roles import Role
from core.web.access import actor_of
from providers import queries
from providers.plan import PART
from providers.services import registration, reminding
from tests.accounts import actor_with, sign_in
from tests.providers.builders import catalogue, complete, draft

NOON = dt.datetime(2026, 11, 2, 12, 0, tzinfo=dt.UTC)
TEXT = Path(__file__).resolve().parents[2] / "plan/providers.toml"


@pytest.fixture
def sent(app: object) -> tuple[str, Account]:
    """Number and manager of a registration that waits, on 2 November."""
    with clock.frozen(NOON):
        catalogue()
        with unit_of_work():
            by = actor_with(Role.PLAN_MANAGER)
            version = plan.prepare(PART, TEXT.read_text(), valid_from=dt.date(2020, 1, 1), by=by)
            plan.approve(version, by=actor_with(Role.PLAN_MANAGER))
        organisation_id, account = draft()
        provider = queries.provider_of(organisation_id)
        assert provider is not None
        with unit_of_work():
            complete(provider, account)
            _send(provider.number, account)
        yield provider.number, account


def _send(number: str, account: Account) -> None:
    provider = queries.provider_by_number(number)
    who = db.session.get(Account, account.id)
    assert provider is not None
    assert who is not None
    registration.submit(provider, by=actor_of(who))


def subjects() -> list[str]:
    return [row.arguments["subject"] for row in db.session.execute(select(OutboxMessage)).scalars()]


def test_a_request_stands_at_its_task_until_a_day_and_ends_with_the_answer(
    client: FlaskClient, sent: tuple[str, Account]
) -> None:
    number, account = sent
    sign_in(client, Role.REGISTRAR)
    form = {"asked-documents": "Page 3 of the statutes is missing.", "reasons": ""}
    assert client.post(f"/providers/{number}/send-back", data=form).status_code == 303
    client.post("/logout")
    client.post(f"/demo/sign-in/{account.id}")
    page = client.get(f"/providers/{number}/registration").text
    assert "Page 3 of the statutes is missing. · until 23 November 2026" in page
    for day, said in ((10, None), (16, "Your answer is awaited until 23 November 2026"), (16, None),
                      (25, "Your answer was due on 23 November 2026")):  # fmt: skip
        before = subjects()
        with clock.frozen(NOON.replace(day=day)):
            reminding.remind()
        assert subjects()[len(before) :] == ([said] if said else [])
    with clock.frozen(NOON.replace(day=25)):
        client.post("/logout")
        sign_in(client, Role.REGISTRAR)
        assert "Cooperative 1 has not answered" in client.get("/today").text
        with unit_of_work():
            _send(number, account)
        assert "has not answered" not in client.get("/today").text


def test_a_refused_registration_has_a_letter_and_may_be_applied_for_again(
    client: FlaskClient, sent: tuple[str, Account]
) -> None:
    number, account = sent
    sign_in(client, Role.REGISTRAR)
    assert client.post(f"/providers/{number}/refuse", data={"refusal_reason": " "}).status_code == 422
    assert client.post(f"/providers/{number}/refuse", data={"refusal_reason": "It is a company."}).status_code == 303
    client.post("/logout")
    client.post(f"/demo/sign-in/{account.id}")
    assert client.get(f"/providers/{number}/letters/1.pdf").data.startswith(b"%PDF-")
    assert "Your registration is refused" in subjects()
    assert client.post(f"/providers/{number}/apply-again").status_code == 303
    assert "Check and send" in client.get(f"/providers/{number}/registration").text
    assert client.post(f"/providers/{number}/apply-again").status_code == 409
