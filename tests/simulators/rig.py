"""A bench of two instruments, opened as any station would open them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from pyvisa.resources import MessageBasedResource

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.world import Air

CALIBRATOR = "GPIB0::4::INSTR"
DUT = "TCPIP0::192.0.2.17::inst0::INSTR"
VOLTS = [("calibrator NORMAL HI", "dut HI"), ("calibrator NORMAL LO", "dut LO")]
SENSE = [("calibrator AUX HI", "dut SENSE HI"), ("calibrator AUX LO", "dut SENSE LO")]
AMPERES = [("calibrator AUX HI", "dut 3A"), ("calibrator AUX LO", "dut LO")]


@dataclass
class Rig:
    """A calibrator and a multimeter, opened like any other VISA resources."""

    bench: SimulatedBench
    clock: VirtualClock
    calibrator: MessageBasedResource
    dut: MessageBasedResource

    def source(self, message: str) -> None:
        self.calibrator.write(f"{message};OPER")
        self.calibrator.query("*OPC?")

    def measure(self, message: str = "READ?") -> float:
        return float(self.dut.query(message))


Errors = Mapping[str, Mapping[str, float]]
NO_ERRORS = {
    function: {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}
    for function in ("dc-voltage", "ac-voltage", "dc-current", "ac-current", "resistance")
} | {"frequency": {"gain_ppm": 0.0}}


def bench_of(
    clock: VirtualClock,
    *,
    seed: int = 7,
    celsius: float = 23.0,
    calibrator: Errors | None = None,
    dut: Errors | None = None,
) -> SimulatedBench:
    return build(
        [
            InstrumentSpec("calibrator", "fluke-5522a", "4872301", calibrator or {}),
            InstrumentSpec("dut", "keysight-34461a", "MY53200017", dut or {}),
        ],
        seed=seed,
        air=Air(celsius),
        clock=clock,
    )


def meter_bench(model: str, serial: str) -> SimulatedBench:
    """Return a multimeter whose voltage terminals are wired to a calibrator."""
    specs = [
        InstrumentSpec("calibrator", "fluke-5522a", "4872301"),
        InstrumentSpec("dut", model, serial),
    ]
    bench = build(specs, seed=7, air=Air(), clock=VirtualClock())
    bench.connect(VOLTS)
    return bench


def ask(bench: SimulatedBench, message: str) -> str:
    """Return what the multimeter answers, when it is there to be read."""
    replies = bench.panel("dut").receive(message.encode())
    for reply in replies:
        assert reply.ready < 1e6
        bench.world.clock.sleep(max(0.0, reply.ready - bench.world.clock.monotonic()))
    return "".join(reply.payload.decode("latin-1") for reply in replies).removesuffix("\n")


def source(bench: SimulatedBench, message: str) -> None:
    """Let the calibrator put something out, and wait for it."""
    bench.panel("calibrator").receive(f"OUT {message};OPER".encode())
    bench.world.clock.sleep(10.0)


class RealClock:
    """The computer's own time, for servers."""

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
