"""What a standard's certificate says of a value, on a day: by tables of points, or by equations.

An equation may hold in a part of the range only, like the subranges of a platinum thermometer: the
first of a quantity's equations that reaches is used. Nothing is extrapolated.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from station.metrology.equation import CertifiedEquation
from station.metrology.errors import CertificateError, OutOfCertificate
from station.metrology.reference_table import Table
from station.metrology.reference_value import Drift, ReferenceValue, Stability, covering

AnswerT = TypeVar("AnswerT")


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
        equations: of quantities that the certificate gives as equations; several of one quantity
            hold in different ranges.
    """

    number: str
    issuer: str
    date: datetime.date
    due: datetime.date
    standard: str
    serial: str
    traceability: str
    tables: tuple[Table, ...] = ()
    equations: tuple[CertifiedEquation, ...] = ()

    def __post_init__(self) -> None:
        name, quantities = f"certificate {self.number}", [each.quantity for each in self.tables]
        quantities += {each.quantity: each for each in self.equations}
        twice = [each for i, each in enumerate(quantities) if each in quantities[:i]]
        if twice:
            raise CertificateError(f"{name}: {twice[0]!r} is stated twice; name each quantity once")
        if not quantities:
            raise CertificateError(f"{name}: no quantity is certified; add a table or an equation")
        if self.due < self.date:
            raise CertificateError(f"{name}: due on {self.due}, before its date {self.date}")
        for each in quantities:
            self._check_pieces(each)

    def is_valid_on(self, on: datetime.date) -> bool:
        """Tell whether the day `on` lies between calibration and due date, both included."""
        return self.date <= on <= self.due

    def at(self, quantity: str, value: float, hertz: float | None = None) -> ReferenceValue:
        """Return what the certificate says of the setting or indication `value`.

        Args:
            quantity: name of the table or equation.
            value: in the unit of the quantity.
            hertz: frequency (Hz) where the quantity alternates; a certified one, unless the range
                allows interpolation between them.

        Raises:
            OutOfCertificate: no table, range, frequency or neighbouring points of this sign, or
                outside the equation's range.
        """
        table = self._table(quantity)
        if table is None:
            return self._by_equation(quantity, hertz, lambda each: each.at_nominal(value))
        return table.at(value, hertz, self._place(quantity))

    def measured(
        self, quantity: str, indication: float, hertz: float | None = None
    ) -> ReferenceValue:
        """Return the quantity where the standard indicates `indication`.

        Args:
            quantity: name of the table or equation.
            indication: in the unit that the standard indicates, e.g. Ω of a thermometer.
            hertz: as for `at`.

        Raises:
            OutOfCertificate: as for `at`.
        """
        if self._table(quantity) is not None:
            return self.at(quantity, indication, hertz)
        return self._by_equation(quantity, hertz, lambda each: each.measured(indication))

    def converts(self, quantity: str) -> bool:
        """Tell whether the standard indicates in another unit than that of the quantity."""
        return any(each.converts for each in self.equations_of(quantity))

    def equations_of(self, quantity: str) -> tuple[CertifiedEquation, ...]:
        """Return the equations of a quantity, e.g. for their slope; none if it has a table."""
        return tuple(each for each in self.equations if each.quantity == quantity)

    def drift(self, quantity: str, value: float, hertz: float | None, on: datetime.date) -> Drift:
        """Return what the standard may have changed at `value` from its calibration to `on`.

        The maker's stability for the shortest stated interval that covers the elapsed time.

        Raises:
            OutOfCertificate: no table or range, no stated interval that is long enough, or a day
                before the calibration.
        """
        place = f"certificate {self.number} of {self.date}, {quantity} {value:g}, on {on}"
        stability = covering(self._stated(quantity, value, hertz), (on - self.date).days, place)
        return Drift(
            stability.half_width(value),
            f"{self.standard} stability specification, {stability.days} days",
        )

    def _place(self, quantity: str) -> str:
        return f"certificate {self.number}, {quantity}"

    def _table(self, quantity: str) -> Table | None:
        return next((each for each in self.tables if each.quantity == quantity), None)

    def _stated(self, quantity: str, value: float, hertz: float | None) -> tuple[Stability, ...]:
        """Return the stability of the range or equation that `value` belongs to."""
        table = self._table(quantity)
        if table is not None:
            return table.range_at(value, hertz, self._place(quantity)).stability
        return self._by_equation(
            quantity, hertz, lambda each: (each.at_nominal(value), each.stability)
        )[1]

    def _by_equation(
        self, quantity: str, hertz: float | None, ask: Callable[[CertifiedEquation], AnswerT]
    ) -> AnswerT:
        """Return the answer of the quantity's first equation that reaches."""
        equations = self.equations_of(quantity)
        if not equations:
            known = {each.quantity for each in self.tables}
            known |= {each.quantity for each in self.equations}
            raise OutOfCertificate(
                f"certificate {self.number} has no {quantity!r}, only {', '.join(sorted(known))}"
            )
        if hertz is not None:
            raise OutOfCertificate(
                f"{self._place(quantity)} is an equation without a frequency, and {hertz:g} Hz is"
                " asked for"
            )
        refusals = []
        for each in equations:
            try:
                return ask(each)
            except OutOfCertificate as refusal:
                refusals.append(refusal)
        raise OutOfCertificate("; ".join(map(str, refusals))) from refusals[-1]

    def _check_pieces(self, quantity: str) -> None:
        """Refuse equations of one quantity that differ in more than where they hold."""
        pieces = self.equations_of(quantity)
        kinds = {(each.unit, each.argument_unit, each.gives) for each in pieces}
        if len(kinds) > 1 or len({(each.low, each.high) for each in pieces}) < len(pieces):
            raise CertificateError(
                f"{self._place(quantity)}: its equations must hold in different ranges, and have"
                " the same units and kind of result"
            )
