"""Additel ADT681 digital pressure gauges."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from drivers.capabilities import Identity, Instrument, Offers, PressureGauge, Reach, Reading, Span
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused, NotConfigured
from drivers.identity import Greeting, states_nothing

ANY_ADDRESS = "255"
"""The address at which every gauge answers; its reply has its own."""

READ = f"{ANY_ADDRESS}:R:MRMD:1"
"""The parameter is a public client's (Kevin Hines, EMULATE)."""

# The unit stands behind the value (manual); that an index in brackets follows, from one public
# client, and that letter case and blanks do not count, are unverified.
VALUE = re.compile(
    r"\d{1,3}:F:MRMD: *([+-]?\d+\.\d+): *([A-Za-z0-9/@]+)(?:\[\d{1,2}\])?:?", re.ASCII
)
# Of an ADT681 the command stands before the code (rddaz2013/Additel-Serial-Port-Communication,
# Utility/Additel.py), which the manual's example leaves out.
ERROR = re.compile(r"\d{1,3}:E:(?:[A-Z]+:)?(\d{4}):?", re.ASCII)

PASCALS: Mapping[str, float] = MappingProxyType({
    "PA": 1.0, "HPA": 1e2, "KPA": 1e3, "MPA": 1e6, "MBAR": 1e2, "BAR": 1e5,
    "PSI": 6894.757293168,
})  # fmt: skip
"""Unit, in capitals → that unit in Pa."""

ERRORS: Mapping[int, str] = MappingProxyType({
    1000: "receive buffer overflow", 1001: "not permitted", 1004: "irregular operation code",
    1005: "unit unavailable", 1007: "irregular parameter", 1016: "not zeroable",
    1017: "number of parameters", 1018: "non-existent", 1019: "operation code too long",
    1020: "read or write is wrong", 1024: "unit wrong", 1025: "address wrong",
    1026: "baud rate wrong", 1029: "parameter too long",
})  # fmt: skip
"""ADT681 user manual, remote protocol."""


@dataclass(frozen=True)
class AdditelGauge:
    """A gauge, alone on its line, that indicates relative to the atmosphere.

    Frame: ADT681 user manual, remote protocol. It sends its value in the unit it shows; it was not
    seen to say who it is, so that nobody can check it.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        queries=(), states=states_nothing("Additel", "ADT681"), always=()
    )
    offers: ClassVar[Offers] = {PressureGauge: Reach(Span(-1e5, 4.2e8))}

    def identify(self) -> Identity:
        """Return what the catalogue says: no command that tells is known."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session."""
        self.dialogue.close()

    def read_pressure(self) -> Reading:
        """Take one reading (Pa, relative to the atmosphere); its `raw` is the reply.

        Source: ADT681 user manual, remote protocol, MRMD.

        Raises:
            InstrumentRefused: the gauge would not.
            NotConfigured: it shows a unit that has no fixed value in Pa, or another quantity.
        """
        with self.dialogue.turn():
            reply = self.dialogue.ask(READ)
            value, error = VALUE.fullmatch(reply), ERROR.fullmatch(reply)
            if value is None and error is None:
                raise self.dialogue.distrust(READ, reply, "Expected e.g. 001:F:MRMD:100.25:KPA")
        if error is not None:
            text = ERRORS.get(int(error[1]), "unknown error")
            raise InstrumentRefused(self.dialogue.name, READ, f"{reply} ({text})")
        assert value is not None
        if value[2].upper() not in PASCALS:
            advice = "Set the gauge to kPa, MPa, bar or psi"
            raise NotConfigured(self.dialogue.name, READ, reply, advice)
        return Reading(float(value[1]) * PASCALS[value[2].upper()], reply)


_instrument: type[Instrument] = AdditelGauge
_gauge: type[PressureGauge] = AdditelGauge
