"""Vectors: quality note, section 4, measured with SciPy."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.statistics.scales import Proportion, Ratio
from quality.statistics.shrinkage import james_stein, minimum_size, shrink_proportions, shrink_ratios

OBSERVED = [12, 30, 22, 41, 18, 9, 27, 35, 14, 50]
EXPECTED = [15, 22, 20, 30, 21, 12, 25, 33, 18, 36]
SUCCESSES = [1, 5, 20, 65, 12, 3, 44, 9]
SIZES = [100, 100, 100, 100, 50, 30, 200, 40]


def test_shares_shrink_as_measured():
    result = shrink_proportions(
        [Proportion(str(i), x, n) for i, (x, n) in enumerate(zip(SUCCESSES, SIZES, strict=True))]
    )
    assert result is not None
    assert result.mean == pytest.approx(0.220833, abs=5e-7)
    assert result.prior == pytest.approx(3.082046, abs=5e-7)
    known = [0.0163, 0.0551, 0.2006, 0.6372, 0.2389, 0.1113, 0.2200, 0.2247]
    assert [one.value for one in result.estimates] == pytest.approx(known, abs=5e-5)
    assert result.estimates[0].reliability == pytest.approx(100 / 103.082046)
    assert minimum_size(result.prior) == pytest.approx(2.3333333 * result.prior)


def test_ratios_shrink_as_measured():
    result = shrink_ratios([Ratio(str(i), o, e) for i, (o, e) in enumerate(zip(OBSERVED, EXPECTED, strict=True))])
    assert result is not None
    assert result.mean == pytest.approx(1.112069, abs=5e-7)
    assert result.prior == pytest.approx(0.006470079, abs=5e-10)
    first, last = result.of("0"), result.of("9")
    assert first is not None
    assert last is not None
    assert (first.value, last.value) == (pytest.approx(1.0870, abs=5e-5), pytest.approx(1.1600, abs=5e-5))
    assert not last.is_reliable


@pytest.mark.parametrize("successes", [(50, 50, 50), (0, 0, 0), (100, 100, 100)])
def test_providers_that_do_not_differ_all_get_the_mean(successes):
    result = shrink_proportions([Proportion(str(i), x, 100) for i, x in enumerate(successes)])
    assert result is not None
    assert result.prior == inf
    assert {one.value for one in result.estimates} == {successes[0] / 100}
    assert {one.reliability for one in result.estimates} == {0.0}


def test_nobody_measured_means_nothing_to_shrink():
    assert shrink_proportions([Proportion("a", 0, 0)]) is None
    assert shrink_ratios([Ratio("a", 3, 0.0)]) is None


def test_the_check_of_james_and_stein_meets_the_published_batters():
    """Efron and Morris 1977: 18 batters after 45 times at bat."""
    hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
    assert james_stein([hit / 45 for hit in hits], 45) == pytest.approx(0.212, abs=0.005)
    assert james_stein([0.5] * 5, 40) == 0
    assert james_stein([0.5, 0.51, 0.49, 0.5], 20) == 0


def test_peers_of_one_size_shrink_alike_by_both_ways():
    hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
    result = shrink_proportions([Proportion(str(i), hit, 45) for i, hit in enumerate(hits)])
    assert result is not None
    assert result.estimates[0].reliability == pytest.approx(james_stein([hit / 45 for hit in hits], 45), abs=0.12)


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(80, 400)), min_size=2, max_size=30), st.randoms())
def test_the_order_of_peers_changes_no_estimate(pairs, chance):
    rows = [Proportion(str(i), x, n) for i, (x, n) in enumerate(pairs)]
    ratios = [Ratio(str(i), x, float(n)) for i, (x, n) in enumerate(pairs)]
    shuffled, turned = rows[:], ratios[:]
    chance.shuffle(shuffled)
    chance.shuffle(turned)
    for one, other in (
        (shrink_proportions(rows), shrink_proportions(shuffled)),
        (shrink_ratios(ratios), shrink_ratios(turned)),
    ):
        assert one is not None
        assert other is not None
        for estimate in one.estimates:
            found = other.of(estimate.provider)
            assert found is not None
            assert found.value == pytest.approx(estimate.value, abs=1e-12)
            assert 0 <= estimate.reliability <= 1
