"""The remote face of a milliK: SCPI-like commands, chained with semicolons.

Source: MSLNZ/msl-equipment, isotech/millik.py.  Each command of a chain starts at the root.  What
a wrong command does, and what an open input reads, are not published; here the command is passed
over in silence, and an open input reads 9.9E37.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulators.clock import Clock
from simulators.isotech_millik.thermometer import OPEN, Measurand, MilliK
from simulators.language.mute import Mute
from simulators.language.programs import Program, Programs
from simulators.language.scpi import Language, split_outside
from simulators.language.scpi_errors import ScpiError
from simulators.panel import Replies, Reply, Scalar

THERMOCOUPLE = re.compile(r"(PROBE?\s+)(TYPE\s+[A-Z-]+)", re.IGNORECASE)  # two words, no quotes


@dataclass(slots=True)
class Settings:
    """What the next reading is to be.

    Attributes:
        channel: one of the thermometer's; 3 is the current input.
        measurand: what is measured.
        range_ohms: the largest resistance expected (Ω).
        wires: of a resistance.
        root_two: whether the current is √2 mA.
        probe: thermocouple type, kept for the query.
        junction: reference junction compensation, kept for the query.
        remote: whether it was told MILLIK:REMOTE.
    """

    channel: int = 1
    measurand: Measurand = Measurand.RESISTANCE
    range_ohms: float = 115.0
    wires: int = 4
    root_two: bool = False
    probe: str = "NONE"
    junction: str = "NONE"
    remote: bool = False


class MilliKPanel(Mute):
    """One milliK's remote face."""

    def __init__(
        self,
        thermometer: MilliK,
        serial: str,
        clock: Clock,
        language: Callable[["MilliKPanel"], Language],
    ) -> None:
        self.thermometer, self.serial = thermometer, serial
        self.settings = Settings()
        self.cursor = clock.monotonic()
        self._clock = clock
        self._language = language(self)
        self._programs = Programs(self._compiled)

    def receive(self, message: bytes) -> Replies:
        """Carry out one chain of commands, given without its terminator."""
        self.cursor = max(self.cursor, self._clock.monotonic())
        replies = []
        for step in self._programs[message]:
            try:
                reply = step()
            except ScpiError:
                continue  # the rest of the chain is carried out: a choice
            if reply is not None:
                replies.append(reply)
        if not replies:
            return ()
        lines = ";".join(replies).split("\n")
        return tuple(Reply(line.encode("latin-1") + b"\n", self.cursor) for line in lines)

    def read(self, count: int) -> str:
        """Take `count` readings, one after the other."""
        values = []
        for _ in range(count):
            value = self.thermometer.read(self.settings, self.cursor)
            self.cursor += self.thermometer.seconds
            values.append(OPEN if value is None else f"{value:.6f}")
        return ",".join(values)

    def power_on(self) -> Replies:
        """Wake up, local and with the settings as delivered."""
        self.settings = Settings()
        return self.clear()

    def clear(self) -> Replies:
        """Stop what was to be read."""
        self.cursor = self._clock.monotonic()
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what is set."""
        settings = self.settings
        return {
            "channel": settings.channel,
            "function": settings.measurand.value,
            "remote": settings.remote,
        }

    def _compiled(self, message: str) -> Program:
        units = split_outside(THERMOCOUPLE.sub(r'\1"\2"', message), ";")
        return tuple(step for unit in units for step in self._language.compile(unit))
