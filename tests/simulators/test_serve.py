"""Servers on loopback: bytes on real sockets and pseudo-terminals, real time, few and short."""

import json
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from simulators.errors import UnknownName
from simulators.faults.fault import Fault, FaultKind
from simulators.serve import Doors, SerialLink, Served, serve
from tests.simulators.rig import VOLTS, RealClock, bench_of

posix = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX only")


class Line:
    """A client's end of a socket, one line at a time."""

    def __init__(self, address: str) -> None:
        host, port = address.split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=5.0)
        self._file = self.socket.makefile("rb")

    def send(self, message: bytes) -> None:
        self.socket.sendall(message)

    def read(self) -> str:
        return self._file.readline().decode()

    def ask(self, message: str) -> str:
        self.send(message.encode() + b"\n")
        return self.read().rstrip("\n")

    def command(self, **request: object) -> dict[str, object]:
        answer = json.loads(self.ask(json.dumps(request)))
        assert isinstance(answer, dict)
        return answer

    def close(self) -> None:
        self._file.close()
        self.socket.close()


@pytest.fixture
def served() -> Iterator[Served]:
    clock = RealClock()
    running = serve(bench_of(clock), clock)
    yield running
    running.close()


@pytest.fixture
def open_line() -> Iterator[Callable[[str], Line]]:
    lines: list[Line] = []

    def make(address: str) -> Line:
        lines.append(Line(address))
        return lines[-1]

    yield make
    for line in lines:
        line.close()


def socket_of(served: Served, name: str) -> str:
    _, host, port, _ = served.addresses[name][0].split("::")
    return f"{host}:{port}"


Open = Callable[[str], Line]


def test_a_bench_is_served_on_loopback_on_every_face_its_models_have(served: Served) -> None:
    shapes = {
        name: [
            re.sub(r"(?<!hislip)(?<!inst)(?<!TCPIP)\b\d{4,5}\b", "PORT", one) for one in addresses
        ]
        for name, addresses in served.addresses.items()
    }
    terminal = [] if sys.platform == "win32" else [shapes["calibrator"][-2]]
    assert shapes == {
        "calibrator": [
            "TCPIP0::127.0.0.1::PORT::SOCKET",
            "TCPIP0::127.0.0.1,PORT::inst0::INSTR",
            *terminal,
            "serial+rfc2217://127.0.0.1:PORT",
        ],
        "dut": [
            "TCPIP0::127.0.0.1::PORT::SOCKET",
            "TCPIP0::127.0.0.1::hislip0,PORT::INSTR",
            "TCPIP0::127.0.0.1,PORT::inst0::INSTR",
        ],
    }
    assert all(re.fullmatch(r"ASRL/dev/.+::INSTR", one) for one in terminal)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_messages_in_pieces_and_several_at_once(
    served: Served, open_line: Open, ending: bytes
) -> None:
    line = open_line(socket_of(served, "dut"))
    line.send(b"*ID")
    line.send(b"N?" + ending + b"*OPC?" + ending + ending + b"SYST:")
    assert line.read().split(",")[1] == "34461A"
    assert line.read() == "1\n"
    line.send(b"ERR?" + ending)
    assert line.read() == '+0,"No error"\n'


def test_many_clients_share_one_instrument(served: Served, open_line: Open) -> None:
    first, second = (open_line(socket_of(served, "dut")) for _ in range(2))
    first.send(b"VOLT:NPLC 1\n")
    assert first.ask("VOLT:NPLC?") == "+1.00000000E+00"
    assert second.ask("VOLT:NPLC?") == "+1.00000000E+00"


def test_a_long_reading_does_not_hold_other_instruments_up(served: Served, open_line: Open) -> None:
    meter, calibrator = (open_line(socket_of(served, name)) for name in ("dut", "calibrator"))
    clock = RealClock()
    meter.send(b"CONF:VOLT:DC 10;:VOLT:NPLC 10;:READ?\n")
    before = clock.monotonic()
    assert calibrator.ask("OPER?") == "0"
    quick = clock.monotonic() - before
    assert meter.read()[0] in "+-"
    slow = clock.monotonic() - before
    assert quick < 0.2 < 0.35 < slow


