"""The 289: acknowledge digits, its display in three forms, and the switch that a hand turns."""

import json
import struct

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName, WrongSpecification
from simulators.fluke_289.specification import POSITIONS
from simulators.panel import Panel
from simulators.transport.control import ControlDesk
from simulators.world import Air

VOLTS = [("calibrator NORMAL HI", "dut HI"), ("calibrator NORMAL LO", "dut LO")]
MILLIAMPERES = [("calibrator AUX HI", "dut mA"), ("calibrator AUX LO", "dut LO")]
EXACT = {
    name: {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}
    for name in ("dc-voltage", "ac-voltage", "dc-current", "resistance")
}


def bench_of(position: str = "V_DC", model: str = "fluke-289") -> SimulatedBench:
    number = float(list(POSITIONS).index(position))
    specs = [
        InstrumentSpec("dut", model, "95081087", EXACT, {"position": number}),
        InstrumentSpec("calibrator", "fluke-5522a", "4872301", EXACT),
    ]
    bench = build(specs, seed=7, air=Air(), clock=VirtualClock())
    bench.connect(VOLTS)
    bench.world.clock.sleep(10.0)
    return bench


def set_to(bench: SimulatedBench, message: bytes) -> None:
    bench.panel("calibrator").receive(message + b";OPER")
    bench.world.clock.sleep(10.0)


def ask(panel: Panel, message: str) -> bytes:
    (reply,) = panel.receive(message.encode("latin-1"))
    return reply.payload


LITERALS = [
    ("ID", b"0\rFLUKE 289,V1.00,95081087\r"),
    ("id", b"0\rFLUKE 289,V1.00,95081087\r"),
    ("DS", b"0\r"),
    ("RI", b"0\r"),
    ("RMP", b"0\r"),
    ("QSLS", b"0\r0,0,0,0\r"),
    ("QSMR 0", b"5\r"),
    ("QSRR 0,3", b"5\r"),
    ("QSMR", b"1\r"),
    ("NONSENSE", b"1\r"),
    ("QM 1", b"1\r"),
    ("*IDN?", b"1\r"),
    ("\xb2", b"1\r"),
    ("QEMAP bolt", b"0\r2,0,OFF,1,ON\r"),
    ("QEMAP nothing", b"2\r"),
    ("QMP digits", b"0\r5\r"),
    ("QMP nothing", b"2\r"),
    ("MP digits,4", b"0\r"),
    ("MP digits", b"1\r"),
    ("MPQ operator,'A. Person'", b"0\r"),
    ("MPQ operator,unquoted", b"1\r"),
    ("QMPQ site", b"0\r''\r"),
]


@pytest.mark.parametrize(("message", "reply"), LITERALS, ids=[one for one, _ in LITERALS])
def test_replies(message: str, reply: bytes) -> None:
    assert ask(bench_of().panel("dut"), message) == reply


def test_properties_are_kept_until_they_are_reset() -> None:
    panel = bench_of().panel("dut")
    for message in ("MP digits,4", "MPQ site,'hall 3'"):
        ask(panel, message)
    assert (ask(panel, "QMP digits"), ask(panel, "QMPQ site")) == (b"0\r4\r", b"0\r'hall 3'\r")
    ask(panel, "RMP")
    assert (ask(panel, "QMP digits"), ask(panel, "QMPQ site")) == (b"0\r5\r", b"0\r''\r")


READINGS = [
    ("V_DC", b"OUT 9.323 V", b"0\r9.323E0,VDC,NORMAL,NONE\r"),
    ("V_DC", b"OUT -9.323 V", b"0\r-9.323E0,VDC,NORMAL,NONE\r"),
    ("V_DC", b"OUT 123.45 V", b"0\r1.2345E2,VDC,NORMAL,NONE\r"),
    ("MV_DC", b"OUT 5.029 MV", b"0\r5.029E-3,VDC,NORMAL,NONE\r"),
    ("MV_DC", b"OUT 2 V", b"0\r+9.99999999E+37,VDC,OL,NONE\r"),
    ("MV_DC", b"OUT -2 V", b"0\r-9.99999999E+37,VDC,OL_MINUS,NONE\r"),
    ("OHMS", b"OUT 1 V", b"0\r+9.99999999E+37,OHM,OL,NONE\r"),
]


@pytest.mark.parametrize(("position", "told", "reply"), READINGS)
def test_measurements(position: str, told: bytes, reply: bytes) -> None:
    bench = bench_of(position)
    set_to(bench, told)
    assert ask(bench.panel("dut"), "QM") == reply


