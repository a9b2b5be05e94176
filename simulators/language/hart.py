"""The classic Hart serial language: `name` asks, `name=value` tells, anything else is silence.

Source: Hart user's guides (baths, dry-wells, 1502A and 1504 readouts).  Upper and lower case are
equal, spaces are ignored, a backspace deletes; a name may be shortened down to the letters before
its bracket.  With full duplex every message comes back before its reply.  What a wrong command
answers is not published: here it is silence.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf

from simulators.clock import Clock
from simulators.language.mute import Mute
from simulators.panel import Replies, Reply, Scalar

BACKSPACE = "\x08"
BUFFERED_LINES = 64  # lines sent unasked that wait in a client's buffer, at most
DAY_SECONDS = 86400.0


class Ignored(Exception):
    """A command without effect and without reply."""


@dataclass(frozen=True, slots=True)
class Command:
    """One name of the language.

    Attributes:
        notation: as manuals write it, `s[etpoint]`.
        ask: returns the reply, perhaps several lines; None: it cannot be asked.
        tell: takes the text after the equals sign; None: it cannot be told.
        test: takes it and returns a reply, as the one command that answers to a value does.
    """

    notation: str
    ask: Callable[[], str] | None = None
    tell: Callable[[str], None] | None = None
    test: Callable[[str], str] | None = None

    def answers_to(self, name: str) -> bool:
        """Return whether `name` is this command's, shortened or not."""
        shortest, _, rest = self.notation.rstrip("]").partition("[")
        return name.startswith(shortest) and (shortest + rest).startswith(name)


@dataclass(slots=True)
class Line:
    """How the serial line is set.

    Attributes:
        full_duplex: whether what is received comes back.
        linefeed: whether a reply ends with CR LF and not with CR alone.
        period: time (s) between samples sent unasked; 0 sends none.
        began: instant (s) at which the period was set.
        sent: how many samples have been sent since.
    """

    full_duplex: bool = False
    linefeed: bool = True
    period: float = 0.0
    began: float = 0.0
    sent: int = 0

    @property
    def end(self) -> bytes:
        """What ends a reply, as panels write it."""
        return b"\n" if self.linefeed else b"\r"


@dataclass(frozen=True)
class Machine:
    """What a classic panel shows and commands.

    Attributes:
        commands: of the instrument, without those of the serial line.
        sample: instant (s) → what is sent unasked.
        power_on: puts the instrument's settings to what they are after a power cycle.
        shown: returns what an onlooker reads off the display.
    """

    commands: Iterable[Command]
    sample: Callable[[float], str]
    power_on: Callable[[], None]
    shown: Callable[[], Mapping[str, Scalar]]


class HartPanel(Mute):
    """One instrument's remote face.

    It is outspoken: samples come unasked (`simulators.panel.Outspoken`).
    """

    def __init__(self, machine: Machine, line: Line, clock: Clock) -> None:
        self.line = line
        self._machine, self._clock = machine, clock
        self._commands = [*machine.commands, *self._line_commands()]

    def receive(self, message: bytes) -> Replies:
        """Carry out one line, given without its terminator."""
        now = self._clock.monotonic()
        sent: list[Reply] = []
        if self.line.full_duplex:
            sent.append(Reply(message + self.line.end, now))
        try:
            answer = self._answer(cleaned(message))
        except Ignored:
            answer = None
        if answer is not None:
            lines = (one.encode("latin-1") + self.line.end for one in answer.split("\n"))
            sent += [Reply(line, now) for line in lines]
        return tuple(sent)

    def next_word(self) -> float:
        """Return the instant (s) of the next sample sent unasked."""
        line = self.line
        return line.began + (line.sent + 1) * line.period if line.period > 0.0 else inf

    def unasked(self) -> Replies:
        """Return the samples due since the last message, the last ones when there are many."""
        line, now = self.line, self._clock.monotonic()
        if line.period <= 0.0:
            return ()
        due = int((now - line.began) / line.period)
        first = max(line.sent, due - BUFFERED_LINES) + 1
        line.sent = due
        instants = (line.began + count * line.period for count in range(first, due + 1))
        return tuple(
            Reply(self._machine.sample(one).encode() + line.end, one, stray=True)
            for one in instants
        )

    def power_on(self) -> Replies:
        """Wake up; how the line is set is kept."""
        self._machine.power_on()
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what an onlooker reads off the display."""
        return self._machine.shown()

    def _answer(self, text: str) -> str | None:
        name, equals, value = text.partition("=")
        command = next((one for one in self._commands if one.answers_to(name)), None)
        if not name or command is None:
            raise Ignored
        if not equals:
            if command.ask is None:
                raise Ignored
            return command.ask()
        if command.test is not None:
            return command.test(value)
        if command.tell is None:
            raise Ignored
        command.tell(value)
        return None

    def _line_commands(self) -> Iterable[Command]:
        line = self.line

        def sample(text: str) -> None:
            line.period, line.began, line.sent = seconds_of(text), self._clock.monotonic(), 0

        def duplex(text: str) -> None:
            line.full_duplex = chosen(text, full=True, half=False)

        def linefeed(text: str) -> None:
            line.linefeed = chosen(text, on=True, off=False)

        def shown_duplex() -> str:
            return f"dupl:{'FULL' if line.full_duplex else 'HALF'}"

        def shown_linefeed() -> str:
            return f"lf:{'on' if line.linefeed else 'off'}"

        # The replies to `du` and `lf` are from memory, unverified.
        yield Command("sa[mple]", lambda: f"sa: {line.period:.0f}", sample)
        yield Command("du[plex]", shown_duplex, duplex)
        yield Command("lf[eed]", shown_linefeed, linefeed)


def cleaned(message: bytes) -> str:
    """Return a line as the instrument takes it: backspaces done, no spaces, lower case."""
    kept: list[str] = []
    for character in message.decode("latin-1"):
        if character == BACKSPACE:
            kept = kept[:-1]
        elif not character.isspace():
            kept.append(character)
    return "".join(kept).lower()


def number(text: str, low: float, high: float) -> float:
    """Return the number `text` between `low` and `high`.

    Raises:
        Ignored: it is no number, or beyond.
    """
    try:
        value = float(text) if text.isascii() and "_" not in text else None
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        raise Ignored
    return value


def chosen(text: str, **words: bool) -> bool:
    """Return what the word that begins with `text` stands for.

    Raises:
        Ignored: no word, or more than one.
    """
    found = [value for word, value in words.items() if text and word.startswith(text)]
    if len(found) != 1:
        raise Ignored
    return found[0]


def seconds_of(text: str) -> float:
    """Return the time (s) of `[[hh:]mm:]ss`, up to a day.

    Raises:
        Ignored: it is none.
    """
    parts = text.split(":")
    if len(parts) > 3:
        raise Ignored
    total = 0.0
    for part in parts:
        total = total * 60.0 + number(part, 0.0, DAY_SECONDS)
    return number(repr(total), 0.0, DAY_SECONDS)
