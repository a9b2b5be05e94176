"""Control charts: published cases, constants against tables, and every rule at its edge."""

import json
import math
import random
import statistics
from pathlib import Path

import pytest
from scipy import stats

from station.metrology.chart_constants import (
    mean_relative_range,
    range_deviation,
    unbiasing_factor,
)
from station.metrology.control_chart import (
    ACTION_ONLY,
    BaselineFault,
    ControlLimits,
    RunRule,
    baseline_faults,
    cusum,
    ewma,
    individuals,
    is_check_in_control,
    is_scatter_in_control,
    means_and_ranges,
    means_and_standard_deviations,
)
from station.metrology.errors import FitError, InvalidNumber

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
    if entry["category"] == "control_chart"
}


def individuals_example():
    charts = individuals(EXAMPLES["CC-IMR"]["raw_data"]["x"])
    return {
        "center": charts.location.centre,
        "MR_bar": charts.scatter.centre,
        "UCL": charts.location.upper,
        "LCL": charts.location.lower,
    }


def constant(key):
    name, size = key.split("_")
    c4 = unbiasing_factor(int(size))
    spread = 3.0 * math.sqrt(1.0 - c4**2) / c4
    return {
        "c4": c4,
        "A3": 3.0 / (c4 * math.sqrt(int(size))),
        "B3": max(0.0, 1.0 - spread),
        "B4": 1.0 + spread,
        "d2": mean_relative_range(int(size)),
    }[name]


def test_every_example_of_the_kind_is_evaluated():
    assert set(EXAMPLES) == {"CC-IMR", "CC-CONST"}


# 3/1.128 is what the handbook divides with; d₂(2) = 2/√π = 1.128379 moves the limits by 1.7e-3.
ROUNDED_D2 = 3.0 * 1.8778 / 1.128 - 3.0 * 1.8778 / 1.128379


@pytest.mark.parametrize("key", EXAMPLES["CC-IMR"]["expected"])
def test_individuals_of_the_handbook(key):
    entry = EXAMPLES["CC-IMR"]
    allowed = entry["tolerance"][key] + (ROUNDED_D2 if key.endswith("CL") else 0.0)
    assert individuals_example()[key] == pytest.approx(entry["expected"][key], abs=allowed)


def test_the_limits_of_the_handbook_with_its_rounded_constant():
    entry = EXAMPLES["CC-IMR"]
    found = individuals_example()
    half = (found["UCL"] - found["center"]) * mean_relative_range(2) / 1.128
    for key, sign in (("UCL", 1.0), ("LCL", -1.0)):
        limit = found["center"] + sign * half
        assert limit == pytest.approx(entry["expected"][key], abs=entry["tolerance"][key])


@pytest.mark.parametrize("key", EXAMPLES["CC-CONST"]["expected"])
def test_constants(key):
    entry = EXAMPLES["CC-CONST"]
    assert constant(key) == pytest.approx(entry["expected"][key], abs=entry["tolerance"])
    assert constant(key) == pytest.approx(entry["recomputed"][key], abs=5e-9)


@pytest.mark.parametrize(
    ("size", "d3"), [(2, 0.8525), (3, 0.8884), (4, 0.8798), (5, 0.8641), (10, 0.7971), (25, 0.7084)]
)
def test_deviation_of_the_range(size, d3):
    assert range_deviation(size) == pytest.approx(d3, abs=5e-5)


def test_charts_of_groups():
    generator = random.Random(5)
    groups = [[generator.gauss(10.0, 0.1) for _ in range(5)] for _ in range(25)]
    by_s, by_r = means_and_standard_deviations(groups), means_and_ranges(groups)
    mean_s = statistics.fmean(statistics.stdev(group) for group in groups)
    mean_r = statistics.fmean(max(group) - min(group) for group in groups)
    grand = statistics.fmean(statistics.fmean(group) for group in groups)
    # A₃, B₄, A₂ and D₄ of a printed table for n = 5.
    assert by_s.location.upper == pytest.approx(grand + 1.427 * mean_s, abs=1e-4)
    assert by_s.scatter.upper == pytest.approx(2.089 * mean_s, abs=1e-4)
    assert by_s.scatter.lower == 0.0
    assert by_r.location.lower == pytest.approx(grand - 0.577 * mean_r, abs=1e-4)
    assert by_r.scatter.upper == pytest.approx(2.114 * mean_r, abs=3e-4)
    assert baseline_faults([statistics.fmean(group) for group in groups], by_s.location) == ()


