"""Simulated instruments on a serial line: a pseudo-terminal.  POSIX only."""

import os
import sys
import threading
from pathlib import Path
from select import select

from simulators.clock import Clock
from simulators.errors import NoPseudoTerminals
from simulators.panel import Panel, Replies, Reply
from simulators.transport.tcp import wait_until

DEVICE_CLEAR, GROUP_TRIGGER = 0x03, 0x14  # Ctrl-C and Ctrl-T stand for the bus messages
POLL_SECONDS = 0.05
CHUNK = 4096


class SerialInstrument:
    """One panel behind a pseudo-terminal.

    `device` is the path to open.  The other side's baud rate is seen by `tcgetattr`: with a wrong
    one nothing but garbage passes in both directions.
    """

    def __init__(
        self, panel: Panel, clock: Clock, lock: threading.RLock, *, baud: int, link: Path | None
    ) -> None:
        if sys.platform == "win32":
            raise NoPseudoTerminals("serial simulation needs pseudo-terminals: use TCP here")
        import tty

        self._panel, self._clock, self._lock, self._baud = panel, clock, lock, baud
        self._closing = threading.Event()
        # The simulator keeps the other end open too: else its reads fail when a client leaves.
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.device = os.ttyname(self._theirs)
        self._link = link
        if link is not None:
            link.symlink_to(self.device)
            self.device = str(link)
        self._set_baud()
        self._line = b""
        self._after_return = False
        self._thread = threading.Thread(target=self._serve, name=self.device, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up and take the link away; returns when the thread has ended."""
        self._closing.set()
        self._thread.join()
        os.close(self._ours)
        os.close(self._theirs)
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def _set_baud(self) -> None:
        """Start the line at the instrument's own rate."""
        import termios

        settings = termios.tcgetattr(self._theirs)
        settings[4] = settings[5] = getattr(termios, f"B{self._baud}")
        termios.tcsetattr(self._theirs, termios.TCSANOW, settings)

    def _tuned(self) -> bool:
        """Return whether the client uses the instrument's baud rate."""
        import termios

        return bool(termios.tcgetattr(self._ours)[5] == getattr(termios, f"B{self._baud}"))

    def _serve(self) -> None:
        while not self._closing.is_set():
            if not select([self._ours], [], [], POLL_SECONDS)[0]:
                continue
            chunk = os.read(self._ours, CHUNK)
            for byte in chunk if self._tuned() else garbled(chunk):
                for reply in self._take(byte):
                    self._send(reply)

    def _take(self, byte: int) -> Replies:
        """Take one byte; CR, LF and CR LF each end a line."""
        with self._lock:
            if byte == DEVICE_CLEAR:
                self._line = b""
                return self._panel.clear()
            if byte == GROUP_TRIGGER:
                return self._panel.trigger()
            if byte in b"\r\n":
                paired = byte == ord("\n") and self._after_return
                self._after_return = byte == ord("\r")
                line, self._line = self._line, b""
                return () if paired else self._panel.receive(line)
            self._after_return = False
            self._line += bytes([byte])
            return ()

    def _send(self, reply: Reply) -> None:
        """Send `reply` when it is ready; a serial line has nothing to hang up."""
        if not wait_until(reply.ready, self._clock, self._closing):
            return
        payload = reply.payload.replace(b"\n", b"\r\n")
        os.write(self._ours, payload if self._tuned() else garbled(payload))


def garbled(payload: bytes) -> bytes:
    """Return what arrives at a wrong baud rate: no byte is what it was.

    Line ends alone pass, so that the receiver notices that something came: an instrument puts a
    syntax error into its queue.
    """
    return bytes(byte if byte in b"\r\n" else 0x80 | (byte * 37 + 11) & 0x7F for byte in payload)
