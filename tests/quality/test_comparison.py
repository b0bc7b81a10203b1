from decimal import Decimal
from pathlib import Path

from quality.cases import Case
from quality.comparison import Comparison, compare
from quality.measures import measure
from quality.plan import parse
from quality.score import score
from quality.statistics.funnel import Alert
from quality.suppression import Reason

PLAN = parse((Path(__file__).parents[2] / "plan" / "quality.toml").read_text(encoding="utf-8"))
INDICATOR = {one.id: one for one in PLAN.indicators}


def visits(provider: str, met: int, total: int) -> list[Case]:
    return [Case(f"{provider}-{i % 30}", provider, is_numerator=i < met) for i in range(total)]


def on_time(*rows: tuple[str, int, int]) -> Comparison:
    indicator = INDICATOR["L-01"]
    return compare(indicator, measure(indicator, [case for row in rows for case in visits(*row)]))


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


def test_too_few_visits_are_no_item_to_score_and_move_nobody():
    alone = on_time(("Sun", 180, 200), ("River", 150, 200))
    with_small = on_time(("Sun", 180, 200), ("River", 150, 200), ("Small", 1, 50))
    assert with_small.shrunken == alone.shrunken
    item = with_small.item("Small")
    assert (item.value, item.reason) == (None, Reason.INSUFFICIENT)
    assert with_small.item("unknown").reason == Reason.NO_DENOMINATOR


def test_minutes_are_scored_raw():
    indicator = INDICATOR["L-04"]
    rows = [Case(f"M{i}", "Sun", quantity=100, met=93) for i in range(40)]
    result = compare(indicator, measure(indicator, rows))
    assert result.funnel is None
    assert result.compared[0].used == Decimal(93)
    assert str(score([result.item("Sun")]).published) == "72.222"


def test_an_indicator_that_is_a_kpi_already_weighs_nothing():
    result = on_time(("Sun", 180, 200), ("River", 150, 200))
    assert result.item("Sun").weight == 20
    assert result.item("Sun", Decimal(0)).weight == 0
