"""Comparisons: scores, algorithm A by what defines it, weighted means, consistent subsets."""

import json
import math
import random
import statistics
from pathlib import Path

import pytest
from scipy import stats

from station.metrology.comparison import (
    Performance,
    Result,
    algorithm_a,
    compare,
    e_n,
    is_negligible,
    repeatability_limit,
    weighted_mean,
    z,
    z_prime,
    zeta,
)
from station.metrology.errors import FitError, InvalidNumber

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
    if entry["category"] == "proficiency"
}


def test_every_example_of_the_kind_is_evaluated():
    assert set(EXAMPLES) == {"PT-EN"}


@pytest.mark.parametrize("key", EXAMPLES["PT-EN"]["expected"])
def test_scores(key):
    entry = EXAMPLES["PT-EN"]
    stated = {each["name"]: each["value"] for each in entry["inputs"]}
    result = Result(stated["x"], stated["U_x"] / stated["k"])
    reference = Result(stated["X"], stated["U_X"] / stated["k"])
    sigma = stated["sigma_pt"]
    found = {
        "En": e_n(result, reference),
        "zeta": zeta(result, reference),
        "z": z(result.value, reference.value, proficiency_deviation=sigma),
        "zprime": z_prime(result.value, reference, proficiency_deviation=sigma),
    }[key]
    assert found.value == pytest.approx(entry["expected"][key], abs=entry["tolerance"][key])
    assert not is_negligible(reference, proficiency_deviation=sigma)  # 0.00015 of 0.0002


@pytest.mark.parametrize(
    ("score", "performance"),
    [
        (0.0, Performance.SATISFACTORY),
        (2.0, Performance.SATISFACTORY),
        (2.01, Performance.QUESTIONABLE),
        (2.99, Performance.QUESTIONABLE),
        (3.0, Performance.UNSATISFACTORY),
    ],
)
def test_what_z_scores_say(score, performance):
    for signed in (score, -score):
        found = z(signed, 0.0, proficiency_deviation=1.0)
        assert (found.value, found.performance) == (signed, performance)


@pytest.mark.parametrize(
    ("difference", "performance"),
    [(2.0, Performance.SATISFACTORY), (2.01, Performance.UNSATISFACTORY)],
)
def test_what_e_n_says(difference, performance):
    for sign in (1.0, -1.0):
        found = e_n(Result(sign * difference, 0.6), Result(0.0, 0.8))
        assert found.performance is performance


def test_a_value_that_is_part_of_its_reference():
    """The mean of two equal results has cov = u²/2, and x - X = half their difference."""
    one, other = Result(10.0, 0.3), Result(11.0, 0.3)
    mean = weighted_mean([one, other])
    reference = Result(mean.value, mean.standard_uncertainty)
    found = zeta(one, reference, covariance=mean.standard_uncertainty**2)
    assert found.value == pytest.approx(-0.5 / (0.3 * math.sqrt(0.5)))


VALUES = [10.1, 9.9, 10.0, 10.2, 9.8, 10.05, 14.0, 9.95, 10.15]


def test_algorithm_a_is_where_its_own_step_changes_nothing():
    robust = algorithm_a(VALUES)
    low = robust.mean - 1.5 * robust.standard_deviation
    high = robust.mean + 1.5 * robust.standard_deviation
    drawn = [min(max(value, low), high) for value in VALUES]
    assert statistics.fmean(drawn) == pytest.approx(robust.mean, rel=1e-11)
    assert 1.134 * statistics.stdev(drawn) == pytest.approx(robust.standard_deviation, rel=1e-10)
    assert robust.standard_uncertainty == pytest.approx(1.25 * robust.standard_deviation / 3.0)
    assert abs(robust.mean - 10.05) < 0.1  # one result at 14 hardly moves it


def test_algorithm_a_scales_and_does_not_care_for_order():
    robust = algorithm_a(VALUES)
    mixed = list(VALUES)
    random.Random(2).shuffle(mixed)
    other = algorithm_a([5.0 - 1e3 * value for value in mixed])
    assert other.mean == pytest.approx(5.0 - 1e3 * robust.mean)
    assert other.standard_deviation == pytest.approx(1e3 * robust.standard_deviation)


def test_algorithm_a_agrees_with_the_plain_ones_on_normal_results():
    generator = random.Random(11)
    values = [generator.gauss(5.0, 2.0) for _ in range(4000)]
    robust = algorithm_a(values)
    assert robust.mean == pytest.approx(statistics.fmean(values), abs=0.03)
    assert robust.standard_deviation == pytest.approx(statistics.stdev(values), rel=0.02)


