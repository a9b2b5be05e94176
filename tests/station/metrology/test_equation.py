"""Certificates given as equations: coefficients with covariance, from code and from the file."""

import json
import math
import tomllib
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from station.metrology.coefficients import Coefficients
from station.metrology.equation import CertifiedEquation, Gives
from station.metrology.errors import CertificateError, OutOfCertificate
from station.metrology.reference_file import CertificateFile
from station.metrology.regression import fit_polynomial

EXAMPLES = {
    entry["id"]: entry
    for entry in json.loads(
        Path(__file__).with_name("worked-examples.json").read_text(encoding="utf-8")
    )
}


def equation(function, coefficients, low, high, **stated):
    fields = {"unit": "MPa", "argument_unit": "V", **stated}
    return CertifiedEquation(
        "C-7",
        "pressure",
        fields.pop("unit"),
        fields.pop("argument_unit"),
        function,
        coefficients,
        low,
        high,
        **fields,
    )


KESSEL = equation(
    lambda x, a, b: a + b * x,
    Coefficients.uncertain(
        {"a": 0.0, "b": 9.79912}, {"a": 0.00028, "b": 0.00114}, {("a", "b"): -0.1212}
    ),
    0.0,
    2.041,
    fit_uncertainty=0.005 / math.sqrt(3.0),
)


@pytest.mark.parametrize("index", range(11))
def test_pressure_sensor_of_kessel(index):
    entry = EXAMPLES["KESSEL-RANGE"]
    expected = entry["expected"]
    x = entry["raw_data"]["x"][index]
    found = KESSEL.at(x, standard_uncertainty=5e-5 / math.sqrt(3.0))
    assert found.value == pytest.approx(expected["p"][index], abs=entry["tolerance"]["p"])
    assert 2.0 * found.standard_uncertainty == pytest.approx(
        expected["U"][index], abs=entry["tolerance"]["U"]
    )
    assert found.source == f"certificate C-7, pressure equation at {x:g}"


def test_a_fitted_curve_and_its_coefficients_say_the_same():
    x = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    y = [0.01, 0.13, 0.22, 0.34, 0.41, 0.55]
    curve = fit_polynomial(x, y, degree=2)
    powers, covariance = curve.in_powers_of_x()
    certified = equation(
        lambda x, a, b, c: a + b * x + c * x * x,
        Coefficients(("a", "b", "c"), powers, covariance),
        0.0,
        50.0,
    )
    for place in (0.0, 17.0, 50.0):
        found, expected = certified.at(place), curve.at(place)
        assert found.value == pytest.approx(expected.value)
        assert found.standard_uncertainty == pytest.approx(expected.standard_uncertainty, rel=1e-7)
    assert certified.curve.covariance(5.0, 45.0) == pytest.approx(
        curve.covariance_between(5.0, 45.0), rel=1e-6
    )


def platinum(x, r0, a, b):
    return r0 * (1.0 + a * x + b * x * x)


THERMOMETER = equation(
    platinum,
    Coefficients.uncertain(
        {"R0": 100.003, "A": 3.9083e-3, "B": -5.775e-7},
        {"R0": 1e-3, "A": 1e-7, "B": 2e-10},
        {("A", "B"): -0.95},
    ),
    0.0,
    400.0,
    unit="Ω",
    argument_unit="°C",
    fit_uncertainty=0.002,
)


@pytest.mark.parametrize("t", [0.0, 33.3, 250.0, 400.0])
def test_inverse_undoes_the_equation(t):
    resistance = THERMOMETER.at(t)
    found = THERMOMETER.inverse(resistance.value, standard_uncertainty=1e-3)
    assert found.value == pytest.approx(t, abs=1e-9)
    u = math.hypot(resistance.standard_uncertainty, 1e-3) / THERMOMETER.curve.slope(t)
    assert found.standard_uncertainty == pytest.approx(u, rel=1e-6)


@pytest.mark.parametrize("t", [0.0, 150.0, 400.0])
def test_the_slope_is_the_derivative_up_to_the_ends(t):
    exact = 100.003 * (3.9083e-3 - 2.0 * 5.775e-7 * t)
    assert THERMOMETER.curve.slope(t) == pytest.approx(exact, rel=1e-5)


def test_uncertainty_by_hand():
    t, r0, a, b = 100.0, 100.003, 3.9083e-3, -5.775e-7
    c = (1.0 + a * t + b * t * t, r0 * t, r0 * t * t)
    terms = (c[0] * 1e-3, c[1] * 1e-7, c[2] * 2e-10)
    variance = sum(term**2 for term in terms) - 2.0 * 0.95 * terms[1] * terms[2] + 0.002**2
    assert THERMOMETER.at(t).standard_uncertainty == pytest.approx(math.sqrt(variance), rel=1e-9)


