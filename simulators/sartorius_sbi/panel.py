"""The remote face of a balance with SBI: ESC and a character in, perhaps a line out.

Sources: Sartorius operating instructions (WZA, Entris II, GC803, Master/MSE families); identities
as noted by a public project on an MSE1203S.  What is not understood is silently ignored, as on
the real one; so are the external adjustment (W), draft shield (w…) and ioniser (m…), which are
not simulated.  xBPI is not simulated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from simulators.language.mute import Mute
from simulators.panel import Replies, Reply, Scalar
from simulators.sartorius_sbi.lines import status_line, weight_line
from simulators.weighing.scale import Outcome, Scale
from simulators.world import World

ESCAPE = "\x1b"
REPLY_SECONDS = 0.02
PRINT_SECONDS = 0.2  # between automatic lines: 5 a second (from memory, unverified)
ADJUSTING_SECONDS = 20.0  # from memory, unverified
SOFTWARE = "00-39-21"
FILTERS = {"K": "very stable", "L": "stable", "M": "unstable", "N": "very unstable"}
SPECIAL = {Outcome.ABOVE: "High", Outcome.BELOW: "Low"}
CANNOT_ADJUST = "Err  02"  # zero not set or pan loaded


@dataclass(frozen=True, slots=True)
class Printing:
    """How the interface is set up.

    Attributes:
        identification: whether lines begin with a six-character code (22 characters, else 16).
        after_stability: whether a line waits for a stable value.
        automatic: whether lines are sent all the time.
    """

    identification: bool = True
    after_stability: bool = False
    automatic: bool = False


class SbiPanel(Mute):
    """One balance's remote face."""

    def __init__(self, scale: Scale, serial: str, printing: Printing, world: World) -> None:
        self.scale, self.serial, self.printing = scale, serial, printing
        self._clock = world.clock
        self._filter, self._locked = "L", False
        self._pending: tuple[float, Callable[[float], Outcome]] | None = None
        self._adjusted_at = inf  # when the adjustment under way ends
        self._refusal: str | None = None
        self._next_print = world.clock.monotonic() if printing.automatic else inf

    def receive(self, message: bytes) -> Replies:
        """Carry out one command; ESC before it and a terminator after it are optional."""
        now = self._clock.monotonic()
        self._complete(now)
        text = message.decode("latin-1").rpartition(ESCAPE)[2]
        match text:
            case "P" | "p_":
                return self._print(now)
            case "x1_":
                return self._say(f"{self.scale.cell.specification.type_name:<20}", now)
            case "x2_":
                return self._say(self._serial_line(), now)
            case "x3_":
                return self._say(SOFTWARE, now)
        self._act(text, now)
        return ()

    def _act(self, text: str, now: float) -> None:
        """Carry out what is not answered."""
        scale = self.scale
        match text:
            case "T":
                self._when_stable(self._zero_or_tare, now)
            case "U":
                self._when_stable(scale.take_tare, now)
            case "V":
                self._when_stable(scale.zero, now)
            case "Z":
                self._adjust(now)
            case "S":
                self.power_on()
            case "O" | "R":
                self._locked = text == "O"
            case _ if text in FILTERS:
                self._filter = text
            case _:
                return  # no syntax errors here
        self._resume(text, now)

    def _resume(self, text: str, now: float) -> None:
        """Go on printing after the ESC P that paused it."""
        if self.printing.automatic and text in ("T", "V"):
            self._next_print = now

    def _zero_or_tare(self, instant: float) -> Outcome:
        """Do as the combined key: zero near nought, else tare."""
        outcome = self.scale.zero(instant)
        return outcome if outcome is Outcome.DONE else self.scale.take_tare(instant)

    def _when_stable(self, act: Callable[[float], Outcome], now: float) -> None:
        self._refusal = None
        self._pending = (self.scale.stable_at(now), act)
        self._complete(now)

    def _complete(self, now: float) -> None:
        """Carry out what waited for a stable value, or for the end of an adjustment."""
        if self._adjusted_at <= now:
            self.scale.cell.adjust()
            self.scale.zero(self._adjusted_at)
            self._adjusted_at = inf
        if self._pending is not None and self._pending[0] <= now:
            instant, act = self._pending
            self._pending = None
            act(instant)

    def _adjust(self, now: float) -> None:
        capacity = self.scale.cell.specification.capacity
        if abs(self.scale.gross(now)) > 0.01 * capacity:
            self._refusal = CANNOT_ADJUST
            return
        self._adjusted_at, self._refusal = now + ADJUSTING_SECONDS, None

    def _print(self, now: float) -> Replies:
        if self.printing.automatic:
            self._next_print = inf
        instant = now
        if self.printing.after_stability:
            instant = self.scale.stable_at(now)
        return (Reply(self._line(instant), max(instant, now + REPLY_SECONDS)),)

    def _line(self, instant: float) -> bytes:
        """Return the line for what is displayed at `instant` (s)."""
        coded = self.printing.identification
        if self._adjusted_at < inf:
            return status_line("Cal.Int.", coded=coded)
        if self._refusal is not None:
            return status_line(self._refusal, coded=coded)
        reading = self.scale.reading(instant)
        if reading.failure:
            return status_line(reading.failure, coded=coded)
        if reading.range_ is not Outcome.DONE:
            return status_line(SPECIAL[reading.range_], coded=coded)
        return weight_line(reading, coded=coded)

    def _serial_line(self) -> str:
        """Return the serial number as the family writes it."""
        if self.scale.cell.specification.type_name.startswith("MSE"):
            return f"SerNo.{self.serial:>14}"
        return self.serial

    def _say(self, text: str, now: float) -> Replies:
        return (Reply(f"{text}\n".encode("latin-1"), now + REPLY_SECONDS),)

    def next_word(self) -> float:
        """Return the instant (s) of the next automatic line."""
        return self._next_print

    def unasked(self) -> Replies:
        """Return the automatic lines that are due."""
        now = self._clock.monotonic()
        replies: list[Reply] = []
        while self._next_print <= now:
            self._complete(self._next_print)
            replies.append(Reply(self._line(self._next_print), self._next_print))
            self._next_print += PRINT_SECONDS
        return tuple(replies)

    def power_on(self) -> Replies:
        """Wake up: what lies on the pan is nought; nothing is sent."""
        now = self._clock.monotonic()
        self._pending, self._refusal, self._adjusted_at = None, None, inf
        self._filter, self._locked = "L", False
        self.scale.power_on(now)
        self._next_print = now if self.printing.automatic else inf
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what the display shows."""
        now = self._clock.monotonic()
        self._complete(now)
        reading = self.scale.reading(now)
        return {
            "kilograms": reading.net if reading.range_ is Outcome.DONE else None,
            "stable": reading.stable,
            "text": self._line(now).decode("latin-1").strip(),
            "ambient": FILTERS[self._filter],
            "locked": self._locked,
        }
