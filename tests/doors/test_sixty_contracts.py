"""Sixty contracts of all origins come in and balance; a decree lifts the wage by 6 %; claims follow by their dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from claims import services
from claims.models import Claim, LineVersion
from claims.redecisions import listening
from claims.redecisions import queries as runs
from claims.redecisions import services as redecisions
from core import audit, clock, plan, work
from core.db import db, unit_of_work
from core.roles import Role
from procurement.models.contract import Contract, ContractAmendment
from procurement.services import contracts, open_lists
from procurement.services.contracts import shortfalls
from procurement.services.open_lists import OpenTerms
from tests.accounts import actor_with, sign_in
from tests.claims.builders import _MANAGER, AT, CLERK, FIRST, OFFICER, ZONE, Fund, claim, line, small_fund
from tests.doors import sixty
from tests.doors.sixty import DECREE
from tests.procurement.builders import manager, officer

PLAN = Path(__file__).parents[2] / "plan"
MORNING, NOON, LATER = (
    dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC), dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC),
    dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC),
)  # fmt: skip
LATE = 3  # so many providers accept on the day itself, after they have claimed


@dataclass(frozen=True)
class Desk:
    fund: Fund
    text: str
    open_list: str


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[Desk]:
    """Everything comes in by the command, as a fund begins: providers, places, contracts with their sheet."""
    with clock.frozen(AT):
        fund = small_fund()
        with unit_of_work():
            for part, text in (("procurement", (PLAN / "procurement.toml").read_text()), ("wages", sixty.WAGES)):
                plan.approve(plan.prepare(part, text, valid_from=dt.date(2020, 1, 1), by=_MANAGER), by=OFFICER)
        number = the_list()
        text = sixty.contracts(number)
        (tmp_path / "control").write_text(sixty.control(text))
        brought_in(app, tmp_path, "accreditations", sixty.accreditations())
        brought_in(app, tmp_path, "sites", sixty.sites())
        brought_in(app, tmp_path, "contracts", text, "--control", str(tmp_path / "control"))
        yield Desk(fund, text, number)


def the_list() -> str:
    terms = OpenTerms("Consultations", "health", FIRST, dt.date(2028, 12, 31), {"CON": Decimal(5400)})
    with unit_of_work():
        row = open_lists.draft(terms, by=officer())
        open_lists.publish(row, by=officer())
        return str(row.number)


def brought_in(app: Flask, folder: Path, kind: str, text: str, *more: str) -> None:
    file = folder / f"{kind}.csv"
    file.write_text(text)
    given = ["opening", "import", str(file), "--kind", kind, "--source", "Old register", "--on", "2026-10-31", *more]
    told = app.test_cli_runner().invoke(args=given)
    assert told.exit_code == 0, told.output


def by_paper() -> dict[str, Contract]:
    query = select(Contract).where(Contract.opened_from != "")
    return {row.paper_number: row for row in db.session.execute(query).unique().scalars()}


def test_sixty_of_all_origins_balance_and_carry_what_the_paper_says(desk: Desk) -> None:
    rows = by_paper()
    assert len(rows) == 60
    assert {row.origin for row in rows.values()} == set(sixty.ORIGINS)
    for said in sixty.read(desk.text):
        row = rows[said["contract_no"]]
        assert (row.origin, row.origin_reference) == (said["origin"], said["origin_reference"])
        assert row.budget == (int(Decimal(said["budget"]) * 1000) if said["budget"] else None)
        assert {line.site_id is not None for line in row.lines} == {bool(said["site"])}


def drafted(client: FlaskClient, desk: Desk) -> None:
    """Drafted by one officer on the screen, approved by another; the list's change is published."""
    sign_in(client, Role.PROCUREMENT_OFFICER)
    page = client.post("/contracts/wages", data={"on": DECREE.isoformat(), "reason": "Decree, art. 1"})
    assert "Change of <bdi" in page.text, page.text
    client.post("/logout")
    sign_in(client, Role.PROCUREMENT_CHAIR)
    assert client.post("/contracts/wages/approve", data={"on": DECREE.isoformat()}).status_code == 303
    client.post("/logout")
    sign_in(client, Role.PROCUREMENT_OFFICER)
    assert client.post(f"/contracts/lists/{desk.open_list}/proposed", data={"answer": "publish"}).status_code == 303
    client.post("/logout")


def accept(rows: list[ContractAmendment]) -> None:
    for row in rows:
        with unit_of_work():
            contracts.accept_amendment(row, by=manager(row.contract.organisation_id))


