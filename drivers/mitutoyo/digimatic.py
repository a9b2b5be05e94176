"""Mitutoyo callipers, micrometers and gauges with Digimatic output, through a serial converter."""

import re
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import Identity, Instrument, LengthIndicator, Offers, Reach, Reading, Span
from drivers.decimals import scaled
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused, NotConfigured
from drivers.identity import Greeting, states_nothing

REQUEST = "1"
"""Any character asks for a value, on some converters (from memory, unverified)."""

METRE_POWER = -3

VALUE = re.compile(r"0(?:1A|A1)(?=[+-][\d.]{8}$)([+-]\d+\.(\d+))", re.ASCII)
ERROR = re.compile(r"91\d", re.ASCII)
"""911 no data, 912 data error (from memory, unverified)."""


@dataclass(frozen=True)
class Digimatic:
    """Indicator with `decimals` decimals of a millimetre: three, as a micrometer has.

    Text format: Mitutoyo Digimatic interface documentation, virtual COM port. A value comes
    without its unit; in inches the same instrument sends more decimals, so any other number of
    them is refused. Neither instrument nor converter can say who it is.
    """

    dialogue: Dialogue
    decimals: int = 3

    greeting: ClassVar[Greeting] = Greeting(
        queries=(), states=states_nothing("Mitutoyo", "Digimatic"), always=()
    )
    offers: ClassVar[Offers] = {LengthIndicator: Reach(Span(-9.999999, 9.999999))}

    def identify(self) -> Identity:
        """Return what the catalogue says: the instrument cannot be asked."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session."""
        self.dialogue.close()

    def read_length(self) -> Reading:
        """Take one reading (m); its `raw` is the reply.

        Source: Mitutoyo Digimatic interface documentation, serial text output.

        Raises:
            InstrumentRefused: the converter has no value.
            NotConfigured: the instrument indicates in inches, or has another resolution.
        """
        with self.dialogue.turn():
            reply = self.dialogue.ask(REQUEST)
            value = VALUE.fullmatch(reply)
            if value is None and ERROR.fullmatch(reply) is None:
                raise self.dialogue.distrust(REQUEST, reply, "Expected e.g. 01A+0000.123")
        if value is None:
            advice = "Check that the instrument is on and connected"
            raise InstrumentRefused(self.dialogue.name, REQUEST, reply, advice)
        if len(value[2]) != self.decimals:
            advice = f"Set it to millimetres; {self.decimals} decimals are expected"
            raise NotConfigured(self.dialogue.name, REQUEST, reply, advice)
        return Reading(scaled(value[1], METRE_POWER), reply)


@dataclass(frozen=True)
class Calliper(Digimatic):
    """Indicator with two decimals of a millimetre."""

    decimals: int = 2


@dataclass(frozen=True)
class FineGauge(Digimatic):
    """Indicator with four decimals of a millimetre."""

    decimals: int = 4


_instrument: type[Instrument] = Digimatic
_indicator: type[LengthIndicator] = Digimatic
