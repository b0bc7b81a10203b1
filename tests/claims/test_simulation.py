"""A plan version tried on past claims: equal to the minor unit to a full decision under it, and nothing is written."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from claims import facts, services
from claims.facts import PART
from claims.models import Claim, ClaimVersion, LineVersion
from claims.queries import records
from claims.redecisions import listening
from claims.redecisions import services as redecisions
from claims.redecisions.models import RedecisionRun
from claims.simulation import deciding, queries
from claims.simulation import services as simulations
from claims.simulation.tally import OTHERS, Cell, Tally, folded
from core import clock, plan, work
from core.actors import Actor
from core.audit import AuditEntry
from core.db import db, unit_of_work
from core.errors import DomainError
from core.plan import PlanVersion
from core.roles import Role
from members.models import Cover, Household, Member
from tests.accounts import sign_in
from tests.claims.builders import _MANAGER, AT, CLERK, FIRST, LAST, OFFICER, PLAN, ZONE, Fund, claim, line

RICHER = PLAN.replace('amount = "150.000"', 'amount = "230.000"').replace("share = 2000", "share = 1000")
LATER = AT + dt.timedelta(days=5)
SECOND = Actor(None, "second", "S. Econd", frozenset({Role.FINANCE_OFFICER}))
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 14)


@pytest.fixture
def village(fund: Fund) -> Fund:
    """Sixty households of one to four people in three districts, with claims that meet limits, sent on three days."""
    chance = random.Random(4711)
    numbers: list[str] = []
    with unit_of_work():
        listening.skip_the_past()
        for home in range(10, 70):
            place = f"District {home % 3}"
            db.session.add(Household(id=home, number=f"H-{home}", district=place, partition=home % 64))
            db.session.flush()
            for _child in range(1 + home % 4):
                numbers.append(_member(home, len(numbers), chance))
    for turn in range(3):
        sent = [_claim(fund, f"V-{turn}-{number}", number, chance) for number in numbers if chance.random() < 0.8]
        with unit_of_work():
            services.submit_many(sent, by=CLERK, at=AT + dt.timedelta(hours=turn), zone=ZONE)
    return fund


def _member(home: int, index: int, chance: random.Random) -> str:
    number, born = f"V{index:04d}", dt.date(2026 - chance.randrange(90), 5, 5)
    row = Member(id=100 + index, public_id=number, household_id=home, born_on=born, sex="f", created_at=AT)
    db.session.add(row)
    db.session.flush()
    cover = {"package": "basic", "valid_from": FIRST, "valid_until": LAST, "basis": "entered"}
    db.session.add(Cover(member_id=row.id, created_at=AT, **cover))
    return number


def _claim(fund: Fund, number: str, member: str, chance: random.Random):
    lines = []
    for no in range(1, chance.randrange(2, 5)):
        code, price = chance.choice((("CON", 10_000), ("CON", 12_345), ("DAY", 100_000)))
        on = dt.date(2026, 11, 1) - dt.timedelta(days=chance.randrange(60))
        lines.append(line(code, on, chance.randrange(1, 3), price, no))
    return claim(fund, number, *lines, member=member)


def draft(text: str = RICHER, day: dt.date = FIRST) -> PlanVersion:
    with unit_of_work():
        return plan.prepare(PART, text, valid_from=day, by=_MANAGER)


def simulated(row: PlanVersion, first: dt.date = FIRST, last: dt.date = NOVEMBER) -> simulations.Report:
    with unit_of_work():
        asked = simulations.ask(row, first, last, by=_MANAGER, at=LATER)
    while work.run_due():
        pass
    return simulations.report(asked.id)


def compared(
    row: PlanVersion, first: dt.date = FIRST, last: dt.date = NOVEMBER
) -> dict[tuple[int, int], deciding.Compared]:
    question = simulations.question_of(row, first, last, ZONE)
    ids = db.session.execute(select(Household.id)).scalars().all()
    return {(one.claim_id, one.line_no): one for one in deciding.compare(question, ids)}


def stored_lines() -> dict[tuple[int, int], tuple[str, int, int, int]]:
    """What stands now, line by line, read without the simulation's help."""
    newest = (
        select(LineVersion.claim_id, func.max(LineVersion.version).label("v")).group_by(LineVersion.claim_id).subquery()
    )
    query = select(LineVersion).join(
        newest, (newest.c.claim_id == LineVersion.claim_id) & (newest.c.v == LineVersion.version)
    )
    return {
        (row.claim_id, row.line_no): (row.state, row.benefit, row.member_share, row.write_off)
        for row in db.session.execute(query).scalars()
    }