def test_a_deviation_is_added_to_what_is_read():
    gauge = equation(
        lambda x, a: a * x,
        Coefficients.uncertain({"a": -1e-3}, {"a": 1e-4}),
        0.0,
        10.0,
        unit="bar",
        argument_unit="bar",
        gives=Gives.DEVIATION,
    )
    found = gauge.at(5.0)
    assert found.value == pytest.approx(4.995)
    assert found.correction == pytest.approx(-0.005)
    assert found.standard_uncertainty == pytest.approx(5e-4)
    assert gauge.inverse(4.995).value == pytest.approx(5.0)


@pytest.mark.parametrize("x", [-1e-9, 2.0411, math.nan, math.inf])
def test_the_range_is_strict(x):
    with pytest.raises(OutOfCertificate, match="outside"):
        KESSEL.at(x)
    with pytest.raises(OutOfCertificate, match="outside"):
        KESSEL.curve.slope(x)


def test_what_is_not_reached_is_refused():
    with pytest.raises(OutOfCertificate, match="not reached"):
        THERMOMETER.inverse(99.0)
    parabola = equation(
        lambda x, a: a * x * x, Coefficients.uncertain({"a": 1.0}, {"a": 0.1}), -1.0, 1.0
    )
    with pytest.raises(CertificateError, match="does not rise"):
        parabola.inverse(0.5)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, a: a / (x - 1.0),
        lambda x, a: math.sqrt(-a - x),
        lambda x, a: (-a - x) ** 0.5,
        lambda x, a: math.inf * a,
    ],
)
def test_an_equation_without_a_value_is_refused(function):
    broken = equation(function, Coefficients.uncertain({"a": 1.0}, {"a": 0.1}), 0.0, 2.0)
    with pytest.raises(CertificateError):
        broken.at(1.0)


@pytest.mark.parametrize(
    "stated",
    [
        {"low": 1.0, "high": 1.0},
        {"low": 0.0, "high": math.inf},
        {"fit_uncertainty": -1.0},
        {"k": 0.0},
        {"dof": 0.0},
        {"gives": Gives.DEVIATION},
    ],
)
def test_contradictions_are_refused(stated):
    fields = {"low": 0.0, "high": 1.0, **stated}
    with pytest.raises(CertificateError):
        equation(lambda x, a: a, Coefficients.uncertain({"a": 1.0}, {"a": 0.1}), **fields)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Coefficients((), (), ()),
        lambda: Coefficients(("a", "a"), (1.0, 2.0), ((1.0, 0.0), (0.0, 1.0))),
        lambda: Coefficients(("a", "b"), (1.0, 2.0), ((1.0, 0.5), (0.4, 1.0))),
        lambda: Coefficients(("a", "b"), (1.0, 2.0), ((1.0, 1.5), (1.5, 1.0))),
        lambda: Coefficients(("a", "b"), (1.0, 2.0), ((-1.0, 0.0), (0.0, 1.0))),
        lambda: Coefficients(("a",), (math.nan,), ((1.0,),)),
        lambda: Coefficients(("a", "b"), (1.0, 2.0), ((1.0, 0.0),)),
        lambda: Coefficients.uncertain({"a": 1.0}, {}),
        lambda: Coefficients.uncertain({"a": 1.0}, {"a": -1.0}),
        lambda: Coefficients.uncertain({"a": 1.0}, {"a": 1.0}, {("a", "b"): 0.5}),
    ],
)
def test_impossible_coefficients_are_refused(call):
    with pytest.raises(CertificateError):
        call()


HEAD = """
[certificate]
number = "T-24-11"
issuer = "National laboratory"
date = 2026-01-15
due = 2027-01-15
standard = "Platinum thermometer"
serial = "P-12"
traceability = "SI through ITS-90"
"""

EXPRESSION = """
[[equation]]
quantity = "resistance"
unit = "Ω"
argument_unit = "°C"
gives = "value"
low = 0.0
high = 400.0
expression = "R0*(1 + A*x + B*x**2)"
fit_uncertainty = 0.002
coefficients = [
  { name = "R0", value = 100.003, u = 1e-3 },
  { name = "A", value = 3.9083e-3, u = 1e-7 },
  { name = "B", value = -5.775e-7, u = 2e-10 },
]
correlations = [["A", "B", -0.95]]
"""

DEVIATION = """
[[equation]]
quantity = "pressure"
unit = "bar"
argument_unit = "bar"
gives = "deviation"
low = 0
high = 20
expression = "a + b*x"
k = 2.1
dof = 30
stability = [{ days = 365, ppm = 100, floor = 1e-3 }]
coefficients = [{ name = "a", value = 1e-3 }, { name = "b", value = 2e-4 }]
covariance = [[1e-8, 0.0], [0.0, 1e-10]]
"""


def read(text):
    return CertificateFile.model_validate(tomllib.loads(text)).to_certificate()


