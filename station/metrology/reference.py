"""What a standard's certificate says of a value, on a day.

Linear interpolation between certified points of one range, sign and frequency; the points of one
certificate share their reference, so their uncertainties are taken as fully correlated (r = 1) and
u interpolates linearly. Nothing is extrapolated.

Deviations are actual minus nominal: `actual = nominal + deviation`. For a source, nominal is its
setting and the deviation its error of output; for an indicating standard, nominal is the
indication and the deviation its correction (the negative of its error of indication).
"""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from station.metrology.errors import CertificateError, OutOfCertificate
from station.metrology.inputs import Input, normal, rectangular

SAME = 1e-9
"""Relative difference below which two settings or frequencies are the same."""


@dataclass(frozen=True, slots=True)
class CertificatePoint:
    """One line of a certificate.

    Attributes:
        nominal: setting or indication, in the table's unit.
        deviation: actual minus nominal, in the table's unit.
        expanded_uncertainty: U, in the table's unit.
        k: coverage factor of U.
        hertz: frequency (Hz) where the quantity alternates.
        dof: effective degrees of freedom of U/k, where the certificate states them.
    """

    nominal: float
    deviation: float
    expanded_uncertainty: float
    k: float = 2.0
    hertz: float | None = None
    dof: float = math.inf

    def __post_init__(self) -> None:
        numbers = (self.nominal, self.deviation, self.expanded_uncertainty)
        possible = all(map(math.isfinite, numbers)) and self.expanded_uncertainty >= 0.0
        if not possible or not 0.0 < self.k < math.inf or not self.dof > 0.0:
            raise CertificateError(f"{self}: a number is impossible; check it with the certificate")

    @property
    def standard_uncertainty(self) -> float:
        """U/k, in the table's unit (GUM 4.3.3)."""
        return self.expanded_uncertainty / self.k


@dataclass(frozen=True, slots=True)
class Stability:
    """What the maker states the standard may change since its calibration, as limits.

    Attributes:
        days: the interval for which it is stated.
        ppm: of the value, in parts per million.
        floor: in the table's unit.
    """

    days: int
    ppm: float
    floor: float

    def __post_init__(self) -> None:
        if self.days <= 0 or not (0.0 <= self.ppm < math.inf and 0.0 <= self.floor < math.inf):
            raise CertificateError(f"{self}: a stability specification must be positive")

    def half_width(self, value: float) -> float:
        """Return the limit at `value`, in the table's unit."""
        return self.ppm * 1e-6 * abs(value) + self.floor


@dataclass(frozen=True, slots=True)
class CertifiedRange:
    """One range of the standard: its ends, its points, and what it may drift.

    Attributes:
        low: lowest setting of the range, in the table's unit.
        high: highest setting.
        points: certified ones, in any order.
        stability: by interval; empty if the maker states none.
        nonlinearity: half-width of the departure from a straight line between two points, in the
            table's unit, stated by the laboratory; it vanishes at the points themselves.
        hertz_low: lowest frequency (Hz) of this range's specification, where it has one.
        hertz_high: highest frequency (Hz).
    """

    low: float
    high: float
    points: tuple[CertificatePoint, ...]
    stability: tuple[Stability, ...] = ()
    nonlinearity: float = 0.0
    hertz_low: float = 0.0
    hertz_high: float = math.inf

    def __post_init__(self) -> None:
        if not self.low <= self.high or not 0.0 <= self.nonlinearity < math.inf:
            raise CertificateError(f"range {self.low} … {self.high}: its ends are reversed")
        for point in self.points:
            if not self.low <= point.nominal <= self.high:
                raise CertificateError(
                    f"point {point.nominal:g} lies outside its range {self.low:g} … {self.high:g}"
                )
        places = [(point.nominal, point.hertz) for point in self.points]
        if len(set(places)) < len(places):
            raise CertificateError(f"range {self.low:g} … {self.high:g}: a point is stated twice")

    def reaches(self, value: float, hertz: float | None) -> bool:
        """Tell whether the setting belongs to this range."""
        in_band = hertz is None or self.hertz_low <= hertz <= self.hertz_high
        return in_band and self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Table:
    """All ranges of one quantity of the standard, e.g. "dc-voltage" in V."""

    quantity: str
    unit: str
    ranges: tuple[CertifiedRange, ...]


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """What the certificate says of one setting or indication.

    Attributes:
        value: the actual value, nominal + correction, in the table's unit.
        correction: what was added to the nominal value.
        standard_uncertainty: of `value`.
        k: coverage factor that the certificate used (the larger of the two neighbours').
        dof: effective degrees of freedom (the fewer of the two neighbours').
        source: certificate and points.
    """

    value: float
    correction: float
    standard_uncertainty: float
    k: float
    dof: float
    source: str

    def as_input(self, name: str) -> Input:
        """Return the actual value as the input `name` of a budget."""
        return normal(
            name,
            self.value,
            standard_uncertainty=self.standard_uncertainty,
            dof=self.dof,
            source=self.source,
        )


