"""Faults between an instrument and whoever asks it."""

from collections.abc import Callable

import pytest
import pyvisa
from pyvisa.constants import StatusCode

from simulators.errors import UnknownName, WrongRequest
from simulators.faults import Fault, FaultKind, fault_of
from tests.simulators.rig import VOLTS, Rig

IDENTITY = "*IDN?"
QUICK = 500  # ms


def refused(rig: Rig, message: str) -> StatusCode:
    with pytest.raises(pyvisa.VisaIOError) as wrong:
        rig.dut.query(message)
    return wrong.value.error_code


@pytest.fixture(params=["bus", "stream"])
def faulty(request: pytest.FixtureRequest, rig_of: Callable[..., Rig]) -> Rig:
    address = {"bus": "GPIB0::22::INSTR", "stream": "TCPIP0::192.0.2.17::5025::SOCKET"}
    rig = rig_of(dut_address=address[request.param])
    rig.dut.timeout = QUICK
    return rig


def test_silence(faulty: Rig) -> None:
    faulty.bench.arm("dut", Fault(FaultKind.SILENCE))
    assert refused(faulty, IDENTITY) == StatusCode.error_timeout
    assert faulty.dut.query(IDENTITY).startswith("Keysight")
    assert faulty.dut.query("SYST:ERR?") == '+0,"No error"'


def test_a_fault_waits_for_its_turn(faulty: Rig) -> None:
    faulty.bench.arm("dut", Fault(FaultKind.SILENCE), at_exchange=3)
    assert [faulty.dut.query("*OPC?") for _ in range(2)] == ["1", "1"]
    assert refused(faulty, "*OPC?") == StatusCode.error_timeout


def test_a_late_reply_arrives_during_the_next_query(faulty: Rig) -> None:
    faulty.bench.arm("dut", Fault(FaultKind.LATE, seconds=0.8))
    assert refused(faulty, IDENTITY) == StatusCode.error_timeout
    assert faulty.dut.query("*OPC?").startswith("Keysight")
    assert faulty.dut.read() == "1"


def test_a_truncated_reply_never_ends(faulty: Rig) -> None:
    faulty.bench.arm("dut", Fault(FaultKind.TRUNCATED))
    assert refused(faulty, IDENTITY) == StatusCode.error_timeout
    assert faulty.dut.query("*OPC?") == "1"


def test_the_rest_of_a_split_reply_is_read_as_the_next(faulty: Rig) -> None:
    whole = faulty.dut.query(IDENTITY)
    faulty.bench.arm("dut", Fault(FaultKind.SPLIT, seconds=0.7))
    assert refused(faulty, IDENTITY) == StatusCode.error_timeout
    tail = faulty.dut.query("*OPC?")
    assert tail == whole[-len(tail) :]
    assert 0 < len(tail) < len(whole)


def test_garbage_is_no_text(faulty: Rig) -> None:
    faulty.bench.arm("dut", Fault(FaultKind.GARBAGE))
    with pytest.raises(UnicodeDecodeError):
        faulty.dut.query(IDENTITY)
    assert faulty.dut.query("*OPC?") == "1"


def test_a_refused_command_is_not_carried_out(faulty: Rig) -> None:
    faulty.dut.write("*CLS;VOLT:NPLC 1")
    faulty.bench.arm("dut", Fault(FaultKind.REFUSED))
    faulty.dut.write("VOLT:NPLC 100")
    assert faulty.dut.query("VOLT:NPLC?;:SYST:ERR?") == '+1.00000000E+00;-222,"Data out of range"'


def test_a_refused_output_leaves_the_calibrator_alone(rig: Rig) -> None:
    rig.bench.arm("calibrator", Fault(FaultKind.REFUSED))
    rig.calibrator.write("OUT 5 V")
    assert rig.calibrator.query("OUT?;FAULT?") == "0.0000000E+00,V,0E+00,0,0.00E+00;1306"


@pytest.mark.parametrize(
    ("kind", "field"), [(FaultKind.WRONG_IDENTITY, 1), (FaultKind.WRONG_SERIAL, 2)]
)
def test_another_instrument_answers(faulty: Rig, kind: FaultKind, field: int) -> None:
    right = faulty.dut.query(IDENTITY).split(",")
    faulty.bench.arm("dut", Fault(kind))
    for _ in range(2):
        wrong = faulty.dut.query(IDENTITY).split(",")
        assert [a != b for a, b in zip(right, wrong, strict=True)] == [
            place == field for place in range(4)
        ]
    assert faulty.dut.query("*OPC?") == "1"


@pytest.mark.parametrize(
    ("kind", "replies"), [(FaultKind.DISCONNECT_BEFORE, 0), (FaultKind.DISCONNECT_AFTER, 1)]
)
def test_a_lost_line(faulty: Rig, kind: FaultKind, replies: int) -> None:
    faulty.bench.arm("dut", Fault(kind))
    if replies:
        assert faulty.dut.query("*OPC?") == "1"
    assert refused(faulty, "*OPC?") == StatusCode.error_connection_lost
    faulty.dut.close()
    faulty.dut.open()
    faulty.dut.read_termination = "\n"
    assert faulty.dut.query("*OPC?") == "1"


def test_overload_and_stuck_readings_last_until_disarmed(faulty: Rig) -> None:
    faulty.bench.connect(VOLTS)
    faulty.source("OUT 5 V")
    faulty.bench.arm("dut", Fault(FaultKind.STUCK))
    assert len({faulty.dut.query("READ?") for _ in range(5)}) == 1
    faulty.bench.panel("dut").disarm()
    assert len({faulty.dut.query("READ?") for _ in range(5)}) > 1
    faulty.bench.arm("dut", Fault(FaultKind.OVERLOAD))
    assert faulty.dut.query("READ?;:SYST:ERR?") == '+9.90000000E+37;+0,"No error"'


def test_faults_are_known_by_name() -> None:
    assert fault_of("late", 2.0) == Fault(FaultKind.LATE, 2.0)
    with pytest.raises(UnknownName, match="did you mean 'late'"):
        fault_of("lates")


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_delays_make_sense(seconds: float) -> None:
    with pytest.raises(WrongRequest):
        Fault(FaultKind.LATE, seconds)


def test_the_past_cannot_be_struck(rig: Rig) -> None:
    with pytest.raises(WrongRequest, match="number 1"):
        rig.bench.arm("dut", Fault(FaultKind.LATE), at_exchange=0)
