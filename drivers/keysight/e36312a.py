"""Keysight E36312A triple-output direct-current supply."""

import re
from dataclasses import dataclass
from typing import ClassVar

from drivers import scpi
from drivers.capabilities import (
    DcCurrentSource,
    DcVoltageSource,
    Identity,
    Instrument,
    Offers,
    Output,
    Reach,
    Span,
)
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused, LinkLost, NotConfigured, ReplyTimeout, UnexpectedReply
from drivers.identity import Greeting

SETTLE_SECONDS = 20.0

NUMBER = re.compile(r"[+-]\d\.\d{8}E[+-]\d\d", re.ASCII)
"""A measured value, its form from memory, unverified."""

LIMITED = 0.98
"""Part of a limit from which on the supply is taken to regulate the limit, not what was asked."""

STEADY, STEADY_OFFSET = 1e-3, 2e-3
"""Two measurements in a row agree within this part of the value and this (V or A)."""

NEAR, NEAR_OFFSET = 0.05, 0.05
"""How far from what was set (part, and V or A) an output may settle that is worth calibrating."""

MOST_MEASUREMENTS = 20

_OFF = "OUTP 0, (@1);:OUTP 0, (@2);:OUTP 0, (@3)"


@dataclass(frozen=True, slots=True)
class Applied:
    """What was set: the quantity to be regulated, and the other one that must stay below a limit.

    Attributes:
        quantity: header of the quantity, VOLT (V) or CURR (A).
        value: its value.
        limited: header of the other one.
        limit: its limit.
    """

    quantity: str
    value: float
    limited: str
    limit: float


