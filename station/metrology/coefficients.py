"""The coefficients of a certificate's equation, and the covariance that they have together.

JCGM 102:2011, 6.2 (covariance); JCGM 100:2008, 5.1.4 note (numerical sensitivities), H.3
(correlated coefficients).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from station.metrology.correlation import INDEPENDENT, matrix
from station.metrology.errors import BudgetError, CertificateError
from station.metrology.inputs import normal

Matrix = tuple[tuple[float, ...], ...]
Evaluated = Callable[[Sequence[float]], float]
"""f(coefficients) of plain numbers."""

NONE_STATED = "it has no coefficients; state them, with u"


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
        size, name = len(self.names), f"coefficients {', '.join(self.names)}"
        if not size:
            raise CertificateError(NONE_STATED)
        if len(set(self.names)) < size or len(self.values) != size:
            raise CertificateError(f"{name}: one is named twice, or a value is missing")
        rows = [len(row) for row in self.covariance]
        if rows != [size] * size:
            found = f"{len(rows)} of {', '.join(map(str, rows))}" if rows else "none"
            raise CertificateError(
                f"{name}: their covariance needs {size} rows of {size} numbers, and has {found}"
            )
        if not all(math.isfinite(each) for row in (self.values, *self.covariance) for each in row):
            raise CertificateError(f"{name}: a value or covariance is not finite; correct it")
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
        if not values:
            raise CertificateError(NONE_STATED)
        missing = [name for name in values if name not in standard_uncertainties]
        if missing:
            raise CertificateError(
                f"u of {', '.join(missing)} is missing; state u of each coefficient (0 if it is"
                " in the fit's), or the covariance of all"
            )
        u = standard_uncertainties
        wrong = [name for name in values if not 0.0 <= u[name] < math.inf]
        if wrong:
            raise CertificateError(f"u of {wrong[0]} is {u[wrong[0]]:g}; it must not be negative")
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

    def covariance_of(self, one: Evaluated, other: Evaluated) -> float:
        """Return the covariance of two functions of the coefficients, C·U·Cᵀ."""
        c, d = (_sensitivities(each, self) for each in (one, other))
        return math.fsum(
            c[i] * value * d[j]
            for i, row in enumerate(self.covariance)
            for j, value in enumerate(row)
        )


def _sensitivities(evaluate: Evaluated, coefficients: Coefficients) -> list[float]:
    """Return ∂f/∂c of each coefficient, by steps of ± its u (GUM 5.1.4 note)."""
    found = []
    for i, row in enumerate(coefficients.covariance):
        high, low = list(coefficients.values), list(coefficients.values)
        high[i] += math.sqrt(row[i])
        low[i] -= math.sqrt(row[i])
        width = high[i] - low[i]
        found.append((evaluate(high) - evaluate(low)) / width if width else 0.0)
    return found


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
            " semidefinite; compare each number with the certificate, correlations together"
        )
