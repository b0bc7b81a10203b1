"""Amendments of running contracts: two people of the fund and the provider, legal limits, and prices by day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from core import audit, plan
from core.accounts.models import Account
from core.actors import Actor
from core.db import db, unit_of_work
from core.errors import Conflict, DomainError, Forbidden, InputErrors
from core.events import unread
from core.roles import Role
from core.states import IllegalStep
from procurement.amending import NewRate, NewTerms, NewVolume, noted, read
from procurement.models.contract import Contract, ContractAmendment
from procurement.queries.contracts import contract_by_number, contract_line_for
from procurement.services import contracts
from procurement.services.contract_import import draw_in_force
from procurement.services.contracts import Proposal, TariffLine
from tests.accounts import account_with, actor_with
from tests.procurement.builders import manager, officer, terms
from tests.providers.builders import accredited, catalogue, today

PLAN = Path(__file__).parents[2] / "plan"
DAY = dt.timedelta(days=1)
LINES = [TariffLine("HC-100", Decimal(6400), volume=3660), TariffLine("HC-110", Decimal(12000), volume=3660)]


def put_in_force(*parts: str) -> None:
    author, approver = actor_with(Role.PLAN_MANAGER), actor_with(Role.PLAN_MANAGER)
    with unit_of_work():
        for part in parts:
            text = (PLAN / f"{part}.toml").read_text()
            plan.approve(plan.prepare(part, text, valid_from=dt.date(2020, 1, 1), by=author), by=approver)


@pytest.fixture
def provider(app: Flask) -> int:
    catalogue()
    put_in_force("procurement")
    return accredited()


def running(organisation_id: int, **changes: object) -> Contract:
    values: dict[str, object] = {"lines": LINES, **changes}
    with unit_of_work():
        rows = [terms(organisation_id, **values)]
        (number,) = draw_in_force(rows, by=officer(), signed_by_provider="one", signed_by_fund="two")
    found = contract_by_number(number)
    assert found is not None
    return found


@pytest.fixture
def contract(provider: int) -> Contract:
    return running(provider)


def proposal(contract: Contract, code: str = "mod-rev", on: dt.date | None = None, **brought: object) -> Proposal:
    first = on or today() + 10 * DAY
    return Proposal(contract, code, NewTerms(**brought), first, "Minutes of 3 March.")  # type: ignore[arg-type]


def drafted(contract: Contract, code: str = "mod-rev", by: Actor | None = None, **brought: object) -> ContractAmendment:
    with unit_of_work():
        return contracts.draft_amendment(proposal(contract, code, **brought), by=by or officer())


def agreed(contract: Contract, code: str = "mod-rev", **brought: object) -> ContractAmendment:
    row = drafted(contract, code, **brought)
    with unit_of_work():
        contracts.approve_amendment(row, by=officer())
    with unit_of_work():
        contracts.accept_amendment(row, by=manager(contract.organisation_id))
    return row


def raised(rate: int = 6800, days: int = 10, service: str = "HC-100") -> tuple[NewRate, ...]:
    return (NewRate(service, None, Decimal(rate), today() + days * DAY),)


def test_a_new_rate_closes_a_line_and_opens_one(contract: Contract) -> None:
    agreed(contract, rates=raised())
    first = today() + 10 * DAY
    assert contract_line_for(contract.organisation_id, "HC-100", first - DAY).rate == 6400
    assert contract_line_for(contract.organisation_id, "HC-100", first).rate == 6800
    spans = [(row.valid_from, row.valid_until) for row in contract.lines if row.service == "HC-100"]
    assert sorted(spans) == [(contract.valid_from, first - DAY), (first, contract.valid_until)]
    assert {row.volume for row in contract.lines} == {3660}
    with unit_of_work():
        told = [(event.subject, event.effective_from) for event in unread("test", ["contract.rate_agreed"])]
    assert told == [(contract.number, first)]
    assert not list(audit.verify())


def test_nothing_counts_before_the_provider_has_accepted(contract: Contract) -> None:
    row = drafted(contract, rates=raised())
    with unit_of_work():
        contracts.approve_amendment(row, by=officer())
    assert len(contract.lines) == 2
    with pytest.raises(Conflict, match="on its way"):
        drafted(contract, budget=1)


def test_two_people_of_the_fund_and_one_of_the_provider(contract: Contract) -> None:
    author = officer()
    row = drafted(contract, by=author, rates=raised())
    with pytest.raises(Forbidden, match="You drafted"), unit_of_work():
        contracts.approve_amendment(row, by=author)
    with pytest.raises(IllegalStep), unit_of_work():
        contracts.accept_amendment(row, by=manager(contract.organisation_id))
    with unit_of_work():
        contracts.approve_amendment(row, by=officer())
    stranger = manager(accredited(2))
    both = Actor(None, author.person, "A", frozenset({Role.PROVIDER_MANAGER}), contract.organisation_id)
    for who in (stranger, officer(), both):
        with pytest.raises(Forbidden), unit_of_work():
            contracts.accept_amendment(row, by=who)
    with pytest.raises(Forbidden), unit_of_work():
        contracts.draft_amendment(proposal(contract, rates=raised()), by=manager(contract.organisation_id))


@pytest.mark.parametrize(
    ("step", "person"),
    [("accept", "provider"), ("approve", "fund"), ("decline", "provider"), ("drop", "fund")],
)
def test_what_is_in_force_takes_no_further_step(contract: Contract, step: str, person: str) -> None:
    row = agreed(contract, rates=raised())
    by = manager(contract.organisation_id) if person == "provider" else officer()
    arguments = {"reason": "x"} if step in ("decline", "drop") else {}
    with pytest.raises(IllegalStep), unit_of_work():
        getattr(contracts, f"{step}_amendment")(row, by=by, **arguments)


def test_the_database_refuses_what_the_table_of_steps_does(contract: Contract) -> None:
    drafted(contract, rates=raised())
    for change in ("state = 'in_force', accepted_by = 'p', approved_by = 'q'", "approved_by = drafted_by"):
        with pytest.raises(IntegrityError):
            db.session.execute(sa.text(f"UPDATE contract_amendment SET {change}"))
        db.session.rollback()


@pytest.mark.parametrize(
    ("code", "budgets", "refused"),
    [
        ("mod-minv", [95_040_000], False),
        ("mod-minv", [95_040_001], True),
        ("mod-minv", [92_000_000, 95_040_000], False),
        ("mod-minv", [92_000_000, 95_040_001], True),
        ("add-wss", [129_600_000], False),
        ("add-wss", [129_600_001], True),
        ("mod-cir", [129_600_000, 172_800_000], False),
        ("mod-cir", [129_600_000, 172_800_001], True),
        ("mod-repl", [86_400_001], True),
        ("mod-rev", [200_000_000], False),
    ],
)
def test_limits_are_of_the_original_value_and_exact(
    contract: Contract, code: str, budgets: list[int], refused: bool
) -> None:
    *before, last = budgets
    for budget in before:
        agreed(contract, code, budget=budget)
    if refused:
        with pytest.raises(InputErrors, match=r"of the original value of 86,400\.000") as error:
            drafted(contract, code, budget=last)
        assert f"{last - (before or [86_400_000])[-1]:,}"[:-4] in str(error.value)
    else:
        assert agreed(contract, code, budget=last).contract.budget == last


def test_a_dearer_tariff_within_the_old_budget_counts_as_well(contract: Contract) -> None:
    """3,660 units in 366 days are ten a day; 326 days are left, ends included."""
    row = drafted(contract, "add-wss", rates=raised(9000))
    assert row.value_change == (9000 - 6400) * 10 * 326
    with unit_of_work():
        contracts.drop_amendment(row, reason="Another one.", by=officer())
    with pytest.raises(InputErrors, match="10 % of the original value"):
        drafted(contract, "mod-minv", rates=raised(9200))


def test_what_cannot_be_counted_passes_no_limit(provider: int) -> None:
    contract = running(provider, lines=[TariffLine("HC-100", Decimal(6400))])
    with pytest.raises(InputErrors, match="cannot be told"):
        drafted(contract, "mod-minv", rates=raised())
    with unit_of_work():
        contracts.record_service_use({(contract.id, "HC-100", 0): 310_000})
    assert drafted(contract, "mod-minv", rates=raised()).value_change == 400 * 10 * 326


@pytest.mark.parametrize(
    ("brought", "words"),
    [
        ({"rates": (NewRate("HC-100", None, Decimal(1), dt.date(2020, 1, 1)),)}, "no rate on that day"),
        ({"rates": (NewRate("HC-100", None, Decimal(-1), dt.date(2020, 1, 1)),)}, "not negative"),
        ({"rates": (NewRate("CC-100", None, Decimal(1), dt.date(2020, 1, 1)),)}, "no rate on that day"),
        ({"budget": 86_400_000}, "Nothing differs"),
        ({}, "Nothing differs"),
        ({"valid_until": dt.date(2020, 1, 1)}, "An amendment prolongs"),
        ({"promises": {"C6": Decimal(70)}}, "not lowered without a reason"),
        ({"code": "mod-new", "budget": 1}, "knows these kinds"),
        ({"on": dt.date(2020, 1, 1), "budget": 1}, "Earlier days keep their price"),
    ],
)
def test_what_cannot_be_is_refused_in_words(contract: Contract, brought: dict[str, object], words: str) -> None:
    with pytest.raises(InputErrors, match=words):
        drafted(contract, **brought)  # type: ignore[arg-type]
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ContractAmendment)) == 0


def test_not_less_than_what_is_used_already(contract: Contract) -> None:
    with unit_of_work():
        contracts.record_use({contract.id: (5000, 1)})
        contracts.record_service_use({(contract.id, "HC-100", 0): 2500})
    with pytest.raises(InputErrors, match="More than that is used"):
        drafted(contract, budget=4999)
    with pytest.raises(InputErrors, match=r"2\.5 units are used"):
        drafted(contract, volumes=(NewVolume("HC-100", None, 2),))


def test_volume_last_day_and_promise_change_together(contract: Contract) -> None:
    ends, reason = contract.valid_until + 100 * DAY, "The town hall took the training over."
    one = proposal(
        contract, "mod-cir", volumes=(NewVolume("HC-100", None, 4000),), valid_until=ends, promises={"C6": Decimal(75)}
    )
    one = Proposal(one.contract, one.code, one.terms, one.effective_from, one.reason, reason)
    with unit_of_work():
        row = contracts.draft_amendment(one, by=officer())
        contracts.approve_amendment(row, by=officer())
    with unit_of_work():
        contracts.accept_amendment(row, by=manager(contract.organisation_id))
    assert contract.valid_until == ends
    assert {(line.service, line.volume, line.valid_until) for line in contract.lines} == {
        ("HC-100", 4000, ends),
        ("HC-110", 3660, ends),
    }
    assert contract.indicators[0].committed == 75
    assert [change["where"] for change in row.changes] == ["volume HC-100", "valid_until", "promise C6"]


def test_an_amendment_whose_ground_moved_is_not_accepted(contract: Contract) -> None:
    row = drafted(contract, rates=raised())
    with unit_of_work():
        contracts.approve_amendment(row, by=officer())
        contracts.set_rates(
            contract, {"HC-100"}, [TariffLine("HC-100", Decimal(6500))], on=today(), reason="list", by=officer()
        )
    with pytest.raises(DomainError, match="has changed since"), unit_of_work():
        contracts.accept_amendment(row, by=manager(contract.organisation_id))


def test_declined_and_dropped_ones_say_why_and_make_room(contract: Contract) -> None:
    row = drafted(contract, rates=raised())
    with unit_of_work():
        contracts.approve_amendment(row, by=officer())
    with pytest.raises(InputErrors, match="Say why"), unit_of_work():
        contracts.decline_amendment(row, reason=" ", by=manager(contract.organisation_id))
    with unit_of_work():
        contracts.decline_amendment(row, reason="Too little.", by=manager(contract.organisation_id))
    again = drafted(contract, rates=raised(7000))
    assert (row.state, again.place) == ("declined", 2)


def test_terms_read_back_are_the_terms_that_were_noted() -> None:
    rates, last = (NewRate("HC-100", None, Decimal("6400.5"), dt.date(2027, 1, 1)),), dt.date(2028, 2, 29)
    brought = NewTerms(rates, (NewVolume("HC-100", 3, 7),), {"C6": Decimal("70.5")}, 5, last)
    assert read(noted(brought)) == brought
    assert read(noted(NewTerms())) == NewTerms(promises={})


def enter(client: FlaskClient, account: Account) -> None:
    assert client.post(f"/demo/sign-in/{account.id}").status_code == 303


def test_from_the_form_to_the_paper(client: FlaskClient, contract: Contract) -> None:
    first, second = account_with(Role.PROCUREMENT_OFFICER), account_with(Role.PROCUREMENT_CHAIR)
    theirs = account_with(Role.PROVIDER_MANAGER, organisation_id=contract.organisation_id)
    base = f"/contracts/{contract.number}/amendments"
    form = {
        "code": "mod-minv", "effective_from": (today() + 10 * DAY).isoformat(), "reason": "More hours.",
        "rate-HC-100": "9.000",
    }  # fmt: skip
    enter(client, first)
    assert "10 % for all of them together" in client.get(f"{base}/new").text
    wrong = client.post(f"{base}/new", data=form | {"rate-HC-110": "dear", "valid_until": "soon", "reason": ""})
    assert wrong.status_code == 422
    assert all(f'href="#{name}"' in wrong.text for name in ("rate-HC-110", "valid_until"))
    assert "dear" in wrong.text
    above = client.post(f"{base}/new", data=form | {"rate-HC-100": "9.200"})
    assert above.status_code == 422
    assert "which is 8,640.000" in above.text
    sent = client.post(f"{base}/new", data=form)
    assert sent.status_code == 303
    path = sent.headers["Location"].rstrip("/")
    assert "someone else must approve" in client.get(path).text
    enter(client, theirs)
    assert client.get(path).status_code == 404, "the fund does not stand behind it yet"
    enter(client, second)
    assert f"Approve the amendment of {contract.number}" in client.get("/today").text
    assert client.post(f"{path}/officer", data={"answer": "approve"}).status_code == 303
    enter(client, theirs)
    assert f"Answer the amendment of {contract.number}" in client.get("/today").text
    assert client.post(f"{path}/provider", data={"answer": "decline"}).status_code == 422
    page = client.get(path).text
    assert "6.400" in page
    assert "9.000" in page
    assert client.post(f"{path}/provider", data={"answer": "accept"}).status_code == 303
    shown = client.get(f"/contracts/{contract.number}").text
    assert "9.000" in shown
    assert client.get(f"/contracts/{contract.number}/contract.pdf").data.startswith(b"%PDF-")


def test_another_provider_finds_no_amendment(client: FlaskClient, contract: Contract) -> None:
    agreed(contract, rates=raised())
    path = f"/contracts/{contract.number}/amendments/1"
    enter(client, account_with(Role.PROVIDER_MANAGER, organisation_id=accredited(2)))
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/provider", data={"answer": "accept"}).status_code == 404
    assert client.post(f"{path}/officer", data={"answer": "drop"}).status_code == 403
