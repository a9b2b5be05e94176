"""Correlated inputs with few degrees of freedom: the multivariate t distribution of their draws."""

import math

import numpy as np
import pytest
from scipy import stats

from station.metrology.coverage import student_factor
from station.metrology.draws import Source
from station.metrology.errors import BudgetError
from station.metrology.inputs import normal, rectangular
from station.metrology.monte_carlo import simulate, simulate_adaptively
from station.metrology.multivariate import jointly_observed, simulate_together
from station.metrology.type_a import simultaneous_readings
from station.metrology.uncertainty import Budget

TRIALS = 200_000
NU, R = 5.0, 0.6


def of(name, value=0.0, u=1.0, dof=NU):
    return normal(name, value, standard_uncertainty=u, dof=dof, source="test")


def drawn(*inputs, seed=1, **correlations):
    pairs = {tuple(pair): r for pair, r in correlations.items()}
    return np.array(Source(inputs, pairs, seed).draw(0, TRIALS))


def both_beyond(draws, quantile):
    return float(np.mean((draws[0] > quantile) & (draws[1] > quantile)))


@pytest.mark.parametrize("r", [-1.0, -0.5, 0.3, 0.9, 1.0])
def test_moments(r):
    # u is the scale, as for a single t (JCGM 101:2008, 6.4.9): the variance is u²·ν/(ν - 2).
    nu = 12.0
    a, b = drawn(of("a", 3.0, 0.2, nu), of("b", -1.0, 4.0, nu), ab=r)
    wider = math.sqrt(nu / (nu - 2.0))
    assert np.mean(a) == pytest.approx(3.0, abs=4 * 0.2 * wider / math.sqrt(TRIALS))
    assert np.mean(b) == pytest.approx(-1.0, abs=4 * 4.0 * wider / math.sqrt(TRIALS))
    assert np.std(a) == pytest.approx(0.2 * wider, rel=0.01)
    assert np.std(b) == pytest.approx(4.0 * wider, rel=0.01)
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(r, abs=0.01)


def test_a_correlated_t_has_the_scale_of_one_that_is_not():
    alone = drawn(of("a", u=0.7))[0]
    together = drawn(of("a", u=0.7), of("b"), ab=R)[0]
    for p in (0.05, 0.5, 0.95, 0.99):
        expected = 0.7 * stats.t.ppf(p, NU)
        assert np.quantile(alone, p) == pytest.approx(expected, abs=0.03)
        assert np.quantile(together, p) == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize(
    ("weights", "u"),
    [((1.0, 0.0), 1.0), ((1.0, -1.0), math.sqrt(0.8)), ((2.0, 1.0), math.sqrt(7.4))],
)
@pytest.mark.parametrize("dof", [2.0, 4.0, 30.0, math.inf])
def test_every_linear_combination_is_a_t_with_the_same_dof(weights, u, dof):
    # u² = w₁² + w₂² + 2·r·w₁·w₂ with r = 0.6
    a, b = drawn(of("a", dof=dof), of("b", dof=dof), ab=R)
    found = (weights[0] * a + weights[1] * b) / u
    reference = stats.norm() if math.isinf(dof) else stats.t(dof)
    assert stats.kstest(found, reference.cdf).pvalue > 1e-3
    for p in (0.9, 0.99, 0.999):
        beyond = np.mean(np.abs(found) > reference.ppf(0.5 * (1.0 + p)))
        assert beyond == pytest.approx(1.0 - p, abs=4 * math.sqrt(p * (1.0 - p) / TRIALS))


@pytest.mark.parametrize("quantile", [1.0, 3.0])
def test_the_joint_tail_is_that_of_the_multivariate_t(quantile):
    draws = drawn(of("a"), of("b"), ab=R)
    shape = [[1.0, R], [R, 1.0]]
    exact = stats.multivariate_t([0.0, 0.0], shape, df=NU).cdf(
        [-quantile, -quantile], maxpts=10**6, random_state=1
    )
    spread = math.sqrt(exact * (1.0 - exact) / TRIALS)
    assert both_beyond(draws, quantile) == pytest.approx(exact, abs=4 * spread + 1e-4)


def test_large_together_more_often_than_with_a_gaussian_copula():
    # The same t marginals and the same r, joined by a normal pair instead of one common χ².
    quantile = stats.t.ppf(0.999, NU)
    pair = np.random.default_rng(5).multivariate_normal([0, 0], [[1, R], [R, 1]], TRIALS).T
    copula = stats.t.ppf(stats.norm.cdf(pair), NU)
    joined = both_beyond(copula, quantile)
    found = both_beyond(drawn(of("a"), of("b"), ab=R), quantile)
    assert np.quantile(copula[0], 0.999) == pytest.approx(quantile, rel=0.05)
    assert found > 2.0 * joined > 0.0
    # Independent inputs have no tail in common, and are no group.
    assert both_beyond(drawn(of("a"), of("b")), quantile) < 0.1 * found


def test_a_group_has_its_own_chi_squared():
    inputs = [of(name) for name in "abcdef"]
    draws = np.abs(drawn(*inputs, ab=0.2, bc=0.2, de=0.2))
    large = stats.spearmanr(draws.T).statistic
    for i, j in ((0, 1), (1, 2), (0, 2), (3, 4)):  # a, b, c by a chain of pairs
        assert large[i, j] > 0.1
    for i, j in ((0, 3), (2, 4), (0, 5), (4, 5)):
        assert abs(large[i, j]) < 0.02


