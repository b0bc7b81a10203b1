"""Vectors: quality note, section 4, measured with SciPy."""

from math import inf

import pytest

from quality.statistics.scales import Proportion, Ratio
from quality.statistics.shrinkage import minimum_size, shrink_proportions, shrink_ratios

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
