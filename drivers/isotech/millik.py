"""IsoTech milliK precision thermometer, with or without millisKanner channel expanders."""

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
)
from drivers.dialogue import Dialogue
from drivers.errors import Overload
from drivers.identity import Greeting

READING_SECONDS = 15.0
"""One reading takes about a second (from memory, unverified), more after a change of channel."""

THERMISTOR_OHMS = 460
"""Above this range (Ω) it measures thermistors, with a current of its own."""

VALUE = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?", re.ASCII)


class Mode(Enum):
    """Who operates it in this session."""

    REMOTE = "remote"


@dataclass(frozen=True)
class MilliK:
    """Resistance of the probe at `channel`, four wires, 1 mA, in the range up to `range_ohms` (Ω).

    Channels are 1 and 2 or, with expanders, 1, 10 to 17, 20 to 27 and so on; ranges reach to
    115 Ω, 460 Ω and 500 kΩ. Commands as MSLNZ/msl-equipment isotech/millik.py sends them; the
    maker's manual was not seen. Everything that matters is set with each reading.
    """

    dialogue: Dialogue
    channel: int = 1
    range_ohms: int = 115

    greeting: ClassVar[Greeting] = Greeting(always=())
    offers: ClassVar[Offers] = {ResistanceThermometerReadout: Reach(Span(0.0, 115.0))}

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware as the milliK states them.

        Source: msl-equipment isotech/millik.py, `*IDN?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """Give it back to its panel, if it was taken, and end the session."""
        with self.dialogue.turn():
            if self.dialogue.setup is Mode.REMOTE:
                self.dialogue.tell("MILLIK:LOCAL")
            self.dialogue.close()

    def read_resistance(self) -> Reading:
        """Take one reading (Ω); its `raw` is the reply.

        Source: msl-equipment isotech/millik.py, `SENSE:…;READ?`.

        Raises:
            Overload: the resistance is beyond the range.
        """
        command = ";".join((*self._settings(), "READ?"))
        with self.dialogue.turn():
            if self.dialogue.setup is not Mode.REMOTE:
                self.dialogue.tell("MILLIK:REMOTE")
                self.dialogue.setup = Mode.REMOTE
            reply = self.dialogue.ask(command, timeout=READING_SECONDS)
            if VALUE.fullmatch(reply) is None:
                raise self.dialogue.distrust(command, reply, "Expected one number")
        if abs(float(reply)) > self.range_ohms:
            advice = f"Beyond {self.range_ohms} Ω: check probe, wires and range"
            raise Overload(self.dialogue.name, command, reply, advice)
        return Reading(float(reply), reply)

    def _settings(self) -> list[str]:
        settings = [
            f"SENSE:CHANNEL {self.channel}",
            "SENSE:FUNCTION RESISTANCE",
            f"SENSE:RESISTANCE:RANGE {self.range_ohms}",
            "SENSE:RESISTANCE:WIRES 4",
        ]
        if self.range_ohms <= THERMISTOR_OHMS:
            settings.append("SENSE:CURRENT NORMAL")
        return settings


_instrument: type[Instrument] = MilliK
_readout: type[ResistanceThermometerReadout] = MilliK
