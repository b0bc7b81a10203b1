"""Rates that follow an index: the arithmetic, what is due, all amendments in one act, and clauses that cannot be."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from core import audit, plan
from core.db import db, unit_of_work
from core.errors import InputErrors
from core.roles import Role
from procurement.indexation import Clause, defects, new_rate, noted, read
from procurement.indexes import parse
from procurement.models.contract import Contract, ContractAmendment
from procurement.queries.contracts import contract_line_for
from procurement.services import contracts, indexations
from procurement.services.amending_many import approve_all
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import TariffLine
from tests.accounts import actor_with, sign_in
from tests.procurement.builders import manager, officer, terms
from tests.procurement.test_contract_amendments import agreed, drafted, put_in_force
from tests.providers.builders import accredited, catalogue, today

DAY = dt.timedelta(days=1)
INDEX = """
[[values]]
index = "wages"
value = "100.0"
valid_from = 2020-01-01
basis = "Bulletin 1"

[[values]]
index = "wages"
value = "104.5"
valid_from = {later}
basis = "Bulletin 2"
"""


def due_on() -> dt.date:
    """The first of a month, a good month ahead."""
    return (today().replace(day=1) + dt.timedelta(days=62)).replace(day=1)


def clause(**changes: object) -> Clause:
    values: dict[str, object] = {"first_on": today() - 400 * DAY, "month": due_on().month} | changes
    return Clause("wages", values.pop("share", Decimal(80)), **values)  # type: ignore[arg-type]


@pytest.fixture
def provider(app: Flask) -> int:
    catalogue()
    put_in_force("procurement")
    author, approver = actor_with(Role.PLAN_MANAGER), actor_with(Role.PLAN_MANAGER)
    with unit_of_work():
        text = INDEX.format(later=today().isoformat())
        plan.approve(plan.prepare("indexes", text, valid_from=dt.date(2020, 1, 1), by=author), by=approver)
    return accredited()


def running(organisation_id: int, rates: dict[str, int], **changes: object) -> Contract:
    lines = [TariffLine(service, Decimal(rate), volume=3000) for service, rate in rates.items()]
    with unit_of_work():
        rows = [terms(organisation_id, lines=lines, valid_until=due_on() + 300 * DAY, **changes)]
        (number,) = draw_in_force(rows, by=officer(), signed_by_provider="one", signed_by_fund="two")
    return db.session.query(Contract).filter_by(number=number).one()


def indexed(organisation_id: int, rates: dict[str, int], with_clause: Clause, **changes: object) -> Contract:
    contract = running(organisation_id, rates, **changes)
    agreed(contract, indexation=with_clause)
    return contract


def drafted_for(on: dt.date) -> indexations.Drafted:
    with unit_of_work():
        return indexations.draft_indexations(on, reason="Bulletin 2", by=officer())


@pytest.mark.parametrize(
    ("rate", "before", "now", "changes", "expected"),
    [
        (10_000, "100", "104.5", {}, 10_360),
        (10_000, "104.5", "100", {}, 9_656),  # 9,655.50 goes up
        (10_000, "100", "104.5", {"threshold": Decimal("4.5")}, 10_360),
        (10_000, "100", "104.5", {"threshold": Decimal("4.6")}, None),
        (10_000, "100", "104.5", {"cap": Decimal(3)}, 10_300),
        (10_000, "104.5", "100", {"cap": Decimal(3)}, 9_700),
        (10_000, "100", "100", {}, None),
        (1, "100", "104.5", {}, None),
    ],
)  # fmt: skip
def test_a_share_of_the_rate_follows_the_index(
    rate: int, before: str, now: str, changes: dict[str, Decimal], expected: int | None
) -> None:
    one = Clause("wages", Decimal(80), dt.date(2026, 1, 1), 1, **changes)  # type: ignore[arg-type]
    assert new_rate(Decimal(rate), one, Decimal(before), Decimal(now)) == expected


@given(
    rate=st.integers(0, 10**8), before=st.integers(1, 10**6), now=st.integers(1, 10**6), share=st.integers(1, 100),
    cap=st.none() | st.integers(1, 50),
)  # fmt: skip
def test_the_new_rate_is_rounded_once_and_never_passes_the_cap(
    rate: int, before: int, now: int, share: int, cap: int | None
) -> None:
    one = Clause("w", Decimal(share), dt.date(2026, 1, 1), 1, cap=None if cap is None else Decimal(cap))
    found = new_rate(Decimal(rate), one, Decimal(before), Decimal(now))
    change = Fraction(share, 100) * (Fraction(now, before) - 1)
    if cap is not None:
        change = min(max(change, Fraction(-cap, 100)), Fraction(cap, 100))
    exact = floor(rate * (1 + change) + Fraction(1, 2))
    assert (rate if found is None else found) == exact


def test_a_clause_comes_by_amendment_and_reads_as_it_was_written(provider: int) -> None:
    one = clause(threshold=Decimal("0.5"), cap=Decimal(4))
    assert read(noted(one)) == one
    contract = indexed(provider, {"HC-100": 10_000}, one)
    assert contract.indexation.clause == one
    shown = db.session.query(ContractAmendment).one().changes[0]
    assert (shown["where"], "80 % follow wages" in shown["after"]) == ("indexation", True)
    agreed(contract, indexation=clause(share=Decimal(0)))
    assert contract.indexation is None


def test_all_that_is_due_is_drafted_in_one_act_approved_and_paid_from_its_day(provider: int) -> None:
    both = [indexed(provider, {"HC-100": 10_000 + n, "HC-110": 20_000}, clause(), budget=9_000_000) for n in range(2)]
    other = indexed(provider, {"HC-100": 10_000}, clause(month=due_on().month % 12 + 1))
    moves = indexations.due(due_on(), by=officer()).moves
    assert [(row.contract.id, row.line.rate, row.new_rate) for row in moves] == [
        (both[0].id, 10_000, 10_360), (both[0].id, 20_000, 20_720), (both[1].id, 10_001, 10_361),
        (both[1].id, 20_000, 20_720),
    ]  # fmt: skip
    rows = drafted_for(due_on()).written
    assert {row.contract_id for row in rows} == {row.id for row in both}
    assert {(row.code, row.cause) for row in rows} == {("mod-rev", f"indexation {due_on().isoformat()}")}
    assert all(row.value_change and row.value_change > 0 for row in rows)
    again = drafted_for(due_on())
    assert (len(again.written), len(again.refused)) == (0, 2)
    with unit_of_work():
        assert len(approve_all(indexations.cause(due_on()), by=officer()).written) == 2
    with unit_of_work():
        for row in rows:
            contracts.accept_amendment(row, by=manager(provider))
    rates = [line.rate for line in both[0].lines if line.service == "HC-100" and line.valid_from == due_on()]
    assert rates == [10_360]
    assert other.lines[0].rate == 10_000
    assert not indexations.due(due_on(), by=officer()).moves, "what was agreed since is not indexed twice"
    assert contract_line_for(provider, "HC-110", due_on() - DAY).rate == 20_000
    assert not list(audit.verify())


def test_what_stays_is_named_with_its_reason(provider: int) -> None:
    indexed(provider, {"HC-100": 10_000}, clause(threshold=Decimal(5)))
    late = clause(first_on=dt.date(2019, 1, 1))
    contract = indexed(provider, {"HC-100": 10_000}, late)
    with unit_of_work():
        for line in contract.lines:
            line.valid_from = dt.date(2019, 6, 1)
        contract.valid_from = dt.date(2019, 1, 1)
    words = [str(why) for _contract, why in indexations.due(due_on(), by=officer()).still]
    assert ["moved far enough" in words[0], "no value of wages" in words[1]] == [True, True]


def test_what_capitation_pays_for_has_no_rate_that_moves(provider: int) -> None:
    contract = indexed(provider, {"HC-100": 10_000, "HC-110": 20_000}, clause())
    with unit_of_work():
        next(line for line in contract.lines if line.service == "HC-100").is_capitated = True
    assert [row.line.service for row in indexations.due(due_on(), by=officer()).moves] == ["HC-110"]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"share": Decimal(101)}, "index_share"), ({"month": 13}, "index_month"),
     ({"threshold": Decimal(-1)}, "index_threshold"), ({"cap": Decimal(0)}, "index_cap")],
    ids=["share", "month", "threshold", "cap"],
)  # fmt: skip
def test_a_clause_that_cannot_be_names_its_field(wrong: dict[str, object], where: str) -> None:
    values: dict[str, object] = {"share": Decimal(80), "first_on": dt.date(2026, 1, 1), "month": 1} | wrong
    assert [row.where for row in defects(Clause("wages", **values))] == [where]  # type: ignore[arg-type]


def test_an_index_that_the_plan_does_not_know_is_refused(provider: int) -> None:
    contract = running(provider, {"HC-100": 10_000})
    with pytest.raises(InputErrors, match="these indexes: wages"):
        drafted(contract, indexation=Clause("bread", Decimal(80), today(), 1))


@pytest.mark.parametrize(
    ("wrong", "where"),
    [('"104.5"', "values.2.value"), ('value = "100.0"', "values.1.value"), ("2020-01-01", "values.2"),
     ('"Bulletin 1"', "values.1")],
    ids=["float", "missing", "twice", "basis"],
)  # fmt: skip
def test_values_that_cannot_be_name_their_row(wrong: str, where: str) -> None:
    instead = {'"104.5"': "104.5", 'value = "100.0"': "", "2020-01-01": "2026-01-01", '"Bulletin 1"': '""'}
    with pytest.raises(InputErrors) as refused:
        parse(INDEX.format(later="2026-01-01").replace(wrong, instead[wrong]))
    assert refused.value.problems[0].where == where


def test_an_officer_sees_drafts_and_a_second_approves_on_the_page(client: FlaskClient, provider: int) -> None:
    contract = running(provider, {"HC-100": 10_000})
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert "No running contract has a clause of indexation" in client.get("/contracts/indexation").text
    form = {
        "code": "mod-rev", "effective_from": today().isoformat(), "reason": "Clause 7.", "index": "wages",
        "index_share": "80", "index_first_on": (today() - 400 * DAY).isoformat(), "index_month": "",
    }  # fmt: skip
    path = f"/contracts/{contract.number}/amendments/new"
    wrong = client.post(path, data=form)
    assert (wrong.status_code, "needs this" in wrong.text) == (422, True)
    sent = client.post(path, data=form | {"index_month": str(due_on().month)})
    assert sent.status_code == 303
    sign_in(client, Role.PROCUREMENT_CHAIR)
    assert client.post(f"{sent.headers['Location']}/officer", data={"answer": "approve"}).status_code == 303
    sign_in(client, Role.PROVIDER_MANAGER, organisation_id=provider)
    assert client.post(f"{sent.headers['Location']}/provider", data={"answer": "accept"}).status_code == 303
    assert "80 % follow wages" in client.get(f"/contracts/{contract.number}").text
    assert client.get("/contracts/indexation").status_code == 403
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert due_on().isoformat() in client.get("/contracts/calendar?days=365&kind=indexation").text
    page = client.get("/contracts/indexation")
    assert "10.360" in page.text
    asked = {"on": due_on().isoformat(), "reason": ""}
    assert client.post("/contracts/indexation", data=asked).status_code == 422
    assert client.post("/contracts/indexation", data=asked | {"reason": "Bulletin 2"}).status_code == 303
    sign_in(client, Role.PROCUREMENT_CHAIR)
    assert "waits for you" in client.get(f"/contracts/indexation?on={due_on().isoformat()}").text
    assert client.post("/contracts/indexation/approve", data=asked).status_code == 303
