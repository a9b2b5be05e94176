from collections.abc import Callable, Iterator

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from simulators.clock import VirtualClock
from tests.simulators.rig import CALIBRATOR, DUT, NO_ERRORS, VOLTS, Rig, bench_of


@pytest.fixture
def rig_of() -> Iterator[Callable[..., Rig]]:
    managers: list[pyvisa.ResourceManager] = []

    def make(
        *, calibrator_address: str = CALIBRATOR, dut_address: str = DUT, **more: object
    ) -> Rig:
        clock = VirtualClock()
        bench = bench_of(clock, **more)  # type: ignore[arg-type]  # passed through as they came
        manager = bench.resource_manager({calibrator_address: "calibrator", dut_address: "dut"})
        managers.append(manager)
        opened = [manager.open_resource(one) for one in (calibrator_address, dut_address)]
        for one in opened:
            assert isinstance(one, MessageBasedResource)
            one.read_termination, one.timeout = "\n", 20_000
        return Rig(bench, clock, *opened)

    yield make
    for manager in managers:
        manager.close()


@pytest.fixture
def rig(rig_of: Callable[..., Rig]) -> Rig:
    return rig_of()


@pytest.fixture
def exact(rig_of: Callable[..., Rig]) -> Rig:
    """Both instruments without errors, the voltage terminals wired."""
    rig = rig_of(calibrator=NO_ERRORS, dut=NO_ERRORS)
    rig.bench.connect(VOLTS)
    return rig
