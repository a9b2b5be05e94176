"""Calibration intervals: published cases, an independent optimiser, and what must hold always."""

import json
import math
import random
from pathlib import Path

import pytest
from scipy import optimize, stats

from station.metrology.errors import FitError, InvalidNumber, OutOfFit
from station.metrology.interval_drift import (
    fit_drift_since_calibration,
    interval_for_reliability,
    interval_for_uncertainty,
    interval_from_chart,
)
from station.metrology.interval_reliability import Bin, fit_reliability, fit_reliability_models
from station.metrology.intervals import (
    Bounds,
    Change,
    SimpleResponse,
    Staircase,
    interval_test,
    reliability_limits,
)
from station.metrology.limits import Limits
from station.metrology.reliability_models import ReliabilityModel

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
    if entry["category"] == "interval"
}


def a3(entry):
    stated = {each["name"]: each["value"] for each in entry["inputs"]}
    found = interval_test(
        stated["intol"],
        stated["n"],
        interval=stated["I0"],
        target=stated["target"],
        confidence=stated["confidence"],
    )
    return {
        "interval": found.interval,
        "rejection_confidence": found.rejection_confidence,
        "R_lower": found.reliability_low,
        "R_upper": found.reliability_high,
    }


def variables(entry):
    stated = {each["name"]: each["value"] for each in entry["inputs"]}
    raw = entry["raw_data"]
    drift = fit_drift_since_calibration(raw["dt_days"], raw["delta"], degree=2)
    (_, b1, b2), covariance = drift.in_powers_of_x()
    found = interval_for_uncertainty(
        drift, start_uncertainty=stated["u0"], target=stated["u_target"], longest=2000.0
    )
    assert found.is_reached
    assert found.is_extrapolated
    return {
        "b1": b1,
        "b2": b2,
        "var_b1": covariance[1][1],
        "var_b2": covariance[2][2],
        "cov": covariance[1][2],
        "s": drift.scatter,
        "interval_u_target": found.days,
    }


def simple_response(entry):
    stated = {each["name"]: each["value"] for each in entry["inputs"]}
    method = SimpleResponse(stated["a"], stated["R"])
    return {
        "b": method.shortening,
        "I_after_pass": method.next(stated["I0"], in_tolerance=True),
        "I_after_fail": method.next(stated["I0"], in_tolerance=False),
    }


EVALUATED = {
    "INT-A3-1": a3,
    "INT-A3-3": a3,
    "INT-VAR-U": variables,
    "INT-SRM": simple_response,
}
CASES = [(name, key) for name in EXAMPLES for key in EXAMPLES[name]["expected"]]


@pytest.mark.parametrize(("name", "key"), CASES, ids=[f"{name}-{key}" for name, key in CASES])
def test_published(name, key):
    entry = EXAMPLES[name]
    found = EVALUATED[name](entry)[key]
    assert found == pytest.approx(entry["expected"][key], abs=entry["tolerance"][key])


@pytest.mark.parametrize(
    ("passed", "total", "interval", "target", "confidence", "expected"),
    [
        # NCSLI 2019 interval tutorial, asset 2, as a public test suite quotes it.
        (14, 20, 365.0, 0.95, 0.5, (205, 0.9993, 0.6000, 0.7843)),
        # Of that test suite's own making.
        (42, 50, 365.0, 0.9, 0.3, (329, 0.7557, 0.8067, 0.8664)),
    ],
)
def test_further_interval_tests(passed, total, interval, target, confidence, expected):
    found = interval_test(passed, total, interval=interval, target=target, confidence=confidence)
    assert round(found.interval) == expected[0]
    assert (
        found.rejection_confidence,
        found.reliability_low,
        found.reliability_high,
    ) == pytest.approx(expected[1:], abs=5e-5)


@pytest.mark.parametrize(
    ("passed", "total", "change"),
    [
        (20, 20, Change.LENGTHEN),
        (5, 5, Change.KEEP),  # five of five happens often at 90 % as well
        (18, 20, Change.KEEP),
        (10, 20, Change.SHORTEN),
        (0, 20, Change.SHORTEN),
    ],
)
def test_an_interval_changes_only_when_chance_does_not_explain_it(passed, total, change):
    found = interval_test(passed, total, interval=100.0, target=0.9)
    assert found.change is change
    assert 50.0 <= found.interval <= 200.0
    assert (found.interval == 100.0) is (change is Change.KEEP)
    assert found.reliability_low <= passed / total <= found.reliability_high


def test_more_passes_never_shorten():
    found = [
        interval_test(passed, 25, interval=100.0, target=0.85).interval for passed in range(26)
    ]
    assert found == sorted(found)


