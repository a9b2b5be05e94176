"""The 3458A: its own language, its readings, and what END does to the bus."""

import re
import struct
from collections.abc import Iterator

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.faults.faulty_panel import FaultyPanel
from simulators.world import Air

ADDRESS = "GPIB0::22::INSTR"
VOLTS = [("calibrator NORMAL HI", "dut HI"), ("calibrator NORMAL LO", "dut LO")]
READING = r"[ -]\d\.\d{8}E[+-]\d\d"


def bench_of() -> SimulatedBench:
    specs = [
        InstrumentSpec("dut", "keysight-3458a", "2823A12345"),
        InstrumentSpec("calibrator", "fluke-5522a", "4872301"),
    ]
    bench = build(specs, seed=7, air=Air(), clock=VirtualClock())
    bench.connect(VOLTS)
    bench.panel("calibrator").receive(b"OUT 10 V;OPER")
    bench.world.clock.sleep(10.0)
    return bench


@pytest.fixture
def bench() -> SimulatedBench:
    return bench_of()


@pytest.fixture
def panel(bench: SimulatedBench) -> FaultyPanel:
    return bench.panel("dut")


@pytest.fixture
def dut(bench: SimulatedBench) -> Iterator[MessageBasedResource]:
    manager = bench.resource_manager({ADDRESS: "dut"})
    resource = manager.open_resource(ADDRESS)
    assert isinstance(resource, MessageBasedResource)
    resource.timeout = 20_000
    yield resource
    manager.close()


def ask(panel: FaultyPanel, message: str) -> str:
    (reply,) = panel.receive(message.encode())
    assert reply.payload.endswith(b"\r\n")
    return reply.payload.decode().removesuffix("\r\n")


