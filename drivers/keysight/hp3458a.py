"""HP, Agilent and Keysight 3458A digital multimeter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

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
from drivers.errors import InstrumentRefused, Overload, UnexpectedReply
from drivers.identity import Greeting
from drivers.link import LinkFault
from drivers.scpi import NO_SIGNAL, not_configured, switched_on

NPLC = 100
"""Power line cycles of the specified accuracy (3458A specifications, conditions)."""

INTEGRATION_SECONDS = 2 * NPLC / 50
"""One reading with its autozero, at 50 Hz."""

MARGIN_SECONDS = 8.0
SETTING_SECONDS = 20.0
"""For a reset or a change of function, after which the next query is answered."""

AC_CYCLES = 100
"""Periods of the signal that a synchronous reading may take (from memory, unverified)."""

AC_SETTLE_SECONDS = 8.0
LOWEST_HERTZ = 1.0
AC_RESOLUTION_PERCENT = 0.001
GATE_RESOLUTION_PERCENT = {1.0: 1e-5, 0.1: 1e-4, 0.01: 1e-3, 1e-3: 1e-2, 1e-4: 0.1}
"""Gate time (s) → resolution (%) that selects it; the decades between the ends are derived."""

OVERLOAD = 1e38
NUMBER = re.compile(r"[ +-]?(\d\.\d{8}E[+-]\d\d)", re.ASCII)
"""A reading; its literal layout is from memory, unverified."""

VALUE = re.compile(r" *[+-]?\d+(?:\.\d*)?(?:E[+-]?\d+)? *", re.ASCII)
ENTRY = re.compile(r' *(\d+),"([^"]*)"', re.ASCII)
MOST_ERRORS = 30
"""Fifteen bits of the error register and fifteen of the auxiliary one."""

_TRIGGER = "TRIG SGL"
_AWAKE = "RESET", "END ALWAYS;QFORMAT NUM"


def identity_of(replies: Sequence[str]) -> Identity:
    """Return the identity in the replies to `ID?` and `REV?`; it states no serial number.

    Raises:
        LinkFault: there is none.
    """
    named = re.fullmatch(r"(HP|Keysight) ?(3458A)", replies[0].strip())
    revisions = replies[1].strip()
    if named is None or not re.fullmatch(r"\d+, *\d+", revisions, re.ASCII):
        said = "; ".join(map(repr, replies))
        raise LinkFault(UnexpectedReply, said, "Expected HP3458A and two revisions")
    return Identity(named[1], named[2], "", revisions)


@dataclass(frozen=True, slots=True)
class Setup:
    """What was configured.

    Attributes:
        cycles: power line cycles of the integration, as the meter states them.
        seconds: how long a reading may take (s).
        needs_signal: whether 0 means that there was nothing to measure, as for a frequency.
    """

    cycles: float
    seconds: float
    needs_signal: bool


@dataclass(frozen=True)
class Hp3458A:
    """Digital multimeter. Commands: 3458A User's Guide.

    Its language is its own, on GPIB alone. It wakes up measuring by itself and without END after
    a reply; both are ended before it is asked anything. A reading made with another integration
    time than configured, by a meter that was reset or switched off meanwhile, is refused. Reaches:
    User's Guide for direct quantities, the others from memory, unverified.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        queries=("ID?", "REV?"),
        states=identity_of,
        opening=("END ALWAYS", "TRIG HOLD"),
        always=(),
    )
    offers: ClassVar[Offers] = {
        DcVoltmeter: Reach(Span(-1000.0, 1000.0)),
        AcVoltmeter: Reach(Span(0.0, 700.0), Span(LOWEST_HERTZ, 2e6)),  # unverified
        DcAmmeter: Reach(Span(-1.0, 1.0)),
        AcAmmeter: Reach(Span(0.0, 1.0), Span(10.0, 100e3)),  # unverified
        Ohmmeter: Reach(Span(0.0, 1.2e9)),  # unverified
        FrequencyMeter: Reach(Span(1.0, 10e6)),  # Hz, unverified
    }

    def identify(self) -> Identity:
        """Return maker, model and firmware revisions; the meter cannot say its serial number.

        Source: 3458A User's Guide, `ID?`, `REV?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the meter keeps its configuration, but a new session starts without."""
        self.dialogue.close()

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Select direct voltage, range `range_volts` (V): 100 NPLC, autozero.

        The input has more than 10 GΩ up to 10 V and 10 MΩ above, as for the specified accuracy.

        Source: 3458A User's Guide, `DCV`, `NPLC`, `AZERO`, `FIXEDZ`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        command = f"DCV {range_volts:.9G};NPLC {NPLC};AZERO ON;FIXEDZ OFF"
        self._configure(command, INTEGRATION_SECONDS)

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Select alternating voltage, range `range_volts` (V), synchronous, from `hertz` (Hz) up.

        Source: 3458A User's Guide, `SETACV`, `ACBAND`, `ACV`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        command = (
            f"SETACV SYNC;ACBAND {hertz:.9G},2E6;ACV {range_volts:.9G},{AC_RESOLUTION_PERCENT}"
        )
        self._configure(command, _ac_seconds(hertz))

    def configure_dc_current(self, range_amperes: float) -> None:
        """Select direct current, range `range_amperes` (A): 100 NPLC, autozero.

        Source: 3458A User's Guide, `DCI`, `NPLC`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(f"DCI {range_amperes:.9G};NPLC {NPLC}", INTEGRATION_SECONDS)

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Select alternating current, range `range_amperes` (A), from `hertz` (Hz) up.

        Source: 3458A User's Guide, `ACBAND`, `ACI`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        command = f"ACBAND {hertz:.9G},2E6;ACI {range_amperes:.9G},{AC_RESOLUTION_PERCENT}"
        self._configure(command, _ac_seconds(hertz))

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Select resistance, range `range_ohms` (Ω), with `wires`: 100 NPLC, offsets compensated.

        Offset compensation acts up to 100 kΩ.

        Source: 3458A User's Guide, `OHM`, `OHMF`, `OCOMP`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        function = "OHM" if wires is Wires.TWO else "OHMF"
        command = f"{function} {range_ohms:.9G};NPLC {NPLC};AZERO ON;OCOMP ON"
        self._configure(command, 2 * INTEGRATION_SECONDS)

    def configure_frequency(self, range_volts: float, gate_seconds: float) -> None:
        """Select frequency: input range `range_volts` (V), gate time `gate_seconds` (s).

        Source: 3458A User's Guide, `FSOURCE`, `FREQ`: gates of 1 s, 0.1 s … 0.1 ms.

        Raises:
            InstrumentRefused: there is no such gate time, or the meter would not.
        """
        command = f"FSOURCE ACV;FREQ {range_volts:.9G}"
        percent = GATE_RESOLUTION_PERCENT.get(gate_seconds)
        if percent is None:
            raise _no_such_gate(self.dialogue, command, gate_seconds)
        self._configure(f"{command},{percent:.9G}", gate_seconds, needs_signal=True)

    def read(self) -> Reading:
        """Take one reading, in V, A, Ω or Hz as configured; its `raw` is the number as sent.

        Source: 3458A User's Guide, `TRIG`, `NPLC?`, `ERRSTR?`.

        Raises:
            NotConfigured: no function was configured in this session, or the meter was reset or
                switched off and on since.
            Overload: the input is beyond the range.
            InstrumentRefused: the meter has an error to tell.
            UnexpectedReply: what came is no reading.
        """
        with self.dialogue.turn():
            setup = self.dialogue.setup
            if not isinstance(setup, Setup):
                raise not_configured(self.dialogue, _TRIGGER)
            raw = _reading(self.dialogue, setup)
        value = float(raw)
        if abs(value) >= OVERLOAD:
            advice = "Check the range, the connections and the source"
            raise Overload(self.dialogue.name, _TRIGGER, raw, advice)
        if value == 0.0 and setup.needs_signal:
            raise self.dialogue.distrust(_TRIGGER, raw, NO_SIGNAL)
        return Reading(value, raw.strip())

    def _configure(
        self, command: str, reading_seconds: float, *, needs_signal: bool = False
    ) -> None:
        with self.dialogue.turn():
            fresh = self.dialogue.setup is None
            self.dialogue.setup = None
            for awake in _AWAKE if fresh else ():
                self.dialogue.tell(awake)
            whole = f"PRESET NORM;TRIG HOLD;{command}"
            self.dialogue.tell(whole)
            _check(self.dialogue, whole)
            seconds = reading_seconds + MARGIN_SECONDS
            self.dialogue.setup = Setup(_cycles(self.dialogue), seconds, needs_signal)


def _reading(dialogue: Dialogue, setup: Setup) -> str:
    """Return a reading, as sent, that was made with `setup` and without an error."""
    raw = dialogue.ask(_TRIGGER, timeout=setup.seconds)
    if NUMBER.fullmatch(raw) is None:
        raise dialogue.distrust(_TRIGGER, raw, "Expected a reading")
    cycles = _cycles(dialogue)
    if cycles != setup.cycles:
        raise switched_on(dialogue, "NPLC?", f"{cycles:.9G}")
    _check(dialogue, _TRIGGER)
    return raw


def _cycles(dialogue: Dialogue) -> float:
    """Return the power line cycles of the integration: as configured, or 10 after a reset."""
    reply = dialogue.ask("NPLC?")
    if VALUE.fullmatch(reply) is None:
        raise dialogue.distrust("NPLC?", reply, "Expected a number")
    return float(reply)


def _no_such_gate(dialogue: Dialogue, command: str, gate_seconds: float) -> InstrumentRefused:
    said = f"not sent: it has no gate of {gate_seconds:.9G} s"
    gates = ", ".join(f"{gate:.9G} s" for gate in GATE_RESOLUTION_PERCENT)
    return InstrumentRefused(dialogue.name, command, said, f"Choose one of {gates}")


def _ac_seconds(hertz: float) -> float:
    """Return how long a reading of a signal of `hertz` (Hz) may take (s)."""
    return AC_CYCLES / max(hertz, LOWEST_HERTZ) + AC_SETTLE_SECONDS


def _check(dialogue: Dialogue, command: str) -> None:
    """Ask for errors until there is none; they answer for `command`."""
    refusals: list[str] = []
    for _ in range(MOST_ERRORS + 1):
        reply = dialogue.ask("ERRSTR?", timeout=SETTING_SECONDS)
        entry = ENTRY.fullmatch(reply)
        if entry is None:
            raise dialogue.distrust("ERRSTR?", reply, 'Expected number,"text"')
        if int(entry[1]) == 0:
            break
        refusals.append(reply.strip())
    else:
        raise dialogue.distrust("ERRSTR?", reply, "The errors do not come to an end")
    if refusals:
        raise InstrumentRefused(dialogue.name, command, "; ".join(refusals))


_instrument: type[Instrument] = Hp3458A
_dc_voltmeter: type[DcVoltmeter] = Hp3458A
_ac_voltmeter: type[AcVoltmeter] = Hp3458A
_dc_ammeter: type[DcAmmeter] = Hp3458A
_ac_ammeter: type[AcAmmeter] = Hp3458A
_ohmmeter: type[Ohmmeter] = Hp3458A
_frequency_meter: type[FrequencyMeter] = Hp3458A
