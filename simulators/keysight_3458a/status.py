"""The 3458A's status byte, error register and auxiliary error register.

Source: a public transcription of the manual's command reference.  Texts beyond `TRIGGER TOO FAST`
and `NO ERROR` are from memory, unverified; those of auxiliary errors were not found.
"""

from dataclasses import dataclass, field

from simulators.keysight_3458a.language import ERROR_TEXTS
from simulators.keysight_3458a.settings import Settings

SRQ_COMMAND, POWERED, READY, ERROR, REQUEST, AVAILABLE = 4, 8, 16, 32, 64, 128


@dataclass
class Status:
    """What went wrong, and what asks for service.

    Attributes:
        settings: which errors and bits count (EMASK, RQS).
        events: bits of the status byte that were set and not cleared.
        errors: the error register.
        auxiliary: the auxiliary error register.
    """

    settings: Settings
    events: int = POWERED
    errors: int = 0
    auxiliary: int = 0
    _requested: int = field(default=0)

    def note(self, bit: int) -> None:
        """Set a bit of the error register."""
        self.errors |= 1 << bit

    def reset(self) -> None:
        """Clear everything but the power-on bit."""
        self.errors = self.auxiliary = self._requested = 0
        self.events &= POWERED

    def byte(self, *, ready: bool, available: bool) -> int:
        """Return the status byte without the request."""
        byte = self.events
        if ready:
            byte |= READY
        if self.errors & int(self.settings.first("EMASK")) or self.auxiliary:
            byte |= ERROR
        return byte | AVAILABLE if available else byte

    def poll(self, byte: int) -> int:
        """Return the status byte as a serial poll does: the request is withdrawn."""
        reasons = byte & int(self.settings.first("RQS"))
        asked = reasons & ~self._requested
        self._requested = reasons
        return byte | REQUEST if asked else byte

    def requests(self, byte: int) -> bool:
        """Return whether a bit that RQS enables has been set since the last poll."""
        return bool(byte & int(self.settings.first("RQS")) & ~self._requested)

    def read_errors(self) -> int:
        """Return the error register and clear it."""
        word, self.errors = self.errors, 0
        return word

    def read_auxiliary(self) -> int:
        """Return the auxiliary error register and clear it."""
        word, self.auxiliary = self.auxiliary, 0
        return word

    def explained(self) -> str:
        """Return the lowest error as ERRSTR? does, auxiliary ones first, and clear it."""
        if self.auxiliary:
            bit, self.auxiliary = _lowest(self.auxiliary)
            return f'{200 + bit},"AUXILIARY ERROR"'
        if self.errors:
            bit, self.errors = _lowest(self.errors)
            return f'{100 + bit},"{ERROR_TEXTS[bit]}"'
        return '0,"NO ERROR"'


def _lowest(word: int) -> tuple[int, int]:
    """Return the place of the lowest bit that is set, and `word` without it."""
    return (word & -word).bit_length() - 1, word & (word - 1)
