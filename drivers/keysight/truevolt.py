"""Keysight Truevolt digital multimeters: 34460A, 34461A, 34465A, 34470A."""

from dataclasses import dataclass
from typing import ClassVar

from drivers import scpi
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
from drivers.dialogue import Dialogue
from drivers.identity import Greeting

NPLC = 10
"""Integration time in power line cycles: the specified accuracy needs 10 or more."""

INTEGRATION_SECONDS = 2 * NPLC / 50
"""One reading with its autozero, at 50 Hz (E1412A User's Manual, readings per second)."""

CAPACITANCE_SECONDS = 15.0
"""Ample for one reading of a capacitance, which is charged and discharged; no figure was found."""

MARGIN_SECONDS = 3.0
"""For the way there and back, and the settling of a range."""

AC_SETTLE_SECONDS = {3: 7.0, 20: 1.0, 200: 0.6}
"""Filter (Hz) → automatic delay (s) of the 34401A (from memory, unverified)."""

NUMBER = r"[+-]\d\.\d{8}E[+-]\d\d"
"""A reading: 34401A User's Guide, p. 159."""

# The general statements of the Operating and Service Guide: full scale of 1000 V DC, 750 V AC,
# 3 A, and 10 A from the 34461A up. Resistance and frequency where a data sheet was at hand.
_VOLTAGE: Offers = {
    DcVoltmeter: Reach(Span(-1000.0, 1000.0)),
    AcVoltmeter: Reach(Span(0.0, 750.0), Span(3.0, 300e3)),
}
_TEN_AMPERES: Offers = {
    DcAmmeter: Reach(Span(-10.0, 10.0)),
    AcAmmeter: Reach(Span(0.0, 10.0), Span(3.0, 10e3)),
}
_FREQUENCY: Offers = {FrequencyMeter: Reach(Span(3.0, 300e3))}
# Guide, p. 282: ranges of 1 nF to 100 µF and a fifth over. Not the 34460A, from memory, unverified.
_CAPACITANCE: Offers = {CapacitanceMeter: Reach(Span(0.0, 120e-6))}

OFFERS_34460A: Offers = {
    **_VOLTAGE,
    DcAmmeter: Reach(Span(-3.0, 3.0)),
    AcAmmeter: Reach(Span(0.0, 3.0), Span(3.0, 10e3)),
}
OFFERS_34461A: Offers = {
    **_VOLTAGE,
    **_TEN_AMPERES,
    **_FREQUENCY,
    **_CAPACITANCE,
    Ohmmeter: Reach(Span(0.0, 120e6)),
}
OFFERS_34465A: Offers = {**_VOLTAGE, **_TEN_AMPERES, **_CAPACITANCE}
OFFERS_34470A: Offers = {
    **_VOLTAGE,
    **_TEN_AMPERES,
    **_FREQUENCY,
    **_CAPACITANCE,
    Ohmmeter: Reach(Span(0.0, 1.2e9)),
}


