"""Mettler-Toledo balances and comparators that speak MT-SICS."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
"""A balance gives up after about 40 s without stability (from memory, unverified)."""

ADJUSTING_SECONDS = 180.0
"""An internal adjustment takes 20 s to 60 s; public clients wait for 30 s or more."""

KILOGRAM_POWERS = {"kg": 0, "g": -3, "mg": -6}

WEIGHT = re.compile(r"(?:S|T) S +(-?\d+(?:\.\d+)?) ([!-~]+)", re.ASCII)
QUOTED = re.compile(r'(I[2-4]) A "([^"]+)"', re.ASCII)
KIND = re.compile(r"(\S+) .*\d (?:kg|g|mg)", re.ASCII)
"""Type, more words of it, capacity and unit: `XSR205DU Excellence 220.00900 g`."""

REFUSALS = {
    "I": "busy, or no stability within its time",
    "L": "the command cannot be carried out",
    "ES": "it does not know the command",
    "ET": "transmission error",
    "EL": "the command cannot be carried out",
}
NOT_ADJUSTED = {
    "I": "Aborted or busy: empty the pan, close the doors, and wait until the balance is idle",
    "L": "It has no built-in weight",
}
LOADS = {"+": "overload", "-": "underload"}


class Reference(Enum):
    """What the indication counts from, in this session."""

    ZERO = "zero"
    TARE = "tare"


def stated_identity(replies: Sequence[str]) -> Identity:
    """Return the identity in the replies to `@`, which states the serial number, `I2` and `I3`.

    Raises:
        LinkFault: a reply is not of that form.
    """
    quoted = [QUOTED.fullmatch(reply) for reply in replies]
    stated = {match[1]: match[2] for match in quoted if match}
    kind = KIND.fullmatch(stated.get("I2", ""))
    if set(stated) != {"I2", "I3", "I4"} or kind is None:
        advice = "Expected serial number, type with capacity, and software of an MT-SICS balance"
        raise LinkFault(UnexpectedReply, repr("; ".join(replies)), advice)
    return Identity("Mettler-Toledo", kind[1], stated["I4"], stated["I3"])


def _is_adjusting(lines: Sequence[str]) -> bool:
    """Return whether another line follows: `C3 B` says that it began."""
    return list(lines) in ([], ["C3 B"])


@dataclass(frozen=True)
class MtSicsBalance:
    """Balance up to 220 g. Commands: Mettler-Toledo MT-SICS reference manuals.

    A session begins with `@`, which ends what an earlier one left running and with it a tare.
    So an indication counts from a zero or tare taken in the same session, or is refused: a
    balance that was switched off in between would show another mass. That it is a Mettler-Toledo
    is taken from the language; it states its type alone, and how others than the XSR205DU and the
    XS204 write theirs is unverified. Capacities are those of the data sheets, from memory,
    unverified. Weight handlers of comparators are not driven.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        queries=("@", "I2", "I3"), states=stated_identity, always=()
    )
    offers: ClassVar[Offers] = {Balance: Reach(Span(0.0, 0.22))}

    def identify(self) -> Identity:
        """Return type, serial number and software version as the balance states them.

        Source: MT-SICS, `@`, `I2`, `I3`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the balance keeps its tare until the next one."""
        self.dialogue.close()

    def tare(self) -> None:
        """Take the load as tare when stable, and return when that is done.

        Source: MT-SICS, `T`.

        Raises:
            InstrumentRefused: it does not come to rest, or would not.
            Overload: the load is beyond the taring range.
        """
        with self.dialogue.turn():
            reply = self.dialogue.ask("T", timeout=STABLE_SECONDS)
            if WEIGHT.fullmatch(reply) is None or not reply.startswith("T"):
                raise self._failed("T", reply)
            self.dialogue.setup = Reference.TARE

    def zero(self) -> None:
        """Set the indication to zero when stable, and return when that is done.

        Source: MT-SICS, `Z`.

        Raises:
            InstrumentRefused: it does not come to rest, or would not.
            Overload: the load is beyond the zeroing range.
        """
        with self.dialogue.turn():
            reply = self.dialogue.ask("Z", timeout=STABLE_SECONDS)
            if reply != "Z A":
                raise self._failed("Z", reply)
            self.dialogue.setup = Reference.ZERO

    def weigh(self) -> Reading:
        """Wait for a stable indication and return it (kg); its `raw` is the reply.

        Source: MT-SICS, `S`.

        Raises:
            NotConfigured: neither zeroed nor tared in this session, or another unit is set.
            InstrumentRefused: it does not come to rest.
            Overload: too much or too little is on the pan.
        """
        with self.dialogue.turn():
            if not isinstance(self.dialogue.setup, Reference):
                said = "neither zeroed nor tared since the session began"
                raise NotConfigured(self.dialogue.name, "S", said, "Zero or tare it first")
            reply = self.dialogue.ask("S", timeout=STABLE_SECONDS)
            weight = WEIGHT.fullmatch(reply)
            if weight is None or not reply.startswith("S"):
                raise self._failed("S", reply)
        if weight[2] not in KILOGRAM_POWERS:
            advice = f"Set the unit that it sends to one of {', '.join(KILOGRAM_POWERS)}"
            raise NotConfigured(self.dialogue.name, "S", reply, advice)
        return Reading(scaled(weight[1], KILOGRAM_POWERS[weight[2]]), reply)

    def adjust_itself(self) -> None:
        """Adjust the balance with its built-in weight; return when that is done.

        Source: MT-SICS, `C3`.

        Raises:
            InstrumentRefused: it was aborted (the pan is loaded, or the balance busy), or there
                is no built-in weight.
        """
        with self.dialogue.turn():
            self.dialogue.setup = None
            reply = self.dialogue.ask("C3", timeout=ADJUSTING_SECONDS, goes_on=_is_adjusting)
            if reply != "C3 B\nC3 A":
                raise self._not_adjusted(reply)

    def _not_adjusted(self, reply: str) -> InstrumentError:
        status = reply.rpartition("\n")[2].removeprefix("C3 ")
        if status in NOT_ADJUSTED:
            return InstrumentRefused(self.dialogue.name, "C3", reply, NOT_ADJUSTED[status])
        return self._failed("C3", reply)

    def _failed(self, command: str, reply: str) -> InstrumentError:
        """Return what a reply without the expected form means."""
        status = reply.removeprefix(f"{command} ")
        if status in LOADS:
            advice = f"{LOADS[status].capitalize()}: check pan and load"
            return Overload(self.dialogue.name, command, reply, advice)
        if status in REFUSALS:
            return InstrumentRefused(self.dialogue.name, command, reply, REFUSALS[status])
        if status.startswith(("S Error ", "D ")):
            return InstrumentRefused(self.dialogue.name, command, reply, "No stable weight")
        return self.dialogue.distrust(command, reply, "Expected a stable weight or a status")


@dataclass(frozen=True)
class Xpr6(MtSicsBalance):
    """Microbalance up to 6.1 g."""

    offers: ClassVar[Offers] = {Balance: Reach(Span(0.0, 6.1e-3))}


@dataclass(frozen=True)
class Ax1006(MtSicsBalance):
    """Mass comparator up to 1.011 kg."""

    offers: ClassVar[Offers] = {Balance: Reach(Span(0.0, 1.011))}


@dataclass(frozen=True)
class Ax10005(MtSicsBalance):
    """Mass comparator up to 10.011 kg."""

    offers: ClassVar[Offers] = {Balance: Reach(Span(0.0, 10.011))}


_instrument: type[Instrument] = MtSicsBalance
_balance: type[Balance] = MtSicsBalance
_self_adjusting: type[SelfAdjusting] = MtSicsBalance
