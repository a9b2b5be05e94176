"""Type A evaluation; certified values of NIST's Statistical Reference Datasets (StRD)."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from station.metrology.coverage import student_factor
from station.metrology.errors import BudgetError
from station.metrology.inputs import mean_and_variance
from station.metrology.two_level import TwoLevel, from_summaries, two_level
from station.metrology.type_a import (
    Scatter,
    autocorrelated_readings,
    block_means,
    inflation,
    is_autocorrelated,
    lag_one_autocorrelation,
    pooled,
    pooled_readings,
    scatter,
)

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
}
SERIES = {
    "STRD-NumAcc1": EXAMPLES["STRD-NumAcc1"]["raw_data"]["x"],
    "STRD-NumAcc2": [1.2, *([1.1, 1.3] * 500)],
    "STRD-NumAcc4": [10000000.2, *([10000000.1, 10000000.3] * 500)],
    "STRD-Lew": EXAMPLES["STRD-Lew"]["raw_data"]["x"],
}


@pytest.mark.parametrize("name", SERIES)
def test_certified_values(name):
    entry, values = EXAMPLES[name], SERIES[name]
    expected, tolerance = entry["expected"], entry["tolerance"]
    mean, variance = mean_and_variance(values)
    assert mean == pytest.approx(expected["mean"], abs=tolerance["mean"])
    assert math.sqrt(variance) == pytest.approx(expected["s"], abs=tolerance["s"])
    r = lag_one_autocorrelation(values)
    assert r == pytest.approx(expected["r1"], abs=tolerance["r1"])


def test_autocorrelation_is_noticed():
    assert is_autocorrelated(SERIES["STRD-Lew"])
    assert is_autocorrelated([float(i) for i in range(20)])
    assert not is_autocorrelated([1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0, 1.0, 2.0, 1.0])
    assert not is_autocorrelated([5.0, 5.0, 5.0])


@pytest.mark.parametrize(("r", "factor"), [(0.0, 1.0), (0.6, 2.0), (-0.6, 1.0)])
def test_inflation(r, factor):
    assert inflation(r) == pytest.approx(factor)


def test_pooled_scatter():
    found = pooled([Scatter(3.0, 4.0), Scatter(4.0, 4.0), Scatter(5.0, 2.0)])
    assert found.dof == 10.0
    assert found.standard_deviation == pytest.approx(math.sqrt((36 + 64 + 50) / 10))


def test_the_mean_of_few_readings_with_a_known_scatter():
    # GUM H.1.3.2: s_p = 13 nm from 25 observations, mean of five: 5.8 nm, ν = 24
    found = pooled_readings("d", [215.0] * 5, Scatter(13.0, 24.0), source="GUM H.1")
    assert (found.value, found.dof) == (215.0, 24.0)
    assert found.standard_uncertainty == pytest.approx(5.8, abs=0.05)
    assert pooled_readings("d", [1.0], Scatter(2.0, 9.0), source="s").standard_uncertainty == 2.0


@pytest.mark.parametrize(
    "act",
    [
        lambda: scatter([1.0]),
        lambda: scatter([1.0, math.inf]),
        lambda: pooled([]),
        lambda: pooled_readings("x", [], Scatter(1.0, 1.0), source="s"),
        lambda: Scatter(-1.0, 1.0),
        lambda: inflation(1.0),
    ],
)
def test_impossible_numbers_are_refused(act):
    with pytest.raises(BudgetError):
        act()


def test_ten_days_of_a_voltage_standard():
    entry = EXAMPLES["GUM-H5"]
    raw, expected, tolerance = entry["raw_data"], entry["expected"], entry["tolerance"]
    design = from_summaries(raw["day_mean_V"], raw["day_s_V"], [raw["K"]] * 10)
    different = design.as_input("V", source="s")
    pooled_together = design.as_input("V", probability=0.975, source="s")
    found = {
        "mean": design.mean,
        "s_a": design.between,
        "dof_a": design.dof_between,
        "s_b": design.within,
        "dof_b": design.dof_within,
        "F": design.ratio,
        "F95": design.critical_ratio(0.95),
        "F975": design.critical_ratio(0.975),
        "s_W": design.within,
        "s_B": design.scatter_of_groups,
        "u_with_between": different.standard_uncertainty,
        "dof_with_between": different.dof,
        "u_pooled": pooled_together.standard_uncertainty,
        "dof_pooled": pooled_together.dof,
    }
    assert found.keys() == expected.keys()
    for key, number in found.items():
        assert number == pytest.approx(expected[key], abs=tolerance[key]), key
        assert number == pytest.approx(entry["recomputed"][key], rel=1e-8), key
    assert design.differ(0.95)
    assert not design.differ(0.975)


def test_homogeneity_between_bottles():
    entry = EXAMPLES["GUM5-12"]
    expected, tolerance = entry["expected"], entry["tolerance"]
    design = two_level(entry["raw_data"]["X"])
    found = {
        "SS_between": design.mean_square_between * design.dof_between,
        "SS_within": design.mean_square_within * design.dof_within,
        "MS_between": design.mean_square_between,
        "MS_within": design.mean_square_within,
    }
    for key, number in found.items():
        assert number == pytest.approx(expected[key], abs=tolerance[key]), key
        assert number == pytest.approx(entry["recomputed"][key], rel=1e-7), key
    assert design.scatter_of_groups == 0.0  # the estimate of the variance is negative
    assert not design.differ()
    assert design.as_input("x", source="s").dof == 49


def test_the_two_forms_of_a_design_agree_and_groups_that_do_not_differ_are_one_series():
    groups = [[1.0, 2.0, 4.0], [2.0, 3.0, 1.0], [3.0, 2.0, 2.5]]
    design = two_level(groups)
    flat = [value for group in groups for value in group]
    together = design.as_input("x", source="s")
    assert together.value == pytest.approx(math.fsum(flat) / 9)
    u = math.sqrt(mean_and_variance(flat)[1] / 9)
    assert together.standard_uncertainty == pytest.approx(u, rel=1e-12)
    still = two_level([[1.0, 1.0], [2.0, 2.0]])
    assert still.ratio == math.inf
    assert still.differ()
    assert two_level([[1.0, 1.0], [1.0, 1.0]]).ratio == 0.0


def test_groups_of_different_size_by_hand():
    # Means 2, 6, 5; mean of all 27/6; between 2·2.5² + 3·1.5² + 0.5² = 19.5; within 2 + 8 = 10.
    design = two_level([[1.0, 3.0], [4.0, 6.0, 8.0], [5.0]])
    assert design.mean == pytest.approx(4.5)
    assert (design.dof_between, design.dof_within) == (2, 3)
    assert design.mean_square_between == pytest.approx(9.75)
    assert design.mean_square_within == pytest.approx(10 / 3)
    assert design.ratio == pytest.approx(2.925)
    assert design.effective_size == pytest.approx(11 / 6)  # (6 - 14/6)/2
    assert design.scatter_of_groups == pytest.approx(3.5**0.5)  # (9.75 - 10/3)/(11/6)
    together = design.as_input("x", source="s")  # F(0.95; 2, 3) = 9.55
    assert (together.value, together.dof) == (pytest.approx(4.5), 5)
    assert together.standard_uncertainty == pytest.approx((29.5 / 5 / 6) ** 0.5)
    apart = design.as_input("x", probability=0.5, source="s")
    assert (apart.value, apart.dof) == (pytest.approx(13 / 3), 2)
    assert apart.standard_uncertainty == pytest.approx((13 / 9) ** 0.5)
    one = from_summaries([2.0, 6.0, 5.0], [2**0.5, 2.0, 0.0], [2, 3, 1])
    assert one.ratio == pytest.approx(design.ratio, rel=1e-12)


def test_groups_of_different_size_are_estimated_without_bias():
    # σ_B = 2 between groups, σ_W = 1 within; the true mean is 0.
    generator, sizes, repeats = np.random.default_rng(11), (1, 2, 2, 3, 5, 9, 12), 4000
    designs = [
        two_level([generator.normal(generator.normal(0.0, 2.0), 1.0, n).tolist() for n in sizes])
        for _ in range(repeats)
    ]
    excess = [
        (each.mean_square_between - each.mean_square_within) / each.effective_size
        for each in designs
    ]
    assert np.mean(excess) == pytest.approx(4.0, abs=4 * np.std(excess) / repeats**0.5)
    means = np.array([each.mean_of_groups for each in designs])
    u = np.array([each.between / len(sizes) ** 0.5 for each in designs])
    assert np.mean(u**2) == pytest.approx(np.var(means), rel=0.06)
    inside = np.mean(np.abs(means) <= student_factor(0.95, 6) * u)
    assert inside == pytest.approx(0.95, abs=4 * (0.95 * 0.05 / repeats) ** 0.5)


def test_the_ratio_of_alike_groups_of_different_size_follows_the_f_distribution():
    generator, sizes, repeats = np.random.default_rng(12), (1, 2, 4, 7), 4000
    found = [
        two_level([generator.normal(0.0, 1.0, n).tolist() for n in sizes]).differ()
        for _ in range(repeats)
    ]
    assert np.mean(found) == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / repeats) ** 0.5)


def test_readings_that_hang_together_count_for_fewer():
    values = [math.sin(i) for i in range(60)]
    r = lag_one_autocorrelation(values)
    found = autocorrelated_readings("x", values, source="s")
    plain = scatter(values).standard_deviation / math.sqrt(60)
    assert r > 0.5
    assert found.standard_uncertainty == pytest.approx(
        plain * math.sqrt((1.0 + r) / (1.0 - r)), rel=1e-12
    )
    assert found.dof == pytest.approx(60 * (1.0 - r) / (1.0 + r) - 1.0)
    independent = [1.0, 3.0, 2.0, 2.5, 1.5, 2.0]
    found = autocorrelated_readings("x", independent, source="s")
    assert not is_autocorrelated(independent)
    assert found.dof == 5


def test_block_means():
    assert block_means([1.0, 3.0, 2.0, 4.0, 9.0], 2) == (2.0, 3.0)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: two_level([[1.0, 2.0]]), "two groups"),
        (lambda: two_level([]), "two groups"),
        (lambda: two_level([[1.0, 2.0], []]), "empty"),
        (lambda: two_level([[1.0], [2.0]]), "one reading"),
        (lambda: two_level([[1.0, 2.0], [1.0, math.nan]]), "finite"),
        (lambda: from_summaries([1.0, 2.0], [0.1], [5, 5]), "all three"),
        (lambda: from_summaries([1.0, 2.0], [0.1, 0.3], [5]), "all three"),
        (lambda: from_summaries([1.0, 2.0], [0.1, -0.3], [4, 4]), "impossible"),
        (lambda: from_summaries([1.0, 2.0], [0.1, 0.3], [4, 0]), "at least two groups"),
        (lambda: TwoLevel((1.0, 2.0), (3, 3), -0.1), "finite"),
        (lambda: TwoLevel((1.0, math.inf), (3, 3), 0.1), "finite"),
        (lambda: two_level([[1.0, 2.0], [1.0, 2.0]]).critical_ratio(1.0), "probability"),
        (lambda: block_means([1.0, 2.0, 3.0], 2), "two blocks"),
        (lambda: block_means([1.0, 2.0, 3.0], 0), "two blocks"),
        (
            lambda: autocorrelated_readings(
                "x", [math.sin(0.3 * i) for i in range(60)], source="s"
            ),
            "worth",
        ),
    ],
)
def test_designs_that_say_nothing_are_refused(act, words):
    with pytest.raises(BudgetError, match=words):
        act()
