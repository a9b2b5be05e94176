"""A standard in use: its certificate, and what it says of a setting on a day."""

from dataclasses import dataclass
from datetime import date

from station.metrology.reference import Certificate
from station.metrology.reference_value import ReferenceValue
from station.procedure import Point, StandardValue


@dataclass(frozen=True)
class Standard:
    """The certificate of the standard in one role, and the digest of the file it was read from."""

    role: str
    certificate: Certificate
    digest: str

    def at(self, quantity: str, point: Point, on: date) -> StandardValue:
        """Return what was really applied when `point.nominal` was set on the day `on`.

        Raises:
            OutOfCertificate: the certificate does not reach there.
        """
        value = self.certificate.at(quantity, point.nominal, point.hertz)
        return self._with_drift(quantity, value, point.nominal, point.hertz, on)

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        """Return the quantity where the standard indicates `indication` on the day `on`.

        A thermometer's temperature (°C) from its resistance (Ω), a transducer's pressure from its
        voltage. u of the indication itself is not in it.

        Args:
            quantity: name of the table or equation.
            indication: in the unit that the standard indicates.
            on: day of use.
            hertz: frequency (Hz) where the quantity alternates.

        Raises:
            OutOfCertificate: the certificate does not reach there.
        """
        value = self.certificate.measured(quantity, indication, hertz)
        place = value.value if self.certificate.converts(quantity) else indication
        return self._with_drift(quantity, value, place, hertz, on)

    def _with_drift(
        self, quantity: str, value: ReferenceValue, place: float, hertz: float | None, on: date
    ) -> StandardValue:
        drift = self.certificate.drift(quantity, place, hertz, on)
        return StandardValue(
            actual=value.value,
            standard_uncertainty=value.standard_uncertainty,
            certificate=value.source,
            drift_half_width=drift.half_width,
            drift_source=drift.source,
        )
