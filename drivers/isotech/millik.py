"""IsoTech milliK precision thermometer, with or without millisKanner channel expanders."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
from drivers.errors import InstrumentRefused, Overload
from drivers.identity import Greeting, four_fields

READING_SECONDS = 15.0
"""One reading takes about a second (from memory, unverified), more after a change of channel."""

LIST = "mill:list?"
"""Asks for one line a device, the milliK last."""

VALUE = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Setup:
    """It is operated remotely in this session, and has these channels."""

    channels: frozenset[int]


def list_goes_on(lines: Sequence[str]) -> bool:
    """Return whether the list of devices has more `lines`: the milliK itself comes last."""
    return not lines or "milliK" not in lines[-1].split(",")


def stated_identity(replies: Sequence[str]) -> Identity:
    """Return the identity of the milliK in the list of devices.

    Raises:
        LinkFault: its line has not four fields.
    """
    return four_fields([replies[0].rpartition("\n")[2]])


def channels_of(expanders: int) -> frozenset[int]:
    """Return the channels there are with so many expanders, which take up channel 2."""
    if expanders == 0:
        return frozenset({1, 2})
    tens = range(10, 10 * expanders + 10, 10)
    return frozenset({1, *(ten + one for ten in tens for one in range(8))})


@dataclass(frozen=True)
class MilliK:
    """Resistance of the probe at `channel`, four wires, 1 mA, in the range up to `range_ohms` (Ω).

    Channels are 1 and 2 or, with expanders, 1, 10 to 17, 20 to 27 and so on; ranges reach to
    115 Ω, 460 Ω and 500 kΩ, the last with a current of its own. Commands as MSLNZ/msl-equipment
    isotech/millik.py sends them; the maker's manual was not seen, nor how it tells an error.
    So everything that matters is said with each reading, and the channel must be one it has.
    """

    dialogue: Dialogue
    channel: int = 1
    range_ohms: int = 115

    greeting: ClassVar[Greeting] = Greeting(
        queries=(LIST,), states=stated_identity, goes_on=list_goes_on, always=()
    )
    offers: ClassVar[Offers] = {ResistanceThermometerReadout: Reach(Span(0.0, 115.0))}

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware of the milliK itself.

        Source: msl-equipment isotech/millik.py, `mill:list?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """Give it back to its panel, if it was taken, and end the session."""
        with self.dialogue.turn():
            if isinstance(self.dialogue.setup, Setup):
                self.dialogue.tell("MILLIK:LOCAL")
            self.dialogue.close()

    def read_resistance(self) -> Reading:
        """Take one reading (Ω); its `raw` is the reply.

        Source: msl-equipment isotech/millik.py, `SENSE:…;READ?`.

        Raises:
            InstrumentRefused: there is no such channel.
            Overload: the resistance is beyond the range.
        """
        command = (
            f"SENSE:CHANNEL {self.channel};SENSE:FUNCTION RESISTANCE"
            f";SENSE:RESISTANCE:RANGE {self.range_ohms};SENSE:RESISTANCE:WIRES 4"
            ";SENSE:CURRENT NORMAL;READ?"
        )
        with self.dialogue.turn():
            self._prepare()
            reply = self.dialogue.ask(command, timeout=READING_SECONDS)
            if VALUE.fullmatch(reply) is None:
                raise self.dialogue.distrust(command, reply, "Expected one number")
        if abs(float(reply)) > self.range_ohms:
            advice = f"Beyond {self.range_ohms} Ω: check probe, wires and range"
            raise Overload(self.dialogue.name, command, reply, advice)
        return Reading(float(reply), reply)

    def _prepare(self) -> None:
        """Take it from its panel, once a session, and make sure that it has the channel."""
        setup = self.dialogue.setup
        if not isinstance(setup, Setup):
            devices = self.dialogue.ask(LIST, goes_on=list_goes_on)
            self.dialogue.tell("MILLIK:REMOTE")
            self.dialogue.setup = setup = Setup(channels_of(devices.count("\n")))
        if self.channel not in setup.channels:
            said = f"there is no channel {self.channel}"
            advice = f"It has {', '.join(map(str, sorted(setup.channels)))}"
            raise InstrumentRefused(self.dialogue.name, LIST, said, advice)


_instrument: type[Instrument] = MilliK
_readout: type[ResistanceThermometerReadout] = MilliK
