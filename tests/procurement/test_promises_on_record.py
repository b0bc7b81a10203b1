"""A promise that the record of facts answers: its figures are typed once, there or here."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.db import unit_of_work
from core.roles import Role
from procurement.models.contract import Contract
from procurement.services import kpi
from procurement.services.contracts import Promise
from procurement.services.kpi import Attached
from providers import queries
from providers.services.facts import Source, Statement, state
from tests.accounts import actor_with, sign_in
from tests.procurement.test_contract_amendments import put_in_force
from tests.procurement.test_kpi_follow_up import PAID, PDF, agreed, on, rows, ticked
from tests.providers.builders import accredited, ask_facts, catalogue

LAST = dt.date(2027, 3, 31)
LEADING = Promise("C8", "Women leading", "%", Decimal(50), follow=PAID)


@pytest.fixture
def contract(app: Flask) -> Contract:
    catalogue()
    put_in_force("procurement")
    ask_facts()
    return agreed(accredited(), LEADING)


def reports(client: FlaskClient, contract: Contract, **form: object) -> tuple[int, str]:
    """What the clerk reads after sending the report of the first quarter."""
    ticked("2027-04-01")
    with on("2027-04-05"):
        sign_in(client, Role.PROVIDER_CLERK, organisation_id=contract.organisation_id)
        path = f"/contracts/{contract.number}/promises/{rows()[-1].id}/report"
        answer = client.post(path, data={"evidence": (io.BytesIO(PDF), "list.pdf"), **form})
        page = client.get(path.removesuffix("/report")).text if answer.status_code == 303 else answer.text
        client.post("/logout")
    return answer.status_code, page


def on_record() -> list[tuple[str, object, str, dt.date]]:
    return sorted((row.code, row.figure, row.source, row.valid_until) for row in queries.history(1))


def test_a_report_states_the_figures_and_the_share_follows(client: FlaskClient, contract: Contract) -> None:
    assert reports(client, contract, board_members="7", women_on_board="3")[0] == 303
    assert rows()[-1].value == Decimal("42.86")
    assert on_record() == [("board_members", 7, "kpi", LAST), ("women_on_board", 3, "kpi", LAST)]


def test_a_figure_on_record_is_filled_in_used_and_not_stated_again(client: FlaskClient, contract: Contract) -> None:
    said = [
        Statement(code, Decimal(count), dt.date(2027, 2, 1), "minutes")
        for code, count in (("board_members", 8), ("women_on_board", 4))
    ]
    manager = actor_with(Role.PROVIDER_MANAGER, organisation_id=1)
    with on("2027-02-02"), unit_of_work():
        state(contract.organisation, said, source=Source("own"), by=manager)
    assert reports(client, contract, board_members="8", women_on_board="4")[0] == 303
    assert rows()[-1].value == 50
    assert [row[2] for row in on_record()] == ["own", "own"]
    assert {(row.source, row.reference) for row in queries.uses(1)} == {("kpi", contract.number)}
    sign_in(client, Role.PROVIDER_CLERK, organisation_id=1)
    with on("2027-04-06"):
        page = client.get(f"/contracts/{contract.number}/promises/{rows()[-1].id}").text
    assert 'name="women_on_board" aria-describedby="women_on_board-hint" value="4"' in page


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"board_members": "7", "women_on_board": "9"}, "more than there are in all, 7"),
        ({"board_members": "7", "women_on_board": "many"}, 'href="#women_on_board"'),
        ({"board_members": "7"}, "Women in the governing body: write a number."),
        ({"board_members": "0", "women_on_board": "0"}, "Of nobody there is no share"),
    ],
    ids=["part over whole", "no number", "missing", "nobody"],
)
def test_a_bad_figure_is_named_and_nothing_is_kept(
    client: FlaskClient, contract: Contract, form: dict[str, str], words: str
) -> None:
    status, page = reports(client, contract, **form)
    assert (status, words in page) == (422, True), page
    assert on_record() == []
    assert rows()[-1].state == "due"


def test_a_promise_that_no_figure_answers_is_reported_as_before(app: Flask) -> None:
    catalogue()
    put_in_force("procurement")
    ask_facts()
    agreed(accredited(), Promise("C16", "Plans signed", "%", Decimal(80), follow=PAID))
    ticked("2027-04-01")
    row = rows()[-1]
    assert kpi.asked_of(row) == []
    with on("2027-04-05"), unit_of_work():
        kpi.report(
            row,
            Decimal(72),
            "",
            Attached(b"%PDF-1.4 x", "x.pdf"),
            by=actor_with(Role.PROVIDER_CLERK, organisation_id=1),
        )
    assert on_record() == []
