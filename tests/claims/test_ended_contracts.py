"""A contract terminated for a breach: care of its last day is paid, care of the day after is refused before paid."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from claims import services
from core import plan
from core.db import db, unit_of_work
from core.roles import Role
from procurement.models.contract import Contract
from procurement.queries.endings import final_breaches
from procurement.services import breaches, contracts
from procurement.services.breaches import Report
from procurement.services.contracts import End
from tests.accounts import actor_with
from tests.claims.builders import _MANAGER, CLERK, FIRST, OFFICER, ZONE, Fund, claim, line
from tests.procurement.builders import manager, officer
from tests.procurement.tendering import at

PROCUREMENT = Path(__file__).parents[2] / "plan" / "procurement.toml"
NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
LAST_ON = dt.date(2026, 11, 30)
PAID = dt.datetime(2026, 12, 5, 9, tzinfo=dt.UTC)


def terminated(fund: Fund) -> Contract:
    contract = db.session.execute(select(Contract).where(Contract.organisation_id == fund.blue)).scalar_one()
    with at(NOON):
        row = breaches.report(Report(contract, "contractBreach", "Nobody came."), by=officer())
        breaches.answer(row, "It is so.", by=manager(fund.blue))
        breaches.decide(row, "satisfy", "It is so.", by=officer())
    with at(LATER):
        (found,) = final_breaches(contract.id, LATER)
        ending = contracts.prepare_end(contract, End("breach", LAST_ON, "Nobody came.", found), by=officer())
    with at(LATER):
        chair = actor_with(Role.PROCUREMENT_CHAIR)
        contracts.carry_out(ending, "", by=chair, uncovered_reason="Care was never given.")
    assert (contract.state, ending.result) == ("terminated", "failure")
    return contract


def test_the_last_day_is_paid_and_the_day_after_is_refused_for_want_of_a_contract(app: Flask, fund: Fund) -> None:
    with unit_of_work():
        text = PROCUREMENT.read_text()
        plan.approve(plan.prepare("procurement", text, valid_from=FIRST, by=_MANAGER), by=OFFICER)
    terminated(fund)
    decided = {}
    for number, on in enumerate((LAST_ON, LAST_ON + dt.timedelta(days=1)), 1):
        with unit_of_work():
            sent = services.submit(claim(fund, f"E-{number}", line(on=on, price=12_000)), by=CLERK, at=PAID, zone=ZONE)
        row = sent.decision.lines[0]
        decided[on.day] = (row.state, row.benefit, [one.code for one in row.findings])
    assert decided[30][:2] == ("reduced", 8_000)
    assert decided[1][:2] == ("denied", 0)
    assert "PRV-02" in decided[1][2]
