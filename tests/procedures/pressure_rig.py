"""A pressure bench without the engine: real drivers, simulators and certificate, one person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any

from drivers.by_hand.pressure_gauge import HandReadGauge
from drivers.capabilities import Identity, Reading
from drivers.catalogue import connect
from drivers.person import Doing, Sought
from procedures.pressure.gauge import PROCEDURE, Manifold
from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.world import Air
from station.bench_file import parse_standard
from station.evidence import Evidence, Room, Taken
from station.procedure import Approach, Item, Test
from station.run.standards import Standard

ADDRESS = "TCPIP0::192.0.2.41::5025::SOCKET"
ON = date(2026, 11, 2)
DIAL = {"full_scale": 6.0, "resolution": 0.02, "class": 1.0}
ACCURATE = {
    "gauge-pressure": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0},
    "pressure-hysteresis": {"offset_ppm_of_range": 0.0},
}
ROUND = {"gauge-pressure": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}}


def standard() -> Standard:
    folder = files("procedures") / "pressure" / "benches" / "pressure-gauge"
    content = (folder / "controller-certificate.toml").read_bytes()
    return parse_standard("controller", content, name="certificate")


@dataclass
class Eyes:
    """Somebody who reads what the simulated gauges show; `wrongly` is what they make of it."""

    bench: SimulatedBench
    wrongly: Callable[[str, float], float] = lambda name, shown: shown
    read_so_far: int = 0

    def read(self, sought: Sought) -> Reading:
        self.read_so_far += 1
        shown = self.bench.look(sought.instrument).value / sought.factor
        steps = round(self.wrongly(sought.instrument, shown) / sought.resolution)
        return Reading(steps * sought.resolution * sought.factor, f"{steps}")

    def do(self, doing: Doing) -> None:
        raise AssertionError(doing)


@dataclass
class Patience:
    """Waits on the virtual clock, and remembers how long for what."""

    clock: VirtualClock
    waited: list[tuple[str, float]] = field(default_factory=list)

    def wait(self, why: str, seconds: float) -> None:
        self.waited.append((why, seconds))
        self.clock.sleep(seconds)

    def wait_until(
        self,
        why: str,
        done: Callable[[], bool],
        *,
        at_most: float,
        every: float = 5.0,
        approach: Approach | None = None,
    ) -> None:
        began = self.clock.monotonic()
        while not done():
            assert self.clock.monotonic() - began < at_most, why
            self.clock.sleep(every)


@dataclass
class Rig:
    """One run of the procedure by hand.

    Attributes:
        constants, errors: of the simulated gauges and the controller, by role.
    """

    details: Mapping[str, Mapping[str, float | str]]
    constants: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    errors: Mapping[str, Any] = field(default_factory=dict)
    celsius: float = 20.0
    seed: int = 3

    def __post_init__(self) -> None:
        clock = VirtualClock()
        specs = [
            InstrumentSpec("controller", "druck-pace5000", "7", self.errors.get("controller", {}))
        ]
        specs += [
            InstrumentSpec(
                role,
                "pressure-gauge",
                "1",
                self.errors.get(role, {}),
                {"span_pascals": 6e5, **self.constants.get(role, {})},
            )
            for role in self.details
        ]
        self.bench = build(specs, seed=self.seed, air=Air(self.celsius), clock=clock)
        self.person, self.attendant = Eyes(self.bench), Patience(clock)
        items = {role: Item("pressure-gauge", details) for role, details in self.details.items()}
        self.tests: tuple[Test[Any], ...] = PROCEDURE.tests(items)
        self.readings: dict[str, tuple[Taken, ...]] = {}
        self._manager = self.bench.resource_manager({ADDRESS: "controller"})
        self.controller: Any = connect(
            "druck-pace5000",
            "controller",
            ADDRESS,
            serial="7",
            clock=clock,
            manager=lambda: self._manager,
        )
        self.roles = Manifold(
            self.controller,
            {
                role: HandReadGauge(
                    self.person,
                    role,
                    Identity("", "", "", ""),
                    str(each.get("unit", "bar")),
                    float(each["resolution"]),
                )
                for role, each in self.details.items()
            },
        )

    def close(self) -> None:
        self.controller.close()
        self._manager.close()

    def observe(self, number: int, which: int) -> tuple[Taken, ...]:
        test = self.tests[number]
        point = test.observations[which]
        self.bench.connect(
            (f"{w.from_role} {w.from_terminal}", f"{w.to_role} {w.to_terminal}")
            for w in test.hookup.wires
        )
        taken = tuple(test.measure(point, self.roles, self.attendant))
        self.readings[point.id] = taken
        return taken

    def run(self) -> Evidence:
        for number, test in enumerate(self.tests):
            for which in range(len(test.observations)):
                self.observe(number, which)
        return self.evidence()

    def evidence(self) -> Evidence:
        room = Room(self.bench.world.air.celsius, self.bench.world.air.humidity)
        return Evidence(ON, room, {"controller": standard()}, dict(self.readings))
