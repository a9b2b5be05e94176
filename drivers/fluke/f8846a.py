"""Fluke 8845A and 8846A digital multimeters."""

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
INTEGRATION_SECONDS = 2 * NPLC / 50
"""One reading with its autozero, at 50 Hz."""

AC_SETTLE_SECONDS = {3: 7.0, 20: 1.0, 200: 0.6}
"""Filter (Hz) → settling time; taken over from the 34401A, from memory, unverified."""

CAPACITANCE_SECONDS = 30.0
"""Ample for one reading of a capacitance, which is charged and discharged; no figure was found."""

MARGIN_SECONDS = 5.0

NUMBER = r"[+-]?\d\.\d{6,8}E[+-]\d\d|[+-]?9\.9E\+?37"
"""A reading, taken to be written as the 34401A does; its form is from memory, unverified."""

# From memory, unverified: the 34401A's, and 10 A more; capacitance: Users Manual, p. 1-22.
_OFFERS: Offers = {
    DcVoltmeter: Reach(Span(-1000.0, 1000.0)),
    AcVoltmeter: Reach(Span(0.0, 750.0), Span(3.0, 300e3)),
    DcAmmeter: Reach(Span(-10.0, 10.0)),
    AcAmmeter: Reach(Span(0.0, 10.0), Span(3.0, 5e3)),
    Ohmmeter: Reach(Span(0.0, 120e6)),
    CapacitanceMeter: Reach(Span(0.0, 0.1)),
    FrequencyMeter: Reach(Span(3.0, 300e3)),
}


@dataclass(frozen=True)
class Fluke8846A:
    """Digital multimeter. Commands: PyFixate/Fixate, fluke_8846a.py, and its test on a meter.

    It must not emulate another meter. On RS-232 and LAN it obeys only after `SYST:REM`, which is
    therefore said first of all. A range below the lowest gives the lowest, without an error: what
    is asked for is the full scale, so the reading is good all the same.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(opening=("SYST:REM",), errors=scpi.ERRORS)
    offers: ClassVar[Offers] = _OFFERS

    def identify(self) -> Identity:
        """Return maker, model, serial number and date of the firmware as the meter states them."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the meter keeps its configuration, but a new session starts without."""
        self.dialogue.close()

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Select direct voltage, range `range_volts` (V): 10 NPLC, 10 MΩ input.

        Source: PyFixate/Fixate, fluke_8846a.py: `CONF:VOLT:DC`, `VOLT:DC:NPLC`,
        `SENS:VOLT:DC:IMP:AUTO`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(
            f"CONF:VOLT:DC {range_volts:.9G};:VOLT:DC:NPLC {NPLC};:SENS:VOLT:DC:IMP:AUTO OFF",
            INTEGRATION_SECONDS,
        )

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Select alternating voltage, range `range_volts` (V), filter for `hertz` (Hz).

        Source: PyFixate/Fixate, fluke_8846a.py: `CONF:VOLT:AC`; `DET:BAND` (3, 20 or 200 Hz) as
        on the 34401A (from memory, unverified).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure(f"CONF:VOLT:AC {range_volts:.9G};:DET:BAND {band}", AC_SETTLE_SECONDS[band])

    def configure_dc_current(self, range_amperes: float) -> None:
        """Select direct current, range `range_amperes` (A): 10 NPLC.

        Source: PyFixate/Fixate, fluke_8846a.py: `CONF:CURR:DC`; `CURR:DC:NPLC` as for voltage.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(
            f"CONF:CURR:DC {range_amperes:.9G};:CURR:DC:NPLC {NPLC}", INTEGRATION_SECONDS
        )

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Select alternating current, range `range_amperes` (A), filter for `hertz` (Hz).

        Source: as for alternating voltage; `CONF:CURR:AC`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure(
            f"CONF:CURR:AC {range_amperes:.9G};:DET:BAND {band}", AC_SETTLE_SECONDS[band]
        )

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Select resistance, range `range_ohms` (Ω), with `wires`: 10 NPLC.

        Source: PyFixate/Fixate, fluke_8846a.py: `CONF:RES`, `CONF:FRES`; `RES:NPLC` as for
        voltage.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        function = "RES" if wires is Wires.TWO else "FRES"
        self._configure(
            f"CONF:{function} {range_ohms:.9G};:{function}:NPLC {NPLC}", 2 * INTEGRATION_SECONDS
        )

    def configure_capacitance(self, range_farads: float) -> None:
        """Select capacitance and the range `range_farads` (F), nothing subtracted; 8846A only.

        Source: PyFixate/Fixate, fluke_8846a.py: `CONF:CAP`.

        Raises:
            InstrumentRefused: the meter would not: no such range.
        """
        self._configure(f"CONF:CAP {range_farads:.9G}", CAPACITANCE_SECONDS)

    def configure_frequency(self, range_volts: float, gate_seconds: float) -> None:
        """Select frequency: input range `range_volts` (V), gate time `gate_seconds` (s).

        Source: PyFixate/Fixate, fluke_8846a.py: `CONF:FREQ ; :SENS:FREQ:VOLT:RANG`; `FREQ:APER`
        as on the 34401A (from memory, unverified).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such gate time.
        """
        self._configure(
            f"CONF:FREQ;:SENS:FREQ:VOLT:RANG {range_volts:.9G};:FREQ:APER {gate_seconds:.9G}",
            gate_seconds + AC_SETTLE_SECONDS[20],
            needs_signal=True,
        )

    def read_open(self) -> Reading:
        """Take one reading (F) as `read` does; the leads' far ends are open."""
        return self.read()

    def read(self) -> Reading:
        """Take one reading, in V, A, Ω, F or Hz as configured; its `raw` is the number as sent.

        Source: PyFixate/Fixate, fluke_8846a.py: `READ?`, `SYST:ERR?`.

        Raises:
            NotConfigured: no function was configured in this session, or the meter was switched
                off and on since.
            Overload: the input is beyond the range.
            InstrumentRefused: the meter put an error in its queue.
            UnexpectedReply: what came is no reading.
        """
        return scpi.read(self.dialogue, NUMBER)

    def _configure(
        self, command: str, reading_seconds: float, *, needs_signal: bool = False
    ) -> None:
        # A null value left on by somebody else would falsify every reading.
        whole, seconds = f"{command};:CALC:STAT OFF", reading_seconds + MARGIN_SECONDS
        scpi.configure(self.dialogue, whole, seconds, needs_signal=needs_signal)


_instrument: type[Instrument] = Fluke8846A
_dc_voltmeter: type[DcVoltmeter] = Fluke8846A
_ac_voltmeter: type[AcVoltmeter] = Fluke8846A
_dc_ammeter: type[DcAmmeter] = Fluke8846A
_ac_ammeter: type[AcAmmeter] = Fluke8846A
_ohmmeter: type[Ohmmeter] = Fluke8846A
_capacitance_meter: type[CapacitanceMeter] = Fluke8846A
_frequency_meter: type[FrequencyMeter] = Fluke8846A