def test_scaling_moves_the_limits_alike():
    values = EXAMPLES["CC-IMR"]["raw_data"]["x"]
    one, other = individuals(values), individuals([3.0 - 1e3 * value for value in values])
    assert other.location.centre == pytest.approx(3.0 - 1e3 * one.location.centre)
    assert other.location.upper == pytest.approx(3.0 - 1e3 * one.location.lower)
    assert other.scatter.upper == pytest.approx(1e3 * one.scatter.upper)
    assert one.scatter.upper == pytest.approx(3.267 * one.scatter.centre, abs=2e-3)


UNIT = ControlLimits(0.0, 1.0)


@pytest.mark.parametrize(
    ("rule", "values", "indices"),
    [
        (RunRule.BEYOND_3S, [0.0, 3.1, -2.9, -3.1], [1, 3]),
        (RunRule.BEYOND_3S, [3.0], []),
        (RunRule.TWO_OF_THREE_BEYOND_2S, [2.1, 0.0, 2.1], [2]),
        (RunRule.TWO_OF_THREE_BEYOND_2S, [2.1, 2.1, 0.0, 0.0], [1]),
        (RunRule.TWO_OF_THREE_BEYOND_2S, [2.1, 0.0, 0.0, 2.1], []),
        (RunRule.TWO_OF_THREE_BEYOND_2S, [2.1, -2.1], []),
        (RunRule.FOUR_OF_FIVE_BEYOND_1S, [1.1, 1.1, 0.0, 1.1, 1.1], [4]),
        (RunRule.FOUR_OF_FIVE_BEYOND_1S, [-1.1, -1.1, -1.1, -1.1, 0.0], [3]),
        (RunRule.FOUR_OF_FIVE_BEYOND_1S, [1.1, 1.1, 0.0, 0.0, 1.1, 1.1], []),
        (RunRule.EIGHT_ON_ONE_SIDE, [0.1] * 9, [7, 8]),
        (RunRule.EIGHT_ON_ONE_SIDE, [0.1] * 4 + [0.0] + [0.1] * 7, []),
        (RunRule.SIX_IN_A_TREND, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [5]),
        (RunRule.SIX_IN_A_TREND, [0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0], [5, 6]),
        (RunRule.SIX_IN_A_TREND, [0.1, 0.2, 0.3, 0.3, 0.5, 0.6, 0.7], []),
    ],
)
def test_rules(rule, values, indices):
    assert [signal.index for signal in UNIT.signals(values, (rule,))] == indices
    if rule is not RunRule.SIX_IN_A_TREND:
        shifted = ControlLimits(0.0, 0.0078125)  # a power of two, so that 3 s stays 3 s
        mirrored = [-0.0078125 * value for value in values]
        assert [signal.index for signal in shifted.signals(mirrored, (rule,))] == indices


def test_only_the_rules_in_use_signal():
    values = [1.1, 1.2, 1.1, 1.2, 3.5]
    assert {signal.rule for signal in UNIT.signals(values)} == {
        RunRule.BEYOND_3S,
        RunRule.FOUR_OF_FIVE_BEYOND_1S,
    }
    assert [signal.rule for signal in UNIT.signals(values, ACTION_ONLY)] == [RunRule.BEYOND_3S]


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ([0.0, 1.0, -1.0, 0.5], (BaselineFault.TOO_FEW,)),
        (
            [math.sin(i / 4.0) for i in range(30)],
            (BaselineFault.AUTOCORRELATED,),
        ),
        ([0.1, -0.1] * 12 + [4.0], (BaselineFault.OUT_OF_CONTROL,)),
    ],
)
def test_a_doubtful_baseline(values, faults):
    assert set(faults) <= set(baseline_faults(values, UNIT))


def test_a_good_baseline_has_no_fault():
    generator = random.Random(3)
    values = [generator.gauss(0.0, 1.0) for _ in range(30)]
    assert baseline_faults(values, individuals(values).location) == ()


HANDBOOK_EWMA = (
    "52.0 47.0 53.0 49.3 50.1 47.0 51.0 50.1 51.2 50.5 49.6 47.6 49.9 51.3 47.8 51.2 52.6 52.4"
    " 53.6 52.1"
)


def test_ewma_of_the_handbook():
    # NIST/SEMATECH e-Handbook 6.3.2.4; entered by hand, checked by recomputation.
    points = ewma(
        [float(each) for each in HANDBOOK_EWMA.split()],
        target=50.0,
        standard_deviation=2.0539,
        weight=0.3,
        asymptotic=True,
    )
    assert points[0].upper == pytest.approx(52.5884, abs=5e-5)
    assert points[0].lower == pytest.approx(47.4115, abs=1e-4)
    assert [round(point.value, 2) for point in points[-4:]] == [50.73, 51.23, 51.94, 51.99]
    assert not any(point.is_out for point in points)