def test_an_expression_of_the_file():
    found = read(HEAD + EXPRESSION).equations_of("resistance")[0]
    for t in (0.0, 123.0, 400.0):
        assert found.at(t).value == pytest.approx(THERMOMETER.at(t).value, rel=1e-15)
        assert found.at(t).standard_uncertainty == pytest.approx(
            THERMOMETER.at(t).standard_uncertainty, rel=1e-9
        )
    assert found.inverse(138.5).value == pytest.approx(THERMOMETER.inverse(138.5).value)


def test_a_deviation_of_the_file_is_used_like_a_table():
    certificate = read(HEAD + DEVIATION)
    found = certificate.at("pressure", 10.0)
    assert found.value == pytest.approx(10.003)
    assert found.standard_uncertainty == pytest.approx(math.sqrt(1e-8 + 100.0 * 1e-10))
    assert (found.k, found.dof) == (2.1, 30.0)
    drift = certificate.drift("pressure", 10.0, None, date(2026, 12, 1))
    assert drift.half_width == pytest.approx(2e-3)
    with pytest.raises(OutOfCertificate, match="outside"):
        certificate.at("pressure", 20.1)
    with pytest.raises(OutOfCertificate, match="without a frequency"):
        certificate.at("pressure", 10.0, 50.0)
    with pytest.raises(OutOfCertificate, match="have passed"):
        certificate.drift("pressure", 10.0, None, date(2027, 1, 16))


def test_an_equation_that_converts_is_asked_for_the_quantity():
    certificate = read(HEAD + EXPRESSION + DEVIATION)
    found = certificate.at("resistance", 138.5)
    assert (found.value, found.correction) == (pytest.approx(138.5, rel=1e-12), 0.0)
    celsius = THERMOMETER.inverse(138.5).value
    assert found.standard_uncertainty == pytest.approx(THERMOMETER.at(celsius).standard_uncertainty)
    assert certificate.measured("resistance", celsius).value == pytest.approx(138.5, rel=1e-12)
    with pytest.raises(OutOfCertificate, match="not reached"):
        certificate.at("resistance", 99.0)
    with pytest.raises(OutOfCertificate, match="no 'temperature', only pressure, resistance"):
        certificate.measured("temperature", 100.0)
    assert certificate.equations_of("temperature") == ()


INDICATION = equation(
    platinum,
    THERMOMETER.coefficients,
    0.0,
    400.0,
    unit="Ω",
    argument_unit="°C",
    gives=Gives.INDICATION,
    fit_uncertainty=0.004,
)


@pytest.mark.parametrize("t", [0.0, 33.3, 250.0, 400.0])
def test_an_indication_is_solved_for_the_quantity(t):
    ohm = INDICATION.at(t)
    slope = 100.003 * (3.9083e-3 - 2.0 * 5.775e-7 * t)
    of_coefficients = math.sqrt(INDICATION.curve.covariance(t, t))
    # The fit's u is in °C, the unit of the quantity, whichever way the equation is used.
    expected = math.hypot(of_coefficients, 0.004 * slope)
    assert ohm.standard_uncertainty == pytest.approx(expected, rel=1e-5)
    for found in (INDICATION.measured(ohm.value), INDICATION.at_nominal(t)):
        assert found.value == pytest.approx(t, abs=1e-9)
        u = math.hypot(of_coefficients / slope, 0.004)
        assert found.standard_uncertainty == pytest.approx(u, rel=1e-5)
        assert found.correction == 0.0


def test_an_indicating_gauge_is_corrected():
    gauge = equation(
        lambda x, a: x + a * x,
        Coefficients.uncertain({"a": 1e-3}, {"a": 1e-4}),
        0.0,
        10.0,
        unit="bar",
        argument_unit="bar",
        gives=Gives.INDICATION,
    )
    for found in (gauge.measured(5.005), gauge.at_nominal(5.005)):
        assert found.value == pytest.approx(5.0)
        assert found.correction == pytest.approx(-0.005)
        assert found.standard_uncertainty == pytest.approx(5e-4 / 1.001)


def test_an_indication_has_one_quantity_for_each_value():
    with pytest.raises(CertificateError, match="does not rise"):
        equation(
            lambda x, a: a * x * x,
            Coefficients.uncertain({"a": 1.0}, {"a": 0.1}),
            -1.0,
            1.0,
            gives=Gives.INDICATION,
        )


def test_a_file_certifies_something_and_nothing_twice():
    with pytest.raises(CertificateError, match="no quantity"):
        read(HEAD)
    with pytest.raises(CertificateError, match="different ranges"):
        read(HEAD + DEVIATION + DEVIATION)
    with pytest.raises(CertificateError, match="the same units"):
        read(HEAD + DEVIATION + DEVIATION.replace("bar", "kPa").replace("20", "30"))
    with pytest.raises(ValidationError):
        read(HEAD + DEVIATION.replace('"deviation"', '"error"'))
