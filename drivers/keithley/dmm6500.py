"""Keithley DMM6500 digital multimeter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from drivers import scpi
from drivers.capabilities import (
    AcAmmeter,
    AcVoltmeter,
    DcAmmeter,
    DcVoltmeter,
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
from drivers.errors import InstrumentRefused
from drivers.identity import Greeting, four_fields
from drivers.link import LinkFault

NPLC = 10
INTEGRATION_SECONDS = 1.0
"""10 NPLC at 50 Hz with the measurement of zero and reference, with room to spare."""

AC_SETTLE_SECONDS = {3: 10.0, 30: 3.0, 300: 1.0}
"""Detector bandwidth (Hz) → ample time to settle (from memory, unverified)."""

MARGIN_SECONDS = 3.0

NUMBER = r"-?\d\.\d{6,8}E[+-]\d\d|-?9\.9E\+?37"
"""A reading: no plus sign and six decimals (pymeasure/pymeasure, tests of keithleyDMM6500.py).

More decimals, and the short form of overflow, are from memory, unverified.
"""


def identity_in_scpi(replies: Sequence[str]) -> Identity:
    """Return the identity; `replies` are those to `*IDN?` and `*LANG?`.

    Raises:
        LinkFault: there is none, or the meter speaks another language than SCPI.
    """
    identity = four_fields(replies)
    if replies[1] != "SCPI":
        advice = "Set its command set to SCPI in the menu and switch it off and on"
        raise LinkFault(InstrumentRefused, f"it speaks {replies[1]!r}", advice)
    return identity


@dataclass(frozen=True)
class KeithleyDmm6500:
    """Digital multimeter. Commands: as public drivers of the DMM6500 send them.

    It must speak SCPI, not TSP. The first configuration of a session resets it. Ranges: direct
    current 10 µA to 3 A, and 10 A at the rear terminals, which the switch must select.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        queries=("*IDN?", "*LANG?"), states=identity_in_scpi, errors=scpi.ERRORS
    )
    offers: ClassVar[Offers] = {
        DcVoltmeter: Reach(Span(-1000.0, 1000.0)),
        AcVoltmeter: Reach(Span(0.0, 750.0), Span(3.0, 300e3)),  # frequencies unverified
        DcAmmeter: Reach(Span(-10.0, 10.0)),
        AcAmmeter: Reach(Span(0.0, 10.0), Span(3.0, 10e3)),  # frequencies unverified
        Ohmmeter: Reach(Span(0.0, 120e6)),
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware revision as the meter states them."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the meter keeps its configuration, but a new session starts without."""
        self.dialogue.close()

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Select direct voltage, range `range_volts` (V): 10 NPLC, autozero, 10 MΩ input.

        Source: pymeasure/pymeasure, keithleyDMM6500.py: `FUNC`, `RANG`, `NPLC`, `AZER`,
        `AVER:STAT`, `REL:STAT`; PyFixate/Fixate, keithley_6500.py: `INP MOHM10`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(
            "VOLT:DC", range_volts, (f"NPLC {NPLC}", "AZER 1", "INP MOHM10"), INTEGRATION_SECONDS
        )

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Select alternating voltage, range `range_volts` (V), detector for `hertz` (Hz).

        Source: as for direct voltage; `DET:BAND` (3, 30 or 300 Hz).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure("VOLT:AC", range_volts, (f"DET:BAND {band}",), AC_SETTLE_SECONDS[band])

    def configure_dc_current(self, range_amperes: float) -> None:
        """Select direct current, range `range_amperes` (A): 10 NPLC, autozero.

        Source: as for direct voltage.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure("CURR:DC", range_amperes, (f"NPLC {NPLC}", "AZER 1"), INTEGRATION_SECONDS)

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Select alternating current, range `range_amperes` (A), detector for `hertz` (Hz).

        Source: as for alternating voltage.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure("CURR:AC", range_amperes, (f"DET:BAND {band}",), AC_SETTLE_SECONDS[band])

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Select resistance, range `range_ohms` (Ω), with `wires`: 10 NPLC, autozero.

        Source: as for direct voltage.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        function = "RES" if wires is Wires.TWO else "FRES"
        self._configure(function, range_ohms, (f"NPLC {NPLC}", "AZER 1"), 2 * INTEGRATION_SECONDS)

    def read(self) -> Reading:
        """Take one reading, in V, A or Ω as configured; its `raw` is the number as sent.

        Source: pymeasure/pymeasure, keithleyDMM6500.py and its tests: `READ?`.

        Raises:
            NotConfigured: no function was configured in this session, or the meter was switched
                off and on since.
            Overload: the input is beyond the range.
            InstrumentRefused: the meter put an error in its queue.
            UnexpectedReply: what came is no reading.
        """
        return scpi.read(self.dialogue, NUMBER)

    def _configure(
        self, function: str, range_: float, settings: tuple[str, ...], reading_seconds: float
    ) -> None:
        wanted = ("RANG:AUTO 0", f"RANG {range_:.9G}", *settings, "AVER:STAT 0", "REL:STAT 0")
        sense = "".join(f";:SENS:{function}:{setting}" for setting in wanted)
        scpi.configure(
            self.dialogue,
            f':SENS:FUNC "{function}"{sense};:COUN 1',
            reading_seconds + MARGIN_SECONDS,
            reset=True,
        )


_instrument: type[Instrument] = KeithleyDmm6500
_dc_voltmeter: type[DcVoltmeter] = KeithleyDmm6500
_ac_voltmeter: type[AcVoltmeter] = KeithleyDmm6500
_dc_ammeter: type[DcAmmeter] = KeithleyDmm6500
_ac_ammeter: type[AcAmmeter] = KeithleyDmm6500
_ohmmeter: type[Ohmmeter] = KeithleyDmm6500