def test_ewma_limits_grow_to_the_asymptotic_ones():
    arguments = {"target": 0.0, "standard_deviation": 1.0, "weight": 0.2}
    points = ewma([0.0] * 60, **arguments)
    last = ewma([0.0], **arguments, asymptotic=True)[0]
    assert points[0].upper == pytest.approx(3.0 * 0.2)
    assert [p.upper for p in points] == sorted(p.upper for p in points)
    assert points[-1].upper == pytest.approx(last.upper)
    assert last.upper == pytest.approx(3.0 * math.sqrt(0.2 / 1.8))
    assert ewma([0.61], **arguments)[0].is_out is False
    assert ewma([3.01], **arguments)[0].is_out is True


HANDBOOK_CUSUM = (
    "324.925 324.675 324.725 324.350 325.350 325.225 324.125 324.525 325.225 324.600 324.625"
    " 325.150 328.325 327.250 327.825 328.500 326.675 327.775 326.875 328.350"
)


def test_cusum_of_the_handbook():
    # NIST/SEMATECH e-Handbook 6.3.2.3, k = 0.3175 and h = 4.1959 in the unit of the values;
    # entered by hand, checked by recomputation.
    points = cusum(
        [float(each) for each in HANDBOOK_CUSUM.split()],
        target=325.0,
        standard_deviation=0.635,
        slack=0.5,
        decision=4.1959 / 0.635,
    )
    assert next(index for index, point in enumerate(points, start=1) if point.is_out) == 14
    assert points[-1].high == pytest.approx(19.04, abs=0.006)
    assert points[6].low == pytest.approx(0.56, abs=0.006)


def test_cusum_does_not_care_which_side():
    values = [0.2, 1.4, -0.3, 2.0, 2.5, 1.9, 3.0]
    up = cusum(values, target=0.0, standard_deviation=1.0)
    down = cusum([-value for value in values], target=0.0, standard_deviation=1.0)
    assert [p.high for p in up] == [p.low for p in down]
    assert [p.is_out for p in up] == [p.is_out for p in down]
    assert up[-1].is_out


def test_check_standards():
    limit = stats.t.ppf(0.975, 8)
    check = {"accepted": 10.0, "standard_deviation": 0.5, "dof": 8}
    assert is_check_in_control(10.0 - 0.4999 * limit, **check)
    assert not is_check_in_control(10.0 + 0.5001 * limit, **check)
    ratio = math.sqrt(stats.f.ppf(0.99, 3, 60))
    pooled = {"pooled": 2.0, "pooled_dof": 60, "confidence": 0.99}
    assert is_scatter_in_control(1.999 * ratio, 3, **pooled)
    assert not is_scatter_in_control(2.001 * ratio, 3, **pooled)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: individuals([1.0]), FitError),
        (lambda: individuals([1.0, 1.0, 1.0]), FitError),
        (lambda: individuals([1.0, math.nan]), FitError),
        (lambda: means_and_ranges([[1.0, 2.0]]), FitError),
        (lambda: means_and_ranges([[1.0, 1.0], [2.0, 2.0]]), FitError),
        (lambda: means_and_standard_deviations([[1.0, 2.0], [1.0, 2.0, 3.0]]), FitError),
        (lambda: means_and_standard_deviations([[1.0, 1.0], [2.0, 2.0]]), FitError),
        (lambda: ControlLimits(0.0, 0.0), InvalidNumber),
        (lambda: UNIT.signals([math.inf]), InvalidNumber),
        (lambda: ewma([1.0], target=0.0, standard_deviation=1.0, weight=0.0), InvalidNumber),
        (lambda: ewma([math.nan], target=0.0, standard_deviation=1.0), InvalidNumber),
        (lambda: cusum([1.0], target=0.0, standard_deviation=-1.0), InvalidNumber),
        (lambda: cusum([1.0], target=0.0, standard_deviation=1.0, slack=-1.0), InvalidNumber),
        (lambda: unbiasing_factor(1), InvalidNumber),
        (lambda: mean_relative_range(1), InvalidNumber),
        (
            lambda: is_check_in_control(1.0, accepted=1.0, standard_deviation=1.0, dof=0),
            InvalidNumber,
        ),
        (lambda: is_scatter_in_control(1.0, 0, pooled=1.0, pooled_dof=4), InvalidNumber),
    ],
)
def test_what_means_nothing_is_refused(call, kind):
    with pytest.raises(kind):
        call()


@pytest.mark.parametrize("size", [9_999, 10_001, 10**7, 10**12])
def test_the_unbiasing_factor_of_many_readings(size):
    # c₄ = 1 - 1/(4ν) + 1/(32ν²) …, below one however many there are.
    found = unbiasing_factor(size)
    assert found < 1.0
    assert found == pytest.approx(1.0 - 0.25 / (size - 1), abs=1e-9)
