"""The remote face of a balance with MT-SICS: commands in, replies with an instant out.

Source: Mettler-Toledo MT-SICS reference pages (AT/PR/SR, weigh modules, XS/XPR/XSR examples).
Time-outs, the rate of SIR and the figures of I3 and I5 are as marked in `commands`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from simulators.language.mute import Mute
from simulators.mettler_sics.adjustment import Adjustment, InternalAdjustment, external_weight
from simulators.mettler_sics.adjustment import Outcome as Adjusted
from simulators.mettler_sics.stream import Stream
from simulators.panel import Replies, Reply, Scalar
from simulators.weighing.scale import Outcome, Reading, Scale, decimals
from simulators.world import World

REPLY_SECONDS = 0.02  # one client waits no longer than 0.05 s
STABILITY_SECONDS = 40.0  # then "S I"; from memory, unverified
FIELD = 10  # characters of a weight
# Code of a unit in M21 → its name and how many of it make a kilogram (from memory, unverified).
UNITS: Mapping[int, tuple[str, float]] = {0: ("g", 1e3), 1: ("kg", 1.0), 3: ("mg", 1e6)}
SIGN = {Outcome.ABOVE: "+", Outcome.BELOW: "-"}

LINE = re.compile(r"([A-Z@][A-Z0-9]*)((?: (?:\"[^\"]*\"|[^\s\"]+))*)")
WORD = re.compile(r"\"([^\"]*)\"|([^\s\"]+)")

Answer = str | Replies
Handler = Callable[["SicsPanel", tuple[str, ...]], Answer]


class Refused(Exception):
    """A command that is answered by its status letter or a general error alone."""

    def __init__(self, line: str) -> None:
        self.line = line
        super().__init__(line)


@dataclass(frozen=True, slots=True)
class Command:
    """Who carries a command out, its level, and how many parameters it takes."""

    handler: Handler
    level: int
    least: int = 0
    most: int = 0


@dataclass(slots=True)
class Switches:
    """Settings without influence on the weighing.

    Attributes:
        host, shown: codes of the units of replies and of the display.
        name: what I10 answers.
        text: on the display; None shows the weight.
        modes: M01, M02, M03.
        doors: state of the draft shield.
        sleeping: whether in standby (PWR 0).
    """

    host: int = 0
    shown: int = 0
    name: str = "My Balance"
    text: str | None = None
    modes: dict[str, int] = field(default_factory=lambda: {"M01": 0, "M02": 2, "M03": 1})
    doors: int = 0
    sleeping: bool = False


class SicsPanel(Mute):
    """One balance's remote face.

    Attributes:
        cursor: instant (s) at which the present reply leaves.
    """

    def __init__(
        self, scale: Scale, serial: str, world: World, commands: Mapping[str, Command]
    ) -> None:
        self.scale, self.serial, self.world = scale, serial, world
        self.commands = commands
        self.switches = Switches()
        self.stream: Stream | None = None
        self.adjustment: Adjustment | InternalAdjustment | None = None
        self.cursor = world.clock.monotonic()

    def receive(self, message: bytes) -> Replies:
        """Carry out one command line; an empty one is none."""
        if not message:
            return ()
        now = self.world.clock.monotonic()
        self.cursor = now + REPLY_SECONDS
        if any(byte < 0x20 for byte in message):
            return self.say("ET")
        try:
            answer = self._carry_out(message.decode("latin-1"))
        except Refused as refused:
            return self.say(refused.line)
        return self.say(answer) if isinstance(answer, str) else answer

    def _carry_out(self, text: str) -> Answer:
        match = LINE.fullmatch(text)
        command = self.commands.get(match[1]) if match else None
        if match is None or command is None:
            raise Refused("ES")
        parameters = tuple(
            quoted if bare == "" else bare for quoted, bare in WORD.findall(match[2])
        )
        if not command.least <= len(parameters) <= command.most:
            raise Refused("ES")
        asleep = self.switches.sleeping and match[1] != "PWR"
        if (asleep or self.adjustment is not None) and match[1] not in ("@", "I4"):
            raise Refused(f"{match[1]} I")
        return command.handler(self, parameters)

    def say(self, *lines: str) -> Replies:
        """Return `lines` as replies that leave now."""
        return tuple(Reply(f"{line}\n".encode("latin-1"), self.cursor) for line in lines)

    def weight(self, kilograms: float, step: float, *, shown: bool = False) -> str:
        """Return a weight as replies carry it: ten characters, blank, unit."""
        unit, per_kilogram = UNITS[self.switches.shown if shown else self.switches.host]
        places = decimals(step, per_kilogram)
        return f"{kilograms * per_kilogram + 0.0:{FIELD}.{places}f} {unit}"

    def value(self, reading: Reading, *, shown: bool = False) -> str:
        """Return a weight reply for a reading."""
        if reading.failure:
            return f"S S Error {reading.failure}"
        if reading.range_ is not Outcome.DONE:
            return f"S {SIGN[reading.range_]}"
        letter = "S" if reading.stable else "D"
        return f"S {letter} {self.weight(reading.net, reading.step, shown=shown)}"

    def settle(self, command: str) -> float:
        """Wait for a stable value: return its instant (s), at which the reply leaves.

        Raises:
            Refused: nothing was stable in time.
        """
        now = self.world.clock.monotonic()
        stable = self.scale.stable_at(now)
        if stable > now + STABILITY_SECONDS:
            self.cursor = now + STABILITY_SECONDS
            raise Refused(f"{command} I")
        self.cursor = max(self.cursor, stable)
        return stable

    def next_word(self) -> float:
        """Return the instant (s) of the next look at the display or the pan."""
        if self.adjustment is not None:
            return self.adjustment.next_at
        return inf if self.stream is None else self.stream.next_at

    def unasked(self) -> Replies:
        """Return the values of the stream that are due, or what an adjustment says."""
        now = self.world.clock.monotonic()
        replies: list[Reply] = []
        while (ready := self.next_word()) <= now:
            line = self._adjust() if self.adjustment is not None else self._next_value()
            if line is not None:
                replies.append(Reply(f"{line}\n".encode("latin-1"), ready))
        return tuple(replies)

    def _next_value(self) -> str | None:
        """Return the stream's value at its next look, if it is worth sending."""
        assert self.stream is not None
        shown = self.stream.command.endswith("U")
        self.stream, reading = self.stream.look(self.scale)
        return None if reading is None else self.value(reading, shown=shown)

    def _adjust(self) -> str | None:
        """Go on with the adjustment; return what it says."""
        assert self.adjustment is not None
        under_way = self.adjustment
        outcome = under_way.look(self.scale)
        if outcome is Adjusted.WAITING:
            return None
        if outcome is Adjusted.ASKS_FOR_WEIGHT and isinstance(under_way, Adjustment):
            return f"C2 {self.weight(under_way.nominal, self.scale.cell.step(0.0)).strip()}"
        self.adjustment = None
        return f"{under_way.command} {'A' if outcome is Adjusted.DONE else 'I'}"

    def begin_adjustment(self) -> Replies:
        """Begin an adjustment with an external weight: ask for an empty pan."""
        now = self.world.clock.monotonic()
        nominal = external_weight(self.scale.cell.specification.capacity)
        self.stream, self.adjustment = None, Adjustment(nominal, now, self.cursor)
        return self.say("C2 B", f"C2 {self.weight(0.0, self.scale.cell.step(0.0)).strip()}")

    def begin_internal_adjustment(self, command: str, seconds: float) -> Replies:
        """Begin an adjustment with the built-in weight, which ends after `seconds` (s)."""
        self.stream = None
        self.adjustment = InternalAdjustment(command, self.cursor + seconds)
        return self.say(f"{command} B")

    def restart(self) -> Replies:
        """Do as `@` does: cancel what is pending; zero and tare stay."""
        self.stream, self.adjustment, self.switches.text = None, None, None
        return self.say(f'I4 A "{self.serial}"')

    def power_on(self) -> Replies:
        """Wake up: what lies on the pan is nought; the serial number is sent unasked."""
        self.cursor = self.world.clock.monotonic()
        self.switches = Switches(name=self.switches.name)
        self.scale.power_on(self.cursor)
        return self.restart()

    def clear(self) -> Replies:
        """Drop a stream; a line without a bus has no device clear."""
        self.stream = None
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what the display shows."""
        reading = self.scale.reading(self.world.clock.monotonic())
        weight = None if reading.range_ is not Outcome.DONE else reading.net
        return {
            "kilograms": weight,
            "stable": reading.stable,
            "text": self.switches.text or self.value(reading, shown=True).strip(),
        }
