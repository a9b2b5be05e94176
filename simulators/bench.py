"""From a list of instruments to a wired world."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulators.clock import Clock
from simulators.errors import UnknownName, WrongSpecification
from simulators.faults import Fault, FaultyPanel
from simulators.fluke_5522a.calibrator import Calibrator
from simulators.fluke_5522a.commands import COMMANDS
from simulators.fluke_5522a.panel import CalibratorPanel
from simulators.fluke_5522a.terminal import TerminalMode
from simulators.functions import Function
from simulators.keysight_truevolt.commands import language
from simulators.keysight_truevolt.meter import Truevolt
from simulators.keysight_truevolt.panel import TruevoltPanel
from simulators.keysight_truevolt.specification import MODELS
from simulators.panel import Panel, Scalar
from simulators.true_error import Errors, check
from simulators.world import World

if TYPE_CHECKING:
    import pyvisa

FLUKE_5522A = "fluke-5522a"


@dataclass(frozen=True)
class InstrumentSpec:
    """One instrument to put on the bench.

    Attributes:
        name: its role, and the first word of its terminals.
        model: one of `models()`.
        serial: number it gives in `*IDN?`.
        errors: function → {"gain_ppm": …, "offset_ppm_of_range": …}; what is not set is drawn.
    """

    name: str
    model: str
    serial: str
    errors: Errors = field(default_factory=dict)


def models() -> tuple[str, ...]:
    """Return the models that can be simulated."""
    return (FLUKE_5522A, *MODELS)


class SimulatedBench:
    """A world, the panels in it, and what only a test may know: the true errors."""

    def __init__(self, specs: Iterable[InstrumentSpec], world: World) -> None:
        self.world = world
        self.panels: dict[str, FaultyPanel] = {}
        self._calibrator_panels: dict[str, CalibratorPanel] = {}
        self.calibrators: dict[str, Calibrator] = {}
        self.meters: dict[str, Truevolt] = {}
        for spec in specs:
            if spec.name in self.panels:
                raise WrongSpecification(f"two instruments are named {spec.name!r}: rename one")
            check(spec.errors)
            self.panels[spec.name] = FaultyPanel(self._build(spec))

    def _build(self, spec: InstrumentSpec) -> Panel:
        if spec.model == FLUKE_5522A:
            calibrator = Calibrator(spec.name, self.world, spec.errors)
            self.calibrators[spec.name] = calibrator
            panel = CalibratorPanel(calibrator, spec.serial, self.world.clock, COMMANDS)
            self._calibrator_panels[spec.name] = panel
            return panel
        if spec.model in MODELS:
            meter = Truevolt(MODELS[spec.model], spec.name, self.world, spec.errors)
            self.meters[spec.name] = meter
            return TruevoltPanel(meter, spec.serial, self.world.clock, language)
        raise UnknownName("model", spec.model, models())

    def models(self) -> tuple[str, ...]:
        """Return the models that can be simulated."""
        return models()

    def connect(self, wires: Iterable[Iterable[str]]) -> None:
        """Replace all wires by `wires`, pairs such as ("calibrator NORMAL HI", "dut HI")."""
        before = self.world.connections
        self.world.disconnect_all()
        try:
            self.world.connect(wires)
        except UnknownName:
            self.world.connect(before)
            raise

    def disconnect(self) -> None:
        """Take every wire away."""
        self.world.disconnect_all()

    def wires(self) -> list[list[str]]:
        """Return the wires, in the order they were laid."""
        return [list(wire) for wire in self.world.connections]

    def state(self) -> dict[str, Mapping[str, Scalar]]:
        """Return what the front panels show, by instrument."""
        return {name: panel.state() for name, panel in self.panels.items()}

    def resource_manager(self, addresses: Mapping[str, str]) -> "pyvisa.ResourceManager":
        """Return a resource manager in this process: VISA address → instrument's name."""
        from simulators.transport.in_process import resource_manager

        panels = {address: self.panel(name) for address, name in addresses.items()}
        return resource_manager(panels, self.world.clock)

    def arm(self, name: str, fault: Fault, *, at_exchange: int = 1) -> None:
        """Let `fault` strike the message `at_exchange` from now; 1 is the next one."""
        self.panel(name).arm(fault, at_exchange=at_exchange)

    def serial_panel(self, name: str, *, terminal: bool = False) -> Panel:
        """Return the panel as its serial line shows it; only a calibrator has a terminal mode."""
        panel = self.panel(name)
        if not terminal:
            return panel
        if name not in self._calibrator_panels:
            raise UnknownName("instrument with a terminal mode", name, self._calibrator_panels)
        return TerminalMode(panel, self._calibrator_panels[name])

    def panel(self, name: str) -> FaultyPanel:
        """Return the panel of an instrument.

        Raises:
            UnknownName: there is none of that name.
        """
        if name not in self.panels:
            raise UnknownName("instrument", name, self.panels)
        return self.panels[name]

    def actual_output(self, name: str, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return a calibrator's true output (V, A, Ω or Hz) at 23 °C: tests, certificates."""
        if name not in self.calibrators:
            raise UnknownName("calibrator", name, self.calibrators)
        return self.calibrators[name].actual_output(function, nominal, hertz)

    def true_error(
        self, name: str, function: str, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return a meter's true error (V, A, Ω or Hz) at `value`, 23 °C: for tests alone."""
        if name not in self.meters:
            raise UnknownName("meter", name, self.meters)
        if function not in tuple(Function):
            raise UnknownName("function", function, tuple(Function))
        return self.meters[name].true_error(Function(function), value, range_=range_, hertz=hertz)


def build(
    specs: Iterable[InstrumentSpec], *, seed: int, ambient_celsius: float, clock: Clock
) -> SimulatedBench:
    """Build the instruments of `specs` into one world.

    Raises:
        UnknownName: a model, function or error key nobody knows.
        WrongSpecification: two instruments of one name.
    """
    world = World(clock=clock, seed=seed, ambient_celsius=ambient_celsius)
    return SimulatedBench(specs, world)
