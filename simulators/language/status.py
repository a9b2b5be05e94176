"""The IEEE 488.2 status model: event registers, enable masks, error queue, status byte.

Sources: IEEE 488.2 and SCPI-1999 as retold by instrument manuals; each panel says which bits its
own status byte carries.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntFlag

RQS = 0x40


class Event(IntFlag):
    """Bits of the standard event status register."""

    OPC = 1
    RQC = 2
    QYE = 4
    DDE = 8
    EXE = 16
    CME = 32
    URQ = 64
    PON = 128


class ErrorQueue:
    """First in, first out; the last place tells of the overflow, and later errors are lost."""

    def __init__(self, depth: int, overflow: tuple[int, str]) -> None:
        self.depth = depth
        self._overflow = overflow
        self._entries: deque[tuple[int, str]] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def push(self, code: int, text: str) -> bool:
        """Store an error; return False when it was lost to an overflow."""
        if len(self._entries) < self.depth:
            self._entries.append((code, text))
            return True
        self._entries[-1] = self._overflow
        return False

    def pop(self) -> tuple[int, str] | None:
        """Return and forget the oldest error; None when there is none."""
        return self._entries.popleft() if self._entries else None

    def clear(self) -> None:
        """Forget every error."""
        self._entries.clear()


@dataclass(slots=True)
class Register:
    """A condition register with its transition filters, event register and enable mask."""

    condition: int = 0
    rising: int = 0x7FFF
    falling: int = 0
    event: int = 0
    enable: int = 0

    @property
    def summary(self) -> bool:
        """Whether an enabled event is waiting to be read."""
        return bool(self.event & self.enable)

    def change(self, condition: int) -> None:
        """Take a new condition; transitions that pass the filters become events."""
        risen, fallen = condition & ~self.condition, self.condition & ~condition
        self.event |= (risen & self.rising) | (fallen & self.falling)
        self.condition = condition

    def read_event(self) -> int:
        """Return the event register and clear it."""
        event, self.event = self.event, 0
        return event

    def preset(self) -> None:
        """Clear the mask and set the filters to their defaults (STATus:PRESet)."""
        self.enable, self.rising, self.falling = 0, 0x7FFF, 0


@dataclass(slots=True)
class StandardStatus:
    """Standard event register, service request enable, and the request itself.

    Attributes:
        summaries: returns the status byte's bits other than ESB, MAV and RQS/MSS.
    """

    summaries: Callable[[], int]
    event: int = int(Event.PON)
    event_enable: int = 0
    service_enable: int = 0
    _requested: int = field(default=0)

    def set(self, event: Event) -> None:
        """Record `event` in the standard event status register."""
        self.event |= event

    def read_event(self) -> int:
        """Return the standard event status register and clear it."""
        event, self.event = self.event, 0
        return event

    def byte(self, *, message_available: bool) -> int:
        """Return the status byte with MSS in bit 6, as `*STB?` does."""
        byte = self._bits(message_available=message_available)
        return byte | RQS if byte & self.service_enable else byte

    def poll(self, *, message_available: bool) -> int:
        """Return the status byte with RQS in bit 6 and clear RQS, as a serial poll does."""
        byte = self._bits(message_available=message_available)
        reasons = byte & self.service_enable
        asked = reasons & ~self._requested
        self._requested = reasons
        return byte | RQS if asked else byte

    def requests(self, *, message_available: bool) -> bool:
        """Return whether service is requested: a serial poll now would find RQS set."""
        byte = self._bits(message_available=message_available)
        return bool(byte & self.service_enable & ~self._requested)

    def power_on(self) -> None:
        """Forget events, masks and requests, as when switched on; PON is what happened."""
        self.event, self.event_enable, self.service_enable = int(Event.PON), 0, 0
        self._requested = 0

    def forget_requests(self) -> None:
        """Let a reason that went away ask again when it returns; call after every message."""
        if self._requested:
            self._requested &= self._bits(message_available=True) & self.service_enable

    def _bits(self, *, message_available: bool) -> int:
        byte = self.summaries()
        if message_available:
            byte |= 16
        if self.event & self.event_enable:
            byte |= 32
        return byte
