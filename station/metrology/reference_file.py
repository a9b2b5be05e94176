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
"""

import datetime
import math
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from station.metrology.reference import (
    Certificate,
    CertificatePoint,
    CertifiedRange,
    Stability,
    Table,
)


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


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


class RangeEntry(_Frozen):
    """One range of the standard."""

    low: float
    high: float
    points: tuple[PointEntry, ...]
    stability: tuple[StabilityEntry, ...] = ()
    nonlinearity: float = 0.0
    hertz_low: float = 0.0
    hertz_high: float | None = None

    def to_range(self) -> CertifiedRange:
        """Return the checked range."""
        return CertifiedRange(
            self.low,
            self.high,
            tuple(point.to_point() for point in self.points),
            tuple(Stability(each.days, each.ppm, each.floor) for each in self.stability),
            self.nonlinearity,
            self.hertz_low,
            math.inf if self.hertz_high is None else self.hertz_high,
        )


class TableEntry(_Frozen):
    """All ranges of one quantity."""

    quantity: _Text
    unit: _Text
    range: tuple[RangeEntry, ...]


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
    table: tuple[TableEntry, ...]

    def to_certificate(self) -> Certificate:
        """Return the certificate.

        Raises:
            CertificateError: its numbers contradict each other.
        """
        return Certificate(
            **self.certificate.model_dump(),
            tables=tuple(
                Table(each.quantity, each.unit, tuple(one.to_range() for one in each.range))
                for each in self.table
            ),
        )
