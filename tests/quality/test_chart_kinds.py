"""Series, caterpillar, heat map, waterfall and audit frame: what is passed is in the picture, and nothing else."""

import datetime as dt
import itertools
import xml.etree.ElementTree as ElementTree

import pytest

from quality.charts import (
    Bar,
    ChartTexts,
    Drawing,
    FlowStep,
    FrameStratum,
    HeatRow,
    caterpillar_chart,
    frame_chart,
    frame_finding,
    heat_chart,
    series_chart,
    series_finding,
    waterfall_chart,
)
from quality.statistics.control import Count
from quality.statistics.funnel import Alert
from quality.statistics.intervals import Interval
from quality.statistics.series import (
    Chart,
    between_series,
    count_series,
    counted_series,
    evidence_series,
    measured_series,
)

SVG = "{http://www.w3.org/2000/svg}"
TEXTS = ChartTexts("visits due", {"A": "Sun", "B": "River & <Sea> $1 $2", "C": "Hill"})
STEADY = [Count(90 + n % 3, 100) for n in range(14)]


def labelled(counts):
    return [(f"w{place}", count) for place, count in enumerate(counts)]


FALLEN = counted_series(labelled([*STEADY[:5], None, *STEADY[5:], Count(60, 100)]), is_share=True)
BARS = [
    Bar("A", 0.9, Interval(0.8, 0.95)),
    Bar("B", 0.7, Interval(0.6, 0.8), is_spoken_of=True),
    Bar("C", 0.8, None),
]
ROWS = [HeatRow("Sun", [Alert.ALERT, None]), HeatRow("River", [Alert.BETTER, Alert.SUPPRESSED])]
STEPS = [
    FlowStep("held back", -50),
    FlowStep("returned", 30),
    FlowStep("bonus", 5),
    FlowStep("effect", -15, is_sum=True),
]
STRATA = [FrameStratum("small", [10] * 30, [3, 9]), FrameStratum("certain", [100, 150, 200], [0, 1, 2])]
KINDS = {
    "series": lambda **how: series_chart(FALLEN, TEXTS, **how),
    "small": lambda **how: series_chart(FALLEN, TEXTS, is_small=True, **how),
    "caterpillar": lambda **how: caterpillar_chart(BARS, TEXTS, centre=0.8, **how),
    "heat": lambda **how: heat_chart(["L-01", "L-02"], ROWS, **how),
    "waterfall": lambda **how: waterfall_chart(STEPS, str, **how),
    "frame": lambda **how: frame_chart(STRATA, **how),
}


def parsed(drawing: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg())


def marks(root: ElementTree.Element, name: str) -> int:
    return sum(len(list(g.iter(f"{SVG}use"))) for g in root.iter(f"{SVG}g") if g.get("id") == name)


