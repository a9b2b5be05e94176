"""Druck PACE5000 and PACE6000 pressure controllers, and the indicator PACE1000."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from drivers.capabilities import (
    Barometer,
    Identity,
    Instrument,
    Offers,
    Output,
    PressureController,
    PressureGauge,
    PressureSource,
    Reach,
    Reading,
    Span,
)
from drivers.dialogue import Dialogue
from drivers.druck.language import Item, Module
from drivers.errors import (
    InstrumentRefused,
    LinkLost,
    NotConfigured,
    ReplyTimeout,
    UnexpectedReply,
)
from drivers.identity import Greeting, four_fields

VENT_SECONDS = 300.0
"""A large volume takes minutes to be vented."""

POLL_SECONDS = 0.5
PASCALS_PER_BAR = 1e5

_NUMBER, _FLAG, _NAME = r"(-?\d+\.\d+)", "([01])", r'("[^"]*")'

LEVEL = Item(":SOUR:PRES:LEV:IMM:AMPL", _NUMBER)
VENT = Item(":SOUR:PRES:LEV:IMM:AMPL:VENT", r"(\d)")
BAND = Item(":SOUR:PRES:INL", _NUMBER)
CONTROL_RANGE = Item(":SOUR:PRES:RANG", _NAME)
OUTPUT = Item(":OUTP:STAT", _FLAG)
UNIT = Item(":UNIT:PRES", "([A-Z0-9/_]+)")
RANGE = Item(":SENS:PRES:RANG", _NAME)
PRESSURE = Item(":SENS:PRES", _NUMBER)
IN_LIMITS = Item(":SENS:PRES:INL", f"{_NUMBER}, {_FLAG}")
BAROMETER = Item(":SENS:PRES:BAR", _NUMBER)

GAUGE_RANGE = re.compile(r'"(\d+(?:\.\d+)?)(m?)bar ?g"', re.ASCII)

VENTING, VENTED = "1", "2"
SUPPLY = "Check supply, connections and the panel of the controller"


@dataclass(frozen=True, slots=True)
class Setup:
    """The unit is Pa; `pascals` (Pa, gauge) is the set-point that is controlled, if any."""

    pascals: float | None = None


def stated_identity(replies: Sequence[str]) -> Identity:
    """Return the identity in the reply to `*IDN?`, which repeats the header.

    Raises:
        LinkFault: it has not four fields.
    """
    return four_fields([replies[0].removeprefix("*IDN ")])


@dataclass(frozen=True)
class Pace:
    """Pressure controller; `module` is 1, or 2 in a PACE6000. Commands: Druck manual K0472.

    Everything is set and read in Pa: the first use in a session selects that unit. Set-points
    and readings are gauge pressures; on a range that is absolute they are refused. Replies carry
    their header, which is checked. `offers` is the reach of the family; a module refuses what is
    beyond its own range. After a lost session the modules stop controlling first.
    """

    dialogue: Dialogue
    module: int = 1

    greeting: ClassVar[Greeting] = Greeting(
        states=stated_identity,
        after_loss=(":OUTP:STAT 0", ":OUTP2:STAT 0"),
        errors=":SYST:ERR?",
    )
    offers: ClassVar[Offers] = {
        PressureSource: Reach(Span(-1e5, 210e5)),
        PressureGauge: Reach(Span(-1e5, 210e5)),
        PressureController: Reach(Span(-1e5, 210e5)),
        Barometer: Reach(Span(82.5e3, 120.75e3)),
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware as the controller states them.

        Source: K0472, `*IDN?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session; the controller keeps controlling."""
        self.dialogue.close()

    def standby(self) -> None:
        """Stop controlling and begin to vent; a broken session is tried once more.

        Source: K0472, `:OUTP:STAT`, `:SOUR:…:VENT`.

        Raises:
            InstrumentRefused: the controller still states that it controls, or does not vent.
        """
        with self.dialogue.turn():
            try:
                _stand_by(self._module)
            except (LinkLost, ReplyTimeout, UnexpectedReply):
                _stand_by(self._module)

    def confirm_operating(self) -> None:
        """Make sure that the controller is on still, and no error has come up.

        Source: K0472, `:OUTP:STAT?`, `:SYST:ERR?`.

        Raises:
            InstrumentRefused: it has gone off, or the error queue is not empty.
        """
        with self.dialogue.turn():
            query = f"{self._module.header(OUTPUT)}?"
            self._module.check(query)
            if self._module.ask(OUTPUT) != ["1"]:
                raise InstrumentRefused(self.dialogue.name, query, "it is off", SUPPLY)

    def approach_pressure(self, pascals: float) -> None:
        """Go for `pascals` (Pa, gauge) and control it; return at once.

        Source: K0472, `:SOUR:PRES:LEV:IMM:AMPL`, `:OUTP:STAT`.

        Raises:
            NotConfigured: the control range is not a gauge range.
            InstrumentRefused: the controller would not, e.g. beyond its range.
        """
        with self.dialogue.turn():
            _prepare(self._module)
            self.dialogue.setup = Setup()
            _full_scale(self._module, CONTROL_RANGE, self._module.ask(CONTROL_RANGE)[0])
            self._module.say(VENT, "0")
            command = self._module.say(LEVEL, f"{pascals:.9G}")
            set_to = self._module.ask(LEVEL)[0]
            if not _same(set_to, pascals):
                raise InstrumentRefused(self.dialogue.name, command, f"it is set to {set_to} Pa")
            self._module.say(OUTPUT, "1")
            self.dialogue.setup = Setup(pascals)

    def is_stable(self) -> bool:
        """Return whether the controller states that it is within its limits of our set-point.

        The flag may be that of the set-point before for as long as one reading takes, so the
        pressure beside it must be near ours too.

        Source: K0472, `:SENS:PRES:INL?`, `:SOUR:PRES:INL?`.

        Raises:
            NotConfigured: no set-point was approached in this session, or somebody changed it.
            InstrumentRefused: the controller has gone off.
        """
        query = f"{self._module.header(LEVEL)}?"
        with self.dialogue.turn():
            setup = self.dialogue.setup
            if not isinstance(setup, Setup) or setup.pascals is None:
                said = "no pressure was approached since the session began"
                raise NotConfigured(self.dialogue.name, query, said, "Approach it first")
            return _in_limits(self._module, setup.pascals)

    def vent(self) -> None:
        """Stop controlling, open to the atmosphere, and return when the pressure is gone.

        Source: K0472, `:SOUR:…:VENT`: 1 in progress, 2 completed.

        Raises:
            InstrumentRefused: the vent was not completed.
        """
        with self.dialogue.turn():
            _stand_by(self._module)
        _await_vent(self._module)

    def read_pressure(self) -> Reading:
        """Take one reading (Pa, gauge); its `raw` is the number as sent.

        Source: K0472, `:SENS:PRES?`, `:SENS:PRES:RANG?`, `:UNIT:PRES?`.

        Raises:
            NotConfigured: the range is not a gauge range, or somebody changed the unit.
        """
        return _read_gauge(self._module)

    def read_atmospheric_pressure(self) -> Reading:
        """Take one reading of the barometer option (Pa, absolute); its `raw` is the number as sent.

        Source: K0472, `:SENS:PRES:BAR?`, which is zero where none is fitted.

        Raises:
            InstrumentRefused: there is no barometer.
            NotConfigured: somebody changed the unit.
        """
        return _read_barometer(self._module)

    @property
    def _module(self) -> Module:
        return Module(self.dialogue, self.module)


