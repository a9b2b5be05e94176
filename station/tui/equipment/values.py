"""What a standard's certificates say at each place, and how it changes between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from station.metrology.errors import FitError, OutOfCertificate
from station.metrology.history import (
    SMALLEST_HISTORY,
    Calibration,
    DriftHistory,
    PredictedReference,
    calibrations_of,
    drift_history,
)
from station.metrology.reference import Certificate
from station.register.equipment_plausibility import Place, places

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One place of the certificate in use, all values in `unit`.

    Attributes:
        place: where.
        unit: of the values: that of the quantity.
        base: what is subtracted from the values that are shown: the nominal value, or 0.
        calibrations: what each certificate says there, in the order of their days.
        history: the line through those since the last adjustment; None where there are too few.
        predicted: by that line, for the day asked about.
    """

    place: Place
    unit: str
    base: float
    calibrations: tuple[Calibration, ...]
    history: DriftHistory | None
    predicted: PredictedReference | None

    @property
    def a_year(self) -> float | None:
        """The drift in a year, None where none can be told."""
        return None if self.history is None else self.history.drift_per_day * DAYS_A_YEAR


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A place in the certificate in use, in the one that waits, or in both.

    Attributes:
        present: what is in use says there.
        offered: what waits says there.
        waits: which of both the row tells.
    """

    present: ValueLine | None
    offered: ValueLine | None
    waits: bool

    @property
    def told(self) -> ValueLine:
        """What the row tells."""
        told = self.offered if self.waits else self.present
        assert told is not None
        return told


def value_rows(present: Sequence[ValueLine], offered: Sequence[ValueLine]) -> tuple[ValueRow, ...]:
    """Return the places in use, each with what waits below it, then those that are new."""
    waiting = {(each.place, each.unit): each for each in offered}
    rows = []
    for line in present:
        other = waiting.pop((line.place, line.unit), None)
        rows.append(ValueRow(line, other, waits=False))
        if other is not None:
            rows.append(ValueRow(line, other, waits=True))
    return (*rows, *(ValueRow(None, other, waits=True) for other in waiting.values()))


def value_lines(
    certificates: Sequence[Certificate], since: date, today: date
) -> tuple[ValueLine, ...]:
    """Return what is certified at each place of the last of `certificates`, in order of date.

    Args:
        certificates: accepted ones of one standard, of different days.
        since: day of the last adjustment or repair; what is older makes no line.
        today: what is predicted for.
    """
    if not certificates:
        return ()
    return tuple(_line(place, certificates, since, today) for place in places(certificates[-1]))


def _line(place: Place, certificates: Sequence[Certificate], since: date, today: date) -> ValueLine:
    calibrations = tuple(_said(place, certificates))
    unit = _unit(place, certificates[-1])
    base = 0.0 if place.reads or unit != place.unit else place.nominal
    known = [each for each in calibrations if each.on >= since]
    history = _history(known)
    predicted = None
    if history is not None and today >= known[-1].on:
        predicted = history.predict(today)
    return ValueLine(place, unit, base, calibrations, history, predicted)


def _said(place: Place, certificates: Sequence[Certificate]) -> Iterator[Calibration]:
    for each in certificates:
        try:
            yield from calibrations_of([each], place.quantity, place.nominal, place.hertz)
        except OutOfCertificate:
            # An older certificate may have had other points.
            continue


def _history(calibrations: Sequence[Calibration]) -> DriftHistory | None:
    if len(calibrations) < SMALLEST_HISTORY:
        return None
    try:
        return drift_history(calibrations)
    except FitError:
        # Two of one day: which of them holds, a line cannot say.
        return None


def _unit(place: Place, certificate: Certificate) -> str:
    tables = [each.unit for each in certificate.tables if each.quantity == place.quantity]
    equations = [each.unit for each in certificate.equations_of(place.quantity)]
    return (tables or equations)[0]
