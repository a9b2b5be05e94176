"""A balance with weights beside it."""

from dataclasses import dataclass

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.world import Air

EXACT = {"mass": {"gain_ppm": 0.0}}
WEIGHTS = {"w200": 0.2, "w100": 0.1, "w50": 0.05, "w1": 0.001, "w500": 0.5}


@dataclass
class Rig:
    bench: SimulatedBench
    clock: VirtualClock

    def ask(self, message: str) -> list[str]:
        """Send a line, let the time of its answers pass, and return them."""
        replies = self.bench.panel("balance").receive(message.encode("latin-1"))
        for reply in replies:
            self.clock.sleep(reply.ready - self.clock.monotonic())
        return [reply.payload.decode("latin-1") for reply in replies]

    def put(self, *names: str, place: str = "PAN", wait: float = 30.0) -> None:
        self.bench.connect([(f"{name} MASS", f"balance {place}") for name in names])
        self.clock.sleep(wait)


def rig_of(model: str, serial: str, *, seed: int = 5, air: Air | None = None) -> Rig:
    clock = VirtualClock()
    weights = [
        InstrumentSpec(
            name, "weight-e1", "1", EXACT, {"nominal_kilograms": kilograms, "density": 8000.0}
        )
        for name, kilograms in WEIGHTS.items()
    ]
    balance = InstrumentSpec("balance", model, serial, EXACT)
    return Rig(build([balance, *weights], seed=seed, air=air or Air(20.0), clock=clock), clock)
