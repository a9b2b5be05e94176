"""A certificate given as an equation: coefficients with their covariance, valid in one range.

Callendar-Van Dusen and ITS-90 deviation coefficients, pressure and flow polynomials and the like.
The equation itself is any function f(x, c1, c2 …): parsed from the certificate's file, or one of
`certified_functions`. JCGM 102:2011, 6.2 (covariance).
"""

import math
from dataclasses import dataclass
from enum import Enum

from station.metrology.coefficients import Coefficients
from station.metrology.equation_curve import EquationCurve, EquationFunction
from station.metrology.errors import CertificateError
from station.metrology.reference_value import ReferenceValue, Stability


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
        gives: what the result is.
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
            raise self.curve.contradiction(fault)
        if self.gives is Gives.INDICATION:
            self.curve.is_rising()

    @property
    def converts(self) -> bool:
        """Tell whether the standard indicates in another unit than the quantity's."""
        return self.unit != self.argument_unit

    @property
    def curve(self) -> EquationCurve:
        """Return the equation as a curve, for its slope; of a deviation, with x added."""
        stated, adds = self.function, self.gives is Gives.DEVIATION
        return EquationCurve(
            f"certificate {self.certificate}, {self.quantity} equation",
            self.unit,
            self.argument_unit,
            (lambda x, *values: x + stated(x, *values)) if adds else stated,
            self.coefficients,
            self.low,
            self.high,
        )

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
        if not self.converts:
            return self.measured(nominal)
        if self.gives is Gives.INDICATION:
            return self.inverse(self.curve.value(nominal))
        return self.at(self.curve.solution(nominal))

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
        value = self.curve.value(x)
        through_x = self.curve.slope(x) * standard_uncertainty if standard_uncertainty else 0.0
        u = math.hypot(self._curve_uncertainty(x), through_x)
        return self._reference(value, x, u, f"{self.curve.name} at {x:g}")

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
        x = self.curve.solution(value)
        u = math.hypot(self._curve_uncertainty(x), standard_uncertainty) / abs(self.curve.slope(x))
        return self._reference(x, value, u, f"{self.curve.name} solved for {value:g}")

    def _curve_uncertainty(self, x: float) -> float:
        """Return u of the result at `x` from coefficients and fit, in `unit`."""
        scale = abs(self.curve.slope(x)) if self.gives is Gives.INDICATION else 1.0
        return math.hypot(math.sqrt(self.curve.covariance(x, x)), self.fit_uncertainty * scale)

    def _reference(self, value: float, start: float, u: float, source: str) -> ReferenceValue:
        correction = 0.0 if self.converts else value - start
        return ReferenceValue(value, correction, u, self.k, self.dof, source)


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


def _check_uncertainty(standard_uncertainty: float) -> None:
    if not 0.0 <= standard_uncertainty < math.inf:
        raise CertificateError(f"a standard uncertainty of {standard_uncertainty} is not possible")
