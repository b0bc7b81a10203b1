"""Stored first, decided by a run: the same answers as at once, each once, however the run is split or interrupted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import func, select, text

from claims import batch, encoding, services
from claims.decisions import Cause
from claims.models import Claim, ClaimVersion, ClaimWaiting, LineVersion
from claims.queries import records
from claims.sent import ClaimInput
from core import audit, crew, work
from core.actors import SYSTEM
from core.db import db, unit_of_work
from members.models import Cover, Household, Member
from payments import ledger
from payments.models import Payable
from procurement.models.contract import ContractUse
from procurement.services.contracts import record_use
from tests.claims.builders import AT, CLERK, FIRST, LAST, ZONE, Fund, claim, line
from tests.tampering import unguarded

LATER = AT + dt.timedelta(minutes=5)


def settle_people(count: int) -> None:
    """Households of one member each, in many partitions."""
    with unit_of_work():
        for number in range(10, 10 + count):
            db.session.add(Household(id=number, number=f"H-{number}", district="North", partition=number % 64))
            db.session.flush()
            person = {"public_id": f"R{number}", "household_id": number, "born_on": dt.date(1950, 1, 1), "sex": "f"}
            db.session.add(Member(id=number, created_at=AT, **person))
            db.session.flush()
            spell = {"package": "basic", "valid_from": FIRST, "valid_until": LAST, "basis": "entered"}
            db.session.add(Cover(member_id=number, created_at=AT, **spell))


def sent(fund: Fund, people: int) -> list[ClaimInput]:
    """For each member: two days of care of which the ceiling pays one and a half, a duplicate, a consultation."""
    found = []
    for number in range(10, 10 + people):
        who: dict[str, Any] = {"member": f"R{number}"}
        for day in (3, 4, 4):
            sent_line = line("DAY", dt.date(2026, 11, day), price=100_000)
            found.append(claim(fund, f"{number}-{len(found)}", sent_line, **who))
        found.append(claim(fund, f"{number}-{len(found)}", line(), line("NIX", no=2), organisation=fund.green, **who))
    return [*found, claim(fund, "nobody", member="XXXXXX")]


def store(claims: list[ClaimInput]) -> list[services.Outcome]:
    with unit_of_work():
        return services.store_many(claims, by=CLERK, at=AT, zone=ZONE)


def run() -> str:
    with unit_of_work():
        name = batch.start(at=LATER)
    if name:
        crew.alone(name)
    return name


def told() -> dict[str, tuple[str, int, int]]:
    """Provider's number → live state, version, benefit."""
    query = select(Claim.provider_claim_no, ClaimVersion).join(ClaimVersion, records.versions_of_claim())
    with unit_of_work():
        rows = db.session.execute(query.where(records.is_live()).order_by(Claim.id)).all()
        return {number: (row.state, row.version, row.benefit) for number, row in rows}


def sums() -> dict[str, Any]:
    """Everything that may not be doubled."""
    with unit_of_work():
        count = db.session.execute(select(func.count()).select_from(ClaimVersion)).scalar_one()
        owed = db.session.execute(select(func.count(), func.sum(Payable.amount))).one()
        used = db.session.execute(select(ContractUse.contract_id, ContractUse.benefit, ContractUse.lines)).all()
        return {"versions": count, "owed": tuple(owed), "used": sorted(map(tuple, used))}


@pytest.fixture
def people(fund: Fund) -> Fund:
    settle_people(6)
    return fund


def at_once(fund: Fund) -> tuple[Any, Any]:
    """What deciding on arrival gives; then everything of it is taken away."""
    with unit_of_work():
        services.submit_many(sent(fund, 6), by=CLERK, at=AT, zone=ZONE)
    found = told(), sums()
    with unit_of_work(), unguarded(db.session.connection()):
        for table in ("posting", "payable", "journal", "contract_use", "line_decision", "claim_decision", "claim_line"):
            db.session.execute(text(f"DELETE FROM {table}"))
        for table in ("claim_number", "claim", "audit_entry", "audit_head", "event"):
            db.session.execute(text(f"DELETE FROM {table}"))
    return found


def test_a_run_decides_as_the_sender_would_have_been_answered(people: Fund) -> None:
    decisions, totals = at_once(people)
    answers = store(sent(people, 6))
    assert {(answer.kind, answer.state) for answer in answers} == {("new", "received")}
    assert told() == {}
    run()
    assert told() == decisions
    assert sums() == totals
    assert not list(audit.verify())
    assert not list(audit.verify_stored())
    assert not list(ledger.verify())


