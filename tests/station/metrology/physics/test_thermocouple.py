"""Thermocouples: check values, ends of the published tables, inverses, junctions."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.metrology.errors import OutOfValidity
from station.metrology.inputs import normal
from station.metrology.monte_carlo import simulate
from station.metrology.physics.thermocouple import (
    Letter,
    compensated_celsius,
    emf_volts,
    seebeck_volts_per_kelvin,
    simulated_emf_volts,
    temperature_celsius,
)
from station.metrology.physics.thermocouple_coefficients import PIECES
from station.metrology.uncertainty import Budget

# t90 (°C) → E (mV) of B E J K N R S T, computed from the published coefficients.
MILLIVOLTS = {
    -200: (None, -8.825, -7.890, -5.891, -3.990, None, None, -5.603),
    -100: (None, -5.237, -4.633, -3.554, -2.407, None, None, -3.379),
    -50: (None, -2.787, -2.431, -1.889, -1.269, -0.226, -0.236, -1.819),
    0: (0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000),
    25: (-0.002, 1.495, 1.277, 1.000, 0.659, 0.141, 0.143, 0.992),
    50: (0.002, 3.048, 2.585, 2.023, 1.340, 0.296, 0.299, 2.036),
    100: (0.033, 6.319, 5.269, 4.096, 2.774, 0.647, 0.646, 4.279),
    200: (0.178, 13.421, 10.779, 8.138, 5.913, 1.469, 1.441, 9.288),
    300: (0.431, 21.036, 16.327, 12.209, 9.341, 2.401, 2.323, 14.862),
    400: (0.787, 28.946, 21.848, 16.397, 12.974, 3.408, 3.259, 20.872),
    500: (1.242, 37.005, 27.393, 20.644, 16.748, 4.471, 4.233, None),
    600: (1.792, 45.093, 33.102, 24.905, 20.613, 5.583, 5.239, None),
    800: (3.154, 61.017, 45.494, 33.275, 28.455, 7.950, 7.345, None),
    1000: (4.834, 76.373, 57.953, 41.276, 36.256, 10.506, 9.587, None),
    1200: (6.786, None, 69.553, 48.838, 43.846, 13.228, 11.951, None),
    1500: (10.099, None, None, None, None, 17.451, 15.582, None),
    1750: (13.014, None, None, None, None, 20.877, 18.503, None),
}
CASES = [
    pytest.param(letter, float(t), millivolts, id=f"{letter.value} {t} °C")
    for t, row in MILLIVOLTS.items()
    for letter, millivolts in zip(Letter, row, strict=True)
    if millivolts is not None
]

# Printed in the NIST tables (type T) and in the ranges of their approximate inverses (the others).
PUBLISHED = [
    (Letter.T, -270.0, -6.258),
    (Letter.T, -250.0, -6.180),
    (Letter.T, -240.0, -6.105),
    (Letter.T, -230.0, -6.007),
    (Letter.T, -180.0, -5.261),
    (Letter.T, -150.0, -4.648),
    (Letter.T, -80.0, -2.788),
    (Letter.T, -40.0, -1.475),
    (Letter.B, 250.0, 0.291),
    (Letter.B, 700.0, 2.431),
    (Letter.K, 1372.0, 54.886),
    (Letter.J, -210.0, -8.095),
    (Letter.J, 760.0, 42.919),
    (Letter.J, 1200.0, 69.553),
]

anything = st.sampled_from(Letter).flatmap(
    lambda letter: st.tuples(
        st.just(letter), st.floats(letter.lowest_invertible_celsius, letter.high_celsius)
    )
)


@pytest.mark.parametrize(("letter", "celsius", "millivolts"), CASES)
def test_check_values(letter, celsius, millivolts):
    assert 1e3 * emf_volts(letter, celsius) == pytest.approx(millivolts, rel=0, abs=5.1e-4)


@pytest.mark.parametrize(("letter", "celsius", "millivolts"), PUBLISHED)
def test_published_values(letter, celsius, millivolts):
    assert 1e3 * emf_volts(letter, celsius) == pytest.approx(millivolts, rel=0, abs=5.1e-4)


@given(anything)
def test_the_inverse_returns_the_temperature(case):
    letter, celsius = case
    found = temperature_celsius(letter, emf_volts(letter, celsius))
    # 1.2 µK where the pieces of J meet; 0.1 µK at -270 °C, where 14 terms nearly cancel.
    assert found == pytest.approx(celsius, rel=0, abs=2e-6)


@pytest.mark.parametrize("letter", list(Letter))
def test_rounding_does_not_leave_the_range(letter):
    for end in (letter.lowest_invertible_celsius, letter.high_celsius):
        for celsius in (np.nextafter(end, 0.0), end):
            emf = emf_volts(letter, float(celsius))
            for moved in (emf * (1.0 - 4e-16), emf * (1.0 + 4e-16)):
                back = emf_volts(letter, temperature_celsius(letter, moved))
                assert back == pytest.approx(emf, rel=1e-12)


@pytest.mark.parametrize("letter", list(Letter))
def test_arrays_give_what_floats_give(letter):
    celsius = np.linspace(letter.lowest_invertible_celsius, letter.high_celsius, 301)
    emf = emf_volts(letter, celsius)
    assert emf.tolist() == [emf_volts(letter, t) for t in celsius.tolist()]
    found = temperature_celsius(letter, emf)
    assert np.max(np.abs(found - celsius)) < 2e-6
    assert float(found[100]) == pytest.approx(temperature_celsius(letter, float(emf[100])))


@pytest.mark.parametrize("letter", list(Letter))
def test_pieces_meet(letter):
    pieces = PIECES[letter.value]
    for below, above in pairwise(pieces):
        assert below.high_celsius == above.low_celsius
        joint = below.high_celsius
        step = emf_volts(letter, joint + 1e-7) - emf_volts(letter, joint)
        assert step == pytest.approx(1e-7 * seebeck_volts_per_kelvin(letter, joint), abs=1e-10)


@pytest.mark.parametrize("letter", list(Letter))
@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.99])
def test_seebeck_coefficient(letter, share):
    celsius = letter.low_celsius + share * (letter.high_celsius - letter.low_celsius)
    quotient = (emf_volts(letter, celsius + 0.01) - emf_volts(letter, celsius - 0.01)) / 0.02
    found = seebeck_volts_per_kelvin(letter, celsius)
    assert found == pytest.approx(quotient, rel=1e-6, abs=1e-12)


@given(anything, st.floats(0.0, 40.0))
def test_reference_junction(case, junction):
    letter, celsius = case
    emf = simulated_emf_volts(letter, celsius, junction)
    assert compensated_celsius(letter, emf, junction) == pytest.approx(celsius, rel=0, abs=2e-6)


def test_voltages_add_and_not_temperatures():
    emf = simulated_emf_volts(Letter.K, 400.0, 23.0)
    # 16.397 mV at 400 °C and 0.919 mV at 23 °C.
    assert 1e3 * emf == pytest.approx(16.397 - 0.919, rel=0, abs=1e-3)
    assert temperature_celsius(Letter.K, emf) + 23.0 != pytest.approx(400.0, abs=0.5)


def test_inverse_in_a_budget_and_in_monte_carlo():
    emf = normal("emf", 4.096e-3, standard_uncertainty=2e-6, source="meter")
    junction = normal("junction", 0.0, standard_uncertainty=0.03, source="ice bath")

    def model(emf, junction):
        return compensated_celsius(Letter.K, emf, junction)

    budget = Budget("temperature", "°C", model, emf, junction)
    result = budget.evaluate()
    slope = seebeck_volts_per_kelvin(Letter.K, result.value)
    at_zero = seebeck_volts_per_kelvin(Letter.K, 0.0)
    expected = np.hypot(2e-6, 0.03 * at_zero) / slope
    assert result.standard_uncertainty == pytest.approx(expected, rel=1e-6)
    drawn = simulate(budget, trials=20_000, seed=3)
    assert drawn.standard_uncertainty == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        (emf_volts, (Letter.K, 1372.1)),
        (emf_volts, (Letter.B, -0.1)),
        (emf_volts, (Letter.T, np.array([0.0, 401.0]))),
        (seebeck_volts_per_kelvin, (Letter.S, -51.0)),
        (temperature_celsius, (Letter.K, 55e-3)),
        (temperature_celsius, (Letter.B, 0.0)),
        (temperature_celsius, (Letter.B, -2e-6)),
        (temperature_celsius, (Letter.N, float("nan"))),
        (compensated_celsius, (Letter.R, 0.0, -60.0)),
        (simulated_emf_volts, (Letter.J, 2000.0, 23.0)),
    ],
)
def test_nothing_is_extrapolated(call, arguments):
    with pytest.raises(OutOfValidity, match=f"type {arguments[0].value}"):
        call(*arguments)