@pytest.mark.parametrize(("passed", "total"), [(0, 12), (1, 12), (7, 12), (11, 12), (12, 12)])
def test_exact_limits_of_a_reliability(passed, total):
    low, high = reliability_limits(passed, total, 0.9)
    tail = 0.1 if passed in (0, total) else 0.05
    if passed:
        assert stats.binom.sf(passed - 1, total, low) == pytest.approx(tail)
    if passed < total:
        assert stats.binom.cdf(passed, total, high) == pytest.approx(tail)


def test_simple_response_balances_at_its_reliability():
    method = SimpleResponse(0.25, 0.8)
    interval = 30.0
    for passed in [True] * 4 + [False]:
        interval = method.next(interval, in_tolerance=passed)
    assert interval == pytest.approx(30.0)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.0, (450.0, Change.LENGTHEN)),
        (0.8, (450.0, Change.LENGTHEN)),
        (0.81, (300.0, Change.KEEP)),
        (1.0, (300.0, Change.KEEP)),
        (1.01, (180.0, Change.SHORTEN)),
    ],
)
def test_staircase(share, expected):
    assert Staircase(0.8, 1.5, 0.6, Bounds(90.0, 1000.0)).next(300.0, share) == expected


def test_a_staircase_stays_within_its_bounds():
    stairs = Staircase(0.8, 1.5, 0.6, Bounds(90.0, 400.0))
    assert stairs.next(300.0, 0.1)[0] == 400.0
    assert stairs.next(100.0, 3.0)[0] == 90.0


HANDBOOK = fit_drift_since_calibration(
    [70.0, 86.0, 104.0, 135.0, 167.0, 173.0], [0.1, 0.11, 0.251, 0.299, 0.403, 0.615], degree=2
)


@pytest.mark.parametrize(
    ("limits", "expected", "tolerance"),
    [
        (Limits(9.0, 11.0), 140.1, 0.05),  # table 7-4
        (Limits(upper=11.0), 171.75, 0.005),  # table 7-5
    ],
)
def test_reliability_target_of_the_handbook(limits, expected, tolerance):
    # NASA-HDBK-8739.19-5, as a public test suite quotes it.
    found = interval_for_reliability(
        HANDBOOK,
        start_value=10.03,
        start_uncertainty=0.28,
        limits=limits,
        confidence=0.9,
        longest=1000.0,
    )
    assert found.days == pytest.approx(expected, abs=tolerance)
    assert found.is_extrapolated is False
    assert found.is_reached


def test_a_limit_crossed_from_the_start_leaves_no_interval():
    found = interval_for_reliability(
        HANDBOOK,
        start_value=9.03,
        start_uncertainty=0.28,
        limits=Limits(9.0, 11.0),
        confidence=0.9,
        longest=1000.0,
    )
    assert (found.days, found.is_reached) == (0.0, True)
    exceeded = interval_for_uncertainty(HANDBOOK, start_uncertainty=0.5, target=0.5, longest=1000.0)
    assert exceeded.days == 0.0


def test_an_interval_ends_at_the_longest():
    found = interval_for_uncertainty(HANDBOOK, start_uncertainty=0.1, target=50.0, longest=900.0)
    assert (found.days, found.is_reached, found.is_extrapolated) == (900.0, False, True)


def test_the_record_of_a_drifting_standard():
    days = [0.0, 365.0, 730.0, 1095.0, 1460.0]
    scatter = [0.1, -0.1, 0.05, -0.1, 0.05]
    values = [0.004 * day + 0.5 * each for day, each in zip(days, scatter, strict=True)]
    found = interval_from_chart(
        days, values, limits=Limits(-8.0, 8.0), confidence=0.95, longest=3650.0
    )
    last = interval_from_chart(
        [day - 9.0 for day in days],
        [-value for value in values],
        limits=Limits(-8.0, 8.0),
        confidence=0.95,
        longest=3650.0,
    )
    assert found.days == pytest.approx(last.days)
    assert 365.0 < found.days < (8.0 - 0.004 * 1460.0) / 0.004
    assert found.is_extrapolated  # longer than any gap between two calibrations