def test_small_shards_decide_as_one_large_one(people: Fund, monkeypatch: pytest.MonkeyPatch) -> None:
    decisions, totals = at_once(people)
    monkeypatch.setitem(current_app.config, "CLAIM_LINES_PER_SHARD", 1)
    store(sent(people, 6))
    name = run()
    assert (told(), sums()) == (decisions, totals)
    with unit_of_work():
        assert batch.progress(name).claims == len(decisions)


def test_a_run_over_nothing_is_none_and_a_second_run_changes_nothing(people: Fund) -> None:
    assert run() == ""
    store(sent(people, 6))
    run()
    before = told(), sums()
    assert run() == ""
    assert (told(), sums()) == before


def test_a_shard_done_twice_decides_once(people: Fund) -> None:
    store(sent(people, 6))
    with unit_of_work():
        name = batch.start(at=LATER)
    with unit_of_work():
        first = batch.decide_part({"run": name, "at": LATER.isoformat(), "part": 0, "first": 10, "last": 10})
    with unit_of_work():
        again = batch.decide_part({"run": name, "at": LATER.isoformat(), "part": 0, "first": 10, "last": 10})
    assert (first["claims"], again["claims"]) == (4, 0)
    crew.alone(name)
    assert {version for _state, version, _benefit in told().values()} == {1}


