"""Stanford Research Systems FS725 rubidium frequency standard."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import FrequencyReference, Identity, Instrument, Offers, Reach, Span
from drivers.dialogue import Dialogue
from drivers.errors import UnexpectedReply
from drivers.identity import Greeting
from drivers.link import LinkFault

IDENTITY = re.compile(r"(PRS10)_(\d+\.\d+)_SN_(\d+)", re.ASCII)
"""The oscillator inside names itself; captured from several instruments."""


def identity_of(replies: Sequence[str]) -> Identity:
    """Return the identity in the reply to `ID?`: the oscillator's model, firmware and serial.

    The maker is not said; a PRS10 has but one.

    Raises:
        LinkFault: there is none.
    """
    named = IDENTITY.fullmatch(replies[0])
    if named is None:
        advice = "Expected PRS10_firmware_SN_serial"
        raise LinkFault(UnexpectedReply, repr(replies[0]), advice)
    return Identity("Stanford Research Systems", named[1], named[3], named[2])


@dataclass(frozen=True)
class SrsFs725:
    """Rubidium frequency standard: 10 MHz. Commands: as captured from PRS10 oscillators.

    The serial number is that of the oscillator inside. It is told not to speak unasked (`VB0`):
    the banners at its start would be taken for answers.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        queries=("ID?",), states=identity_of, opening=("VB0",), always=()
    )
    offers: ClassVar[Offers] = {FrequencyReference: Reach(Span(10e6, 10e6))}  # Hz

    def identify(self) -> Identity:
        """Return model, firmware revision and serial number of the oscillator inside.

        Source: PRS10 replies to `ID?` as captured by public projects.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the standard goes on."""
        self.dialogue.close()

    def is_locked(self) -> bool:
        """Return whether the oscillator is locked to rubidium; it has an output before that.

        Source: PRS10, `LO?` as captured by public projects.

        Raises:
            UnexpectedReply: what came is neither 0 nor 1.
        """
        reply = self.dialogue.ask("LO?")
        if reply not in ("0", "1"):
            raise self.dialogue.distrust("LO?", reply, "Expected 0 or 1")
        return reply == "1"


_instrument: type[Instrument] = SrsFs725
_reference: type[FrequencyReference] = SrsFs725
