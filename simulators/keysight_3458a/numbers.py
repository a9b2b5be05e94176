"""How a 3458A writes the numbers of a query; the layout is from memory, unverified."""

from math import floor, isfinite, log10


def number_text(value: float) -> str:
    """Return a number of a query: blank or minus first, whole numbers without a point."""
    if value == int(value) and abs(value) < 1e6:
        return f"{int(value): d}"
    return f"{engineering(value)}"


def engineering(value: float) -> str:
    """Return nine digits and an exponent that is a multiple of three: ` 10.0000000E+00`."""
    if value == 0.0 or not isfinite(value):
        return " 0.00000000E+00"
    exponent = 3 * floor(log10(abs(value)) / 3 + 1e-12)
    mantissa = value / 10.0**exponent
    decimals = 8 - floor(log10(abs(mantissa)) + 1e-12)
    return f"{mantissa: .{decimals}f}E{exponent:+03d}"
