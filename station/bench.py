"""The composition root: from a bench file to drivers, on real links or in the simulated world.

Nothing else in the station names a transport or opens the simulators.
"""

import json
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from drivers.capabilities import Instrument, Reading
from drivers.catalogue import models as catalogue
from drivers.dialogue import Exchange
from drivers.errors import InstrumentError, InstrumentRefused
from drivers.person import PERSON, Doing, Person, Sought
from station.bench_file import BenchFile
from station.clock import Clock, ShiftedClock, SystemClock
from station.errors import BadInput, Exit, StationError
from station.files import nearest
from station.procedure import Test

if TYPE_CHECKING:
    import pyvisa

    from drivers.catalogue import Wire
    from drivers.link.recording import Recording
    from simulators.bench import InstrumentSpec, SimulatedBench
    from simulators.catalogue import Sight
    from simulators.serve import Doors, Served

Wires = Iterable[tuple[str, str]]
Look = Callable[[str, str], "Sight"]

DUTS = "duts"
"""The field of a test's roles that holds every item still taking part."""

CONTROL_SECONDS = 5.0
"""How long (s) the control of a served world may take to answer."""


class ControlFailed(StationError):
    """The control of a served simulated world does not answer or refuses."""

    exit = Exit.FAILED


def _no_switch(name: str, position: str) -> None:
    """A person turned the real switch."""


@dataclass
class Tap:
    """Hands what goes over the wires to whoever listens at the time."""

    sink: Callable[[Exchange], None] | None = None

    def __call__(self, exchange: Exchange) -> None:
        """Pass one exchange on."""
        if self.sink is not None:
            self.sink(exchange)


@dataclass
class AtTheBench:
    """Passes what drivers ask of a person to whoever stands at the bench at the time."""

    person: Person | None = None

    def read(self, sought: Sought) -> Reading:
        """Have an indication read."""
        return self._somebody(sought.instrument, sought.text).read(sought)

    def do(self, doing: Doing) -> None:
        """Have something done."""
        self._somebody(doing.instrument, doing.text).do(doing)

    def _somebody(self, instrument: str, text: str) -> Person:
        if self.person is None:
            said = "there is nobody to ask"
            raise InstrumentRefused(instrument, text, said, "It is read by hand, in a run")
        return self.person


@dataclass
class Bench:
    """An open bench.

    Attributes:
        instruments: drivers by role; a driver opens its session at its first exchange.
        clock: the time all of them live in.
        tap: hears every exchange on every wire.
        wired: tells the simulated world what the operator has wired; nothing on a real bench.
        turned: tells it the position of an instrument's switch; nothing on a real bench.
        look: what a person sees of an indication in a simulated world; None on a real bench.
        simulated: the world, where it is in this process.
        paced: whether the clock passes as on the wall.
        person: whom the drivers of instruments without an interface ask.
        confirm_finished: raises where something was left undone (of a recording).
    """

    file: BenchFile
    instruments: Mapping[str, Instrument]
    clock: Clock
    tap: Tap
    wired: Callable[[Wires], None]
    simulated: "SimulatedBench | None"
    turned: Callable[[str, str], None] = _no_switch
    look: "Look | None" = None
    paced: bool = True
    person: AtTheBench = field(default_factory=AtTheBench)
    confirm_finished: Callable[[], None] = lambda: None
    _roles: dict[tuple[str, tuple[str, ...]], Any] = field(default_factory=dict)

    def roles(self, test: Test[Any], duts: tuple[str, ...]) -> Any:
        """Return the instruments that `test` asks for, as its roles; `duts` still take part."""
        key = (test.name, duts)
        if key not in self._roles:
            chosen = {
                each.name: {dut: self.instruments[dut] for dut in duts}
                if each.name == DUTS
                else self.instruments[each.name]
                for each in fields(test.roles)
            }
            self._roles[key] = test.roles(**chosen)
        return self._roles[key]

    def close(self) -> None:
        """End all sessions, each attempted; the instruments keep their state.

        Raises:
            InstrumentError: the first that could not be ended.
        """
        failures = []
        for instrument in self.instruments.values():
            try:
                instrument.close()
            except InstrumentError as failure:
                failures.append(failure)
        if failures:
            raise failures[0]

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        try:
            self.close()
        except InstrumentError as failure:
            if error is None:
                raise
            error.add_note(str(failure))
        if error is None:
            self.confirm_finished()


def open_bench(
    file: BenchFile,
    *,
    simulate: bool,
    real_time: bool = False,
    not_before: datetime | None = None,
    record: TextIO | None = None,
    replay: "Recording | None" = None,
) -> Bench:
    """Return the bench of `file`; no instrument is touched yet.

    Args:
        file: the bench file.
        simulate: put the instruments into a simulated world in this process.
        real_time: let simulated time pass as on the wall; else it passes at once.
        not_before: simulated time begins no earlier (a resumed run's last entry).
        record: where everything that goes over the wires is written down.
        replay: takes the place of all wires; its time passes at once.

    Raises:
        BadInput: an unknown model, an address nobody understands, an impossible simulation.
    """
    if replay is not None:
        return _replayed_bench(file, replay)
    if simulate:
        clock = simulated_clock(file, real_time=real_time, not_before=not_before)
        return _simulated_bench(file, clock, _wire(record, clock), paced=real_time)
    clock = SystemClock()
    control = file.simulation.control
    wired = _remote_hands(control) if control else _no_hands
    turned = _remote_switches(control) if control else _no_switch
    tap, person = Tap(), AtTheBench()
    drivers = _drivers(file, clock, _visa, tap, _wire(record, clock), person)
    return Bench(file, drivers, clock, tap, wired, None, turned=turned, person=person)


