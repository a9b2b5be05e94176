"""ITS-90: table 1 of the scale, computed check values, inverses, a published certificate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.metrology.errors import InvalidNumber, OutOfValidity
from station.metrology.inputs import normal
from station.metrology.physics.its90 import (
    FIXED_POINTS_KELVIN,
    HIGHEST_KELVIN,
    LOWEST_KELVIN,
    approximate_temperature,
    reference_ratio,
    reference_slope,
    temperature,
)
from station.metrology.physics.its90_deviation import (
    FORMS,
    Subrange,
    Thermometer,
    coefficient_count,
    deviation,
    is_acceptable,
)
from station.metrology.uncertainty import Budget

# Metrologia 27 (1990) 3, table 1.
FIXED_POINT_RATIOS = {
    "e-H2": 0.00119007,
    "Ne": 0.00844974,
    "O2": 0.09171804,
    "Ar": 0.21585975,
    "Hg": 0.84414211,
    "H2O": 1.0,
    "Ga": 1.11813889,
    "In": 1.60980185,
    "Sn": 1.89279768,
    "Zn": 2.56891730,
    "Al": 3.37600860,
    "Ag": 4.28642053,
}

# t90 (°C) → W_r, computed independently from the same equations.
RATIOS = {
    -200.0: 0.16975189,
    -100.0: 0.59454082,
    -50.0: 0.79898616,
    0.0: 0.99996010,
    50.0: 1.19787054,
    100.0: 1.39277281,
    200.0: 1.77366331,
    300.0: 2.14284029,
    400.0: 2.50044110,
    500.0: 2.84639697,
    600.0: 3.18042462,
    800.0: 3.81156573,
    961.78: 4.28642053,
}

kelvins = st.floats(LOWEST_KELVIN, HIGHEST_KELVIN)


@pytest.mark.parametrize("substance", FIXED_POINT_RATIOS)
def test_fixed_points(substance):
    t90, ratio = FIXED_POINTS_KELVIN[substance], FIXED_POINT_RATIOS[substance]
    assert reference_ratio(t90) == pytest.approx(ratio, rel=0, abs=1.01e-8)
    assert temperature(ratio) == pytest.approx(t90, rel=0, abs=1e-5)


@pytest.mark.parametrize("celsius", RATIOS)
def test_reference_ratio(celsius):
    assert reference_ratio(celsius + 273.15) == pytest.approx(RATIOS[celsius], rel=0, abs=5.1e-9)


@given(kelvins)
def test_the_inverse_returns_the_temperature(t90):
    # Up to 1.5 µK where (9a) and (10a) meet.
    assert temperature(reference_ratio(t90)) == pytest.approx(t90, rel=0, abs=1.5e-6)


@given(kelvins)
def test_the_published_inverse_agrees_as_it_claims(t90):
    claimed = 0.1e-3 if t90 <= 273.16 else 0.135e-3
    assert approximate_temperature(reference_ratio(t90)) == pytest.approx(t90, rel=0, abs=claimed)


@pytest.mark.parametrize("t90", [13.9, 54.0, 200.0, 273.1, 273.2, 500.0, 1234.0])
def test_slope(t90):
    h = 1e-4 * t90
    quotient = (reference_ratio(t90 + h) - reference_ratio(t90 - h)) / (2.0 * h)
    # (9a) curves strongly at its low end.
    assert reference_slope(t90) == pytest.approx(quotient, rel=1e-6)


def test_arrays_give_what_floats_give():
    kelvin = np.array([[13.8033, 100.0, 273.16], [273.161, 600.0, 1234.93]])
    ratios = reference_ratio(kelvin)
    assert ratios.shape == kelvin.shape
    assert ratios.tolist() == [[reference_ratio(t) for t in row] for row in kelvin.tolist()]
    assert temperature(ratios) == pytest.approx(kelvin, rel=1e-14)
    assert reference_slope(kelvin)[1, 2] == reference_slope(1234.93)


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (reference_ratio, 13.8),
        (reference_ratio, 1234.94),
        (reference_ratio, float("nan")),
        (reference_ratio, np.array([300.0, 1300.0])),
        (reference_slope, 5.0),
        (temperature, 0.00118),
        (temperature, 4.2865),
        (temperature, np.array([1.0, np.nan])),
        (approximate_temperature, 5.0),
    ],
)
def test_nothing_is_extrapolated(function, argument):
    with pytest.raises(OutOfValidity, match="nothing is extrapolated"):
        function(argument)


# A maker's published sample certificate (Isothermal Technology, long form, 2004): coefficients,
# and what the thermometer had at the points they were found from.
MERCURY_GALLIUM = Thermometer(
    Subrange.MERCURY_TO_GALLIUM, (-2.796694757957740e-4, -3.199472366290438e-4)
)
ZERO_ALUMINIUM = Thermometer(
    Subrange.ZERO_TO_ALUMINIUM,
    (-2.982376094442697e-4, -2.347216136920800e-5, 5.058518332814592e-6),
)


@pytest.mark.parametrize(
    ("thermometer", "ratio", "celsius"),
    [
        pytest.param(MERCURY_GALLIUM, 0.8441779, -38.8344, id="Hg"),
        pytest.param(MERCURY_GALLIUM, 1.1181014, 29.7646, id="Ga"),
        pytest.param(ZERO_ALUMINIUM, 1.8925127, 231.927, id="Sn"),
        pytest.param(ZERO_ALUMINIUM, 2.5684113, 419.527, id="Zn"),
        pytest.param(ZERO_ALUMINIUM, 3.3752260, 660.320, id="Al"),
    ],
)
def test_published_certificate(thermometer, ratio, celsius):
    # W is printed to 1e-7, which is 0.03 mK.
    assert thermometer.t90_kelvin(ratio) == pytest.approx(celsius + 273.15, rel=0, abs=3e-5)
    assert thermometer.ratio(celsius + 273.15) == pytest.approx(ratio, rel=0, abs=1e-7)


# Coefficients of the size that real thermometers have.
COEFFICIENTS = {
    Subrange.HYDROGEN_TO_WATER: (-3.1e-4, 2e-5, 1e-6, 3e-6, -2e-7, 1e-7, -1e-9),
    Subrange.NEON_TO_WATER: (-3.1e-4, 2e-5, 1e-6, 3e-6, -2e-7),
    Subrange.OXYGEN_TO_WATER: (-3.1e-4, 2e-5, 3e-6),
    Subrange.ARGON_TO_WATER: (-3.1e-4, 2e-5),
    Subrange.MERCURY_TO_GALLIUM: (-2.8e-4, -3.2e-4),
    Subrange.ZERO_TO_SILVER: (-2.9e-4, -2.3e-5, 5.1e-6, -4e-5),
    Subrange.ZERO_TO_ALUMINIUM: (-2.9e-4, -2.3e-5, 5.1e-6),
    Subrange.ZERO_TO_ZINC: (-2.9e-4, -1.1e-5),
    Subrange.ZERO_TO_TIN: (-2.9e-4, -1.1e-5),
    Subrange.ZERO_TO_INDIUM: (-2.9e-4,),
    Subrange.ZERO_TO_GALLIUM: (-2.9e-4,),
}


@pytest.mark.parametrize("subrange", list(Subrange), ids=lambda each: each.name)
def test_a_thermometer_returns_the_temperature(subrange):
    thermometer = Thermometer(subrange, COEFFICIENTS[subrange])
    form = FORMS[subrange]
    kelvin = np.linspace(form.low_kelvin, form.high_kelvin, 501)
    ratios = thermometer.ratio(kelvin)
    assert np.max(np.abs(thermometer.t90_kelvin(ratios) - kelvin)) < 1.5e-6
    assert thermometer.ratio(float(kelvin[250])) == pytest.approx(ratios[250], rel=1e-14)


@pytest.mark.parametrize(
    ("subrange", "w", "expected"),
    [
        # Written out by hand from the table of deviation functions.
        pytest.param(1, 0.5, -0.5 + 2 * 0.25 + 3 * -0.3330246519889295, id="n=2: (ln W)^3"),
        pytest.param(2, 0.5, -0.5 + 2 * 0.25 + 3 * -0.6931471805599453, id="n=0: ln W"),
        pytest.param(3, 0.5, -0.5 + 2 * 0.25 + 3 * 0.4804530139182014, id="n=1: (ln W)^2"),
        pytest.param(4, 0.5, -0.5 + 2 * 0.34657359027997264, id="(W-1) ln W"),
        pytest.param(5, 1.1, 0.1 + 2 * 0.01, id="quadratic"),
        pytest.param(7, 3.0, 2.0 + 2 * 4.0 + 3 * 8.0, id="cubic"),
        pytest.param(10, 1.5, 0.5, id="linear"),
    ],
)
def test_form_of_the_deviation(subrange, w, expected):
    chosen = Subrange(subrange)
    coefficients = [1.0, 2.0, 3.0, *[0.0] * 4][: coefficient_count(chosen)]
    assert deviation(chosen, coefficients, w) == pytest.approx(expected, rel=1e-12)


def test_silver_subrange_is_that_of_aluminium_with_d_above():
    silver = COEFFICIENTS[Subrange.ZERO_TO_SILVER]
    with_d = Thermometer(Subrange.ZERO_TO_SILVER, silver)
    without = Thermometer(Subrange.ZERO_TO_ALUMINIUM, silver[:3])
    for kelvin in (300.0, 700.0, 933.473):
        assert with_d.ratio(kelvin) == without.ratio(kelvin)
    at_aluminium = without.ratio(933.473)
    w = with_d.ratio(1234.93)
    cubic = sum(c * (w - 1.0) ** (i + 1) for i, c in enumerate(silver[:3]))
    expected = reference_ratio(1234.93) + cubic + silver[3] * (w - at_aluminium) ** 2
    assert w == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("subrange", list(Subrange), ids=lambda each: each.name)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_uncertainty_is_that_of_difference_quotients(subrange, share):
    generator = np.random.default_rng(int(1000 * share) + subrange.value)
    coefficients = np.array(COEFFICIENTS[subrange])
    scatter = np.abs(coefficients) * 1e-2
    mixing = generator.uniform(-1.0, 1.0, (len(coefficients), 40)) * scatter[:, None]
    covariance = np.cov(mixing) if len(coefficients) > 1 else np.atleast_2d(np.var(mixing))
    thermometer = Thermometer(
        subrange, tuple(coefficients), tuple(map(tuple, np.atleast_2d(covariance).tolist()))
    )
    form = FORMS[subrange]
    w = float(thermometer.ratio(form.low_kelvin + share * (form.high_kelvin - form.low_kelvin)))

    def moved(i, step):
        changed = coefficients.copy()
        changed[i] += step
        return Thermometer(subrange, tuple(changed)).t90_kelvin(w)

    gradient = np.array(
        [(moved(i, s) - moved(i, -s)) / (2.0 * s) for i, s in enumerate(1000.0 * scatter * 1e-3)]
    )
    h = 1e-5 * w
    by_ratio = (thermometer.t90_kelvin(w + h) - thermometer.t90_kelvin(w - h)) / (2.0 * h)
    u_ratio = 1e-6
    expected = np.sqrt(gradient @ covariance @ gradient + (by_ratio * u_ratio) ** 2)
    found = thermometer.standard_uncertainty_kelvin(w, u_ratio)
    assert found == pytest.approx(expected, rel=1e-5)


def test_uncertainty_by_hand_at_gallium():
    thermometer = Thermometer(Subrange.ZERO_TO_GALLIUM, (-2.9e-4,), ((4e-12,),))
    w = thermometer.ratio(302.9146)
    # dT/dW_r is 1/3.953e-3 K; ΔW/da = W - 1.
    expected = (w - 1.0) * 2e-6 / reference_slope(302.9146)
    assert thermometer.standard_uncertainty_kelvin(w, 0.0) == pytest.approx(expected, rel=1e-12)
    assert expected == pytest.approx(59.8e-6, rel=1e-2)


def test_a_thermometer_is_a_model_for_a_budget():
    ratio = normal("w", 1.5, standard_uncertainty=2e-6, source="bridge")
    model = Thermometer(Subrange.ZERO_TO_TIN, (-2.9e-4, -1.1e-5), ((0.0, 0.0), (0.0, 0.0)))
    budget = Budget("temperature", "K", lambda w: model.t90_kelvin(w), ratio)
    found = budget.evaluate().standard_uncertainty
    assert found == pytest.approx(model.standard_uncertainty_kelvin(1.5, 2e-6), rel=1e-9)


def test_coefficients_may_be_draws():
    draws = np.random.default_rng(7).normal(-4e-5, 1e-6, 5)
    drawn = deviation(Subrange.ZERO_TO_SILVER, (-2.9e-4, -2.3e-5, 5.1e-6, draws), 4.2)
    single = deviation(Subrange.ZERO_TO_SILVER, (-2.9e-4, -2.3e-5, 5.1e-6, float(draws[3])), 4.2)
    assert drawn[3] == single


@pytest.mark.parametrize(
    ("subrange", "kelvin"),
    [
        (Subrange.ZERO_TO_GALLIUM, 303.0),
        (Subrange.ZERO_TO_GALLIUM, 273.1),
        (Subrange.MERCURY_TO_GALLIUM, 234.0),
        (Subrange.ARGON_TO_WATER, 83.0),
        (Subrange.ARGON_TO_WATER, 273.2),
        (Subrange.ZERO_TO_SILVER, 1235.0),
    ],
)
def test_a_subrange_is_not_left(subrange, kelvin):
    thermometer = Thermometer(subrange, COEFFICIENTS[subrange])
    with pytest.raises(OutOfValidity):
        thermometer.ratio(kelvin)
    if kelvin < HIGHEST_KELVIN:
        with pytest.raises(OutOfValidity):
            thermometer.t90_kelvin(reference_ratio(kelvin))


def test_a_ratio_that_is_none_is_refused():
    with pytest.raises(OutOfValidity, match="W 0"):
        Thermometer(Subrange.ARGON_TO_WATER, (0.0, 0.0)).t90_kelvin(0.0)


@pytest.mark.parametrize(
    ("coefficients", "covariance", "says"),
    [
        ((1e-4,), None, "2 finite ones needed"),
        ((1e-4, float("nan")), None, "2 finite ones needed"),
        ((1e-4, 1e-5), ((1.0,),), "shape"),
        ((1e-4, 1e-5), ((1.0, 0.2), (0.3, 1.0)), "symmetric"),
        ((1e-4, 1e-5), ((1.0, 1.2), (1.2, 1.0)), "impossible"),
        ((1e-4, 1e-5), ((-1.0, 0.0), (0.0, 1.0)), "negative"),
        ((1e-4, 1e-5), ((float("nan"), 0.0), (0.0, 1.0)), "not finite"),
        ((1e-4, 1e-5), ((0.0, 0.1), (0.1, 1.0)), "without uncertainty"),
    ],
)
def test_impossible_certificates(coefficients, covariance, says):
    with pytest.raises(InvalidNumber, match=says):
        Thermometer(Subrange.ZERO_TO_ZINC, coefficients, covariance)


def test_three_coefficients_cannot_all_be_opposed():
    opposed = ((1.0, -0.9, -0.9), (-0.9, 1.0, -0.9), (-0.9, -0.9, 1.0))
    with pytest.raises(InvalidNumber, match="impossible"):
        Thermometer(Subrange.ZERO_TO_ALUMINIUM, (1e-4, 1e-5, 1e-6), opposed)


def test_uncertainty_needs_its_grounds():
    with pytest.raises(OutOfValidity, match="no covariance"):
        ZERO_ALUMINIUM.standard_uncertainty_kelvin(2.0, 1e-6)
    known = Thermometer(Subrange.ZERO_TO_GALLIUM, (0.0,), ((0.0,),))
    with pytest.raises(InvalidNumber, match="not negative"):
        known.standard_uncertainty_kelvin(1.1, -1e-6)


@pytest.mark.parametrize(
    ("gallium", "mercury", "silver", "accepted"),
    [
        (1.11807, None, None, True),
        (1.11806, None, None, False),
        (None, 0.844235, None, True),
        (None, 0.844236, None, False),
        (1.11806, 0.844235, None, True),
        (1.11807, None, 4.2844, True),
        (1.11807, None, 4.2843, False),
    ],
)
def test_acceptance_of_the_platinum(gallium, mercury, silver, accepted):
    found = is_acceptable(gallium_ratio=gallium, mercury_ratio=mercury, silver_ratio=silver)
    assert found is accepted


def test_acceptance_needs_a_point():
    with pytest.raises(OutOfValidity, match="gallium or at the mercury"):
        is_acceptable(silver_ratio=4.3)
