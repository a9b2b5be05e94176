"""A certificate given as an equation: coefficients with their covariance, valid in one range.

Callendar-Van Dusen and ITS-90 deviation coefficients, pressure and flow polynomials and the like.
The equation itself is any function f(x, c1, c2 …): parsed from the certificate's file, or one of
`station.metrology.physics`. JCGM 102:2011, 6.2 (covariance); JCGM 100:2008, 5.1.4 note
(numerical sensitivities), H.3 (correlated coefficients).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import pairwise

from station.metrology.correlation import INDEPENDENT, matrix
from station.metrology.errors import BudgetError, CertificateError, OutOfCertificate
from station.metrology.inputs import normal
from station.metrology.reference_value import ReferenceValue, Stability

Matrix = tuple[tuple[float, ...], ...]
EquationFunction = Callable[..., float]
"""f(x, c1, c2 …) of plain numbers, coefficients in the order the certificate states them."""

SLOPE_STEP = 1e-5
"""Step of the derivative by x, as a share of the certified range."""


class Gives(Enum):
    """What the equation's result is."""

    VALUE = "value"
    DEVIATION = "deviation"


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The numbers of an equation, together.

    Attributes:
        names: as the certificate calls them.
        values: in the units of the equation.
        covariance: shape `(coefficient, coefficient)`, in the products of these units.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    covariance: Matrix

    def __post_init__(self) -> None:
        size = len(self.names)
        rows = (self.values, *self.covariance)
        if any(len(row) != size for row in rows) or len(rows) != size + 1 or not size:
            raise CertificateError(f"coefficients {self.names}: values or covariance are missing")
        if len(set(self.names)) < size or not all(math.isfinite(v) for row in rows for v in row):
            raise CertificateError(f"coefficients {self.names}: named twice, or not finite")
        _check_covariance(self.names, self.covariance)

    @classmethod
    def uncertain(
        cls,
        values: Mapping[str, float],
        standard_uncertainties: Mapping[str, float],
        correlations: Mapping[tuple[str, str], float] = INDEPENDENT,
    ) -> "Coefficients":
        """State coefficients by standard uncertainties and correlation coefficients.

        Raises:
            CertificateError: they contradict each other, or one is missing or impossible.
        """
        if values.keys() != standard_uncertainties.keys():
            raise CertificateError(f"state an uncertainty for each of {', '.join(values)}")
        u = standard_uncertainties
        try:
            stated = tuple(
                normal(name, value, standard_uncertainty=u[name], source="certificate")
                for name, value in values.items()
            )
            r = matrix(stated, correlations).tolist()
        except BudgetError as error:
            raise CertificateError(f"coefficients: {error}") from error
        covariance = tuple(
            tuple(r[i][j] * u[one] * u[other] for j, other in enumerate(values))
            for i, one in enumerate(values)
        )
        return cls(tuple(values), tuple(values.values()), covariance)


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
            about the curve, the standard they share), in `unit`.
        k: coverage factor that the certificate used.
        dof: effective degrees of freedom, where the certificate states them.
        stability: the maker's, by interval.
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
        possible = {
            "range": -math.inf < self.low < self.high < math.inf,
            "fit uncertainty": 0.0 <= self.fit_uncertainty < math.inf,
            "coverage factor": 0.0 < self.k < math.inf,
            "degrees of freedom": self.dof > 0.0,
            "unit": self.gives is Gives.VALUE or self.unit == self.argument_unit,
        }
        wrong = [what for what, is_possible in possible.items() if not is_possible]
        if wrong:
            raise self._contradiction(f"its {', '.join(wrong)} is impossible")

    def at(self, x: float, *, standard_uncertainty: float = 0.0) -> ReferenceValue:
        """Return the value at `x`, with u from the coefficients, the fit, and x itself.

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
        u = math.hypot(math.sqrt(self.covariance_between(x, x)), self.fit_uncertainty, through_x)
        source = f"certificate {self.certificate}, {self.quantity} equation at {x:g}"
        return ReferenceValue(value, value - x, u, self.k, self.dof, source)

    def covariance_between(self, one: float, other: float) -> float:
        """Return the covariance of two values through their common coefficients (C·U·Cᵀ).

        `fit_uncertainty` is not in it.

        Raises:
            OutOfCertificate: a place lies outside the range.
            CertificateError: the equation has no finite value there.
        """
        c, d = (_sensitivities(partial(self._value, x), self.coefficients) for x in (one, other))
        total = math.fsum(
            c[i] * value * d[j]
            for i, row in enumerate(self.coefficients.covariance)
            for j, value in enumerate(row)
        )
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
        places = [self.low + (self.high - self.low) * i / 64 for i in range(64)]
        rising = _is_rising([self._value(x) for x in (*places, self.high)], self._name)
        low, high = self.low, self.high
        if not (self._value(low) - value) * (self._value(high) - value) <= 0.0:
            raise OutOfCertificate(
                f"{self._name}: {value:g} {self.unit} is not reached within {self.low:g} …"
                f" {self.high:g} {self.argument_unit}"
            )
        while low < (middle := 0.5 * (low + high)) < high:
            beyond = (self._value(middle) > value) == rising
            low, high = (low, middle) if beyond else (middle, high)
        x = low if self._value(low) == value else high
        curve = math.sqrt(self.covariance_between(x, x))
        u = math.hypot(curve, self.fit_uncertainty, standard_uncertainty) / abs(self.slope(x))
        source = f"certificate {self.certificate}, {self.quantity} equation solved for {value:g}"
        return ReferenceValue(x, x - value, u, self.k, self.dof, source)

    @property
    def _name(self) -> str:
        return f"certificate {self.certificate}, {self.quantity} equation"

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
        numbers = self.coefficients.values if coefficients is None else coefficients
        try:
            found = self.function(x, *numbers)
        except (ArithmeticError, ValueError) as error:  # 1/0, the root of a negative number …
            raise self._contradiction(f"no value at {x:g}: {error}") from error
        if isinstance(found, complex) or not math.isfinite(found):
            raise self._contradiction(f"{found} at {x:g} is not a finite number")
        return float(found) + (x if self.gives is Gives.DEVIATION else 0.0)


def _sensitivities(
    evaluate: Callable[[Sequence[float]], float], coefficients: Coefficients
) -> list[float]:
    """Return ∂f/∂c of each coefficient, by steps of ± its u (GUM 5.1.4 note)."""
    found = []
    for i, row in enumerate(coefficients.covariance):
        high, low = list(coefficients.values), list(coefficients.values)
        high[i] += math.sqrt(row[i])
        low[i] -= math.sqrt(row[i])
        width = high[i] - low[i]
        found.append((evaluate(high) - evaluate(low)) / width if width else 0.0)
    return found


def _is_rising(values: Sequence[float], name: str) -> bool:
    """Tell whether values along the range rise throughout, or fall throughout."""
    steps = [later - earlier for earlier, later in pairwise(values)]
    if not (all(step > 0.0 for step in steps) or all(step < 0.0 for step in steps)):
        raise CertificateError(f"{name}: it turns within its range and cannot be inverted")
    return steps[0] > 0.0


def _check_uncertainty(standard_uncertainty: float) -> None:
    if not 0.0 <= standard_uncertainty < math.inf:
        raise CertificateError(f"a standard uncertainty of {standard_uncertainty} is not possible")


def _check_covariance(names: Sequence[str], covariance: Matrix) -> None:
    """Refuse a matrix that is not symmetric and positive semidefinite."""
    import numpy as np

    found = np.array(covariance)
    u = np.sqrt(np.abs(np.diag(found)))
    scaled = found / np.where(u > 0.0, u, 1.0) / np.where(u > 0.0, u, 1.0)[:, None]
    symmetric = np.allclose(scaled, scaled.T, rtol=0.0, atol=1e-9)
    # A certificate prints a few digits; what their rounding does to a matrix is no contradiction.
    if not symmetric or np.linalg.eigvalsh(scaled)[0] < -1e-6 * len(names):
        raise CertificateError(
            f"coefficients {', '.join(names)}: their covariance is not symmetric and positive"
            " semidefinite; check the correlations together"
        )
