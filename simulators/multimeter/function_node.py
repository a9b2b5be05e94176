"""The node of one function in the command tree of Keithley's multimeters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from simulators.language.scpi import Command, Parameter
from simulators.language.scpi_parameters import Special, boolean, limited, number
from simulators.multimeter.averaging import Filter, reference_from_reading
from simulators.multimeter.habits import Settings
from simulators.multimeter.panel import MultimeterPanel
from simulators.multimeter.setup import Setup
from simulators.multimeter.specification import Measurand

Level = float | Special
Ends = tuple[float, float, float]
"""Least, greatest and default value of a setting."""
Handler = Callable[[Level | None], str]
ASKED = (Parameter(number(), required=False),)
FILTERED: Ends = (1, 100, 10)
"""Readings that a filter averages."""


class Filtering(Settings, Protocol):
    """Settings with a filter for each function."""

    filters: dict[Measurand, Filter]


F = TypeVar("F", bound=Filtering)


@dataclass(frozen=True)
class FunctionNode(Generic[F]):
    """Makes the commands below one function's node.

    Attributes:
        panel: whose settings they are.
        node: in manual notation.
        measurand: the function.
        changed: lets a changed setting take effect.
        shown: a setting → as queries give it.
    """

    panel: MultimeterPanel[F]
    node: str
    measurand: Measurand
    changed: Callable[[], None]
    shown: Callable[[float], str]

    def setup(self) -> Setup:
        """Return how the function is set now."""
        return self.panel.meter.setups[self.measurand]

    def answered(self, ends: Ends, present: Callable[[], float]) -> Handler:
        """Return a query of a number that also tells its least, greatest and default value."""

        def answer(asked: Level | None) -> str:
            return self.shown(present() if asked is None else limited(asked, *ends))

        return answer

    def number(self, suffix: str, field: str, ends: Ends, unit: str | None = None) -> Command:
        """Return the command of a number of the setup, named by its field."""

        def set_(value: Level) -> None:
            setattr(self.setup(), field, limited(value, *ends))
            self.changed()

        held = self.answered(ends, lambda: getattr(self.setup(), field))
        return Command(f"{self.node}{suffix}", set_, held, (Parameter(number(unit)),), ASKED)

    def switch(self, suffix: str, field: str) -> Command:
        """Return the command of a switch of the setup, named by its field."""

        def switch(on: bool) -> None:
            setattr(self.setup(), field, on)
            self.changed()

        def switched() -> str:
            return f"{getattr(self.setup(), field):d}"

        return Command(f"{self.node}{suffix}", switch, switched, (Parameter(boolean),))

    def level(
        self, suffix: str, select: Callable[[Level], float], ends: Ends, unit: str
    ) -> Command:
        """Return the command of the range; `select` finds the one that suits a level."""

        def choose(level: Level) -> None:
            setup = self.setup()
            setup.range_, setup.auto_range = select(level), False
            self.changed()

        held = self.answered(ends, lambda: self.setup().range_)
        return Command(f"{self.node}{suffix}", choose, held, (Parameter(number(unit)),), ASKED)

    def reference(self, suffix: str, most: float, unit: str | None = None) -> Iterator[Command]:
        """Yield the commands of what is taken off every reading."""

        def acquire() -> None:
            reference_from_reading(self.panel, self.measurand, most)
            self.changed()

        yield self.number(suffix, "reference", (-most, most, 0.0), unit)
        yield self.switch(f"{suffix}:STATe", "referenced")
        yield Command(f"{self.node}{suffix}:ACQuire", acquire)

    def averaging(self) -> Iterator[Command]:
        """Yield the commands of the filter, but for its kind."""

        def held() -> Filter:
            return self.panel.settings.filters[self.measurand]

        def switch(on: bool) -> None:
            held().on = on
            self.changed()

        def readings(value: Level) -> int:
            return round(limited(value, *FILTERED))

        def count(value: Level) -> None:
            held().count = readings(value)
            self.changed()

        def counted(asked: Level | None) -> str:
            return f"{held().count if asked is None else readings(asked)}"

        node = f"{self.node}:AVERage"
        yield Command(f"{node}[:STATe]", switch, lambda: f"{held().on:d}", (Parameter(boolean),))
        yield Command(f"{node}:COUNt", count, counted, (Parameter(number()),), ASKED)

    def bandwidth(self, suffix: str, ends: Ends, highest: float) -> Command:
        """Return the command of the ac filter: the lowest frequency (Hz) up to `highest`."""
        filters = self.panel.meter.specification.settling.filters

        def choose(hertz: Level) -> None:
            wanted = limited(hertz, ends[0], highest, ends[2])
            self.setup().filter_hertz = max(one for one in filters if one <= wanted)
            self.changed()

        held = self.answered(ends, lambda: self.setup().filter_hertz)
        return Command(f"{self.node}{suffix}", choose, held, (Parameter(number("HZ")),), ASKED)