def then(lines: dict[tuple[int, int], deciding.Compared]) -> dict[tuple[int, int], tuple[str, int, int, int]]:
    return {key: (o.then.state, o.then.benefit, o.then.member_share, o.then.write_off) for key, o in lines.items()}


def test_now_is_what_was_decided(village: Fund) -> None:
    lines = compared(draft())
    now = {key: (o.now.state, o.now.benefit, o.now.member_share, o.now.write_off) for key, o in lines.items()}
    assert now == stored_lines()
    assert len(now) > 200


def test_the_report_equals_a_full_decision_under_the_new_plan_to_the_minor_unit(village: Fund) -> None:
    row = draft()
    report, lines = simulated(row), compared(row)
    assert (report.is_complete, report.done, report.parts) == (True, 1, 1)
    with unit_of_work():
        plan.approve(row, by=OFFICER)
    with unit_of_work():
        listening.hear()
    while work.run_due():
        pass
    number = _only_run()
    for act, by in ((redecisions.preview, OFFICER), (redecisions.release, SECOND)):
        with unit_of_work():
            act(number, by=by, at=LATER)
        while work.run_due():
            pass
    stored = stored_lines()
    assert stored == then(lines)
    whole = report.tally.whole
    assert whole.benefit_then == sum(benefit for _state_, benefit, _share, _off in stored.values())
    assert whole.member_share_then == sum(share for _state_, _benefit, share, _off in stored.values())
    assert whole.difference > 0
    assert (whole.lines, whole.winners > 0, whole.losers) == (len(stored), True, 0)


def _only_run() -> str:
    return db.session.execute(select(RedecisionRun.number)).scalar_one()


def test_the_plain_engine_over_all_claims_says_the_same(fund: Fund) -> None:
    """One turn, so that one call of the engine over everything is the whole truth."""
    sent = [
        claim(
            fund, f"A-{day}", line("DAY", dt.date(2026, 11, day), price=100_000), line(on=dt.date(2026, 11, day), no=2)
        )
        for day in range(1, 6)
    ]
    with unit_of_work():
        services.submit_many(sent, by=CLERK, at=AT, zone=ZONE)
    row = draft()
    lines = compared(row)
    with unit_of_work():
        plan.approve(row, by=OFFICER)
    ids = db.session.execute(select(Claim.id)).scalars().all()
    verdicts = services.judge(records.filed(ids), facts.plans(), ZONE, LATER)
    again = {
        (n.claim_id, n.line_no): (n.state, n.benefit, n.member_share, n.write_off)
        for v in verdicts
        for n in v.decision.lines
    }
    assert then(lines) == again
    assert sum(one.then.benefit for one in lines.values()) == 230_000 + 5 * 9_000


def test_groups_of_a_dimension_add_up_to_the_whole(village: Fund) -> None:
    tally = simulated(draft()).tally
    for dimension in ("service", "age", "district", "size"):
        for shown in (tally.groups(dimension), {k[1]: c for k, c in tally.cells.items() if k[0] == dimension}):
            assert sum(cell.benefit_then for cell in shown.values()) == tally.whole.benefit_then
            assert sum(cell.benefit_now for cell in shown.values()) == tally.whole.benefit_now
        if dimension != "service":
            assert sum(cell.winners for cell in tally.groups(dimension).values()) == tally.whole.winners


def test_a_window_counts_its_own_days_and_decides_later_ones_along(village: Fund) -> None:
    row = draft()
    whole, part = compared(row), compared(row, OCTOBER, dt.date(2026, 10, 31))
    assert 0 < len(part) < len(whole)
    assert then(part) == {key: value for key, value in then(whole).items() if key in part}


def test_rules_of_the_future_are_tried_on_the_past(village: Fund) -> None:
    now, future = (
        compared(draft()),
        compared(draft(RICHER.replace("valid_from = 2026-01-01", "valid_from = 2027-01-01"), dt.date(2027, 1, 1))),
    )
    assert then(now) == then(future)


