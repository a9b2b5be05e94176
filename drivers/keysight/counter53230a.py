"""Keysight and Agilent 53220A and 53230A universal counters."""

from dataclasses import dataclass
from typing import ClassVar

from drivers import scpi
from drivers.capabilities import (
    FrequencyMeter,
    Identity,
    Instrument,
    Offers,
    Reach,
    Reading,
    ReferencedFrequencyMeter,
    Span,
)
from drivers.dialogue import Dialogue
from drivers.identity import Greeting

RANGES_VOLTS = (5.0, 50.0)
SIGNAL_SECONDS = 1.0
"""How long beyond the gate the counter waits for a signal."""

MARGIN_SECONDS = 4.0

NUMBER = r"[+-]\d\.\d{14}E[+-]\d{3}"
"""A reading: 53200A Programmer's Reference, p. 243."""


@dataclass(frozen=True)
class Keysight53230A:
    """Universal counter, channel 1. Commands: 53220A/53230A Programmer's Reference.

    The input has 1 MΩ, is coupled for alternating voltage and triggers at 0 V. Which time base it
    uses is left as it is set: switching it is nothing to be done unasked. Reach: 350 MHz from
    memory, unverified.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(errors=scpi.ERRORS)
    offers: ClassVar[Offers] = {  # Hz, unverified
        FrequencyMeter: Reach(Span(10.0, 350e6)),
        ReferencedFrequencyMeter: Reach(Span(10.0, 350e6)),
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware revisions as the counter states them."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the counter keeps its setup, but a new session starts without."""
        self.dialogue.close()

    def configure_frequency(self, range_volts: float, gate_seconds: float) -> None:
        """Select frequency: input range that holds `range_volts` (V), gate `gate_seconds` (s).

        Without a signal it gives up 1 s after the gate: the time is asked for, because it
        survives a reset. Above 50 V it is left to the counter to refuse.

        Source: Programmer's Reference, `CONF:FREQ`, `FREQ:GATE:TIME`, `INP:RANG`; `SYST:TIM`
        p. 459; User's Guide, p. 192: `CALC:STAT` (mathematics left on would falsify).

        Raises:
            InstrumentRefused: the counter would not, e.g. no such gate time.
        """
        range_ = next((each for each in RANGES_VOLTS if range_volts <= each), range_volts)
        scpi.configure(
            self.dialogue,
            f"CONF:FREQ;:INP1:IMP 1E6;:INP1:COUP AC;:INP1:RANG {range_:.9G}"
            ";:INP1:LEV:AUTO OFF;:INP1:LEV 0"
            f";:FREQ:GATE:SOUR TIME;:FREQ:GATE:TIME {gate_seconds:.9G}"
            f";:SYST:TIM {gate_seconds + SIGNAL_SECONDS:.9G};:FORM ASC,15;:CALC:STAT OFF",
            gate_seconds + SIGNAL_SECONDS + MARGIN_SECONDS,
        )

    def read(self) -> Reading:
        """Take one reading (Hz); its `raw` is the number as sent.

        Source: Programmer's Reference, `READ?`, `SYST:ERR?`.

        Raises:
            NotConfigured: nothing was configured in this session, or the counter was switched
                off and on since.
            Overload: the counter states infinity.
            InstrumentRefused: the counter put an error in its queue.
            UnexpectedReply: what came is no reading; there is no signal (9.91E37).
        """
        return scpi.read(self.dialogue, NUMBER)

    def follows_reference(self) -> bool:
        """Return whether the reference at its reference input is the time base now.

        Source: 53230A scripts, `ROSC:SOUR?`; that it tells what is in use where the choice is
        automatic is from memory, unverified.

        Raises:
            UnexpectedReply: what came is neither INT nor EXT.
        """
        reply = self.dialogue.ask("ROSC:SOUR?")
        if reply not in ("INT", "EXT"):
            raise self.dialogue.distrust("ROSC:SOUR?", reply, "Expected INT or EXT")
        return reply == "EXT"


_instrument: type[Instrument] = Keysight53230A
_frequency_meter: type[FrequencyMeter] = Keysight53230A
_referenced: type[ReferencedFrequencyMeter] = Keysight53230A