def test_a_resistance_and_a_current() -> None:
    bench = bench_of("OHMS")
    set_to(bench, b"OUT 1 KOHM")
    value = float(ask(bench.panel("dut"), "QM")[2:].split(b",")[0])
    assert value == pytest.approx(1000.0, abs=0.25)  # two leads and a digit
    bench.turn("dut", "MA_DC")
    bench.connect(MILLIAMPERES)
    set_to(bench, b"OUT 20 MA")
    assert ask(bench.panel("dut"), "QM") == b"0\r2.0000E-2,ADC,NORMAL,NONE\r"


def test_the_whole_display() -> None:
    bench = bench_of("MV_AC")
    set_to(bench, b"OUT 5.029 MV, 1 KHZ")
    acknowledged, line, rest = ask(bench.panel("dut"), "QDDA").split(b"\r")
    fields = line.decode().split(",")
    assert (acknowledged, rest) == (b"0", b"")
    assert fields[:10] == "MV_AC,NONE,AUTO,VAC,50,-3,OFF,0.000,0,2".split(",")
    assert fields[10] == "LIVE"
    assert float(fields[11]) == pytest.approx(5.029e-3, abs=5e-6)
    assert len(fields[11]) == len("0.005029")
    assert fields[12:18] == "VAC,-3,3,5,NORMAL,NONE".split(",")
    assert fields[19] == "PRIMARY"
    assert len(fields) == 10 + 2 * 9


def test_the_binary_display_says_the_same() -> None:
    bench = bench_of()
    set_to(bench, b"OUT 9.323 V")
    panel = bench.panel("dut")
    payload = ask(panel, "QDDB")
    assert payload[:4] == b"0\r#0"
    assert payload[-1:] == b"\r"
    body = payload[4:-1]
    assert len(body) == 34 + 2 * 30

    def double(at: int) -> float:
        high, low = struct.unpack("<II", body[at : at + 8])
        (value,) = struct.unpack("<d", struct.pack("<II", low, high))
        return float(value)

    def word(at: int, name: str) -> str:
        (number,) = struct.unpack("<H", body[at : at + 2])
        parts = ask(panel, f"QEMAP {name}")[2:-1].decode().split(",")
        return dict(zip(parts[1::2], parts[2::2], strict=True))[str(number)]

    assert word(0, "primfunction") == "V_DC"
    assert word(4, "autorange") == "AUTO"
    assert double(8) == 50.0
    assert struct.unpack("<H", body[32:34]) == (2,)
    assert word(34, "readingid") == "LIVE"
    assert double(36) == pytest.approx(9.323, abs=1e-9)
    assert word(44, "unit") == "VDC"
    assert struct.unpack("<3h", body[46:52]) == (0, 3, 5)
    assert word(52, "state") == "NORMAL"
    assert word(54, "attribute") == "NONE"
    assert double(56) > 1.7e9


def test_the_switch_is_turned_by_hand() -> None:
    bench = bench_of()
    set_to(bench, b"OUT 9.323 V")
    desk = ControlDesk(bench)
    (reply,) = desk.receive(b'{"do": "turn", "instrument": "dut", "to": "V_AC"}')
    assert json.loads(reply.payload)["ok"] is True
    assert b",BLANK," in ask(bench.panel("dut"), "QM")
    bench.world.clock.sleep(1.0)
    assert ask(bench.panel("dut"), "QM").endswith(b",VAC,NORMAL,NONE\r")
    assert bench.state()["dut"]["function"] == "V_AC"


@pytest.mark.parametrize(
    "request_",
    [{"instrument": "dut", "to": "V_XX"}, {"instrument": "calibrator", "to": "V_AC"}, {}],
)
def test_a_turn_that_cannot_be(request_: dict[str, str]) -> None:
    (reply,) = ControlDesk(bench_of()).receive(json.dumps({"do": "turn", **request_}).encode())
    assert json.loads(reply.payload)["ok"] is False


def test_wrong_positions_are_named() -> None:
    with pytest.raises(UnknownName, match="V_DC"):
        bench_of().turn("dut", "VDC")
    with pytest.raises(WrongSpecification, match="position 99"):
        build(
            [InstrumentSpec("dut", "fluke-289", "1", constants={"position": 99.0})],
            seed=1, air=Air(), clock=VirtualClock(),
        )  # fmt: skip


def test_a_287_says_so() -> None:
    assert ask(bench_of(model="fluke-287").panel("dut"), "ID") == b"0\rFLUKE 287,V1.00,95081087\r"


def test_the_display_changes_four_times_a_second() -> None:
    bench = bench_of("MV_DC")
    set_to(bench, b"OUT 5.0290 MV")
    panel, clock = bench.panel("dut"), bench.world.clock
    clock.sleep(0.01)
    stamps = []
    for _ in range(8):
        stamps.append(ask(panel, "QDDA").split(b",")[18])
        clock.sleep(0.125)
    assert len(set(stamps)) == 4
