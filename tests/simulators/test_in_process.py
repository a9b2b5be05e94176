"""The VISA library in this process, seen through pyvisa as a driver sees it."""

from collections.abc import Callable, Iterator

import pytest
import pyvisa
from pyvisa.constants import VI_TMO_INFINITE, EventMechanism, EventType, Parity, StatusCode
from pyvisa.resources import GPIBInstrument, SerialInstrument, TCPIPInstrument, TCPIPSocket

from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.errors import EndlessWait, WrongSpecification
from simulators.world import Air
from tests.simulators.rig import Rig, bench_of

STREAM = "TCPIP0::192.0.2.17::5025::SOCKET"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("GPIB0::22::INSTR", GPIBInstrument),
        ("TCPIP0::192.0.2.17::inst0::INSTR", TCPIPInstrument),
        ("TCPIP0::192.0.2.17::hislip0::INSTR", TCPIPInstrument),
        (STREAM, TCPIPSocket),
        ("ASRL/dev/ttyUSB0::INSTR", SerialInstrument),
    ],
)
def test_addresses_open_as_ordinary_resources(
    rig_of: Callable[..., Rig], address: str, kind: type
) -> None:
    rig = rig_of(dut_address=address)
    assert isinstance(rig.dut, kind)
    rig.dut.read_termination = "\r\n" if kind is SerialInstrument else "\n"
    assert rig.dut.query("*IDN?").split(",")[1] == "34461A"


def test_unknown_addresses_are_not_found() -> None:
    manager = bench_of(VirtualClock()).resource_manager({"GPIB0::4::INSTR": "calibrator"})
    with pytest.raises(pyvisa.VisaIOError) as wrong:
        manager.open_resource("GPIB0::5::INSTR")
    assert wrong.value.error_code == StatusCode.error_resource_not_found
    assert manager.list_resources() == ("GPIB0::4::INSTR",)
    manager.close()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(WrongSpecification, match="by the window"):
        bench_of(VirtualClock()).resource_manager({"by the window": "calibrator"})


def test_benches_do_not_share_a_library() -> None:
    managers = [
        bench_of(VirtualClock()).resource_manager({"GPIB0::4::INSTR": "calibrator"})
        for _ in range(2)
    ]
    assert managers[0] is not managers[1]
    for manager in managers:
        manager.close()


def test_a_timeout_is_charged_to_the_clock(rig: Rig) -> None:
    rig.dut.timeout = 1500
    before = rig.clock.monotonic()
    with pytest.raises(pyvisa.VisaIOError) as wrong:
        rig.dut.read()
    assert wrong.value.error_code == StatusCode.error_timeout
    assert rig.clock.monotonic() - before == pytest.approx(1.5)
    assert rig.dut.query("SYST:ERR?").startswith("-420,")


def test_waiting_for_ever_is_refused(rig: Rig) -> None:
    rig.dut.timeout = None
    with pytest.raises(EndlessWait):
        rig.dut.query("NONSENSE?")


def test_on_a_stream_a_late_answer_arrives_during_the_next_query(
    rig_of: Callable[..., Rig],
) -> None:
    rig = rig_of(dut_address=STREAM)
    rig.dut.write("CONF:VOLT:DC 10;:VOLT:NPLC 100")
    rig.dut.timeout = 1000
    with pytest.raises(pyvisa.VisaIOError):
        rig.dut.query("READ?")
    rig.dut.timeout = 10_000
    assert "E" in rig.dut.query("*IDN?").split(",")[0]  # the reading, not the identity
    assert rig.dut.read().startswith("Keysight")


def test_on_a_bus_a_new_message_interrupts_an_unread_answer(rig: Rig) -> None:
    rig.dut.write("CONF:VOLT:DC 10;:VOLT:NPLC 100")
    rig.dut.timeout = 1000
    with pytest.raises(pyvisa.VisaIOError):
        rig.dut.query("READ?")
    rig.dut.timeout = 10_000
    assert rig.dut.query("*IDN?").startswith("Keysight")
    assert rig.dut.query("SYST:ERR?").startswith("-410,")


def test_on_a_bus_reading_again_gets_the_late_answer(rig: Rig) -> None:
    rig.dut.write("CONF:VOLT:DC 10;:VOLT:NPLC 100")
    rig.dut.timeout = 3000
    with pytest.raises(pyvisa.VisaIOError):
        rig.dut.query("READ?")
    assert rig.dut.read()[0] in "+-"


def test_a_clear_drops_what_is_unread(rig: Rig) -> None:
    rig.dut.write("*IDN?")
    rig.dut.clear()
    assert rig.dut.query("SYST:ERR?") == '+0,"No error"'


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_both_line_ends_end_a_message(rig: Rig, ending: str) -> None:
    rig.dut.write_termination = ending
    assert rig.dut.query("SYST:ERR?") == '+0,"No error"'


def test_a_message_in_pieces_and_two_in_one_piece(rig_of: Callable[..., Rig]) -> None:
    rig = rig_of(dut_address=STREAM)
    rig.dut.write_raw(b"*OP")
    rig.dut.write_raw(b"C?\r\nSYST:ERR?\r\n")
    assert [rig.dut.read(), rig.dut.read()] == ["1", '+0,"No error"']


def test_an_empty_message_is_none(rig: Rig) -> None:
    rig.dut.write("")
    assert rig.dut.query("SYST:ERR?") == '+0,"No error"'


def test_short_reads_leave_the_rest(rig: Rig) -> None:
    rig.dut.write("*IDN?")
    assert rig.dut.read_bytes(8) == b"Keysight"
    assert rig.dut.read().startswith(" Technologies")


