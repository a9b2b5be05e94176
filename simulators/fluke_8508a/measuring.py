"""How an 8508A is set, and how it takes a reading."""

from dataclasses import dataclass, field

from simulators.fluke_8508a.language import (
    DATA_ENTRY,
    FUNCTIONS,
    ILLEGAL_RANGE,
    NUMBER,
    CommandError,
    ExecutionError,
    Unit,
)
from simulators.fluke_8508a.specification import CYCLES_OF, FAST_SHARE, FILTER_SECONDS
from simulators.multimeter.meter import OVERLOAD, Multimeter
from simulators.multimeter.specification import AC, OHMS

DIGITS = ("5", "6", "7", "8")


@dataclass
class State:
    """How one function is set: its range (None is autorange), digits, and options."""

    options: list[str]
    range_: float | None = None
    digits: int = 6


@dataclass
class Settings:
    """What a reset brings back."""

    header: str = "DCV"
    functions: dict[str, State] = field(
        default_factory=lambda: {
            header: State(list(function.fresh), digits=min(6, max(function.digits)))
            for header, function in FUNCTIONS.items()
        }
    )
    trigger: str = "INT"
    input: str = "FRONT"


class Measuring:
    """The settings of one meter and what they do to its physics.

    Attributes:
        settings: as they are.
    """

    def __init__(self, meter: Multimeter, pace: float) -> None:
        self.meter, self._pace = meter, pace
        self.settings = Settings()
        self._apply()

    def reset(self) -> None:
        """Carry out `*RST`."""
        self.settings = Settings()
        self.meter.reset()
        self._apply()

    def choose(self, unit: Unit) -> None:
        """Take a function with its options; all of them or none."""
        function = FUNCTIONS[unit.header]
        before = self.settings.functions[unit.header]
        wanted = State(list(before.options), before.range_, before.digits)
        for text in unit.parameters:
            self._option(unit.header, wanted, text)
        if function.wires:
            wanted.options[2] = "FOUR_WR"
        self.settings.functions[unit.header] = wanted
        self.settings.header = unit.header
        self._apply()

    def _option(self, header: str, state: State, text: str) -> None:
        function = FUNCTIONS[header]
        if text == "AUTO":
            state.range_ = None
        elif NUMBER.fullmatch(text):
            state.range_ = self._range(header, abs(float(text)))
        elif text.startswith("RESL") and text[4:] in DIGITS:
            if int(text[4:]) not in function.digits:
                raise ExecutionError(DATA_ENTRY)
            state.digits = int(text[4:])
        else:
            place = next((at for at, group in enumerate(function.groups) if text in group), None)
            if place is None:
                raise CommandError
            state.options[place] = text

    def _range(self, header: str, nominal: float) -> float:
        """Return the range for a nominal value: 10 is measured on the 20 V range."""
        measurand = FUNCTIONS[header].measurand
        ranges = self.meter.ranges(measurand)
        found = next((one for one in ranges if nominal <= one * (1 + 1e-9)), None)
        if found is None:
            raise ExecutionError(ILLEGAL_RANGE)
        return found

    def _apply(self) -> None:
        """Let the meter's physics follow the settings."""
        function, state = FUNCTIONS[self.settings.header], self._state
        four = "FOUR_WR" in state.options and function.four_wire is not None
        measurand = function.four_wire if four and function.four_wire else function.measurand
        self.meter.measurand = measurand
        setup = self.meter.setup
        setup.auto_range = state.range_ is None
        if state.range_ is not None:
            setup.range_ = state.range_
        fast = FAST_SHARE if "FAST_ON" in state.options else 1.0
        setup.line_cycles = CYCLES_OF[state.digits] * fast
        setup.auto_zero, setup.high_impedance = False, True
        setup.digits = state.digits + 1 if measurand in AC else None
        for option in state.options:
            if option.startswith("FILT") and option.endswith("HZ"):
                setup.filter_hertz = float(option[4:-2])
        self.meter.revise()

    @property
    def _state(self) -> State:
        return self.settings.functions[self.settings.header]

    def take(self, instant: float) -> tuple[float, float]:
        """Return a reading begun at `instant` (s), and the instant (s) at which it is complete."""
        timing = self.meter.timing()
        filtered = FILTER_SECONDS if "FILT_ON" in self._state.options else 0.0
        middle = instant + (filtered + timing.middle) * self._pace
        return self._value(middle), instant + (filtered + timing.total) * self._pace

    def _value(self, instant: float) -> float:
        """Return a reading; with the front input off there is nothing to read."""
        if self.settings.input == "FRONT":
            return self.meter.read(instant)
        return OVERLOAD if self.meter.measurand in OHMS else 0.0
