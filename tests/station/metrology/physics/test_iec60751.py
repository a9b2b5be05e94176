"""IEC 60751: resistances of Pt100, inverses, tolerance classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.metrology.errors import InvalidNumber, OutOfValidity
from station.metrology.inputs import normal
from station.metrology.physics.iec60751 import (
    PT100,
    CallendarVanDusen,
    Construction,
    ToleranceClass,
    tolerance_celsius,
)
from station.metrology.uncertainty import Budget

# t90 (°C) → R (Ω), computed from the standard's equations.
PT100_OHM = {
    -200.0: 18.5201,
    -100.0: 60.2558,
    -50.0: 80.3063,
    0.0: 100.0,
    50.0: 119.3971,
    100.0: 138.5055,
    150.0: 157.3251,
    200.0: 175.8560,
    300.0: 212.0515,
    400.0: 247.0920,
    500.0: 280.9775,
    600.0: 313.7080,
    850.0: 390.4811,
}


@pytest.mark.parametrize("celsius", PT100_OHM)
def test_pt100(celsius):
    ohm = PT100_OHM[celsius]
    assert PT100.resistance_ohm(celsius) == pytest.approx(ohm, rel=0, abs=5.1e-5)
    # Inside the range even where the table's last digit was rounded outwards; 0.05 mΩ is 0.17 mK.
    inside = min(max(ohm, PT100.resistance_ohm(-200.0)), PT100.resistance_ohm(850.0))
    assert PT100.temperature_celsius(inside) == pytest.approx(celsius, rel=0, abs=1.8e-4)


@given(st.floats(-200.0, 850.0), st.sampled_from([100.0, 25.5, 1000.0]))
def test_the_inverse_returns_the_temperature(celsius, r0):
    thermometer = CallendarVanDusen(r0)
    resistance = thermometer.resistance_ohm(celsius)
    assert thermometer.temperature_celsius(resistance) == pytest.approx(celsius, rel=0, abs=1e-9)


@pytest.mark.parametrize("celsius", [-200.0, 850.0])
def test_rounding_does_not_leave_the_range(celsius):
    ohm = PT100.resistance_ohm(celsius)
    for moved in (ohm * (1.0 - 4e-16), ohm * (1.0 + 4e-16)):
        back = PT100.resistance_ohm(PT100.temperature_celsius(moved))
        assert back == pytest.approx(ohm, rel=1e-13)


def test_arrays_give_what_floats_give():
    celsius = np.array([-200.0, -1.0, 0.0, 1.0, 850.0])
    ohm = PT100.resistance_ohm(celsius)
    assert ohm.tolist() == [PT100.resistance_ohm(t) for t in celsius.tolist()]
    assert PT100.temperature_celsius(ohm) == pytest.approx(celsius, rel=0, abs=1e-10)
    assert PT100.slope_ohm_per_kelvin(celsius)[1] == PT100.slope_ohm_per_kelvin(-1.0)


@pytest.mark.parametrize("celsius", [-199.0, -40.0, 0.0, 40.0, 849.0])
def test_slope(celsius):
    quotient = (PT100.resistance_ohm(celsius + 1e-3) - PT100.resistance_ohm(celsius - 1e-3)) / 2e-3
    assert PT100.slope_ohm_per_kelvin(celsius) == pytest.approx(quotient, rel=1e-7)


def test_alpha_delta_form():
    # α of IEC 60751 with the δ and β that follow from its A, B and C.
    thermometer = CallendarVanDusen.from_alpha(
        r0_ohm=100.0, alpha=3.85055e-3, delta=1.499786, beta=0.10863369
    )
    assert thermometer.a == pytest.approx(3.9083e-3, rel=1e-7)
    assert thermometer.b == pytest.approx(-5.775e-7, rel=1e-6)
    assert thermometer.c == pytest.approx(-4.183e-12, rel=1e-6)


def test_without_b_the_line_is_inverted():
    line = CallendarVanDusen(100.0, 4e-3, 0.0, 0.0, 0.0, 100.0)
    assert line.temperature_celsius(120.0) == pytest.approx(50.0, rel=1e-15)


def test_uncertainty_through_a_budget():
    ohm = normal("ohm", 60.2558, standard_uncertainty=0.002, source="bridge")
    budget = Budget("temperature", "°C", lambda ohm: PT100.temperature_celsius(ohm), ohm)
    expected = 0.002 / PT100.slope_ohm_per_kelvin(-100.0)
    assert budget.evaluate().standard_uncertainty == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (PT100.resistance_ohm, -200.1),
        (PT100.resistance_ohm, 850.1),
        (PT100.slope_ohm_per_kelvin, 900.0),
        (PT100.temperature_celsius, 18.5),
        (PT100.temperature_celsius, 390.5),
        (PT100.temperature_celsius, np.array([100.0, 400.0])),
        (CallendarVanDusen(low_celsius=0.0, high_celsius=250.0).resistance_ohm, 251.0),
    ],
)
def test_nothing_is_extrapolated(call, argument):
    with pytest.raises(OutOfValidity, match="platinum"):
        call(argument)


@pytest.mark.parametrize(
    "wrong",
    [
        {"r0_ohm": 0.0},
        {"a": float("nan")},
        {"low_celsius": 10.0, "high_celsius": 0.0},
        {"a": -3.9e-3},
        {"b": -5.775e-6},
    ],
)
def test_impossible_characteristics(wrong):
    with pytest.raises(InvalidNumber):
        CallendarVanDusen(**wrong)


@pytest.mark.parametrize(
    ("name", "construction", "celsius", "expected"),
    [
        ("AA", Construction.WIRE_WOUND, 250.0, 0.525),
        ("A", Construction.FILM, -30.0, 0.21),
        ("B", Construction.WIRE_WOUND, -196.0, 1.28),
        ("C", Construction.FILM, 600.0, 6.6),
    ],
)
def test_tolerance(name, construction, celsius, expected):
    found = tolerance_celsius(ToleranceClass(name), construction, celsius)
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_class_is_not_stretched():
    with pytest.raises(OutOfValidity, match="class AA, film"):
        tolerance_celsius(ToleranceClass.AA, Construction.FILM, -10.0)
