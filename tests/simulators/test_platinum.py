"""Resistance and temperature: tables of ITS-90 and IEC 60751."""

import pytest

from simulators.physics.platinum import (
    CallendarVanDusen,
    Curve,
    Its90,
    OutOfCurve,
    Thermistor,
    celsius_of,
    from_alpha,
    its90,
    reference_ratio,
    slope,
)

PT100 = CallendarVanDusen()
SPRT = Its90(25.5, (-2e-4, 1e-5), (-2e-4, -1e-5, 2e-6, 5e-5))


@pytest.mark.parametrize(
    ("celsius", "ratio"),
    [
        (-200.0, 0.16975189), (-189.3442, 0.21585975), (-100.0, 0.59454082),
        (-38.8344, 0.84414211), (0.0, 0.99996010), (0.01, 1.0), (29.7646, 1.11813889),
        (100.0, 1.39277281), (156.5985, 1.60980185), (419.527, 2.56891730),
        (660.323, 3.37600860), (961.78, 4.28642053),
    ],
)  # fmt: skip
def test_reference_function_of_its90(celsius: float, ratio: float) -> None:
    assert reference_ratio(celsius) == pytest.approx(ratio, abs=2e-8)


@pytest.mark.parametrize(
    ("celsius", "ohms"),
    [(-200.0, 18.5201), (-50.0, 80.3063), (0.0, 100.0), (100.0, 138.5055), (600.0, 313.7080)],
)
def test_iec_60751(celsius: float, ohms: float) -> None:
    assert PT100.ohms(celsius) == pytest.approx(ohms, abs=5e-5)


def test_a_deviation_adds_to_the_reference_function() -> None:
    at_zinc = Its90(100.0, above=(-2e-4, -1e-5, 0.0, 0.0)).ratio(419.527)
    excess = at_zinc - 1.0
    assert at_zinc - 2.56891730 == pytest.approx(-2e-4 * excess - 1e-5 * excess**2, abs=2e-8)


@pytest.mark.parametrize("celsius", [-190.0, -40.0, 0.0, 25.0, 300.0, 660.0, 900.0])
@pytest.mark.parametrize("curve", [PT100, SPRT], ids=["iec", "its90"])
def test_there_and_back(curve: Curve, celsius: float) -> None:
    assert celsius_of(curve, curve.ohms(celsius)) == pytest.approx(celsius, abs=1e-7)


def test_a_thermistor_falls() -> None:
    thermistor = Thermistor((8.497e-4, 2.595e-4, 0.0, 1.46e-7))
    assert thermistor.ohms(0.0) > thermistor.ohms(25.0) > thermistor.ohms(100.0)
    assert thermistor.ohms(25.0) == pytest.approx(10e3, rel=0.02)
    assert celsius_of(thermistor, thermistor.ohms(60.0)) == pytest.approx(60.0, abs=1e-6)
    assert slope(thermistor, 25.0) / thermistor.ohms(25.0) == pytest.approx(-0.039, abs=0.002)


def test_alpha_and_delta_are_another_way_to_write_it() -> None:
    other = from_alpha(100.0, 0.00385055, 1.499786, 0.10863)
    for celsius in (-100.0, 50.0, 400.0):
        assert other.ohms(celsius) == pytest.approx(PT100.ohms(celsius), abs=2e-4)


@pytest.mark.parametrize("ohms", [-1.0, 0.0, 1e6, float("inf")])
def test_no_temperature_has_this_resistance(ohms: float) -> None:
    with pytest.raises(OutOfCurve, match="check its hookup"):
        celsius_of(PT100, ohms)


def test_the_stated_subrange_counts() -> None:
    assert its90({"RTPW": 25.0, "A4": -1e-4, "A8": -3e-4, "B8": 1e-5}) == Its90(
        25.0, (-1e-4, 0.0), (-3e-4, 1e-5, 0.0, 0.0)
    )


@pytest.mark.parametrize("huge", [1e3, 1e9, -1e9])
def test_absurd_coefficients_have_no_temperature(huge: float) -> None:
    with pytest.raises(OutOfCurve):
        celsius_of(its90({"RTPW": 100.0, "A7": huge, "B7": huge, "C7": huge}), 1e300)
