import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.cases import Case, RunRejected, cases_of, with_expected
from quality.definitions import Counting, Kind
from quality.measures import cells, comparable, measure
from quality.plan import parse
from quality.statistics.intervals import wilson
from quality.statistics.scales import Proportion
from quality.suppression import Reason, protect

PLAN = parse((Path(__file__).parents[2] / "plan" / "quality.toml").read_text(encoding="utf-8"))
INDICATOR = {one.id: one for one in PLAN.indicators}
ATTENDED = INDICATOR["C-03"]


def days(met: int, total: int, provider: str = "P1", **more) -> list[Case]:
    return [Case(f"M{i % 40}", provider, is_numerator=i < met, **more) for i in range(total)]


def one(indicator, cases):
    (result,) = measure(indicator, cases)
    return result


def test_a_result_is_the_roll_up_of_its_rows():
    result = one(ATTENDED, days(192, 200))
    assert (result.numerator, result.denominator, result.initial, result.persons) == (192, 200, 200, 40)
    assert result.value == 0.96
    assert result.interval == wilson(192, 200)
    assert ATTENDED.in_units(result.value) == 96


def test_exclusions_leave_first_and_exceptions_save_only_who_is_not_in_the_numerator():
    rows = [
        *days(150, 150),
        Case("X1", "P1", exclusion="closed_day", is_numerator=True),
        Case("X2", "P1", is_exception=True, is_numerator=True),
        Case("X3", "P1", is_exception=True),
        Case("X4", "P1", is_denominator=False),
    ]
    result = one(ATTENDED, rows)
    assert (result.numerator, result.denominator) == (151, 151)
    assert (result.initial, result.excluded, result.excepted) == (154, 1, 1)


def test_no_denominator_is_no_value_and_never_nought_or_all():
    result = one(ATTENDED, [Case("M1", "P1", exclusion="closed_day")])
    assert (result.value, result.interval, result.reason) == (None, None, Reason.NO_DENOMINATOR)


def test_below_the_minimum_nothing_is_shown():
    result = one(ATTENDED, days(99, 99))
    assert (result.value, result.interval, result.reason) == (None, None, Reason.INSUFFICIENT)
    assert one(ATTENDED, days(100, 100)).value == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Case("M1", "P1", is_denominator=False, is_numerator=True), "in the numerator but not in the denominator"),
        (Case("M1", "P1", is_initial=False), "not in the initial population"),
        (Case("M1", "P1", quantity=-1), "negative"),
        (Case("M1", "P1", quantity=float("nan")), "not a number"),
    ],
)
def test_rows_that_contradict_themselves_stop_the_run(row, says):
    with pytest.raises(RunRejected, match=says) as refused:
        measure(ATTENDED, [*days(100, 200), row])
    assert refused.value.status == 422
    assert refused.value.problems[0].where == "P1, M1"


def test_more_minutes_than_planned_stop_the_run():
    with pytest.raises(RunRejected, match="above its denominator"):
        measure(INDICATOR["L-04"], [Case("M1", "P1", quantity=60, met=61)])


def test_care_time_is_weighed_by_minutes_and_clustered_by_member():
    rows = [Case(f"M{i % 20}", "P1", quantity=60, met=54 + i % 7) for i in range(100)]
    result = one(INDICATOR["L-04"], rows)
    assert result.denominator == 6000
    assert result.value == pytest.approx(sum(54 + i % 7 for i in range(100)) / 6000)
    assert result.method == "jackknife_by_subject"
    assert result.interval is not None
    assert result.interval.lower < result.value < result.interval.upper


def test_on_time_visits_are_less_certain_when_lateness_sits_with_few_members():
    spread = [Case(f"M{i % 40}", "P1", is_numerator=i >= 40) for i in range(400)]
    heaped = [Case(f"M{i % 40}", "P1", is_numerator=i % 40 >= 4) for i in range(400)]
    even, uneven = one(INDICATOR["L-01"], spread), one(INDICATOR["L-01"], heaped)
    assert even.value == uneven.value == 0.9
    assert even.interval is not None
    assert uneven.interval is not None
    assert even.method == "wilson"
    assert uneven.interval.upper - uneven.interval.lower > even.interval.upper - even.interval.lower


def test_the_median_has_an_interval_by_order():
    rows = [Case(f"M{i}", "P1", met=value) for i, value in enumerate([12, 5, 9, 14, 8, 11, 10, 7, 13, 6, 15])]
    result = one(INDICATOR["L-03"], rows)
    assert (result.value, result.interval) == (10, (6, 14))


def test_a_ratio_divides_by_what_was_expected_of_its_strata():
    chance = random.Random(5)
    rows = [
        Case(f"M{i}", f"P{i % 3}", stratum=f"age {i % 2}", is_numerator=chance.random() < (0.1, 0.4)[i % 2])
        for i in range(600)
    ]
    indicator = replace(INDICATOR["H-03"], kind=Kind.RATIO_OE, minimum=5)
    expected = with_expected(rows)
    results = measure(indicator, expected)
    assert sum(r.denominator for r in results) == pytest.approx(sum(r.numerator for r in results))
    assert {r.method for r in results} == {"byar"}
    assert results[0].value == pytest.approx(results[0].numerator / results[0].denominator)


def test_a_stratum_with_few_events_joins_its_neighbour():
    rows = [Case(f"M{i}", "P1", stratum="a" if i < 50 else "b", is_numerator=i < 3 or i >= 80) for i in range(100)]
    assert {round(case.quantity, 4) for case in with_expected(rows)} == {0.23}
    assert {round(case.quantity, 4) for case in with_expected(rows, fewest_events=3)} == {0.06, 0.4}


def test_where_visits_are_counted_the_persons_behind_them_are_protected():
    assert ATTENDED.counting is Counting.EVENTS
    results = measure(ATTENDED, days(199, 200))
    assert comparable(ATTENDED, results) == [Proportion("P1", 199, 200, 40)]
    assert not protect(cells(ATTENDED, results)).hidden
    children = measure(INDICATOR["C-04"], days(199, 200))
    assert protect(cells(INDICATOR["C-04"], children)).hidden == {"P1"}


def test_a_frame_gives_the_same_rows():
    polars = pytest.importorskip("polars")
    rows = days(3, 5)
    frame = polars.DataFrame(
        {"subject": [r.subject for r in rows], "provider": "P1", "is_numerator": [r.is_numerator for r in rows]}
    )
    assert cases_of(frame) == rows


@given(st.randoms(use_true_random=False), st.sampled_from(["C-03", "L-01", "L-03", "L-04"]))
def test_the_order_of_rows_changes_nothing(chance, identifier):
    rows = [
        Case(f"M{i % 30}", f"P{i % 2}", is_numerator=i % 7 > 0, quantity=i % 50 + 9.3, met=i % 9) for i in range(260)
    ]
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert measure(INDICATOR[identifier], shuffled) == measure(INDICATOR[identifier], rows)
