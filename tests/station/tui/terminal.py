"""A real terminal for the tests: a program in tmux, its keys pressed, its screen read."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from station.clock import SystemClock

DEADLINE = 60.0
"""Real time (s) for a text to appear on a busy machine."""

LOOK_SECONDS = 0.05

PAUSE_SECONDS = 0.5
"""So long (s) a person looks before the next key."""


@dataclass(frozen=True)
class Terminal:
    """One program at a time on a screen of its own; a tmux server that is ours alone."""

    socket: Path
    folder: Path
    environment: Mapping[str, str]
    size: tuple[int, int]

    def start(self, command: Sequence[str]) -> None:
        """Start a program in a new window."""
        width, height = map(str, self.size)
        # With its window kept, a program that ends leaves its last words.
        self._tmux("start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";",
                   "new-session", "-d", "-x", width, "-y", height,
                   "-c", str(self.folder), *command)  # fmt: skip

    def again(self, command: Sequence[str]) -> None:
        """Start a program where another one has ended."""
        self._tmux("respawn-pane", "-c", str(self.folder), *command)

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names, as one who has looked; what is no name is typed."""
        SystemClock().sleep(PAUSE_SECONDS)
        self._tmux("send-keys", *keys)

    def screen(self) -> str:
        """Return what is on the screen."""
        return self._tmux("capture-pane", "-p")

    def until(self, *texts: str) -> str:
        """Wait until all texts are on the screen at once; return it."""
        seen = ""

        def there() -> bool:
            nonlocal seen
            seen = self.screen()
            return all(text in seen for text in texts)

        self._wait(there, f"{texts}")
        return seen

    def kill(self) -> None:
        """Kill the program at once; its window stays."""
        os.kill(int(self._tmux("display-message", "-p", "#{pane_pid}")), signal.SIGKILL)
        self._wait(
            lambda: self._tmux("display-message", "-p", "#{pane_dead}").strip() == "1", "its end"
        )

    def _wait(self, there: Callable[[], bool], what: str) -> None:
        clock = SystemClock()
        end = clock.monotonic() + DEADLINE
        while not there():
            if clock.monotonic() > end:
                pytest.fail(f"not in {DEADLINE:g} s: {what}. On the screen:\n{self.screen()}")
            clock.sleep(LOOK_SECONDS)

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-u", "-S", self.socket, "-f", os.devnull, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout


@contextmanager
def terminal(environment: Mapping[str, str], size: tuple[int, int]) -> Iterator[Terminal]:
    """A terminal whose programs end with the test; skipped, loudly, where tmux is not there."""
    if shutil.which("tmux") is None:
        pytest.skip("A REAL TERMINAL IS NOT TESTED: no tmux on PATH")
    # The path of a socket may have about 100 bytes: pytest's own folders are too deep.
    with TemporaryDirectory(prefix="tmux-") as folder:
        # A UTF-8 terminal, whatever the one is that the tests run in.
        whole = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environment}
        whole.pop("TMUX", None)
        opened = Terminal(Path(folder) / "tmux", Path(folder), whole, size)
        try:
            yield opened
        finally:
            subprocess.run(
                ["tmux", "-S", opened.socket, "kill-server"], check=False, capture_output=True
            )