@dataclass(frozen=True)
class KeysightE36312A:
    """Direct-current supply, output 1 (6 V, 5 A). Commands: as public drivers send them.

    As a source of voltage its current limit is the rating, as a source of current its voltage
    limit. That it regulates what was asked for, and not the limit, is seen from its own
    measurement of the other quantity. The first output of a session resets the whole supply, and
    standby switches all three outputs off. The classes below are the other outputs.
    """

    dialogue: Dialogue

    output: ClassVar[int] = 1
    rated_volts: ClassVar[float] = 6.0
    rated_amperes: ClassVar[float] = 5.0
    greeting: ClassVar[Greeting] = Greeting(after_loss=(_OFF,), errors=scpi.ERRORS)
    offers: ClassVar[Offers] = {
        DcVoltageSource: Reach(Span(0.0, 6.0)),
        DcCurrentSource: Reach(Span(0.0, 5.0)),
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware revisions as the supply states them."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the outputs stay as they are."""
        self.dialogue.close()

    def standby(self) -> None:
        """Switch all outputs off and make sure of this one; a broken session is tried once more.

        Source: pymeasure/pymeasure, keysightE36312A.py: `OUTP`.

        Raises:
            InstrumentRefused: the supply still states that the output is on.
        """
        with self.dialogue.turn():
            try:
                self._stand_by()
            except (LinkLost, ReplyTimeout, UnexpectedReply):
                self._stand_by()

    def source_dc_voltage(self, volts: float) -> None:
        """Apply `volts` (V) and wait until the supply's own measurement is steady.

        Source: pymeasure/pymeasure, keysightE36312A.py: `VOLT`, `CURR`, `OUTP`, `MEAS:VOLT?`.

        Raises:
            InstrumentRefused: the supply would not, or its current limit was reached.
        """
        self._source(Applied("VOLT", volts, "CURR", self.rated_amperes))

    def source_dc_current(self, amperes: float) -> None:
        """Drive `amperes` (A) and wait until the supply's own measurement is steady.

        Source: pymeasure/pymeasure, keysightE36312A.py: `VOLT`, `CURR`, `OUTP`, `MEAS:CURR?`.

        Raises:
            InstrumentRefused: the supply would not, or the circuit is open.
        """
        self._source(Applied("CURR", amperes, "VOLT", self.rated_volts))

    def confirm_operating(self) -> None:
        """Make sure that the output is on, regulates what was set, and no error has come up.

        Source: pymeasure/pymeasure, keysightE36312A.py: `OUTP?`, `MEAS:VOLT?`, `MEAS:CURR?`.

        Raises:
            NotConfigured: nothing was set in this session.
            InstrumentRefused: the output has tripped, its limit was reached, or the error queue
                is not empty.
        """
        with self.dialogue.turn():
            applied = self.dialogue.setup
            if not isinstance(applied, Applied):
                said = "nothing was set since the session began"
                raise NotConfigured(self.dialogue.name, "OUTP?", said, "Set an output first")
            scpi.check(self.dialogue, "OUTP 1")
            measured = self._measure(applied.limited)
            if measured >= LIMITED * applied.limit:
                said = f"{measured:.9G} measured, which is its limit: it regulates that"
                advice = "Check the connections: too low a load, or an open circuit"
                command = f"{applied.quantity} {applied.value:.9G}"
                raise InstrumentRefused(self.dialogue.name, command, said, advice)
            # Last of all: an output that has tripped regulates no limit either.
            if not self._is_on():
                self.dialogue.setup = None
                advice = "Check the connections: its protection has tripped"
                raise InstrumentRefused(self.dialogue.name, "OUTP?", "its output is off", advice)

    @property
    def _list(self) -> str:
        return f"(@{self.output})"

    def _source(self, applied: Applied) -> None:
        """Set the limit, then the value; switch on and wait until it is steady."""
        with self.dialogue.turn():
            woken = scpi.was_switched_on(self.dialogue)
            former, self.dialogue.setup = self.dialogue.setup, None
            # Between voltage and current it goes by way of off: what is connected may differ.
            known = isinstance(former, Applied) and former.quantity == applied.quantity
            if woken or not known:
                scpi.say(self.dialogue, "*RST")
            scpi.say(
                self.dialogue,
                f"{applied.limited} {applied.limit:.9G}, {self._list}"
                f";:{applied.quantity} {applied.value:.9G}, {self._list}",
            )
            scpi.say(self.dialogue, f"OUTP 1, {self._list}")
            scpi.await_done(self.dialogue, SETTLE_SECONDS)
            self.dialogue.setup = applied
            self._settle(applied)
            self.confirm_operating()

    def _settle(self, applied: Applied) -> None:
        """Measure until two values in a row agree, near what was set: at first both may be 0."""
        before = self._measure(applied.quantity)
        for _ in range(MOST_MEASUREMENTS):
            now = self._measure(applied.quantity)
            steady = abs(now - before) <= STEADY * abs(applied.value) + STEADY_OFFSET
            if steady and abs(now - applied.value) <= NEAR * abs(applied.value) + NEAR_OFFSET:
                return
            before = now
        self.confirm_operating()  # it knows better why
        command = f"{applied.quantity} {applied.value:.9G}"
        said, advice = f"{before:.9G} measured, not settled", "Check what is connected"
        raise InstrumentRefused(self.dialogue.name, command, said, advice)

    def _measure(self, quantity: str) -> float:
        """Return what the supply measures of `quantity` (V or A)."""
        question = f"MEAS:{quantity}? {self._list}"
        reply = self.dialogue.ask(question)
        if NUMBER.fullmatch(reply) is None or abs(float(reply)) >= scpi.OVERLOAD:
            raise self.dialogue.distrust(question, reply, "Expected a measured value")
        return float(reply)

    def _stand_by(self) -> None:
        self.dialogue.tell(_OFF)
        scpi.await_off(self.dialogue)
        if self._is_on():
            advice = "Press the output's key; take the terminals to be live"
            raise InstrumentRefused(self.dialogue.name, _OFF, "it is still on", advice)

    def _is_on(self) -> bool:
        question = f"OUTP? {self._list}"
        reply = self.dialogue.ask(question)
        if reply not in ("0", "1"):
            raise self.dialogue.distrust(question, reply, "Expected 0 or 1")
        return reply == "1"


_TWENTY_FIVE_VOLTS: Offers = {
    DcVoltageSource: Reach(Span(0.0, 25.0)),
    DcCurrentSource: Reach(Span(0.0, 1.0)),
}


@dataclass(frozen=True)
class KeysightE36312AOutput2(KeysightE36312A):
    """Output 2: 25 V, 1 A."""

    output: ClassVar[int] = 2
    rated_volts: ClassVar[float] = 25.0
    rated_amperes: ClassVar[float] = 1.0
    offers: ClassVar[Offers] = _TWENTY_FIVE_VOLTS


@dataclass(frozen=True)
class KeysightE36312AOutput3(KeysightE36312AOutput2):
    """Output 3: 25 V, 1 A."""

    output: ClassVar[int] = 3


_instrument: type[Instrument] = KeysightE36312A
_output: type[Output] = KeysightE36312A
_voltage: type[DcVoltageSource] = KeysightE36312A
_current: type[DcCurrentSource] = KeysightE36312A
