"""From a list of instruments to a wired world."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from simulators.catalogue import Built, InstrumentSpec, Sight, model_of
from simulators.catalogue import build as built_by_model
from simulators.clock import Clock
from simulators.errors import UnknownName, WrongSpecification
from simulators.faults.fault import Fault
from simulators.faults.faulty_panel import FaultyPanel
from simulators.faults.marks import Marks
from simulators.models import MODELS, SimulatedModel
from simulators.panel import Panel, Scalar
from simulators.physics.functions import Function
from simulators.physics.true_error import check
from simulators.world import Air, World

if TYPE_CHECKING:
    import pyvisa

__all__ = ["InstrumentSpec", "SimulatedBench", "build", "models"]

_P = TypeVar("_P")


@runtime_checkable
class Erring(Protocol):
    """Physics that knows its own errors of indication."""

    def true_error(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error at `value`, at the reference temperature and the clock's zero."""
        ...


@runtime_checkable
class ErringInRoom(Erring, Protocol):
    """Physics whose errors follow the temperature of the room."""

    def error_in_room(
        self, function: Function, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return the error at `value` in the room's air as it is, at the clock's zero."""
        ...


@runtime_checkable
class Delivering(Protocol):
    """Physics that knows what it really puts out."""

    def actual_output(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true output when `nominal` is set, at the reference temperature."""
        ...


@runtime_checkable
class DeliveringInRoom(Delivering, Protocol):
    """Physics whose output follows the temperature of the room."""

    def output_in_room(self, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return the true output when `nominal` is set, in the room's air as it is."""
        ...


def models() -> tuple[str, ...]:
    """Return the models that can be simulated."""
    return tuple(MODELS)


class SimulatedBench:
    """A world, the panels in it, and what only a test may know: the true errors.

    Attributes:
        world: terminals and what connects them.
        specs: what stands on the bench, by name.
        panels: by name; instruments without an interface have none.
    """

    def __init__(self, specs: Iterable[InstrumentSpec], world: World) -> None:
        self.world = world
        self.specs: dict[str, InstrumentSpec] = {}
        self.panels: dict[str, FaultyPanel] = {}
        self._built: dict[str, Built] = {}
        for spec in specs:
            if spec.name in self._built:
                raise WrongSpecification(f"two instruments are named {spec.name!r}: rename one")
            check(spec.errors)
            self.specs[spec.name] = spec
            row = model_of(spec.model)
            built = self._built[spec.name] = built_by_model(spec, world)
            if built.panel is not None:
                self.panels[spec.name] = FaultyPanel(built.panel, _marks(spec, row, built, world))

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

    def join(self, wires: Iterable[Iterable[str]]) -> None:
        """Lay `wires` beside those there are."""
        self.world.connect(wires)

    def disconnect(self, wires: Iterable[Iterable[str]] | None = None) -> None:
        """Take `wires` away, whichever way round they are named; all where none is named."""
        if wires is None:
            self.world.disconnect_all()
        else:
            self.world.disconnect(wires)

    def wires(self) -> list[list[str]]:
        """Return the wires, in the order they were laid."""
        return [list(wire) for wire in self.world.connections]

    def change_air(self, quantities: Mapping[str, float]) -> Mapping[str, float]:
        """Change some quantities of the room's air (fields of `Air`); return all of them."""
        self.world.air = replace(self.world.air, **quantities)
        return asdict(self.world.air)

    def state(self) -> dict[str, Mapping[str, Scalar]]:
        """Return what the front panels show, by instrument."""
        return {name: panel.state() for name, panel in self.panels.items()}

    def resource_manager(self, addresses: Mapping[str, str]) -> "pyvisa.ResourceManager":
        """Return a resource manager in this process: VISA address → instrument's name."""
        from simulators.transport.in_process import Reached, resource_manager

        panels = {}
        for address, name in addresses.items():
            panel = self.serial_panel(name) if address.startswith("ASRL") else self.panel(name)
            panels[address] = Reached(panel, model_of(self.specs[name].model).faces)
        return resource_manager(panels, self.world.clock)

    def turn(self, name: str, position: str) -> None:
        """Turn the switch of an instrument, which only a hand can, to `position`.

        Raises:
            UnknownName: no such instrument has a switch, or its switch no such position.
        """
        turning = {one: built.turn for one, built in self._built.items() if built.turn}
        if name not in turning:
            raise UnknownName("instrument with a switch", name, turning)
        turning[name](position)

    def look(self, name: str, quantity: str = "") -> Sight:
        """Return what a person sees of an indication of the instrument `name`.

        Raises:
            UnknownName: there is no such instrument, or nothing to be seen.
        """
        seen = {one: built.look for one, built in self._built.items() if built.look}
        if name not in seen:
            raise UnknownName("instrument with a display", name, seen)
        return seen[name](quantity)

    def arm(self, name: str, fault: Fault, *, at_exchange: int = 1) -> None:
        """Let `fault` strike the message `at_exchange` from now; 1 is the next one."""
        self.panel(name).arm(fault, at_exchange=at_exchange)

    def serial_panel(self, name: str, *, terminal: bool = False) -> Panel:
        """Return the panel as its serial line shows it; only some have a terminal mode."""
        panel = self.panel(name)
        if not terminal:
            serial = self._built[name].serial
            return panel if serial is None else serial(panel)
        wrap = self._built[name].terminal
        if wrap is None:
            chatty = [name for name, built in self._built.items() if built.terminal]
            raise UnknownName("instrument with a terminal mode", name, chatty)
        return wrap(panel)

    def panel(self, name: str) -> FaultyPanel:
        """Return the panel of an instrument.

        Raises:
            UnknownName: there is none of that name.
        """
        if name not in self.panels:
            raise UnknownName("instrument", name, self.panels)
        return self.panels[name]

    def physics(self, name: str, kind: type[_P]) -> _P:
        """Return the physics of an instrument: for tests alone.

        Raises:
            UnknownName: there is none of that name, or not of that kind.
        """
        found = {name: built.physics for name, built in self._built.items()}
        if name not in found or not isinstance(found[name], kind):
            fitting = [name for name, physics in found.items() if isinstance(physics, kind)]
            raise UnknownName(f"instrument ({kind.__name__})", name, fitting)
        physics = found[name]
        assert isinstance(physics, kind)
        return physics

    def actual_output(self, name: str, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return a source's true output, in the SI unit, at 23 °C: tests, certificates."""
        return self.physics(name, Delivering).actual_output(function, nominal, hertz)  # type: ignore[type-abstract]

    def output_in_room(self, name: str, function: str, nominal: float, hertz: float = 0.0) -> float:
        """Return a source's true output in the room as it is; at 23 °C if that is all it knows.

        A thing that has a nominal value (a weight) puts out that and its error.
        """
        physics = self.physics(name, object)
        if not isinstance(physics, Delivering) and isinstance(physics, Erring):
            return nominal + self.error_in_room(name, function, nominal, range_=nominal)
        source = self.physics(name, Delivering)  # type: ignore[type-abstract]
        if isinstance(source, DeliveringInRoom):
            return source.output_in_room(function, nominal, hertz)
        return source.actual_output(function, nominal, hertz)

    def true_error(
        self, name: str, function: str, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return a meter's true error, in the SI unit, at `value`, 23 °C: for tests alone."""
        if function not in tuple(Function):
            raise UnknownName("function", function, tuple(Function))
        meter = self.physics(name, Erring)  # type: ignore[type-abstract]
        return meter.true_error(Function(function), value, range_=range_, hertz=hertz)

    def error_in_room(
        self, name: str, function: str, value: float, *, range_: float, hertz: float = 0.0
    ) -> float:
        """Return a meter's true error in the room as it is; at 23 °C where that is all it knows."""
        meter = self.physics(name, Erring)  # type: ignore[type-abstract]
        if function in tuple(Function) and isinstance(meter, ErringInRoom):
            return meter.error_in_room(Function(function), value, range_=range_, hertz=hertz)
        return self.true_error(name, function, value, range_=range_, hertz=hertz)


def _marks(spec: InstrumentSpec, row: SimulatedModel, built: Built, world: World) -> Marks:
    return Marks(
        named=row.named or spec.model.partition("-")[2].upper().encode(),
        serial=spec.serial.encode("latin-1"),
        reading=re.compile(row.reading),
        overload=row.overload,
        trip=built.trip,
        warn=built.warn,
        seed=world.seed,
    )


def build(specs: Iterable[InstrumentSpec], *, seed: int, air: Air, clock: Clock) -> SimulatedBench:
    """Build the instruments of `specs` into one world.

    Raises:
        UnknownName: a model, function or error key nobody knows.
        WrongSpecification: two instruments of one name.
    """
    world = World(clock=clock, seed=seed, air=air)
    return SimulatedBench(specs, world)