REPLIES = [
    ("", "ID?", "HP3458A"),
    ("", "id?", "HP3458A"),
    ("", "OPT?", " 0"),
    ("", "REV?", " 9,2"),
    ("", "CALSTR?", '"2823A12345"'),
    ("", "ERR?", " 0"),
    ("", "AUXERR?", " 0"),
    ("", "ERRSTR?", '0,"NO ERROR"'),
    ("", "TEMP?", " 29.3"),
    ("", "MSIZE?", " 20480, 8192"),
    ("", "TERM?", " 1"),
    ("", "NPLC?", " 10"),
    ("", "NDIG?", " 7"),
    ("", "END?", " 0"),
    ("", "QFORMAT?", " 1"),
    ("", "EMASK?", " 32767"),
    ("", "RQS?", " 0"),
    ("", "TRIG?", " 1"),
    ("", "TARM?", " 1, 1"),
    ("", "FUNC?", " 1, 10.0000000E+00"),
    ("PRESET NORM", "TRIG?", " 5"),
    ("PRESET NORM", "NPLC?", " 1"),
    ("PRESET", "NDIG?", " 6"),
    ("PRESET NORM", "MFORMAT?", " 4"),
    ("PRESET FAST", "OFORMAT?", " 3"),
    ("PRESET FAST", "TARM?", " 5, 1"),
    ("PRESET DIG", "NRDGS?", " 256, 6"),
    ("PRESET DIG", "APER?", " 3.00000000E-06"),
    ("END ALWAYS;PRESET NORM", "END?", " 2"),
    ("END ON;RESET", "END?", " 0"),
    ("FUNC DCV,10", "FUNC?", " 1, 10.0000000E+00"),
    ("DCV 0.5", "RANGE?", " 1.00000000E+00"),
    ("DCV 11.9", "RANGE?", " 10.0000000E+00"),
    ("DCV 12.1", "RANGE?", " 100.000000E+00"),
    ("RANGE 10.000000", "ARANGE?", " 0"),
    ("RANGE 10;RANGE AUTO", "ARANGE?", " 1"),
    ("FUNC 4,1E3", "FUNC?", " 4, 1.00000000E+03"),
    ("OHMF,1E4", "FUNC?", " 5, 10.0000000E+03"),
    ("ACV 1", "FUNC?", " 2, 1.00000000E+00"),
    ("DCI 1E-3", "RANGE?", " 1.00000000E-03"),
    ("NPLC 100.000", "NPLC?", " 100"),
    ("NPLC 2.4", "NPLC?", " 2"),
    ("NPLC 47", "NPLC?", " 50"),
    ("AZERO ONCE", "AZERO?", " 0"),
    ("azero on", "AZERO?", " 1"),
    ("FIXEDZ 1", "FIXEDZ?", " 1"),
    ("ACBAND 10", "ACBAND?", " 10, 2.00000000E+06"),
    ("ACBAND ,1E5", "ACBAND?", " 20, 100000"),
    ("NRDGS 2.49,AUTO", "NRDGS?", " 2, 1"),
    ("NRDGS 10,AUTO", "NRDGS?", " 10, 1"),
    ("NRDGS 2.5", "NRDGS?", " 3, 1"),
    ("QFORMAT ALPHA;SETACV SYNC", "SETACV?", "SETACV SYNC"),
    ("QFORMAT NUM", "QFORMAT?", " 0"),
    ("DISP MSG,\"HELLO\"", "ERR?", " 0"),
    ("TRIG HOLD;MEM FIFO;NRDGS 3;TRIG SGL", "MCOUNT?", " 3"),
    ("SMATH OFFSET,2", "RMATH OFFSET", " 2.00000000E+00"),
    ("", "RMATH DEGREE", " 2.00000000E+01"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{a} {b}" for a, b, _ in REPLIES]
)
def test_replies(panel: FaultyPanel, told: str, asked: str, reply: str) -> None:
    assert panel.receive(told.encode()) == ()
    assert ask(panel, asked) == reply
    assert ask(panel, "ERR?") == " 0"


MISTAKES = [
    ("*IDN?", 8, '103,"SYNTAX ERROR"'),
    ("NONSENSE", 8, '103,"SYNTAX ERROR"'),
    ("TRIG NONSENSE", 32, '105,"UNDEFINED PARAMETER RECEIVED"'),
    ("NPLC 2000", 64, '106,"PARAMETER OUT OF RANGE"'),
    ("DCV 2000", 64, '106,"PARAMETER OUT OF RANGE"'),
    ("RMEM 1,10", 128, '107,"MEMORY ERROR"'),
]


@pytest.mark.parametrize(("message", "word", "text"), MISTAKES, ids=[one for one, *_ in MISTAKES])
def test_mistakes(panel: FaultyPanel, message: str, word: int, text: str) -> None:
    before = ask(panel, "FUNC?;NPLC?")
    assert panel.receive(message.encode()) == ()
    assert panel.poll(message_available=False) & 32
    assert ask(panel, "ERRSTR?") == text
    assert ask(panel, "ERRSTR?") == '0,"NO ERROR"'
    panel.receive(message.encode())
    assert ask(panel, "ERR?") == f" {word}"
    assert ask(panel, "ERR?") == " 0"
    assert not panel.poll(message_available=False) & 32
    assert ask(panel, "FUNC?;NPLC?") == before


def test_emask_decides_which_errors_show_in_the_status_byte(panel: FaultyPanel) -> None:
    panel.receive(b"EMASK 64;NONSENSE")
    assert not panel.poll(message_available=False) & 32
    panel.receive(b"RQS 32;NPLC 2000")
    assert panel.requests_service(message_available=False)
    assert panel.poll(message_available=False) & 96 == 96
    assert panel.poll(message_available=False) & 96 == 32


def test_a_meter_just_switched_on_runs_free(dut: MessageBasedResource) -> None:
    dut.read_termination = "\n"
    assert re.fullmatch(READING + "\r", dut.read())
    assert re.fullmatch(READING + "\r", dut.read())


def test_end_off_hangs_who_waits_for_eoi(dut: MessageBasedResource) -> None:
    dut.timeout = 1000
    with pytest.raises(pyvisa.errors.VisaIOError, match="VI_ERROR_TMO"):
        dut.query("ID?")
    dut.write("END ALWAYS")
    assert dut.query("ID?") == "HP3458A\r\n"


def test_after_preset_each_read_is_one_reading(
    bench: SimulatedBench, dut: MessageBasedResource
) -> None:
    dut.write("END ALWAYS;PRESET NORM;DCV 10;NPLC 10")
    truth = bench.actual_output("calibrator", "dc-voltage", 10.0)
    expected = truth + bench.true_error("dut", "dc-voltage", truth, range_=10.0)
    readings = []
    for _ in range(3):
        began = bench.world.clock.monotonic()
        readings.append(float(dut.read()))
        assert bench.world.clock.monotonic() - began == pytest.approx(0.4, abs=0.01)
    assert readings == pytest.approx([expected] * 3, abs=30e-6)
    assert len(set(readings)) > 1


def test_a_single_trigger_brings_one_burst_and_then_holds(dut: MessageBasedResource) -> None:
    dut.write("END ALWAYS;PRESET NORM;NRDGS 3")
    dut.write("TRIG SGL")
    assert [re.fullmatch(READING + "\r\n", dut.read()) is not None for _ in range(3)] == [True] * 3
    dut.timeout = 1000
    with pytest.raises(pyvisa.errors.VisaIOError, match="VI_ERROR_TMO"):
        dut.read()
    assert dut.query("TRIG?") == " 4\r\n"
    dut.assert_trigger()
    assert re.fullmatch(READING + "\r\n", dut.read())


def test_end_on_marks_the_last_of_a_set(panel: FaultyPanel) -> None:
    panel.receive(b"PRESET NORM;NRDGS 3;END ON")
    assert [one.ends for one in panel.receive(b"TRIG SGL")] == [False, False, True]
    panel.receive(b"END ALWAYS")
    assert [one.ends for one in panel.receive(b"TRIG SGL")] == [True, True, True]
    panel.receive(b"END OFF")
    assert [one.ends for one in panel.receive(b"TRIG SGL")] == [False, False, False]


def test_testgear_s_sequence(bench: SimulatedBench, dut: MessageBasedResource) -> None:
    dut.timeout = 180_000
    dut.write("END ALWAYS")
    assert "HP3458A" in dut.query("ID?")
    for message in ("PRESET NORM", "DCV", "NDIG 8", "TRIG SGL", "RANGE 10.000000",
                    "NPLC 100.000", "AZERO ON", "FIXEDZ OFF", "TRIG SGL"):  # fmt: skip
        dut.write(message)
    began = bench.world.clock.monotonic()
    assert float(dut.read()) == pytest.approx(10.0, abs=3e-4)
    assert bench.world.clock.monotonic() - began == pytest.approx(4.0, abs=1.5)


def test_a_photometrist_s_sequence(dut: MessageBasedResource) -> None:
    dut.timeout = 30_000
    dut.write("END ALWAYS")
    dut.write("FUNC DCV,10;NPLC 10.0;AZERO ON;NRDGS 10,AUTO;DELAY 0.0;TRIG HOLD;TARM HOLD;"
              "LFREQ LINE;MEM FIFO;FIXEDZ ON;")  # fmt: skip
    dut.write("TRIG AUTO;MEM FIFO;TARM SGL,1;MEM OFF")
    reply = dut.query("RMEM 1,10,1")
    assert re.fullmatch(rf"{READING}(,{READING}){{9}}\r\n", reply)
    assert dut.query("ERR?") == " 0\r\n"


def test_memory_gives_oldest_or_newest_first() -> None:
    taken = {}
    for mode in ("FIFO", "LIFO"):
        panel = bench_of().panel("dut")  # the same noise each time
        panel.receive(f"PRESET NORM;DCV 10;TRIG HOLD;MEM {mode};NRDGS 3;TRIG SGL".encode())
        taken[mode] = [panel.talk()[0].payload for _ in range(3)]
        assert ask(panel, "MCOUNT?") == " 0"
    assert len(set(taken["FIFO"])) == 3
    assert taken["LIFO"] == taken["FIFO"][::-1]


def test_recalled_readings_leave_memory_off(panel: FaultyPanel) -> None:
    panel.receive(b"PRESET NORM;DCV 10;TRIG HOLD;MEM FIFO;NRDGS 3;TRIG SGL")
    assert len(ask(panel, "RMEM 1,3").split(",")) == 3
    assert ask(panel, "MEM?") == " 0"


@pytest.mark.parametrize(
    ("form", "code", "size"),
    [("SREAL", ">f", 4), ("DREAL", ">d", 8), ("SINT", ">h", 2), ("DINT", ">i", 4)],
)
def test_binary_readings(panel: FaultyPanel, form: str, code: str, size: int) -> None:
    panel.receive(f"PRESET NORM;DCV 10;OFORMAT {form}".encode())
    scale = float(ask(panel, "ISCALE?"))
    (reply,) = panel.receive(b"TRIG SGL")
    assert len(reply.payload) == size
    (value,) = struct.unpack(code, reply.payload)
    assert value * scale == pytest.approx(10.0, rel=1e-3)
    assert (scale == 1.0) is (form in ("SREAL", "DREAL"))


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        ("ASCII", b" 1.00000000E+38\r\n"),
        ("SREAL", struct.pack(">f", 1e38)),
        ("SINT", struct.pack(">h", 32767)),
        ("DINT", struct.pack(">i", 2147483647)),
    ],
)
def test_overload(panel: FaultyPanel, form: str, payload: bytes) -> None:
    panel.receive(f"PRESET NORM;DCV 1;OFORMAT {form}".encode())
    (reply,) = panel.receive(b"TRIG SGL")
    assert reply.payload == payload


