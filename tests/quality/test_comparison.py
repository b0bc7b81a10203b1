from decimal import Decimal
from pathlib import Path

import polars as pl

from quality.cases import case_frame
from quality.comparison import Comparison, compare
from quality.measures import measure
from quality.plan import parse
from quality.scoring.arithmetic import score
from quality.scoring.limiters import below_gates
from quality.statistics.funnel import Alert
from quality.suppression import Reason

PLAN = parse((Path(__file__).parents[2] / "plan" / "quality.toml").read_text(encoding="utf-8"))
INDICATOR = {one.id: one for one in PLAN.indicators}


def on_time(*rows: tuple[str, int, int]) -> Comparison:
    """(provider, visits on time, visits due) of thirty members each."""
    cases = [
        {"organisation_id": key, "subject": f"{key}-{i % 30}", "is_numerator": i < met}
        for key, (_name, met, total) in enumerate(rows)
        for i in range(total)
    ]
    names = {key: name for key, (name, _met, _total) in enumerate(rows)}
    return compare(INDICATOR["L-01"], measure(INDICATOR["L-01"], case_frame(pl.DataFrame(cases)), names))


def test_the_raw_value_is_shown_and_the_shrunken_one_scored():
    result = on_time(("Blue Door", 276, 388), ("Sun", 360, 400), ("River", 640, 700), ("Hill", 270, 300))
    blue = result.compared[0]
    assert round(blue.raw, 1) == Decimal("71.1")
    assert blue.reliability > 0.7
    assert blue.raw < blue.used < Decimal(85)
    assert result.funnel is not None
    assert result.funnel.by_provider["Blue Door"].alert is Alert.ALERT


def test_where_providers_do_not_differ_everyone_is_scored_at_the_mean():
    result = on_time(("Sun", 180, 200), ("River", 181, 200), ("Hill", 179, 200))
    assert {one.used for one in result.compared} == {Decimal(90)}
    assert {str(one.raw) for one in result.compared} == {"90.000000", "90.500000", "89.500000"}


def test_too_few_visits_count_as_the_mean_of_the_others_and_move_nobody():
    alone = on_time(("Sun", 180, 200), ("River", 150, 200))
    with_small = on_time(("Sun", 180, 200), ("River", 150, 200), ("Small", 1, 50))
    assert with_small.shrunken == alone.shrunken
    item = with_small.item("Small")
    assert (item.value, item.reason) == (with_small.of("Sun").peers, Reason.INSUFFICIENT)
    assert (item.is_reportable, with_small.item("Sun").is_reportable) == (False, True)
    assert with_small.item("unknown").reason == Reason.NO_DENOMINATOR


def test_a_stand_in_is_no_improvement_on_the_own_year_before():
    bad_year = Decimal(40)
    few = on_time(("Sun", 180, 200), ("River", 150, 200), ("Small", 1, 50))
    assert few.item("Small", last_year=bad_year).last_year is None
    alike = on_time(("Sun", 180, 200), ("River", 181, 200), ("Hill", 179, 200))  # nobody’s figure is reliable
    assert alike.item("Sun", last_year=bad_year).last_year is None
    own = on_time(("Blue Door", 276, 388), ("Sun", 360, 400), ("River", 640, 700), ("Hill", 270, 300))
    assert own.item("Blue Door", last_year=bad_year).last_year == bad_year


def test_minutes_are_scored_raw():
    indicator = INDICATOR["L-04"]
    rows = case_frame(pl.DataFrame({"member_id": range(40)}), organisation_id=1, quantity=100, met=93)
    result = compare(indicator, measure(indicator, rows, {1: "Sun"}))
    assert result.funnel is None
    assert result.compared[0].used == Decimal(93)
    assert str(score([result.item("Sun")]).published) == "72.222"


def test_an_indicator_that_is_a_kpi_already_weighs_nothing():
    result = on_time(("Sun", 180, 200), ("River", 150, 200))
    assert result.item("Sun").weight == 20
    assert result.item("Sun", Decimal(0)).weight == 0


def test_a_gate_is_the_floor_that_each_contract_year_agreed_to():
    hours = [
        {"organisation_id": key, "subject_kind": "worker", "subject": f"{key}-{i}", "quantity": 100.0, "met": met}
        for key, met in ((1, 96.0), (2, 96.0), (3, 94.0))
        for i in range(10)
    ]
    measured = measure(INDICATOR["X-02"], case_frame(pl.DataFrame(hours)), {1: "Sun", 2: "River", 3: "Hill"})
    comparisons = {"X-02": compare(INDICATOR["X-02"], measured)}
    floors = {1: {"X-02": Decimal(95)}, 2: {"X-02": Decimal(97)}, 3: {}}  # the third agreed before it was measured
    assert below_gates(comparisons, floors, {"Sun": 1, "River": 2, "Hill": 3}) == {"X-02": {2: "X-02 96"}}


def hidden_of(indicator: str, *rows: dict[str, object]) -> frozenset[str]:
    """Whom the small-number rule hides; each provider is measured by one row of its return and its incidents."""
    frame = case_frame(
        pl.DataFrame([{"subject_kind": "provider", "met": 0.0, "is_numerator": False} | row for row in rows])
    )
    names = {1: "Sun", 2: "River", 3: "Hill"}
    return compare(INDICATOR[indicator], measure(INDICATOR[indicator], frame, names)).hidden


def test_few_incidents_hide_and_none_or_many_do_not():
    days = [{"organisation_id": key, "subject": f"R-{key}", "quantity": 12_000.0} for key in (1, 2, 3)]
    happened = [
        {"organisation_id": key, "subject": f"R-{key}/{place}", "quantity": 0.0, "met": 1.0, "is_numerator": True}
        for key, count in ((2, 3), (3, 12))
        for place in range(count)
    ]
    assert hidden_of("C-07", *days, *happened) == {"River"}


def test_what_a_provider_says_in_one_row_hides_by_the_staff_behind_it():
    said = [
        {"organisation_id": key, "subject": "X-04", "quantity": posts, "met": 25 * posts}
        for key, posts in ((1, 4.0), (2, 5.0), (3, 40.0))
    ]
    assert hidden_of("X-04", *said) == {"Sun"}
