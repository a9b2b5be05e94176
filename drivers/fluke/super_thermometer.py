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

MEASUREMENT_SECONDS, POLL_SECONDS = 60.0, 1.0
"""One measurement takes 1 to 10 s (from memory, unverified), a scan of several inputs longer."""

NEW, IDLE = "16", "0"

MEASUREMENT = re.compile(
    r"(-?\d+(?:\.\d+)?),([CFKOR]),(\d+),\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII
)
"""Value without trailing zeros, unit, channel, date and time: `231.92811,C,4,2009-03-23 14:33:20`.

A minus sign before a value is inferred from readings below 0 °C.
"""
WHOLE = re.compile(r"\d+", re.ASCII)


class Calculation(Enum):
    """What a channel calculates from the ratio that it measures, and the unit it is in."""

    TEMPERATURE = "TEMP", "C"
    RESISTANCE = "RES", "O"


@dataclass(frozen=True)
class SuperThermometer:
    """Readout for standard thermometers, of one `channel`, which must be one that it measures.

    Commands: 1594A/1595A User's Guide, 8.7: `CALC<n>:TYPE` (p. 80), `FETC?` (p. 83), `STAT:OPER?`
    and `STAT:QUES:COND?` (p. 94). The reply to `FETC?` says unit and channel. A measurement counts
    when it was complete after it was asked for, is of this channel, and no condition says that it
    is questionable. From memory, unverified: the identity, `CALC<n>:TYPE?`, and the ranges. Which
    command selects the channel is not known: select it at the panel.
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
            InstrumentRefused: the measurement is questionable, or none of the channel is made.
        """
        with self.dialogue.turn():
            return self._read(Calculation.TEMPERATURE)

    def read_resistance(self) -> Reading:
        """Take one reading (Ω); its `raw` is the reply.

        Source: 1594A/1595A User's Guide, `CALC<n>:TYPE RES`, `FETC?`.

        Raises:
            NotConfigured: it indicates something else, or does not measure.
            InstrumentRefused: the measurement is questionable, or none of the channel is made.
        """
        with self.dialogue.turn():
            return self._read(Calculation.RESISTANCE)

    def _read(self, calculation: Calculation) -> Reading:
        name, unit = calculation.value
        calculates = f"CALC{self.channel}:TYPE"
        if self.dialogue.ask(f"{calculates}?") != name:
            say(self.dialogue, f"{calculates} {name}")
        if self._status("STAT:OPER:COND?") != NEW:
            said, advice = "measurement is disabled", "Start it at the panel"
            raise NotConfigured(self.dialogue.name, "STAT:OPER:COND?", said, advice)
        reply, number, found = self._next()
        if found != unit:
            advice = f"Set its unit to {unit}: it indicates in {found}"
            raise NotConfigured(self.dialogue.name, "FETC?", reply, advice)
        return Reading(float(number), reply)

    def _next(self) -> tuple[str, str, str]:
        """Return the next measurement of the channel: the reply, the number in it, the unit."""
        self._status("STAT:OPER?")
        for _ in self.dialogue.attempts(MEASUREMENT_SECONDS, POLL_SECONDS):
            if self._status("STAT:OPER?") != NEW:
                continue
            self._expect_valid()
            reply = self.dialogue.ask("FETC?")
            measurement = MEASUREMENT.fullmatch(reply)
            if measurement is None:
                advice = "Expected a number, its unit, a channel, and when that was"
                raise self.dialogue.distrust("FETC?", reply, advice)
            self._expect_valid()  # another one may have come between the question and this
            if int(measurement[3]) == self.channel:
                return reply, measurement[1], measurement[2]
        said = f"no measurement of channel {self.channel} within {MEASUREMENT_SECONDS:g} s"
        raise InstrumentRefused(self.dialogue.name, "FETC?", said, "Check probe and panel")

    def _expect_valid(self) -> None:
        condition = self._status("STAT:QUES:COND?")
        if condition != IDLE:
            advice = "The measurement is questionable: check probe and range"
            raise InstrumentRefused(self.dialogue.name, "STAT:QUES:COND?", condition, advice)

    def _status(self, query: str) -> str:
        """Return a register; asking for an event register clears it."""
        reply = self.dialogue.ask(query)
        if WHOLE.fullmatch(reply) is None:
            raise self.dialogue.distrust(query, reply, "Expected a whole number")
        return reply


_instrument: type[Instrument] = SuperThermometer
_thermometer: type[Thermometer] = SuperThermometer
_readout: type[ResistanceThermometerReadout] = SuperThermometer