def test_closing_ends_a_reading_that_would_last_minutes(open_line: Open) -> None:
    clock = RealClock()
    running = serve(bench_of(clock), clock)
    line = open_line(socket_of(running, "dut"))
    line.send(b"VOLT:NPLC 100;:SAMP:COUN 100;:READ?\n")
    desk = open_line(running.control)
    while desk.command(do="state")["instruments"]["dut"]["reading"] is None:  # type: ignore[index]
        pass  # until the message has been received
    before = clock.monotonic()
    running.close()
    assert clock.monotonic() - before < 2.0
    assert line.read() == ""


def test_a_disconnect_fault_closes_the_socket(open_line: Open) -> None:
    clock = RealClock()
    bench = bench_of(clock)
    running = serve(bench, clock)
    line = open_line(socket_of(running, "dut"))
    bench.arm("dut", Fault(FaultKind.DISCONNECT_AFTER))
    assert line.ask("*OPC?") == "1"
    assert line.read() == ""
    assert open_line(socket_of(running, "dut")).ask("*OPC?") == "1"
    running.close()


def test_the_operator_s_desk(served: Served, open_line: Open) -> None:
    desk = open_line(served.control)
    wires = [list(wire) for wire in VOLTS]
    assert desk.command(do="connect", wires=wires) == {"ok": True, "connections": wires}
    open_line(socket_of(served, "calibrator")).ask("OUT 5 V;OPER;OPER?")
    state = desk.command(do="state")
    assert state["ok"] is True
    assert state["connections"] == wires
    assert state["instruments"]["calibrator"]["operating"] is True  # type: ignore[index]  # JSON
    assert state["instruments"]["calibrator"]["output"] == 5.0  # type: ignore[index]  # JSON
    assert desk.command(do="disconnect") == {"ok": True, "connections": []}


def test_one_connection_more_and_one_less(served: Served, open_line: Open) -> None:
    desk = open_line(served.control)
    one, other = ([list(wire)] for wire in VOLTS)
    desk.command(do="connect", wires=one)
    assert desk.command(do="join", wires=other)["connections"] == one + other
    there_is_none = desk.command(do="disconnect", wires=[*one, ["dut HI", "dut LO"]])
    assert there_is_none["ok"] is False
    turned = [[end for end in reversed(one[0])]]
    assert desk.command(do="disconnect", wires=turned)["connections"] == other
    assert desk.command(do="connect", wires=one)["connections"] == one


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"do": "fly"}, "unknown request 'fly'"),
        ({}, "unknown request"),
        ({"do": "connect"}, "list of pairs"),
        ({"do": "fault", "instrument": "dut", "fault": "late", "exchange": 2}, "'at_exchange'"),
        ({"do": "connect", "wires": [["dut HI"]]}, "list of pairs"),
        ({"do": "connect", "wires": [["dut HI", "dut LOW"]]}, "did you mean 'dut LO'"),
        ({"do": "air", "celcius": 20}, "did you mean 'celsius'"),
        ({"do": "air", "celsius": "20"}, "is a number"),
        ({"do": "air", "humidity": 101}, "between 0.0 and 100.0"),
        ({"do": "fault", "instrument": "dut", "fault": "latte"}, "did you mean 'late'"),
        ({"do": "fault", "instrument": "dmm", "fault": "late"}, "unknown instrument 'dmm'"),
        ({"do": "fault", "instrument": "dut"}, "both text"),
        ({"do": "fault", "instrument": "dut", "fault": "late", "seconds": "2"}, "number"),
        ({"do": "fault", "instrument": "dut", "fault": "late", "at_exchange": 0}, "number 1"),
    ],
)
def test_requests_that_make_no_sense(
    served: Served, open_line: Open, request_: dict[str, object], message: str
) -> None:
    answer = open_line(served.control).command(**request_)
    assert answer["ok"] is False
    assert message in str(answer["error"])