def test_nothing_but_the_result_is_written(village: Fund) -> None:
    row = draft()
    with unit_of_work():
        asked = simulations.ask(row, FIRST, NOVEMBER, by=_MANAGER, at=LATER)
    tables = (Claim, ClaimVersion, LineVersion, AuditEntry)
    before = [db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
    while work.run_due():
        pass
    assert simulations.report(asked.id).is_complete
    assert [db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables] == before


def test_households_in_small_sets_give_the_same_sums(village: Fund, monkeypatch: pytest.MonkeyPatch) -> None:
    question = simulations.question_of(draft(), FIRST, NOVEMBER, ZONE)
    whole = simulations.tally_all(question)
    monkeypatch.setattr(deciding, "HOUSEHOLDS", 1)
    assert simulations.tally_all(question).cells == whole.cells


def test_parts_of_any_size_give_the_same_sums_and_none_is_much_larger(village: Fund, app: Flask) -> None:
    row, most = draft(), 20
    whole = simulated(row).tally
    app.config["CLAIM_LINES_PER_SHARD"], before = most, app.config["CLAIM_LINES_PER_SHARD"]
    try:
        report = simulated(row)
    finally:
        app.config["CLAIM_LINES_PER_SHARD"] = before
    assert report.tally.cells == whole.cells
    newest = max(one.id for one in queries.simulations(row.id))
    lines = [_lines_of(shard.result["cells"]) for shard in queries.shards(newest) if shard.result]
    assert len(lines) > 10
    assert sum(lines) == whole.whole.lines
    assert max(lines) < most + 60, "a part ends with the household that fills it"


def _lines_of(cells: list[list[Any]]) -> int:
    return Tally.from_json(cells).whole.lines


def test_the_first_version_has_nothing_to_compare_with(fund: Fund) -> None:
    with pytest.raises(DomainError, match="first"):
        simulated(plan.version(PART, 1))


def test_small_groups_are_one_that_names_nobody() -> None:
    found = folded({"a": Cell(people=40), "b": Cell(people=3), "c": Cell(people=2), "d": Cell(people=20)})
    assert {group: cell.people for group, cell in found.items()} == {"a": 40, OTHERS: 25}
    assert folded({"a": Cell(people=11)}) == {"a": Cell(people=11)}


def test_a_tally_survives_its_storage() -> None:
    tally = Tally()
    tally.cells["service", "CON"].add(Cell(people=2, benefit_now=5, benefit_then=7))
    assert Tally.from_json(tally.to_json()).cells == tally.cells


def test_an_old_service_date_keeps_the_plan_of_its_day(fund: Fund) -> None:
    with unit_of_work():
        row = plan.prepare(PART, RICHER, valid_from=dt.date(2026, 11, 2), by=_MANAGER)
        plan.approve(row, by=OFFICER)
    days = (dt.date(2026, 11, 1), dt.date(2026, 11, 2))
    sent = [claim(fund, f"A-{day.day}", line(on=day)) for day in days]
    with unit_of_work():
        outcomes = services.submit_many(sent, by=CLERK, at=AT, zone=ZONE)
    assert [one.decision.benefit for one in outcomes if one.decision] == [8_000, 9_000]


def test_a_manager_asks_and_reads_the_answer(village: Fund, client: FlaskClient) -> None:
    row = draft()
    with clock.frozen(AT):
        sign_in(client, Role.PLAN_MANAGER)
        assert "Try it on past claims" in client.get(f"/plan/benefits/{row.version}").text
        assert (
            client.post("/plan/simulations/of/2", data={"first_on": "soon", "last_on": "2026-11-14"}).status_code == 422
        )
        window = {"first_on": "2026-01-01", "last_on": "2026-11-14"}
        answer = client.post("/plan/simulations/of/2", data=window, follow_redirects=True)
        assert "0 of 1 parts" in answer.text
        while work.run_due():
            pass
        (asked,) = queries.simulations(row.id)
        text = client.get(f"/plan/simulations/{asked.id}").text
        for words in ("The fund would have paid", "more", "By district", "District 1", "Day care", "Complete"):
            assert words in text, words
        rows = list(csv.reader(io.StringIO(client.get(f"/plan/simulations/{asked.id}.csv").text.lstrip("\ufeff"))))
    assert rows[1][0] == "All"
    assert {len(one) for one in rows} == {17}
    sign_in(client, Role.CLAIMS_OFFICER)
    assert client.get(f"/plan/simulations/{asked.id}").status_code == 403


def test_the_command_says_the_same_sums(village: Fund, app: Flask, tmp_path: Path) -> None:
    report = simulated(draft())
    days = ["--from", "2026-01-01", "--until", "2026-11-14"]
    told = app.test_cli_runner().invoke(args=["plan", "simulate", "2", *days, "--csv", str(tmp_path / "out.csv")])
    whole = report.tally.whole
    assert f"{whole.lines} lines of {whole.people} people" in told.output, told.output
    assert f"{whole.winners} people get more, 0 less" in told.output
    assert (tmp_path / "out.csv").read_text().count("\n") > 10