def send(desk: Desk, contract: Contract, on: dt.date) -> Any:
    sent = claim(
        desk.fund, f"{contract.paper_number} {on}", line(on=on, price=12_000), organisation=contract.organisation_id
    )
    with unit_of_work():
        return services.submit(sent, by=CLERK, at=clock.now(), zone=ZONE)


def agreed(sent: Any) -> int:
    """What the unit cost: paid by the fund and by the member."""
    row = sent.decision.lines[0]
    return int(row.benefit + row.member_share)


def test_a_decree_from_the_list_to_the_claims_of_the_right_dates(client: FlaskClient, desk: Desk) -> None:
    expected = sixty.shortfalls(desk.text)
    found = shortfalls(DECREE, by=officer())
    told = {(row.contract.paper_number, row.from_on): (row.gap, row.new_rate, row.cost) for row in found}
    assert told == expected
    assert {cost is None for _gap, _rate, cost in expected.values()} == {True, False}
    drafted(client, desk)
    waiting = db.session.query(ContractAmendment).filter_by(state="approved").order_by(ContractAmendment.id).all()
    rows = by_paper()
    followers = {name for name, row in rows.items() if row.origin_reference == desk.open_list and not row.is_bounded}
    moved = {row.contract.paper_number for row in waiting}
    assert moved | followers >= {name for name, _day in expected}
    for row in waiting:
        raised = row.terms.get("budget")
        assert (raised is None) == (row.contract.budget is None or not row.value_change)
    late = [row for row in waiting if row.contract.lines[0].site_id is None][:LATE]
    accept([row for row in waiting if row not in late])
    of_list = {row.paper_number for row in rows.values() if row.origin_reference == desk.open_list}
    assert of_list
    with unit_of_work():
        listening.skip_the_past()
    early = claimed_before_acceptance(desk, late)
    corrected(desk, late, early)
    assert shortfalls(DECREE, by=officer()) == []
    priced(desk, by_paper())
    assert not list(audit.verify())


def claimed_before_acceptance(desk: Desk, late: list[ContractAmendment]) -> dict[str, tuple[Any, Any]]:
    """Claims of the eve and of the day itself, decided on the day at the rates that count so far."""
    sent = {}
    with clock.frozen(MORNING):
        for row in late:
            name, contract = row.contract.paper_number, row.contract
            pair = send(desk, contract, DECREE - sixty.DAY), send(desk, contract, DECREE)
            assert [agreed(one) for one in pair] == [
                sixty.price(desk.text, name, day, dt.date.max) for day in (DECREE - sixty.DAY, DECREE)
            ]
            sent[name] = pair
    return sent


def corrected(desk: Desk, late: list[ContractAmendment], early: dict[str, tuple[Any, Any]]) -> None:
    """The providers accept at noon: the claims of that day are found and paid at the new rate, those before stay."""
    with clock.frozen(NOON):
        accept(late)
        with unit_of_work():
            listening.hear()
        while work.run_due():
            pass
        (run,) = runs.runs()
        with unit_of_work():
            redecisions.preview(run.number, by=OFFICER, at=NOON)
        while work.run_due():
            pass
        with unit_of_work():
            redecisions.release(run.number, by=actor_with(Role.FINANCE_OFFICER), at=NOON)
        while work.run_due():
            pass
    for name, (before, after) in early.items():
        versions = {sent.number: live(sent) for sent in (before, after)}
        assert versions[before.number] == (1, sixty.price(desk.text, name, DECREE - sixty.DAY))
        assert versions[after.number] == (2, sixty.price(desk.text, name, DECREE)), name


def live(sent: Any) -> tuple[int, int]:
    """Version, and what the unit cost by it."""
    query = select(LineVersion).join(Claim, Claim.id == LineVersion.claim_id).where(Claim.number == sent.number)
    query = query.order_by(LineVersion.version.desc())
    row = db.session.execute(query).scalars().first()
    return row.version, row.benefit + row.member_share


def priced(desk: Desk, rows: dict[str, Contract]) -> None:
    """Of every contract of a whole provider: a day before, and a day from the decree on."""
    whole = [name for name, row in sorted(rows.items()) if row.lines[0].site_id is None]
    with clock.frozen(LATER):
        for place, name in enumerate(whole):
            for on in (dt.date(2026, 11, 15 + place % 15), dt.date(2026, 12, 2 + place % 25)):
                if on <= sixty.day(
                    next(row for row in sixty.read(desk.text) if row["contract_no"] == name)["valid_until"]
                ):
                    assert agreed(send(desk, rows[name], on)) == sixty.price(desk.text, name, on), (name, on)
