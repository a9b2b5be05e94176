"""Omega iTHX transmitters of temperature and humidity."""

import re
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import (
    Hygrometer,
    Identity,
    Instrument,
    Offers,
    Reach,
    Reading,
    Span,
    Thermometer,
)
from drivers.dialogue import Dialogue
from drivers.errors import LinkLost
from drivers.identity import Greeting, states_nothing

VALUE = re.compile(r"-?\d{1,3}\.\d", re.ASCII)


@dataclass(frozen=True)
class Ithx:
    """Thermometer and hygrometer at the first or second `probe`.

    Commands as MSLNZ/msl-equipment omega/ithx.py sends them. It cannot say who it is: make sure
    of its address. It closes a connection that was idle for a minute, so a reading whose
    connection is gone is asked for once more in a new one; asking changes nothing. Ranges from
    memory, unverified.
    """

    dialogue: Dialogue
    probe: int = 1

    greeting: ClassVar[Greeting] = Greeting(
        queries=(), states=states_nothing("Omega", "iTHX"), always=()
    )
    offers: ClassVar[Offers] = {
        Thermometer: Reach(Span(0.0, 50.0)),
        Hygrometer: Reach(Span(0.0, 100.0)),
    }

    def identify(self) -> Identity:
        """Return what the catalogue says: the transmitter cannot be asked."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session."""
        self.dialogue.close()

    def read_temperature(self) -> Reading:
        """Take one reading (°C); its `raw` is the reply.

        Source: msl-equipment omega/ithx.py, `*SRTC`.
        """
        return self._read("*SRTC")

    def read_humidity(self) -> Reading:
        """Take one reading (% relative humidity); its `raw` is the reply.

        Source: msl-equipment omega/ithx.py, `*SRH`.
        """
        return self._read("*SRH")

    def _read(self, quantity: str) -> Reading:
        query = quantity if self.probe == 1 else f"{quantity}{self.probe}"
        with self.dialogue.turn():
            try:
                reply = self.dialogue.ask(query)
            except LinkLost:
                reply = self.dialogue.ask(query)
            if VALUE.fullmatch(reply) is None:
                raise self.dialogue.distrust(query, reply, "Expected a number with one decimal")
        return Reading(float(reply), reply)


_instrument: type[Instrument] = Ithx
_thermometer: type[Thermometer] = Ithx
_hygrometer: type[Hygrometer] = Ithx
