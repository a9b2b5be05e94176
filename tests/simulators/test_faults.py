"""Faults between an instrument and whoever asks it."""

from collections.abc import Callable

import pytest
import pyvisa
from pyvisa.constants import StatusCode

from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName, WrongRequest
from simulators.faults.fault import Fault, FaultKind, fault_of
from simulators.faults.lasting import scaled
from simulators.faults.strikes import struck
from simulators.panel import Reply
from simulators.world import Air
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


def test_a_dripping_reply_is_whole_in_the_end(faulty: Rig) -> None:
    faulty.dut.timeout = 5_000
    before = faulty.clock.monotonic()
    faulty.bench.arm("dut", Fault(FaultKind.DRIP, seconds=3.0))
    assert faulty.dut.query(IDENTITY).startswith("Keysight")
    assert faulty.clock.monotonic() - before == pytest.approx(3.0, abs=0.1)


def test_an_answer_that_is_not_ascii(faulty: Rig) -> None:
    faulty.bench.arm("dut", Fault(FaultKind.NOT_ASCII))
    faulty.dut.write(IDENTITY)
    assert faulty.dut.read_raw().startswith(b"\xcbeysight Technologies,34461A")


def test_without_a_line_end_a_stream_has_no_end() -> None:
    assert struck(Fault(FaultKind.NO_TERMINATOR), (Reply(b"1\n", 0.0),)) == (Reply(b"1", 0.0),)


def test_a_second_line_end_makes_an_empty_line() -> None:
    assert struck(Fault(FaultKind.TWO_TERMINATORS), (Reply(b"1\n", 0.0),))[0].payload == b"1\n\n"


@pytest.mark.parametrize(
    ("kind", "errors"),
    [
        pytest.param(FaultKind.ERROR_LEFT, ["-222,", "+0,"], id="one"),
        pytest.param(FaultKind.QUEUE_OVERFLOW, ["-222,"] * 19 + ["-350,", "+0,"], id="too many"),
    ],
)
def test_errors_of_before(faulty: Rig, kind: FaultKind, errors: list[str]) -> None:
    faulty.dut.write("*CLS;VOLT:NPLC 1")
    faulty.bench.arm("dut", Fault(kind))
    assert faulty.dut.query("VOLT:NPLC?") == "+1.00000000E+00"
    found = [faulty.dut.query("SYST:ERR?") for _ in errors]
    assert [one[: len(start)] for one, start in zip(found, errors, strict=True)] == errors


def test_a_line_lost_in_the_middle(faulty: Rig) -> None:
    faulty.bench.arm("dut", Fault(FaultKind.DISCONNECT_DURING))
    assert refused(faulty, IDENTITY) == StatusCode.error_connection_lost


def test_power_loss_forgets_settings_and_leaves_the_line(faulty: Rig) -> None:
    faulty.dut.write("VOLT:NPLC 100")
    faulty.bench.arm("dut", Fault(FaultKind.POWER_LOSS))
    assert refused(faulty, IDENTITY) == StatusCode.error_connection_lost
    faulty.dut.close()
    faulty.dut.open()
    faulty.dut.read_termination = "\n"
    assert faulty.dut.query("VOLT:NPLC?;*ESR?") == "+1.00000000E+01;+128"


def test_drift_and_noise_change_readings_and_nothing_else(faulty: Rig) -> None:
    faulty.bench.connect(VOLTS)
    faulty.source("OUT 5 V")
    right = float(faulty.dut.query("READ?"))
    faulty.bench.arm("dut", Fault(FaultKind.DRIFT_STEP))
    assert float(faulty.dut.query("READ?")) == pytest.approx(right * 1.001, rel=1e-5)
    faulty.bench.panel("dut").disarm()
    faulty.bench.arm("dut", Fault(FaultKind.NOISE_BURST))
    noisy = [float(faulty.dut.query("READ?")) for _ in range(10)]
    assert 0.001 * right < max(noisy) - min(noisy) < 0.1 * right
    assert faulty.dut.query("SYST:ERR?") == '+0,"No error"'


def test_a_tripped_output_is_off(rig: Rig) -> None:
    rig.source("OUT 5 V")
    rig.bench.arm("calibrator", Fault(FaultKind.OUTPUT_TRIPPED))
    rig.calibrator.query("*OPC?")
    assert rig.calibrator.query("OPER?") == "0"


def test_a_calibrator_warns_that_its_calibration_has_expired(rig: Rig) -> None:
    rig.bench.arm("calibrator", Fault(FaultKind.CALIBRATION_NEEDED))
    assert rig.calibrator.query("*OPC?") == "1"
    assert rig.calibrator.query("ERR?").startswith("319,")


def test_service_requests_without_reason_and_not_made(rig: Rig) -> None:
    panel = rig.bench.panel("dut")
    rig.bench.arm("dut", Fault(FaultKind.SRQ_UNEXPECTED))
    panel.receive(b"*OPC")
    assert panel.requests_service(message_available=False)
    assert not panel.poll(message_available=False) & 64
    assert not panel.requests_service(message_available=False)
    panel.receive(b"*CLS;*ESE 1;*SRE 32;*OPC")
    assert panel.requests_service(message_available=False)
    rig.bench.arm("dut", Fault(FaultKind.SRQ_LOST))
    panel.receive(b"*OPC")
    assert not panel.requests_service(message_available=False)


@pytest.mark.parametrize(
    ("reading", "factor", "expected"),
    [
        (b"+1.23456789E+00", 1.001, b"+1.23580246E+00"),
        (b"+9.99900000E-01", 1.001, b"+1.00089990E+00"),
        (b"S S     100.00 g", 1.001, b"S S     100.10 g"),
        (b"     999.99", 1.001, b"    1000.99"),
        (b"   10.00", 0.9, b"    9.00"),
        (b"01A+0010.00", 0.9, b"01A+0009.00"),
        (b"no number", 2.0, b"no number"),
    ],
)
def test_a_changed_reading_is_written_as_it_was(
    reading: bytes, factor: float, expected: bytes
) -> None:
    start = reading.find(b"A") + 1  # of the identification of a serial converter
    assert reading[:start] + scaled(reading[start:], factor) == expected


def test_a_short_serial_number_cannot_be_told_apart() -> None:
    specs = [InstrumentSpec("dut", "keysight-34461a", "1")]
    bench = build(specs, seed=1, air=Air(), clock=VirtualClock())
    with pytest.raises(WrongRequest, match="4 or more"):
        bench.arm("dut", Fault(FaultKind.WRONG_SERIAL))


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
