"""Estimates and what may be taken back, to the digits of the quality note (section 5; R21 to R31)."""

from __future__ import annotations

from decimal import Decimal
from math import inf, sqrt
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import split
from procurement.scored import RecoveryTerms
from quality.samples import estimates, monetary, strata
from quality.samples.drawing import Stratum, freeze, whole
from quality.samples.estimates import Judged, Reason, Rule, Terms
from quality.samples.estimators import Part, difference, estimate, minimum_sum, ratio

TERMS = Terms(RecoveryTerms(Decimal("0.9"), 2, Decimal("0.05"), 30, 5))


def test_the_difference_estimate_of_the_note():
    part = Part(2000, 120, 6.25, 21.40)
    two_sided, other = estimate([part], 0.9), estimate([part], 0.95)
    assert two_sided.total == 12_500
    assert two_sided.error == pytest.approx(3788.06, abs=0.005)
    assert two_sided.lower == pytest.approx(6220.31, abs=0.005)
    assert estimate([part], 0.8).lower == pytest.approx(7618.30, abs=0.005)
    assert other.lower == pytest.approx(4999.26, abs=0.005)


def probe() -> list[tuple[float, float]]:
    """R23: books of the published mean, spread and tie to the published errors."""
    errors = [184.37, 169.84, 285.13, 208.76, 131.86, *[0.0] * 95]
    random = Random(23)
    noise = [random.gauss(0, 1) for _ in errors]
    centred = [one - fmean(errors) for one in errors]
    noise = [one - fmean(noise) for one in noise]
    tie = sum(a * b for a, b in zip(noise, centred, strict=True)) / sum(b * b for b in centred)
    noise = [a - tie * b for a, b in zip(noise, centred, strict=True)]
    slope = (162.225148**2 + stdev(errors) ** 2 - 170.821232**2) / 2 / stdev(errors) ** 2
    rest = sqrt(162.225148**2 - slope**2 * stdev(errors) ** 2) / stdev(noise)
    books = [393.6968 + slope * a + rest * b for a, b in zip(centred, noise, strict=True)]
    return [(book, book - error) for book, error in zip(books, errors, strict=True)]


def test_the_published_difference_and_ratio_of_100_in_3500():
    pairs = probe()
    parts = [Part(3500, 100, fmean(a - b for a, b in pairs), stdev([a - b for a, b in pairs]))]
    found = estimate(parts, 0.95, has_correction=False)
    assert (found.total, found.lower, found.upper) == pytest.approx((34298.6, 3437.26, 65159.94), abs=0.01)
    other = ratio(pairs, 3500, 3500 * 393.6968, 0.95, has_correction=False)
    assert (other.total, other.lower, other.upper) == pytest.approx((34298.6, 3138.557, 65458.64), abs=0.05)


def test_the_published_stratified_mean_per_unit():
    spreads = [297308.4, 1696612.0, 7979066.2]
    counts, sizes = [2030, 1217, 253], [226, 259, 98]
    parts = [Part(*row, 0.0, sqrt(s)) for *row, s in zip(counts, sizes, spreads, strict=True)]
    found = estimate(parts, 0.95)
    assert found.error == pytest.approx(125090.91, abs=0.005)
    assert found.degrees == pytest.approx(563.75, abs=0.005)
    assert found.precision == pytest.approx(245701, abs=0.5)


def test_neyman_shares_the_published_400():
    assert strata.neyman(400, [2030, 1217, 253], [524.12, 1001.24, 1828.32], 30) == [155, 178, 67]


@pytest.mark.parametrize(("spread", "precision"), [(582.08, 188467), (582.27, 188530), (2113.82, 684415)])
def test_the_published_precision_of_400_in_3500(spread, precision):
    assert estimate([Part(3500, 400, 0.0, spread)], 0.95).precision == pytest.approx(precision, rel=1e-5)


def test_money_units_hit_the_published_lines():
    values = dict(zip("ABCDEFGHIJ", (7, 3, 4, 9, 0, 1, 8, 2, 6, 5), strict=True))
    hit = monetary.hits(freeze(values.items()), 5, 2)
    assert "".join(one.line for one in hit) == "ACDGI"
    assert [one.line for one in hit if one.stratum == 2] == ["D"]


@pytest.mark.parametrize(
    ("size", "taints", "is_poisson", "limit"),
    [(80, [0.25, 0.6], False, 0.0541294), (80, [0.6, 0.25], True, 0.0554074), (45, [], False, 0.0644043)],
)
def test_upper_limits_of_overstated_money(size, taints, is_poisson, limit):
    assert monetary.stringer(size, taints, is_poisson=is_poisson) == pytest.approx(limit, abs=5e-8)


def test_an_amount_is_split_without_losing_a_cent():
    assert split(1_600_000, [32, 33, 80]) == [353_103, 364_138, 882_759]


def judged(errors: list[int], paid: int = 10_000, stratum: int = 1) -> list[Judged]:
    return [Judged(f"{stratum}/{place}", stratum, paid, paid - error) for place, error in enumerate(errors)]


def found(errors: list[int], lines: int = 500, **more):
    one = [whole(lines, lines * 10_000, len(errors), 0)]
    left = {1: [10_000] * (lines - len(errors))}
    return estimates.recoverable(judged(errors), one, left, TERMS, **more)


def test_the_lower_limit_is_taken_back_when_the_conditions_hold():
    errors = [10_000] * 20 + [0] * 40
    answer = found(errors)
    assert answer.rule is Rule.LOWER_LIMIT
    assert answer.amount == int(difference(errors, 500).lower)
    assert answer.reasons == ()


