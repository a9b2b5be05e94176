"""What instruments say though nobody asked, through every line that carries bytes."""

import socket
from collections.abc import Iterator

import pytest
import pyvisa
from pyvisa.constants import Parity
from pyvisa.resources import MessageBasedResource, SerialInstrument

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.faults.fault import Fault, FaultKind
from simulators.serve import serve
from simulators.world import Air
from tests.simulators.rig import RealClock

SPECS = [
    InstrumentSpec("balance", "mettler-xs204", "B123456789"),
    InstrumentSpec("scale", "sartorius-bce224", "37454321", constants={"autoprint": 1.0}),
    InstrumentSpec("pace", "druck-pace5000", "2765613"),
    InstrumentSpec("ptu", "vaisala-ptu300", "K1510011"),
    InstrumentSpec("ithx", "omega-ithx", "1"),
    InstrumentSpec("weight", "weight-e2", "1"),
]
ADDRESSES = {
    "ASRL1::INSTR": "balance", "ASRL2::INSTR": "scale", "ASRL3::INSTR": "pace",
    "ASRL4::INSTR": "ptu", "TCPIP0::192.0.2.7::2000::SOCKET": "ithx",
    "GPIB0::16::INSTR": "pace",
}  # fmt: skip


class Rig:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.bench: SimulatedBench = build(SPECS, seed=4, air=Air(), clock=self.clock)
        self.manager = self.bench.resource_manager(ADDRESSES)

    def open(self, address: str, end: str = "\r\n") -> MessageBasedResource:
        resource = self.manager.open_resource(address)
        assert isinstance(resource, MessageBasedResource)
        resource.read_termination, resource.write_termination = end, end
        resource.timeout = 5000
        return resource


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = Rig()
    yield made
    made.manager.close()


def test_a_stream_of_weights_until_the_next_weighing_command(rig: Rig) -> None:
    balance = rig.open("ASRL1::INSTR")
    balance.write("SIR")
    values = [balance.read() for _ in range(20)]
    assert all(value.startswith("S S ") for value in values)
    assert 1.5 < rig.clock.monotonic() < 2.5
    rig.clock.sleep(0.45)
    balance.write("SI")
    rest = [balance.read() for _ in range(5)]
    assert all(value.startswith("S S ") for value in rest)
    before = rig.clock.monotonic()
    with pytest.raises(pyvisa.VisaIOError, match="TMO"):
        balance.read()
    assert rig.clock.monotonic() - before == pytest.approx(5.0)


def test_automatic_lines_come_by_themselves(rig: Rig) -> None:
    scale = rig.open("ASRL2::INSTR")
    assert isinstance(scale, SerialInstrument)
    scale.parity = Parity.odd
    assert scale.read().startswith("N     +")
    assert scale.read().startswith("N     +")


def test_a_request_for_service_is_text_on_a_serial_line_and_none_on_a_bus(rig: Rig) -> None:
    serial = rig.open("ASRL3::INSTR")
    bus = rig.open("GPIB0::16::INSTR", "\n")
    serial.timeout = bus.timeout = 20_000
    for message in (
        ":STAT:OPER:PRES:ENAB 511", ":STAT:OPER:ENAB 1024", "*SRE 128", ":OUTP 1",
        ":SOUR:PRES 2000",
    ):  # fmt: skip
        serial.write(message)
    assert serial.read() == ":SRQ 192"
    assert serial.query(":STAT:OPER:PRES:EVEN?") == ":STAT:OPER:PRES:EVEN 4"
    with pytest.raises(pyvisa.VisaIOError, match="TMO"):
        bus.read()


def test_lines_at_the_interval_of_a_transmitter(rig: Rig) -> None:
    ptu = rig.open("ASRL4::INSTR")
    assert isinstance(ptu, SerialInstrument)
    ptu.baud_rate, ptu.data_bits, ptu.parity = 4800, 7, Parity.even
    assert ptu.query("ECHO OFF") == "ECHO OFF"
    assert ptu.read() == "Echo : OFF"
    ptu.write("INTV 2 S")
    assert ptu.read() == "Output interval: 2 S"
    ptu.write("R")
    lines = [ptu.read() for _ in range(3)]
    assert all(line.startswith("P= ") for line in lines)
    assert 4.0 < rig.clock.monotonic() < 5.0


def test_an_idle_socket_is_closed(rig: Rig) -> None:
    ithx = rig.open("TCPIP0::192.0.2.7::2000::SOCKET", "\r")
    assert 0.0 < float(ithx.query("*SRTC")) < 50.0
    rig.clock.sleep(59.0)
    assert 0.0 < float(ithx.query("*SRH")) < 100.0
    rig.clock.sleep(61.0)
    with pytest.raises(pyvisa.VisaIOError, match="CONN_LOST"):
        ithx.query("*SRH")


def test_a_lasting_fault_changes_what_is_said_unasked(rig: Rig) -> None:
    balance = rig.open("ASRL1::INSTR")
    rig.bench.connect([("weight MASS", "balance PAN")])
    rig.bench.arm("balance", Fault(FaultKind.STUCK))
    balance.write("SIR")
    values = {balance.read()[4:] for _ in range(20)}
    assert len(values) == 1


def test_on_a_real_socket_a_stream_comes_by_itself_and_ends_when_told() -> None:
    clock = RealClock()
    bench = build(SPECS[:1], seed=4, air=Air(), clock=clock)
    served = serve(bench, clock)
    try:
        address = next(one for one in served.addresses["balance"] if one.endswith("SOCKET"))
        _, host, port, _ = address.split("::")
        with socket.create_connection((host, int(port)), timeout=5.0) as line:
            lines = line.makefile("rb")
            line.sendall(b"SIR\r\n")
            assert all(lines.readline().startswith(b"S S ") for _ in range(3))
            line.sendall(b"@\r\n")
            while (got := lines.readline()).startswith(b"S S "):
                pass
            assert got == b'I4 A "B123456789"\r\n'
            lines.close()
    finally:
        served.close()
