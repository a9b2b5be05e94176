"""The remote face of a Super-Thermometer.

Source: 1594A/1595A User Manual, 8.7 (pp. 70-101).  Only the first three or four characters of a
word count, compound commands are refused, and a missing numeric suffix is an error.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from simulators.clock import Clock
from simulators.fluke_159x.bridge import CHANNELS, REFERENCE_OHMS, Bridge, Sample
from simulators.fluke_159x.library import Definition
from simulators.language.programs import Program, Programs
from simulators.language.scpi import Language, split_outside
from simulators.language.scpi_errors import NO_ERROR, TEXTS, ScpiError, event_of
from simulators.language.scpi_parameters import quoted
from simulators.language.status import ErrorQueue, StandardStatus
from simulators.panel import Replies, Reply, Scalar

QUEUE_DEPTH = 10  # not published
MEASURING = 16  # bit of the operation registers (p. 94)
DOUBTFUL = (
    16  # of the questionable ones, after the example on p. 94; what each bit says, unverified
)
CLOCK_START = datetime(2000, 1, 1)  # noqa: DTZ001  # the instrument's own clock, never set
HEADER = re.compile(r"\s*(\*?[A-Za-z][\w:]*\??)", re.ASCII)
WORD = re.compile(r"([A-Z_]+)(\d*)")
SHORTS = (
    "CALC", "TYPE", "INP", "PROB", "ADD", "COUN", "DEL", "FIRS", "NEXT", "IDEN", "PAR", "TEST",
    "LIN", "REP", "TIME", "STAT", "OPER", "COND", "ENAB", "SYST", "ERR", "UNIT", "TEMP", "FETC",
    "READ", "MEAS", "SENS", "CURR", "QUES", "DATA", "FRES",
)  # fmt: skip
NEEDS_SUFFIX = re.compile(r"CALC:TYPE|INP:PROB:IDEN|TEST:LIN:REP\?|SENS:CURR")


class SuperThermometerPanel:
    """One Super-Thermometer's remote face."""

    def __init__(
        self,
        bridge: Bridge,
        serial: str,
        clock: Clock,
        language: Callable[["SuperThermometerPanel"], Language],
    ) -> None:
        self.bridge, self.serial = bridge, serial
        self.unit = "C"
        self.library: dict[str, Definition] = {}
        self.assigned: dict[int, str] = {}
        self.calculations = dict.fromkeys(CHANNELS, "RES")
        self.errors = ErrorQueue(QUEUE_DEPTH, (-350, TEXTS[-350]))
        self.status = StandardStatus(self._summaries)
        self.operation_enable = self.questionable_enable = 0
        self.fetched_at = self.doubted_at = clock.monotonic()
        self.ready = clock.monotonic()
        self._began = clock.monotonic()
        self._clock = clock
        self._language = language(self)
        self._programs = Programs(self._compiled)

    @property
    def now(self) -> float:
        """The instant (s) of the world's clock."""
        return self._clock.monotonic()

    def receive(self, message: bytes) -> Replies:
        """Carry out one command, given without its terminator."""
        self.ready = self.now
        reply = None
        for step in self._programs[message]:
            try:
                reply = step()
            except ScpiError as wrong:
                self.refuse(wrong.code)
        self.status.forget_requests()
        if reply is None:
            return ()
        return (Reply(reply.encode("latin-1") + b"\n", self.ready),)

    def refuse(self, code: int) -> None:
        """Put an error into the queue and set the bit of its class."""
        self.errors.push(code, TEXTS[code])
        self.status.set(event_of(code))

    def refuse_execution(self) -> None:
        """Put -224 into the queue."""
        self.refuse(-224)

    def interrupted(self) -> None:
        """Note -410: a message came while a reply was unread."""
        self.refuse(-410)

    def unterminated(self) -> None:
        """Note -420: the controller reads though nothing was asked."""
        self.refuse(-420)

    def poll(self, *, message_available: bool) -> int:
        """Return the status byte with RQS."""
        return self.status.poll(message_available=message_available)

    def requests_service(self, *, message_available: bool) -> bool:
        """Return whether RQS is set."""
        return self.status.requests(message_available=message_available)

    def power_on(self) -> Replies:
        """Wake up; the library and the channels' settings are kept."""
        self.errors.clear()
        self.status.power_on()
        self.operation_enable = self.questionable_enable = 0
        self.fetched_at = self.doubted_at = self.now
        return ()

    def clear(self) -> Replies:
        """Carry out a device clear: there is nothing to stop."""
        return ()

    def trigger(self) -> Replies:
        """Do nothing: it measures all the time."""
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what each channel shows."""
        return {f"channel {one}": self._shown_or_none(one) for one in CHANNELS}

    def reading(self, channel: int, instant: float) -> str:
        """Return what FETC? answers for `channel`: value, unit, channel, date and time.

        Raises:
            ScpiError: −230, there is no measurement.
        """
        sample = self.bridge.latest(channel, instant)
        shown = self._shown(channel, sample)
        if shown is None:
            raise ScpiError(-230)
        time = CLOCK_START + timedelta(seconds=sample.instant - self._began)
        return f"{shown[0]},{shown[1]},{channel},{time:%Y-%m-%d %H:%M:%S}"

    def latest_channel(self) -> int:
        """Return whose measurement is the latest: those that have one take turns."""
        found = [one for one in CHANNELS if self.bridge.latest(one, self.now).ohms is not None]
        return found[self.bridge.turn(self.now) % len(found)] if found else CHANNELS[0]

    def doubt(self) -> int:
        """Return the questionable condition: nothing can be shown of the latest measurement."""
        channel = self.latest_channel()
        shown = self._shown(channel, self.bridge.latest(channel, self.now))
        return DOUBTFUL if shown is None else 0

    def questionable_event(self) -> int:
        """Return the condition if it came with a measurement not yet asked about, and forget it."""
        event = self._doubted()
        self.doubted_at = self.now
        return event

    def _doubted(self) -> int:
        new = self.bridge.turn(self.now) > self.bridge.turn(self.doubted_at)
        return self.doubt() if new else 0

    def operation_event(self) -> int:
        """Return 16 when a measurement came since FETC? or this was asked, and forget it."""
        event = self._measured()
        self.fetched_at = self.now
        return event

    def _measured(self) -> int:
        new = self.bridge.turn(self.now) > self.bridge.turn(self.fetched_at)
        return MEASURING if new else 0

    def next_error(self) -> str:
        """Return the oldest error as SYST:ERR? does."""
        code, text = self.errors.pop() or NO_ERROR
        return f"{code},{quoted(text)}"

    def _shown(self, channel: int, sample: Sample) -> tuple[str, str] | None:
        """Return the digits and the unit of a sample; None when there is nothing to show."""
        if sample.ohms is None:
            return None
        kind = self.calculations[channel]
        if kind == "RAT":
            return plain(sample.ohms / REFERENCE_OHMS, 8), "R"
        if kind == "RES":
            return plain(sample.ohms, 6), "O"
        celsius = self.library[self.assigned[channel]].celsius(sample.ohms)
        return None if celsius is None else (degrees(celsius, self.unit), self.unit)

    def _shown_or_none(self, channel: int) -> str | None:
        shown = self._shown(channel, self.bridge.latest(channel, self.now))
        return None if shown is None else " ".join(shown)

    def _compiled(self, message: str) -> Program:
        if len(split_outside(message, ";")) > 1:
            return (partial(_refuse, ScpiError(-102)),)
        match = HEADER.match(message)
        if match is None or match[1].startswith("*"):
            return self._language.compile(message)
        header = shortened(match[1].upper())
        if NEEDS_SUFFIX.fullmatch(header.rstrip("?")) or NEEDS_SUFFIX.fullmatch(header):
            return (partial(_refuse, ScpiError(-114)),)
        return self._language.compile(header + message[match.end() :])

    def _summaries(self) -> int:
        byte = 4 if self.errors else 0
        byte |= 8 if self._doubted() & self.questionable_enable else 0
        return byte | 128 if self._measured() & self.operation_enable else byte


def shortened(header: str) -> str:
    """Return a header in capitals with each word cut to what the instrument recognises."""
    return ":".join(_short(word) for word in header.split(":"))


def _short(word: str) -> str:
    match = WORD.match(word)
    if match is None:
        return word
    found = [short for short in SHORTS if match[1].startswith(short)]
    return max(found, key=len, default=match[1]) + match[2] + word[match.end() :]


def degrees(celsius: float, unit: str) -> str:
    """Return a temperature (°C) in `unit`, C, F or K, without trailing zeros."""
    value = {"C": celsius, "F": celsius * 1.8 + 32.0, "K": celsius + 273.15}[unit]
    return plain(value, 5)


def plain(value: float, places: int) -> str:
    """Return a number with at most `places` decimals and no trailing zeros."""
    text = f"{round(value, places) + 0.0:.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def _refuse(wrong: ScpiError) -> None:
    raise wrong
