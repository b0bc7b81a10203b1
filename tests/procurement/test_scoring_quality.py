"""Rubric marks and measured promises, against section 8 of the procurement note."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputErrors
from procurement.scoring.formulas import FORMULA_TEXTS
from procurement.scoring.rubric import Combination, ModerationMissing, Rating, needs_moderation, rubric_score
from procurement.scoring.social import Measure, MeasureKind, social_score

TEN = Decimal(10)
UP = Measure(MeasureKind.LIN_UP, Decimal(50), Decimal(95))
DOWN = Measure(MeasureKind.LIN_DOWN, Decimal(8), Decimal(3))
STEPS = Measure(MeasureKind.STEPS, steps=((Decimal(80), Decimal("0.5")), (Decimal(95), Decimal(1))))


def marks(*numbers: int) -> list[Rating]:
    return [Rating(f"E{place}", number, "Because of the plan.") for place, number in enumerate(numbers, 1)]


@pytest.mark.parametrize(
    ("measure", "value", "expected"),
    [
        (UP, "72", "4.89"),
        (DOWN, "5", "6.00"),
        (STEPS, "79.99", "0.00"),
        (STEPS, "80", "5.00"),
        (STEPS, "95", "10.00"),
        (UP, "20", "0.00"),
        (UP, "99", "10.00"),
        (DOWN, "9", "0.00"),
        (DOWN, "1", "10.00"),
    ],
)
def test_the_figures_of_the_note_are_met(measure: Measure, value: str, expected: str) -> None:
    assert str(social_score(TEN, measure, Decimal(value)).points) == expected


def test_a_commitment_earns_all_or_nothing() -> None:
    gate = Measure(MeasureKind.BOOL)
    assert social_score(TEN, gate, True).points == 10
    assert social_score(TEN, gate, False).points == 0


PARITY = Measure(MeasureKind.PARITY)
FLOOR = Measure(MeasureKind.LIN_UP, Decimal("1.00"), Decimal("1.15"), gate=Decimal("1.00"))


@pytest.mark.parametrize(
    ("value", "staff", "expected"),
    [("40", "80", "8.00"), ("50", "80", "10.00"), ("90", "80", "10.00"), ("20", "40", "5.00"), ("0", "0", "10.00"),
     ("0", "60", "0.00"), ("25", None, "5.00")],
)  # fmt: skip
def test_women_lead_in_proportion_to_the_staff_and_half_is_enough(value: str, staff: str | None, expected: str) -> None:
    among = None if staff is None else Decimal(staff)
    assert str(social_score(TEN, PARITY, Decimal(value), among).points) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("0.99", "0.00"), ("1.00", "0.00"), ("1.03", "2.00"), ("1.15", "10.00")]
)
def test_a_gate_is_passed_at_its_value_and_earns_from_there(value: str, expected: str) -> None:
    assert str(social_score(TEN, FLOOR, Decimal(value)).points) == expected
    assert FLOOR.is_passed(Decimal(value)) == (value != "0.99")


def test_where_less_is_better_a_gate_is_the_most_that_may_be_promised() -> None:
    rate = Measure(MeasureKind.LIN_DOWN, Decimal(30), Decimal(5), gate=Decimal(20))
    assert [rate.is_passed(Decimal(value)) for value in (19, 20, 21)] == [True, True, False]
    assert social_score(TEN, rate, Decimal(21)).points == 0


def test_a_missing_value_earns_nothing_and_says_so() -> None:
    score = social_score(TEN, UP, None)
    assert score.points == 0
    assert score.trace.to_json()["inputs"] == {"value": "missing", "weight": "10", "zero_at": "50", "full_at": "95"}


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), True])
def test_what_is_no_number_is_refused(value: Decimal | bool) -> None:
    with pytest.raises(InputErrors):
        social_score(TEN, UP, value)


@pytest.mark.parametrize(
    ("kind", "zero", "full"),
    [("lin_up", "95", "50"), ("lin_up", "5", "5"), ("lin_down", "3", "8"), ("lin_up", "NaN", "5")],
)
def test_marks_that_point_the_wrong_way_are_refused(kind: str, zero: str, full: str) -> None:
    with pytest.raises(InputErrors):
        Measure(MeasureKind(kind), Decimal(zero), Decimal(full))


@pytest.mark.parametrize(
    "steps",
    [(), (("80", "1"), ("95", "0.5")), (("95", "0.5"), ("80", "1")), (("80", "1.5"),), (("8", "0"), ("8", "1"))],
)
def test_steps_that_fall_or_leave_the_scale_are_refused(steps: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(InputErrors):
        Measure(MeasureKind.STEPS, steps=tuple((Decimal(start), Decimal(share)) for start, share in steps))


values = st.decimals(0, 200, places=3)


@given(st.sampled_from([UP, STEPS, PARITY, FLOOR]), values, values)
def test_a_better_value_never_earns_less(measure: Measure, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert social_score(TEN, measure, low).points <= social_score(TEN, measure, high).points


@given(values, values)
def test_a_lower_value_never_earns_less_where_less_is_better(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert social_score(TEN, DOWN, low).points >= social_score(TEN, DOWN, high).points


@pytest.mark.parametrize("mark", [6, -1, 2.5, None, "3", True])
def test_a_mark_outside_the_rubric_is_refused(mark: object) -> None:
    with pytest.raises(InputErrors, match="whole number from 0 to 5"):
        Rating("E1", mark, "Because.")  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_mark_without_a_reason_is_refused(reason: str) -> None:
    with pytest.raises(InputErrors, match="Say why"):
        Rating("E1", 3, reason)


def test_mean_and_median_follow_what_was_published() -> None:
    weight = Decimal(20)
    assert str(rubric_score(weight, marks(3, 4, 4), Combination.MEAN).points) == "14.67"
    assert str(rubric_score(weight, marks(3, 4, 4), Combination.MEDIAN).points) == "16.00"
    assert str(rubric_score(weight, marks(3, 4), Combination.MEDIAN).points) == "14.00"


def test_marks_two_apart_need_moderation_and_one_apart_do_not() -> None:
    assert needs_moderation(marks(2, 4, 3))
    assert not needs_moderation(marks(3, 4, 4))
    with pytest.raises(ModerationMissing):
        rubric_score(TEN, marks(2, 4, 3), Combination.MEAN)


def test_a_moderated_mark_counts_and_the_originals_stay_beside_it() -> None:
    score = rubric_score(TEN, marks(1, 4, 4), Combination.MEAN, Rating("chair", 4, "The plan covers nights."))
    assert str(score.points) == "8.00"
    assert score.trace.formula == "moderated"
    assert score.trace.to_json()["inputs"] == {
        "weight": "10",
        "mark:E1": "1",
        "mark:E2": "4",
        "mark:E3": "4",
        "agreed:chair": "4",
    }


def test_a_consensus_needs_the_agreed_mark() -> None:
    with pytest.raises(ModerationMissing):
        rubric_score(TEN, marks(3, 3, 3), Combination.CONSENSUS)
    agreed = Rating("chair", 3, "All agree.")
    assert rubric_score(TEN, marks(3, 3, 3), Combination.CONSENSUS, agreed).points == 6


def test_no_marks_or_two_by_one_person_are_refused() -> None:
    with pytest.raises(InputErrors):
        rubric_score(TEN, [], Combination.MEAN)
    with pytest.raises(InputErrors, match="marks a criterion once"):
        rubric_score(TEN, [*marks(3, 4), Rating("E1", 4, "Again.")], Combination.MEAN)


close = st.integers(0, 4).flatmap(lambda low: st.lists(st.integers(low, low + 1), min_size=1, max_size=7))


@given(close, st.sampled_from([Combination.MEAN, Combination.MEDIAN]), st.randoms())
def test_the_order_of_evaluators_changes_nothing(numbers: list[int], how: Combination, random: object) -> None:
    ratings = marks(*numbers)
    mixed = list(ratings)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert rubric_score(TEN, ratings, how) == rubric_score(TEN, mixed, how)


@given(close, st.sampled_from([Combination.MEAN, Combination.MEDIAN]), st.data())
def test_a_higher_mark_never_lowers_the_points(numbers: list[int], how: Combination, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(numbers) - 1))
    better = list(numbers)
    better[place] = min(max(numbers), 5) if numbers[place] < max(numbers) else numbers[place]
    assert rubric_score(TEN, marks(*better), how).points >= rubric_score(TEN, marks(*numbers), how).points


def test_every_way_of_scoring_has_words() -> None:
    ways = {kind.value for kind in MeasureKind} | {how.value for how in Combination} | {"moderated"}
    assert ways <= set(FORMULA_TEXTS)
