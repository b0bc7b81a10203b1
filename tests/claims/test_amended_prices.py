"""An amendment from the officer's form to the money: each claim is paid by the tariff of its own day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from claims import services
from core import plan
from core.db import db, unit_of_work
from core.roles import Role
from procurement.models.contract import Contract
from tests.accounts import sign_in
from tests.claims.builders import _MANAGER, CLERK, FIRST, OFFICER, ZONE, Fund, claim, line
from tests.procurement.tendering import at

PROCUREMENT = Path(__file__).parents[2] / "plan" / "procurement.toml"
NOON = dt.datetime(2026, 11, 14, 12, tzinfo=dt.UTC)
PAID = dt.datetime(2026, 12, 5, 9, tzinfo=dt.UTC)


def amended(client: FlaskClient, fund: Fund) -> None:
    """A consultation costs 11.000 from 1 December: drafted, approved, accepted, each by another person."""
    number = db.session.execute(select(Contract.number).where(Contract.organisation_id == fund.blue)).scalar_one()
    form = {"code": "mod-rev", "effective_from": "2026-12-01", "reason": "Review clause, 4.", "rate-CON": "11.000"}
    with at(NOON):
        sign_in(client, Role.PROCUREMENT_OFFICER)
        sent = client.post(f"/contracts/{number}/amendments/new", data=form)
        assert sent.status_code == 303
        path = sent.headers["Location"].rstrip("/")
        sign_in(client, Role.PROCUREMENT_CHAIR)
        assert client.post(f"{path}/officer", data={"answer": "approve"}).status_code == 303
        sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.blue)
        assert client.post(f"{path}/provider", data={"answer": "accept"}).status_code == 303


def test_each_claim_is_paid_by_the_tariff_of_its_own_day(client: FlaskClient, fund: Fund) -> None:
    with unit_of_work():
        text = PROCUREMENT.read_text()
        plan.approve(plan.prepare("procurement", text, valid_from=FIRST, by=_MANAGER), by=OFFICER)
    amended(client, fund)
    paid = {}
    for number, on in enumerate((dt.date(2026, 11, 30), dt.date(2026, 12, 1)), 1):
        with unit_of_work():
            sent = services.submit(claim(fund, f"A-{number}", line(on=on, price=12_000)), by=CLERK, at=PAID, zone=ZONE)
        paid[on.day] = sent.decision.lines[0].benefit
    assert paid == {30: 8_000, 1: 8_800}, "10.000 and 11.000, less a share of 20 %"
