"""Fluke 9142, 9143 and 9144 field metrology wells, with process electronics (-P) or without."""

import re
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import (
    Identity,
    Instrument,
    Offers,
    Output,
    Reach,
    Reading,
    ResistanceThermometerReadout,
    Span,
    TemperatureSource,
)
from drivers.dialogue import Dialogue
from drivers.errors import (
    InstrumentRefused,
    LinkLost,
    NotConfigured,
    ReplyTimeout,
    UnexpectedReply,
)
from drivers.identity import Greeting
from drivers.scpi import check, say

RESOLUTION_CELSIUS = 0.01
"""Of the set-point."""

NUMBER = re.compile(r"[+-]?\d+\.\d+", re.ASCII)
CELSIUS = re.compile(r"([+-]?\d+\.\d+)(?: ?C)?", re.ASCII)
"""One public simulator of a 9144 adds the unit; no sheet says that a well does."""

MENU = "In its menu set duplex to half, sample period to 0"
TRIPPED = "Check the well, its cut-out and its panel"


@dataclass(frozen=True, slots=True)
class Approach:
    """The set-point (°C) that this session went for."""

    celsius: float


@dataclass(frozen=True)
class MetrologyWell:
    """The 9142. Commands: Fluke 9142/9143/9144 Technical Guide, remote interface.

    Set-point and indications are in °C: the unit is asked for beside each of them. What the
    instrument says counts for our set-point alone: after a lost session it must be approached
    again, which disturbs nothing when it is the same. Ranges from the data sheets, from memory,
    unverified; so are the numbers of this family's errors.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(echo_advice=MENU, errors="SYST:ERR?")
    offers: ClassVar[Offers] = {TemperatureSource: Reach(Span(-25.0, 150.0))}

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware as the well states them.

        Source: Technical Guide, `*IDN?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the well keeps its temperature."""
        self.dialogue.close()

    def standby(self) -> None:
        """Stop heating and cooling and make sure; a broken session is tried once more.

        Source: Technical Guide, `OUTP:STAT`.

        Raises:
            InstrumentRefused: the well still states that it heats or cools.
        """
        with self.dialogue.turn():
            try:
                self._stand_by()
            except (LinkLost, ReplyTimeout, UnexpectedReply):
                self._stand_by()

    def confirm_operating(self) -> None:
        """Make sure that the well is on still, its cut-out has not tripped, no error came up.

        Source: Technical Guide, `SYST:ERR?`, `SOUR:PROT:TRIP?`, `OUTP:STAT?`.

        Raises:
            InstrumentRefused: one of these is not so.
        """
        with self.dialogue.turn():
            check(self.dialogue, "OUTP:STAT")
            if self._flag("SOUR:PROT:TRIP?"):
                said = "the cut-out has tripped"
                raise InstrumentRefused(self.dialogue.name, "SOUR:PROT:TRIP?", said, TRIPPED)
            if not self._flag("OUTP:STAT?"):
                raise InstrumentRefused(self.dialogue.name, "OUTP:STAT?", "it is off", TRIPPED)

    def approach_temperature(self, celsius: float) -> None:
        """Go for the set-point `celsius` (°C, to 0.01 °C) and return at once.

        Source: Technical Guide, `UNIT:TEMP`, `SOUR:SPO`, `OUTP:STAT`.

        Raises:
            InstrumentRefused: the well would not, e.g. beyond its range.
        """
        with self.dialogue.turn():
            self.dialogue.setup = None
            say(self.dialogue, "UNIT:TEMP C")
            self._expect_celsius()
            command = f"SOUR:SPO {celsius:.2f}"
            say(self.dialogue, command)
            set_to = self._number("SOUR:SPO?", CELSIUS)
            if abs(float(set_to) - celsius) > RESOLUTION_CELSIUS:
                raise InstrumentRefused(self.dialogue.name, command, f"it is set to {set_to} °C")
            say(self.dialogue, "OUTP:STAT 1")
            self.dialogue.setup = Approach(float(set_to))

    def is_stable(self) -> bool:
        """Return whether the well states that it is stable, and is, at our set-point.

        Its own test may still be that of the set-point before, so the temperature must be within
        the stability limit of ours too.

        Source: Technical Guide, `SOUR:STAB:TEST?`, `SOUR:STAB:LIM?`, `SOUR:SENS:DATA?`.

        Raises:
            NotConfigured: no set-point was approached in this session, or somebody changed it.
            InstrumentRefused: the well has gone off.
        """
        with self.dialogue.turn():
            aim = self.dialogue.setup
            if not isinstance(aim, Approach):
                said = "no temperature was approached since the session began"
                raise NotConfigured(self.dialogue.name, "SOUR:SPO?", said, "Approach it first")
            self._expect_celsius()
            set_to = self._number("SOUR:SPO?", CELSIUS)
            if float(set_to) != aim.celsius:
                advice = "Somebody changed the set-point: approach it again"
                raise NotConfigured(self.dialogue.name, "SOUR:SPO?", set_to, advice)
            if not self._flag("OUTP:STAT?"):
                raise InstrumentRefused(self.dialogue.name, "OUTP:STAT?", "it is off", TRIPPED)
            if not self._flag("SOUR:STAB:TEST?"):
                return False
            limit = float(self._number("SOUR:STAB:LIM?", CELSIUS))
            return abs(float(self._number("SOUR:SENS:DATA?", CELSIUS)) - aim.celsius) <= limit

    def read_temperature(self) -> Reading:
        """Return the temperature (°C) of the control sensor; its `raw` is the reply.

        Source: Technical Guide, `SOUR:SENS:DATA?`, `UNIT:TEMP?`.

        Raises:
            NotConfigured: the well indicates in another unit.
        """
        with self.dialogue.turn():
            self._expect_celsius()
            number = self._number("SOUR:SENS:DATA?", CELSIUS)
        return Reading(float(number), number)

    def _stand_by(self) -> None:
        self.dialogue.tell("OUTP:STAT 0")
        self.dialogue.setup = None
        if self._flag("OUTP:STAT?"):
            said, advice = "it still heats or cools", "Switch it off at its panel"
            raise InstrumentRefused(self.dialogue.name, "OUTP:STAT 0", said, advice)

    def _expect_celsius(self) -> None:
        unit = self.dialogue.ask("UNIT:TEMP?")
        if unit == "F":
            raise NotConfigured(self.dialogue.name, "UNIT:TEMP?", unit, "Set its unit to C")
        if unit != "C":
            raise self.dialogue.distrust("UNIT:TEMP?", unit, "Expected C or F")

    def _number(self, query: str, pattern: re.Pattern[str] = NUMBER) -> str:
        reply = self.dialogue.ask(query)
        number = pattern.fullmatch(reply)
        if number is None:
            raise self.dialogue.distrust(query, reply, "Expected a number")
        return number[number.re.groups]

    def _flag(self, query: str) -> bool:
        reply = self.dialogue.ask(query)
        if reply not in ("0", "1"):
            raise self.dialogue.distrust(query, reply, "Expected 0 or 1")
        return reply == "1"


