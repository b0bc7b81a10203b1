"""The calendar of contracts: what is due when, for the fund and for the provider's own, and as a sheet that opens."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from core import clock
from core.db import unit_of_work
from core.roles import Role
from procurement.contract_calendar import entries
from procurement.kpi.spans import spans
from procurement.models.contract import Contract
from procurement.queries import kpi
from procurement.services.kpi import begin_due
from tests.accounts import sign_in
from tests.procurement.builders import officer
from tests.procurement.test_contract_amendments import agreed, put_in_force, raised, running
from tests.providers.builders import accredited, catalogue, today

DAY = dt.timedelta(days=1)


@pytest.fixture
def contract(app: Flask) -> Contract:
    catalogue()
    put_in_force("procurement")
    return running(accredited(), valid_until=today() + 100 * DAY)


def due(contract: Contract, days: int = 180) -> list[tuple[int, str]]:
    reports = kpi.evidence_due(officer(), today() + days * DAY)
    rows = entries([contract], today(), today() + days * DAY, reports, 30)
    return [((row.on - today()).days, row.kind) for row in rows]


def test_renewal_end_and_amendment_stand_on_their_days(contract: Contract) -> None:
    agreed(contract, rates=raised())
    contract.indicators[0].followed_from = None
    assert due(contract) == [(10, "amendment"), (40, "renewal"), (100, "end")]
    assert due(contract, 41) == [(10, "amendment"), (40, "renewal")]


def test_evidence_is_due_so_many_days_after_each_period_that_is_followed(contract: Contract) -> None:
    (promise,) = contract.indicators
    promise.followed_from = today()
    ends = [until for _first, until in spans("quarter", today(), contract.valid_until)]
    wanted = [((until - today()).days + 31, "evidence") for until in ends]
    assert [entry for entry in due(contract, 365) if entry[1] == "evidence"] == wanted


def test_a_renewal_that_nobody_decided_stays_until_the_end(contract: Contract) -> None:
    late = running(contract.organisation_id, valid_until=today() + 20 * DAY, promises=[])
    assert due(late) == [(-40, "renewal"), (20, "end")]


def overdue(organisation_id: int) -> Contract:
    """Signed 200 days ago, and nobody has reported since; asked 40 days ago, as the worker would have."""
    late = running(organisation_id, valid_from=today() - 200 * DAY)
    with unit_of_work():
        late.indicators[0].followed_from = late.valid_from
    with clock.frozen(clock.now() - 40 * DAY), unit_of_work():
        begin_due(today(), by=officer())
    return late


def test_overdue_evidence_stands_first_and_on_the_desk(client: FlaskClient, contract: Contract) -> None:
    late = overdue(contract.organisation_id)
    count = len(kpi.periods_of(late.id))
    sign_in(client, Role.PROCUREMENT_OFFICER)
    words = "1 promise has no evidence" if count == 1 else f"{count} promises have no evidence"
    assert words in client.get("/today").text
    page = client.get("/contracts/calendar").text
    assert "Overdue" in page
    assert page.index(late.number) < page.index(contract.number)
    only = client.get("/contracts/calendar?kind=renewal&days=90").text
    assert contract.number in only
    assert "Evidence due</td>" not in only
    content = client.get("/contracts/calendar.xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["Day", "What", "About", "Contract"]
    assert rows[1][0] == today() - 10 * DAY
    assert rows[1][3] == late.number


def test_a_provider_reads_its_own_calendar(client: FlaskClient, contract: Contract) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=accredited(2))
    assert contract.number not in client.get("/contracts/calendar").text
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id)
    assert contract.number in client.get("/contracts/calendar").text
