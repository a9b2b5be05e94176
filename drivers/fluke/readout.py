"""Fluke (Hart) 1502A and 1504 thermometer readouts, in the classic Hart language."""

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
from drivers.errors import NotConfigured, Overload
from drivers.identity import Greeting

MEASUREMENT = re.compile(r"t: (?=[ .\d-]{8} ) *(-?\d+\.\d+) ([CFKO])(?: \d\d:\d\d:\d\d)?", re.ASCII)
"""Eight characters of value, leading zeros as blanks, the unit, and a time stamp if that is on."""

NO_VALUE = re.compile(r"t: [-*]{8} [CFKO](?: \d\d:\d\d:\d\d)?", re.ASCII)
"""What it sends for a probe that is open or beyond the range (from memory, unverified)."""

REFRESH_SECONDS, POLL_SECONDS = 3.0, 0.5
"""It measures once a second (from memory, unverified): after this the unit is the new one."""


class Unit(Enum):
    """What it indicates in."""

    CELSIUS = "C"
    OHMS = "O"


@dataclass(frozen=True)
class Readout:
    """The 1502A, for platinum thermometers. Commands: 1502A User's Guide, 7.3.

    A session begins by switching off the sample period and the echo. The unit is set when it has
    to change, and checked in every reply. A reading is the last measurement, at most a second
    old. Ranges from memory, unverified.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        opening=("SA=0", "DU=H"), always=(), echo_advice="Set its duplex to half in the menu"
    )
    offers: ClassVar[Offers] = {
        Thermometer: Reach(Span(-200.0, 962.0)),
        ResistanceThermometerReadout: Reach(Span(0.0, 400.0)),
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware as the readout states them.

        Source: 1502A User's Guide, p. 33: `HART,1502A,6A1202,1.10`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the readout keeps its unit."""
        self.dialogue.close()

    def read_temperature(self) -> Reading:
        """Take one reading (°C) with the coefficients in the readout; its `raw` is the reply.

        Source: 1502A User's Guide, `U`, `T`.

        Raises:
            Overload: the probe is open or beyond the range.
            NotConfigured: it indicates in another unit, although told otherwise.
        """
        return self._read(Unit.CELSIUS)

    def read_resistance(self) -> Reading:
        """Take one reading (Ω); its `raw` is the reply.

        Source: 1502A User's Guide, `U`, `T`.

        Raises:
            Overload: the probe is open or beyond the range.
            NotConfigured: it indicates in another unit, although told otherwise.
        """
        return self._read(Unit.OHMS)

    def _read(self, unit: Unit) -> Reading:
        with self.dialogue.turn():
            patience = 0.0
            if self.dialogue.setup is not unit:
                self.dialogue.setup = None
                self.dialogue.tell(f"U={unit.value}")
                patience = REFRESH_SECONDS
            for _ in self.dialogue.attempts(patience, POLL_SECONDS):
                reply = self.dialogue.ask("T")
                measurement = MEASUREMENT.fullmatch(reply)
                if NO_VALUE.fullmatch(reply):
                    raise Overload(self.dialogue.name, "T", reply, "Check the probe")
                if measurement is None:
                    raise self.dialogue.distrust("T", reply, "Expected a measurement, its unit")
                if measurement[2] == unit.value:
                    self.dialogue.setup = unit
                    return Reading(float(measurement[1]), reply)
            self.dialogue.setup = None
        raise NotConfigured(self.dialogue.name, "T", reply, f"Leave its unit at {unit.value}")


@dataclass(frozen=True)
class Fluke1504(Readout):
    """The 1504, for thermistors."""

    offers: ClassVar[Offers] = {
        Thermometer: Reach(Span(0.0, 100.0)),
        ResistanceThermometerReadout: Reach(Span(0.0, 9999.999)),  # what the format can show
    }


_instrument: type[Instrument] = Readout
_thermometer: type[Thermometer] = Readout
_readout: type[ResistanceThermometerReadout] = Readout
