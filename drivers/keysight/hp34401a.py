"""HP, Agilent and Keysight 34401A digital multimeter."""

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
from drivers.keysight.truevolt import (
    AC_SETTLE_SECONDS,
    INTEGRATION_SECONDS,
    MARGIN_SECONDS,
    NPLC,
    NUMBER,
)


@dataclass(frozen=True)
class Hp34401A:
    """Digital multimeter. Commands: 34401A User's Guide.

    It answers on RS-232 only after `SYST:REM`, which is therefore said first of all; on GPIB that
    makes an error 514 (from memory, unverified), which `*CLS` forgets. The serial number cannot
    be asked for: its field is always 0. Ranges are chosen by the meter for the full scale that is
    asked for; each goes a fifth beyond it, except 1000 V, 750 V and 3 A.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(opening=("SYST:REM",), errors=scpi.ERRORS)
    offers: ClassVar[Offers] = {
        DcVoltmeter: Reach(Span(-1000.0, 1000.0)),
        AcVoltmeter: Reach(Span(0.0, 750.0), Span(3.0, 300e3)),
        DcAmmeter: Reach(Span(-3.0, 3.0)),
        AcAmmeter: Reach(Span(0.0, 3.0), Span(3.0, 5e3)),  # frequencies unverified
        Ohmmeter: Reach(Span(0.0, 120e6)),
        FrequencyMeter: Reach(Span(3.0, 300e3)),  # Hz, unverified
    }

    def identify(self) -> Identity:
        """Return maker, model and firmware revisions as the meter states them; serial number 0.

        Source: 34401A User's Guide, `*IDN?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the meter keeps its configuration, but a new session starts without."""
        self.dialogue.close()

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Select direct voltage, range `range_volts` (V): 10 NPLC, autozero, 10 MΩ input.

        Source: 34401A User's Guide, `CONF:VOLT:DC`, `VOLT:DC:NPLC`, `ZERO:AUTO`, `INP:IMP:AUTO`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(
            f"CONF:VOLT:DC {range_volts:.9G};:VOLT:DC:NPLC {NPLC};:ZERO:AUTO ON;:INP:IMP:AUTO OFF",
            INTEGRATION_SECONDS,
        )

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Select alternating voltage, range `range_volts` (V), filter for `hertz` (Hz).

        Source: 34401A User's Guide, `CONF:VOLT:AC`, `DET:BAND` (3, 20 or 200 Hz).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure(f"CONF:VOLT:AC {range_volts:.9G};:DET:BAND {band}", AC_SETTLE_SECONDS[band])

    def configure_dc_current(self, range_amperes: float) -> None:
        """Select direct current, range `range_amperes` (A): 10 NPLC, autozero.

        Source: 34401A User's Guide, `CONF:CURR:DC`, `CURR:DC:NPLC`, `ZERO:AUTO`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(
            f"CONF:CURR:DC {range_amperes:.9G};:CURR:DC:NPLC {NPLC};:ZERO:AUTO ON",
            INTEGRATION_SECONDS,
        )

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Select alternating current, range `range_amperes` (A), filter for `hertz` (Hz).

        Source: 34401A User's Guide, `CONF:CURR:AC`, `DET:BAND` (3, 20 or 200 Hz).

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        band = scpi.ac_filter(hertz, AC_SETTLE_SECONDS)
        self._configure(
            f"CONF:CURR:AC {range_amperes:.9G};:DET:BAND {band}", AC_SETTLE_SECONDS[band]
        )

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Select resistance, range `range_ohms` (Ω), with `wires`: 10 NPLC, autozero.

        With four wires the meter always does its autozero (from memory, unverified).

        Source: 34401A User's Guide, `CONF:RES`, `CONF:FRES`, `ZERO:AUTO`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        match wires:
            case Wires.TWO:
                command = f"CONF:RES {range_ohms:.9G};:RES:NPLC {NPLC};:ZERO:AUTO ON"
            case Wires.FOUR:
                command = f"CONF:FRES {range_ohms:.9G};:FRES:NPLC {NPLC}"
        self._configure(command, 2 * INTEGRATION_SECONDS)

    def configure_frequency(self, range_volts: float, gate_seconds: float) -> None:
        """Select frequency: input range `range_volts` (V), gate time `gate_seconds` (s).

        Source: 34401A User's Guide, `CONF:FREQ`, `FREQ:APER` (0.01, 0.1 or 1 s); `FREQ:VOLT:RANG`
        as public clients of its siblings send it.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such gate time.
        """
        self._configure(
            f"CONF:FREQ;:FREQ:VOLT:RANG {range_volts:.9G};:FREQ:APER {gate_seconds:.9G}",
            gate_seconds + AC_SETTLE_SECONDS[20],
            needs_signal=True,
        )

    def read(self) -> Reading:
        """Take one reading, in V, A, Ω or Hz as configured; its `raw` is the number as sent.

        Source: 34401A User's Guide, `READ?`, `SYST:ERR?`; reading format p. 159.

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
        seconds = reading_seconds + MARGIN_SECONDS
        scpi.configure(self.dialogue, command, seconds, needs_signal=needs_signal)


_instrument: type[Instrument] = Hp34401A
_dc_voltmeter: type[DcVoltmeter] = Hp34401A
_ac_voltmeter: type[AcVoltmeter] = Hp34401A
_dc_ammeter: type[DcAmmeter] = Hp34401A
_ac_ammeter: type[AcAmmeter] = Hp34401A
_ohmmeter: type[Ohmmeter] = Hp34401A
_frequency_meter: type[FrequencyMeter] = Hp34401A
