"""Sartorius balances that speak SBI."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import ClassVar

from drivers.capabilities import (
    Balance,
    Identity,
    Instrument,
    Offers,
    Reach,
    Reading,
    SelfAdjusting,
    Span,
)
from drivers.decimals import scaled
from drivers.dialogue import Dialogue
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    NotConfigured,
    Overload,
    UnexpectedReply,
)
from drivers.identity import Greeting
from drivers.link import LinkFault

STABLE_SECONDS = 60.0
"""A balance may be set to print after stability alone, so that one value takes so long."""

POLL_SECONDS = 0.2
"""Values come five to ten times a second (from memory, unverified)."""

ZERO_DIGITS = 10
"""A balance at zero shows no more digits than this: four times the largest typical
repeatability, 2.5 digits (from memory, unverified)."""

KILOGRAM_POWERS = {"kg": 0, "g": -3, "mg": -6}

ADJUSTING_SECONDS = 180.0
ADJUSTING_POLL_SECONDS = 5.0
"""An adjustment takes about 20 s (from memory, unverified)."""

BEGINS_SECONDS = 10.0
"""So late a balance may begin to say that it adjusts itself: a choice."""

PRINT, TARE, ZERO, ADJUST = "\x1bP", "\x1bU", "\x1bV", "\x1bZ"

NET = re.compile(r"N {5}([+ -])(?=[ \d.]{9} ) *(\d+(?:\.\d*)?) ([ -~]{3})", re.ASCII)
"""Twenty-two characters with their CR LF: code, sign, value, unit; no unit while unstable.

