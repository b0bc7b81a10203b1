"""Weights, thresholds, ranking, ties, draw, rank reversal and abnormally low prices."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError, InputErrors
from procurement.scoring.abnormal import LabourFloor, zero_price
from procurement.scoring.formulas import PriceFormula
from procurement.scoring.price import PriceTerms, price_scores
from procurement.scoring.ranking import Criterion, best, check_weights, rank_reversal, ranking, shortfalls, total
from procurement.scoring.ties import DEFAULT_LADDER, Draw, Evidence, break_tie
from procurement.scoring.trace import Score, Trace

D = Decimal
DRAW = Draw(bytes(range(32)), "2026-03-02:04-11-19-23-37-42")


def score(points: str) -> Score:
    return Score(D(points), D(100), Trace("fixed", (), ()))


def criteria(*weights: str) -> list[Criterion]:
    return [Criterion(f"C{place}", "quality", D(weight)) for place, weight in enumerate(weights, 1)]


def test_weights_of_exactly_one_hundred_pass() -> None:
    check_weights(criteria("33.33", "33.33", "33.34"))


@pytest.mark.parametrize(
    "weights",
    [("33.33", "33.33", "33.33"), ("50", "50.01"), ("33.333", "66.667"), ("100", "0"), ("110", "-10"), ("NaN",)],
)
def test_other_weights_are_refused(weights: tuple[str, ...]) -> None:
    with pytest.raises(InputErrors):
        check_weights(criteria(*weights))


def test_a_criterion_that_stands_twice_is_refused() -> None:
    with pytest.raises(InputErrors, match="C1: This criterion stands twice"):
        check_weights([Criterion("C1", "quality", D(50)), Criterion("C1", "social", D(50))])


def test_minimums_of_criterion_and_block_are_held_and_equal_passes() -> None:
    published = [
        Criterion("plan", "quality", D(30), minimum=D("12")),
        Criterion("team", "quality", D(20)),
        Criterion("jobs", "social", D(20)),
    ]
    sheet = {"plan": score("11.99"), "team": score("10.00"), "jobs": score("5.00")}
    missed = shortfalls(published, sheet, {"quality": D("21.99"), "social": D("5.01")})
    assert [shortfall.where for shortfall in missed] == ["plan", "social"]
    assert not shortfalls(published, sheet | {"plan": score("12.00")}, {"quality": D("22.00")})
    with pytest.raises(InputErrors, match="team"):
        shortfalls(published, {"plan": score("12.00"), "jobs": score("5.00")}, {})


def test_who_equals_the_last_passing_bid_passes_too() -> None:
    totals = {"A": D(60), "B": D(50), "C": D(50), "E": D(40)}
    assert best(totals, 2) == {"A", "B", "C"}
    assert best(totals, 1) == {"A"}
    assert best(totals, 9) == set(totals)


def test_bids_are_ranked_by_the_sum_of_printed_points() -> None:
    sheets = {
        "B1": {"price": score("20.01"), "plan": score("30.00")},
        "B2": {"price": score("10.00"), "plan": score("40.02")},
    }
    standings = ranking(sheets)
    assert [(s.bid, s.rank, str(s.total)) for s in standings] == [("B2", 1, "50.02"), ("B1", 2, "50.01")]
    assert all(s.tie_break is None for s in standings)


def test_a_bid_without_all_scores_is_not_ranked() -> None:
    with pytest.raises(InputErrors, match="plan"):
        ranking({"B1": {"price": score("1.00"), "plan": score("2.00")}, "B2": {"price": score("1.00")}})


def facts(**shares: tuple[str | None, str | None]) -> dict[str, Evidence]:
    return {code: Evidence(*(None if share is None else D(share) for share in pair)) for code, pair in shares.items()}


def test_the_ladder_decides_before_the_draw() -> None:
    known = {
        "B1": facts(disabled_or_excluded=("10", "10"), temporary=("20", "20")),
        "B2": facts(disabled_or_excluded=("10", "10"), temporary=("15", "15")),
        "B3": facts(disabled_or_excluded=("12", "12"), temporary=("90", "90")),
    }
    broken = break_tie(["B1", "B2", "B3"], DEFAULT_LADDER, known)
    assert broken.order == ("B3", "B2", "B1")
    assert [row.step for row in broken.rows] == ["disabled_or_excluded", "disabled_permanent", "temporary"]


def test_someone_hired_on_the_last_day_wins_nothing() -> None:
    known = {
        "B1": facts(women=("16.67", "0")),
        "B2": facts(women=("5", "5")),
    }
    assert break_tie(["B1", "B2"], ["women"], known).order == ("B2", "B1")


def test_a_fact_without_evidence_is_last_on_its_step_even_where_less_is_better() -> None:
    known = {"B1": facts(temporary=(None, "0")), "B2": facts(temporary=("80", "80")), "B3": {}}
    broken = break_tie(["B1", "B2", "B3"], ["temporary"], known, DRAW)
    assert broken.order[0] == "B2"


def test_a_tie_that_the_ladder_leaves_waits_for_the_draw() -> None:
    with pytest.raises(DomainError) as refused:
        break_tie(["B1", "B2"], DEFAULT_LADDER, {})
    assert refused.value.code == "draw_needed"


def test_the_draw_repeats_the_published_vector() -> None:
    assert DRAW.seed.hex().startswith("74af37d196a06c93")
    assert [DRAW.mark(bid)[:8] for bid in ("B3", "B1", "B2")] == ["76e54ff7", "a764d560", "ef9c2483"]
    broken = break_tie(["B1", "B2", "B3"], [], {}, DRAW)
    assert broken.order == ("B3", "B1", "B2")
    assert broken.rows[0].step == "draw"


def test_a_draw_needs_a_root_of_32_bytes_and_a_value() -> None:
    for root, value in ((b"short", "x"), (bytes(32), " ")):
        with pytest.raises(InputErrors):
            Draw(root, value)


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(InputErrors, match="step is not known"):
        break_tie(["B1", "B2"], ["received_at"], {})


bids = st.dictionaries(
    st.sampled_from(["B1", "B2", "B3", "B4", "B5"]), st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=1
)


@given(bids, st.randoms())
def test_the_order_of_input_does_not_change_the_ranking(points: dict[str, list[int]], random: object) -> None:
    sheets = {bid: {"p": score(f"{a}.50"), "q": score(f"{b}.25")} for bid, (a, b) in points.items()}
    mixed = list(sheets.items())
    random.shuffle(mixed)  # type: ignore[attr-defined]
    placed = ranking(sheets, draw=DRAW)
    assert placed == ranking(dict(mixed), draw=DRAW)
    assert sorted(s.rank for s in placed) == list(range(1, len(sheets) + 1))
    assert all(s.total == sum(part.points for part in s.scores.values()) == total(s.scores) for s in placed)
    assert [s.total for s in placed] == sorted((s.total for s in placed), reverse=True)


RATIO = PriceTerms(PriceFormula.RATIO, D(50))
PRICES = {"A": 100, "B": 90, "C": 60}
QUALITY = {"A": D(38), "B": D(34), "C": D(5)}


def test_the_rank_reversal_of_the_note_is_found() -> None:
    report = rank_reversal(RATIO, PRICES, QUALITY)
    assert report.winner == "A"
    assert report.is_relative
    assert not report.is_stable
    assert [(r.excluded, r.winner) for r in report.reversals] == [("C", "B")]


def test_the_totals_of_the_reversal_are_those_of_the_note() -> None:
    everyone = {bid: QUALITY[bid] + s.points for bid, s in price_scores(RATIO, PRICES).items()}
    assert everyone == {"A": D("68.00"), "B": D("67.33"), "C": D("55.00")}
    without = {bid: QUALITY[bid] + s.points for bid, s in price_scores(RATIO, {"A": 100, "B": 90}).items()}
    assert without == {"A": D("83.00"), "B": D("84.00")}


def test_equal_totals_follow_the_tie_break_order() -> None:
    even = {"A": D(10), "B": D(10)}
    fixed = PriceTerms(PriceFormula.FIXED, D(50))
    assert rank_reversal(fixed, {"A": 1, "B": 1}, even, equals=["B", "A"]).winner == "B"


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.tuples(st.integers(0, 1000), st.integers(0, 50)), min_size=1))
def test_under_the_absolute_formula_no_exclusion_turns_the_ranking(field: dict[str, tuple[int, int]]) -> None:
    terms = PriceTerms(PriceFormula.ABSOLUTE, D(50), ceiling=1000, floor=700)
    report = rank_reversal(terms, {b: p for b, (p, _) in field.items()}, {b: D(q) for b, (_, q) in field.items()})
    assert report.is_stable
    assert not report.is_relative


def floor(**more: str) -> LabourFloor:
    return LabourFloor(
        **{k: D(v) for k, v in ({"wage": "1200", "contributions": "0.30", "unproductive": "0.20"} | more).items()}
    )


def test_an_hour_under_the_labour_floor_is_flagged_and_the_floor_itself_is_not() -> None:
    assert floor().per_unit() == 1950
    flag = floor().flag(1949)
    assert flag is not None
    assert flag.trace.to_json()["figures"] == {"per_unit": "1949", "floor": "1950"}
    assert floor().flag(1950) is None


def test_travel_and_overhead_raise_the_floor_and_volume_divides_the_price() -> None:
    dear = floor(travel="100", overhead="50")
    assert dear.per_unit() == 2100
    assert dear.flag(2_099_999, D(1000)) is not None
    assert dear.flag(2_100_000, D(1000)) is None


@pytest.mark.parametrize("broken", [{"unproductive": "1"}, {"unproductive": "1.2"}, {"wage": "-1"}, {"travel": "NaN"}])
def test_an_impossible_floor_is_refused(broken: dict[str, str]) -> None:
    with pytest.raises(InputErrors):
        floor(**broken)


def test_a_zero_price_is_asked_about_and_not_refused() -> None:
    assert zero_price(0) is not None
    assert zero_price(1) is None
