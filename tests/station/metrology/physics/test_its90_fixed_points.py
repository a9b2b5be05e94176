"""Coefficients from fixed points: round trips, a published certificate, Monte Carlo, refusals."""

import math

import numpy as np
import pytest

from station.metrology.errors import FitError, OutOfValidity
from station.metrology.physics.its90 import FIXED_POINTS_KELVIN, reference_ratio, reference_slope
from station.metrology.physics.its90_deviation import Subrange, Thermometer, deviation
from station.metrology.physics.its90_fixed_points import (
    MeasuredRatio,
    departure,
    fit_thermometer,
)

T = FIXED_POINTS_KELVIN

# Subrange → temperatures that determine it, and coefficients of the size that thermometers have.
# 17 K and 20 K stand for the vapour pressure of hydrogen.
CASES = {
    Subrange.HYDROGEN_TO_WATER: (
        (T["e-H2"], 17.0, 20.0, T["Ne"], T["O2"], T["Ar"], T["Hg"]),
        (-3.1e-4, 2e-5, 1e-6, 3e-6, -2e-7, 1e-7, -1e-9),
    ),
    Subrange.NEON_TO_WATER: (
        (T["e-H2"], T["Ne"], T["O2"], T["Ar"], T["Hg"]),
        (-3.1e-4, 2e-5, 1e-6, 3e-6, -2e-7),
    ),
    Subrange.OXYGEN_TO_WATER: ((T["O2"], T["Ar"], T["Hg"]), (-3.1e-4, 2e-5, 3e-6)),
    Subrange.ARGON_TO_WATER: ((T["Ar"], T["Hg"]), (-3.1e-4, 2e-5)),
    Subrange.MERCURY_TO_GALLIUM: ((T["Hg"], T["Ga"]), (-2.8e-4, -3.2e-4)),
    Subrange.ZERO_TO_SILVER: (
        (T["Sn"], T["Zn"], T["Al"], T["Ag"]),
        (-2.9e-4, -2.3e-5, 5.1e-6, -4e-5),
    ),
    Subrange.ZERO_TO_ALUMINIUM: ((T["Sn"], T["Zn"], T["Al"]), (-2.9e-4, -2.3e-5, 5.1e-6)),
    Subrange.ZERO_TO_ZINC: ((T["Sn"], T["Zn"]), (-2.9e-4, -1.1e-5)),
    Subrange.ZERO_TO_TIN: ((T["In"], T["Sn"]), (-2.9e-4, -1.1e-5)),
    Subrange.ZERO_TO_INDIUM: ((T["In"],), (-2.9e-4,)),
    Subrange.ZERO_TO_GALLIUM: ((T["Ga"],), (-2.9e-4,)),
}


def ratio_at(subrange, coefficients, kelvin):
    """Solve W = W_r + ΔW(W) by repeated substitution, also just outside the subrange."""
    ratio = reference_ratio(kelvin)
    for _ in range(200):
        ratio = reference_ratio(kelvin) + deviation(subrange, coefficients, ratio)
    return float(ratio)


def measured(subrange, coefficients, kelvins, u=1e-6):
    return [MeasuredRatio(k, ratio_at(subrange, coefficients, k), u) for k in kelvins]


@pytest.mark.parametrize("subrange", list(Subrange), ids=lambda each: each.name)
def test_coefficients_come_back(subrange):
    kelvins, coefficients = CASES[subrange]
    fitted = fit_thermometer(subrange, measured(subrange, coefficients, kelvins))
    assert fitted.thermometer.coefficients == pytest.approx(coefficients, rel=0, abs=1e-13)
    assert fitted.residuals_kelvin == pytest.approx([0.0] * len(kelvins), abs=1e-9)
    assert (fitted.dof, fitted.probability) == (0, 1.0)


