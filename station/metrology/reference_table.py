"""A certificate's tables: what was certified in points, and what holds between them.

Linear interpolation between certified points of one range, sign and frequency; the points of one
certificate share their reference, so their uncertainties are taken as fully correlated (r = 1) and
u interpolates linearly. Nothing is extrapolated.

Deviations are actual minus nominal: `actual = nominal + deviation`. For a source, nominal is its
setting and the deviation its error of output; for an indicating standard, nominal is the
indication and the deviation its correction (the negative of its error of indication).
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from station.metrology.errors import CertificateError, OutOfCertificate
from station.metrology.reference_value import ReferenceValue, Stability

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
            raise CertificateError(
                f"point {self.nominal:.9g}: deviation {self.deviation:.9g} with U ="
                f" {self.expanded_uncertainty:.9g}, k = {self.k:.9g}, ν = {self.dof:.9g} is"
                " impossible;"
                " U must not be negative, k and ν must be positive"
            )

    @property
    def standard_uncertainty(self) -> float:
        """U/k, in the table's unit (GUM 4.3.3)."""
        return self.expanded_uncertainty / self.k


class BetweenFrequencies(Enum):
    """What a certificate allows between two certified frequencies of a range."""

    REFUSED = "refused"
    LINEAR = "linear"
    LOGARITHMIC = "logarithmic"

    def share(self, low: float, hertz: float, high: float) -> float:
        """Return how far `hertz` is from `low` to `high`, 0 … 1."""
        if self is BetweenFrequencies.LOGARITHMIC:
            return math.log(hertz / low) / math.log(high / low)
        return (hertz - low) / (high - low)


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
        between_frequencies: how deviations may be interpolated between certified frequencies.
        hertz_nonlinearity: half-width of the departure from that interpolation, in the table's
            unit, stated by the laboratory; it vanishes at certified frequencies.
    """

    low: float
    high: float
    points: tuple[CertificatePoint, ...]
    stability: tuple[Stability, ...] = ()
    nonlinearity: float = 0.0
    hertz_low: float = 0.0
    hertz_high: float = math.inf
    between_frequencies: BetweenFrequencies = BetweenFrequencies.REFUSED
    hertz_nonlinearity: float = 0.0

    def __post_init__(self) -> None:
        widths = (self.nonlinearity, self.hertz_nonlinearity)
        if not self.low <= self.high or not all(0.0 <= width < math.inf for width in widths):
            raise CertificateError(
                f"range {self.low:.9g} … {self.high:.9g}: the lower end comes first, and"
                " non-linearities are finite and not negative"
            )
        for point in self.points:
            if not self.low <= point.nominal <= self.high:
                raise CertificateError(
                    f"point {point.nominal:.9g} lies outside its range {self.low:.9g} …"
                    f" {self.high:.9g}; correct one of them"
                )
        lowest = min((point.hertz for point in self.points if point.hertz is not None), default=1.0)
        if self.between_frequencies is BetweenFrequencies.LOGARITHMIC and not lowest > 0.0:
            raise CertificateError(f"{lowest:.9g} Hz has no logarithm; interpolate linearly")
        places = [(point.nominal, point.hertz) for point in self.points]
        twice = [place for place, times in Counter(places).items() if times > 1]
        if twice:
            nominal, hertz = twice[0]
            raise CertificateError(
                f"point {nominal:.9g}{'' if hertz is None else f' at {hertz:.9g} Hz'} is stated"
                f" twice in the range {self.low:.9g} … {self.high:.9g}; keep one"
            )

    def is_certified_at(self, hertz: float) -> bool:
        """Tell whether a point of the range has this frequency (Hz)."""
        return any(
            point.hertz is not None and _is_same(point.hertz, hertz) for point in self.points
        )

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

    def range_at(self, value: float, hertz: float | None, place: str) -> CertifiedRange:
        """Return the narrowest range that the setting belongs to.

        Args:
            value: setting or indication.
            hertz: frequency (Hz) where the quantity alternates.
            place: certificate and quantity, for the message.

        Raises:
            OutOfCertificate: it belongs to none.
        """
        reaching = [each for each in self.ranges if each.reaches(value, hertz)]
        if not reaching:
            spans = ", ".join(f"{each.low:.9g} … {each.high:.9g}" for each in self.ranges)
            raise OutOfCertificate(
                f"{place} {value:.9g} {self.unit} is outside the certified ranges"
                f" {spans} {self.unit}"
            )
        return min(reaching, key=lambda each: (each.high - each.low, each.hertz_high))

    def at(self, value: float, hertz: float | None, place: str) -> ReferenceValue:
        """Return what the points say of the setting or indication `value`; as for `range_at`.

        Raises:
            OutOfCertificate: no range, frequency, or neighbouring points of this sign.
        """
        chosen = self.range_at(value, hertz, place)
        if hertz is None or chosen.is_certified_at(hertz):
            return _along(chosen, value, hertz, place)
        return _across_frequencies(chosen, value, hertz, place)


def _along(chosen: CertifiedRange, value: float, hertz: float | None, place: str) -> ReferenceValue:
    """Interpolate between the points of one sign and one certified frequency."""
    points = _same_sign(_same_frequency(chosen.points, hertz), value)
    at = "" if hertz is None else f" at {hertz:.9g} Hz"
    for point in points:
        if _is_same(point.nominal, value):
            return _at_point(point, value, f"{place} {point.nominal:.9g}{at}")
    for lower, upper in pairwise(points):
        if lower.nominal < value < upper.nominal:
            share = (value - lower.nominal) / (upper.nominal - lower.nominal)
            source = f"{place} between {lower.nominal:.9g} and {upper.nominal:.9g}{at}"
            one, other = (_at_point(point, value, source) for point in (lower, upper))
            return _between(one, other, share, value, chosen.nonlinearity, source)
    known = ", ".join(f"{point.nominal:.9g}" for point in points) or "none"
    raise OutOfCertificate(
        f"{place} {value:.9g}{at} does not lie between certified points of its range, sign and"
        f" frequency: {known}"
    )


def _across_frequencies(
    chosen: CertifiedRange, value: float, hertz: float, place: str
) -> ReferenceValue:
    """Interpolate between the certified frequencies around `hertz`, where that is allowed."""
    certified = sorted({point.hertz for point in chosen.points if point.hertz is not None})
    below = [each for each in certified if each < hertz]
    above = [each for each in certified if each > hertz]
    rule = chosen.between_frequencies
    if rule is BetweenFrequencies.REFUSED or not below or not above:
        why = "interpolation is not allowed" if below and above else "nothing is extrapolated"
        known = ", ".join(f"{each:.9g}" for each in certified) or "none"
        raise OutOfCertificate(
            f"{place} {value:.9g} at {hertz:.9g} Hz does not lie between certified points:"
            f" certified frequencies are {known} Hz, {why}"
        )
    low, high = below[-1], above[0]
    one, other = (_along(chosen, value, each, place) for each in (low, high))
    source = f"{one.source} and {high:.9g} Hz, taken at {hertz:.9g} Hz"
    bend = chosen.hertz_nonlinearity
    return _between(one, other, rule.share(low, hertz, high), value, bend, source)


def _at_point(point: CertificatePoint, value: float, source: str) -> ReferenceValue:
    u, deviation = point.standard_uncertainty, point.deviation
    return ReferenceValue(value + deviation, deviation, u, point.k, point.dof, source)


def _between(
    one: ReferenceValue,
    other: ReferenceValue,
    share: float,
    value: float,
    bend: float,
    source: str,
) -> ReferenceValue:
    """Interpolate, uncertainties fully correlated, `bend` the half-width of the departure."""
    correction = (1.0 - share) * one.correction + share * other.correction
    u = (1.0 - share) * one.standard_uncertainty + share * other.standard_uncertainty
    return ReferenceValue(
        value + correction,
        correction,
        math.hypot(u, bend / math.sqrt(3.0)),
        max(one.k, other.k),
        min(one.dof, other.dof),
        source,
    )


def _is_same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=SAME)


def _same_frequency(
    points: Sequence[CertificatePoint], hertz: float | None
) -> list[CertificatePoint]:
    if hertz is None:
        return [point for point in points if point.hertz is None]
    return [point for point in points if point.hertz is not None and _is_same(point.hertz, hertz)]


def _same_sign(points: Sequence[CertificatePoint], value: float) -> list[CertificatePoint]:
    """Return the points of the sign of `value`, in rising order.

    A point at zero belongs to both signs, but zero itself to neither: it lies between no two.
    """
    sign = (value > 0.0) - (value < 0.0)
    return sorted(
        (point for point in points if point.nominal == 0.0 or point.nominal * sign > 0.0),
        key=lambda point: point.nominal,
    )
