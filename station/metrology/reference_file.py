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

A quantity that the certificate gives as an equation in x:

    [[equation]]
    quantity = "temperature"
    gives = "indication"                     # x is the quantity, the result what is measured there
    unit = "Ω"                               # of the result
    argument_unit = "°C"                     # of x
    low = 0.0                                # x at which the equation begins to hold
    high = 400.0
    function = "callendar"                   # or expression = "R0*(1 + A*x + B*x**2)"
    fit_uncertainty = 0.004                  # standard, beyond that of the coefficients
    coefficients = [
      { name = "R0", value = 100.003, u = 0.001 },
      { name = "A", value = 3.9083e-3, u = 1e-7 },
      { name = "B", value = -5.775e-7, u = 2e-10 },
    ]
    correlations = [["A", "B", -0.95]]       # or covariance = [[…], …] instead of u
    stability = [{ days = 365, floor = 0.01 }]

Several equations of one quantity hold in different ranges (the subranges of a thermometer).
`gives = "value"`: x is the indication, the result the quantity (a transducer's pressure from its
voltage); `gives = "deviation"`: the result is what is added to the indication x. `fit_uncertainty`
and `stability` are in the unit of the quantity. `u` is a standard uncertainty: divide what the
certificate states by its k. The functions are those of `certified_functions`.
"""

import datetime
import difflib
import math
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from station.metrology.certified_functions import (
    ARGUMENT_UNIT,
    CERTIFIED_FUNCTIONS,
    UNIT,
)
from station.metrology.coefficients import Coefficients
from station.metrology.equation import CertifiedEquation, Gives
from station.metrology.equation_curve import EquationFunction
from station.metrology.errors import BudgetError, CertificateError
from station.metrology.expression import parse
from station.metrology.reference import Certificate
from station.metrology.reference_table import (
    BetweenFrequencies,
    CertificatePoint,
    CertifiedRange,
    Table,
)
from station.metrology.reference_value import Stability


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


ROUNDED_END_CELSIUS = 1e-6
"""Room at the ends of an equation's range (°C) for a sum of fractions, such as 83.8058 K."""

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

    def to_table(self) -> Table:
        """Return the checked table."""
        try:
            ranges = tuple(each.to_range() for each in self.range)
        except CertificateError as error:
            raise CertificateError(f"table of {self.quantity!r}: {error}") from error
        return Table(self.quantity, self.unit, ranges)


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

    def to_equation(self, certificate: str) -> CertifiedEquation:
        """Return the checked equation."""
        try:
            coefficients = self._coefficients()
            stability = tuple(each.to_stability() for each in self.stability)
        except CertificateError as error:
            raise self._contradiction(str(error)) from error
        return CertifiedEquation(
            certificate,
            self.quantity,
            self.unit,
            self.argument_unit,
            self._function(),
            coefficients,
            self.low,
            self.high,
            self.gives,
            self.fit_uncertainty,
            self.k,
            math.inf if self.dof is None else self.dof,
            stability,
        )

    def _function(self) -> EquationFunction:
        if self.expression is not None and self.function is None:
            try:
                return parse(self.expression, ["x", *(each.name for each in self.coefficients)])
            except BudgetError as error:
                raise self._contradiction(str(error)) from error
        if self.function is None or self.expression is not None:
            raise self._contradiction("state either an expression or a function")
        return self._named_function(self.function)

    def _named_function(self, name: str) -> EquationFunction:
        found = CERTIFIED_FUNCTIONS.get(name)
        if found is None:
            close = difflib.get_close_matches(name, CERTIFIED_FUNCTIONS, n=1, cutoff=0.0)
            raise self._contradiction(
                f"function {name!r} is not known; the nearest known one is {close[0]!r}"
            )
        units = (self.gives, self.unit, self.argument_unit)
        if units != (Gives.INDICATION, UNIT, ARGUMENT_UNIT):
            raise self._contradiction(
                f"{name} gives the resistance ({UNIT}) at a temperature ({ARGUMENT_UNIT}): state"
                f' gives = "indication", unit = "{UNIT}" and argument_unit = "{ARGUMENT_UNIT}"'
            )
        room = ROUNDED_END_CELSIUS
        if self.low < found.low_celsius - room or self.high > found.high_celsius + room:
            raise self._contradiction(
                f"{name} holds from {found.low_celsius:.9g} to {found.high_celsius:.9g}"
                f" {ARGUMENT_UNIT}, not from {self.low:.9g} to {self.high:.9g}; correct low and"
                " high, or choose another function"
            )
        stated = [each.name for each in self.coefficients]
        if sorted(stated) != sorted(found.coefficients):
            raise self._contradiction(
                f"{name} has the coefficients {', '.join(found.coefficients)}, the file states"
                f" {', '.join(stated) or 'none'}"
            )
        order = [stated.index(each) for each in found.coefficients]
        return lambda x, *values: found.resistance_ohm(x, *(values[i] for i in order))

    def _coefficients(self) -> Coefficients:
        values = {each.name: each.value for each in self.coefficients}
        stated = {each.name: each.u for each in self.coefficients if each.u is not None}
        if len(values) < len(self.coefficients):
            raise CertificateError("a coefficient is stated twice; keep one")
        if self.covariance is None:
            pairs = {(one, other): r for one, other, r in self.correlations}
            return Coefficients.uncertain(values, stated, pairs)
        if stated or self.correlations:
            raise CertificateError("state the covariance, or u and correlations, not both")
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

    def to_certificate(self) -> Certificate:
        """Return the certificate.

        Raises:
            CertificateError: its numbers contradict each other, or a function is not known.
        """
        number = self.certificate.number
        return Certificate(
            **self.certificate.model_dump(),
            tables=tuple(each.to_table() for each in self.table),
            equations=tuple(each.to_equation(number) for each in self.equation),
        )