@dataclass(frozen=True)
class Fluke9143(MetrologyWell):
    """The 9143."""

    offers: ClassVar[Offers] = {TemperatureSource: Reach(Span(33.0, 350.0))}


@dataclass(frozen=True)
class Fluke9144(MetrologyWell):
    """The 9144."""

    offers: ClassVar[Offers] = {TemperatureSource: Reach(Span(50.0, 660.0))}


@dataclass(frozen=True)
class ProcessWell(MetrologyWell):
    """The 9142-P: it measures the resistance of a reference probe too."""

    offers: ClassVar[Offers] = {
        **MetrologyWell.offers,
        ResistanceThermometerReadout: Reach(Span(0.0, 400.0)),  # Ω, from memory, unverified
    }

    def read_resistance(self) -> Reading:
        """Return the resistance (Ω) of the probe at the reference input; its `raw` is the reply.

        Source: Hepek93/lab_instruments Fluke9142.py, `SENS1:DATA?`.
        """
        number = self._number("SENS1:DATA?")
        return Reading(float(number), number)

    def read_reference_temperature(self) -> Reading:
        """Return the temperature (°C) of the probe at the reference input; its `raw` is the reply.

        Source: Hepek93/lab_instruments Fluke9142.py, `READ?`.

        Raises:
            NotConfigured: the well indicates in another unit.
        """
        with self.dialogue.turn():
            self._expect_celsius()
            number = self._number("READ?", CELSIUS)
        return Reading(float(number), number)


@dataclass(frozen=True)
class Fluke9143P(ProcessWell):
    """The 9143-P."""

    offers: ClassVar[Offers] = {**ProcessWell.offers, **Fluke9143.offers}


@dataclass(frozen=True)
class Fluke9144P(ProcessWell):
    """The 9144-P."""

    offers: ClassVar[Offers] = {**ProcessWell.offers, **Fluke9144.offers}


_instrument: type[Instrument] = MetrologyWell
_output: type[Output] = MetrologyWell
_source: type[TemperatureSource] = MetrologyWell
_readout: type[ResistanceThermometerReadout] = ProcessWell
