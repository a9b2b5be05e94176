"""Fluke 8508A reference multimeter."""

import re
from dataclasses import dataclass
from typing import ClassVar

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
from drivers.errors import InstrumentRefused, Overload
from drivers.identity import Greeting
from drivers.scpi import POWER_ON, Setup, not_configured, switched_on

READING_SECONDS = 180.0
"""As public clients wait: with filter and eight digits a reading takes up to a minute."""

SETTING_SECONDS = 20.0
"""For a reset or a change of function, after which the next query is answered."""

FILTERS_HERTZ = (100, 40, 10, 1)
OVERLOAD = 1e35
"""Overload is sent as ±200.0000E+33; no range goes anywhere near."""

NUMBER = re.compile(r"[+-]?\d{1,4}\.\d{4,8}E[+-]\d\d", re.ASCII)
"""A reading, its form and that of overload from memory, unverified."""

QUERY_ERROR, DEVICE_ERROR, EXECUTION_ERROR, COMMAND_ERROR = 4, 8, 16, 32
ERRORS = QUERY_ERROR | DEVICE_ERROR | EXECUTION_ERROR | COMMAND_ERROR
"""Bits of the standard event status register (IEEE 488.2, 11.5.1)."""

QUEUES = {EXECUTION_ERROR: "EXQ?", DEVICE_ERROR: "DDQ?"}
MOST_ENTRIES = 30
EMPTY = frozenset({0, 1000, 1012})
"""1000 is the empty execution queue, 1012 no more errors; 0 from memory, unverified."""

EXECUTION_ERRORS = {
    1001: "option not installed",
    1002: "calibration disabled",
    1005: "input zero not allowed in scan",
    1007: "data entry error",
    1008: "must be in an AC function",
    1010: "divide by zero not allowed",
    1013: "data out of limit",
    1014: "illegal combination of range and function",
    1015: "command allowed only in remote",
    1024: "illegal combination of range and input",
    1025: "auto not available in true ratio",
    1028: "allowed only in a voltage function",
    1031: "4-wire volts not through the rear input",
    1036: "block or rolling average required",
}
"""8508A User's Guide, p. 4-19; those that a measurement can meet."""

_AWAKE = "*RST", "TRG_SRCE EXT;INPUT FRONT;GUARD INT"
_READ = "X?"


