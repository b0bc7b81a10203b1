"""A suspension is appealed against: in time, judged by somebody else, and when won it never was, for claims too."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient

from core import audit, clock
from core.db import db, unit_of_work
from core.errors import Conflict
from core.events import unread
from core.roles import Role
from providers import queries
from providers.services import appealing
from tests.accounts import actor_with, sign_in
from tests.claims.builders import Fund
from tests.doors.register import FOURTEENTH, NUMBER, claimed, mails, seen

PAGE = f"/providers/{NUMBER}"
WORDS = {"text": "The licence was never taken away; see the ministry's letter of 3 November."}


@pytest.fixture
def judge_only(fund: Fund, client: FlaskClient) -> int:
    """Suspended from the 12th by one registrar, whose account it gives; appealed against by the manager."""
    account = sign_in(client, Role.REGISTRAR)
    form = {"suspended_on": "2026-11-12", "suspension_reason": "No licence."}
    assert client.post(f"{PAGE}/suspend", data=form).status_code == 303
    client.post("/logout")
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    assert client.post(f"{PAGE}/appeal", data={"text": " "}).status_code == 422
    assert "14 December 2026" in client.get(PAGE).text
    assert client.post(f"{PAGE}/appeal", data=WORDS).status_code == 303
    assert client.post(f"{PAGE}/appeal", data=WORDS).status_code == 409
    client.post("/logout")
    return account.id


def test_a_won_appeal_lifts_the_suspension_from_its_first_day(fund: Fund, client: FlaskClient, judge_only: int) -> None:
    refused = claimed(client, fund, 12)
    assert "PRV-01" in refused
    client.post(f"/demo/sign-in/{judge_only}")
    answer = client.post(f"{PAGE}/appeal/grant", data={"appeal_reason": "I was right."})
    assert answer.status_code == 403
    assert "someone else must judge it" in answer.text
    client.post("/logout")
    assert "Decide the appeal of Blue Door Home Care" in seen(client, "/today", Role.REGISTRAR)
    sign_in(client, Role.REGISTRAR)
    assert client.post(f"{PAGE}/appeal/grant", data={"appeal_reason": ""}).status_code == 422
    assert client.post(f"{PAGE}/appeal/grant", data={"appeal_reason": "The ministry confirms it."}).status_code == 303
    client.post("/logout")
    assert queries.is_accredited(fund.blue, dt.date(2026, 11, 12))
    assert "PRV-01" not in claimed(client, fund, 13)
    with unit_of_work():
        heard = [(event.kind, event.effective_from.day) for event in unread("test", ["provider.restored"])]
    assert heard == [("provider.restored", 12)]
    assert mails()[-1] == "Your appeal is won: the suspension never was"
    assert not list(audit.verify())


def test_a_lost_appeal_leaves_the_suspension_and_its_letter(fund: Fund, client: FlaskClient, judge_only: int) -> None:
    sign_in(client, Role.REGISTRAR)
    assert client.post(f"{PAGE}/appeal/reject", data={"appeal_reason": "The ministry denies it."}).status_code == 303
    assert not queries.is_accredited(fund.blue, dt.date(2026, 11, 12))
    for letter in (1, 2):
        assert client.get(f"{PAGE}/letters/{letter}.pdf").data.startswith(b"%PDF-")
    client.post("/logout")
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.green)
    assert client.get(f"{PAGE}/letters/1.pdf").status_code == 404


@pytest.mark.parametrize(("day", "is_heard"), [(14, True), (15, False)])
def test_the_last_day_to_appeal_is_in_and_the_next_is_out(
    fund: Fund, client: FlaskClient, day: int, is_heard: bool
) -> None:
    sign_in(client, Role.REGISTRAR)
    form = {"suspended_on": "2026-11-12", "suspension_reason": "No licence."}
    assert client.post(f"{PAGE}/suspend", data=form).status_code == 303
    manager = actor_with(Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    with clock.frozen(FOURTEENTH.replace(month=12, day=day)), unit_of_work():
        provider = queries.provider_of(fund.blue)
        assert provider is not None
        if is_heard:
            assert appealing.appeal(provider, text="No.", by=manager).state == "made"
        else:
            with pytest.raises(Conflict, match="14 December 2026"):
                appealing.appeal(provider, text="No.", by=manager)


def test_a_withdrawn_accreditation_ends_on_its_last_day(fund: Fund, client: FlaskClient) -> None:
    sign_in(client, Role.REGISTRAR)
    form = {"withdrawn_on": "2026-11-11", "withdrawal_reason": "The cooperative closed."}
    assert client.post(f"{PAGE}/withdraw", data=form).status_code == 303
    db.session.expire_all()
    assert [queries.is_accredited(fund.blue, dt.date(2026, 11, day)) for day in (11, 12)] == [True, False]
