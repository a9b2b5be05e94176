"""Fluke (Hart) 7341 calibration bath, in the classic Hart language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import (
    Identity,
    Instrument,
    Offers,
    Output,
    Reach,
    Reading,
    Span,
    TemperatureSource,
)
from drivers.dialogue import Dialogue
from drivers.errors import (
    InstrumentRefused,
    LinkLost,
    NotConfigured,
    ReplyTimeout,
    UnexpectedReply,
)
from drivers.identity import Greeting
from drivers.link import LinkFault

STANDBY_CELSIUS = 25.0
"""A bath has no command that switches it off; here it neither burns nor freezes anybody."""

RESOLUTION_CELSIUS = 0.01

STABLE_CELSIUS = 0.02
"""So near the set-point must all readings be; the bath itself holds a few thousandths."""

STABLE_SECONDS, READING_SECONDS = 10.0, 2.0
"""How long they are watched, and how often."""

VERSION = re.compile(r"ver\.(\d+),(\d+\.\d+)", re.ASCII)
TEMPERATURE = re.compile(r"t: +(-?\d+\.\d+) ([CFcf])", re.ASCII)
SET_POINT = re.compile(r"set: +(-?\d+\.\d+) ([CFcf])", re.ASCII)
CUTOUT = re.compile(r"c: +-?\d+(?:\.\d+)? [CFcf], (in|out)", re.ASCII)

PANEL = "Check the bath, its cut-out and its panel"


@dataclass(frozen=True, slots=True)
class Approach:
    """The set-point (°C) that this session went for."""

    celsius: float


def stated_identity(replies: Sequence[str]) -> Identity:
    """Return the identity in the reply to `*ver`, e.g. `ver.7341,1.21`.

    Raises:
        LinkFault: it is not of that form.
    """
    stated = VERSION.fullmatch(replies[0])
    if stated is None:
        raise LinkFault(UnexpectedReply, repr(replies[0]), "Expected e.g. ver.7341,1.21")
    return Identity("Hart", stated[1], "", stated[2])


@dataclass(frozen=True)
class HartBath:
    """Calibration bath. Commands: Hart 7341 User's Guide, serial interface.

    A session begins by switching off the sample period and the echo, which is on as delivered.
    A bath says nothing to a command, accepted or not, so what was set is read back. It states no
    stability either: it is taken from readings over ten seconds. It cannot say its serial number,
    nor be switched off: in standby it goes for 25 °C.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        queries=("*ver",),
        states=stated_identity,
        opening=("sa=0", "du=h"),
        always=(),
        echo_advice="Set its duplex to half in the menu of the serial interface",
    )
    # Set-points -40 to 150 °C: pymeasure/pymeasure fluke7341.py.
    offers: ClassVar[Offers] = {TemperatureSource: Reach(Span(-40.0, 150.0))}

    def identify(self) -> Identity:
        """Return model and firmware as the bath states them.

        Source: 7341 User's Guide, `*ver`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the bath keeps its temperature."""
        self.dialogue.close()

    def standby(self) -> None:
        """Go for 25 °C and make sure of that; a broken session is tried once more.

        Source: 7341 User's Guide, `s`.

        Raises:
            InstrumentRefused: the set-point is another still.
        """
        with self.dialogue.turn():
            try:
                self._stand_by()
            except (LinkLost, ReplyTimeout, UnexpectedReply):
                self._stand_by()

    def confirm_operating(self) -> None:
        """Make sure that the set-point is ours still and the cut-out has not tripped.

        That a tripped cut-out reads `out` is inferred from the guide's example, unverified.

        Source: 7341 User's Guide, `s`, `c`.

        Raises:
            NotConfigured: no set-point was approached in this session, or somebody changed it.
            InstrumentRefused: the cut-out has tripped.
        """
        with self.dialogue.turn():
            self._expect_ours()
            reply = self.dialogue.ask("c")
            cutout = CUTOUT.fullmatch(reply)
            if cutout is None:
                raise self.dialogue.distrust("c", reply, "Expected the cut-out, e.g. c: 620 C, in")
            if cutout[1] != "in":
                raise InstrumentRefused(self.dialogue.name, "c", reply, PANEL)

    def approach_temperature(self, celsius: float) -> None:
        """Go for the set-point `celsius` (°C, to 0.01 °C) and return at once.

        Source: 7341 User's Guide, `u`, `s`.

        Raises:
            InstrumentRefused: the bath would not, e.g. beyond its range.
        """
        with self.dialogue.turn():
            self.dialogue.setup = None
            self.dialogue.setup = Approach(self._go_for(celsius))

    def is_stable(self) -> bool:
        """Return whether the bath is within 0.02 °C of our set-point for ten seconds.

        Source: 7341 User's Guide, `s`, `t`.

        Raises:
            NotConfigured: no set-point was approached in this session, or somebody changed it.
        """
        celsius = self._expect_ours()
        for _ in self.dialogue.attempts(STABLE_SECONDS, READING_SECONDS):
            if abs(self.read_temperature().value - celsius) > STABLE_CELSIUS:
                return False
        return True

    def read_temperature(self) -> Reading:
        """Return the temperature (°C) of the control sensor; its `raw` is the reply.

        Source: 7341 User's Guide, `t`.

        Raises:
            NotConfigured: the bath indicates in another unit.
        """
        value, reply = self._ask("t", TEMPERATURE)
        return Reading(value, reply)

    def _stand_by(self) -> None:
        self.dialogue.setup = None
        self._go_for(STANDBY_CELSIUS)

    def _go_for(self, celsius: float) -> float:
        """Set the set-point (°C) and return what it is then."""
        self.dialogue.tell("u=c")
        command = f"s={celsius:.2f}"
        self.dialogue.tell(command)
        set_to, reply = self._ask("s", SET_POINT)
        if abs(set_to - celsius) > RESOLUTION_CELSIUS:
            advice = "It did not take the set-point: beyond its range?"
            raise InstrumentRefused(self.dialogue.name, command, reply, advice)
        return set_to

    def _expect_ours(self) -> float:
        """Return our set-point (°C)."""
        aim = self.dialogue.setup
        if not isinstance(aim, Approach):
            said = "no temperature was approached since the session began"
            raise NotConfigured(self.dialogue.name, "s", said, "Approach it first")
        set_to, reply = self._ask("s", SET_POINT)
        if set_to != aim.celsius:
            advice = "Somebody changed the set-point: approach it again"
            raise NotConfigured(self.dialogue.name, "s", reply, advice)
        return set_to

    def _ask(self, query: str, pattern: re.Pattern[str]) -> tuple[float, str]:
        reply = self.dialogue.ask(query)
        stated = pattern.fullmatch(reply)
        if stated is None:
            raise self.dialogue.distrust(query, reply, "Expected a temperature with its unit")
        if stated[2].upper() != "C":
            raise NotConfigured(self.dialogue.name, query, reply, "Set its unit to C")
        return float(stated[1]), reply


_instrument: type[Instrument] = HartBath
_output: type[Output] = HartBath
_source: type[TemperatureSource] = HartBath