@pytest.mark.parametrize("workers", [2, 3])
def test_the_seed_decides_and_the_workers_do_not(workers):
    inputs = (of("a", 1.0), of("b", 2.0), rectangular("c", half_width=1.0, source="s"))
    budget = Budget("y", "V", lambda a, b, c: a * b + c, *inputs, correlations={("a", "b"): R})
    one = simulate(budget, seed=4, trials=25_000, chunk=10_000)
    assert one == simulate(budget, seed=4, trials=25_000, chunk=10_000, workers=workers)
    assert one != simulate(budget, seed=5, trials=25_000, chunk=10_000)
    adaptive = simulate_adaptively(budget, digits=1, seed=4)
    assert adaptive == simulate_adaptively(budget, digits=1, seed=4, workers=workers)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (
            (of("a", dof=4.0), of("b", dof=9.0)),
            r"different degrees of freedom: a \(ν = 4\), b \(ν = 9\)",
        ),
        ((of("a", dof=4.0), of("b", dof=math.inf)), r"b \(ν = ∞\).*one ν.*F.1.2.4"),
        ((of("a", dof=1.0), of("b", dof=1.0)), "no mean"),
        ((of("a"), rectangular("b", half_width=1.0, source="s")), "not normal"),
    ],
)
def test_no_joint_distribution(inputs, words):
    with pytest.raises(BudgetError, match=words):
        Source(inputs, {("a", "b"): R}, 1)


# Rows that were read together.
ROWS = {"a": [1.02, 0.97, 1.05, 0.99, 1.01, 0.94], "b": [2.3, 1.9, 2.2, 2.1, 2.2, 1.8]}


def test_the_mean_of_a_difference_read_together_is_that_of_the_differences():
    # GUM 5.2.3 with ν = n - 1: the same t as for the differences themselves, row by row.
    inputs, correlations = simultaneous_readings(ROWS, source="run")
    budget = Budget("d", "V", lambda a, b: b - 2.0 * a, *inputs, correlations=correlations)
    rows = [b - 2.0 * a for a, b in zip(*ROWS.values(), strict=True)]
    u = float(np.std(rows, ddof=1)) / math.sqrt(6)
    simulated = simulate(budget, seed=1, trials=TRIALS, coverage=0.95)
    assert budget.evaluate().standard_uncertainty == pytest.approx(u, rel=1e-12)
    assert budget.evaluate().dof == pytest.approx(5.0)
    assert simulated.value == pytest.approx(np.mean(rows), abs=0.02 * u)
    assert simulated.standard_uncertainty == pytest.approx(u * math.sqrt(5 / 3), rel=0.03)
    half = 0.5 * (simulated.high - simulated.low)
    assert half == pytest.approx(student_factor(0.95, 5.0) * u, rel=0.015)


def test_means_of_quantities_observed_jointly():
    inputs, correlations = jointly_observed(ROWS, source="run")
    values = np.array(list(ROWS.values()))
    products = (values - values.mean(axis=1, keepdims=True)) @ (
        values - values.mean(axis=1)[:, None]
    ).T
    scale = products / 4 / 6  # n = 6 rows of N = 2: S divides by n - N = 4
    assert [each.dof for each in inputs] == [4.0, 4.0]
    assert [each.standard_uncertainty for each in inputs] == pytest.approx(np.sqrt(np.diag(scale)))
    expected = scale[0, 1] / math.sqrt(scale[0, 0] * scale[1, 1])
    assert correlations == {("a", "b"): pytest.approx(expected)}


def test_the_region_of_means_observed_jointly_is_that_of_hotelling():
    # n·(n - N)/N·dᵀ·A⁻¹·d of the means is F(N, n - N), A the sums of products (Hotelling's T²).
    inputs, correlations = jointly_observed(ROWS, source="run")
    draws = np.array(Source(inputs, correlations, 3).draw(0, TRIALS))
    values = np.array(list(ROWS.values()))
    away = values - values.mean(axis=1)[:, None]
    deviations = draws - values.mean(axis=1)[:, None]
    squares = np.sum(deviations * np.linalg.solve(away @ away.T, deviations), axis=0)
    assert stats.kstest(6 * 4 / 2 * squares, stats.f(2, 4).cdf).pvalue > 1e-3


def test_two_outputs_of_inputs_observed_jointly():
    rows = {name: [*row, *row, *row] for name, row in ROWS.items()}  # ν = 16: a variance to draw
    inputs, correlations = jointly_observed(rows, source="run")
    found = simulate_together(
        Budget("s", "V", lambda a, b: a + b, *inputs, correlations=correlations),
        Budget("d", "V", lambda a, b: b - a, *inputs, correlations=correlations),
        seed=2,
        trials=TRIALS,
        workers=2,
    )
    (a, b), r = (each.standard_uncertainty**2 for each in inputs), correlations["a", "b"]
    expected = 16 / 14 * (a + b + 2 * r * math.sqrt(a * b))
    assert found.covariance[0][0] == pytest.approx(expected, rel=0.02)
    assert found.covariance[0][1] == pytest.approx(16 / 14 * (b - a), rel=0.02)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"a": [1.0, 2.0], "b": [1.0, 3.0]}, "at least 3 rows"),
        ({"a": [1.0, 2.0, 3.0], "b": [1.0, 3.0]}, "together"),
        ({}, "determine no joint"),
        ({"a": [1.0, 2.0, math.nan], "b": [1.0, 3.0, 2.0]}, "finite"),
    ],
)
def test_rows_that_determine_no_joint_distribution(columns, words):
    with pytest.raises(BudgetError, match=words):
        jointly_observed(columns, source="run")
