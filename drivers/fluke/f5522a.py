"""Fluke 5522A and 5520A multi-product calibrators."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from drivers.capabilities import (
    AcCurrentSource,
    AcVoltageSource,
    CapacitanceSource,
    DcCurrentSource,
    DcVoltageSource,
    FrequencySource,
    Identity,
    Instrument,
    Offers,
    Output,
    Reach,
    ResistanceSource,
    Span,
    Wires,
)
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused, LinkLost, ReplyTimeout, UnexpectedReply
from drivers.identity import Greeting

SETTLE_SECONDS = 30.0
"""Settling takes less than 5 s except as noted (5522A specifications, Rev V); this is ample."""

POLL_SECONDS = 0.25
"""How often (s) it is asked whether it has settled."""

STANDBY_SECONDS = 5.0
"""Opening a relay takes no settling; whoever makes the bench safe has others to see to."""

AUX_AMPERES = 2.99999
"""The most that the AUX terminals carry; beyond it the 20A terminals (from memory, unverified)."""

COMPENSATED_OHMS = 110e3
"""Lead compensation is offered below this resistance (from memory, unverified)."""

QUEUE_ENTRIES = 16
ADVISORIES = frozenset({319})
"""319 "Zero cal needed every 7 days" reminds and refuses nothing (seen on an instrument)."""

ENTRY = re.compile(r'(\d+),"(?:[^"]|"")*"', re.ASCII)

SETTLED, OPERATES = 1 << 12, 1
"""Bits of the instrument status register: the same on a 5500A (Operator Manual, figure 5-11) and a
5560A; that a 5522A has them too is from memory, unverified."""

REGISTER, MOST_BITS = re.compile(r"\d+", re.ASCII), 0x7FFF
"""A register is a decimal integer (5560A Remote Programmers Manual)."""

TRIPPED = "Check the connections: too low a load, or another source at the terminals"


class Condition(Enum):
    """What this session has done to the calibrator."""

    RESET = "reset"


class CurrentPost(Enum):
    """Terminals that carry the current."""

    AUX = "AUX"
    A20 = "A20"


@dataclass(frozen=True)
class Fluke5522A:
    """Multi-product calibrator. Commands: 5522A Operators Manual, chapter 6.

    The first output of a session starts from a reset (standby, 0 V, LO terminals tied, ranges
    unlocked, no offset). On RS-232 it must be in computer mode (`REMOTE I/F = comp`). Reaches:
    direct voltage from table 7-3 of that manual; all others from memory, unverified.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        after_loss=("STBY",),
        echo_advice=(
            "The calibrator is in terminal mode: set REMOTE I/F to comp (computer) in its"
            " SETUP menu"
        ),
        errors="ERR?",
    )
    offers: ClassVar[Offers] = {
        DcVoltageSource: Reach(Span(-1020.0, 1020.0)),
        AcVoltageSource: Reach(Span(1e-3, 1020.0), Span(10.0, 500e3)),  # unverified
        DcCurrentSource: Reach(Span(-20.5, 20.5)),  # unverified
        AcCurrentSource: Reach(Span(29e-6, 20.5), Span(10.0, 30e3)),  # unverified
        ResistanceSource: Reach(Span(0.0, 1.1e9)),  # unverified
        CapacitanceSource: Reach(Span(220e-12, 110e-3)),  # unverified
        FrequencySource: Reach(Span(0.01, 2e6)),  # Hz, unverified
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware revisions as the calibrator states them.

        Source: 5522A Operators Manual, chapter 6, `*IDN?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the output stays as it is."""
        self.dialogue.close()

    def standby(self) -> None:
        """Disconnect the terminals and make sure; a broken session is tried once more.

        Source: 5522A Operators Manual, chapter 6, `STBY`, `OPER?`.

        Raises:
            InstrumentRefused: the calibrator still states that it operates.
        """
        with self.dialogue.turn():
            try:
                self._stand_by()
            except (LinkLost, ReplyTimeout, UnexpectedReply):
                self._stand_by()

    def source_dc_voltage(self, volts: float) -> None:
        """Apply `volts` (V) to the NORMAL terminals and wait until it has settled.

        Source: 5522A Operators Manual, chapter 6, `OUT`, `OPER`.

        Raises:
            InstrumentRefused: the calibrator would not, e.g. beyond its range.
        """
        self._source(f"OUT {volts:.9G} V, 0 HZ")

    def source_ac_voltage(self, volts: float, hertz: float) -> None:
        """Apply a sine of `volts` (V r.m.s.) at `hertz` (Hz) to the NORMAL terminals, settled.

        Source: 5522A Operators Manual, chapter 6, `OUT`, `OPER`.

        Raises:
            InstrumentRefused: the calibrator would not, e.g. beyond its volt-hertz limit.
        """
        self._source(f"OUT {volts:.9G} V, {hertz:.9G} HZ")

    def source_dc_current(self, amperes: float) -> None:
        """Drive `amperes` (A) through the AUX or, above 2.99999 A, the 20A terminals, settled.

        Source: 5522A Operators Manual, chapter 6, `OUT`, `CUR_POST`, `OPER`.

        Raises:
            InstrumentRefused: the calibrator would not, e.g. the circuit is open.
        """
        with self.dialogue.turn():
            self._select_post(amperes)
            self._source(f"OUT {amperes:.9G} A, 0 HZ")

    def source_ac_current(self, amperes: float, hertz: float) -> None:
        """Drive a sine of `amperes` (A r.m.s.) at `hertz` (Hz), terminals as for direct current.

        Source: 5522A Operators Manual, chapter 6, `OUT`, `CUR_POST`, `OPER`.

        Raises:
            InstrumentRefused: the calibrator would not, e.g. beyond its compliance voltage.
        """
        with self.dialogue.turn():
            self._select_post(amperes)
            self._source(f"OUT {amperes:.9G} A, {hertz:.9G} HZ")

    def source_resistance(self, ohms: float, wires: Wires) -> None:
        """Present `ohms` (Ω), lead-compensated for `wires` below 110 kΩ, and wait until settled.

        Source: 5522A Operators Manual, chapter 6, `OUT`, `ZCOMP`, `OPER`.

        Raises:
            InstrumentRefused: the calibrator would not, e.g. beyond its range.
        """
        compensation = "NONE" if ohms >= COMPENSATED_OHMS else f"WIRE{wires.value}"
        self._source(f"OUT {ohms:.9G} OHM", f"ZCOMP {compensation}")

    def source_capacitance(self, farads: float) -> None:
        """Present `farads` (F) at the NORMAL terminals, without compensation, settled.

        It is synthesized: how fast it may be charged falls from 10 kHz below 1 nF to 0.2 Hz at
        110 mF (from memory, unverified). A bridge has to keep to that; meters that charge it with
        a small current do.

        Source: 5522A Operators Manual, chapter 6, `OUT`, `ZCOMP`, `OPER`.

        Raises:
            InstrumentRefused: the calibrator would not, e.g. beyond its range.
        """
        self._source(f"OUT {farads:.9G} F", "ZCOMP NONE")

    def source_frequency(self, hertz: float, volts: float) -> None:
        """Apply a sine of `hertz` (Hz) and `volts` (V r.m.s.) to the NORMAL terminals, settled.

        Source: 5522A Operators Manual, chapter 6, `OUT`, `OPER`.

        Raises:
            InstrumentRefused: the calibrator would not, e.g. beyond its volt-hertz limit.
        """
        self.source_ac_voltage(volts, hertz)

    def confirm_operating(self) -> None:
        """Make sure that the terminals are still connected and no error has come up.

        Source: 5522A Operators Manual, chapter 6, `ERR?`, `OPER?`.

        Raises:
            InstrumentRefused: the output has tripped, or the error queue is not empty.
        """
        with self.dialogue.turn():
            _check(self.dialogue, "OPER")
            if not _operates(self.dialogue):
                said = "it has dropped to standby"
                raise InstrumentRefused(self.dialogue.name, "OPER?", said, TRIPPED)

    def _source(self, *commands: str) -> None:
        """Say `commands`, which set the output, and connect it."""
        with self.dialogue.turn():
            self._prepare()
            for command in commands:
                _say(self.dialogue, command)
            self._operate()

    def _prepare(self) -> None:
        """Reset once a session: *RST leaves the calibrator in standby at 0 V."""
        if self.dialogue.setup is not Condition.RESET:
            self.dialogue.tell("*RST")
            _await(self.dialogue, "*RST")
            _check(self.dialogue, "*RST")
            self.dialogue.setup = Condition.RESET

    def _select_post(self, amperes: float) -> None:
        """Move to the right terminals by way of 0 A, which both can carry."""
        self._prepare()
        post = CurrentPost.A20 if abs(amperes) > AUX_AMPERES else CurrentPost.AUX
        reply = self.dialogue.ask("CUR_POST?")
        if reply not in {each.value for each in CurrentPost}:
            raise self.dialogue.distrust("CUR_POST?", reply, "Expected AUX or A20")
        if reply == post.value:
            return
        self._stand_by()
        _say(self.dialogue, "OUT 0 A, 0 HZ")
        _say(self.dialogue, f"CUR_POST {post.value}")

    def _operate(self) -> None:
        """Connect the terminals; rising through 33 V drops them, so this is said every time."""
        self.dialogue.tell("OPER")
        _settle(self.dialogue)
        _check(self.dialogue, "OPER")
        if not _operates(self.dialogue):
            said = "it went back to standby"
            raise InstrumentRefused(self.dialogue.name, "OPER", said, TRIPPED)

    def _stand_by(self) -> None:
        self.dialogue.tell("STBY")
        _await(self.dialogue, "STBY", STANDBY_SECONDS)
        if _operates(self.dialogue):
            said, advice = "it still operates", "Press STBY; take the terminals to be live"
            raise InstrumentRefused(self.dialogue.name, "STBY", said, advice)


def _operates(dialogue: Dialogue) -> bool:
    reply = dialogue.ask("OPER?")
    if reply not in ("0", "1"):
        raise dialogue.distrust("OPER?", reply, "Expected 0 or 1")
    return reply == "1"


def _settle(dialogue: Dialogue) -> None:
    """Wait until the output has settled, or is connected no more; `*OPC?` has the last word.

    It is asked again and again, and not once for all: see `Dialogue.attempts`.

    Raises:
        InstrumentRefused: it has not settled for too long.
    """
    for attempt, _ in enumerate(dialogue.attempts(SETTLE_SECONDS, POLL_SECONDS)):
        status = _status(dialogue)
        # OPER overlaps: right after it the register may still be that of standby.
        if status & SETTLED if status & OPERATES else attempt > 0:
            break
    else:
        said = f"not settled within {SETTLE_SECONDS:g} s"
        raise InstrumentRefused(dialogue.name, "OPER", said, TRIPPED)
    _await(dialogue, "OPER")


def _status(dialogue: Dialogue) -> int:
    """Return the instrument status register."""
    reply = dialogue.ask("ISR?")
    if not REGISTER.fullmatch(reply) or int(reply) > MOST_BITS:
        raise dialogue.distrust("ISR?", reply, "Expected the instrument status register")
    return int(reply)


def _await(dialogue: Dialogue, command: str, seconds: float = SETTLE_SECONDS) -> None:
    """Wait at most `seconds` (s) until `command`, which overlaps, is done."""
    reply = dialogue.ask("*OPC?", timeout=seconds)
    if reply != "1":
        raise dialogue.distrust("*OPC?", reply, f"Expected 1 once {command} is done")


def _say(dialogue: Dialogue, command: str) -> None:
    dialogue.tell(command)
    _check(dialogue, command)


def _check(dialogue: Dialogue, command: str) -> None:
    """Empty the error queue; what is in it answers for `command`."""
    refusals = []
    for _ in range(QUEUE_ENTRIES + 1):
        reply = dialogue.ask("ERR?")
        entry = ENTRY.fullmatch(reply)
        if entry is None:
            raise dialogue.distrust("ERR?", reply, 'Expected number,"text"')
        code = int(entry[1])
        if code == 0:
            break
        if code not in ADVISORIES:
            refusals.append(reply)
    else:
        raise dialogue.distrust("ERR?", reply, "The error queue does not get empty")
    if refusals:
        raise InstrumentRefused(dialogue.name, command, "; ".join(refusals))


_instrument: type[Instrument] = Fluke5522A
_output: type[Output] = Fluke5522A
_dc_voltage: type[DcVoltageSource] = Fluke5522A
_ac_voltage: type[AcVoltageSource] = Fluke5522A
_dc_current: type[DcCurrentSource] = Fluke5522A
_ac_current: type[AcCurrentSource] = Fluke5522A
_resistance: type[ResistanceSource] = Fluke5522A
_capacitance: type[CapacitanceSource] = Fluke5522A
_frequency: type[FrequencySource] = Fluke5522A