def test_null_and_statistics(panel: FaultyPanel) -> None:
    panel.receive(b"PRESET NORM;DCV 10;MATH NULL")
    first, second = (panel.receive(b"TRIG SGL")[0].payload for _ in range(2))
    assert float(first) == 0.0
    assert abs(float(second)) < 1e-4
    panel.receive(b"MATH STAT;NRDGS 5")
    readings = [float(one.payload) for one in panel.receive(b"TRIG SGL")]
    assert float(ask(panel, "RMATH NSAMP")) == 5.0
    assert float(ask(panel, "RMATH MEAN")) == pytest.approx(sum(readings) / 5, abs=1e-7)
    assert float(ask(panel, "RMATH MAX")) == pytest.approx(max(readings), abs=1e-7)


def test_acal_takes_minutes_and_is_not_ready_meanwhile(
    bench: SimulatedBench, panel: FaultyPanel
) -> None:
    assert panel.poll(message_available=False) & 16
    panel.receive(b"TRIG HOLD;ACAL DCV")
    assert not panel.poll(message_available=False) & 16
    bench.world.clock.sleep(166.0)
    assert panel.poll(message_available=False) & 16


def test_power_on_and_warning(panel: FaultyPanel) -> None:
    panel.receive(b"END ALWAYS;DCV 1;NPLC 1;NONSENSE")
    panel.power_on()
    assert (ask(panel, "END?"), ask(panel, "NPLC?"), ask(panel, "ERR?")) == (" 0", " 10", " 0")
    assert panel.poll(message_available=False) & 8
    panel.marks.warn()
    assert ask(panel, "ERR?") == " 1024"
