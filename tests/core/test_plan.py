"""The life of a plan version: its text, what it changes, two persons, in force by date; and its screens."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import clock, plan
from core.db import unit_of_work
from core.errors import DomainError, Forbidden, InputErrors
from core.roles import Role
from tests.accounts import account_with, actor_with, sign_in

DEMO = (Path(__file__).parents[2] / "plan" / "benefits.toml").read_text()
AT = dt.datetime(2026, 11, 14, 9, 0, tzinfo=dt.UTC)
NEXT_YEAR = dt.date(2027, 1, 1)
DENTAL = 'amount = "300.000"'
PART = "benefits"


@pytest.fixture(autouse=True)
def november(app: Flask):
    with clock.frozen(AT):
        yield


def put(text: str = DEMO, day: dt.date = dt.date(2020, 1, 1), *, is_approved: bool = True) -> plan.PlanVersion:
    one, other = actor_with(Role.PLAN_MANAGER), actor_with(Role.PLAN_MANAGER)
    with unit_of_work():
        row = plan.prepare(PART, text, valid_from=day, by=one)
        if is_approved:
            plan.approve(row, by=other)
    return row


def said(
    before: str, after: str, since: dt.date = NEXT_YEAR
) -> list[tuple[str, str, str, list[tuple[str, object, object]]]]:
    found = plan.changes(before, after, since=since)
    return [(one.table, one.row, one.kind, [(f.field, f.before, f.after) for f in one.fields]) for one in found]


def test_an_amount_that_is_edited_is_one_change_with_its_reference() -> None:
    (change,) = plan.changes(DEMO, DEMO.replace(DENTAL, 'amount = "350.000"'), since=NEXT_YEAR)
    assert (change.table, change.row, change.name) == ("ceilings", "dental", "Dental care")
    assert change.fields == (plan.FieldChange("amount", "300.000", "350.000"),)
    assert (change.valid_from, change.valid_until, change.basis) == (NEXT_YEAR, None, "Benefit regulation, art. 8(3)")


def test_a_dated_row_that_is_added_is_a_change_from_its_day() -> None:
    row = 'code = "HC-110"\nline = "health"'
    old = DEMO.replace(
        "share = 2000\nlimits = [{ quantity = 8", "share = 2000\nvalid_until = 2027-06-30\nlimits = [{ quantity = 8"
    )
    second = old[old.index(f"[[services]]\n{row}") : old.index('[[services]]\ncode = "HC-115"')]
    added = second.replace("valid_until = 2027-06-30", "valid_from = 2027-07-01").replace(
        "quantity = 8", "quantity = 10"
    )
    (change,) = plan.changes(DEMO, old.replace(second, second + added), since=NEXT_YEAR)
    assert (change.row, change.kind, change.valid_from) == ("HC-110", "changed", dt.date(2027, 7, 1))
    assert change.fields[0].after == [{"quantity": 10, "per": "year"}]


def test_a_change_of_the_past_is_not_a_change_of_the_days_it_applies_to() -> None:
    past = DEMO.replace(
        "valid_until = 2025-12-31\nlimits = [{ quantity = 12", "valid_until = 2025-12-31\nlimits = [{ quantity = 11"
    )
    assert past != DEMO
    assert said(DEMO, past) == []
    assert said(DEMO, past, dt.date(2025, 6, 1)) != []


def test_new_and_ended_rows_are_named() -> None:
    start, end = DEMO.index('[[services]]\ncode = "HC-240"'), DEMO.index('[[services]]\ncode = "HC-290"')
    shorter = DEMO[:start] + DEMO[end:]
    assert [(table, row, kind) for table, row, kind, _fields in said(DEMO, shorter)] == [
        ("services", "HC-240", "ended")
    ]
    assert [(table, row, kind) for table, row, kind, _fields in said(shorter, DEMO)] == [
        ("services", "HC-240", "added")
    ]


def test_nothing_differs_where_only_spaces_do() -> None:
    assert said(DEMO, DEMO.replace("\n\n", "\n\n\n") + "\n# a remark\n") == []


def test_a_text_cannot_apply_before_it_begins() -> None:
    with pytest.raises(InputErrors) as caught:
        put(DEMO, dt.date(2019, 12, 31))
    assert caught.value.problems[0].where == "valid_from"


def test_whoever_prepared_a_version_does_not_approve_it() -> None:
    row = put(is_approved=False)
    with pytest.raises(Forbidden):
        plan.approve(row, by=actor_with(Role.PLAN_MANAGER).__class__(None, row.prepared_by, "", frozenset()))


def test_a_draft_that_a_newer_one_overtook_is_not_approved() -> None:
    first = put(is_approved=False)
    put(is_approved=False)
    with pytest.raises(DomainError, match="newer draft"):
        plan.approve(first, by=actor_with(Role.PLAN_MANAGER))


def test_versions_stand_where_their_dates_put_them() -> None:
    old, new = put(), put(DEMO, NEXT_YEAR)
    known = plan.versions(PART)
    assert [plan.standing(row, known, AT.date()) for row in (old, new)] == ["in_force", "planned"]
    assert [plan.standing(row, known, NEXT_YEAR) for row in (old, new)] == ["ended", "in_force"]
    assert plan.replaced_by(new) is old
    assert plan.replaced_by(old) is None


def test_two_managers_bring_a_version_into_force_by_screen(client: FlaskClient) -> None:
    put()
    sign_in(client, Role.PLAN_MANAGER)
    shown = client.get("/plan/benefits/new")
    assert "Care Fund Act" in shown.text
    text = DEMO.replace(DENTAL, 'amount = "350.000"')
    answer = client.post("/plan/benefits/new", data={"text": text, "valid_from": "2027-01-01"}, follow_redirects=True)
    for words in ("300.000 → <strong>350.000</strong>", "Dental care", "art. 8(3)", "1 Jan 2027", "someone else"):
        assert words in answer.text, words
    assert client.post("/plan/benefits/2/approve").status_code == 403
    assert "waits for a second person" in client.get("/today").text
    sign_in(client, Role.PLAN_MANAGER)
    assert "Read and approve Benefits, version 2" in client.get("/today").text
    answer = client.post("/plan/benefits/2/approve", follow_redirects=True)
    assert "Approved, begins later" in answer.text
    ceiling = "ceiling:dental"
    for day, amount in ((dt.date(2026, 12, 31), 300_000), (NEXT_YEAR, 350_000)):
        row = plan.in_force(PART, day).row("fund", "HC-180", day)
        assert next(limit.amount for limit in row.net_ceilings if limit.key == ceiling) == amount


def test_a_faulty_text_comes_back_with_every_fault_and_nothing_lost(client: FlaskClient) -> None:
    sign_in(client, Role.PLAN_MANAGER)
    text = DEMO.replace(DENTAL, "amount = 300").replace("share = 4000", "share = 40000")
    answer = client.post("/plan/benefits/new", data={"text": text, "valid_from": "soon"})
    assert answer.status_code == 422
    assert "share = 40000" in answer.text
    answer = client.post("/plan/benefits/new", data={"text": text, "valid_from": "2027-01-01"})
    assert answer.status_code == 422
    for words in (
        "The text has 2 faults",
        "(HC-290), share",
        "ceilings row 1 (dental), amount",
        "share = 40000",
    ):
        assert words in answer.text, words
    assert plan.versions(PART) == []


def test_a_draft_is_the_funds_own_business(client: FlaskClient) -> None:
    put()
    put(DEMO, NEXT_YEAR, is_approved=False)
    sign_in(client, Role.CLAIMS_OFFICER)
    assert client.get("/plan/benefits/2").status_code == 200
    sign_in(client, Role.PROVIDER_CLERK)
    assert client.get("/plan/benefits/1").status_code == 200
    assert client.get("/plan/benefits/2").status_code == 404
    assert client.get("/plan/benefits/2.toml").status_code == 404


def test_the_text_leaves_as_it_was_approved(client: FlaskClient) -> None:
    put()
    sign_in(client, Role.AUDITOR)
    assert client.get("/plan/benefits/1.toml").data.decode() == DEMO


def test_the_doors_without_a_browser_do_the_same(app: Flask, tmp_path: Path) -> None:
    put()
    one, other = account_with(Role.PLAN_MANAGER).email, account_with(Role.PLAN_MANAGER).email
    run = app.test_cli_runner().invoke
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(DEMO.replace(DENTAL, 'amount = "350.000"'))
    bad.write_text(DEMO.replace(DENTAL, "amount = 300"))
    take = ["plan", "import", PART, "FILE", "--from", "2027-01-01", "--by", one]
    refused = run(args=[str(bad) if each == "FILE" else each for each in take])
    assert refused.exit_code == 1
    assert "ceilings row 1 (dental), amount (line " in refused.output
    assert "is a draft" in run(args=[str(good) if each == "FILE" else each for each in take]).output
    assert "Amount: 300.000 -> 350.000" in run(args=["plan", "compare", PART, "2"]).output
    assert "someone else" in run(args=["plan", "approve", PART, "2", "--by", one]).output
    assert "applies to service dates from 2027-01-01" in run(args=["plan", "approve", PART, "2", "--by", other]).output
    assert "planned" in run(args=["plan", "list"]).output
