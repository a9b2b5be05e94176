"""A certificate's equation as a curve: value, slope, covariance and solution within its range."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from station.metrology.coefficients import Coefficients
from station.metrology.errors import CertificateError, OutOfCertificate

EquationFunction = Callable[..., float]
"""f(x, c1, c2 …) of plain numbers, coefficients in the order the certificate states them."""

SLOPE_STEP = 1e-5
"""Step of the derivative by x, as a share of the certified range."""

PLACES = 64
"""Parts of the range between whose ends a curve must rise, or fall, to be solved for x."""


@dataclass(frozen=True, slots=True)
class EquationCurve:
    """f(x) with its coefficients, from `low` to `high`.

    Attributes:
        name: for messages: certificate and quantity.
        unit: of f.
        argument_unit: of x.
        function: f(x, coefficients …).
        coefficients: with their covariance.
        low: lowest x at which it holds.
        high: highest x.
    """

    name: str
    unit: str
    argument_unit: str
    function: EquationFunction
    coefficients: Coefficients
    low: float
    high: float

    def value(self, x: float, coefficients: Sequence[float] | None = None) -> float:
        """Return f(x), with other values of the coefficients if they are given.

        Raises:
            OutOfCertificate: `x` lies outside the range.
            CertificateError: there is no finite value.
        """
        self._check_place(x)
        try:
            found = self.function(x, *(coefficients or self.coefficients.values))
        except (ArithmeticError, ValueError) as error:  # 1/0, the root of a negative number …
            raise self.contradiction(f"no value at {x:.9g}: {error}") from error
        if isinstance(found, complex) or not math.isfinite(found):
            raise self.contradiction(f"{found} at {x:.9g} is not a finite number")
        return float(found)

    def slope(self, x: float) -> float:
        """Return df/dx at `x`, from within the range.

        Raises:
            OutOfCertificate: `x` lies outside the range.
            CertificateError: there is no finite value.
        """
        self._check_place(x)
        step = SLOPE_STEP * (self.high - self.low)
        low, high = max(self.low, x - step), min(self.high, x + step)
        return (self.value(high) - self.value(low)) / (high - low)

    def covariance(self, one: float, other: float) -> float:
        """Return the covariance of f at two places through the coefficients.

        Raises:
            OutOfCertificate: a place lies outside the range.
            CertificateError: there is no finite value.
        """
        f, g = (partial(self.value, x) for x in (one, other))
        total = self.coefficients.covariance_of(f, g)
        return max(0.0, total) if one == other else total

    def solution(self, value: float) -> float:
        """Return the x where f is `value`, to the last digits of x.

        Raises:
            OutOfCertificate: no x of the range has this value.
            CertificateError: the curve turns within its range, so that x is not unique.
        """
        rising = self.is_rising()
        ends = (self.value(self.low), self.value(self.high))
        if not min(ends) <= value <= max(ends):
            raise OutOfCertificate(
                f"{self.name}: {value:.9g} {self.unit} is not reached within {self._span}"
            )
        return _bisected(lambda x: (self.value(x) >= value) == rising, self.low, self.high)

    def is_rising(self) -> bool:
        """Tell whether the curve rises throughout its range, or falls throughout.

        Raises:
            CertificateError: it turns.
        """
        width = self.high - self.low
        places = [*(self.low + width * i / PLACES for i in range(PLACES)), self.high]
        steps = [after - before for before, after in pairwise(map(self.value, places))]
        if not (all(step > 0.0 for step in steps) or all(step < 0.0 for step in steps)):
            raise self.contradiction(
                "it does not rise throughout its range, or fall, and cannot be solved for x"
            )
        return steps[0] > 0.0

    def contradiction(self, what: str) -> CertificateError:
        """Return an error that names the equation."""
        return CertificateError(f"{self.name}: {what}; check it with the certificate")

    @property
    def _span(self) -> str:
        return f"{self.low:.9g} … {self.high:.9g} {self.argument_unit}"

    def _check_place(self, x: float) -> None:
        if not self.low <= x <= self.high:
            raise OutOfCertificate(
                f"{self.name}: {x:.9g} {self.argument_unit} is outside {self._span}"
            )


def _bisected(is_beyond: Callable[[float], bool], low: float, high: float) -> float:
    """Return the lowest float of low … high that is beyond the place sought."""
    if is_beyond(low):
        return low
    while low < (middle := 0.5 * (low + high)) < high:
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return high
