"""Keithley 2000 digital multimeter."""

from dataclasses import dataclass
from typing import ClassVar

from drivers import scpi
from drivers.capabilities import (
    AcAmmeter,
    AcVoltmeter,
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
INTEGRATION_SECONDS = 1.0
"""Four readings a second at 10 NPLC and 50 Hz (2015 User's Manual, p. A-5), four times over."""

AC_SETTLE_SECONDS = {3: 10.0, 30: 3.0, 300: 1.0}
"""Detector bandwidth (Hz) → ample time to settle (from memory, unverified)."""

MARGIN_SECONDS = 3.0

NUMBER = r"[+-]\d\.\d{6,8}E[+-]\d\d|[+-]9\.9E\+?37"
"""A reading; how many decimals, and the short form of overflow, from memory, unverified."""


@dataclass(frozen=True)
class Keithley2000:
    """Digital multimeter. Commands: as public drivers of the 2000 send them.

    It wakes up measuring by itself, through a moving filter. So the first configuration of a
    session resets it, and each ends the continuous triggering and switches filter and relative
    reading off. Ranges are chosen by the meter for the value that is asked for. Direct voltage
    has 10 MΩ input at 100 V and above and more than 10 GΩ below, which nothing can change (from
    memory, unverified). Reaches: 2015 User's Manual; frequencies from memory, unverified.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(errors=scpi.ERRORS)
    offers: ClassVar[Offers] = {
        DcVoltmeter: Reach(Span(-1000.0, 1000.0)),
        AcVoltmeter: Reach(Span(0.0, 750.0), Span(3.0, 300e3)),  # frequencies unverified
        DcAmmeter: Reach(Span(-3.0, 3.0)),
        AcAmmeter: Reach(Span(0.0, 3.0), Span(3.0, 5e3)),  # frequencies unverified
        Ohmmeter: Reach(Span(0.0, 120e6)),
        FrequencyMeter: Reach(Span(3.0, 500e3)),  # Hz, unverified
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware revisions as the meter states them."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the meter keeps its configuration, but a new session starts without."""
        self.dialogue.close()

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Select direct voltage, range `range_volts` (V): 10 NPLC, no filter.

        Source: pymeasure/pymeasure, keithley2000.py, and microsoft/Qcodes, Keithley_2000.py:
        `CONF`, `RANG`, `NPLC`, `AVER:STAT`, `REF:STAT`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure("VOLT:DC", range_volts, f"NPLC {NPLC}", INTEGRATION_SECONDS)

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Select alternating voltage, range `range_volts` (V), detector for `hertz` (Hz).

        Source: as for direct voltage; `DET:BAND` (3, 30 or 300 Hz).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure("VOLT:AC", range_volts, f"DET:BAND {band}", AC_SETTLE_SECONDS[band])

    def configure_dc_current(self, range_amperes: float) -> None:
        """Select direct current, range `range_amperes` (A): 10 NPLC, no filter.

        Source: as for direct voltage.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure("CURR:DC", range_amperes, f"NPLC {NPLC}", INTEGRATION_SECONDS)

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Select alternating current, range `range_amperes` (A), detector for `hertz` (Hz).

        Source: as for alternating voltage.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure("CURR:AC", range_amperes, f"DET:BAND {band}", AC_SETTLE_SECONDS[band])

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Select resistance, range `range_ohms` (Ω), with `wires`: 10 NPLC, no filter.

        Source: as for direct voltage.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        function = "RES" if wires is Wires.TWO else "FRES"
        self._configure(function, range_ohms, f"NPLC {NPLC}", 2 * INTEGRATION_SECONDS)

    def configure_frequency(self, range_volts: float, gate_seconds: float) -> None:
        """Select frequency: input range `range_volts` (V), gate time `gate_seconds` (s).

        Source: pymeasure/pymeasure, keithley2000.py: `FREQ:THR:VOLT:RANG`, `FREQ:APER` (0.01 s
        to 1 s).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such gate time.
        """
        scpi.configure(
            self.dialogue,
            ":CONF:FREQ;:INIT:CONT 0"
            f";:SENS:FREQ:THR:VOLT:RANG {range_volts:.9G};:SENS:FREQ:APER {gate_seconds:.9G}",
            gate_seconds + AC_SETTLE_SECONDS[30] + MARGIN_SECONDS,
            reset=True,
            needs_signal=True,
        )

    def read(self) -> Reading:
        """Take one reading, in V, A, Ω or Hz as configured; its `raw` is the number as sent.

        Source: pymeasure/pymeasure, keithley2000.py: `READ?`; `SYST:ERR?`.

        Raises:
            NotConfigured: no function was configured in this session, or the meter was switched
                off and on since.
            Overload: the input is beyond the range.
            InstrumentRefused: the meter put an error in its queue.
            UnexpectedReply: what came is no reading.
        """
        return scpi.read(self.dialogue, NUMBER)

    def _configure(self, function: str, range_: float, speed: str, reading_seconds: float) -> None:
        sense = f":SENS:{function}"
        scpi.configure(
            self.dialogue,
            f":CONF:{function};:INIT:CONT 0;{sense}:RANG:AUTO 0"
            f";{sense}:RANG {range_:.9G};{sense}:{speed};{sense}:AVER:STAT 0;{sense}:REF:STAT 0",
            reading_seconds + MARGIN_SECONDS,
            reset=True,
        )


_instrument: type[Instrument] = Keithley2000
_dc_voltmeter: type[DcVoltmeter] = Keithley2000
_ac_voltmeter: type[AcVoltmeter] = Keithley2000
_dc_ammeter: type[DcAmmeter] = Keithley2000
_ac_ammeter: type[AcAmmeter] = Keithley2000
_ohmmeter: type[Ohmmeter] = Keithley2000
_frequency_meter: type[FrequencyMeter] = Keithley2000