# What the maker's sample certificate of test_its90 states: W is printed to 1e-7.
PUBLISHED = {
    Subrange.MERCURY_TO_GALLIUM: (
        ((-38.8344, 0.8441779), (29.7646, 1.1181014)),
        (-2.796694757957740e-4, -3.199472366290438e-4),
    ),
    Subrange.ZERO_TO_ALUMINIUM: (
        ((231.927, 1.8925127), (419.527, 2.5684113), (660.320, 3.3752260)),
        (-2.982376094442697e-4, -2.347216136920800e-5, 5.058518332814592e-6),
    ),
}


@pytest.mark.parametrize("subrange", list(PUBLISHED), ids=lambda each: each.name)
def test_published_certificate(subrange):
    points, coefficients = PUBLISHED[subrange]
    # W to half its last digit; the temperatures are printed to 0.1 mK and 1 mK, and taken as exact.
    given = [MeasuredRatio(celsius + 273.15, ratio, 0.5e-7) for celsius, ratio in points]
    thermometer = fit_thermometer(subrange, given).thermometer
    for i, expected in enumerate(coefficients):
        u = math.sqrt(thermometer.covariance[i][i])
        assert abs(thermometer.coefficients[i] - expected) < 1.7 * u
        assert u < 0.02 * max(map(abs, coefficients))


def test_covariance_by_hand_at_gallium():
    (kelvin,), (a,) = CASES[Subrange.ZERO_TO_GALLIUM]
    given = measured(Subrange.ZERO_TO_GALLIUM, (a,), [kelvin])
    ((variance,),) = fit_thermometer(
        Subrange.ZERO_TO_GALLIUM, given, water_relative=5e-7
    ).thermometer.covariance
    # a = (W - W_r)/(W - 1); W = R/RTPW carries its own u and that of RTPW.
    w = given[0].ratio
    sensitivity = (1.0 - a) / (w - 1.0)
    assert math.sqrt(variance) == pytest.approx(sensitivity * math.hypot(1e-6, w * 5e-7), rel=1e-9)


MONTE_CARLO = [
    pytest.param(Subrange.ZERO_TO_SILVER, (), id="square"),
    pytest.param(Subrange.ZERO_TO_ZINC, (T["Ga"], T["In"]), id="overdetermined"),
    pytest.param(Subrange.ARGON_TO_WATER, (), id="below zero"),
]


@pytest.mark.parametrize(("subrange", "more"), MONTE_CARLO)
def test_covariance_is_that_of_repeated_calibrations(subrange, more):
    kelvins, coefficients = CASES[subrange]
    given = measured(subrange, coefficients, (*more, *kelvins))
    u_water, trials = 7e-7, 1200
    generator = np.random.default_rng(90)
    found = []
    for _ in range(trials):
        water = 1.0 + generator.normal(0.0, u_water)
        drawn = [
            MeasuredRatio(each.t90_kelvin, (each.ratio + generator.normal(0.0, 1e-6)) / water, 1e-6)
            for each in given
        ]
        fitted = fit_thermometer(subrange, drawn, water_relative=u_water)
        found.append((*fitted.thermometer.coefficients, fitted.chi_squared))
    *repeated, chi_squared = np.array(found).T
    fitted = fit_thermometer(subrange, given, water_relative=u_water)
    stated = np.array(fitted.thermometer.covariance)
    u = np.sqrt(np.diag(stated))
    # The standard deviation of u from 1200 trials is 2 %, that of r at most 0.03.
    assert np.sqrt(np.diag(np.cov(repeated))) == pytest.approx(u, rel=0.07)
    assert np.corrcoef(repeated) == pytest.approx(stated / np.outer(u, u), abs=0.1)
    assert np.mean(repeated, axis=1) == pytest.approx(coefficients, abs=5.0 * u.max() / trials**0.5)
    assert np.mean(chi_squared) == pytest.approx(fitted.dof, rel=0.12, abs=1e-6)


