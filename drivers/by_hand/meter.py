"""A hand-held multimeter: a person turns its switch and reads its display."""

from dataclasses import dataclass, replace
from math import ceil, isfinite, log10
from typing import ClassVar

from drivers.capabilities import (
    AcAmmeter,
    AcVoltmeter,
    CapacitanceMeter,
    DcAmmeter,
    DcVoltmeter,
    FrequencyMeter,
    Identity,
    Instrument,
    Offers,
    Ohmmeter,
    Reach,
    Reading,
    Span,
    Wires,
)
from drivers.errors import BadSetting, InstrumentRefused, NotConfigured
from drivers.person import Doing, Person, Sought

TURN = "Set the multimeter to this function and range"
READ = "Read the multimeter; enter OL if it shows overload"

PREFIXES = ((6, "M"), (3, "k"), (0, ""), (-3, "m"), (-6, "µ"), (-9, "n"))
PREFIXED_UP = ("Ω",)
"""Units that take k and M; a display shows 1000 V and 1000 Hz without."""

OPEN_FARADS = 1e-9
"""More than leads and terminals have (F); more is doubted."""

HAIR = 1e-9
"""What a power of ten may be off as a float."""


@dataclass
class HandHeldMultimeter:
    """Any multimeter without an interface, with ranges that are chosen by hand.

    Attributes:
        person: who turns and reads it.
        name: on the bench.
        identity: as the bench file states it.
        counts: of its display: 20 000 for one that ends at 19 999, 50 000, 6000, …
        hertz_resolution: last digit of its frequency display (Hz) where it is used.
    """

    person: Person
    name: str
    identity: Identity
    counts: int | float = 20_000
    hertz_resolution: float = 0.1

    offers: ClassVar[Offers] = {
        DcVoltmeter: Reach(Span(-1000.0, 1000.0)),
        AcVoltmeter: Reach(Span(0.0, 1000.0), Span(20.0, 100e3)),
        DcAmmeter: Reach(Span(-20.0, 20.0)),
        AcAmmeter: Reach(Span(0.0, 20.0), Span(20.0, 20e3)),
        Ohmmeter: Reach(Span(0.0, 500e6)),
        CapacitanceMeter: Reach(Span(0.0, 0.1)),
        FrequencyMeter: Reach(Span(1.0, 1e6)),
    }

    def __post_init__(self) -> None:
        """Take the switch to stand anywhere.

        Raises:
            BadSetting: a display without counts, or a step that is none.
        """
        for setting, value, advice in (
            ("counts", self.counts, "Write 20000 for a display that ends at 19999"),
            ("hertz_resolution", self.hertz_resolution, "State its last digit in Hz"),
        ):
            if not (value > 0 and isfinite(value)):
                raise BadSetting(self.name, setting, f"{value!r} is not positive", advice)
        self._position = ""
        self._sought: Sought | None = None

    def identify(self) -> Identity:
        """Return what the bench file says: it cannot be asked."""
        return self.identity

    def close(self) -> None:
        """Leave it where it is."""

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Have direct voltage and the range `range_volts` (V) chosen, if it is another one."""
        self._configure("dc-voltage", "V DC", "V", range_volts)

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Have alternating voltage and the range `range_volts` (V) chosen, at any frequency."""
        self._configure("ac-voltage", "V AC", "V", range_volts)

    def configure_dc_current(self, range_amperes: float) -> None:
        """Have direct current and the range `range_amperes` (A) chosen."""
        self._configure("dc-current", "A DC", "A", range_amperes)

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Have alternating current and the range `range_amperes` (A) chosen, at any frequency."""
        self._configure("ac-current", "A AC", "A", range_amperes)

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Have resistance and the range `range_ohms` (Ω) chosen.

        Raises:
            InstrumentRefused: four wires: it has two terminals.
        """
        if wires is not Wires.TWO:
            said = "a hand-held multimeter has two terminals for resistance"
            raise InstrumentRefused(self.name, "four wires", said, "Measure it with two wires")
        self._configure("resistance", "Ω", "Ω", range_ohms)

    def configure_capacitance(self, range_farads: float) -> None:
        """Have capacitance and the range `range_farads` (F) chosen; no key for zero is pressed."""
        self._configure("capacitance", "F", "F", range_farads)

    def configure_frequency(self, range_volts: float, gate_seconds: float) -> None:
        """Have frequency chosen; the gate time is the meter's own.

        The input range `range_volts` (V) is chosen where the meter has one, by its own hand.
        """
        self._turn("frequency", "Hz", "V", range_volts)
        self._sought = Sought(self.name, READ, "Hz", 1.0, self.hertz_resolution, about="Hz")

    def read_open(self) -> Reading:
        """Have it read (F) with the leads open at their far ends: little is expected.

        Raises:
            NotConfigured: no function was chosen in this session.
            Overload: the person says that it shows overload.
        """
        return self.person.read(replace(self._asked(), limits=(-OPEN_FARADS, OPEN_FARADS)))

    def read(self) -> Reading:
        """Have it read, in V, A, Ω, F or Hz as configured; its `raw` is what the person entered.

        Raises:
            NotConfigured: no function was chosen in this session.
            Overload: the person says that it shows overload.
        """
        return self.person.read(self._asked())

    def _asked(self) -> Sought:
        if self._sought is None:
            said, advice = "no function is chosen", "Configure a function first"
            raise NotConfigured(self.name, "read", said, advice)
        return self._sought

    def _configure(self, function: str, symbol: str, unit: str, range_: float) -> None:
        about = self._turn(function, symbol, unit, range_)
        power, prefix = _prefix(unit, range_)
        step = 10.0 ** (ceil(log10(range_ / self.counts) - HAIR) - power)
        self._sought = Sought(self.name, READ, f"{prefix}{unit}", 10.0**power, step, about=about)

    def _turn(self, function: str, symbol: str, unit: str, range_: float) -> str:
        """Have the switch turned if it stands elsewhere; return function and range as told."""
        power, prefix = _prefix(unit, range_)
        about = f"{symbol}, {range_ / 10.0**power:.6g} {prefix}{unit}"
        position = f"{function} {range_:g}"
        if position != self._position:
            self.person.do(Doing(self.name, TURN, about, position=position))
            self._position = position
        return about


def _prefix(unit: str, range_: float) -> tuple[int, str]:
    """Return the prefix that a display shows on a range: the power of ten, and its symbol."""
    fitting = [
        (power, prefix)
        for power, prefix in PREFIXES
        if range_ >= 10.0**power * (1.0 - HAIR) and (power <= 0 or unit in PREFIXED_UP)
    ]
    return fitting[0] if fitting else PREFIXES[-1]


_instrument: type[Instrument] = HandHeldMultimeter
_dc_voltmeter: type[DcVoltmeter] = HandHeldMultimeter
_ac_voltmeter: type[AcVoltmeter] = HandHeldMultimeter
_dc_ammeter: type[DcAmmeter] = HandHeldMultimeter
_ac_ammeter: type[AcAmmeter] = HandHeldMultimeter
_ohmmeter: type[Ohmmeter] = HandHeldMultimeter
_capacitance_meter: type[CapacitanceMeter] = HandHeldMultimeter
_frequency_meter: type[FrequencyMeter] = HandHeldMultimeter