@pytest.mark.parametrize("line", ["connect", "[1]", "{"])
def test_lines_that_are_no_requests(served: Served, open_line: Open, line: str) -> None:
    answer = json.loads(open_line(served.control).ask(line))
    assert answer["ok"] is False


def test_the_air_of_the_room_is_changed_from_the_desk(served: Served, open_line: Open) -> None:
    desk = open_line(served.control)
    assert desk.command(do="air", celsius=18.5, humidity=61) == {
        "ok": True,
        "air": {"celsius": 18.5, "humidity": 61.0, "pascals": 101325.0},
    }
    assert desk.command(do="air", pascals=99000)["air"] == {
        "celsius": 18.5,
        "humidity": 61.0,
        "pascals": 99000.0,
    }


def test_a_fault_armed_from_the_desk(served: Served, open_line: Open) -> None:
    desk, dut = open_line(served.control), open_line(socket_of(served, "dut"))
    answer = desk.command(do="fault", instrument="dut", fault="wrong-serial")
    assert answer["ok"] is True
    assert dut.ask("*IDN?").split(",")[2] == "9" * 10


def test_an_instrument_that_is_not_there() -> None:
    clock = RealClock()
    with pytest.raises(UnknownName, match="did you mean 'dut'"):
        serve(bench_of(clock), clock, doors={"dutt": Doors(tcp=0)})


@pytest.fixture
def serial_line(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[serial.Serial]:
    clock = RealClock()
    link = SerialLink(link=tmp_path / "calibrator", terminal=request.param)
    bench = bench_of(clock)
    running = serve(bench, clock, doors={"calibrator": Doors(serial=link)})
    (address,) = running.addresses["calibrator"]
    device = address.removeprefix("ASRL").removesuffix("::INSTR")
    assert device == str(tmp_path / "calibrator")
    with serial.Serial(device, 9600, timeout=5.0) as port:
        yield port
    running.close()
    assert not (tmp_path / "calibrator").is_symlink()


@posix
@pytest.mark.parametrize("serial_line", [False], indirect=True)
@pytest.mark.parametrize("ending", [b"\n", b"\r", b"\r\n"])
def test_computer_mode_sends_the_reply_alone(serial_line: serial.Serial, ending: bytes) -> None:
    serial_line.write(b"NONSENSE" + ending + b"OPER?" + ending)
    assert serial_line.read_until(b"\r\n") == b"0\r\n"
    serial_line.write(b"ERR?" + ending)
    assert serial_line.read_until(b"\r\n") == b'1301,"Unknown command"\r\n'


@posix
@pytest.mark.parametrize("serial_line", [True], indirect=True)
def test_terminal_mode_echoes_and_prompts(serial_line: serial.Serial) -> None:
    serial_line.write(b"\x03")
    assert serial_line.read_until(b"> ") == b"1> "
    serial_line.write(b"OPER?\r")
    assert serial_line.read_until(b"> ") == b"OPER?\r\n0\r\n2> "
    serial_line.write(b"=\r")
    assert serial_line.read_until(b"> ") == b"=\r\nFault 1300: Bad syntax (REM)\r\n3> "
    serial_line.write(b"ERR?\r")
    assert serial_line.read_until(b"> ") == b'ERR?\r\n0,"No Error"\r\n4> '


@posix
@pytest.mark.parametrize("serial_line", [True], indirect=True)
def test_a_wrong_baud_rate_gives_garbage(serial_line: serial.Serial) -> None:
    serial_line.baudrate = 19_200
    serial_line.write(b"OPER?\r")
    answer = serial_line.read_until(b"\n")
    assert len(answer) == len(b"OPER?\r\n")
    assert b"OPER?" not in answer
    with pytest.raises(UnicodeDecodeError):
        answer.decode()


def test_no_thread_is_left(served: Served, open_line: Open) -> None:
    open_line(socket_of(served, "dut")).ask("*OPC?")
    served.close()
    assert "simulated-bench" not in {one.name for one in threading.enumerate()}
