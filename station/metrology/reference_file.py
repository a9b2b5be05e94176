"""The file in which a standard's certificate is kept, checked where it comes in.

As TOML:

    [certificate]
    number = "V24-1034"
    issuer = "National laboratory"
    date = 2026-01-15
    due = 2027-01-15
    standard = "Fluke 5522A"
    serial = "4872301"
    traceability = "SI through the national standards of direct voltage"

    [[table]]
    quantity = "dc-voltage"
    unit = "V"

    [[table.range]]
    low = -3.299999
    high = 3.299999
    nonlinearity = 0.0                       # optional, see CertifiedRange
    stability = [{ days = 365, ppm = 11.0, floor = 2e-6 }]
    points = [
      { nominal = -3.0, deviation = -4.1e-6, U = 6.0e-6, k = 2 },
      { nominal = 0.0, deviation = 0.2e-6, U = 0.8e-6, k = 2 },
      { nominal = 3.0, deviation = 4.0e-6, U = 6.0e-6, k = 2, dof = 60 },
    ]

A point of an alternating quantity has `hertz`, and its range may have `hertz_low` and
`hertz_high`. `deviation` is actual minus nominal, in the table's unit like every other number.
Frequencies between certified ones are refused, unless the certificate allows interpolation:
`between_frequencies = "linear"` or `"logarithmic"`, with `hertz_nonlinearity` where it is known.

A quantity that the certificate gives as an equation:

    [[equation]]
    quantity = "resistance of the thermometer"
    unit = "Ω"
    argument_unit = "°C"
    gives = "value"                          # or "deviation": what is added to x
    low = 0.0
    high = 400.0
    expression = "R0*(1 + A*x + B*x**2)"     # or function = "…", one that the program provides
    fit_uncertainty = 0.002                  # standard, beyond that of the coefficients
    coefficients = [
      { name = "R0", value = 100.003, u = 0.001 },
      { name = "A", value = 3.9083e-3, u = 1e-7 },
      { name = "B", value = -5.775e-7, u = 2e-10 },
    ]
    correlations = [["A", "B", -0.95]]       # or covariance = [[…], …] instead of u

`u` is a standard uncertainty: divide what the certificate states by its k.
"""

import datetime
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from station.metrology.equation import (
    CertifiedEquation,
    Coefficients,
    EquationFunction,
    Gives,
)
from station.metrology.errors import BudgetError, CertificateError
from station.metrology.expression import parse
from station.metrology.reference import (
    BetweenFrequencies,
    Certificate,
    CertificatePoint,
    CertifiedRange,
    Table,
)
from station.metrology.reference_value import Stability


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


NO_FUNCTIONS: Mapping[str, EquationFunction] = MappingProxyType({})
_Text = Annotated[str, Field(min_length=1)]


class PointEntry(_Frozen):
    """One certified point."""

    nominal: float
    deviation: float
    U: float
    k: float = 2.0
    hertz: float | None = None
    dof: float | None = None

    def to_point(self) -> CertificatePoint:
        """Return the checked point."""
        dof = math.inf if self.dof is None else self.dof
        return CertificatePoint(self.nominal, self.deviation, self.U, self.k, self.hertz, dof)


class StabilityEntry(_Frozen):
    """The maker's stability for an interval."""

    days: int
    ppm: float = 0.0
    floor: float = 0.0

    def to_stability(self) -> Stability:
        """Return the checked stability."""
        return Stability(self.days, self.ppm, self.floor)


class RangeEntry(_Frozen):
    """One range of the standard."""

    low: float
    high: float
    points: tuple[PointEntry, ...]
    stability: tuple[StabilityEntry, ...] = ()
    nonlinearity: float = 0.0
    hertz_low: float = 0.0
    hertz_high: float | None = None
    between_frequencies: BetweenFrequencies = BetweenFrequencies.REFUSED
    hertz_nonlinearity: float = 0.0

    def to_range(self) -> CertifiedRange:
        """Return the checked range."""
        return CertifiedRange(
            self.low,
            self.high,
            tuple(point.to_point() for point in self.points),
            tuple(each.to_stability() for each in self.stability),
            self.nonlinearity,
            self.hertz_low,
            math.inf if self.hertz_high is None else self.hertz_high,
            self.between_frequencies,
            self.hertz_nonlinearity,
        )


