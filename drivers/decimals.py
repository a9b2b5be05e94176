"""Decimal digits, as an instrument sends them, as a number in an SI unit."""

from decimal import Decimal


def scaled(digits: str, power: int) -> float:
    """Return `digits` times ten to `power`: the float nearest to that decimal number.

    The decimal point is moved before there is a float, so that 100.00 g is 0.1 kg and no more.
    """
    return float(Decimal(digits).scaleb(power))
