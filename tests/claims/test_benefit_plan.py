"""The plan part `benefits`: the shipped plans are sound, and a plan that is not says where."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from claims.benefit_plan import parse
from claims.case import CareLevel, Member
from core.errors import InputErrors

ROOT = Path(__file__).parents[2]
DEMO = (ROOT / "plan" / "benefits.toml").read_text()
MEDICARE = (ROOT / "plan" / "medicare.toml").read_text()


def refused(old: str, new: str) -> str:
    assert old in DEMO
    with pytest.raises(InputErrors) as caught:
        parse(DEMO.replace(old, new, 1))
    return str(caught.value)


def test_the_demo_plan_has_three_lines_and_about_thirty_services() -> None:
    plan = parse(DEMO)
    assert (plan.exponent, list(plan.service_lines)) == (3, ["health", "childcare", "long_term_care"])
    assert len(plan.services()) >= 30
    assert all(row.basis for row in plan.services())


def test_a_row_is_found_by_the_service_date() -> None:
    plan = parse(DEMO)
    before, after = (plan.row("fund", "HC-100", on) for on in (date(2025, 12, 31), date(2026, 1, 1)))
    assert before is not None
    assert after is not None
    assert [row.limits[0].quantity_milli for row in (before, after)] == [12_000, 16_000]


def test_any_code_of_a_system_can_have_one_row() -> None:
    plan = parse(MEDICARE)
    row = plan.row("HCPCS", "99213", date(2009, 5, 1))
    assert row is not None
    assert (row.share, row.deductibles[0].amount) == (2000, 10_000)
    assert plan.row("fund", "99213", date(2009, 5, 1)) is None


def test_a_day_before_the_first_row_has_none() -> None:
    assert parse(DEMO).row("fund", "HC-100", date(2019, 12, 31)) is None


def test_ceilings_stand_category_first_household_last() -> None:
    row = parse(DEMO).row("fund", "HC-180", date(2026, 5, 1))
    assert row is not None
    assert [limit.key for limit in row.net_ceilings] == [
        "ceiling:dental",
        "ceiling:health_member",
        "ceiling:health_household",
    ]


def test_a_care_level_that_changes_counts_day_by_day() -> None:
    row = parse(DEMO).row("fund", "LC-100", date(2026, 6, 1))
    assert row is not None
    levels = CareLevel(2, date(2026, 1, 1), date(2026, 6, 10)), CareLevel(3, date(2026, 6, 11))
    member = Member(1, None, care_levels=levels)
    assert row.gross_ceilings[0].amount_for(member, date(2026, 6, 20)) == 1_266_667  # 38 000 000 / 30, half up


@pytest.mark.parametrize(
    ("old", "new", "where", "found"),
    [
        ("valid_from = 2026-01-01", "valid_from = 2025-12-31", "services row 2 (HC-100), valid_from", "same day"),
        ("valid_from = 2026-01-01", "valid_from = 2026-01-02", "services row 2 (HC-100), valid_from", "no row covers"),
        ('line = "health"', 'line = "healt"', "services row 1 (HC-100), line", "service_lines"),
        ('without = ["HC-290"]', 'without = ["HC-999"]', "packages, basic, without", "not in services"),
        ('unit = "visit"', 'unit = "visits"', "services row 1 (HC-100), unit", "Write one of"),
        ("share = 1000", "share = 10001", "services row 1 (HC-100), share", "10000"),
        ("share = 1000", "shares = 1000", "services row 1 (HC-100), shares", "not know this entry"),
        ('amount = "20.000"', 'amount = "20.0000"', "deductibles row 1 (health), amount", "more than 3 decimals"),
        ('amount = "20.000"', "amount = 20", "deductibles row 1 (health), amount", "quotation marks"),
        ('categories = ["dental"]', 'categories = ["teeth"]', "ceilings row 1 (dental), categories", "No service"),
        ('amount = "300.000"', "", "ceilings row 1 (dental), amount", "per care level"),
        ("age_from_months = 3", "age_from_months = 72", "(CC-100), age_until_months", "No age is left"),
        ('5 = "2300.000"', '6 = "2300.000"', "ceilings row 4 (care), by_care_level", "levels 1 to 5"),
        ("has_family_fee = true", "has_family_fee = true\nshare = 500", "(CC-100), share", "not both"),
        ('income_floor = "700.000"', 'income_floor = "7000.001"', "childcare, income_floor", "above the highest"),
        ('basis = "Benefit regulation, annex A, 1"', "", "services row 1 (HC-100), basis", "missing"),
        ('key = "health_member"', 'key = "dental"', "ceilings row 2 (dental), valid_from", "same day"),
    ],
)
def test_a_fault_is_named_with_part_table_and_row(old: str, new: str, where: str, found: str) -> None:
    said = refused(old, new)
    assert said.startswith("benefits: ")
    assert where in said
    assert found in said


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(InputErrors) as caught:
        parse(DEMO.replace("share = 2000", "share = -1"))
    assert len(caught.value.problems) == DEMO.count("\nshare = 2000")


def test_a_text_that_is_no_toml_is_refused_with_its_place() -> None:
    with pytest.raises(InputErrors) as caught:
        parse("[plan]\nversion = ?")
    assert "line 2" in caught.value.problems[0].found


def test_the_promises_of_the_fund_stand_in_the_plan() -> None:
    plan = parse(
        DEMO.replace("review_days = 10", "review_days = 4").replace("pays_after_days = 6", "pays_after_days = 9")
    )
    assert (plan.review_days, plan.pays_after_days) == (4, 9)
    assert "review_days" in refused("review_days = 10", "review_days = 0")


TABLE = tomllib.loads((Path(__file__).parent / "bad_plans.toml").read_text())


def test_the_plan_of_the_table_is_sound() -> None:
    parse(TABLE["sound"])


@pytest.mark.parametrize("bad", TABLE["bad"], ids=lambda bad: bad["name"].replace(" ", "-"))
def test_a_bad_plan_says_what_is_wrong_and_in_which_line(bad: dict[str, str]) -> None:
    assert bad["take"] in TABLE["sound"]
    with pytest.raises(InputErrors) as caught:
        parse(TABLE["sound"].replace(bad["take"], bad["put"], 1))
    said = [(problem.where, str(problem.message)) for problem in caught.value.problems]
    assert (f"benefits: {bad['where']}", bad["says"]) in said


def test_a_ceiling_that_changes_on_a_day_holds_by_the_service_date() -> None:
    plan = parse(TABLE["sound"])
    amounts = []
    for day in (date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1)):
        row = plan.row("fund", "CON", day)
        assert row is not None
        amounts.append([limit.amount for limit in row.net_ceilings])
    assert amounts == [[300_000], [300_000], [350_000], [350_000]]
