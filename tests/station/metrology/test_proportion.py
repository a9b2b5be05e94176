"""Shares of counted results and their exact intervals."""

import numpy as np
import pytest

from station.metrology.errors import InvalidNumber
from station.metrology.intervals import reliability_limits
from station.metrology.proportion import Proportion, clustered

# Exact 95 % limits: 8 of 10 in every table of Clopper and Pearson; none and all by 1 - 0.025^(1/n).
EXACT = [
    pytest.param(8, 10, 0.4439, 0.9748, id="8 of 10"),
    pytest.param(0, 10, 0.0, 0.3085, id="none of 10"),
    pytest.param(10, 10, 0.6915, 1.0, id="10 of 10"),
]


@pytest.mark.parametrize(("good", "total", "low", "high"), EXACT)
def test_limits_are_those_of_clopper_and_pearson(
    good: int, total: int, low: float, high: float
) -> None:
    assert Proportion(good, total, total).limits(0.95) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("good", [1, 47, 99])
def test_limits_agree_with_those_of_a_reliability(good: int) -> None:
    assert Proportion(good, 100, 100).limits(0.9) == pytest.approx(
        reliability_limits(good, 100, 0.9), rel=1e-12
    )


def test_probability_is_the_binomial_sum() -> None:
    below = sum(
        c * 0.9**k * 0.1 ** (4 - k) for k, c in ((0, 1), (1, 4), (2, 6))
    )  # at most two of four
    assert Proportion(2, 4, 4).probability_if(0.9) == pytest.approx(below)
    assert Proportion(4, 4, 4).probability_if(0.9) == 1.0


def test_results_that_are_all_alike_count_once_a_trial() -> None:
    found = clustered([10] * 36 + [0] * 4, [10] * 40)
    assert (found.successes, found.total) == (360, 400)
    assert found.effective == pytest.approx(40, rel=0.1)


def test_independent_results_count_each() -> None:
    draw = np.random.default_rng(1)
    found = clustered(draw.binomial(10, 0.9, 400).tolist(), [10] * 400)
    assert found.effective == pytest.approx(4000, rel=0.15)


ALIKE = [
    pytest.param([10] * 7, 7, id="no scatter to estimate from: once a trial"),
    pytest.param([9], 1, id="one trial"),
    pytest.param([9] * 7, 70, id="always as many: not more than all"),
]


@pytest.mark.parametrize(("successes", "effective"), ALIKE)
def test_without_scatter(successes: list[int], effective: float) -> None:
    assert clustered(successes, [10] * len(successes)).effective == effective


def test_nothing_counted_is_refused() -> None:
    with pytest.raises(InvalidNumber, match="nothing was counted"):
        clustered([0, 0], [0, 0])


def test_the_interval_holds_the_truth_as_often_as_it_says_though_results_hang_together() -> None:
    """Trials of ten results whose own probability varies from trial to trial around 0.9."""
    draw, missed, studies = np.random.default_rng(2), 0, 300
    for _ in range(studies):
        counts = draw.binomial(10, draw.beta(9.0, 1.0, 30))
        low, high = clustered(counts.tolist(), [10] * 30).limits(0.95)
        missed += not low <= 0.9 <= high
    assert missed / studies < 0.08
