import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.case_row import RunRejected
from quality.cases import COLUMNS, case_frame, empty, with_expected
from quality.definitions import Counting, Kind
from quality.measures import measure
from quality.plan import parse
from quality.results import cells, comparable
from quality.statistics.intervals import wilson
from quality.statistics.scales import Proportion
from quality.suppression import Reason, protect

PLAN = parse((Path(__file__).parents[2] / "plan" / "quality.toml").read_text(encoding="utf-8"))
INDICATOR = {one.id: one for one in PLAN.indicators}
ATTENDED = INDICATOR["C-03"]


def row(subject: str = "M1", provider: int = 1, **more) -> dict:
    return {"subject": subject, "organisation_id": provider, **more}


def days(met: int, total: int, provider: int = 1, **more) -> list[dict]:
    return [row(f"M{i % 40}", provider, is_numerator=i < met, **more) for i in range(total)]


def framed(rows: list[dict]) -> pl.DataFrame:
    return case_frame(pl.DataFrame(rows, infer_schema_length=None))


def one(indicator, rows):
    (result,) = measure(indicator, framed(rows))
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
        row("X1", exclusion="closed_day", is_numerator=True),
        row("X2", is_exception=True, is_numerator=True),
        row("X3", is_exception=True),
        row("X4", is_denominator=False),
    ]
    result = one(ATTENDED, rows)
    assert (result.numerator, result.denominator) == (151, 151)
    assert (result.initial, result.excluded, result.excepted) == (154, 1, 1)


def test_no_denominator_is_no_value_and_never_nought_or_all():
    result = one(ATTENDED, [row(exclusion="closed_day")])
    assert (result.value, result.interval, result.reason) == (None, None, Reason.NO_DENOMINATOR)
    assert measure(ATTENDED, empty()) == ()


def test_below_the_minimum_nothing_is_shown():
    result = one(ATTENDED, days(99, 99))
    assert (result.value, result.interval, result.reason) == (None, None, Reason.INSUFFICIENT)
    assert one(ATTENDED, days(100, 100)).value == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"is_denominator": False, "is_numerator": True}, "in the numerator but not in the denominator"),
        ({"quantity": -1.0}, "negative"),
        ({"met": -1.0}, "negative"),
        ({"quantity": float("nan")}, "not a number"),
        ({"met": float("nan")}, "not a number"),
        ({"met": float("inf")}, "not a number"),
    ],
)
@pytest.mark.parametrize("indicator", ["C-03", "C-07", "L-03", "H-01"])
def test_rows_that_contradict_themselves_stop_the_run(indicator, wrong, says):
    with pytest.raises(RunRejected, match=says) as refused:
        measure(INDICATOR[indicator], framed([*days(100, 200), row("M99", 3, **wrong)]))
    assert refused.value.status == 422
    assert refused.value.problems[0].where == "3, member M99"


def test_more_minutes_than_planned_stop_the_run():
    with pytest.raises(RunRejected, match="above its denominator"):
        measure(INDICATOR["L-04"], framed([row(quantity=60.0, met=61.0)]))


def test_care_time_is_weighed_by_minutes_and_clustered_by_member():
    rows = [row(f"M{i % 20}", quantity=60.0, met=54.0 + i % 7) for i in range(100)]
    result = one(INDICATOR["L-04"], rows)
    assert result.denominator == 6000
    assert result.value == pytest.approx(sum(54 + i % 7 for i in range(100)) / 6000)
    assert result.method == "jackknife_by_subject"
    assert result.interval is not None
    assert result.interval.lower < result.value < result.interval.upper


def test_on_time_visits_are_less_certain_when_lateness_sits_with_few_members():
    spread = [row(f"M{i % 40}", is_numerator=i >= 40) for i in range(400)]
    heaped = [row(f"M{i % 40}", is_numerator=i % 40 >= 4) for i in range(400)]
    even, uneven = one(INDICATOR["L-01"], spread), one(INDICATOR["L-01"], heaped)
    assert even.value == uneven.value == 0.9
    assert even.interval is not None
    assert uneven.interval is not None
    assert even.method == "wilson"
    assert uneven.interval.upper - uneven.interval.lower > even.interval.upper - even.interval.lower


