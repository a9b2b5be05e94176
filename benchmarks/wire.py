"""One reading over the wire: the simulated meter, and the driver on top of it."""

import tempfile
from pathlib import Path

import pyvisa

from benchmarks.measure import Line, seconds_each
from drivers.catalogue import connect
from drivers.keysight.truevolt import Truevolt
from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.world import Air

ADDRESS = "TCPIP0::192.0.2.17::hislip0::INSTR"
TIMES = 5000

CONSTANT = """\
spec: "1.1"
devices:
  constant:
    eom:
      GPIB INSTR: {q: "\\n", r: "\\n"}
    dialogues:
      - {q: "READ?", r: "+1.00000000E+00"}
resources:
  GPIB0::1::INSTR: {device: constant}
"""


def _simulated() -> tuple[pyvisa.ResourceManager, VirtualClock]:
    clock = VirtualClock()
    bench = build(
        [InstrumentSpec("dut", "keysight-34461a", "MY53220419")],
        seed=1,
        air=Air(),
        clock=clock,
    )
    return bench.resource_manager({ADDRESS: "dut"}), clock


def _query(manager: pyvisa.ResourceManager, address: str) -> "object":
    resource = manager.open_resource(address, read_termination="\n", write_termination="\n")
    resource.timeout = 20_000
    return resource


def simulated_reading() -> Line:
    manager, _ = _simulated()
    meter = _query(manager, ADDRESS)
    meter.write("CONF:VOLT:DC 10")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "constant.yaml"
        path.write_text(CONSTANT)
        constant = _query(pyvisa.ResourceManager(f"{path}@sim"), "GPIB0::1::INSTR")
        theirs = seconds_each(lambda: constant.query("READ?"), times=TIMES)
        ours = seconds_each(lambda: meter.query("READ?"), times=TIMES)
    return Line(
        "READ? on the simulated 34461A", ours, "pyvisa-sim answering a constant", theirs, "≤ 1"
    )


def driver_reading() -> Line:
    manager, clock = _simulated()
    meter = _query(manager, ADDRESS)
    meter.write("CONF:VOLT:DC 10")
    driver = connect(
        "keysight-34461a", "dut", ADDRESS, serial=None, clock=clock, manager=lambda: manager
    )
    if not isinstance(driver, Truevolt):
        raise TypeError(driver)
    driver.configure_dc_voltage(10.0)
    bare = seconds_each(lambda: meter.query("READ?"), times=TIMES)
    ours = seconds_each(driver.read, times=TIMES)
    return Line("driver's reading with error check", ours, "bare pyvisa query", bare, "≤ 1.5")


BENCHMARKS = (simulated_reading, driver_reading)
