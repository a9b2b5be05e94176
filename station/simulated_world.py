"""From a bench file to a simulated world: in this process, or served to others.

Besides `station.bench`, nothing in the station opens the simulators.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.catalogue import models as catalogue
from drivers.person import PERSON
from station.bench_file import BenchFile
from station.clock import Clock, ShiftedClock, SystemClock
from station.errors import BadInput
from station.files import nearest

if TYPE_CHECKING:
    from simulators.bench import InstrumentSpec, SimulatedBench
    from simulators.catalogue import Sight
    from simulators.serve import Doors, Served


def build_world(file: BenchFile, clock: Clock) -> "SimulatedBench":
    """Return the simulated bench of `file`.

    Raises:
        BadInput: it cannot be built.
    """
    from simulators.bench import build
    from simulators.errors import SimulationError
    from simulators.faults.fault import fault_of
    from simulators.world import Air

    _refuse_misplaced(file)
    simulation = file.simulation
    air = Air(simulation.ambient_celsius, simulation.humidity_percent, simulation.pressure_pascals)
    try:
        world = build(_specs(file), seed=simulation.seed, air=air, clock=clock)
        for fault in simulation.faults:
            struck = fault_of(fault.fault, fault.seconds)
            world.arm(fault.instrument, struck, at_exchange=fault.at_exchange)
    except SimulationError as error:
        raise BadInput("The simulated bench cannot be built: {error}", error=error) from error
    return world


class SimulatedHands:
    """Hands and eyes in a simulated world; what they cannot do is told in a sentence."""

    def __init__(self, world: "SimulatedBench") -> None:
        self._world = world

    def wire(self, wires: Iterable[tuple[str, str]]) -> None:
        """Replace all connections.

        Raises:
            BadInput: there is no such terminal.
        """
        with _told():
            self._world.connect(wires)

    def turn(self, name: str, position: str) -> None:
        """Turn a switch.

        Raises:
            BadInput: there is none, or no such position.
        """
        with _told():
            self._world.turn(name, position)

    def look(self, name: str, quantity: str) -> "Sight":
        """Return what is seen of an indication.

        Raises:
            BadInput: there is nothing to be seen.
        """
        with _told():
            return self._world.look(name, quantity)


@contextmanager
def _told() -> Iterator[None]:
    from simulators.errors import SimulationError

    try:
        yield
    except SimulationError as error:
        raise BadInput("The simulated bench cannot do that: {error}.", error=error) from error


def _refuse_misplaced(file: BenchFile) -> None:
    """Refuse what [simulation] says of nobody, and what stands under [instruments] and cannot."""
    simulation = file.simulation
    spoken_of = [*simulation.errors, *simulation.constants]
    for name in (*spoken_of, *(fault.instrument for fault in simulation.faults)):
        if name not in file.instruments:
            raise BadInput(
                "[simulation] speaks of {name!r}, which is no instrument of this bench.{nearest}",
                name=name,
                nearest=nearest(name, file.instruments),
            )
    for name, entry in file.instruments.items():
        by_hand = entry.address == PERSON
        if entry.model in _simulated_models() and not by_hand and not _has_interface(entry.model):
            raise BadInput(
                "{name}: a {model} has no interface. Put it under [simulation.things.{name}].",
                name=name,
                model=entry.model,
            )
        if entry.model not in _simulated_models() and entry.model in catalogue():
            raise BadInput(
                "{model!r} can be driven but has no simulator: serve the model it drives with "
                "`station simulate`, and run against its address (docs/drivers.md).",
                model=entry.model,
            )


def _specs(file: BenchFile) -> "list[InstrumentSpec]":
    from simulators.bench import InstrumentSpec

    simulation = file.simulation
    return [
        *(
            InstrumentSpec(
                name,
                entry.model,
                entry.serial or "0",
                simulation.errors.get(name, {}),
                simulation.constants.get(name, {}),
            )
            for name, entry in file.instruments.items()
        ),
        *(
            InstrumentSpec(name, thing.model, "0", constants=thing.constants)
            for name, thing in simulation.things.items()
        ),
    ]


@contextmanager
def truth_of(file: BenchFile) -> Iterator["SimulatedBench"]:
    """Yield a simulated bench of `file`, to be asked for true errors; every other has the same.

    Raises:
        BadInput: it cannot be built, or does not know what it was asked.
    """
    from simulators.errors import SimulationError

    try:
        yield build_world(file, simulated_clock(file))
    except SimulationError as error:
        raise BadInput(
            "The simulated bench knows no truth of that: {error}.", error=error
        ) from error


@contextmanager
def serve_bench(
    file: BenchFile, *, doors: "Mapping[str, Doors] | None" = None
) -> Iterator["Served"]:
    """Serve the instruments of `file` on loopback, in real time.

    Args:
        file: the bench file; its addresses are not used.
        doors: faces and ports by instrument; None serves every face of every one on a free port.

    Raises:
        BadInput: the bench cannot be built, or a port or link cannot be had.
    """
    from simulators.errors import SimulationError
    from simulators.serve import serve

    clock = SystemClock()
    world = build_world(file, clock)
    try:
        served = serve(world, clock, doors=doors)
    except (OSError, SimulationError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise BadInput(
            "The instruments cannot be served: {said}. Choose another.", said=said
        ) from error
    try:
        yield served
    finally:
        served.close()


def doors(
    *,
    tcp: int | None = None,
    hislip: int | None = None,
    vxi11: int | None = None,
    portmapper: int | None = None,
    serial: Path | None = None,
    rfc2217: int | None = None,
) -> "Doors | None":
    """Return where an instrument is to be served: ports, 0 for any free one, and a pty's link.

    None: nothing was asked for, so every face it has.
    """
    from simulators.serve import Doors, SerialLink

    asked = Doors(
        tcp=tcp,
        hislip=hislip,
        vxi11=vxi11,
        portmapper=portmapper,
        serial=None if serial is None else SerialLink(serial),
        rfc2217=rfc2217,
    )
    return None if asked == Doors() else asked


def simulated_clock(
    file: BenchFile, *, real_time: bool = False, not_before: datetime | None = None
) -> Clock:
    """Return the simulated world's time: virtual, or passing as on the wall from its beginning."""
    from simulators.clock import VirtualClock

    wall = SystemClock()
    start = file.simulation.start or wall.now()
    if not_before is not None:
        start = max(start, not_before)
    start = start.astimezone(UTC)
    return ShiftedClock(wall, start - wall.now()) if real_time else VirtualClock(start)


def _has_interface(model: str) -> bool:
    """Return whether a simulated model has an interface; a weight has none."""
    from simulators.catalogue import model_of

    return bool(model_of(model).faces.names())


def _simulated_models() -> tuple[str, ...]:
    """Return the models that can be simulated."""
    from simulators.bench import models

    return models()
