"""A standard in use: its certificate, and what it says of a setting on a day."""

from dataclasses import dataclass
from datetime import date

from station.metrology.reference import Certificate
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
        drift = self.certificate.drift(quantity, point.nominal, point.hertz, on)
        return StandardValue(
            actual=value.value,
            standard_uncertainty=value.standard_uncertainty,
            certificate=value.source,
            drift_half_width=drift.half_width,
            drift_source=drift.source,
        )
