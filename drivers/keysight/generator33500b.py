"""Keysight and Agilent 33500B waveform generators."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from drivers import scpi
from drivers.capabilities import (
    AcVoltageSource,
    FrequencySource,
    Identity,
    Instrument,
    Offers,
    Output,
    Reach,
    Span,
)
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused, LinkLost, ReplyTimeout, UnexpectedReply
from drivers.identity import Greeting

SETTLE_SECONDS = 20.0

_UNIT = "SOUR1:VOLT:UNIT?"

# 20 V peak to peak into an open circuit, 20 mV the least (10 mV into 50 Ω).
_VOLTS = Span(7.1e-3, 7.07)
OFFERS_20_MHZ: Offers = {
    AcVoltageSource: Reach(_VOLTS, Span(1e-6, 20e6)),
    FrequencySource: Reach(Span(1e-6, 20e6)),
}
OFFERS_30_MHZ: Offers = {
    AcVoltageSource: Reach(_VOLTS, Span(1e-6, 30e6)),
    FrequencySource: Reach(Span(1e-6, 30e6)),
}


class Condition(Enum):
    """What this session has done to the generator."""

    RESET = "reset"


@dataclass(frozen=True)
class Keysight33521B:
    """Waveform generator, channel 1. Commands: as public drivers of the 33500B send them.

    Amplitudes are those into an open circuit: what is connected must have a high impedance
    against 50 Ω. The first output of a session starts from a reset: no modulation, sweep, burst
    or offset. `offers` is that of the 30 MHz models 33521B and 33522B.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(after_loss=("OUTP1 OFF",), errors=scpi.ERRORS)
    offers: ClassVar[Offers] = OFFERS_30_MHZ

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware revisions as the generator states."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the output stays as it is."""
        self.dialogue.close()

    def standby(self) -> None:
        """Switch the output off and make sure; a broken session is tried once more.

        Source: pymeasure/pymeasure, agilent33500.py: `OUTP1`.

        Raises:
            InstrumentRefused: the generator still states that its output is on.
        """
        with self.dialogue.turn():
            try:
                self._stand_by()
            except (LinkLost, ReplyTimeout, UnexpectedReply):
                self._stand_by()

    def source_ac_voltage(self, volts: float, hertz: float) -> None:
        """Apply a sine of `volts` (V r.m.s., open circuit) at `hertz` (Hz) and wait for it.

        Source: pymeasure/pymeasure, agilent33500.py: `FUNC`, `FREQ`, `VOLT`, `VOLT:UNIT`,
        `VOLT:OFFS`, `OUTP:LOAD`, `OUTP`.

        Raises:
            InstrumentRefused: the generator would not, e.g. beyond its range.
        """
        with self.dialogue.turn():
            self._prepare()
            scpi.say(
                self.dialogue,
                f"SOUR1:FUNC SIN;:SOUR1:FREQ {hertz:.15G};:SOUR1:VOLT {volts:.9G}"
                ";:SOUR1:VOLT:OFFS 0",
            )
            scpi.say(self.dialogue, "OUTP1 ON")
            scpi.await_done(self.dialogue, SETTLE_SECONDS)
            self.confirm_operating()

    def source_frequency(self, hertz: float, volts: float) -> None:
        """Apply a sine of `hertz` (Hz) and `volts` (V r.m.s., open circuit) and wait for it.

        Source: as for alternating voltage.

        Raises:
            InstrumentRefused: the generator would not, e.g. beyond its range.
        """
        self.source_ac_voltage(volts, hertz)

    def confirm_operating(self) -> None:
        """Make sure that the output is on still and no error has come up.

        Source: pymeasure/pymeasure, agilent33500.py: `OUTP1?`; `SYST:ERR?`.

        Raises:
            InstrumentRefused: the output is off, or the error queue is not empty.
        """
        with self.dialogue.turn():
            scpi.check(self.dialogue, "OUTP1 ON")
            if not self._is_on():
                advice = "Check the connections: another source at the terminals"
                raise InstrumentRefused(self.dialogue.name, "OUTP1?", "its output is off", advice)

    def _prepare(self) -> None:
        """Reset once a session and after a power cut; make sure that amplitudes are r.m.s. values.

        A high impedance may change the unit to peak-to-peak (Operating and Service Guide, p. 62).
        """
        woken = scpi.was_switched_on(self.dialogue)
        if self.dialogue.setup is Condition.RESET and not woken:
            return
        scpi.say(self.dialogue, "*RST")
        scpi.say(self.dialogue, "OUTP1:LOAD INF")
        scpi.say(self.dialogue, "SOUR1:VOLT:UNIT VRMS")
        unit = self.dialogue.ask(_UNIT)
        if unit != "VRMS":
            raise self.dialogue.distrust(_UNIT, unit, "Expected VRMS")
        self.dialogue.setup = Condition.RESET

    def _stand_by(self) -> None:
        self.dialogue.tell("OUTP1 OFF")
        scpi.await_off(self.dialogue)
        if self._is_on():
            advice = "Press the channel's output key; take the terminals to be live"
            raise InstrumentRefused(self.dialogue.name, "OUTP1 OFF", "it is still on", advice)

    def _is_on(self) -> bool:
        reply = self.dialogue.ask("OUTP1?")
        if reply not in ("0", "1"):
            raise self.dialogue.distrust("OUTP1?", reply, "Expected 0 or 1")
        return reply == "1"


@dataclass(frozen=True)
class Keysight33511B(Keysight33521B):
    """The 20 MHz models: 33511B and 33512B."""

    offers: ClassVar[Offers] = OFFERS_20_MHZ


_instrument: type[Instrument] = Keysight33521B
_output: type[Output] = Keysight33521B
_ac_voltage: type[AcVoltageSource] = Keysight33521B
_frequency: type[FrequencySource] = Keysight33521B
