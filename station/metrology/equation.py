"""A certificate given as an equation: coefficients with their covariance, valid in one range.

Callendar-Van Dusen and ITS-90 deviation coefficients, pressure and flow polynomials and the like.
The equation itself is any function f(x, c1, c2 …): parsed from the certificate's file, or one of
`certified_functions`. JCGM 102:2011, 6.2 (covariance).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import pairwise

from station.metrology.coefficients import Coefficients
from station.metrology.errors import CertificateError, OutOfCertificate
from station.metrology.reference_value import ReferenceValue, Stability

EquationFunction = Callable[..., float]
"""f(x, c1, c2 …) of plain numbers, coefficients in the order the certificate states them."""

SLOPE_STEP = 1e-5
"""Step of the derivative by x, as a share of the certified range."""


class Gives(Enum):
    """What the equation's result is.

    VALUE: the quantity; x is what the standard indicates.
    DEVIATION: what is added to the indication x to have the quantity.
    INDICATION: what the standard indicates where the quantity is x: R(t) of a thermometer.
    """

    VALUE = "value"
    DEVIATION = "deviation"
    INDICATION = "indication"


@dataclass(frozen=True, slots=True)
class CertifiedEquation:
    """An equation of a certificate and where it holds.

    Attributes:
        certificate: its number.
        quantity: what it is for, e.g. "temperature".
        unit: of the result.
        argument_unit: of x.
        function: f(x, coefficients …).
        coefficients: with their covariance.
        low: lowest x at which it holds; it is not used below.
        high: highest x.
        gives: the value itself, or what is added to x to have it.
        fit_uncertainty: standard uncertainty beyond that of the coefficients (the points' scatter
            about the curve, the standard they share), in the unit of the quantity.
        k: coverage factor that the certificate used.
        dof: effective degrees of freedom, where the certificate states them.
        stability: the maker's, by interval, in the unit of the quantity.
    """

    certificate: str
    quantity: str
    unit: str
    argument_unit: str
    function: EquationFunction
    coefficients: Coefficients
    low: float
    high: float
    gives: Gives = Gives.VALUE
    fit_uncertainty: float = 0.0
    k: float = 2.0
    dof: float = math.inf
    stability: tuple[Stability, ...] = ()

    def __post_init__(self) -> None:
        fault = _fault(self)
        if fault:
            raise self._contradiction(fault)
        if self.gives is Gives.INDICATION:
            self._is_rising()

    @property
    def converts(self) -> bool:
        """Tell whether the standard indicates in another unit than the quantity's."""
        return self.unit != self.argument_unit

    def measured(self, indication: float, *, standard_uncertainty: float = 0.0) -> ReferenceValue:
        """Return the quantity where the standard indicates `indication`: a thermometer's t of R.

        Args:
            indication: in `argument_unit`; of an equation that gives the indication, in `unit`.
            standard_uncertainty: of `indication`, independent of the certificate.

        Raises:
            OutOfCertificate: the indication does not lie in the certified range.
            CertificateError: the equation has no finite value there.
        """
        find = self.inverse if self.gives is Gives.INDICATION else self.at
        return find(indication, standard_uncertainty=standard_uncertainty)

    def at_nominal(self, nominal: float) -> ReferenceValue:
        """Return what the certificate says where the standard is set to, or shows, `nominal`.

        Where the standard indicates in another unit, that indication is meant which converts to
        the nominal value: the correction is 0, u that of the equation there.

        Args:
            nominal: in the unit of the quantity.

        Raises:
            OutOfCertificate: it lies outside the certified range.
            CertificateError: the equation has no finite value there, or is not unique.
        """
        if self.gives is Gives.INDICATION:
            return self.inverse(self._value(nominal))
        return self.at(self.inverse(nominal).value if self.converts else nominal)

    def at(self, x: float, *, standard_uncertainty: float = 0.0) -> ReferenceValue:
        """Return the result at `x`, with u from the coefficients, the fit, and x itself.

        Args:
            x: in `argument_unit`, within the certified range.
            standard_uncertainty: of `x`, independent of the certificate, in its unit.

        Raises:
            OutOfCertificate: `x` lies outside the range.
            CertificateError: the equation has no finite value there, or u is impossible.
        """
        _check_uncertainty(standard_uncertainty)
        value = self._value(x)
        through_x = self.slope(x) * standard_uncertainty if standard_uncertainty else 0.0
        u = math.hypot(self._curve_uncertainty(x), through_x)
        return self._reference(value, x, u, f"{self._name} at {x:g}")

    def covariance_between(self, one: float, other: float) -> float:
        """Return the covariance of two values through their common coefficients (C·U·Cᵀ).

        `fit_uncertainty` is not in it.

        Raises:
            OutOfCertificate: a place lies outside the range.
            CertificateError: the equation has no finite value there.
        """
        f, g = (partial(self._value, x) for x in (one, other))
        total = self.coefficients.covariance_of(f, g)
        return max(0.0, total) if one == other else total

    def slope(self, x: float) -> float:
        """Return d(value)/dx at `x`, in `unit` over `argument_unit`, from within the range.

        Raises:
            OutOfCertificate: `x` lies outside the range.
            CertificateError: the equation has no finite value there.
        """
        self._check_place(x)
        step = SLOPE_STEP * (self.high - self.low)
        low, high = max(self.low, x - step), min(self.high, x + step)
        return (self._value(high) - self._value(low)) / (high - low)

    def inverse(self, value: float, *, standard_uncertainty: float = 0.0) -> ReferenceValue:
        """Return the x at which the equation gives `value`: a thermometer's t from its R.

        Args:
            value: in `unit`.
            standard_uncertainty: of `value`, independent of the certificate.

        Raises:
            OutOfCertificate: no x of the range has this value.
            CertificateError: the equation turns within its range, so that x is not unique.
        """
        _check_uncertainty(standard_uncertainty)
        rising = self._is_rising()
        ends = (self._value(self.low), self._value(self.high))
        if not min(ends) <= value <= max(ends):
            raise OutOfCertificate(
                f"{self._name}: {value:g} {self.unit} is not reached within {self.low:g} …"
                f" {self.high:g} {self.argument_unit}"
            )
        x = _bisected(lambda x: (self._value(x) >= value) == rising, self.low, self.high)
        u = math.hypot(self._curve_uncertainty(x), standard_uncertainty) / abs(self.slope(x))
        return self._reference(x, value, u, f"{self._name} solved for {value:g}")

    @property
    def _name(self) -> str:
        return f"certificate {self.certificate}, {self.quantity} equation"

    def _curve_uncertainty(self, x: float) -> float:
        """Return u of the result at `x` from coefficients and fit, in `unit`."""
        scale = abs(self.slope(x)) if self.gives is Gives.INDICATION else 1.0
        return math.hypot(math.sqrt(self.covariance_between(x, x)), self.fit_uncertainty * scale)

    def _reference(self, value: float, start: float, u: float, source: str) -> ReferenceValue:
        correction = 0.0 if self.converts else value - start
        return ReferenceValue(value, correction, u, self.k, self.dof, source)

    def _is_rising(self) -> bool:
        """Tell whether values rise throughout the range, or fall throughout."""
        places = [self.low + (self.high - self.low) * i / 64 for i in range(64)]
        steps = [b - a for a, b in pairwise([self._value(x) for x in (*places, self.high)])]
        if not (all(step > 0.0 for step in steps) or all(step < 0.0 for step in steps)):
            raise self._contradiction("it turns within its range and cannot be solved for x")
        return steps[0] > 0.0

    def _contradiction(self, what: str) -> CertificateError:
        return CertificateError(f"{self._name}: {what}; check it with the certificate")

    def _check_place(self, x: float) -> None:
        if not self.low <= x <= self.high:
            raise OutOfCertificate(
                f"{self._name}: {x:g} {self.argument_unit} is outside {self.low:g} …"
                f" {self.high:g} {self.argument_unit}"
            )

    def _value(self, x: float, coefficients: Sequence[float] | None = None) -> float:
        self._check_place(x)
        try:
            found = self.function(x, *(coefficients or self.coefficients.values))
        except (ArithmeticError, ValueError) as error:  # 1/0, the root of a negative number …
            raise self._contradiction(f"no value at {x:g}: {error}") from error
        if isinstance(found, complex) or not math.isfinite(found):
            raise self._contradiction(f"{found} at {x:g} is not a finite number")
        return float(found) + (x if self.gives is Gives.DEVIATION else 0.0)


def _fault(stated: CertifiedEquation) -> str:
    """Return what is wrong with the numbers of an equation, nothing if they are possible."""
    faults = {
        "low must lie below high": not -math.inf < stated.low < stated.high < math.inf,
        "fit_uncertainty must not be negative": not 0.0 <= stated.fit_uncertainty < math.inf,
        "the coverage factor k must be positive": not 0.0 < stated.k < math.inf,
        "the degrees of freedom must be positive": not stated.dof > 0.0,
        f"a deviation is added to x and has its unit, not {stated.unit} with"
        f" {stated.argument_unit}": stated.gives is Gives.DEVIATION and stated.converts,
    }
    return next((what for what, is_wrong in faults.items() if is_wrong), "")


def _bisected(is_beyond: Callable[[float], bool], low: float, high: float) -> float:
    """Return the lowest float of low … high that is beyond the place sought."""
    if is_beyond(low):
        return low
    while low < (middle := 0.5 * (low + high)) < high:
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return high


def _check_uncertainty(standard_uncertainty: float) -> None:
    if not 0.0 <= standard_uncertainty < math.inf:
        raise CertificateError(f"a standard uncertainty of {standard_uncertainty} is not possible")
