"""From verified returns and answers to case rows and results: what counts, what is missing, and why."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from care.models import Attendance
from core import plan
from core.db import bulk_insert, db, unit_of_work
from providers.models import Site
from quality import indicators
from quality.indicators.records import Records
from quality.measures import measure
from quality.periods import parse_period, window
from quality.returns import services
from quality.returns.asked import Ask, Table
from quality.returns.models import SurveyAnswer
from quality.returns.standing import asked_in
from quality.returns.tables import Said, counted, is_gone, totals
from tests.quality import builders as quality
from tests.quality.returns import builders
from tests.quality.returns.builders import JANUARY, OCTOBER, at, desk, fill, return_of, send, verify

Q3, Q4 = parse_period("2026Q3"), parse_period("2026Q4")
STAFF = (
    b"worker,baseline_hours,days_without_pay,leave_days\n"
    b"W-1,120,89,0\nW-2,119.99,365,0\nW-3,400,90,0\nW-4,400,100,90\nW-5,400,200,91\nW-6,400,0,0\n"
)


@pytest.fixture
def house(app):
    found = builders.house()
    builders.ask()
    return found


def read(indicator: str, period=Q3):
    rules = plan.in_force("quality", period.last)
    definition = rules.indicator(indicator, period.last)
    days = window(definition.period, period, rules.season)
    records = Records(days, rules, quality.ZONE, dt.date(2027, 1, 10))
    frame = indicators.cases(definition, records)
    results = [] if frame is None else measure(definition, frame, records.providers)
    return frame, {row.provider: row for row in results}


def test_without_a_verified_return_there_is_no_source(house):
    fill(house[3], "C-02")
    send(return_of(house[3], "C-02").number)
    assert read("C-02")[0] is None


def test_hours_that_count_over_all_hours(house):
    number = fill(house[3], "C-02")
    send(number)
    verify(number)
    frame, results = read("C-02")
    assert (results[quality.number(3)].numerator, results[quality.number(3)].denominator) == (500, 800)
    assert set(frame["subject_kind"]) == {"worker"}
    assert set(frame["evidence_reference"]) == {number}
    assert results[quality.number(3)].value == 0.625


def test_what_was_claimed_too_high_is_cut_from_every_row(house):
    number = fill(house[3], "C-02")
    send(number)
    verify(number, {"W-1": Decimal(300)})
    assert read("C-02")[1][quality.number(3)].numerator == pytest.approx((300 + 100) * 0.8)


def test_a_late_return_gives_no_figure(house):
    number = fill(house[3], "C-02")
    late = return_of(house[3], "C-02").due_at + dt.timedelta(microseconds=1)
    send(number, late)
    verify(number)
    assert read("C-02")[0] is None


def test_who_left_is_counted_by_the_days_of_the_annex(house):
    builders.ask(JANUARY)
    number = fill(house[1], "X-01", STAFF, JANUARY)
    send(number, JANUARY)
    verify(number, instant=JANUARY)
    result = read("X-01", Q4)[1][quality.number(1)]
    assert (result.numerator, result.denominator, result.initial) == (2, 5, 5)  # W-3 and W-5; W-2 worked too little


@pytest.mark.parametrize(("days", "leave", "gone"), [(89, 0, False), (90, 0, True), (179, 90, False), (180, 90, True),
                                                     (100, 91, True)])  # fmt: skip
def test_leave_up_to_its_limit_is_no_leaving(house, days, leave, gone):
    rules = asked_in(return_of(house[3], "C-02"))[1]
    assert is_gone(Said("W-1", Decimal(400), Decimal(days), leave), rules.staff) is gone


def test_members_who_vote_give_a_proportion_with_an_interval(house):
    builders.ask(JANUARY)
    row = return_of(house[1], "X-05")
    with at(JANUARY), unit_of_work():
        typed = {"voted": "24", "entitled_to_vote": "80"}
        services.keep_figures(row, asked_in(row)[0], typed, "Minutes, page 2", by=desk(house[1]))
        services.attach(row, builders.PAPER, by=desk(house[1]))
    send(row.number, JANUARY)
    verify(row.number, instant=JANUARY)
    result = read("X-05", Q4)[1][quality.number(1)]
    assert (result.numerator, result.denominator, result.value, result.method) == (24, 80, 0.3, "wilson")


def test_the_share_on_the_board_stands_beside_the_share_at_work():
    facts = ("women_on_board", "board_members", "women", "workers")
    ask = Ask("X-06", Table.FACTS, "year", "", "", facts)
    said = [Said(code, Decimal(figure)) for code, figure in zip(facts, (2, 5, 48, 60), strict=True)]
    (one,) = counted(ask, said, None)
    assert one.met / one.quantity == Decimal("0.5")  # 40 % of the board, 80 % of the workers
    assert totals(ask, [Said("board_members", Decimal(0))], None) == (0, 0)


def _attend(organisation: int, days: list[dt.date]) -> int:
    with unit_of_work():
        site = Site(organisation_id=organisation, number=1, name="Yard", district="North")
        db.session.add(site)
        db.session.flush()
        member = quality._member(3, 1, born=dt.date(2023, 5, 1))
        for day in days:
            db.session.add(Attendance(member_id=member, organisation_id=organisation, site_id=site.id, day=day,
                                      arrived_minute=480, left_minute=960))  # fmt: skip
    return member


def _hurt(organisation: int, member: int, day: dt.date, diagnoses: str) -> None:
    from claims.models import ClaimLine

    with unit_of_work():
        quality._claim(organisation, member, 77, [("HC-100", day, day, "")], "health")
        db.session.query(ClaimLine).update({"diagnoses": diagnoses})


INCIDENTS = (
    b"incident,kind,happened_on,happened_at,reported_on,reported_at\n"
    b"I-1,missing_child,2026-08-03,10:00,2026-08-04,10:00\n"
    b"I-2,safeguarding,2026-08-03,10:00,2026-08-04,10:01\n"
)


def test_incidents_are_counted_against_our_own_child_days_and_by_when_they_were_reported(house):
    _attend(house[3], [dt.date(2026, 8, day) for day in range(3, 13)])
    number = fill(house[3], "C-07", INCIDENTS)
    send(number)
    verify(number)
    frame, results = read("C-07")
    assert (results[quality.number(3)].numerator, results[quality.number(3)].denominator) == (2, 10)
    late = frame.filter(frame["finding"] == "not_reported_in_time")
    assert late["subject"].to_list() == [f"{number}/I-2"]


@pytest.mark.parametrize(
    ("day", "diagnoses", "finding"),
    [
        (dt.date(2026, 8, 12), "S52.5", "silent"),
        (dt.date(2026, 8, 13), "J10 T14", "silent"),
        (dt.date(2026, 8, 14), "S52.5", ""),
        (dt.date(2026, 8, 12), "J10", ""),
    ],
)
def test_nothing_reported_and_a_claim_for_an_injury_within_a_day_is_flagged(house, day, diagnoses, finding):
    member = _attend(house[3], [dt.date(2026, 8, 12)])
    _hurt(house[1], member, day, diagnoses)
    with at(OCTOBER), unit_of_work():
        services.attach(return_of(house[3], "C-07"), builders.PAPER, by=desk(house[3]))
    number = return_of(house[3], "C-07").number
    send(number)
    verify(number)
    assert read("C-07")[0]["finding"].to_list() == [finding]


def test_members_answers_count_one_by_one_and_blanks_not_at_all(house):
    same = {"organisation_id": house[1], "mode": "sms", "is_proxy": False, "age_band": "80+", "need": "2"}
    same |= {"answered_on": dt.date(2026, 9, 1), "source": "QI-1"}
    with unit_of_work():
        bulk_insert(SurveyAnswer.__table__, [
            same | {"code": f"R-{n}", "access": 5, "dignity": 4, "same_carer": 3, "told_of_change": None,
                    "would_recommend": 5} for n in range(10)
        ])  # fmt: skip
    frame, results = read("X-08")
    result = results[quality.number(1)]
    assert (result.numerator, result.denominator, result.persons) == (30, 40, 10)
    assert set(frame["stratum"]) == {"80+ 2 own sms"}


def test_the_order_of_rows_is_irrelevant(house):
    first, *rest = builders.HOURS.splitlines(keepends=True)
    number = fill(house[3], "C-02", first + b"".join(reversed(rest)))
    send(number)
    verify(number)
    assert read("C-02")[0]["subject"].to_list() == ["W-1", "W-2", "W-3"]