Between sign and value stands a blank, which a value of nine characters takes (220.00000 g; public
clients take sign, blank and value together).
"""

STATUS = re.compile(r"Stat +([ -~]*?) *", re.ASCII)
ADJUSTING = ("Cal.Int.", "C")
LOADS = {
    **dict.fromkeys(("High", "H", "Err  55", "ERR  55"), "overload"),
    **dict.fromkeys(("Low", "L", "Err  54", "ERR  54"), "underload"),
}

MODEL = re.compile(r"([A-Z]+\d*[A-Z]*)(?:-[A-Z0-9.-]*)? *", re.ASCII)
SERIAL = re.compile(r"(?:SerNo\. +)?(\w+) *", re.ASCII)
SOFTWARE = re.compile(r"([0-9A-Z.-]+) *", re.ASCII)

NOT_BEGUN = (
    "It does not adjust itself: empty the pan and set it to zero, and look whether it has a "
    "built-in weight"
)
NOT_ENDED = "Its adjustment does not come to an end"

FORMAT = "Set the balance to SBI, 22 characters, print on request"


class Reference(Enum):
    """What the indication counts from, in this session."""

    ZERO = "zero"
    TARE = "tare"


@dataclass(frozen=True, slots=True)
class Weight:
    """One value as printed: its digits with their sign, and its unit, empty while unstable."""

    digits: str
    unit: str
    line: str

    def is_zero(self) -> bool:
        """Return whether it is within a few digits of zero."""
        decimals = len(self.digits.partition(".")[2])
        return abs(Decimal(self.digits)) <= Decimal(ZERO_DIGITS).scaleb(-decimals)


def stated_identity(replies: Sequence[str]) -> Identity:
    """Return the identity in the replies to `ESC x1_`, `x2_` and `x3_`.

    The model is what stands before the first hyphen, without its variants.

    Raises:
        LinkFault: a reply is not of that form, e.g. a weight that was printed automatically.
    """
    patterns = (MODEL, SERIAL, SOFTWARE)
    stated = [each.fullmatch(reply) for each, reply in zip(patterns, replies, strict=True)]
    model, serial, software = stated
    if model is None or serial is None or software is None:
        raise LinkFault(UnexpectedReply, repr("; ".join(replies)), FORMAT)
    return Identity("Sartorius", model[1], serial[1], software[1])


@dataclass(frozen=True)
class SbiBalance:
    """Balance up to 220 g. Commands: Sartorius operating instructions, SBI formats 1 and 2.

    The balance must be set to the 22-character format. It acknowledges neither zero nor tare, so
    the driver waits until it shows a stable zero. An indication counts from a zero or tare taken
    in the same session, or is refused: a balance that was switched off in between would show
    another mass. That it is a Sartorius is taken from the language. Capacities are those of the
    data sheets, from memory, unverified.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        queries=("\x1bx1_", "\x1bx2_", "\x1bx3_"),
        states=stated_identity,
        always=(),
        echo_advice=FORMAT,
    )
    offers: ClassVar[Offers] = {Balance: Reach(Span(0.0, 0.22))}

    def identify(self) -> Identity:
        """Return model, serial number and software version as the balance states them.

        Source: SBI, `ESC x1_`, `ESC x2_`, `ESC x3_`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the balance keeps its tare."""
        self.dialogue.close()

    def tare(self) -> None:
        """Take the load as tare, and return when the indication rests at zero.

        Source: SBI, `ESC U`.

        Raises:
            InstrumentRefused: it does not come to rest at zero.
            Overload: too much or too little is on the pan.
        """
        self._refer(TARE, Reference.TARE)

    def zero(self) -> None:
        """Set the indication to zero, and return when it rests there.

        Source: SBI, `ESC V`.

        Raises:
            InstrumentRefused: it does not come to rest at zero.
            Overload: too much or too little is on the pan.
        """
        self._refer(ZERO, Reference.ZERO)

    def weigh(self) -> Reading:
        """Wait for a stable indication and return it (kg); its `raw` is the line printed.

        Source: SBI, `ESC P`.

        Raises:
            NotConfigured: neither zeroed nor tared in this session, or another unit is set.
            InstrumentRefused: it does not come to rest.
            Overload: too much or too little is on the pan.
        """
        with self.dialogue.turn():
            if not isinstance(self.dialogue.setup, Reference):
                said = "neither zeroed nor tared since the session began"
                raise NotConfigured(self.dialogue.name, PRINT, said, "Zero or tare it first")
            weight = self._stable()
        if weight.unit not in KILOGRAM_POWERS:
            advice = f"Set its unit to one of {', '.join(KILOGRAM_POWERS)}"
            raise NotConfigured(self.dialogue.name, PRINT, weight.line, advice)
        return Reading(scaled(weight.digits, KILOGRAM_POWERS[weight.unit]), weight.line)

    def adjust_itself(self) -> None:
        """Adjust the balance with its built-in weight; return when it weighs again.

        It is asked for values meanwhile, and says `Cal.Int.` instead of them. One that does not
        say so has ignored the command, as an MSE does on its USB port.

        Source: SBI, `ESC Z`; special texts.

        Raises:
            InstrumentRefused: it does not begin (the pan is loaded, or there is no built-in
                weight), or does not end.
        """
        with self.dialogue.turn():
            self.dialogue.setup = None
            self.dialogue.tell(ADJUST)
            self._while_adjusting(BEGINS_SECONDS, adjusting=False, advice=NOT_BEGUN)
            line = self._while_adjusting(ADJUSTING_SECONDS, adjusting=True, advice=NOT_ENDED)
            if NET.fullmatch(line) is None:
                raise self._failed(line)

    def _while_adjusting(self, seconds: float, *, adjusting: bool, advice: str) -> str:
        """Ask for values as long as it adjusts itself or does not; return the first other line."""
        for _ in self.dialogue.attempts(seconds, ADJUSTING_POLL_SECONDS):
            line = self.dialogue.ask(PRINT, timeout=STABLE_SECONDS)
            status = STATUS.fullmatch(line)
            if status is None and NET.fullmatch(line) is None:
                raise self.dialogue.distrust(PRINT, line, FORMAT)
            if (status is not None and status[1] in ADJUSTING) is not adjusting:
                return line
        raise InstrumentRefused(self.dialogue.name, ADJUST, line, advice)

    def _refer(self, command: str, reference: Reference) -> None:
        with self.dialogue.turn():
            self.dialogue.setup = None
            self.dialogue.tell(command)
            for _ in self.dialogue.attempts(STABLE_SECONDS, POLL_SECONDS):
                weight = self._stable()
                if weight.is_zero():
                    self.dialogue.setup = reference
                    return
        advice = "It did not accept the command: the load may be beyond the range of zero or tare"
        raise InstrumentRefused(self.dialogue.name, command, weight.line, advice)

    def _stable(self) -> Weight:
        """Ask until the value has a unit."""
        for _ in self.dialogue.attempts(STABLE_SECONDS, POLL_SECONDS):
            weight = self._print()
            if weight.unit:
                return weight
        advice = "The indication does not come to rest"
        raise InstrumentRefused(self.dialogue.name, PRINT, weight.line, advice)

    def _print(self) -> Weight:
        line = self.dialogue.ask(PRINT, timeout=STABLE_SECONDS)
        net = NET.fullmatch(line)
        if net is None:
            raise self._failed(line)
        return Weight(net[1].strip() + net[2], net[3].rstrip(), line)

    def _failed(self, line: str) -> InstrumentError:
        """Return what a line without a net weight means."""
        status = STATUS.fullmatch(line)
        if status is None:
            return self.dialogue.distrust(PRINT, line, FORMAT)
        load = LOADS.get(status[1])
        if load is not None:
            advice = f"{load.capitalize()}: check pan and load"
            return Overload(self.dialogue.name, PRINT, line, advice)
        return InstrumentRefused(self.dialogue.name, PRINT, line, "It does not weigh at present")


@dataclass(frozen=True)
class Mse1203S(SbiBalance):
    """Cubis precision balance up to 1.2 kg."""

    offers: ClassVar[Offers] = {Balance: Reach(Span(0.0, 1.2))}


_instrument: type[Instrument] = SbiBalance
_balance: type[Balance] = SbiBalance
_self_adjusting: type[SelfAdjusting] = SbiBalance