def test_a_stream_gives_as_many_bytes_as_are_asked_for(rig_of: Callable[..., Rig]) -> None:
    rig = rig_of(dut_address=STREAM)
    rig.dut.read_termination = None
    rig.dut.write("*OPC?;*OPC?")
    assert rig.dut.read_bytes(4) == b"1;1\n"


def test_a_serial_line_counts_what_it_has_received(rig_of: Callable[..., Rig]) -> None:
    rig = rig_of(calibrator_address="ASRL3::INSTR")
    rig.calibrator.write("OUT 1 V;OPER;OPER?;*OPC?")
    assert rig.calibrator.bytes_in_buffer == 0
    rig.clock.sleep(5.0)
    assert rig.calibrator.bytes_in_buffer == len("1;1\r\n")


def test_without_a_terminator_a_socket_never_ends_a_reading(rig_of: Callable[..., Rig]) -> None:
    rig = rig_of(dut_address=STREAM)
    rig.dut.read_termination = None
    with pytest.raises(pyvisa.VisaIOError, match="TMO"):
        rig.dut.query("*IDN?")


def test_status_is_polled_on_a_bus_and_not_on_a_stream(rig_of: Callable[..., Rig]) -> None:
    rig = rig_of()
    rig.dut.write("*CLS;*IDN?")
    assert rig.dut.read_stb() == 16
    stream = rig_of(dut_address=STREAM).dut
    with pytest.raises(pyvisa.VisaIOError) as wrong:
        stream.read_stb()
    assert wrong.value.error_code == StatusCode.error_nonsupported_operation


def test_attributes_of_a_serial_line(rig_of: Callable[..., Rig]) -> None:
    rig = rig_of(calibrator_address="ASRL3::INSTR")
    assert isinstance(rig.calibrator, SerialInstrument)
    rig.calibrator.baud_rate = 19_200
    assert rig.calibrator.baud_rate == 19_200
    rig.calibrator.baud_rate = 9600
    assert rig.calibrator.resource_name == "ASRL3::INSTR"
    assert rig.calibrator.query("OPER?").strip() == "0"


def test_a_closed_session_is_invalid(rig: Rig) -> None:
    rig.dut.close()
    with pytest.raises(pyvisa.errors.InvalidSession):
        rig.dut.query("*IDN?")


def test_a_service_request_is_waited_for_on_gpib(rig_of: Callable[..., Rig]) -> None:
    rig = rig_of(dut_address="GPIB0::22::INSTR")
    assert isinstance(rig.dut, GPIBInstrument)
    rig.dut.write("*CLS;*ESE 1;*SRE 32;:CONF:VOLT:DC 10;:VOLT:NPLC 100;:INIT;*OPC")
    before = rig.clock.monotonic()
    rig.dut.wait_for_srq(60_000)
    assert rig.clock.monotonic() - before == pytest.approx(4.0, rel=0.05)
    assert rig.dut.query("*OPC?") == "1"


def test_a_service_request_that_does_not_come(rig: Rig) -> None:
    event, queue = EventType.service_request, EventMechanism.queue
    rig.dut.enable_event(event, queue)
    before = rig.clock.monotonic()
    assert rig.dut.wait_on_event(event, 1500, capture_timeout=True).timed_out
    assert rig.clock.monotonic() - before == pytest.approx(1.5)
    with pytest.raises(EndlessWait):
        rig.dut.wait_on_event(event, VI_TMO_INFINITE)


def test_a_stream_has_no_service_requests(rig_of: Callable[..., Rig]) -> None:
    stream = rig_of(dut_address=STREAM).dut
    with pytest.raises(pyvisa.VisaIOError):
        stream.enable_event(EventType.service_request, EventMechanism.queue)


@pytest.fixture
def line_to() -> Iterator[Callable[[str], SerialInstrument]]:
    managers: list[pyvisa.ResourceManager] = []

    def make(model: str) -> SerialInstrument:
        clock = VirtualClock()
        bench = build([InstrumentSpec("it", model, "1234567")], seed=1, air=Air(), clock=clock)
        managers.append(bench.resource_manager({"ASRL1::INSTR": "it"}))
        line = managers[-1].open_resource("ASRL1::INSTR", read_termination="\r\n")
        assert isinstance(line, SerialInstrument)
        return line

    yield make
    for manager in managers:
        manager.close()


WRONG = {
    "baud": ("baud_rate", 4800, 9600),
    "bits": ("data_bits", 7, 8),
    "parity": ("parity", Parity.even, Parity.none),
}


@pytest.mark.parametrize(("setting", "wrong", "right"), WRONG.values(), ids=WRONG.keys())
def test_wrong_settings_of_a_serial_line_are_an_error_of_the_instrument(
    line_to: Callable[[str], SerialInstrument], setting: str, wrong: object, right: object
) -> None:
    line = line_to("hp-34401a")
    line.write("SYST:REM")
    line.write("*CLS")
    assert line.query("SYST:ERR?").startswith("+0")
    setattr(line, setting, wrong)
    line.write("CONF:VOLT:DC 10")
    setattr(line, setting, right)
    line.write("")  # the line end may have been spoilt too
    assert line.query("SYST:ERR?").startswith("-")


def test_a_control_character_clears_a_serial_instrument(
    line_to: Callable[[str], SerialInstrument],
) -> None:
    line = line_to("hp-34401a")
    line.write("SYST:REM")
    line.write("CONF:VOLT:DC 10;:VOLT:DC:NPLC 100;:SAMP:COUN 100")
    line.write("READ?")
    line.write_raw(b"\x03")
    assert line.query("*OPC?") == "1"
