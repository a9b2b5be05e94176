"""Numbers as the screens show them: engineering prefixes, an uncertainty in two digits."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

PREFIXES = {
    -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G",
}  # fmt: skip
PREFIXABLE = frozenset({"V", "A", "Ω", "Hz", "F", "H", "W", "s", "Pa", "m", "g", "J", "N"})
"""Unit symbols that take a prefix; a °C, a % and a kg do not."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit with its prefix: a value in SI times `factor` is a number of `symbol`."""

    exponent: int
    symbol: str

    @property
    def factor(self) -> float:
        """What an SI value is multiplied with."""
        return float(10.0**-self.exponent)


def scale(unit: str, magnitude: float) -> Scale:
    """Return the scale that shows `magnitude` (SI `unit`) as a number from 1 to 999."""
    if unit not in PREFIXABLE or magnitude == 0.0 or not math.isfinite(magnitude):
        return Scale(0, unit)
    # The tiny addend keeps 0.1 from being taken for 0.0999….
    exponent = 3 * math.floor((math.log10(abs(magnitude)) + 1e-9) / 3)
    exponent = min(max(exponent, min(PREFIXES)), max(PREFIXES))
    return Scale(exponent, PREFIXES[exponent] + unit)


def quantity(value: float, unit: str) -> str:
    """Return a setting such as "100 mV", as many digits as it needs, at most seven."""
    chosen = scale(unit, value)
    return f"{value * chosen.factor:.7g} {chosen.symbol}".rstrip()


def limits(lower: float, upper: float, unit: str) -> str:
    """Return a pair of limits, "±35 µV" where they are symmetric."""
    chosen = scale(unit, max(abs(lower), abs(upper)))
    low, high = lower * chosen.factor, upper * chosen.factor
    if math.isclose(low, -high):
        return f"±{high:.4g} {chosen.symbol}".rstrip()
    return f"{low:+.4g}…{high:+.4g} {chosen.symbol}".rstrip()


def with_uncertainty(value: float, uncertainty: float, chosen: Scale) -> tuple[str, str]:
    """Return value and U in `chosen` units, U in two significant digits, both equally fine."""
    if uncertainty <= 0.0:
        return f"{value * chosen.factor:+.4g} {chosen.symbol}".rstrip(), "0"
    scaled = Decimal(repr(uncertainty)).scaleb(-chosen.exponent)
    quantum = Decimal(1).scaleb(scaled.adjusted() - 1)
    rounded = scaled.quantize(quantum, ROUND_HALF_EVEN)
    if rounded.adjusted() > scaled.adjusted():
        quantum = quantum.scaleb(1)
        rounded = scaled.quantize(quantum, ROUND_HALF_EVEN)
    places = min(quantum, Decimal(1))
    error = Decimal(repr(value)).scaleb(-chosen.exponent).quantize(quantum, ROUND_HALF_EVEN)
    return (
        f"{error.quantize(places):+f} {chosen.symbol}".rstrip(),
        f"{rounded.quantize(places):f} {chosen.symbol}".rstrip(),
    )
