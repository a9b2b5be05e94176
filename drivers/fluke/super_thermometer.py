"""Fluke 1594A and 1595A Super-Thermometers."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from drivers.capabilities import (
    Identity,
    Instrument,
    Offers,
    Reach,
    Reading,
    ResistanceThermometerReadout,
    Span,
    Thermometer,
)
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused, NotConfigured
from drivers.identity import Greeting
from drivers.scpi import say

MEASUREMENT_SECONDS, POLL_SECONDS = 60.0, 0.5
"""One measurement takes 1 to 10 s (from memory, unverified), a filter or a scan longer."""

NEW, IDLE = "16", "0"

VALUE = re.compile(r"([+-]?\d+\.\d+)(?:,([A-Z]))?", re.ASCII)
WHOLE = re.compile(r"\d+", re.ASCII)


class Calculation(Enum):
    """What a channel calculates from the ratio that it measures, and the unit it is in."""

    TEMPERATURE = "TEMP", "C"
    RESISTANCE = "RES", "O"


@dataclass(frozen=True)
class SuperThermometer:
    """Readout for standard thermometers, of one `channel`, which must be the one it measures.

    Commands: 1594A/1595A User's Guide, 8.7: `CALC<n>:TYPE` (p. 80), `STAT:OPER?`, `STAT:QUES?`
    and `FETC?` (p. 94). A measurement counts when it was made after it was asked for and is not
    questionable. From memory, unverified: the identity, the form of the reply to `FETC?` (taken
    to be a number, perhaps with its unit as in the reply to `INP:PROB:TEST?`), `CALC<n>:TYPE?`,
    `UNIT:TEMP?`, and the ranges. Which command selects the channel is not known: select it at the
    panel.
    """

    dialogue: Dialogue
    channel: int = 1

    greeting: ClassVar[Greeting] = Greeting()
    offers: ClassVar[Offers] = {
        Thermometer: Reach(Span(-200.0, 962.0)),
        ResistanceThermometerReadout: Reach(Span(0.0, 500e3)),
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware as the thermometer states them.

        Source: 1594A/1595A User's Guide, `*IDN?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the thermometer goes on measuring."""
        self.dialogue.close()

    def read_temperature(self) -> Reading:
        """Take one reading (°C) with the probe's definition; its `raw` is the reply.

        Source: 1594A/1595A User's Guide, `CALC<n>:TYPE TEMP`, `FETC?`.

        Raises:
            NotConfigured: it indicates in another unit, or does not measure.
            InstrumentRefused: the measurement is questionable, or none is made.
        """
        with self.dialogue.turn():
            unit = self.dialogue.ask("UNIT:TEMP?")
            if unit != Calculation.TEMPERATURE.value[1]:
                raise NotConfigured(self.dialogue.name, "UNIT:TEMP?", unit, "Set its unit to C")
            return self._read(Calculation.TEMPERATURE)

    def read_resistance(self) -> Reading:
        """Take one reading (Ω); its `raw` is the reply.

        Source: 1594A/1595A User's Guide, `CALC<n>:TYPE RES`, `FETC?`.

        Raises:
            NotConfigured: it indicates something else, or does not measure.
            InstrumentRefused: the measurement is questionable, or none is made.
        """
        with self.dialogue.turn():
            return self._read(Calculation.RESISTANCE)

    def _read(self, calculation: Calculation) -> Reading:
        name, unit = calculation.value
        calculates = f"CALC{self.channel}:TYPE"
        if self.dialogue.ask(f"{calculates}?") != name:
            say(self.dialogue, f"{calculates} {name}")
        self._await_measurement()
        reply = self.dialogue.ask("FETC?")
        value = VALUE.fullmatch(reply)
        if value is None:
            raise self.dialogue.distrust("FETC?", reply, "Expected a number")
        if self._status("STAT:QUES?") != IDLE:
            advice = "The measurement is questionable: check probe and range"
            raise InstrumentRefused(self.dialogue.name, "FETC?", reply, advice)
        if value[2] not in (None, unit):
            raise NotConfigured(self.dialogue.name, "FETC?", reply, f"Expected the unit {unit}")
        return Reading(float(value[1]), reply)

    def _await_measurement(self) -> None:
        """Wait for a measurement that began no earlier than now."""
        if self._status("STAT:OPER:COND?") != NEW:
            said, advice = "measurement is disabled", "Start it at the panel"
            raise NotConfigured(self.dialogue.name, "STAT:OPER:COND?", said, advice)
        self._status("STAT:QUES?")
        self._status("STAT:OPER?")
        for _ in self.dialogue.attempts(MEASUREMENT_SECONDS, POLL_SECONDS):
            if self._status("STAT:OPER?") == NEW:
                return
        said = f"no new measurement within {MEASUREMENT_SECONDS:g} s"
        raise InstrumentRefused(self.dialogue.name, "STAT:OPER?", said, "Check probe and panel")

    def _status(self, query: str) -> str:
        """Return a register; asking for an event register clears it."""
        reply = self.dialogue.ask(query)
        if WHOLE.fullmatch(reply) is None:
            raise self.dialogue.distrust(query, reply, "Expected a whole number")
        return reply


_instrument: type[Instrument] = SuperThermometer
_thermometer: type[Thermometer] = SuperThermometer
_readout: type[ResistanceThermometerReadout] = SuperThermometer