@dataclass(frozen=True)
class PaceIndicator:
    """Pressure indicator PACE1000; `module` is the number of its sensor.

    It speaks as the controllers do, without what they control with (Druck manual K0472). `offers`
    is the reach of the family.
    """

    dialogue: Dialogue
    module: int = 1

    greeting: ClassVar[Greeting] = Greeting(states=stated_identity, errors=":SYST:ERR?")
    offers: ClassVar[Offers] = {
        PressureGauge: Reach(Span(-1e5, 210e5)),
        Barometer: Reach(Span(82.5e3, 120.75e3)),
    }

    def identify(self) -> Identity:
        """Return maker, model, serial number and firmware as the indicator states them.

        Source: K0472, `*IDN?`.
        """
        return self.dialogue.identify()

    def close(self) -> None:
        """End the session."""
        self.dialogue.close()

    def read_pressure(self) -> Reading:
        """Take one reading (Pa, gauge); its `raw` is the number as sent.

        Source: K0472, `:SENS:PRES?`, `:SENS:PRES:RANG?`, `:UNIT:PRES?`.

        Raises:
            NotConfigured: the range is not a gauge range, or somebody changed the unit.
        """
        return _read_gauge(Module(self.dialogue, self.module))

    def read_atmospheric_pressure(self) -> Reading:
        """Take one reading of the barometer option (Pa, absolute); its `raw` is the number as sent.

        Source: K0472, `:SENS:PRES:BAR?`, which is zero where none is fitted.

        Raises:
            InstrumentRefused: there is no barometer.
            NotConfigured: somebody changed the unit.
        """
        return _read_barometer(Module(self.dialogue, self.module))


