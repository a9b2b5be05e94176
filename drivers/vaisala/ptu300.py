"""Vaisala PTU300 transmitters of pressure, temperature and humidity."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import (
    Barometer,
    Hygrometer,
    Identity,
    Instrument,
    Offers,
    Reach,
    Reading,
    Span,
    Thermometer,
)
from drivers.decimals import scaled
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused, NotConfigured, UnexpectedReply
from drivers.identity import Greeting
from drivers.link import LinkFault

VERSION = re.compile(r"(\S+) */ *(\d+\.\d+)", re.ASCII)
SERIAL = re.compile(r"Serial number *: *(\w+)", re.ASCII)
ITEM = re.compile(
    r"([A-Za-z]\w*)= *(\*+|-?\d+(?:\.\d+)?)(?: +([!-<>-~]+)(?= |$))?(?= |$)", re.ASCII
)
"""Name, value or the stars that stand for one, and unit: `P=  1003.8 hPa`, `trend=*****`."""

PASCAL_POWERS = {"Pa": 0, "hPa": 2, "mbar": 2, "kPa": 3, "bara": 5}
CELSIUS_POWERS = {"'C": 0}
HUMIDITY_POWERS = {"%RH": 0}

FORMAT = "Restore its default output format with FORM /"


def stated_identity(replies: Sequence[str]) -> Identity:
    """Return the identity in the replies to `VERS` and `SNUM`.

    Raises:
        LinkFault: a reply is not of that form.
    """
    version, serial = VERSION.fullmatch(replies[0]), SERIAL.fullmatch(replies[1])
    if version is None or serial is None:
        advice = "Expected e.g. PTU300 / 3.04 and Serial number : K1510011"
        raise LinkFault(UnexpectedReply, repr("; ".join(replies)), advice)
    return Identity("Vaisala", version[1], serial[1], version[2])


@dataclass(frozen=True)
class Ptu300:
    """Barometer, thermometer and hygrometer. Commands: Vaisala PTU300 User's Guide M210796EN.

    A session begins by stopping automatic output and switching echo and prompt off; that the
    transmitter is Vaisala's is taken from the language. Values are taken by name from the default
    output line, whatever number of decimals it was given. A transmitter in POLL mode is not
    addressed: put it in STOP mode. Reach: 500 to 1100 hPa barometer; the temperature and humidity
    ranges are from memory, unverified.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        queries=("VERS", "SNUM"),
        states=stated_identity,
        opening=("S", "ECHO OFF"),
        always=(),
        echo_advice="Switch its echo off with ECHO OFF",
    )
    offers: ClassVar[Offers] = {
        Barometer: Reach(Span(50e3, 110e3)),
        Thermometer: Reach(Span(-40.0, 60.0)),
        Hygrometer: Reach(Span(0.0, 100.0)),
    }

    def identify(self) -> Identity:
        """Return model, serial number and software version as the transmitter states them.

        Source: M210796EN, `VERS`, `SNUM`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; echo stays off."""
        self.dialogue.close()

    def read_atmospheric_pressure(self) -> Reading:
        """Take one reading (Pa, absolute); its `raw` is the line.

        Source: M210796EN, `SEND`.

        Raises:
            InstrumentRefused: there are stars in place of a value.
            NotConfigured: the line has no such quantity, or another unit.
        """
        return self._read("P", PASCAL_POWERS)

    def read_temperature(self) -> Reading:
        """Take one reading (°C); its `raw` is the line.

        Source: M210796EN, `SEND`.

        Raises:
            InstrumentRefused: there are stars in place of a value.
            NotConfigured: the line has no such quantity, or another unit.
        """
        return self._read("T", CELSIUS_POWERS)

    def read_humidity(self) -> Reading:
        """Take one reading (% relative humidity); its `raw` is the line.

        Source: M210796EN, `SEND`.

        Raises:
            InstrumentRefused: there are stars in place of a value.
            NotConfigured: the line has no such quantity, or another unit.
        """
        return self._read("RH", HUMIDITY_POWERS)

    def _read(self, name: str, powers: Mapping[str, int]) -> Reading:
        with self.dialogue.turn():
            line = self.dialogue.ask("SEND")
            items: list[tuple[str, str, str]] = ITEM.findall(line)
            named = {each: (value, unit) for each, value, unit in items}
            if ITEM.sub("", line).strip() or not items or len(named) < len(items):
                raise self.dialogue.distrust("SEND", line, FORMAT)
        if name not in named:
            raise NotConfigured(self.dialogue.name, "SEND", line, f"No {name} in it. {FORMAT}")
        value, unit = named[name]
        if value.startswith("*"):
            advice = f"It has no value of {name}: its command ERRS tells why"
            raise InstrumentRefused(self.dialogue.name, "SEND", line, advice)
        if unit not in powers:
            advice = f"Set the unit of {name} to one of {', '.join(powers)}"
            raise NotConfigured(self.dialogue.name, "SEND", line, advice)
        return Reading(scaled(value, powers[unit]), line)


_instrument: type[Instrument] = Ptu300
_barometer: type[Barometer] = Ptu300
_thermometer: type[Thermometer] = Ptu300
_hygrometer: type[Hygrometer] = Ptu300
