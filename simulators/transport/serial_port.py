"""Simulated instruments on a pseudo-terminal.  POSIX only."""

import os
import sys
from pathlib import Path

from simulators.errors import NoPseudoTerminals
from simulators.faces import SerialFace
from simulators.transport.loop import Loop
from simulators.transport.serial_line import SerialInstrument, Settings, settings_of
from simulators.transport.shared import SharedInstrument

CHUNK = 4096


class PseudoTerminal:
    """One instrument behind a pseudo-terminal.

    `device` is the path to open.  Of the other side's settings a pseudo-terminal shows the baud
    rate alone: Linux keeps it at eight bits without parity, whatever is asked of it.
    """

    def __init__(
        self, loop: Loop, instrument: SharedInstrument, face: SerialFace, *, link: Path | None
    ) -> None:
        if sys.platform == "win32":
            raise NoPseudoTerminals("serial simulation needs pseudo-terminals: use TCP here")
        import tty

        self._loop, self._face, self._link = loop, face, link
        # The simulator keeps the other end open too: else its reads fail when a client leaves.
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self.device = os.ttyname(self._theirs)
        self._set_baud()
        self._serial = SerialInstrument(instrument, face, self._client, self._write)
        self._backlog = b""
        if link is not None:
            try:
                link.symlink_to(self.device)
            except OSError:
                os.close(self._ours)
                os.close(self._theirs)
                raise
            self.device = str(link)
        loop.watch(self._ours, read=self._read)

    def close(self) -> None:
        """Hang up and take the link away."""
        self._loop.watch(self._ours)
        self._serial.end()
        os.close(self._ours)
        os.close(self._theirs)
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def _set_baud(self) -> None:
        """Start the line at the instrument's own rate, where that is one a terminal knows."""
        import termios

        speed = getattr(termios, f"B{self._face.baud}", None)
        if speed is not None:
            settings = termios.tcgetattr(self._theirs)
            settings[4] = settings[5] = speed
            termios.tcsetattr(self._theirs, termios.TCSANOW, settings)

    def _client(self) -> Settings:
        """Return how the client's end is set, as far as it shows."""
        import termios

        own = settings_of(self._face)
        speed = termios.tcgetattr(self._ours)[5]
        known = getattr(termios, f"B{own.baud}", None)
        return own if speed == known else Settings(0, own.framing)

    def _read(self) -> None:
        try:
            chunk = os.read(self._ours, CHUNK)
        except BlockingIOError:
            return
        self._serial.hear(chunk)

    def _write(self, payload: bytes) -> None:
        self._backlog += payload
        self._flush()

    def _flush(self) -> None:
        try:
            sent = os.write(self._ours, self._backlog)
        except BlockingIOError:
            sent = 0
        self._backlog = self._backlog[sent:]
        self._loop.watch(self._ours, read=self._read, write=self._flush if self._backlog else None)