def _wire(record: TextIO | None, clock: Clock) -> "Wire":
    from drivers.catalogue import direct
    from drivers.link.recording import Recorder

    return direct if record is None else Recorder(record, clock, clock.now()).over


def _replayed_bench(file: BenchFile, replay: "Recording") -> Bench:
    from simulators.clock import VirtualClock

    clock, tap, person = VirtualClock(replay.began), Tap(), AtTheBench()
    drivers = _drivers(file, clock, _visa, tap, lambda name, _: replay.opener(name, clock), person)
    return Bench(
        file,
        drivers,
        clock,
        tap,
        _no_hands,
        None,
        paced=False,
        person=person,
        confirm_finished=replay.confirm_finished,
    )


def _simulated_bench(file: BenchFile, clock: Clock, wire: "Wire", *, paced: bool) -> Bench:
    from simulators.errors import SimulationError

    world = _build_world(file, clock)
    addresses = {i.address: name for name, i in file.instruments.items() if i.address != PERSON}
    try:
        manager = world.resource_manager(addresses)
    except SimulationError as error:
        raise BadInput(f"The simulated bench cannot be built: {error}") from error
    tap, person = Tap(), AtTheBench()
    drivers = _drivers(file, clock, lambda: manager, tap, wire, person)
    return Bench(
        file,
        drivers,
        clock,
        tap,
        world.connect,
        world,
        turned=world.turn,
        look=world.look,
        paced=paced,
        person=person,
    )


def _build_world(file: BenchFile, clock: Clock) -> "SimulatedBench":
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
        raise BadInput(f"The simulated bench cannot be built: {error}") from error
    return world


def _refuse_misplaced(file: BenchFile) -> None:
    """Refuse what [simulation] says of nobody, and what stands under [instruments] and cannot."""
    simulation = file.simulation
    spoken_of = [*simulation.errors, *simulation.constants]
    for name in (*spoken_of, *(fault.instrument for fault in simulation.faults)):
        if name not in file.instruments:
            raise BadInput(
                f"[simulation] speaks of {name!r}, which is no instrument of this bench."
                f"{nearest(name, file.instruments)}"
            )
    for name, entry in file.instruments.items():
        by_hand = entry.address == PERSON
        if entry.model in simulated_models() and not by_hand and not has_interface(entry.model):
            raise BadInput(
                f"{name}: a {entry.model} has no interface. Put it under "
                f"[simulation.things.{name}]."
            )
        if entry.model not in simulated_models() and entry.model in catalogue():
            raise BadInput(
                f"{entry.model!r} can be driven but has no simulator: serve the model it drives "
                "with `station simulate`, and run against its address (docs/drivers.md)."
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
        yield _build_world(file, simulated_clock(file))
    except SimulationError as error:
        raise BadInput(f"The simulated bench knows no truth of that: {error}.") from error


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
    world = _build_world(file, clock)
    try:
        served = serve(world, clock, doors=doors)
    except (OSError, SimulationError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"The instruments cannot be served: {said}. Choose another.") from error
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


def _drivers(
    file: BenchFile,
    clock: Clock,
    manager: "Callable[[], pyvisa.ResourceManager]",
    tap: Tap,
    wire: "Wire",
    person: Person,
) -> dict[str, Instrument]:
    from drivers.catalogue import connect
    from drivers.errors import BadAddress, BadSetting, UnknownModel

    try:
        return {
            name: connect(
                entry.model,
                name,
                entry.address,
                serial=entry.serial,
                clock=clock,
                manager=manager,
                trace=tap,
                wire=wire,
                settings=entry.settings,
                person=person,
            )
            for name, entry in file.instruments.items()
        }
    except (UnknownModel, BadAddress, BadSetting) as error:
        raise BadInput(str(error)) from error


def _visa() -> "pyvisa.ResourceManager":
    """Whatever VISA is installed; pyvisa-py, which comes with us, where none is."""
    import pyvisa

    try:
        return pyvisa.ResourceManager()
    except (ValueError, OSError):
        return pyvisa.ResourceManager("@py")


def _no_hands(wires: Wires) -> None:
    """A person wired the real bench."""


def _remote_hands(control: str) -> Callable[[Wires], None]:
    host, _, port = control.rpartition(":")
    if not host or not port.isdecimal():
        raise BadInput(f"[simulation] control = {control!r} is not host:port.")

    def wire(wires: Wires) -> None:
        ask_control(host, int(port), {"do": "connect", "wires": [list(w) for w in wires]})

    return wire


def _remote_switches(control: str) -> Callable[[str, str], None]:
    host, _, port = control.rpartition(":")

    def turn(name: str, position: str) -> None:
        ask_control(host, int(port), {"do": "turn", "instrument": name, "position": position})

    return turn


def ask_control(host: str, port: int, request: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the control of a served world and return its reply.

    Raises:
        ControlFailed: nobody answers, or the request was refused.
    """
    try:
        with socket.create_connection((host, port), timeout=CONTROL_SECONDS) as connection:
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as lines:
                reply = json.loads(lines.readline())
    except (OSError, ValueError) as error:
        raise ControlFailed(
            f"The simulated world's control at {host}:{port} does not answer: {error}. "
            "Is `station simulate` running?"
        ) from error
    if not reply.get("ok"):
        raise ControlFailed(f"The simulated world refused {request}: {reply.get('error')}.")
    return dict(reply)


def has_interface(model: str) -> bool:
    """Return whether a simulated model has an interface; a weight has none."""
    from simulators.catalogue import model_of

    return bool(model_of(model).faces.names())


def simulated_models() -> tuple[str, ...]:
    """Return the models that can be simulated."""
    from simulators.bench import models

    return models()