def test_water_in_common_is_not_reduced_by_more_points():
    kelvins, coefficients = CASES[Subrange.ZERO_TO_TIN]
    given = measured(Subrange.ZERO_TO_TIN, coefficients, kelvins, u=1e-9)
    many = fit_thermometer(Subrange.ZERO_TO_TIN, given * 50, water_relative=1e-6).thermometer
    once = fit_thermometer(Subrange.ZERO_TO_TIN, given, water_relative=1e-6).thermometer
    assert many.covariance[0][0] == pytest.approx(once.covariance[0][0], rel=1e-4)


def test_what_is_left_over_tells_a_wrong_point():
    kelvins, coefficients = CASES[Subrange.ZERO_TO_ZINC]
    given = measured(Subrange.ZERO_TO_ZINC, coefficients, (*kelvins, T["In"]))
    good = fit_thermometer(Subrange.ZERO_TO_ZINC, given)
    assert (good.dof, good.probability) == (1, pytest.approx(1.0))
    moved = MeasuredRatio(given[2].t90_kelvin, given[2].ratio + 2e-5, 1e-6)
    bad = fit_thermometer(Subrange.ZERO_TO_ZINC, [*given[:2], moved])
    assert bad.probability < 1e-6
    assert bad.residuals_kelvin[2] > 2e-3


def test_departure_of_a_point_that_was_not_in_the_fit():
    kelvins, coefficients = CASES[Subrange.ZERO_TO_ZINC]
    fitted = fit_thermometer(
        Subrange.ZERO_TO_ZINC, measured(Subrange.ZERO_TO_ZINC, coefficients, kelvins)
    ).thermometer
    (indium,) = measured(Subrange.ZERO_TO_ZINC, coefficients, [T["In"]], u=2e-6)
    found = departure(fitted, indium)
    assert found.kelvin == pytest.approx(0.0, abs=1e-9)
    u = fitted.standard_uncertainty_kelvin(indium.ratio, 2e-6)
    assert found.standard_uncertainty_kelvin == u
    off = MeasuredRatio(T["In"], indium.ratio + 1e-5, 2e-6)
    kelvin = 1e-5 / reference_slope(T["In"])
    assert departure(fitted, off).kelvin == pytest.approx(kelvin, rel=1e-3)
    with pytest.raises(OutOfValidity, match="no covariance"):
        departure(Thermometer(Subrange.ZERO_TO_ZINC, coefficients), indium)


SN, ZN = measured(Subrange.ZERO_TO_ZINC, (-2.9e-4, -1.1e-5), (T["Sn"], T["Zn"]))


@pytest.mark.parametrize(
    ("points", "water", "says"),
    [
        pytest.param([SN], 0.0, "do not determine its 2 coefficient.* a, b; measure", id="few"),
        pytest.param([SN, SN], 0.0, "depend on each other", id="the same point twice"),
        pytest.param(
            [SN, ZN, MeasuredRatio(T["Al"], 3.37, 1e-6)], 0.0, "choose a wider", id="beyond"
        ),
        pytest.param([SN, ZN, MeasuredRatio(T["Hg"], 0.84, 1e-6)], 0.0, "leave it", id="below"),
        pytest.param(
            [SN, ZN, MeasuredRatio(T["H2O"], 1.0, 1e-6)], 0.0, "by definition", id="water"
        ),
        pytest.param([SN, MeasuredRatio(T["Zn"], math.nan, 1e-6)], 0.0, "W = nan", id="nan"),
        pytest.param([SN, MeasuredRatio(T["Zn"], 2.56, 0.0)], 0.0, "u = 0", id="no uncertainty"),
        pytest.param([SN, ZN], -1e-7, "0 or more", id="water below zero"),
    ],
)
def test_points_that_do_not_do(points, water, says):
    with pytest.raises(FitError, match=says):
        fit_thermometer(Subrange.ZERO_TO_ZINC, points, water_relative=water)
