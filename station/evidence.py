"""What a result is evaluated from: readings, standards, the room; and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from drivers.capabilities import Reading
from station.metrology.uncertainty import Budget


@dataclass(frozen=True, slots=True)
class Taken:
    """One reading, and whose: a role of the bench, with what else tells it apart.

    A procedure that reads "reference" before and after may call them "reference/before" and
    "reference/after"; the first part names the role.
    """

    of: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class StandardValue:
    """What the standard's certificate says of one setting or indication, on the day of use.

    Attributes:
        actual: the value of the quantity, corrected.
        standard_uncertainty: u of `actual`, from the certificate (U/k).
        certificate: number of the certificate and where in it.
        drift_half_width: half-width of what it may have changed since its calibration.
        drift_source: where that allowance comes from.
        dof: effective degrees of freedom of `standard_uncertainty`.
        slope: how `actual` changes with the indication (1 where the standard is set): what
            multiplies u of an indication, in the unit of `actual` per unit of the indication.
    """

    actual: float
    standard_uncertainty: float
    certificate: str
    drift_half_width: float
    drift_source: str
    dof: float = float("inf")
    slope: float = 1.0


class CertifiedStandard(Protocol):
    """A standard with its certificate."""

    def at(
        self, quantity: str, nominal: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        """Return the value where the standard is set to `nominal`, or is called so."""
        ...

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        """Return the value where the standard indicates `indication`."""
        ...


@dataclass(frozen=True, slots=True)
class Room:
    """Ambient conditions as they were read last: °C, % relative humidity, Pa."""

    celsius: float
    humidity: float
    pascals: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a result may rest on.

    Attributes:
        on: day of use.
        room: ambient conditions.
        standards: by role.
        readings: id of a point or observation → its readings, in the order they were taken.
    """

    on: date
    room: Room
    standards: Mapping[str, CertifiedStandard]
    readings: Mapping[str, tuple[Taken, ...]]

    def values(self, point: str, of: str) -> tuple[float, ...]:
        """Return the readings of `of` at a point or observation, in the test's SI unit.

        There are none where the item had been removed.
        """
        return tuple(t.reading.value for t in self.readings.get(point, ()) if t.of == of)

    def set_to(
        self, role: str, quantity: str, nominal: float, *, hertz: float | None = None
    ) -> StandardValue:
        """Return what the standard `role` really is where it is set to (or called) `nominal`.

        Raises:
            OutOfCertificate: its certificate does not reach there.
        """
        return self.standards[role].at(quantity, nominal, self.on, hertz=hertz)

    def indicated(
        self, role: str, quantity: str, indication: float, *, hertz: float | None = None
    ) -> StandardValue:
        """Return the quantity where the standard `role` indicates `indication`.

        Raises:
            OutOfCertificate: its certificate does not reach there.
        """
        return self.standards[role].measured(quantity, indication, self.on, hertz=hertz)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome at one point, before it is judged.

    Attributes:
        budget: model and inputs; its value is the error, in the test's unit.
        reference: the reference value, corrected, as the certificate shows it.
        indication: the item's indication, as the certificate shows it.
    """

    budget: Budget
    reference: float
    indication: float