@pytest.mark.parametrize(
    "call",
    [
        lambda: interval_test(5, 4, interval=1.0, target=0.9),
        lambda: interval_test(1, 4, interval=0.0, target=0.9),
        lambda: interval_test(1, 4, interval=1.0, target=1.0),
        lambda: reliability_limits(-1, 4, 0.9),
        lambda: SimpleResponse(0.1, 1.0),
        lambda: SimpleResponse(0.1, 0.9).next(-1.0, in_tolerance=True),
        lambda: Bounds(2.0, 1.0),
        lambda: Staircase(0.8, 0.9, 0.6, Bounds(1.0, 2.0)),
        lambda: Staircase(0.8, 1.5, 0.6, Bounds(1.0, 2.0)).next(1.0, math.nan),
        lambda: fit_drift_since_calibration([0.0, 1.0], [1.0, 2.0]),
        lambda: interval_for_uncertainty(HANDBOOK, start_uncertainty=0.1, target=0.0, longest=1.0),
        lambda: interval_for_uncertainty(HANDBOOK, start_uncertainty=-0.1, target=1.0, longest=1.0),
        lambda: interval_from_chart(
            [1.0, 2.0, 4.0], [0.0, 1.0, 1.0], limits=Limits(), confidence=0.9, longest=1.0
        ),
        lambda: Bin(1.0, 4, 5),
        lambda: Bin(0.0, 4, 3),
    ],
)
def test_what_means_nothing_is_refused(call):
    with pytest.raises(InvalidNumber):
        call()


BINS = (
    Bin(30.0, 40, 39),
    Bin(90.0, 50, 47),
    Bin(180.0, 60, 53),
    Bin(270.0, 40, 33),
    Bin(365.0, 80, 60),
    Bin(500.0, 30, 20),
)


def log_likelihood(model, parameters, bins):
    total = 0.0
    for each in bins:
        r = min(max(float(model.at(parameters, each.time)), 1e-12), 1.0 - 1e-12)
        failed = each.total - each.in_tolerance
        total += each.in_tolerance * math.log(r) + failed * math.log(1.0 - r)
    return total


@pytest.mark.parametrize("model", list(ReliabilityModel), ids=lambda model: model.name)
def test_no_other_optimiser_finds_a_greater_likelihood(model):
    fit = fit_reliability(BINS, model)
    assert fit.log_likelihood == pytest.approx(
        log_likelihood(model, fit.parameters, BINS), abs=1e-8
    )
    # The best exponential is the simplest start; each parameter is then moved by another method.
    start = [math.log(max(each, 1e-9)) for each in fit.parameters]
    found = optimize.minimize(
        lambda logs: -log_likelihood(model, [math.exp(min(each, 25.0)) for each in logs], BINS),
        [each + 0.3 for each in start],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000, "maxfev": 4000},
    )
    assert fit.log_likelihood >= -found.fun - 1e-6


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        (ReliabilityModel.EXPONENTIAL, (0.001,)),
        (ReliabilityModel.WEIBULL, (0.0015, 1.8)),
        (ReliabilityModel.MIXED_EXPONENTIAL, (0.004, 0.7)),
        (ReliabilityModel.RANDOM_WALK, (0.2, 0.003)),
        (ReliabilityModel.RESTRICTED_WALK, (0.15, 0.8, 0.006)),
        (ReliabilityModel.MODIFIED_GAMMA, (0.006,)),
        (ReliabilityModel.MORTALITY_DRIFT, (0.0003, 2e-6)),
        (ReliabilityModel.WARRANTY, (0.006, 450.0)),
        (ReliabilityModel.DRIFT, (2.0, 2.5, 0.004)),
        (ReliabilityModel.LOGNORMAL, (0.002, 0.9)),
    ],
    ids=lambda each: each.name if isinstance(each, ReliabilityModel) else "",
)
def test_what_was_put_in_is_found(model, parameters):
    """With a million calibrations a bin, the counts are the model itself."""
    times = [20.0, 60.0, 120.0, 200.0, 300.0, 420.0, 560.0, 700.0]
    bins = [Bin(time, 10**6, round(10**6 * float(model.at(parameters, time)))) for time in times]
    fit = fit_reliability(bins, model)
    assert fit.parameters == pytest.approx(parameters, rel=0.03)
    for time in times:
        assert fit.reliability(time) == pytest.approx(model.at(parameters, time), abs=1e-5)
    target = float(model.at(parameters, 250.0))
    assert fit.interval(target) == pytest.approx(250.0, rel=1e-3)


def test_the_exponential_model_against_its_own_formula():
    """One bin has a maximum in closed form: R = g/n, a = -ln(R)/t, and sd = √(R(1-R)/n)."""
    fit = fit_reliability([Bin(200.0, 50, 41)], ReliabilityModel.EXPONENTIAL)
    assert fit.parameters[0] == pytest.approx(-math.log(0.82) / 200.0, rel=1e-9)
    assert fit.standard_deviation(200.0) == pytest.approx(math.sqrt(0.82 * 0.18 / 50), rel=1e-6)
    assert fit.lack_of_fit is None
    low, high = fit.interval_limits(0.9, 0.95, longest=1000.0)
    assert low < fit.interval(0.9, longest=1000.0) < high


