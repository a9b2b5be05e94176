"""Fluke 287 and 289 hand-held multimeters, through their infrared port."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import (
    AcAmmeter,
    AcVoltmeter,
    DcAmmeter,
    DcVoltmeter,
    Identity,
    Instrument,
    Offers,
    Ohmmeter,
    Reach,
    Reading,
    Span,
    Wires,
)
from drivers.dialogue import Dialogue
from drivers.errors import InstrumentRefused, Overload, UnexpectedReply
from drivers.fluke.f289_display import Display, Setting, parse_display
from drivers.identity import Greeting
from drivers.link import LinkFault
from drivers.scpi import not_configured

FRESH_SECONDS = 0.6
"""A reading is waited for that is younger than the question by two updates of the display.

The display has four updates a second (from memory, unverified).
"""

MOST_QUESTIONS = 100
REPLY_SECONDS = 3.0

OK = "0"
REFUSALS = {"1": "syntax error", "2": "execution error", "5": "no data available"}
IDENTITY = re.compile(r"(FLUKE) (\d{3}),([^,]+),(\w+)", re.ASCII)

_QUERY = "QDDA"


def goes_on(lines: Sequence[str]) -> bool:
    """Return whether a reply goes on after `lines`: an acknowledging 0 is followed by one line."""
    return not lines or (len(lines) == 1 and lines[0] == OK)


def identity_of(replies: Sequence[str]) -> Identity:
    """Return the identity in the reply to `ID`: acknowledgement, then model, firmware, serial.

    Raises:
        LinkFault: there is none.
    """
    acknowledgement, _, line = replies[0].partition("\n")
    named = IDENTITY.fullmatch(line)
    if acknowledgement != OK or named is None:
        advice = "Expected 0 and FLUKE model,version,serial: check that the meter is on"
        raise LinkFault(UnexpectedReply, repr(replies[0]), advice)
    return Identity(named[1], named[2], named[4], named[3])


@dataclass(frozen=True)
class Fluke289:
    """Hand-held multimeter. Commands: 289/287 Remote Interface Specification (2007).

    Nothing can be set from here: the operator turns the switch and presses RANGE. To configure
    is to look whether that was done; each reading looks again, at function, range and modes of
    the very display that it is taken from. The input for voltage has 10 MΩ; that, and the
    reaches, from memory, unverified.
    """

    dialogue: Dialogue

    greeting: ClassVar[Greeting] = Greeting(
        queries=("ID",), states=identity_of, goes_on=goes_on, always=()
    )
    offers: ClassVar[Offers] = {
        DcVoltmeter: Reach(Span(-1000.0, 1000.0)),
        AcVoltmeter: Reach(Span(0.0, 1000.0), Span(20.0, 100e3)),
        DcAmmeter: Reach(Span(-10.0, 10.0)),
        AcAmmeter: Reach(Span(0.0, 10.0), Span(20.0, 100e3)),
        Ohmmeter: Reach(Span(0.0, 500e6)),
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and software version as the meter states them."""
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the meter stays as it is."""
        self.dialogue.close()

    def configure_dc_voltage(self, range_volts: float) -> None:
        """Make sure that the switch is at direct voltage and the range is `range_volts` (V).

        With automatic ranging the range is judged at each reading.

        Source: 289/287 Remote Interface Specification, `QDDA`.

        Raises:
            InstrumentRefused: it is not; the advice says what to set.
        """
        self._expect(Setting("direct voltage", ("V_DC", "MV_DC"), ("VDC",), range_volts))

    def configure_ac_voltage(self, range_volts: float, hertz: float) -> None:
        """Make sure that the switch is at alternating voltage, range `range_volts` (V).

        Nothing is to be chosen for a signal of `hertz` (Hz); the low-pass filter must be off.

        Source: 289/287 Remote Interface Specification, `QDDA`.

        Raises:
            InstrumentRefused: it is not; the advice says what to set.
        """
        self._expect(Setting("alternating voltage", ("V_AC", "MV_AC"), ("VAC",), range_volts))

    def configure_dc_current(self, range_amperes: float) -> None:
        """Make sure that the switch is at direct current and the range is `range_amperes` (A).

        Source: 289/287 Remote Interface Specification, `QDDA`.

        Raises:
            InstrumentRefused: it is not; the advice says what to set.
        """
        functions = ("A_DC", "MA_DC", "UA_DC")
        self._expect(Setting("direct current", functions, ("ADC",), range_amperes))

    def configure_ac_current(self, range_amperes: float, hertz: float) -> None:
        """Make sure that the switch is at alternating current, range `range_amperes` (A).

        Nothing is to be chosen for `hertz` (Hz).

        Source: 289/287 Remote Interface Specification, `QDDA`.

        Raises:
            InstrumentRefused: it is not; the advice says what to set.
        """
        functions = ("A_AC", "MA_AC", "UA_AC")
        self._expect(Setting("alternating current", functions, ("AAC",), range_amperes))

    def configure_resistance(self, range_ohms: float, wires: Wires) -> None:
        """Make sure that the switch is at resistance and the range is `range_ohms` (Ω).

        Source: 289/287 Remote Interface Specification, `QDDA`.

        Raises:
            InstrumentRefused: it is not, or `wires` are four: the meter has two terminals.
        """
        if wires is Wires.FOUR:
            said = "not sent: a hand-held meter measures resistance with two wires"
            advice = "Choose a point with two wires"
            raise InstrumentRefused(self.dialogue.name, _QUERY, said, advice)
        self._expect(Setting("resistance", ("OHMS", "OHMS_LOW"), ("OHM", "OHMS"), range_ohms))

    def read(self) -> Reading:
        """Take a reading newer than this question, in V, A or Ω; its `raw` is the number as sent.

        Source: 289/287 Remote Interface Specification, `QDDA`: value and time stamp.

        Raises:
            NotConfigured: nothing was configured in this session.
            Overload: the input is beyond the range.
            InstrumentRefused: function, range or modes are not those configured, or the display
                stands still.
            UnexpectedReply: what came is no display.
        """
        with self.dialogue.turn():
            setting = self.dialogue.setup
            if not isinstance(setting, Setting):
                raise not_configured(self.dialogue, _QUERY)
            shown = self._display()
            asked_at = shown.seconds
            for _ in range(MOST_QUESTIONS):
                if shown.seconds - asked_at >= FRESH_SECONDS and not shown.is_changing:
                    return self._reading(shown, setting)
                shown = self._display()
        said = f"no reading for {MOST_QUESTIONS} questions: {shown.state}"
        advice = "Look at the meter: it must show a number that is not held"
        raise InstrumentRefused(self.dialogue.name, _QUERY, said, advice)

    def _reading(self, shown: Display, setting: Setting) -> Reading:
        _refuse(self.dialogue, setting.objection(shown))
        if shown.is_overload:
            advice = "Check the range, the connections and the source"
            raise Overload(self.dialogue.name, _QUERY, f"{shown.raw},{shown.state}", advice)
        _refuse(self.dialogue, setting.range_objection(shown))
        if not shown.is_number:
            said = f"{shown.raw},{shown.state}"
            raise self.dialogue.distrust(_QUERY, said, "The meter has no reading to give")
        return Reading(float(shown.raw), shown.raw)

    def _expect(self, setting: Setting) -> None:
        with self.dialogue.turn():
            self.dialogue.setup = None
            shown = self._display()
            _refuse(self.dialogue, setting.objection(shown))
            if not shown.ranges_automatically:
                _refuse(self.dialogue, setting.range_objection(shown))
            self.dialogue.setup = setting

    def _display(self) -> Display:
        reply = self.dialogue.ask(_QUERY, timeout=REPLY_SECONDS, goes_on=goes_on)
        acknowledgement, _, line = reply.partition("\n")
        if acknowledgement in REFUSALS and not line:
            said = f"{acknowledgement}: {REFUSALS[acknowledgement]}"
            raise InstrumentRefused(self.dialogue.name, _QUERY, said, "Look at the meter")
        shown = parse_display(line)
        if acknowledgement != OK or shown is None:
            raise self.dialogue.distrust(_QUERY, reply, "Expected 0 and the display")
        return shown


def _refuse(dialogue: Dialogue, objection: tuple[str, str] | None) -> None:
    """Raise `objection`, if there is one: what is set wrongly, and what to do."""
    if objection is not None:
        raise InstrumentRefused(dialogue.name, _QUERY, *objection)


_instrument: type[Instrument] = Fluke289
_dc_voltmeter: type[DcVoltmeter] = Fluke289
_ac_voltmeter: type[AcVoltmeter] = Fluke289
_dc_ammeter: type[DcAmmeter] = Fluke289
_ac_ammeter: type[AcAmmeter] = Fluke289
_ohmmeter: type[Ohmmeter] = Fluke289
