"""A wage decree: the list, the gaps and the cost, computed again by plain code; all amendments in one act."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from core import audit, plan
from core.db import db, unit_of_work
from core.errors import Forbidden, InputErrors
from core.roles import Role
from procurement.models.contract import Contract, ContractAmendment
from procurement.queries.contracts import contract_line_for
from procurement.services import contracts
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import TariffLine, Terms
from procurement.services.wage_decrees import draft_for_decree
from procurement.wages import parse
from tests.accounts import actor_with, sign_in
from tests.procurement.builders import manager, officer, terms
from tests.procurement.test_contract_amendments import put_in_force
from tests.providers.builders import accredited, catalogue, today

DAY = dt.timedelta(days=1)
WAGES = """
currency_exponent = 3
valid_from = 2020-01-01

[[floors]]
service = "HC-100"
hours = "0.75"
wage = "4.000"
contributions = "22"
unproductive = "18"
travel = "0.500"
overhead = "0.600"
valid_until = {eve}
basis = "Wage agreement, 1"

[[floors]]
service = "HC-100"
hours = "0.75"
wage = "4.240"
contributions = "22"
unproductive = "18"
travel = "0.500"
overhead = "0.600"
valid_from = {first}
basis = "Decree, art. 1"
"""


def decree() -> dt.date:
    return today() + 40 * DAY


@pytest.fixture
def house(app: Flask) -> None:
    catalogue()
    put_in_force("procurement")
    author, approver = actor_with(Role.PLAN_MANAGER), actor_with(Role.PLAN_MANAGER)
    text = WAGES.format(eve=(decree() - DAY).isoformat(), first=decree().isoformat())
    with unit_of_work():
        plan.approve(plan.prepare("wages", text, valid_from=dt.date(2020, 1, 1), by=author), by=approver)


ORIGINS = ("direct_award", "award_elsewhere", "open_list", "agreement_by_law", "opening_import")


def opened(count: int, serial: int = 1) -> list[str]:
    """Contracts of all kinds; every third pays the new wage, every fourth has no volume, some end early or late."""
    organisation = accredited(serial)
    rows = [_terms(organisation, number) for number in range(count)]
    with unit_of_work():
        found = draw_in_force(rows, by=officer(), signed_by_provider="one", signed_by_fund="two")
    return list(found)


def _terms(organisation_id: int, number: int) -> Terms:
    rate = Decimal(5560) if number % 3 == 2 else Decimal(5300 + number % 7)
    volume = None if number % 4 == 3 else 3000 + number
    return terms(
        organisation_id, title=f"Home visits {number}", origin=ORIGINS[number % 5], origin_reference="L-1",
        valid_until=today() + (30 + 50 * (number % 9)) * DAY, budget=None if number % 5 == 4 else 50_000_000,
        lines=[TariffLine("HC-100", rate, volume=volume), TariffLine("HC-110", Decimal(1))],
    )  # fmt: skip


def again(on: dt.date) -> dict[str, tuple[int, int, int | None]]:
    """The same from the rows alone: number → gap per hour, new rate, cost in a year."""
    hour = Fraction(4240) * Fraction(122, 100) / Fraction(82, 100) + 1100
    found = {}
    for row in db.session.query(Contract).filter_by(state="active"):
        (line,) = (line for line in row.lines if line.service == "HC-100")
        unit = Fraction(line.rate)
        if row.valid_until < on or unit >= hour * Fraction(3, 4):
            continue
        new, cost = ceil(hour * Fraction(3, 4)), None
        if line.volume is not None:
            a_day = Fraction(line.volume, (row.valid_until - row.valid_from).days + 1)
            lived = (min(row.valid_until, on + 364 * DAY) - on).days + 1
            cost = floor((new - unit) * a_day * lived + Fraction(1, 2))
        found[row.number] = floor(hour - unit / Fraction(3, 4) + Fraction(1, 2)), new, cost
    return found


def test_list_gaps_and_cost_are_those_of_plain_code(house: None) -> None:
    opened(60)
    rows = contracts.shortfalls(decree(), by=officer())
    assert {row.contract.number: (row.gap, row.new_rate, row.cost) for row in rows} == again(decree())
    assert len(rows) == 33
    assert not any(row.line.rate == 5560 for row in rows)


def test_exactly_at_the_floor_is_not_under_it(house: None) -> None:
    (new,) = parse(WAGES.format(eve="2026-12-31", first="2027-01-01")).floors["HC-100"][1:]
    assert new.least_rate() == 5557
    assert new.gap(Decimal(5557)) <= 0 < new.gap(Decimal("5556.1"))


def statements(count: int) -> int:
    opened(count, serial=count)
    by, seen = officer(), []
    listen = lambda *found: seen.append(found[2])  # noqa: E731 - taken off again
    sa.event.listen(db.engine, "before_cursor_execute", listen)
    try:
        with unit_of_work():
            drafted = draft_for_decree(decree(), reason="Decree, art. 1", by=by)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listen)
    assert len(drafted.written) > count / 4
    return len(seen)


def test_two_hundred_contracts_take_no_more_statements_than_ten(house: None) -> None:
    first = statements(10)
    db.session.execute(sa.delete(ContractAmendment))
    db.session.execute(sa.update(Contract).values(state="ended"))
    db.session.commit()
    db.session.expunge_all()
    assert statements(200) <= first


def test_all_amendments_are_drafted_in_one_act_and_used_by_the_right_days(house: None) -> None:
    opened(10)
    expected = again(decree())
    with unit_of_work():
        drafted = draft_for_decree(decree(), reason="Decree, art. 1", by=officer())
    assert {row.contract.number for row in drafted.written} == expected.keys(), "list L-1 is none of ours"
    assert not drafted.refused
    for row in drafted.written:
        before = row.contract.budget
        with unit_of_work():
            contracts.approve_amendment(row, by=officer())
        with unit_of_work():
            contracts.accept_amendment(row, by=manager(row.contract.organisation_id))
        if before is not None and row.value_change:
            assert row.contract.budget == before + row.value_change
    assert contracts.shortfalls(decree(), by=officer()) == []
    assert not list(audit.verify())


def test_the_price_changes_on_the_day_of_the_decree(house: None) -> None:
    organisation = accredited()
    with unit_of_work():
        rows = [terms(organisation, lines=[TariffLine("HC-100", Decimal(5300), volume=3660)])]
        draw_in_force(rows, by=officer(), signed_by_provider="one", signed_by_fund="two")
    with unit_of_work():
        (row,) = draft_for_decree(decree(), reason="Decree, art. 1", by=officer()).written
    with unit_of_work():
        contracts.approve_amendment(row, by=officer())
    with unit_of_work():
        contracts.accept_amendment(row, by=manager(organisation))
    assert contract_line_for(organisation, "HC-100", decree() - DAY).rate == 5300
    assert contract_line_for(organisation, "HC-100", decree()).rate == 5557


def test_who_is_no_officer_drafts_nothing_and_a_reason_is_asked(house: None) -> None:
    with pytest.raises(Forbidden):
        draft_for_decree(decree(), reason="x", by=manager(accredited()))
    with pytest.raises(InputErrors, match="Say why"):
        draft_for_decree(decree(), reason=" ", by=officer())


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('unproductive = "18"', 'unproductive = "100"', "Some time must be productive"),
        ('hours = "0.75"', 'hours = "0"', "some hours of work"),
        ('wage = "4.000"', "wage = 4.0", "in quotes"),
        ('basis = "Wage agreement, 1"', "", "legal basis"),
        ("valid_until = 2026-12-31", "", "two floors on the same day"),
    ],
)
def test_a_floor_that_cannot_be_names_its_row(app: Flask, was: str, becomes: str, words: str) -> None:
    text = WAGES.format(eve="2026-12-31", first="2027-01-01")
    with pytest.raises(InputErrors, match=words):
        parse(text.replace(was, becomes))


def test_the_page_lists_drafts_and_gives_a_sheet_that_opens(client: FlaskClient, house: None) -> None:
    opened(10)
    sign_in(client, Role.PROCUREMENT_OFFICER)
    page = client.get("/contracts/wages").text
    assert all(number in page for number in again(decree()))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/contracts/wages.xlsx").data)).get_sheet_by_index(0)
    numbers = [row[0] for row in sheet.to_python()[1:]]
    assert numbers == sorted(again(decree()))
    assert all(isinstance(cell, float) for row in sheet.to_python()[1:] for cell in row[5:9]), "numbers, not texts"
    assert all(isinstance(row[4], dt.date) for row in sheet.to_python()[1:])
    assert client.post("/contracts/wages", data={"reason": " "}).status_code == 422
    sent = client.post("/contracts/wages", data={"reason": "Decree", "on": decree().isoformat()})
    assert sent.status_code == 303
    sign_in(client, Role.PROCUREMENT_CHAIR)
    assert "an amendment is on its way" in client.get(f"/contracts/wages?on={decree().isoformat()}").text
    assert "drafted by another officer" in client.get(f"/contracts/wages?on={decree().isoformat()}").text
    sent = client.post("/contracts/wages/approve", data={"on": decree().isoformat()}, follow_redirects=True)
    assert "are approved" in sent.text
    assert {row.state for row in db.session.query(ContractAmendment)} == {"approved"}
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=1)
    assert client.get("/contracts/wages").status_code == 403
