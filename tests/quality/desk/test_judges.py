"""Each screen finds what was planted among honest others, and nobody else."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from quality.desk import plan
from quality.desk.queries.acts import Awarded, Entry, PaidToNewAccount, Reviewed
from quality.desk.queries.claimed import FoundLine, Halves, PerMember
from quality.desk.queries.given import FoundRecord
from quality.desk.queries.people import Lonely
from quality.desk.screens import SCREENS, Found
from quality.desk.screens.conduct import Acts
from quality.desk.screens.findings import Findings, WorkerDays
from quality.desk.screens.ghosts import Members
from quality.desk.screens.growth import Growths
from quality.desk.screens.times import Visits
from quality.desk.screens.upcoding import Tariffs
from quality.desk.window import Window, window_before

ZONE = ZoneInfo("Africa/Tunis")
TEXT = (Path(__file__).parents[3] / "plan" / "screens.toml").read_text("utf-8")
DAY = dt.date(2026, 11, 23)
TERMS = {terms.code: terms for terms in plan.parse(TEXT).on(DAY)}
PLANTED, HONEST = 7, range(1, 13)
WINDOW = Window(dt.date(2026, 8, 23), dt.date(2026, 11, 22), ZONE)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour, minute, tzinfo=ZONE).astimezone(dt.UTC)


def judged(code: str, records: object) -> Found:
    return SCREENS[code].judge(records, TERMS[code])


def hit_subjects(code: str, records: object) -> list[tuple[int | None, str]]:
    return [(hit.organisation_id, hit.subject) for hit in judged(code, records).hits]


def test_every_screen_of_the_plan_has_a_judge_and_every_judge_its_terms():
    assert TERMS.keys() == SCREENS.keys()


@pytest.mark.parametrize("code", ["D1", "D2", "D3", "D4", "D6", "D7", "D8", "D14"])
def test_findings_are_counted_by_provider_with_their_lines(code):
    lines = [FoundLine(PLANTED, "ADM-03", f"2026-10-0000{n}-K/1", 5000, n == 1) for n in (1, 2)]
    lines.append(FoundLine(PLANTED, "MEM-02", "2026-10-00001-K/1", 5000, True))  # a second reason on one line
    records = [FoundRecord(PLANTED, "worker_twice", DAY, "V-1", "W1")]
    found = judged(code, Findings(lines, records, dict.fromkeys(HONEST, 100)))
    assert [hit.organisation_id for hit in found.hits] == [PLANTED]
    (hit,) = found.hits
    assert (hit.value, hit.figures["of"], hit.figures["asked_amount"], found.examined) == (3.0, 100, 10000, 12)
    assert hit.evidence[-1] == ("visit", "2026-11-23 V-1")
    assert len(hit.evidence) == 3


def visits(starts: dict[int, list[dt.datetime]], minutes: int = 50) -> pl.DataFrame:
    rows = [
        (one, f"V-{one}-{n}", f"W{one}", 1, start.astimezone(ZONE).date(), start, start + dt.timedelta(minutes=minutes))
        for one, found in starts.items()
        for n, start in enumerate(found)
    ]
    names = ["organisation_id", "number", "worker", "placement_id", "day", "started_at", "ended_at"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_a_worker_with_a_day_longer_than_anybody_works_is_found():
    starts = {one: [at(5, 6 + n) for n in range(10)] for one in HONEST}
    starts[PLANTED] = [at(5, 0) + dt.timedelta(minutes=50 * n) for n in range(20)]
    found = judged("D5", WorkerDays(visits(starts), []))
    assert [(hit.organisation_id, hit.subject) for hit in found.hits] == [(PLANTED, "W7")]
    assert found.hits[0].figures["longest"] == pytest.approx(20 * 50 / 60)
    assert len(found.hits[0].evidence) == 20


def test_a_day_of_exactly_sixteen_hours_is_no_hit():
    starts = {1: [at(5, n) for n in range(16)]}
    assert judged("D5", WorkerDays(visits(starts, 60), [])).hits == []
    assert len(judged("D5", WorkerDays(visits(starts, 61), [])).hits) == 1


def tariffs(top_of: dict[int, int], lines: int = 100) -> Tariffs:
    rows = [
        (one, n, "HC-110" if n < top else "HC-100", DAY, dt.date(1980, 1, 1), f"C-{one}", n)
        for one, top in top_of.items()
        for n in range(lines)
    ]
    names = ["organisation_id", "member_id", "service", "day", "born_on", "number", "line_no"]
    levels = pl.DataFrame(schema={"member_id": pl.Int64, "day": pl.Date, "level": pl.Int64})
    return Tariffs(pl.DataFrame(rows, schema=names, orient="row"), levels)


def test_the_dearer_tariff_is_found_against_peers_of_the_same_need():
    usual = {one: 18 + one % 5 for one in HONEST}
    found = judged("D9", tariffs(usual | {PLANTED: 60}))
    assert [hit.organisation_id for hit in found.hits] == [PLANTED]
    assert found.hits[0].figures["top_share"] == 0.6
    assert judged("D9", tariffs(usual)).hits == []


def test_members_in_greater_need_explain_the_dearer_tariff():
    """The same sixty dear lines, but of members who need them at every provider: nobody stands out."""
    usual = tariffs(dict.fromkeys(HONEST, 20) | {PLANTED: 60})
    old = (pl.col("service") == "HC-110") & (pl.col("organisation_id") == PLANTED)
    needy = usual.lines.with_columns(born_on=pl.when(old).then(dt.date(1930, 1, 1)).otherwise(pl.col("born_on")))
    assert [hit.organisation_id for hit in judged("D9", usual).hits] == [PLANTED]
    assert judged("D9", Tariffs(needy, usual.levels)).hits == []


def test_fewer_peers_than_the_plan_asks_give_no_hit():
    assert judged("D9", tariffs(dict.fromkeys(range(1, 8), 20) | {PLANTED: 60})) == Found(0, [])


def test_round_times_are_found_and_clocked_ones_are_not():
    chance = random.Random(1)
    honest = {one: [at(chance.randint(1, 28), 9, chance.randint(0, 59)) for _ in range(120)] for one in HONEST}
    planted = [at(chance.randint(1, 28), 9, chance.choice((0, 15, 30, 45))) for _ in range(120)]
    planned = pl.DataFrame({"placement_id": [1] * 7, "weekday": range(1, 8), "planned": [50] * 7})
    planned = planned.with_columns(pl.col("weekday").cast(pl.Int8))
    found = judged("D10", Visits(visits(honest | {PLANTED: planted}), planned))
    assert [hit.organisation_id for hit in found.hits] == [PLANTED]
    assert found.hits[0].figures["exact_share"] == 1.0
    assert found.examined == len(HONEST)


def test_invented_amounts_are_found_and_grown_ones_are_not():
    chance = random.Random(2)
    grown = [(1, int(10 ** chance.uniform(3, 6)), f"C/{n}") for n in range(2000)]
    invented = [(PLANTED, chance.randint(4000, 999_999), f"D/{n}") for n in range(2000)]
    assert [hit.organisation_id for hit in judged("D11", grown + invented).hits] == [PLANTED]
    assert judged("D11", invented[:499]) == Found(0, [])


def test_sudden_growth_is_found_and_that_of_all_is_not():
    halves = [Halves(one, "health", 1000, 1100 + 10 * one, 20, 22) for one in HONEST]
    grown = [row._replace(after=5000) if row.organisation_id == PLANTED else row for row in halves]
    assert hit_subjects("D12", Growths(grown, {PLANTED: ["C-1"]})) == [(PLANTED, "health")]
    everyone = [row._replace(after=row.after * 4) for row in halves]
    assert len(judged("D12", Growths(everyone, {})).hits) <= 1, "only who outgrew even the others"
    assert judged("D12", Growths(halves, {})).hits == []


def test_three_times_as_much_is_not_more_than_three_times():
    halves = [Halves(one, "health", 1000, 1000, 20, 20) for one in HONEST]
    exactly = [row._replace(after=3000) if row.organisation_id == PLANTED else row for row in halves]
    assert judged("D12", Growths(exactly, {})).hits == []


def test_members_nobody_else_has_seen_are_found_from_two_on():
    pair = [Lonely(PLANTED, f"M{n}", "provider_phone") for n in (1, 2)]
    found = judged("D13", Members([*pair, Lonely(1, "M3", "household_phone")], 100))
    assert [(hit.organisation_id, hit.evidence) for hit in found.hits] == [
        (PLANTED, (("member", "M1"), ("member", "M2")))
    ]


def test_value_per_member_far_above_peers_is_found_and_far_below_is_not():
    rows = [PerMember(one, "health", "North", 100, 100 * (950 + 10 * one)) for one in HONEST]
    high = [row._replace(value=100 * 4000) if row.organisation_id == PLANTED else row for row in rows]
    low = [row._replace(value=100 * 100) if row.organisation_id == PLANTED else row for row in rows]
    assert hit_subjects("D15", high) == [(PLANTED, "health")]
    assert judged("D15", low).hits == judged("D15", rows).hits == []


def paid(account: int, entered: dt.datetime, value_on: dt.date) -> PaidToNewAccount:
    return PaidToNewAccount(PLANTED, "", account, entered, "one", "other", f"E-{account}", value_on, 5000)


def test_an_account_paid_soon_after_its_change_is_found_and_later_is_not():
    rows = [paid(1, at(1, 9), dt.date(2026, 10, 31)), paid(2, at(1, 9), dt.date(2026, 11, 1))]
    (hit,) = judged("F1", rows).hits
    assert hit.evidence == (("payment", "E-1"), ("act", f"organisation {PLANTED}"))


def test_a_reviewer_who_lets_all_pass_and_one_who_decides_in_bulk_are_found():
    looks = [Reviewed("careful", at(1 + n // 10, 9, n % 10 * 5), n % 3 > 0, f"reason {n}", f"C{n}") for n in range(40)]
    passes = [Reviewed("soft", at(1 + n // 10, 9, n % 10 * 5), True, f"reason {n}", f"C{n}") for n in range(40)]
    bulk = [Reviewed("fast", at(3, 9), n % 2 > 0, "same", f"C{n}") for n in range(40)]
    found = judged("F2", looks + passes + bulk)
    assert sorted(hit.subject for hit in found.hits) == ["fast", "soft"]
    assert found.examined == 3
    assert judged("F2", passes[:29]) == Found(0, [])


def test_the_same_officer_and_the_same_winner_are_found():
    rows = [Awarded(f"A{n}", f"T{n}", PLANTED, ("officer", f"chair {n}")) for n in range(3)]
    rows += [Awarded(f"B{n}", f"U{n}", n, ("officer",)) for n in range(2)]
    assert hit_subjects("F3", rows) == [(PLANTED, "officer")]
    assert hit_subjects("F3", rows + [Awarded(f"C{n}", f"V{n}", 20 + n, ("officer",)) for n in range(2)]) == []


def test_evaluators_who_always_agree_are_found():
    rows = []
    for n in range(24):
        rows += [(person, "T", n, 1, mark) for person, mark in (("one", n % 6), ("two", n % 6), ("three", n * 5 % 6))]
    names = ["person", "tender", "bid_id", "criterion_id", "mark"]
    assert hit_subjects("F4", pl.DataFrame(rows, schema=names, orient="row")) == [(None, "one two")]


def entry(person: str, subject: str, when: dt.datetime, act: str = "run.released") -> Entry:
    return Entry(1, act, subject, person, when, None)


def test_attempts_at_being_both_pairs_of_eyes_are_found():
    (hit,) = judged("F5", Acts([entry("one", "/payments/runs/R-1/release", at(5, 9))] * 2, WINDOW)).hits
    assert (hit.subject, hit.value, hit.figures["places"]) == ("one", 2.0, 1)


def test_many_records_read_in_a_day_are_found_and_the_same_one_counts_once():
    many = [entry("curious", f"M{n}", at(5, 9)) for n in range(40)]
    same = [entry("patient", "M1", at(5, 9)) for _ in range(80)]
    spread = [entry("diligent", f"M{n}", at(1 + n % 20, 9)) for n in range(80)]
    assert hit_subjects("F6", Acts(many + same + spread, WINDOW)) == [(None, "curious")]


def test_decisions_at_night_and_on_weekends_are_found_in_the_funds_own_time():
    night = [entry("owl", f"R{n}", at(5 + n, 22)) for n in range(3)]
    weekend = [entry("keen", f"R{n}", at(3, 10 + n)) for n in range(3)]
    day = [entry("usual", f"R{n}", at(5 + n, hour)) for n, hour in enumerate((7, 12, 19))]
    assert sorted(hit_subjects("F7", Acts(night + weekend + day, WINDOW))) == [(None, "keen"), (None, "owl")]


def test_the_order_of_the_records_changes_nothing():
    rows = [PerMember(one, "health", "North", 100, 100 * (950 + 10 * one)) for one in HONEST]
    rows[6] = rows[6]._replace(value=400_000)
    shuffled = random.Random(3).sample(rows, len(rows))
    assert judged("D15", rows) == judged("D15", shuffled)


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (dt.date(2026, 3, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 12, 31), 6, dt.date(2026, 6, 30)),
        (dt.date(2027, 1, 1), 12, dt.date(2026, 1, 1)),
    ],
    ids=["short month", "end of June", "new year"],
)
def test_a_window_ends_with_the_day_before_and_begins_months_earlier(day, months, first):
    window = window_before(day, months, ZONE)
    assert (window.first, window.last) == (first, day - dt.timedelta(days=1))
    assert window.until - window.since == day - first
