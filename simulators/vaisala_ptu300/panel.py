"""The serial face of a PTU300: a line in, lines out, and with echo on a prompt after them.

Sources: PTU300 user guide M210796EN and its relatives' (PTB330, HMT330).  What is printed on
waking up and for an unknown command is from memory, unverified.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf, log

from simulators.clock import Clock
from simulators.language.mute import Mute
from simulators.panel import Replies, Reply, Scalar
from simulators.physics.climate import Climate
from simulators.physics.functions import Function
from simulators.vaisala_ptu300.form import DEFAULT, Measured, Surroundings, render

MODEL, VERSION = "PTU300", "3.04"
REPLY_SECONDS = 0.05
FASTEST_SECONDS = 0.2  # between lines with INTV 0; from memory, unverified
UNIT_SECONDS = {"S": 1.0, "MIN": 60.0, "H": 3600.0}
PROMPT = b">"
FIRST_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - the instrument's own clock knows no zone


class Mode(StrEnum):
    """What the transmitter does unasked."""

    STOP = "STOP"
    RUN = "RUN"
    POLL = "POLL"


@dataclass(slots=True)
class Setting:
    """What commands set and a reset keeps.

    Attributes:
        interval: number and unit of the output interval.
        start: mode after waking up.
        ahead: what the clock is ahead (s) of the world's.
    """

    form: str = DEFAULT
    metric: bool = True
    pressure_unit: str = "hPa"
    interval: tuple[int, str] = (1, "S")
    start: Mode = Mode.STOP
    echo: bool = True
    address: int = 0
    serial_line: str = "4800 E 7 1"
    filter_factor: float = 1.0
    send_word: str = "SEND"
    with_time: bool = False
    with_date: bool = False
    ahead: float = 0.0


Handler = Callable[["TransmitterPanel", tuple[str, ...], str], list[str]]


@dataclass(slots=True)
class _Stream:
    """Lines sent by themselves: the instant (s) of the next one."""

    next_at: float = field(default=inf)


class TransmitterPanel(Mute):
    """One transmitter's remote face.

    Attributes:
        mode: what it does now.
        opened: whether a line in POLL mode is open for commands.
    """

    def __init__(
        self, climate: Climate, serial: str, clock: Clock, commands: Mapping[str, Handler]
    ) -> None:
        self.climate, self.serial = climate, serial
        self.setting = Setting()
        self.mode, self.opened = Mode.STOP, False
        self._clock, self._commands = clock, commands
        self._stream = _Stream()

    def receive(self, message: bytes) -> Replies:
        """Carry out one line; case does not matter."""
        text = message.decode("latin-1")
        if self.mode is Mode.RUN:
            return self._while_running(text)
        echoes = self.setting.echo
        word, _, rest = text.strip().partition(" ")
        words = tuple(rest.split())
        if self.mode is Mode.POLL and not self.opened and not self._for_me(word.upper(), words):
            return ()
        lines = self._carry_out(word.upper(), words, rest)
        ready = self._clock.monotonic() + REPLY_SECONDS
        replies = [
            Reply(line.encode("latin-1", "replace"), ready, line.endswith("\n")) for line in lines
        ]
        if echoes and self.mode is not Mode.POLL:
            replies.insert(0, Reply(message + b"\n", ready, ends=False))
        if self.setting.echo and self.mode is Mode.STOP:
            replies.append(Reply(PROMPT, ready, ends=False))
        return tuple(replies)

    def _carry_out(self, word: str, words: tuple[str, ...], rest: str) -> list[str]:
        if not word:
            return []
        if word == self.setting.send_word:
            word = "SEND"
        command = self._commands.get(word)
        return ["Unknown command.\n"] if command is None else command(self, words, rest)

    def _for_me(self, word: str, words: tuple[str, ...]) -> bool:
        """Return whether a message on a shared line is meant for this one."""
        return word in ("SEND", "OPEN", self.setting.send_word) and words == (
            str(self.setting.address),
        )

    def _while_running(self, text: str) -> Replies:
        if text.strip().upper() != "S" and "\x1b" not in text:
            return ()
        self.stop()
        prompt = (Reply(PROMPT, self._clock.monotonic(), ends=False),)
        return prompt if self.setting.echo else ()

    def run(self) -> None:
        """Send lines by itself from now on."""
        self.mode = Mode.RUN
        self._stream.next_at = self._clock.monotonic() + REPLY_SECONDS

    def stop(self) -> None:
        """Stop sending lines."""
        self.mode = Mode.STOP
        self._stream.next_at = inf

    def line(self) -> str:
        """Return the measurement line of this instant."""
        now = self._clock.monotonic()
        value, setting = self.climate.value, self.setting
        air = Measured(
            value(Function.TEMPERATURE, now),
            min(max(value(Function.HUMIDITY, now), 0.0), 100.0),
            value(Function.ATMOSPHERIC_PRESSURE, now),
        )
        date, time = self.moment()
        around = Surroundings(
            self.serial, setting.address, date, time, setting.pressure_unit, setting.metric
        )
        head = f"{date} " if setting.with_date else ""
        head += f"{time} " if setting.with_time else ""
        return (head + render(setting.form, air, around)).replace("\r\n", "\n")

    def moment(self) -> tuple[str, str]:
        """Return date and time of its own clock."""
        elapsed = timedelta(seconds=self._clock.monotonic() + self.setting.ahead)
        moment = FIRST_DAY + elapsed
        return f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}"

    def set_filter(self, factor: float) -> None:
        """Take a filter factor: 1 does not filter, 0 would never follow."""
        self.setting.filter_factor = factor
        kept = 1.0 - factor
        seconds = 0.0 if kept <= 0.0 else -1.0 / log(min(kept, 0.999))
        self.climate.filter_seconds = seconds

    def next_word(self) -> float:
        """Return the instant (s) of the next line in RUN."""
        return self._stream.next_at

    def unasked(self) -> Replies:
        """Return the lines that are due."""
        number, unit = self.setting.interval
        period = max(number * UNIT_SECONDS[unit], FASTEST_SECONDS)
        replies: list[Reply] = []
        while self._stream.next_at <= self._clock.monotonic():
            line = self.line()
            replies.append(Reply(line.encode("latin-1"), self._stream.next_at, line.endswith("\n")))
            self._stream.next_at += period
        return tuple(replies)

    def power_on(self) -> Replies:
        """Wake up in the start mode; settings stay."""
        self.stop()
        self.opened = False
        self.mode = self.setting.start
        if self.mode is Mode.RUN:
            self.run()
        if self.mode is not Mode.STOP:
            return ()
        now = self._clock.monotonic()
        banner = Reply(f"{MODEL} / {VERSION}\n".encode(), now)
        return (banner, Reply(PROMPT, now, ends=False)) if self.setting.echo else (banner,)

    def state(self) -> Mapping[str, Scalar]:
        """Return what its display shows."""
        now = self._clock.monotonic()
        return {
            "pascals": self.climate.value(Function.ATMOSPHERIC_PRESSURE, now),
            "celsius": self.climate.value(Function.TEMPERATURE, now),
            "humidity": self.climate.value(Function.HUMIDITY, now),
            "mode": self.mode.value,
        }