def test_the_median_has_an_interval_by_order():
    rows = [row(f"M{i}", met=float(value)) for i, value in enumerate([12, 5, 9, 14, 8, 11, 10, 7, 13, 6, 15])]
    result = one(INDICATOR["L-03"], rows)
    assert (result.value, result.interval) == (10, (6, 14))


def test_a_mean_and_a_ratio_claim_no_interval_and_a_ratio_stops_at_its_cap():
    points = one(
        INDICATOR["C-08"], [row(f"I{n}", subject_kind="inspection", met=value) for n, value in enumerate((4.5, 5.0))]
    )
    assert (points.value, points.denominator, points.interval, points.method) == (4.75, 2, None, "none")
    women = one(INDICATOR["X-06"], [row("board", subject_kind="provider", met=6.0, quantity=5.0)])
    assert (women.numerator, women.denominator, women.value) == (6, 5, 1)


def test_a_ratio_divides_by_what_was_expected_of_its_strata():
    chance = random.Random(5)
    rows = [
        row(f"M{i}", i % 3, stratum=f"age {i % 2}", is_numerator=chance.random() < (0.1, 0.4)[i % 2])
        for i in range(600)
    ]
    indicator = replace(INDICATOR["H-03"], kind=Kind.RATIO_OE, minimum=5)
    results = measure(indicator, with_expected(framed(rows)))
    assert sum(r.denominator for r in results) == pytest.approx(sum(r.numerator for r in results))
    assert {r.method for r in results} == {"byar"}
    assert results[0].value == pytest.approx(results[0].numerator / results[0].denominator)


def test_a_stratum_with_few_events_joins_its_neighbour_and_exposure_weighs():
    rows = [row(f"M{i}", stratum="a" if i < 50 else "b", is_numerator=i < 3 or i >= 80) for i in range(100)]
    assert {round(quantity, 4) for quantity in with_expected(framed(rows))["quantity"]} == {0.23}
    assert {round(q, 4) for q in with_expected(framed(rows), fewest_events=3)["quantity"]} == {0.06, 0.4}
    twice = [{**one, "quantity": 2.0} for one in rows]
    assert {round(q, 4) for q in with_expected(framed(twice), fewest_events=3)["quantity"]} == {0.06, 0.4}


def test_where_visits_are_counted_the_persons_behind_them_are_protected():
    assert ATTENDED.counting is Counting.EVENTS
    results = measure(ATTENDED, framed(days(199, 200)), {1: "P1"})
    assert comparable(ATTENDED, results) == [Proportion("P1", 199, 200, 40)]
    assert not protect(cells(ATTENDED, results)).hidden
    children = measure(INDICATOR["C-04"], framed(days(199, 200)), {1: "P1"})
    assert protect(cells(INDICATOR["C-04"], children)).hidden == {"P1"}


def test_a_case_frame_has_every_column_filled_and_typed():
    frame = case_frame(pl.DataFrame({"organisation_id": [2, 1], "member_id": [7, None]}), evidence_kind="visit")
    assert dict(frame.schema) == COLUMNS
    assert frame["organisation_id"].to_list() == [1, 2]
    assert frame.row(1, named=True) | {"subject": "7", "quantity": 1.0, "met": 0.0, "finding": ""} == frame.row(
        1, named=True
    )
    assert {name for name in COLUMNS if frame[name].null_count()} <= {
        "member_id", "evidence_on", "due_at", "started_at", "line_no"
    }  # fmt: skip


@settings(max_examples=30)
@given(
    st.randoms(use_true_random=False), st.sampled_from(["C-03", "C-07", "L-01", "L-03", "L-04", "H-01", "C-08", "X-04"])
)
def test_the_order_of_rows_changes_nothing(chance, identifier):
    rows = [
        row(f"M{i % 30}", i % 2, is_numerator=i % 7 > 0, quantity=i % 50 + 9.3, met=i % 9 + 0.1, stratum=f"{i % 3}")
        for i in range(260)
    ]
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert framed(shuffled).equals(framed(rows))
    indicator = INDICATOR[identifier]
    expected = with_expected if indicator.kind is Kind.RATIO_OE else lambda frame: frame
    assert measure(indicator, expected(framed(shuffled))) == measure(indicator, expected(framed(rows)))
