"""The composition root: from a bench file to drivers, on real links or in the simulated world.

Nothing else in the station names a transport; `station.simulated_world` opens the simulators.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TextIO

from drivers.capabilities import Instrument, Reading
from drivers.dialogue import Exchange
from drivers.errors import InstrumentError, InstrumentRefused
from drivers.person import PERSON, Doing, Person, Sought
from station.bench_file import BenchFile
from station.clock import Clock, SystemClock
from station.control import Wires, remote_hands, remote_switches
from station.errors import BadInput
from station.procedure import Test
from station.simulated_world import SimulatedHands, build_world, simulated_clock

if TYPE_CHECKING:
    import pyvisa

    from drivers.catalogue import Wire
    from drivers.link.recording import Recording
    from simulators.bench import SimulatedBench
    from simulators.catalogue import Sight

Look = Callable[[str, str], "Sight"]

DUTS = "duts"
"""The field of a test's roles that holds every item still taking part."""


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

    @property
    def room(self) -> dict[str, float]:
        """What the instruments of a simulated room show, by unit; empty in a real one."""
        world = self.file.simulation
        if self.simulated is None:
            return {}
        return {
            "°C": world.ambient_celsius,
            "%": world.humidity_percent,
            "hPa": world.pressure_pascals / 100.0,
        }

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
    look_only: bool = False,
) -> Bench:
    """Return the bench of `file`; no instrument is touched yet.

    Args:
        file: the bench file.
        simulate: put the instruments into a simulated world in this process.
        real_time: let simulated time pass as on the wall; else it passes at once.
        not_before: simulated time begins no earlier (a resumed run's last entry).
        record: where everything that goes over the wires is written down.
        replay: takes the place of all wires; its time passes at once.
        look_only: sessions begin without clearing what stands in the instruments.

    Raises:
        BadInput: an unknown model, an address nobody understands, an impossible simulation.
    """
    if replay is not None:
        return _replayed_bench(file, replay)
    if simulate:
        clock = simulated_clock(file, real_time=real_time, not_before=not_before)
        return _simulated_bench(
            file, clock, _wire(record, clock), paced=real_time, look_only=look_only
        )
    clock = SystemClock()
    control = file.simulation.control
    wired = remote_hands(control) if control else _no_hands
    turned = remote_switches(control) if control else _no_switch
    tap, person = Tap(), AtTheBench()
    drivers = _drivers(file, clock, _visa, tap, _wire(record, clock), person, look_only=look_only)
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


def _simulated_bench(
    file: BenchFile, clock: Clock, wire: "Wire", *, paced: bool, look_only: bool
) -> Bench:
    from simulators.errors import SimulationError

    world = build_world(file, clock)
    addresses = {i.address: name for name, i in file.instruments.items() if i.address != PERSON}
    try:
        manager = world.resource_manager(addresses)
    except SimulationError as error:
        raise BadInput("The simulated bench cannot be built: {error}", error=error) from error
    tap, person = Tap(), AtTheBench()
    drivers = _drivers(file, clock, lambda: manager, tap, wire, person, look_only=look_only)
    hands = SimulatedHands(world)
    return Bench(
        file,
        drivers,
        clock,
        tap,
        hands.wire,
        world,
        turned=hands.turn,
        look=hands.look,
        paced=paced,
        person=person,
    )


def _drivers(
    file: BenchFile,
    clock: Clock,
    manager: "Callable[[], pyvisa.ResourceManager]",
    tap: Tap,
    wire: "Wire",
    person: Person,
    *,
    look_only: bool = False,
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
                look_only=look_only,
            )
            for name, entry in file.instruments.items()
        }
    except (UnknownModel, BadAddress, BadSetting) as error:
        raise BadInput("{error}", error=error) from error


def _visa() -> "pyvisa.ResourceManager":
    """Whatever VISA is installed; pyvisa-py, which comes with us, where none is."""
    import pyvisa

    try:
        return pyvisa.ResourceManager()
    except (ValueError, OSError):
        return pyvisa.ResourceManager("@py")


def _no_hands(wires: Wires) -> None:
    """A person wired the real bench."""
