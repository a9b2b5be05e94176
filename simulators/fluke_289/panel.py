"""The 289's infrared line: a letter or more and CR; a digit and CR, then perhaps data and CR.

Sources: Fluke's note on the remote interface of the 287 and 289 (2007), and N0ury/dmm_util
(fluke_28x_dmm_util/dmm_util.py) for QEMAP, QSLS and the properties.  No command moves the
switch.  From memory, unverified: how long an answer takes, and what goes with a blank display.
"""

import re
from collections.abc import Callable, Mapping

from simulators.clock import Clock
from simulators.fluke_289.binary import MAPS
from simulators.fluke_289.display import Display, Shown
from simulators.fluke_289.replies import EPOCH, display, measurement, packed
from simulators.language.mute import Mute
from simulators.panel import Replies, Reply, Scalar

REPLY_SECONDS = 0.12
SOFTWARE = "V1.00"
COMMAND = re.compile(r"\s*([A-Za-z]+)\s*(.*?)\s*", re.ASCII | re.DOTALL)
RECORD = re.compile(r"\d{1,4}(\s*,\s*\d{1,6})?", re.ASCII)
NUMERIC = {"lang": "ENGLISH", "dateFmt": "MM_DD", "timeFmt": "24", "digits": "5", "beeper": "ON",
           "tempOS": "0", "numFmt": "POINT", "ablto": "900", "apoffto": "2100",
           "aheventTh": "4"}  # fmt: skip
TEXTS = ("company", "contact", "operator", "site")
MEMORY = ("QRSI", "QMMSI", "QPSI", "QSMR", "QSRR")


class Refused(Exception):
    """A command that is acknowledged by another digit than 0."""

    def __init__(self, digit: int) -> None:
        super().__init__(digit)
        self.digit = digit


SYNTAX, EXECUTION, NO_DATA = 1, 2, 5


class HandheldPanel(Mute):
    """One meter's face to the infrared cable; it writes its own CRs."""

    def __init__(self, display: Display, model: str, serial: str, clock: Clock) -> None:
        self.display, self.model, self.serial = display, model, serial
        self._clock = clock
        self._properties = dict(NUMERIC)
        self._texts = dict.fromkeys(TEXTS, "")
        self._answers: Mapping[str, Callable[[str], bytes]] = {
            "ID": self._identity, "QM": self._measured, "QDDA": self._shown, "QDDB": self._packed,
            "QEMAP": self._map, "QSLS": self._memory, "QMP": self._property,
            "QMPQ": self._text, "MP": self._set_property, "MPQ": self._set_text,
            "DS": self._reset, "RI": self._reset, "RMP": self._forget_properties,
            **dict.fromkeys(MEMORY, self._nothing_kept),
        }  # fmt: skip

    def receive(self, message: bytes) -> Replies:
        """Carry out one command, given without its CR."""
        if not message.strip():
            return ()
        try:
            payload = b"0\r" + self._answer(message.decode("latin-1"))
        except Refused as wrong:
            payload = f"{wrong.digit}\r".encode()
        return (Reply(payload, self._clock.monotonic() + REPLY_SECONDS),)

    def power_on(self) -> Replies:
        """Be switched off and on; the switch stays where it stands."""
        self.display.reset(self._clock.monotonic())
        return ()

    def state(self) -> Mapping[str, Scalar]:
        """Return what the display shows."""
        shown = self._now()
        normal = shown.state == "NORMAL"
        return {
            "function": self.display.name,
            "range": shown.range_,
            "reading": shown.value if normal else None,
            "state": shown.state,
        }

    def _answer(self, text: str) -> bytes:
        found = COMMAND.fullmatch(text)
        if found is None or found[1].upper() not in self._answers:
            raise Refused(SYNTAX)
        return self._answers[found[1].upper()](found[2])

    def _now(self) -> Shown:
        return self.display.at(self._clock.monotonic())

    def _identity(self, rest: str) -> bytes:
        _nothing_after(rest)
        return _line(f"FLUKE {self.model},{SOFTWARE},{self.serial}")

    def _measured(self, rest: str) -> bytes:
        _nothing_after(rest)
        return _line(measurement(self._now(), self.display.position))

    def _shown(self, rest: str) -> bytes:
        _nothing_after(rest)
        return _line(display(self.display.name, self._now(), self.display.position))

    def _packed(self, rest: str) -> bytes:
        _nothing_after(rest)
        return packed(self.display.name, self._now(), self.display.position) + b"\r"

    def _map(self, rest: str) -> bytes:
        if not rest:
            raise Refused(SYNTAX)
        words = MAPS.get(rest.lower())
        if words is None:
            raise Refused(EXECUTION)
        pairs = ",".join(f"{number},{word}" for number, word in enumerate(words))
        return _line(f"{len(words)},{pairs}")

    def _memory(self, rest: str) -> bytes:
        _nothing_after(rest)
        return _line("0,0,0,0")

    def _nothing_kept(self, rest: str) -> bytes:
        if not RECORD.fullmatch(rest):
            raise Refused(SYNTAX)
        raise Refused(NO_DATA)

    def _property(self, rest: str) -> bytes:
        if rest == "clock":
            return _line(f"{EPOCH + self._clock.monotonic():.0f}")
        return _line(_found(self._properties, rest))

    def _text(self, rest: str) -> bytes:
        return _line(f"'{_found(self._texts, rest)}'")

    def _set_property(self, rest: str) -> bytes:
        name, comma, value = rest.partition(",")
        if not comma or not value:
            raise Refused(SYNTAX)
        if name.strip() != "clock":
            _found(self._properties, name.strip())
            self._properties[name.strip()] = value.strip()
        return b""

    def _set_text(self, rest: str) -> bytes:
        name, _, value = rest.partition(",")
        value = value.strip()
        if len(value) < 2 or value[0] != "'" or value[-1] != "'":
            raise Refused(SYNTAX)
        _found(self._texts, name.strip())
        self._texts[name.strip()] = value[1:-1]
        return b""

    def _forget_properties(self, rest: str) -> bytes:
        _nothing_after(rest)
        self._properties, self._texts = dict(NUMERIC), dict.fromkeys(TEXTS, "")
        return b""

    def _reset(self, rest: str) -> bytes:
        _nothing_after(rest)
        self.display.reset(self._clock.monotonic())
        return b""


def _found(known: Mapping[str, str], name: str) -> str:
    if not name:
        raise Refused(SYNTAX)
    if name not in known:
        raise Refused(EXECUTION)
    return known[name]


def _nothing_after(rest: str) -> None:
    if rest:
        raise Refused(SYNTAX)


def _line(text: str) -> bytes:
    return text.encode("latin-1") + b"\r"
