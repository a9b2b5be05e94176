"""One reading over the wire: the simulated meter, its transports, and the driver on top of it."""

import json
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyvisa

from benchmarks.measure import Line, now, seconds_each
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


ASKED, ANSWERED = "SYST:ERR?", b'+0,"No error"\n'

ECHO = """
import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
client, _ = listener.accept()
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while client.recv(4096):
    client.sendall(bytes(sys.argv[1], "ascii"))
"""


@contextmanager
def _process(*arguments: str) -> "Iterator[subprocess.Popen[str]]":
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _side_by_side(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Return the time (s) of each, the rounds taken by turns: the machine changes its mind."""
    rounds = [
        (seconds_each(ours, times=1000, rounds=1), seconds_each(theirs, times=1000, rounds=1))
        for _ in range(15)
    ]
    mine, peer = zip(*rounds, strict=True)
    return statistics.median(mine), statistics.median(peer)


@contextmanager
def _served_meter() -> "Iterator[list[str]]":
    """Serve a 34461A in a process of its own; give its addresses."""
    where = ("--model", "keysight-34461a", "--tcp", "0", "--hislip", "0")
    with _process("-m", "station", "simulate", *where) as server:
        yield json.loads(_line_of(server))["address"]


def socket_query() -> Line:
    manager = pyvisa.ResourceManager("@py")
    with _served_meter() as (address, _), _process("-c", ECHO, ANSWERED.decode()) as echo:
        meter = _query(manager, address)
        bare = _query(manager, f"TCPIP0::127.0.0.1::{int(_line_of(echo))}::SOCKET")
        ours, theirs = _side_by_side(lambda: meter.query(ASKED), lambda: bare.query(ASKED))
        manager.close()
    return Line(
        "query of the served 34461A, raw socket", ours, "bare echo server", theirs, "≤ 1.25"
    )


def hislip_query() -> Line:
    manager = pyvisa.ResourceManager("@py")
    with _served_meter() as addresses:
        plain, hislip = (_query(manager, address) for address in addresses)
        ours, theirs = _side_by_side(lambda: hislip.query(ASKED), lambda: plain.query(ASKED))
        manager.close()
    return Line("query of the served 34461A, HiSLIP", ours, "its raw socket", theirs, "≤ 1.15")


CROWD = 300
CROWD_QUERIES = 300

BENCH = """
[bench]
name = "crowd"
"""


def crowd_query() -> Line:
    """Let 300 clients ask 300 instruments in one process, each as soon as it has its answer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crowd.toml"
        entries = (
            f'[instruments.dut{n}]\nmodel = "keysight-34461a"\naddress = "GPIB0::{n}::INSTR"\n'
            for n in range(CROWD)
        )
        path.write_text(BENCH + "".join(entries))
        with _process("-m", "station", "simulate", str(path)) as server:
            lines = iter(lambda: _line_of(server), "ready\n")
            served = [json.loads(line) for line in lines][:-1]
            addresses = [line["address"][0].split("::") for line in served]
            delays = _ask_all([(host, int(port)) for _, host, port, _ in addresses])
    slow = sorted(delays)[int(0.99 * len(delays))]
    return Line(f"{CROWD} clients of {CROWD} instruments, p99", slow, "50 ms", 0.05, "≤ 1")


def _ask_all(places: list[tuple[str, int]]) -> list[float]:
    """Return how long (s) each answer took; a wrong one ends the benchmark."""
    message, delays = ASKED.encode() + b"\n", []
    with selectors.DefaultSelector() as waiting:
        for place in places:
            client = socket.create_connection(place)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting.register(client, selectors.EVENT_READ, [0, 0.0])
        for key in list(waiting.get_map().values()):
            key.data[1] = now()
            key.fileobj.send(message)
        while waiting.get_map():
            for key, _ in waiting.select():
                if key.fileobj.recv(4096) != ANSWERED:
                    raise AssertionError(key)
                delays.append(now() - key.data[1])
                key.data[:] = key.data[0] + 1, now()
                if key.data[0] == CROWD_QUERIES:
                    waiting.unregister(key.fileobj)
                    key.fileobj.close()
                else:
                    key.fileobj.send(message)
    return delays


BENCHMARKS = (simulated_reading, driver_reading, socket_query, hislip_query, crowd_query)