@dataclass(frozen=True, slots=True)
class Drift:
    """What the standard may have changed since its calibration: limits, rectangular.

    Attributes:
        half_width: in the table's unit.
        source: the specification it comes from.
    """

    half_width: float
    source: str

    def as_input(self, name: str) -> Input:
        """Return the unknown change as the input `name` of a budget, estimate 0."""
        return rectangular(name, half_width=self.half_width, source=self.source)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A standard's calibration certificate.

    Attributes:
        number: of the certificate.
        issuer: laboratory that issued it.
        date: day of the calibration.
        due: last day on which it may be used.
        standard: model of the standard.
        serial: serial number of the standard.
        traceability: what the issuer states.
        tables: one a quantity.
    """

    number: str
    issuer: str
    date: datetime.date
    due: datetime.date
    standard: str
    serial: str
    traceability: str
    tables: tuple[Table, ...]

    def __post_init__(self) -> None:
        names = [table.quantity for table in self.tables]
        if len(set(names)) < len(names):
            raise CertificateError(f"certificate {self.number}: a quantity has two tables: {names}")
        if self.due < self.date:
            raise CertificateError(f"certificate {self.number}: due before it was calibrated")

    def is_valid_on(self, on: datetime.date) -> bool:
        """Tell whether the day `on` lies between calibration and due date, both included."""
        return self.date <= on <= self.due

    def at(self, quantity: str, value: float, hertz: float | None = None) -> ReferenceValue:
        """Return what the certificate says of the setting or indication `value`.

        Args:
            quantity: name of the table.
            value: in the table's unit.
            hertz: frequency (Hz) where the quantity alternates; it must be a certified one.

        Raises:
            OutOfCertificate: no table, range, frequency or neighbouring points of this sign.
        """
        chosen = self._range(quantity, value, hertz)
        points = _same_sign(_same_frequency(chosen.points, hertz), value)
        lower, upper, share = self._neighbours(points, quantity, value, hertz)
        correction = (1.0 - share) * lower.deviation + share * upper.deviation
        u = (1.0 - share) * lower.standard_uncertainty + share * upper.standard_uncertainty
        places = f"{lower.nominal:g}"
        if lower is not upper:
            u = math.hypot(u, chosen.nonlinearity / math.sqrt(3.0))
            places = f"between {lower.nominal:g} and {upper.nominal:g}"
        at = "" if hertz is None else f" at {hertz:g} Hz"
        return ReferenceValue(
            value + correction,
            correction,
            u,
            max(lower.k, upper.k),
            min(lower.dof, upper.dof),
            f"certificate {self.number}, {quantity} {places}{at}",
        )

    def drift(self, quantity: str, value: float, hertz: float | None, on: datetime.date) -> Drift:
        """Return what the standard may have changed at `value` from its calibration to `on`.

        The maker's stability for the shortest stated interval that covers the elapsed time, as a
        whole: makers give a limit for the interval and not a rate, so nothing is scaled within it.

        Raises:
            OutOfCertificate: no table or range, no stated interval that is long enough, or a day
                before the calibration.
        """
        elapsed = (on - self.date).days
        if elapsed < 0:
            raise OutOfCertificate(
                f"certificate {self.number}: {on} is before the calibration of {self.date}"
            )
        stated = self._range(quantity, value, hertz).stability
        covering = [each for each in stated if each.days >= elapsed]
        if not covering:
            longest = max((each.days for each in stated), default=0)
            raise OutOfCertificate(
                f"certificate {self.number}, {quantity} {value:g}: stability is stated for"
                f" {longest} days and {elapsed} have passed; recalibrate the standard"
            )
        stability = min(covering, key=lambda each: each.days)
        return Drift(
            stability.half_width(value),
            f"{self.standard} stability specification, {stability.days} days",
        )

    def _range(self, quantity: str, value: float, hertz: float | None) -> CertifiedRange:
        """Return the narrowest range that the setting belongs to."""
        tables = {table.quantity: table for table in self.tables}
        if quantity not in tables:
            raise OutOfCertificate(
                f"certificate {self.number} has no {quantity!r}, only {', '.join(sorted(tables))}"
            )
        table = tables[quantity]
        reaching = [each for each in table.ranges if each.reaches(value, hertz)]
        if not reaching:
            spans = ", ".join(f"{each.low:g} … {each.high:g}" for each in table.ranges)
            raise OutOfCertificate(
                f"certificate {self.number}: {quantity} {value:g} {table.unit} is outside the"
                f" certified ranges {spans} {table.unit}"
            )
        return min(reaching, key=lambda each: (each.high - each.low, each.hertz_high))

    def _neighbours(
        self,
        points: Sequence[CertificatePoint],
        quantity: str,
        value: float,
        hertz: float | None,
    ) -> tuple[CertificatePoint, CertificatePoint, float]:
        """Return the points around `value`, and how far it is from the first to the second."""
        for point in points:
            if math.isclose(point.nominal, value, rel_tol=SAME):
                return point, point, 0.0
        for lower, upper in pairwise(points):
            if lower.nominal < value < upper.nominal:
                share = (value - lower.nominal) / (upper.nominal - lower.nominal)
                return lower, upper, share
        known = ", ".join(f"{point.nominal:g}" for point in points) or "none"
        at = "" if hertz is None else f" at {hertz:g} Hz"
        raise OutOfCertificate(
            f"certificate {self.number}: {quantity} {value:g}{at} does not lie between certified"
            f" points of its range, sign and frequency: {known}"
        )


def _same_frequency(
    points: Sequence[CertificatePoint], hertz: float | None
) -> list[CertificatePoint]:
    if hertz is None:
        return [point for point in points if point.hertz is None]
    return [
        point
        for point in points
        if point.hertz is not None and math.isclose(point.hertz, hertz, rel_tol=SAME)
    ]


def _same_sign(points: Sequence[CertificatePoint], value: float) -> list[CertificatePoint]:
    """Return the points of the sign of `value`, zero belonging to both, in rising order."""
    return sorted(
        (point for point in points if point.nominal * value >= 0.0),
        key=lambda point: point.nominal,
    )
