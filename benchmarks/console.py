"""The operator's console in a terminal of its own: first paint, keys, processor time.

Everything goes through a pseudo-terminal of 120 × 40: what is measured is what a person has.
The peer is a Textual program that shows one line.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.measure import Line, now
from station.clock import SystemClock
from station.records import claims
from station.records.store import Store, open_store
from station.run.entries import Prompted, PromptKind
from station.run.journal import Journal
from station.run.live import LiveView
from tests.station.tui.journals import begun, measured, planned

COLUMNS, LINES = 120, 40
TICKS = os.sysconf("SC_CLK_TCK")
PEER = """
from textual.app import App
from textual.widgets import Static
class Peer(App):
    BINDINGS = [("question_mark", "show")]
    def compose(self):
        yield Static("Pages")
    def action_show(self):
        self.query_one(Static).update("Shown")
Peer().run()
"""
WATCHED_SECONDS = 6.0


@dataclass
class Console:
    """A program in a pseudo-terminal, and what it has painted."""

    process: "subprocess.Popen[bytes]"
    terminal: int

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self.terminal, keys)

    def painted(self, text: bytes, at_most: float = 20.0) -> float:
        """Return when `text` was painted (s); what is painted besides is forgotten."""
        seen, until = b"", now() + at_most
        while text not in seen:
            ready, _, _ = select.select([self.terminal], [], [], max(until - now(), 0.0))
            if not ready:
                raise TimeoutError(
                    f"{text!r} was not painted within {at_most:g} s: {seen[-600:]!r}"
                )
            seen = (seen + os.read(self.terminal, 65536))[-100_000:]
        return now()

    def drain(self, seconds: float) -> None:
        """Read what is painted for so long."""
        until = now() + seconds
        while (left := until - now()) > 0.0:
            ready, _, _ = select.select([self.terminal], [], [], left)
            if ready:
                os.read(self.terminal, 65536)

    def processor_seconds(self) -> float:
        """Return the processor time (s) that the program has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def share(self, seconds: float = WATCHED_SECONDS) -> float:
        """Return the part of one processor that the program takes while it is left alone."""
        self.drain(1.0)
        before, began = self.processor_seconds(), now()
        self.drain(seconds)
        return (self.processor_seconds() - before) / (now() - began)


@contextmanager
def in_terminal(*command: str, **environment: str) -> Iterator[Console]:
    terminal, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment}
    process = subprocess.Popen(
        command, stdin=other, stdout=other, stderr=other, env=environment, start_new_session=True
    )
    os.close(other)
    try:
        yield Console(process, terminal)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(terminal)


@contextmanager
def peer() -> Iterator[Console]:
    with in_terminal(sys.executable, "-c", PEER) as console:
        yield console


@contextmanager
def station(folder: str) -> Iterator[Console]:
    command = (sys.executable, "-m", "station", "tui", "--store", f"{folder}/s.db", "--by", "A")
    with in_terminal(*command, "--lang", "en", XDG_CONFIG_HOME=folder, HOME=folder) as console:
        yield console


def a_run(store: Store, name: str, *, points: int, done: int = 0) -> Journal:
    """Begin a run of `points` points; its engine is this program."""
    setup = begun(name).model_copy(update={"points": planned(points), "in_process": False})
    journal = Journal.begin(store, setup, SystemClock())
    claims.take(store, name, "benchmark", [], SystemClock().now().timestamp(), 5.0)
    for number in range(done):
        journal.append(measured(number))
    return journal


@contextmanager
def every(seconds: float, act: Callable[[int], None]) -> Iterator[None]:
    """Act in a thread, as often as stated, while the block lasts."""
    stop, clock = threading.Event(), SystemClock()

    def work() -> None:
        number, began = 0, clock.monotonic()
        while not clock.wait(stop, max(began + number * seconds - clock.monotonic(), 0.0)):
            act(number)
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def first_paint() -> Line:
    def once(program: Callable[[], "object"], text: bytes) -> float:
        began = now()
        with program() as console:  # type: ignore[attr-defined]
            return float(console.painted(text)) - began

    with tempfile.TemporaryDirectory() as folder:
        open_store(f"{folder}/s.db").close()
        own = sorted(once(lambda: station(folder), b"No run yet") for _ in range(5))[2]
    other = sorted(once(peer, b"Pages") for _ in range(5))[2]
    return Line("console: first paint", own, "a page of one line", other, "< 0.7 s")


def beat(store: Store, run: str, number: int) -> None:
    readings = tuple(0.1 + 1e-6 * ((number * 7 + each) % 5) for each in range(number % 10 + 1))
    view = LiveView(point=planned(40)[39].id, readings=readings).model_dump_json()
    claims.beat(store, run, "benchmark", SystemClock().now().timestamp(), view)


def while_measuring() -> Line:
    with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/s.db") as store:
        a_run(store, "20260302-000001", points=69, done=39)
        with every(0.1, lambda n: beat(store, "20260302-000001", n)), station(folder) as console:
            console.painted(b"000001")
            console.press(b"\r")
            console.painted(b"Nominal")
            own = console.share()
    with peer() as console:
        console.painted(b"Pages")
        other = console.share()
    return Line(
        "console: 10 readings/s, processor", own, "an idle page", max(other, 0.001), "< 0.15"
    )