@dataclass(frozen=True)
class Truevolt:
    """Digital multimeter. Commands: Truevolt Series Operating and Service Guide.

    A reading needs a function that was configured in the same session: after a lost connection
    the meter may have been switched off, and a reading would be of whatever it wakes up with.
    Ranges are chosen by the meter for the full scale that is asked for. `offers` is that of
    the 34461A; the classes below state those of its siblings.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(errors=scpi.ERRORS)
    offers: ClassVar[Offers] = OFFERS_34461A

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware revisions as the meter states them.

        Source: Truevolt Series Operating and Service Guide, `*IDN?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the meter keeps its configuration, but a new session starts without."""
        self.dialogue.close()

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Select direct voltage, range `range_volts` (V): 10 NPLC, autozero, 10 MΩ input.

        Source: Truevolt Series Operating and Service Guide, `CONF:VOLT:DC`, `VOLT:DC:IMP:AUTO`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(
            f"CONF:VOLT:DC {range_volts:.9G};:VOLT:DC:NPLC {NPLC};:VOLT:DC:ZERO:AUTO ON"
            ";:VOLT:DC:IMP:AUTO OFF",
            INTEGRATION_SECONDS,
        )

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Select alternating voltage, range `range_volts` (V), filter for `hertz` (Hz).

        Source: Truevolt Series Operating and Service Guide, `CONF:VOLT:AC`, `VOLT:AC:BAND`
        (3, 20 or 200 Hz; its form from memory, unverified).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure(
            f"CONF:VOLT:AC {range_volts:.9G};:VOLT:AC:BAND {band}", AC_SETTLE_SECONDS[band]
        )

    def configure_dc_current(self, range_amperes: float) -> None:
        """Select direct current, range `range_amperes` (A): 10 NPLC, autozero.

        The 10 A range measures at the 10 A terminal (from memory, unverified).

        Source: Truevolt Series Operating and Service Guide, `CONF:CURR:DC`, `CURR:DC:NPLC`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(
            f"CONF:CURR:DC {range_amperes:.9G};:CURR:DC:NPLC {NPLC};:CURR:DC:ZERO:AUTO ON",
            INTEGRATION_SECONDS,
        )

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Select alternating current, range `range_amperes` (A), filter for `hertz` (Hz).

        The 10 A range measures at the 10 A terminal (from memory, unverified).

        Source: Truevolt Series Operating and Service Guide, `CONF:CURR:AC`, `CURR:AC:BAND`
        (3, 20 or 200 Hz; its form from memory, unverified).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure(
            f"CONF:CURR:AC {range_amperes:.9G};:CURR:AC:BAND {band}", AC_SETTLE_SECONDS[band]
        )

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Select resistance, range `range_ohms` (Ω), with `wires`: 10 NPLC, autozero.

        With four wires the meter always does its autozero (from memory, unverified).

        Source: Truevolt Series Operating and Service Guide, `CONF:RES`, `CONF:FRES`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        match wires:
            case Wires.TWO:
                command = f"CONF:RES {range_ohms:.9G};:RES:NPLC {NPLC};:RES:ZERO:AUTO ON"
            case Wires.FOUR:
                command = f"CONF:FRES {range_ohms:.9G};:FRES:NPLC {NPLC}"
        self._configure(command, 2 * INTEGRATION_SECONDS)

    def configure_capacitance(self, range_farads: float) -> None:
        """Select capacitance and the range `range_farads` (F); 4½ digits, nothing subtracted.

        Source: Truevolt Series Operating and Service Guide, p. 282 (`MEAS:CAP?` with its ranges);
        `CONF:CAP` as for the other functions.

        Raises:
            InstrumentRefused: the meter would not: no such range, or a 34460A.
        """
        self._configure(f"CONF:CAP {range_farads:.9G}", CAPACITANCE_SECONDS)

    def configure_frequency(self, range_volts: float, gate_seconds: float) -> None:
        """Select frequency: input range `range_volts` (V), gate time `gate_seconds` (s).

        Source: Truevolt Series Operating and Service Guide, `CONF:FREQ`, `FREQ:APER`
        (0.01, 0.1 or 1 s), `FREQ:VOLT:RANG` (as public clients of the 34410A family send it;
        not checked in the guide).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such gate time.
        """
        self._configure(
            f"CONF:FREQ;:FREQ:VOLT:RANG {range_volts:.9G};:FREQ:APER {gate_seconds:.9G}",
            gate_seconds + AC_SETTLE_SECONDS[20],
            needs_signal=True,
        )

    def read_open(self) -> Reading:
        """Take one reading (F) as `read` does; the leads' far ends are open."""
        return self.read()

    def read(self) -> Reading:
        """Take one reading, in V, A, Ω, F or Hz as configured; its `raw` is the number as sent.

        Source: Truevolt Series Operating and Service Guide, `READ?`, `SYST:ERR?`; reading
        format 34401A User's Guide, p. 159.

        Raises:
            NotConfigured: no function was configured in this session.
            Overload: the input is beyond the range.
            InstrumentRefused: the meter put an error in its queue.
            UnexpectedReply: what came is no reading; the meter has no number to give (9.91E37).
        """
        return scpi.read(self.dialogue, NUMBER)

    def _configure(
        self, command: str, reading_seconds: float, *, needs_signal: bool = False
    ) -> None:
        seconds = reading_seconds + MARGIN_SECONDS
        scpi.configure(self.dialogue, command, seconds, needs_signal=needs_signal)


@dataclass(frozen=True)
class Keysight34460A(Truevolt):
    """The 34460A: no 10 A terminal, no capacitance."""

    offers: ClassVar[Offers] = OFFERS_34460A


@dataclass(frozen=True)
class Keysight34465A(Truevolt):
    """The 34465A."""

    offers: ClassVar[Offers] = OFFERS_34465A


@dataclass(frozen=True)
class Keysight34470A(Truevolt):
    """The 34470A: resistance to 1 GΩ and a fifth of it over."""

    offers: ClassVar[Offers] = OFFERS_34470A


_instrument: type[Instrument] = Truevolt
_dc_voltmeter: type[DcVoltmeter] = Truevolt
_ac_voltmeter: type[AcVoltmeter] = Truevolt
_dc_ammeter: type[DcAmmeter] = Truevolt
_ac_ammeter: type[AcAmmeter] = Truevolt
_ohmmeter: type[Ohmmeter] = Truevolt
_capacitance_meter: type[CapacitanceMeter] = Truevolt
_frequency_meter: type[FrequencyMeter] = Truevolt