def test_a_failing_shard_leaves_nothing_half_done_and_is_tried_again(
    people: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    decisions, totals = at_once(people)
    store(sent(people, 6))
    owe, failures = services.owe, iter([True, False, True])

    def failing(*args: Any) -> None:
        owe(*args)
        if next(failures, False):
            raise RuntimeError("the power went")

    monkeypatch.setattr(services, "owe", failing)
    run()
    assert (told(), sums()) == (decisions, totals)


def test_who_moved_is_decided_with_the_people_they_live_with_now(people: Fund) -> None:
    store(sent(people, 6))
    with unit_of_work():
        db.session.get_one(Member, 11).household_id = 10
    run()
    paid = {number: benefit for number, (_state, _version, benefit) in told().items()}
    days = [paid[f"{who}-{place}"] for who, first in ((10, 0), (11, 4)) for place in range(first, first + 3)]
    assert sum(days) == 150_000, "one household, one ceiling"


def test_a_correction_is_decided_at_once_and_ends_what_waits(people: Fund) -> None:
    first = claim(people, "A-1", line(on=dt.date(2026, 11, 2)), member="R10")
    mended = claim(people, "A-2", line(on=dt.date(2026, 11, 5)), member="R10", replaces_no="A-1")
    store([first])
    (answer,) = store([mended])
    assert answer.state == "adjudicated"
    run()
    assert {number: state for number, (state, _version, _benefit) in told().items()} == {
        "A-1": "replaced",
        "A-2": "adjudicated",
    }
    with unit_of_work():
        assert not db.session.execute(select(ClaimWaiting)).all()


def test_a_number_is_held_by_a_claim_that_waits(people: Fund) -> None:
    store([claim(people, "A-1", member="R10")])
    same, other = claim(people, "A-1", member="R10"), claim(people, "A-1", member="R11")
    assert [answer.kind for answer in store([same])] == ["known"]
    assert [answer.kind for answer in store([other])] == ["conflict"]
    with unit_of_work():
        assert services.submit(claim(people, "A-1", member="R10"), by=CLERK, at=AT, zone=ZONE).state == "received"


ASKED = 6 * 3 * 100_000 + 10_000  # by the claims of `sent` for whose provider a budget is set below


def set_budget(fund: Fund, budget: int) -> None:
    with unit_of_work():
        statement = text("UPDATE contract SET budget = :budget WHERE organisation_id = :id")
        db.session.execute(statement, {"id": fund.blue, "budget": budget})


def decided_only() -> str:
    """A run, as far as its first stage goes."""
    with unit_of_work():
        name = batch.start(at=LATER)
    while True:
        with unit_of_work():
            stages = {stage for _shard, stage in work.open_shards(name)}
        if 0 not in stages:
            return name
        work.run_due(limit=1, run=name)


def payees() -> list[int | None]:
    with unit_of_work():
        return list(db.session.execute(select(Payable.organisation_id).distinct().order_by(text("1"))).scalars())


def test_nothing_under_a_budget_is_owed_before_the_whole_run_is_decided(people: Fund) -> None:
    set_budget(people, ASKED + 1)
    decisions, totals = at_once(people)
    store(sent(people, 6))
    name = decided_only()
    assert payees() == [people.green]
    crew.alone(name)
    assert (told(), sums()) == (decisions, totals)


def test_a_budget_with_room_for_all_that_is_asked_need_not_wait_for_the_run(people: Fund) -> None:
    set_budget(people, 2 * ASKED)
    decisions, totals = at_once(people)
    store(sent(people, 6))
    name = decided_only()
    assert payees() == sorted([people.blue, people.green])
    assert (told(), sums()) == (decisions, totals)
    crew.alone(name)
    assert (told(), sums()) == (decisions, totals)


def test_room_that_someone_takes_during_a_run_is_not_given_away_twice(
    people: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(current_app.config, "CLAIM_LINES_PER_SHARD", 1)
    set_budget(people, 2 * ASKED)
    store(sent(people, 6))
    with unit_of_work():
        name = batch.start(at=LATER)
    work.run_due(limit=2, run=name)
    with unit_of_work():
        contract_id = db.session.execute(
            text("SELECT id FROM contract WHERE organisation_id = :id"), {"id": people.blue}
        ).scalar_one()
        taken = 2 * ASKED - 380_000
        record_use({contract_id: (taken, 1)})
    crew.alone(name)
    with unit_of_work():
        used = db.session.execute(select(ContractUse.benefit).where(ContractUse.contract_id == contract_id))
        assert used.scalar_one() == taken + 350_000
    assert any(state == "pended" for state, _version, _benefit in told().values())


@pytest.mark.parametrize("lines", [1, 10_000])
def test_a_budget_that_binds_holds_the_same_lines_however_the_run_is_split(
    people: Fund, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    monkeypatch.setitem(current_app.config, "CLAIM_LINES_PER_SHARD", lines)
    monkeypatch.setattr(batch, "SETTLED_TOGETHER", 5 if lines == 1 else 4_000)
    set_budget(people, 380_000)
    store(sent(people, 6))
    run()
    found = told()
    held = [number for number, (state, version, _benefit) in found.items() if (state, version) == ("pended", 2)]
    assert held
    with unit_of_work():
        blue = db.session.execute(
            select(func.sum(ClaimVersion.benefit))
            .join(Claim, records.versions_of_claim())
            .where(records.is_live(), Claim.organisation_id == people.blue)
        ).scalar_one()
        uses = db.session.execute(
            select(LineVersion.claim_id, LineVersion.version, LineVersion.use).order_by(LineVersion.claim_id)
        ).all()
    assert blue == 350_000, "in the order of receipt what fits, a smaller line after one that did not"
    first = {claim_id: use for claim_id, version, use in uses if version == 1}
    assert all(use == first[claim_id] for claim_id, version, use in uses if version == 2), "reserved"
    assert sums()["owed"][1] == 350_000 + 6 * 8_000
    assert not list(audit.verify_stored())


def test_settling_gives_a_line_above_the_budget_a_second_version_with_its_figures(people: Fund) -> None:
    set_budget(people, 15_000)
    days = (dt.date(2026, 11, 3), dt.date(2026, 11, 4))
    store([claim(people, f"A-{n}", line(on=day), member=f"R{9 + n}") for n, day in enumerate(days, 1)])
    run()
    assert {number: told()[number] for number in ("A-1", "A-2")} == {
        "A-1": ("adjudicated", 1, 8_000),
        "A-2": ("pended", 2, 0),
    }
    with unit_of_work():
        first, second = db.session.execute(
            select(ClaimVersion).join(Claim, records.versions_of_claim()).where(Claim.provider_claim_no == "A-2")
        ).scalars()
        assert (first.headline, first.benefit, first.cause) == ("PRC-04", 8_000, "submission")
        assert (second.headline, second.undecided, second.cause) == ("PRV-05", 10_000, "redecision")
        (row,) = db.session.execute(select(LineVersion).where(LineVersion.headline == "PRV-05")).scalars()
        (found,) = [each for each in encoding.line_of(row).findings if each.code == "PRV-05"]
    assert found.parameters == {
        "contract": "C-2026-001",
        "limit": 15_000,
        "used": 8_000,
        "left": 7_000,
        "needed": 8_000,
    }


def test_a_claim_withdrawn_before_its_budget_was_looked_at_is_never_owed(people: Fund) -> None:
    set_budget(people, 15_000)
    (answer,) = store([claim(people, "A-1", member="R10")])
    with unit_of_work():
        name = batch.start(at=LATER)
    work.run_due(limit=1, run=name)
    assert told()["A-1"][0] == "adjudicated"
    with unit_of_work():
        claim_id = services.locked(answer.number).id
        services.end([claim_id], "voided", Cause("void", SYSTEM, LATER, "A mistake"), ZONE)
    crew.alone(name)
    assert told()["A-1"][:2] == ("voided", 2)
    assert sums()["owed"] == (0, None)
    assert not list(ledger.verify())