def test_lack_of_fit():
    fit = fit_reliability(BINS, ReliabilityModel.WEIBULL)
    k, n = len(BINS), sum(each.total for each in BINS)
    scatter = sum(e.total * e.reliability * (1 - e.reliability) for e in BINS) / (n - k)
    departure = sum(e.total * (e.reliability - fit.reliability(e.time)) ** 2 for e in BINS) / (
        k - 2
    )
    assert fit.lack_of_fit.f == pytest.approx(departure / scatter)
    assert fit.lack_of_fit.critical == pytest.approx(stats.f.ppf(0.95, k - 2, n - k))
    assert not fit.lack_of_fit.is_rejected
    assert fit_reliability(BINS, ReliabilityModel.MODIFIED_GAMMA).lack_of_fit.is_rejected


def test_the_models_that_describe_the_bins():
    fits = fit_reliability_models(BINS)
    assert {ReliabilityModel.MODIFIED_GAMMA} == set(ReliabilityModel) - {f.model for f in fits}
    assert fits[0].model is ReliabilityModel.EXPONENTIAL
    intervals = [fit.interval(0.9) for fit in fits]
    assert max(intervals) < 1.4 * min(intervals)


@pytest.mark.parametrize("model", [ReliabilityModel.WEIBULL, ReliabilityModel.RANDOM_WALK])
def test_the_unit_of_time_and_the_order_of_bins_do_not_matter(model):
    mixed = list(BINS)
    random.Random(1).shuffle(mixed)
    years = [Bin(each.time / 365.25, each.total, each.in_tolerance) for each in mixed]
    one, other = fit_reliability(BINS, model), fit_reliability(years, model)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-10)
    assert other.interval(0.9) * 365.25 == pytest.approx(one.interval(0.9), rel=1e-5)
    assert one.reliability(0.0) == pytest.approx(float(model.at(one.parameters, 0.0)))


def test_more_data_narrow_the_interval():
    more = [Bin(each.time, 10 * each.total, 10 * each.in_tolerance) for each in BINS]
    one = fit_reliability(BINS, ReliabilityModel.WEIBULL).interval_limits(0.85, 0.9)
    other = fit_reliability(more, ReliabilityModel.WEIBULL).interval_limits(0.85, 0.9)
    assert one[0] < other[0] < other[1] < one[1]


def test_what_the_bins_do_not_say_is_refused():
    exponential = fit_reliability(BINS, ReliabilityModel.EXPONENTIAL)
    with pytest.raises(OutOfFit, match="still"):
        exponential.interval(0.2)
    assert exponential.interval(0.2, longest=5000.0) == pytest.approx(
        -math.log(0.2) / exponential.parameters[0], rel=1e-9
    )
    walk = fit_reliability(BINS, ReliabilityModel.RANDOM_WALK)
    assert walk.interval(0.999) == 0.0  # below it from the start
    with pytest.raises(FitError, match="needs 3"):
        fit_reliability(BINS[:2], ReliabilityModel.DRIFT)
    with pytest.raises(FitError, match="everything passed"):
        fit_reliability([Bin(10.0, 5, 5), Bin(20.0, 4, 4)], ReliabilityModel.EXPONENTIAL)
    with pytest.raises(InvalidNumber):
        exponential.reliability(-1.0)
    with pytest.raises(InvalidNumber):
        exponential.interval(1.0)


FALLING = [Bin(30, 40, 39), Bin(60, 40, 37), Bin(90, 50, 43), Bin(180, 40, 29), Bin(360, 30, 14)]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (ReliabilityModel.MIXED_EXPONENTIAL, ReliabilityModel.EXPONENTIAL),
        (ReliabilityModel.RESTRICTED_WALK, ReliabilityModel.RANDOM_WALK),
    ],
)
def test_a_model_that_becomes_a_simpler_one_has_its_limits(wide, narrow):
    # The data ask for the limit a → 0, b → ∞ of the wide model, which is the narrow one.
    found, expected = (fit_reliability(FALLING, model) for model in (wide, narrow))
    assert found.log_likelihood == pytest.approx(expected.log_likelihood, abs=1e-6)
    limits = expected.interval_limits(0.9, 0.95)
    assert found.interval_limits(0.9, 0.95) == pytest.approx(limits, rel=1e-3)