@dataclass(frozen=True)
class Fluke8508A:
    """Reference multimeter. Commands: 8508A User's Guide, as PhilippCo/testgear sends them.

    Not SCPI: a function is a header with options, and what is left out keeps its state, so the
    first configuration of a session starts from a reset. Errors are bits of the event register;
    two queues, last in first out, say more. Measures at the front terminals, guard internal; the
    input for direct voltage has more than 10 GΩ up to 20 V and 10 MΩ above. That, and the reaches,
    from memory, unverified.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting()
    offers: ClassVar[Offers] = {
        DcVoltmeter: Reach(Span(-1000.0, 1000.0)),
        AcVoltmeter: Reach(Span(0.0, 1000.0), Span(1.0, 1e6)),
        DcAmmeter: Reach(Span(-20.0, 20.0)),
        AcAmmeter: Reach(Span(0.0, 20.0), Span(1.0, 100e3)),
        Ohmmeter: Reach(Span(0.0, 2e9)),
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware revision as the meter states them."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the meter keeps its configuration, but a new session starts without."""
        self.dialogue.close()

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Select direct voltage, range `range_volts` (V): seven digits, not fast, no filter.

        Source: PhilippCo/testgear, F8508A.py: `DCV`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(f"DCV {range_volts:.9G},RESL7,FAST_OFF,FILT_OFF,TWO_WR")

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Select alternating voltage, range `range_volts` (V), filter for `hertz` (Hz).

        Six digits, transfer mode; coupled directly below 40 Hz.

        Source: PhilippCo/testgear, F8508A.py: `ACV`; other filters than 40 Hz from memory,
        unverified.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(f"ACV {range_volts:.9G},RESL6,TFER_ON,{_filter(hertz)},TWO_WR")

    def configure_dc_current(self, range_amperes: float) -> None:
        """Select direct current, range `range_amperes` (A): seven digits, not fast, no filter.

        Source: PhilippCo/testgear, F8508A.py: `DCI`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(f"DCI {range_amperes:.9G},RESL7,FAST_OFF,FILT_OFF")

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Select alternating current, range `range_amperes` (A), filter for `hertz` (Hz).

        Six digits; coupled directly below 40 Hz.

        Source: PhilippCo/testgear, F8508A.py: `ACI`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        self._configure(f"ACI {range_amperes:.9G},RESL6,{_filter(hertz)}")

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Select resistance, range `range_ohms` (Ω), with `wires`: seven digits, normal current.

        Source: PhilippCo/testgear, F8508A.py: `OHMS`.

        Raises:
            InstrumentRefused: the meter would not, e.g. no such range.
        """
        leads = "TWO_WR" if wires is Wires.TWO else "FOUR_WR"
        self._configure(f"OHMS {range_ohms:.9G},RESL7,FAST_OFF,FILT_OFF,LOI_OFF,{leads}")

    def read(self) -> Reading:
        """Take one reading, in V, A or Ω as configured; its `raw` is the number as sent.

        Source: PhilippCo/testgear, F8508A.py: `X?` is `*TRG;RDG?`; 8508A User's Guide, p. 4-19.

        Raises:
            NotConfigured: no function was configured in this session, or the meter was switched
                off and on since.
            Overload: the input is beyond the range.
            InstrumentRefused: the meter has an error to tell.
            UnexpectedReply: what came is no reading.
        """
        with self.dialogue.turn():
            setup = self.dialogue.setup
            if not isinstance(setup, Setup):
                raise not_configured(self.dialogue, _READ)
            raw = self.dialogue.ask(_READ, timeout=setup.seconds)
            if NUMBER.fullmatch(raw) is None:
                raise self.dialogue.distrust(_READ, raw, "Expected a reading")
            events = _events(self.dialogue)
            if events & POWER_ON:
                raise switched_on(self.dialogue, _READ, raw)
            said = _refusals(self.dialogue, events)
        value = float(raw)
        if abs(value) >= OVERLOAD:
            advice = "Check the range, the connections and the source"
            raise Overload(self.dialogue.name, _READ, "; ".join([raw, *said]), advice)
        if said:
            raise InstrumentRefused(self.dialogue.name, _READ, "; ".join(said))
        return Reading(value, raw)

    def _configure(self, command: str) -> None:
        with self.dialogue.turn():
            fresh = self.dialogue.setup is None
            self.dialogue.setup = None
            for awake in (*_AWAKE, command) if fresh else (command,):
                self.dialogue.tell(awake)
                events = _events(self.dialogue)
                if events & POWER_ON:
                    raise switched_on(self.dialogue, awake, f"*ESR? {events}")
                if said := _refusals(self.dialogue, events):
                    raise InstrumentRefused(self.dialogue.name, awake, "; ".join(said))
            self.dialogue.setup = Setup(READING_SECONDS)


def _events(dialogue: Dialogue) -> int:
    """Return the standard event status register, which forgets it."""
    return _number(dialogue, "*ESR?")


def _refusals(dialogue: Dialogue, events: int) -> list[str]:
    """Return what the error bits of `events` and the queues behind them say."""
    if not events & ERRORS:
        return []
    said = [f"*ESR? {events}"]
    for bit, query in QUEUES.items():
        for _ in range(MOST_ENTRIES if events & bit else 0):
            code = _number(dialogue, query)
            if code in EMPTY:
                break
            meaning = EXECUTION_ERRORS.get(code, "") if bit == EXECUTION_ERROR else ""
            said.append(f"{query} {code} {meaning}".rstrip())
    return said


def _number(dialogue: Dialogue, query: str) -> int:
    reply = dialogue.ask(query, timeout=SETTING_SECONDS)
    if not re.fullmatch(r"[+-]?\d{1,5}", reply, re.ASCII):
        raise dialogue.distrust(query, reply, "Expected a whole number")
    return int(reply)


def _filter(hertz: float) -> str:
    """Return the fastest filter and the coupling that let `hertz` (Hz) through."""
    band = next((band for band in FILTERS_HERTZ if band <= hertz), FILTERS_HERTZ[-1])
    return f"FILT{band}HZ,{'ACCP' if band >= 40 else 'DCCP'}"


_instrument: type[Instrument] = Fluke8508A
_dc_voltmeter: type[DcVoltmeter] = Fluke8508A
_ac_voltmeter: type[AcVoltmeter] = Fluke8508A
_dc_ammeter: type[DcAmmeter] = Fluke8508A
_ac_ammeter: type[AcAmmeter] = Fluke8508A
_ohmmeter: type[Ohmmeter] = Fluke8508A