def _read_gauge(module: Module) -> Reading:
    with module.dialogue.turn():
        _prepare(module)
        range_name, unit, number = module.ask(RANGE, UNIT, PRESSURE)
        _expect_pascals(module, unit)
    _full_scale(module, RANGE, range_name)
    return Reading(float(number), number)


def _read_barometer(module: Module) -> Reading:
    with module.dialogue.turn():
        _prepare(module)
        unit, number = module.ask(UNIT, BAROMETER)
        _expect_pascals(module, unit)
    if float(number) == 0.0:
        query = f"{module.header(BAROMETER)}?"
        raise InstrumentRefused(module.dialogue.name, query, number, "No barometer is fitted")
    return Reading(float(number), number)


def _prepare(module: Module) -> None:
    """Select Pa, once a session."""
    if not isinstance(module.dialogue.setup, Setup):
        module.say(UNIT, "PA")
        module.dialogue.setup = Setup()


def _expect_pascals(module: Module, unit: str) -> None:
    if unit != "PA":
        module.dialogue.setup = None
        query, advice = f"{module.header(UNIT)}?", "Somebody changed the unit: leave it at Pa"
        raise NotConfigured(module.dialogue.name, query, unit, advice)


def _full_scale(module: Module, item: Item, name: str) -> float:
    """Return the full scale (Pa) of a gauge range; others are refused."""
    gauge = GAUGE_RANGE.fullmatch(name)
    if gauge is None:
        advice = "Select a gauge range: this one is not relative to the atmosphere"
        raise NotConfigured(module.dialogue.name, f"{module.header(item)}?", name, advice)
    return float(gauge[1]) * PASCALS_PER_BAR * (1e-3 if gauge[2] else 1.0)


def _stand_by(module: Module) -> None:
    module.tell(OUTPUT, "0")
    command = module.tell(VENT, "1")
    if isinstance(module.dialogue.setup, Setup):
        module.dialogue.setup = Setup()
    on, state = module.ask(OUTPUT, VENT)
    if on != "0" or state not in (VENTING, VENTED):
        said = f"output {on}, vent state {state}"
        advice = "Take the pressure to be there still; vent at the panel"
        raise InstrumentRefused(module.dialogue.name, command, said, advice)


def _await_vent(module: Module) -> None:
    for _ in module.dialogue.attempts(VENT_SECONDS, POLL_SECONDS):
        state = module.ask(VENT)[0]
        if state == VENTED:
            return
        if state != VENTING:
            break
    said, query = f"vent state {state}", f"{module.header(VENT)}?"
    advice = "Take the pressure to be there still; vent at the panel"
    raise InstrumentRefused(module.dialogue.name, query, said, advice)


def _in_limits(module: Module, pascals: float) -> bool:
    """Return whether the controller states that it is within its limits of `pascals` (Pa)."""
    set_to, on, unit, band, range_name, pressure, in_limits = module.ask(
        LEVEL, OUTPUT, UNIT, BAND, CONTROL_RANGE, IN_LIMITS
    )
    _expect_pascals(module, unit)
    if not _same(set_to, pascals):
        advice = "Somebody changed the set-point: approach it again"
        raise NotConfigured(module.dialogue.name, f"{module.header(LEVEL)}?", set_to, advice)
    if on != "1":
        query = f"{module.header(OUTPUT)}?"
        raise InstrumentRefused(module.dialogue.name, query, "it is off", SUPPLY)
    limit = 2 * float(band) / 100 * _full_scale(module, CONTROL_RANGE, range_name)
    return in_limits == "1" and abs(float(pressure) - pascals) <= limit


def _same(stated: str, pascals: float) -> bool:
    """Return whether a set-point (Pa) is the one that was sent: it comes back as a short float."""
    return math.isclose(float(stated), pascals, rel_tol=1e-6, abs_tol=1e-3)


_instrument: type[Instrument] = Pace
_output: type[Output] = Pace
_source: type[PressureSource] = Pace
_gauge: type[PressureGauge] = Pace
_controller: type[PressureController] = Pace
_barometer: type[Barometer] = Pace
_indicator: type[Instrument] = PaceIndicator
_indicating: type[PressureGauge] = PaceIndicator
_of_the_air: type[Barometer] = PaceIndicator
