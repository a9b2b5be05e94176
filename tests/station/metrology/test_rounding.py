import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.metrology.errors import InvalidNumber
from station.metrology.rounding import (
    Direction,
    Notation,
    number_text,
    round_result,
    scale,
    setting_scale,
    statement,
)


@pytest.mark.parametrize(
    ("value", "uncertainty", "expected"),
    [
        (10.057624, 0.02749, ("10.058", "0.027")),
        (1.0, 0.0998, ("1.00", "0.10")),
        (1.0, 0.995, ("1.0", "1.0")),
        (1.0, 9.96, ("1", "10")),
        (-0.0001, 0.02, ("0.000", "0.020")),
        (56789.0, 1234.0, ("56800", "1200")),
        (12345678.0, 99600.0, ("12350000", "100000")),
        (0.5, 1e-12, ("0.5000000000000", "0.0000000000010")),
        (0.125, 0.10, ("0.13", "0.10")),  # half goes up, as printed, not as stored in binary
        (2.675, 0.10, ("2.68", "0.10")),
        (1e5, 1e-9, ("100000.0000000000", "0.0000000010")),
    ],
)
def test_two_significant_digits(value, uncertainty, expected):
    rounded = round_result(value, uncertainty)
    assert (rounded.value, rounded.uncertainty) == expected


@pytest.mark.parametrize(
    ("uncertainty", "expected"), [(0.0104, "0.01"), (0.0108, "0.02"), (0.0149, "0.02")]
)
def test_one_digit_goes_up_when_rounding_would_lose_five_percent(uncertainty, expected):
    assert round_result(1.0, uncertainty, digits=1).uncertainty == expected


@pytest.mark.parametrize(
    ("value", "uncertainty"), [(math.nan, 1.0), (1.0, 0.0), (1.0, -1.0), (1.0, math.inf)]
)
def test_what_cannot_be_rounded_is_refused(value, uncertainty):
    with pytest.raises(InvalidNumber):
        round_result(value, uncertainty)


@given(st.floats(-1e9, 1e9), st.floats(1e-9, 1e6))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_rounding_moves_the_value_by_half_a_place_at_most(value, uncertainty):
    rounded = round_result(value, uncertainty)
    place = Decimal(1).scaleb(Decimal(rounded.uncertainty).normalize().adjusted() - 1)
    assert "E" not in rounded.value + rounded.uncertainty
    assert abs(Decimal(rounded.value) - Decimal(repr(value))) <= place / 2
    assert Decimal(rounded.uncertainty) >= Decimal(repr(uncertainty)) * Decimal("0.95")


@pytest.mark.parametrize(
    ("unit", "magnitude", "expected", "exponent"),
    [
        ("V", 0.0123, "mV", -3),
        ("V", 0.999999, "mV", -3),
        ("V", 1.0, "V", 0),
        ("V", 1000.0, "kV", 3),
        ("Ω", 12345.0, "kΩ", 3),
        ("Ω", 1e9, "GΩ", 9),
        ("A", -2e-6, "µA", -6),
        ("Hz", 1e7, "MHz", 6),
        ("s", 1e5, "s", 0),
        ("V", 0.0, "V", 0),
        ("°C", 1e4, "°C", 0),
        ("°C", 0.012, "°C", 0),
        ("%", 0.5, "%", 0),
        ("Pa", 101325.0, "kPa", 3),
        ("Pa", 6e6, "MPa", 6),
        ("m", 1.5e-6, "µm", -6),
        ("m", 0.15, "mm", -3),
        ("kg", 20.0, "kg", 0),
        ("kg", 0.2, "g", -3),
        ("kg", 2.5e-6, "mg", -6),
        ("kg", 1e-10, "µg", -9),
    ],
)
def test_scale(unit, magnitude, expected, exponent):
    scaled = scale(unit, magnitude)
    assert (scaled.unit, scaled.exponent) == (expected, exponent)


def test_scaling_is_exact():
    assert scale("V", 0.1).apply(0.1) == Decimal("100")
    assert scale("V", 1e-6).apply(1.1e-6) == Decimal("1.1")
    assert scale("kg", 2e-6).apply(2.5e-6) == Decimal("2.5")


@pytest.mark.parametrize(
    ("digits", "notation", "group", "expected"),
    [
        ("-12.50", Notation.VI, False, "-12,50"),
        ("-12.50", Notation.EN, False, "-12.50"),
        ("1234567.89123", Notation.VI, True, "1\u202f234\u202f567,891\u202f23"),
        ("123", Notation.EN, True, "123"),
        ("-1234", Notation.EN, True, "-1\u202f234"),
    ],
)
def test_number_text(digits, notation, group, expected):
    assert number_text(digits, notation, group_thousands=group) == expected


@pytest.mark.parametrize(
    ("unit", "magnitude", "shown"),
    [("V", 1000.0, "V"), ("V", 0.1, "mV"), ("A", 20.0, "A"), ("Ω", 1e5, "kΩ"), ("Hz", 1e5, "kHz")],
)
def test_a_setting_is_said_as_at_a_bench(unit: str, magnitude: float, shown: str) -> None:
    assert setting_scale(unit, magnitude).unit == shown


def test_a_capability_that_was_calculated_does_not_round_up():
    cmc = 0.0004 + 5e-6 * 10.0  # 0.00045000000000000004
    assert round_result(10.0, 0.0003, smallest=cmc).uncertainty == "0.00045"
    assert round_result(10.0, cmc, direction=Direction.UP).uncertainty == "0.00045"


def test_a_result_as_a_statement():
    rounded = round_result(-10.057624, 0.02749)
    assert statement(rounded, "V", Notation.VI) == "(\N{MINUS SIGN}10,058 ± 0,027) V"
    assert statement(rounded, "°", Notation.EN) == "(\N{MINUS SIGN}10.058 ± 0.027)°"
    assert statement(rounded, "", Notation.EN).endswith(")")


def test_the_smallest_uncertainty_beside_the_largest_value():
    rounded = round_result(1e308, 5e-324)
    assert rounded.value == f"1{'0' * 308}.{'0' * 325}"
    assert rounded.uncertainty == f"0.{'0' * 323}50"
