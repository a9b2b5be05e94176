"""Digits become the nearest float of the decimal number, whatever the unit they came in."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.decimals import scaled


@pytest.mark.parametrize(
    ("digits", "power", "value"),
    [
        ("100.00", -3, 0.1),
        ("0.031", -3, 0.000031),
        ("-12.345", -3, -0.012345),
        ("1013.27", 2, 101327.0),
        ("0000.123", -3, 0.000123),
        ("1.01327", 5, 101327.0),
        ("123.456", -6, 0.000123456),
        ("+0.00", -3, 0.0),
    ],
)
def test_no_surprising_digits(digits: str, power: int, value: float) -> None:
    assert scaled(digits, power) == value


@given(st.integers(-(10**9), 10**9), st.integers(0, 6), st.sampled_from([-6, -3, 0, 2, 3, 5]))
def test_nearest_float_of_the_exact_number(whole: int, decimals: int, power: int) -> None:
    sign, digits = "-" if whole < 0 else "", f"{abs(whole):0{decimals + 1}d}"
    text = sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)
    assert scaled(text, power) == float(Fraction(whole) * Fraction(10) ** (power - decimals))
