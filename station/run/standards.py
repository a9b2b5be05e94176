"""A standard in use: its certificate, and what it says of a setting on a day."""

from dataclasses import dataclass, replace
from datetime import date

from station.evidence import StandardValue
from station.metrology.errors import OutOfCertificate
from station.metrology.reference import Certificate
from station.metrology.reference_value import ReferenceValue

SLOPE_STEP = 1e-4
"""How far, relative to the indication, the slope of an equation is looked at on either side."""


@dataclass(frozen=True)
class Standard:
    """The certificate of the standard in one role.

    Attributes:
        digest: SHA-256 of the file it was read from.
        original: that of the issuer's own document, where the file was made from it.
    """

    role: str
    certificate: Certificate
    digest: str
    original: str | None = None

    def at(
        self, quantity: str, nominal: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        """Return what was really applied when `nominal` was set on the day `on`.

        Raises:
            OutOfCertificate: the certificate does not reach there.
        """
        value = self.certificate.at(quantity, nominal, hertz)
        return self._with_drift(quantity, value, nominal, hertz, on)

    def measured(
        self, quantity: str, indication: float, on: date, *, hertz: float | None = None
    ) -> StandardValue:
        """Return the quantity where the standard indicates `indication` on the day `on`.

        A thermometer's temperature (°C) from its resistance (Ω), a transducer's pressure from its
        voltage. u of the indication itself is not in it: multiply that by `slope`.

        Args:
            quantity: name of the table or equation.
            indication: in the unit that the standard indicates.
            on: day of use.
            hertz: frequency (Hz) where the quantity alternates.

        Raises:
            OutOfCertificate: the certificate does not reach there.
        """
        value = self.certificate.measured(quantity, indication, hertz)
        converts = self.certificate.converts(quantity)
        place = value.value if converts else indication
        found = self._with_drift(quantity, value, place, hertz, on)
        return replace(found, slope=self._slope(quantity, indication, hertz)) if converts else found

    def _slope(self, quantity: str, indication: float, hertz: float | None) -> float:
        step = SLOPE_STEP * max(abs(indication), 1.0)
        for low, high in ((-step, step), (-step, 0.0), (0.0, step)):
            try:
                first = self.certificate.measured(quantity, indication + low, hertz)
                last = self.certificate.measured(quantity, indication + high, hertz)
            except OutOfCertificate:
                continue  # at an end of what is certified: the slope on the side that is
            return (last.value - first.value) / (high - low)
        raise OutOfCertificate(f"{quantity}: {indication:g} is all that is certified")

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
            dof=value.dof,
        )
