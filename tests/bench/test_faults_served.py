"""Faults over real sockets and lines, in real time: what the links themselves make of them.

The table of all drivers is struck in virtual time (test_drivers_on_faults.py). Here each kind of
line that can be served carries each fault once, at the reading.
"""

from typing import Any

import pytest
import pyvisa

from drivers.catalogue import connect
from drivers.errors import InstrumentError
from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.faults.fault import Fault, FaultKind
from simulators.serve import serve
from simulators.world import Air
from tests.bench.later import Later
from tests.bench.subject import SERIAL
from tests.bench.subjects import CALIBRATOR, VOLTS

pytestmark = [
    pytest.mark.slow,
    # pyserial's own client of port servers warns of itself.
    pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning"),
]

LINES = {
    "socket": ("keysight-34461a", "::SOCKET"),
    "HiSLIP": ("keysight-34461a", "::hislip0"),
    "VXI-11": ("keysight-34461a", "::inst0"),
    "serial line": ("hp-34401a", "ASRL"),
    "port server": ("hp-34401a", "serial+rfc2217"),
}
INDICATED = {FaultKind.STUCK, FaultKind.NOISE_BURST, FaultKind.DRIFT_STEP}
LATER = 4.5  # s: beyond the deadline of a reading, and within that of what follows
PATIENCE = 15.0  # s, for configuring and reading, a fault included
ATTEMPTS = 3


@pytest.mark.parametrize("kind", FaultKind)
@pytest.mark.parametrize("line", LINES)
def test_never_a_wrong_value_over_a_real_line(line: str, kind: FaultKind) -> None:
    model, mark = LINES[line]
    specs = [InstrumentSpec("subject", model, SERIAL), CALIBRATOR]
    clock = Later()
    bench = build(specs, seed=3, air=Air(), clock=clock)
    bench.connect(VOLTS)
    bench.panel("calibrator").receive(b"OUT 5 V, 0 HZ;OPER")
    clock.forward = 30.0
    served = serve(bench, clock)
    manager = pyvisa.ResourceManager("@py")
    address = next(one for one in served.addresses["subject"] if mark in one)
    meter = connect(model, "subject", address, serial=SERIAL, clock=clock, manager=lambda: manager)
    try:
        strike(meter, bench, kind, clock)
    finally:
        meter.close()
        manager.close()
        served.close()


def strike(meter: Any, bench: SimulatedBench, kind: FaultKind, clock: Later) -> None:
    began = clock.monotonic()
    meter.configure_dc_voltage(10.0)
    bench.arm("subject", Fault(kind, LATER))
    try:
        value = meter.read().value
    except InstrumentError:
        value = 5.0
    if kind not in INDICATED:
        assert abs(value - 5.0) < 1e-3
    assert clock.monotonic() - began < PATIENCE
    bench.panel("subject").disarm()
    assert recovered(meter), f"not recovered from {kind}"


def recovered(meter: Any) -> bool:
    """Return whether a reading is had within a few attempts, and is right when it is."""
    for _ in range(ATTEMPTS):
        try:
            meter.configure_dc_voltage(10.0)
            value = meter.read().value
        except InstrumentError:
            continue
        return abs(value - 5.0) < 1e-3
    return False