@pytest.mark.parametrize(
    ("errors", "more", "reason"),
    [
        ([10_000] * 4 + [0] * 56, {}, Reason.TOO_FEW_ERRORS),
        ([10_000] * 12 + [0] * 12, {}, Reason.TOO_FEW_LINES),
        ([500] * 20 + [0] * 40, {}, Reason.RATE_TOO_LOW),
        ([10_000] * 20 + [0] * 40, {"is_frozen": False}, Reason.NOT_FROZEN),
    ],
)
def test_without_its_conditions_nothing_is_extrapolated_beyond_the_minimum_sum(errors, more, reason):
    answer = found(errors, **more)
    assert answer.rule is Rule.MINIMUM_SUM
    assert reason in answer.reasons
    wrong = sum(error > 0 for error in errors)
    left = [10_000] * (500 - len(errors))
    assert answer.amount == minimum_sum(sum(errors), left, 500, len(errors), wrong)


def test_intent_that_is_shown_stands_in_for_the_rate():
    errors = [500] * 20 + [0] * 40
    assert found(errors, is_intent_shown=True).rule is Rule.LOWER_LIMIT


def test_the_errors_found_are_the_least():
    errors = [10_000] * 20 + [0] * 40
    answer = found(errors, lines=60)
    assert answer.amount == 200_000
    skewed = [10_000_000, *[5_100] * 4, *[0] * 55]
    answer = found(skewed, lines=6_000)
    assert answer.amount >= sum(skewed)


def test_one_line_alone_says_nothing_about_the_others():
    answer = difference([5_000], 100)
    assert (answer.lower, answer.upper) == (-inf, inf)
    assert found([5_000]).rule is Rule.MINIMUM_SUM


def test_a_certainty_stratum_adds_exactly():
    random_part, certain = Part(1000, 60, 5.0, 20.0), Part(12, 12, 900.0, 450.0, is_certain=True)
    alone, both = estimate([random_part]), estimate([random_part, certain])
    assert both.error == alone.error
    assert both.degrees == alone.degrees == pytest.approx(59)
    assert both.lower == pytest.approx(alone.lower + 12 * 900)


amounts = st.lists(st.integers(0, 10**7), min_size=1, max_size=150)


@settings(max_examples=60)
@given(amounts, st.integers(2, 80), st.integers(1, 5), st.randoms(use_true_random=False))
def test_what_is_taken_back_is_never_less_than_found_nor_more_than_paid(values, size, layers, random):
    rows = strata.layers(values, size, layers, 0.2, (30, 10), None)
    looked, left = [], {}
    for stratum in rows:
        inside = [one for one in values if stratum.holds(one)]
        random.shuffle(inside)
        for place, paid in enumerate(inside[: stratum.size]):
            allowed = random.choice([paid, 0, paid // 2, paid + 5])
            looked.append(Judged(f"{stratum.number}/{place}", stratum.number, paid, allowed))
        left[stratum.number] = inside[stratum.size :]
    for is_intent_shown in (True, False):
        answer = estimates.recoverable(looked, rows, left, TERMS, is_intent_shown=is_intent_shown)
        errors = max(0, sum(one.error for one in looked))
        assert min(errors, sum(values)) <= answer.amount <= sum(values)


@settings(max_examples=80)
@given(amounts, st.integers(1, 200), st.integers(1, 6))
def test_strata_are_the_frame_cut_into_parts(values, size, layers):
    rows = strata.layers(values, size, layers, 0.2, (30, 10), None)
    assert sum(row.lines for row in rows) == len(values)
    assert sum(row.value for row in rows) == sum(values)
    for value in values:
        assert sum(row.holds(value) for row in rows) == 1
    for row in rows:
        assert row.size + row.spares <= row.lines
        assert row.size == row.lines or row.size >= (10 if rows[-1].is_certain else 30)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=120), st.integers(1, 60), st.integers(0, 2**256 - 1))
def test_a_line_as_large_as_the_interval_is_always_hit(values, size, number):
    frame = freeze((f"{place:03d}", value) for place, value in enumerate(values))
    size = min(size, frame.value)
    start = monetary.start_of(f"{number:064x}", frame.value, size)
    hit = monetary.hits(frame, size, start)
    large = {line for line, amount in frame.lines if amount * size >= frame.value}
    assert large == {one.line for one in hit if one.stratum == 2}
    assert len(hit) <= size
    pairs = [(one.amount, 0) for one in hit]
    answer = monetary.evaluate(frame.value, size, pairs)
    assert answer.likely <= frame.value
    assert answer.certain <= answer.upper <= frame.value


def test_stringer_falls_back_to_the_whole_when_all_is_wrong():
    assert monetary.stringer(10, [1.0] * 10) == 1.0


def test_a_stratum_keeps_its_bounds():
    stratum = Stratum(1, 100, 200, 5, 700, 2, 1)
    assert [stratum.holds(value) for value in (100, 101, 200, 201)] == [False, True, True, False]


def test_a_stratum_with_one_line_carries_no_estimate_even_where_intent_is_shown():
    rows = [Stratum(1, None, 100, 50, 5000, 30, 0), Stratum(2, 100, None, 5, 5000, 1, 0)]
    looked = [Judged(str(i), 1, 100, 0) for i in range(30)] + [Judged("large", 2, 1000, 0)]
    answer = estimates.recoverable(looked, rows, {1: [100] * 20, 2: [1000] * 4}, TERMS, is_intent_shown=True)
    assert (answer.rule, answer.reasons) == (Rule.MINIMUM_SUM, (Reason.TOO_FEW_LINES,))