def twenty_runs() -> Line:
    with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/s.db") as store:
        names = [f"20260302-0000{number:02}" for number in range(20)]
        journals = [a_run(store, name, points=500) for name in names]

        def act(number: int) -> None:
            # Each of the twenty has a point every two seconds, and says that it lives.
            journals[number % 20].append(measured(number // 20))
            beat(store, names[number % 20], number)

        with every(0.1, act), station(folder) as console:
            console.painted(b"000019")
            own = console.share()
    with peer() as console:
        console.painted(b"Pages")
        other = console.share()
    return Line(
        "console: 20 runs watched, processor", own, "an idle page", max(other, 0.001), "< 0.25"
    )


@dataclass(frozen=True)
class Keys:
    """Two keys in turn, each with a text that is painted only when it was followed.

    Attributes:
        name: what the keys are for.
        first: what is typed before.
        asks: whether the run asks for a number.
    """

    name: str
    pair: tuple[tuple[bytes, bytes], tuple[bytes, bytes]]
    first: bytes = b""
    asks: bool = False


UP, DOWN, PAGE_UP, PAGE_DOWN, END = b"\x1b[A", b"\x1b[B", b"\x1b[5~", b"\x1b[6~", b"\x1b[F"
TAB, BACK_TAB, BACKSPACE = b"\t", b"\x1b[Z", b"\x7f"
KEYS = (
    Keys("help", ((b"?", b"Help"), (b"?", b"Nominal"))),
    # At the end of the table nothing else is painted.
    Keys("a row", ((UP, "10 kΩ".encode()), (DOWN, "10 MΩ".encode())), END),
    Keys("a page", ((PAGE_UP, b"Resistance"), (PAGE_DOWN, b"Resistance")), END),
    Keys("a section", ((b"4", "▸4".encode()), (b"1", b"Nominal"))),
    Keys("to the answer", ((BACK_TAB, b"[?] help"), (TAB, b"[Enter] send")), asks=True),
    # What is behind the digits has another style: it is the cursor.
    Keys("typing", ((b"7", b"12345.67\x1b"), (BACKSPACE, b"12345.6\x1b")), b"12345.6", True),
)
ROUNDS = 40


def key_to_paint(keys: Keys) -> Line:
    """Of 40 times that each of two keys is pressed while entries arrive, the third slowest."""
    with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/s.db") as store:
        journal = a_run(store, "20260302-000001", points=5000)
        if keys.asks:
            number = PromptKind.NUMBER
            journal.append(Prompted(prompt=1, wants=number, text="Temperature", unit="°C"))

        def act(number: int) -> None:
            journal.append(measured(number))
            if number % 10 == 0:
                beat(store, "20260302-000001", number)

        with every(0.01, act), station(folder) as console:
            console.painted(b"000001")
            console.press(b"\r")
            console.painted(b"[Enter] send" if keys.asks else b"Nominal")
            console.drain(1.0)
            console.press(keys.first)
            console.drain(0.5)
            own = _slowest(console, keys)
    what = f"console: {keys.name}, 100 entries/s, p95"
    return Line(what, own, "a page's key", _peer_key(), "< 50 ms")


def _peer_key() -> float:
    with peer() as console:
        console.painted(b"Pages")
        console.drain(0.5)
        began = now()
        console.press(b"?")
        return console.painted(b"Shown") - began


def _slowest(console: Console, keys: Keys) -> float:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for each, (key, text) in zip(taken, keys.pair, strict=True):
            # Any time in the round of looks at the store.
            console.drain(0.04)
            began = now()
            console.press(key)
            each.append(console.painted(text) - began)
    return max(sorted(each)[-3] for each in taken)


def held_key() -> Line:
    """After 3 s of a held key the next one is painted: nothing has queued up."""
    with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/s.db") as store:
        a_run(store, "20260302-000001", points=5000, done=5000)
        with station(folder) as console:
            console.painted(b"5000/")
            console.press(b"\r")
            console.painted(b"100 %")
            console.press(b"\x1b[H")
            for _ in range(90):
                console.drain(1 / 30)
                console.press(PAGE_DOWN)
            began = now()
            console.press(b"?")
            own = console.painted(b"Help") - began
    return Line("console: help after 90 pages, 30/s", own, "a page's key", _peer_key(), "< 0.1 s")


def five_thousand() -> Line:
    with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/s.db") as store:
        a_run(store, "20260302-000001", points=5000, done=5000)
        with station(folder) as console:
            console.painted(b"5000/")
            began = now()
            console.press(b"\r")
            own = console.painted(b"Nominal") - began
            until = console.painted(b"100 %") - began
    other = _peer_key()
    return Line("console: 5000 points opened", max(own, until), "a page's key", other, "< 1 s")


BENCHMARKS = (
    first_paint,
    while_measuring,
    *(partial(key_to_paint, keys) for keys in KEYS),
    five_thousand,
    held_key,
    twenty_runs,
)