def test_weighted_mean():
    results = [Result(10.0, 0.1), Result(10.3, 0.2), Result(9.9, 0.1)]
    mean = weighted_mean(results)
    assert mean.value == pytest.approx((1000.0 + 257.5 + 990.0) / 225.0)
    assert mean.standard_uncertainty == pytest.approx(1.0 / 15.0)
    chi_squared = sum(((r.value - mean.value) / r.standard_uncertainty) ** 2 for r in results)
    assert mean.chi_squared == pytest.approx(chi_squared)
    assert mean.birge_ratio == pytest.approx(math.sqrt(chi_squared / 2.0))
    assert mean.probability == pytest.approx(stats.chi2.sf(chi_squared, 2))
    assert mean.is_consistent
    assert mean.enlarged_uncertainty == pytest.approx(mean.standard_uncertainty * mean.birge_ratio)


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_a_weighted_mean_scales(factor):
    results = [Result(10.0, 0.1), Result(10.3, 0.2), Result(9.9, 0.1)]
    scaled = [Result(r.value * factor, r.standard_uncertainty * factor) for r in results[::-1]]
    one, other = weighted_mean(results), weighted_mean(scaled)
    assert other.value == pytest.approx(one.value * factor, rel=1e-14)
    assert other.standard_uncertainty == pytest.approx(one.standard_uncertainty * factor)
    assert other.chi_squared == pytest.approx(one.chi_squared)


def test_results_that_agree_too_well_are_not_narrowed():
    mean = weighted_mean([Result(10.0, 0.1), Result(10.001, 0.1)])
    assert mean.birge_ratio < 1.0
    assert mean.enlarged_uncertainty == mean.standard_uncertainty


AGREEING = [Result(10.02, 0.05), Result(9.98, 0.04), Result(10.05, 0.06), Result(9.97, 0.08)]


def test_a_comparison_that_agrees():
    comparison = compare(AGREEING)
    mean = weighted_mean(AGREEING)
    assert comparison.reference == mean
    for result, found in zip(AGREEING, comparison.equivalences, strict=True):
        assert found.is_member
        assert found.difference == pytest.approx(result.value - mean.value)
        variance = result.standard_uncertainty**2 - mean.standard_uncertainty**2
        assert found.expanded_uncertainty == pytest.approx(2.0 * math.sqrt(variance))
        assert abs(found.e_n) < 1.0


@pytest.mark.parametrize("place", [0, 2, 4])
def test_one_result_that_does_not_agree_is_left_out(place):
    results = [*AGREEING[:place], Result(10.6, 0.05), *AGREEING[place:]]
    comparison = compare(results)
    assert [each.is_member for each in comparison.equivalences] == [i != place for i in range(5)]
    assert comparison.reference.value == pytest.approx(weighted_mean(AGREEING).value)
    outlier = comparison.equivalences[place]
    u = math.hypot(0.05, comparison.reference.standard_uncertainty)
    assert outlier.expanded_uncertainty == pytest.approx(2.0 * u)
    assert outlier.e_n > 1.0


def test_differences_from_the_reference_are_as_wide_as_drawn():
    """Monte Carlo of a member's difference: its variance is u_x² - u_ref²."""
    generator = random.Random(7)
    u = [0.05, 0.04, 0.06, 0.08]
    differences = []
    for _ in range(4000):
        drawn = [Result(generator.gauss(0.0, each), each) for each in u]
        differences.append(drawn[0].value - weighted_mean(drawn).value)
    reference = weighted_mean([Result(0.0, each) for each in u])
    expected = math.sqrt(0.05**2 - reference.standard_uncertainty**2)
    assert statistics.pstdev(differences) == pytest.approx(expected, rel=0.04)


def test_repeatability_limit():
    assert repeatability_limit(1.0) == pytest.approx(2.7718585, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: Result(math.nan, 1.0), InvalidNumber),
        (lambda: Result(1.0, -1.0), InvalidNumber),
        (lambda: e_n(Result(1.0, 0.0), Result(1.0, 0.0)), InvalidNumber),
        (lambda: zeta(Result(1.0, 1.0), Result(1.0, 1.0), covariance=1.1), InvalidNumber),
        (lambda: z(1.0, 1.0, proficiency_deviation=0.0), InvalidNumber),
        (lambda: z_prime(1.0, Result(1.0, 1.0), proficiency_deviation=-1.0), InvalidNumber),
        (lambda: repeatability_limit(math.inf), InvalidNumber),
        (lambda: weighted_mean([]), InvalidNumber),
        (lambda: weighted_mean([Result(1.0, 0.0)]), InvalidNumber),
        (lambda: algorithm_a([1.0, 2.0]), FitError),
        (lambda: algorithm_a([1.0, 1.0, 1.0, 2.0]), FitError),
        (lambda: compare([Result(1.0, 1.0)]), FitError),
        (lambda: compare([Result(float(i), 1.0) for i in range(16)]), FitError),
        (lambda: compare([Result(0.0, 0.1), Result(1.0, 0.1)]), FitError),
    ],
)
def test_what_means_nothing_is_refused(call, kind):
    with pytest.raises(kind):
        call()