def words(root: ElementTree.Element) -> set[str]:
    bare = dict.fromkeys((0x2066, 0x2067, 0x2068, 0x2069))
    return {(text.text or "").translate(bare) for text in root.iter(f"{SVG}text")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_the_same_every_time_opaque_and_its_ids_are_its_own(kind):
    first, again = KINDS[kind](), KINDS[kind]()
    assert first.svg() == again.svg()
    root = parsed(first)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert (root.get("width"), root.get("height")) == (str(first.width), str(first.height))
    assert b"<dc:date>" not in first.svg()
    assert (
        "fill: #ffffff"
        in ElementTree.tostring(next(g for g in root.iter(f"{SVG}g") if g.get("id") == "patch_1")).decode()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_right_to_left_is_another_picture_of_the_same_size(kind):
    one, other = KINDS[kind](), KINDS[kind](is_mirrored=True)
    assert (one.width, one.height) == (other.width, other.height)
    assert one.svg() != other.svg()
    assert len(words(parsed(one))) == len(words(parsed(other)))


def test_each_period_has_one_mark_and_a_gap_has_none():
    root = parsed(series_chart(FALLEN, TEXTS))
    assert (marks(root, "points"), marks(root, "signals")) == (14, 1)
    assert {"usual: 91.0 %", "100 %"} <= words(root)
    assert "120 %" not in words(root)
    assert "stroke-dasharray" in next(
        ElementTree.tostring(g).decode() for g in root.iter(f"{SVG}g") if g.get("id") == "limit-lower"
    )


def test_a_series_says_its_signals_or_that_there_is_none():
    assert series_finding(FALLEN, TEXTS).startswith("Outside the control limits: w15.")
    steady = counted_series(labelled(STEADY), is_share=True)
    assert series_finding(steady, TEXTS) == "Steady at 91.0 %: 14 periods, no signal."
    shifted = counted_series(labelled([*STEADY[:12], *[Count(95, 100)] * 9]), is_share=True)
    assert series_finding(shifted, TEXTS) == "A shift: 10 periods in a row on one side of the usual value."
    slow = [Count(n, 100) for n in (88, 88, 88, 88, 88, 88, 94, 94, 94, 94, 94, 94, 88, 88, 88)]
    drifting = counted_series(labelled(slow), is_share=True)
    assert series_finding(drifting, TEXTS) == "A drift: the series crosses its usual value only 2 times."


def test_a_short_series_says_that_it_is_too_short_and_has_no_limits():
    short = counted_series(labelled([*STEADY[:11], Count(1, 100)]), is_share=True)
    assert series_finding(short, TEXTS).startswith("12 periods, usually 91.0 %: too few")
    root = parsed(series_chart(short, TEXTS))
    assert (marks(root, "points"), marks(root, "signals")) == (12, 0)
    assert not any("limit" in (g.get("id") or "") for g in root.iter(f"{SVG}g"))


def test_an_empty_series_is_drawn_and_says_so():
    empty = measured_series([("w1", None)])
    assert series_finding(empty, TEXTS) == "No period has a figure that can be shown."
    assert marks(parsed(series_chart(empty, TEXTS)), "points") == 0


def test_medians_are_judged_by_how_much_neighbours_differ():
    """R13 on a series: the published limits come from twenty points, these from the first twelve."""
    known = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299]
    found = measured_series(labelled([*known, 299, 355]))
    ranges = [abs(after - before) for before, after in itertools.pairwise(known)]
    half = 3 * sum(ranges) / 11 / 1.128
    assert found.chart is Chart.SINGLE
    limits = found.points[-1].limits
    assert limits == pytest.approx((sum(known) / 12 - half, sum(known) / 12, sum(known) / 12 + half))
    assert [point.label for point in found.outside] == ["w13"]
    assert measured_series(labelled(known)).chart is Chart.RUN
    low = measured_series(labelled([0.1, 3.0] * 7))
    assert low.points[0].limits.lower == 0, "no median is below 0"


def test_counts_of_months_and_days_between_events_have_limits_of_their_own():
    counts = count_series(labelled([4, 3, 5, 4, 2, 6, 4, 3, 5, 4, 4, 4, 12]))
    assert counts.points[0].limits == pytest.approx((0, 4, 10))
    assert [point.label for point in counts.outside] == ["w12"]
    gaps = between_series(labelled([30.0, 42, 25, 61, 38, 29, 55, 33, 47, 40, 31, 44, 0]))
    assert gaps.chart is Chart.BETWEEN
    assert [point.label for point in gaps.outside] == ["w12"]


def test_evidence_signals_at_its_limit_and_says_when(app):
    found = evidence_series(labelled([0.0, 3.49, 3.5]), 3.5, dt.date(2026, 8, 3))
    assert [point.label for point in found.outside] == ["w2"]
    texts = ChartTexts("sum", value=lambda total: f"{total:.1f}")
    assert series_finding(found, texts).startswith("Signal on 3 August 2026: harm came more often than accepted.")
    root = parsed(series_chart(found, texts))
    assert (marks(root, "points"), marks(root, "signals")) == (2, 1)
    assert "signal: 3.5" in words(root)
    calm = evidence_series(labelled([0.0, 1.25]), 3.5, None)
    assert series_finding(calm, texts).startswith("No signal: the evidence of harm stands at 1.2")


def test_a_caterpillar_names_everybody_and_is_no_ranking():
    root = parsed(caterpillar_chart(BARS, TEXTS, centre=0.8))
    assert (marks(root, "peers"), marks(root, "spoken-of")) == (2, 1)
    assert {"Sun", "River & <Sea> $1 $2", "Hill"} <= words(root)
    assert "Value with its 95 % interval, all: 80.0 %. Not a ranking." in words(root)
    crowd = [Bar(f"P{n}", n / 500, Interval(n / 510, n / 490), is_spoken_of=n == 3) for n in range(1, 490)]
    tall = caterpillar_chart(crowd, TEXTS)
    assert tall.height < 1000
    assert {"P3"} == {word for word in words(parsed(tall)) if word.startswith("P")}


def test_each_cell_of_the_heat_map_has_its_letter():
    root = parsed(heat_chart(["L-01", "L-02"], ROWS))
    cells = [g.get("id") for g in root.iter(f"{SVG}g") if (g.get("id") or "").startswith("cell-")]
    assert cells == ["cell-0-0", "cell-1-0", "cell-1-1"]
    assert {"A", "B", "×", "Sun", "River", "L-01", "L-02"} <= words(root)
    assert "E" not in words(root)


def test_a_waterfall_adds_up_or_is_refused():
    assert {"-50", "30", "5", "-15", "held back", "effect"} <= words(parsed(waterfall_chart(STEPS, str)))
    with pytest.raises(ValueError, match="make -15, not -14"):
        waterfall_chart([*STEPS[:-1], FlowStep("effect", -14, is_sum=True)], str)
    assert "–50" in words(parsed(waterfall_chart(STEPS, lambda amount: f"−{abs(amount)}")))


def test_every_drawn_line_stands_in_the_frame():
    root = parsed(frame_chart(STRATA))
    assert (marks(root, "sampled-0"), marks(root, "sampled-1")) == (2, 3)
    assert {"small: 2 of 30", "certain: 3 of 3", "33"} <= words(root)
    assert frame_finding(STRATA) == "5 lines of 33 were drawn; they carry 62.7 % of the value."
    assert frame_chart([FrameStratum("all", [5] * 200_000, range(0, 200_000, 2000))]).svg().count(b" L ") < 600
