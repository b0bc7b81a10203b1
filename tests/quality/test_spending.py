"""The officer's figures: what contracts cost and whom they serve, gathered three ways, and nobody given away."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from claims import services
from claims.queries.spending import Spent
from core import clock
from core.db import db, unit_of_work
from core.organisations import Organisation
from core.roles import Role
from procurement.models.contract import Contract, ContractLine
from providers.queries.facts import Held
from quality.spending import figures_of
from quality.suppression import Cell, Sum, shelter
from tests.accounts import sign_in
from tests.claims.builders import CLERK, ZONE, Fund, claim, line, small_fund

NEXT_YEAR = dt.datetime(2027, 1, 12, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 12, 31)


def contract(key: int, form: str = "cooperative", district: str = "North", origin: str = "award") -> Contract:
    """Not stored: one organisation each."""
    unit = Organisation(id=key, name=f"House {key}", legal_form=form, district=district)
    return Contract(id=key, number=f"C-{key}", organisation_id=key, organisation=unit, origin=origin, partners=[])


def held(code: str, figure: Decimal) -> Held:
    return Held(code, figure, DAY, True, figure)


def facts(women: int | None, workers: int | None = None, lowest: str | None = None) -> dict[str, Held]:
    found = {"women_on_board_share": women, "workers": workers, "wage_floor": lowest}
    return {code: held(code, Decimal(value)) for code, value in found.items() if value is not None}


def served(*counts: int, price: int = 1000) -> list[Spent]:
    """So many members for contract 1, 2 …, none of them with two."""
    return [
        Spent(key, key * 1000 + member, price) for key, count in enumerate(counts, start=1) for member in range(count)
    ]


def users(found: Any, dimension: str) -> dict[str, int | None]:
    return {row.key: row.users for row in found.groups[dimension]}


def test_money_users_and_workers_are_gathered_by_every_dimension() -> None:
    rows = [contract(1), contract(2, "association", "South"), contract(3, "association", "South", "direct_award")]
    known = {1: facts(60, 40, "1.02"), 2: facts(20, 10, "0.97"), 3: {}}
    found = figures_of(rows, served(20, 30, 40), known, with_users=True)
    by_form = {row.key: (row.contracts, row.benefit, row.users) for row in found.groups["legal_form"]}
    assert by_form == {"cooperative": (1, 20_000, 20), "association": (2, 70_000, 70)}
    assert {row.key: row.workers for row in found.groups["board"]} == {"half": 40, "some": 10, "unknown": 0}
    assert (found.whole.users, found.whole.workers, found.whole.at_floor) == (90, 50, 40)
    assert [row.contract.id for row in found.rows] == [3, 2, 1], "the dearest first"
    assert [row.contract.id for row in found.rows_in("district", "South")] == [3, 2]


def test_a_member_of_two_contracts_is_counted_once_in_their_group() -> None:
    paid = [*served(20, 20), *(Spent(2, 1000 + member, 500) for member in range(15))]
    found = figures_of([contract(1), contract(2)], paid, {}, with_users=True)
    assert users(found, "district") == {"North": 40}
    assert [row.users for row in found.rows] == [35, 20]


def test_few_persons_are_not_shown_and_cannot_be_worked_out() -> None:
    rows = [contract(1), contract(2), contract(3, district="South"), contract(4, district="South")]
    found = figures_of(rows, served(3, 50, 60, 70), {}, with_users=True)
    shown = {row.contract.id: row.users for row in found.rows}
    assert shown[1] is None
    assert shown[2] is None, "North less contract 2 would tell of contract 1"
    assert users(found, "district") == {"North": 53, "South": 130}
    assert found.whole.users == 183


def test_a_contract_alone_in_its_district_takes_the_number_of_the_district_along() -> None:
    rows = [contract(1, district="East"), contract(2), contract(3)]
    found = figures_of(rows, served(4, 50, 60), {}, with_users=True)
    assert users(found, "district")["East"] is None
    assert users(found, "district")["North"] is None, "the whole less the North would tell of the East"
    assert [row.users for row in found.rows].count(None) >= 2


def test_while_a_period_runs_no_number_of_persons_is_shown() -> None:
    found = figures_of([contract(1)], served(500), {}, with_users=False)
    assert (found.whole.users, found.rows[0].users, found.whole.benefit) == (None, None, 500_000)


def test_staff_of_fewer_than_five_is_not_shown() -> None:
    rows = [contract(1), contract(2, "association"), contract(3, "mutual")]
    found = figures_of(rows, [], {1: facts(50, 30), 2: facts(50, 4), 3: facts(50, 12)}, with_users=True)
    assert {row.key: row.workers for row in found.groups["legal_form"]} == {
        "cooperative": 30, "association": None, "mutual": None,
    }  # fmt: skip


COUNTS = st.lists(st.integers(0, 40), min_size=2, max_size=9)


@given(COUNTS, st.lists(st.integers(0, 3), min_size=9, max_size=9), st.lists(st.integers(0, 2), min_size=9, max_size=9))
def test_no_sum_that_a_reader_can_form_has_one_unknown_alone(
    counts: list[int], first: list[int], second: list[int]
) -> None:
    every = {str(key): count for key, count in enumerate(counts)}
    sums = []
    for name, groups in (("a", first), ("b", second)):
        found: dict[str, list[str]] = {}
        for key, group in zip(every.copy(), groups, strict=False):
            if key.isdigit():
                found.setdefault(f"{name}{group}", []).append(key)
        every |= {key: sum(every[part] for part in parts) for key, parts in found.items()}
        sums += [*(Sum(key, parts) for key, parts in found.items()), Sum("whole", list(found))]
    every["whole"] = sum(counts)
    hidden = shelter([Cell(key, count, None, count) for key, count in every.items()], sums, 11)
    assert {key for key, count in every.items() if 0 < count < 11} <= hidden
    assert not any(every[key] == 0 for key in hidden)
    for one in sums:
        unknown = [key for key in (one.total, *one.parts) if key in hidden]
        parts = [key for key in one.parts if key in hidden]
        assert len(unknown) != 1, (one, hidden)
        if one.total not in hidden and parts:
            assert sum(every[key] for key in parts) >= 11


# ---------------------------------------------------------------- the page and the workbook


@pytest.fixture
def fund(app: Flask) -> Fund:
    with clock.frozen(NEXT_YEAR):
        found = small_fund()
        for number, (on, member) in enumerate([(3, ""), (4, ""), (5, found.child)]):
            with unit_of_work():
                sent = claim(found, f"A-{number}", line(on=dt.date(2026, 11, on)), member=member)
                services.submit(sent, by=CLERK, at=NEXT_YEAR, zone=ZONE)
        return found


def sheets(client: FlaskClient, path: str) -> dict[str, list[list[Any]]]:
    answer = client.get(path)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_page_says_what_claims_of_the_period_cost_and_links_to_the_contracts(
    client: FlaskClient, fund: Fund
) -> None:
    with clock.frozen(NEXT_YEAR):
        sign_in(client, Role.PROCUREMENT_OFFICER)
        shown = client.get("/contracts/spending?period=2026Q4").text
        assert "24.000" in shown
        assert "not shown" in shown, "two members are few"
        assert "group=North#contracts" in client.get("/contracts/spending?period=2026Q4&by=district").text
        assert "C-2026-001" in client.get("/contracts/spending?period=2026Q4&by=district&group=North").text
        assert "C-2026-001" not in client.get("/contracts/spending?period=2026Q4&by=district&group=South").text
        assert "24.000" not in client.get("/contracts/spending?period=2026Q3").text
        assert "/contracts/spending" in client.get("/contracts").text


def test_what_a_terminated_contract_cost_stays_in_the_figures(client: FlaskClient, fund: Fund) -> None:
    with unit_of_work():
        db.session.execute(sa.update(Contract).values(state="terminated"))
    with clock.frozen(NEXT_YEAR):
        sign_in(client, Role.PROCUREMENT_OFFICER)
        assert "24.000" in client.get("/contracts/spending?period=2026Q4").text


def test_the_workbook_opens_with_numbers_as_numbers_and_days_as_days(client: FlaskClient, fund: Fund) -> None:
    with clock.frozen(NEXT_YEAR):
        sign_in(client, Role.PROCUREMENT_OFFICER)
        found = sheets(client, "/contracts/spending/2026Q4.xlsx")
    assert list(found) == ["Legal form", "District", "Governing body", "Comes from", "Contracts"]
    assert found["Legal form"][1][:4] == ["Cooperative", 2.0, 2.0, 24.0]
    row = next(row for row in found["Contracts"] if row[0] == "C-2026-001")
    assert (row[7], row[8], row[10]) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31), 24.0)
    assert row[11] == "not shown"


def test_amounts_have_the_currency_s_decimals_and_arabic_begins_at_the_right(client: FlaskClient, fund: Fund) -> None:
    import zipfile

    with clock.frozen(NEXT_YEAR):
        sign_in(client, Role.PROCUREMENT_OFFICER)
        plain = zipfile.ZipFile(io.BytesIO(client.get("/contracts/spending/2026Q4.xlsx").data))
        arabic = zipfile.ZipFile(io.BytesIO(client.get("/contracts/spending/2026Q4.xlsx?lang=ar").data))
    assert b'formatCode="#,##0.000"' in plain.read("xl/styles.xml")
    assert b"rightToLeft" not in plain.read("xl/worksheets/sheet1.xml")
    assert b'rightToLeft="1"' in arabic.read("xl/worksheets/sheet1.xml")


def test_the_statements_are_as_many_for_forty_contracts_as_for_two(client: FlaskClient, fund: Fund) -> None:
    with clock.frozen(NEXT_YEAR):
        sign_in(client, Role.PROCUREMENT_OFFICER)
        read: Callable[[], Any] = lambda: client.get("/contracts/spending?period=2026Q4")  # noqa: E731
        read()
        first = statements(read)
        with unit_of_work():
            for number in range(40):
                db.session.add(_another(fund, number))
        assert statements(read) == first


def _another(fund: Fund, number: int) -> Contract:
    days = {"valid_from": dt.date(2026, 1, 1), "valid_until": dt.date(2026, 12, 31)}
    made = Contract(
        number=f"C-2026-9{number:02d}", organisation_id=fund.green, title="More", origin="direct_award",
        service_line="care", state="active", signed_by_provider="one", signed_by_fund="two",
        created_at=NEXT_YEAR, **days,
    )  # fmt: skip
    made.lines = [ContractLine(service="DAY", rate=Decimal(1), **days)]
    return made


def statements(act: Callable[[], Any]) -> int:
    seen: list[str] = []
    listen = lambda *found: seen.append(found[2])  # noqa: E731 - taken off again
    sa.event.listen(db.engine, "before_cursor_execute", listen)
    try:
        assert act().status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listen)
    return len(seen)


def test_a_restricted_service_is_in_no_figure_of_an_officer_who_is_not_named(client: FlaskClient, fund: Fund) -> None:
    from core.codes import Service

    with unit_of_work():
        db.session.execute(sa.update(Service).where(Service.code == "CON").values(is_restricted=True))
    with clock.frozen(NEXT_YEAR):
        sign_in(client, Role.PROCUREMENT_OFFICER)
        assert "24.000" not in client.get("/contracts/spending?period=2026Q4").text


def test_a_provider_sees_no_such_page(client: FlaskClient, fund: Fund) -> None:
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=fund.blue)
    assert client.get("/contracts/spending").status_code == 403
