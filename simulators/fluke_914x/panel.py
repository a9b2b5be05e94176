"""The remote face of a metrology well: SCPI over a serial line.

Source: user guides of the 914x and 917x as told by protocol digests; what is from memory is said
where it stands.  A bad command gets no reply and an entry in the queue of SYST:ERR?.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from simulators.clock import Clock
from simulators.fluke_914x.well import Well
from simulators.language.mute import Mute
from simulators.language.programs import Programs
from simulators.language.scpi import Language
from simulators.language.scpi_errors import NO_ERROR, TEXTS, ScpiError
from simulators.language.scpi_parameters import quoted
from simulators.language.status import ErrorQueue
from simulators.panel import Replies, Reply, Scalar

QUEUE_DEPTH = 10  # not published
PASSWORD = 1234


@dataclass(slots=True)
class Menu:
    """Settings of the panel that the physics does not need.

    Attributes:
        fahrenheit: whether temperatures are sent and taken in °F.
        stability_limit: (K).
        linefeed: whether replies end with CR LF and not with CR alone; as delivered a choice.
        full_duplex: whether what is received comes back.
        unlocked: whether protected commands are enabled; none of them is simulated.
        baud: of the serial line, kept for the query.
        presets: set-points (°C) of SOUR:LIST:SPO1 to 8.
    """

    fahrenheit: bool = False
    stability_limit: float = 0.05
    linefeed: bool = True
    full_duplex: bool = False
    unlocked: bool = False
    baud: int = 9600
    presets: tuple[float, ...] = (25.0,) * 8


class WellPanel(Mute):
    """One well's remote face."""

    def __init__(
        self, well: Well, serial: str, clock: Clock, language: Callable[["WellPanel"], Language]
    ) -> None:
        self.well, self.serial = well, serial
        self.menu = Menu()
        self.errors = ErrorQueue(QUEUE_DEPTH, (-350, TEXTS[-350]))
        self._clock = clock
        self._programs = Programs(language(self).compile)

    @property
    def now(self) -> float:
        """The instant (s) of the world's clock."""
        return self._clock.monotonic()

    def receive(self, message: bytes) -> Replies:
        """Carry out one program message, given without its terminator."""
        echo = (message + self._end(),) if self.menu.full_duplex and message else ()
        replies: list[str] = []
        for step in self._programs[message]:
            try:
                reply = step()
            except ScpiError as wrong:
                self.refuse(wrong.code)
                if wrong.is_command_error:
                    break
            else:
                if reply is not None:
                    replies.append(reply)
        sent = (";".join(replies).encode("latin-1") + self._end(),) if replies else ()
        return tuple(Reply(line, self.now) for line in (*echo, *sent))

    def refuse(self, code: int) -> None:
        """Put an error into the queue."""
        self.errors.push(code, TEXTS[code])

    def refuse_execution(self) -> None:
        """Put -222 into the queue."""
        self.refuse(-222)

    def power_on(self) -> Replies:
        """Wake up with the output off; set-points and menu are kept.

        A 914x may be told to resume by its own setting: here it is not.
        """
        self.errors.clear()
        self.menu.unlocked = False
        self.ask(on=False)
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what the display shows, in °C."""
        block = self.well.block
        return {
            "temperature": round(block.indicated(self.now), 3),
            "set_point": block.control.set_point,
            "on": block.working(self.now),
            "stable": self.stable(),
            "cut_out": block.tripped(self.now),
        }

    def ask(
        self,
        *,
        set_point: float | None = None,
        on: bool | None = None,
        rate: float | None = None,
        cut_out: float | None = None,
    ) -> None:
        """Change what is asked of the control; None leaves as it is (°C, K/min, °C)."""
        old = self.well.block.control
        control = replace(
            old,
            set_point=old.set_point if set_point is None else set_point,
            on=old.on if on is None else on,
            rate=old.rate if rate is None else rate,
            cut_out=old.cut_out if cut_out is None else cut_out,
        )
        if control != old:
            self.well.block.ask(control, self.now)

    def stable(self) -> bool:
        """Return whether the indication has stayed within the limit for the time judged."""
        block = self.well.block
        return block.working(self.now) and block.deviation(self.now) <= self.menu.stability_limit

    def next_error(self) -> str:
        """Return the oldest error as SYST:ERR? does."""
        code, text = self.errors.pop() or NO_ERROR
        return f"{code},{quoted(text)}"

    def _end(self) -> bytes:
        return b"\n" if self.menu.linefeed else b"\r"