class TableEntry(_Frozen):
    """All ranges of one quantity."""

    quantity: _Text
    unit: _Text
    range: tuple[RangeEntry, ...]


class CoefficientEntry(_Frozen):
    """One coefficient; `u` is absent where the covariance is stated."""

    name: _Text
    value: float
    u: float | None = None


class EquationEntry(_Frozen):
    """A quantity that is certified by an equation in x."""

    quantity: _Text
    unit: _Text
    argument_unit: _Text
    gives: Gives
    low: float
    high: float
    coefficients: tuple[CoefficientEntry, ...]
    expression: str | None = None
    function: str | None = None
    correlations: tuple[tuple[str, str, float], ...] = ()
    covariance: tuple[tuple[float, ...], ...] | None = None
    fit_uncertainty: float = 0.0
    k: float = 2.0
    dof: float | None = None
    stability: tuple[StabilityEntry, ...] = ()

    def to_equation(
        self, certificate: str, functions: Mapping[str, EquationFunction]
    ) -> CertifiedEquation:
        """Return the checked equation."""
        coefficients = self._coefficients()
        return CertifiedEquation(
            certificate,
            self.quantity,
            self.unit,
            self.argument_unit,
            self._function(functions),
            coefficients,
            self.low,
            self.high,
            self.gives,
            self.fit_uncertainty,
            self.k,
            math.inf if self.dof is None else self.dof,
            tuple(each.to_stability() for each in self.stability),
        )

    def _function(self, functions: Mapping[str, EquationFunction]) -> EquationFunction:
        if (self.expression is None) == (self.function is None):
            raise self._contradiction("state either an expression or a function")
        if self.expression is not None:
            try:
                return parse(self.expression, ["x", *(each.name for each in self.coefficients)])
            except BudgetError as error:
                raise self._contradiction(str(error)) from error
        if self.function is None or self.function not in functions:
            known = ", ".join(sorted(functions)) or "none"
            raise self._contradiction(f"function {self.function!r} is not provided, only {known}")
        return functions[self.function]

    def _coefficients(self) -> Coefficients:
        values = {each.name: each.value for each in self.coefficients}
        stated = {each.name: each.u for each in self.coefficients if each.u is not None}
        if len(values) < len(self.coefficients):
            raise self._contradiction("a coefficient is stated twice")
        if self.covariance is None:
            pairs = {(one, other): r for one, other, r in self.correlations}
            return Coefficients.uncertain(values, stated, pairs)
        if stated or self.correlations:
            raise self._contradiction("state the covariance, or u and correlations")
        return Coefficients(tuple(values), tuple(values.values()), self.covariance)

    def _contradiction(self, what: str) -> CertificateError:
        return CertificateError(f"equation of {self.quantity!r}: {what}")


class CertificateEntry(_Frozen):
    """Who calibrated what, when."""

    number: _Text
    issuer: _Text
    date: datetime.date
    due: datetime.date
    standard: _Text
    serial: _Text
    traceability: _Text


class CertificateFile(_Frozen):
    """The whole file, as `tomllib` reads it; see the module for its shape."""

    certificate: CertificateEntry
    table: tuple[TableEntry, ...] = ()
    equation: tuple[EquationEntry, ...] = ()

    def to_certificate(
        self, functions: Mapping[str, EquationFunction] = NO_FUNCTIONS
    ) -> Certificate:
        """Return the certificate.

        Args:
            functions: by the name that a file may use, f(x, coefficients …).

        Raises:
            CertificateError: its numbers contradict each other, or a function is not provided.
        """
        number = self.certificate.number
        return Certificate(
            **self.certificate.model_dump(),
            tables=tuple(
                Table(each.quantity, each.unit, tuple(one.to_range() for one in each.range))
                for each in self.table
            ),
            equations=tuple(each.to_equation(number, functions) for each in self.equation),
        )
