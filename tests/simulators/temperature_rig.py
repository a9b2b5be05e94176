"""A temperature bench: what stands on it, and how to talk to it in a test."""

from dataclasses import dataclass

from simulators.artefacts.prt.probe import Probe
from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.world import Air

ENDS = ("HI", "LO", "SENSE HI", "SENSE LO")
EXACT = {
    "temperature": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0},
    "resistance": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0},
}


@dataclass(frozen=True)
class TemperatureBench:
    bench: SimulatedBench
    clock: VirtualClock

    @property
    def now(self) -> float:
        return self.clock.monotonic()

    def say(self, name: str, message: str) -> list[str]:
        replies = self.bench.panel(name).receive(message.encode("latin-1"))
        for reply in replies:
            self.clock.sleep(reply.ready - self.now)
        return [reply.payload.decode("latin-1") for reply in replies]

    def ask(self, name: str, message: str) -> str:
        (reply,) = self.say(name, message)
        return reply.rstrip("\r\n")

    def probe(self, name: str = "prt") -> Probe:
        return self.bench.physics(name, Probe)


def four_wires(probe: str, terminals: str) -> list[tuple[str, str]]:
    return [(f"{probe} {end}", f"{terminals} {end}") for end in ENDS]


def bench_with(*specs: InstrumentSpec, seed: int = 5, celsius: float = 23.0) -> TemperatureBench:
    clock = VirtualClock()
    return TemperatureBench(build(specs, seed=seed, air=Air(celsius), clock=clock), clock)
