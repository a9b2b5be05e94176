"""The 34401A's panel: what its User's Guide and captures of a real one have it say."""

import re
from collections.abc import Callable, Iterator

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from simulators.bench import SimulatedBench
from tests.simulators.rig import meter_bench

Open = Callable[[str], MessageBasedResource]


@pytest.fixture
def bench() -> SimulatedBench:
    return meter_bench("hp-34401a", "US36012345")


@pytest.fixture
def opened(bench: SimulatedBench) -> Iterator[Open]:
    managers: list[pyvisa.ResourceManager] = []

    def make(address: str) -> MessageBasedResource:
        manager = bench.resource_manager({address: "dut"})
        managers.append(manager)
        resource = manager.open_resource(address)
        assert isinstance(resource, MessageBasedResource)
        resource.timeout = 20_000
        resource.read_termination = "\r\n" if address.startswith("ASRL") else "\n"
        resource.write_termination = "\n"
        return resource

    yield make
    for manager in managers:
        manager.close()


@pytest.fixture
def dut(opened: Open) -> MessageBasedResource:
    return opened("GPIB0::22::INSTR")


REPLIES = [
    ("", "*IDN?", r"HEWLETT-PACKARD,34401A,0,10-5-2"),
    ("", "SYST:ERR?", r'\+0,"No error"'),
    ("", "SYST:VERS?", r"1991\.0"),
    ("", "SYST:LFR?", r"\+50"),
    ("", "FUNC?", r'"VOLT"'),
    ('FUNC "VOLT:RAT"', "FUNC?", r'"VOLT:RAT"'),
    ('FUNC "CONT"', "FUNC?", r'"CONT"'),
    ('FUNC "DIOD"', "FUNC?", r'"DIOD"'),
    ("FUNC 'VOLTAGE:DC:RATIO'", "FUNC?", r'"VOLT:RAT"'),
    ("CONF:VOLT:DC:RAT", "FUNC?", r'"VOLT:RAT"'),
    ("CONF:VOLT:DC 10,0.00003", "CONF?", r'"VOLT \+1\.000000E\+01,\+3\.000000E-05"'),
    ("CONF:VOLT:DC", "READ?", r"[+-]\d\.\d{8}E[+-]\d\d"),
    ("CONF:RES", "READ?", r"\+9\.90000000E\+37"),
    ("CONF:CURR:AC MAX, MAX", "CURR:AC:RANG?", r"\+3\.00000000E\+00"),
    ("CONF:CURR 0.001", "CURR:RANG?", r"\+1\.00000000E-02"),
    ("FREQ:VOLT:RANG 1", "FREQ:VOLT:RANG?", r"\+1\.00000000E\+00"),
    ("FREQ:VOLT:RANG:AUTO 1", "FREQ:VOLT:RANG:AUTO?", "1"),
    ("VOLT:AC:RANG 10", "VOLT:AC:RES?", r"\+1\.00000000E-05"),
    ("TRIG:DEL MIN", "TRIG:DEL?", r"\+0\.00000000E\+00"),
    ("", "SAMP:COUN? MAX", r"\+50000"),
    ("TRIG:COUN INF", "TRIG:COUN?", r"\+9\.90000000E\+37"),
    ("SYST:BEEP:STAT 0", "SYST:BEEP:STAT?", "0"),
    ('DISP:TEXT "LONGER THAN IT"', "DISP:TEXT?", '"LONGER THAN "'),
    ("ZERO:AUTO ONCE", "ZERO:AUTO?", "0"),
    ("READ?", "DATA:POIN?", r"\+0"),
    ("INIT", "DATA:POIN?", r"\+0"),
    ("SAMP:COUN 3;:INIT;*OPC?", "DATA:POIN?", r"\+3"),
]


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{told} {asked}" for told, asked, _ in REPLIES]
)
def test_replies(dut: MessageBasedResource, told: str, asked: str, reply: str) -> None:
    for message in told.split(" & "):
        if message.endswith("?"):
            dut.query(message)
        elif message:
            dut.write(message)
    assert re.fullmatch(reply, dut.query(asked))


REFUSALS = [
    ("ABOR", '-113,"Undefined header"'),
    ("R? 1", '-113,"Undefined header"'),
    ("DATA:LAST?", '-113,"Undefined header"'),
    ("STAT:OPER?", '-113,"Undefined header"'),
    ("VOLT:AC:NPLC?", '-113,"Undefined header"'),
    ("FETC?", '-230,"Data stale"'),
    ("TRIG:SOUR BUS;:READ?", '-214,"Trigger deadlock"'),
    ("TRIG:SOUR BUS;:INIT;:INIT", '-213,"INIT ignored"'),
    ("SAMP:COUN 50001", '-222,"Data out of range"'),
    ("SAMP:COUN 513;:INIT", '+531,"Insufficient memory"'),
    ("VOLT:RANG:AUTO ON;:VOLT:RES 1E-4", '-221,"Settings conflict"'),
    ("CURR:RANG 10", '-222,"Data out of range"'),
    ("SYST:REM", '+514,"Command allowed only with RS-232"'),
    ("VOLT:RANG 1E40000", '-123,"Numeric overflow"'),
]


@pytest.mark.parametrize(("message", "error"), REFUSALS, ids=[one for one, _ in REFUSALS])
def test_refusals(bench: SimulatedBench, message: str, error: str) -> None:
    panel = bench.panel("dut")
    assert panel.receive(message.encode()) == ()
    (reply,) = panel.receive(b"SYST:ERR?")
    assert reply.payload.decode() == error + "\n"


def test_the_queue_tells_of_too_many_errors(dut: MessageBasedResource) -> None:
    for _ in range(25):
        dut.write("NONSENSE")
    assert dut.query("*STB?") == "+0"  # bit 2 is unused on a 34401A
    errors = [dut.query("SYST:ERR?") for _ in range(21)]
    assert errors[:19] == ['-113,"Undefined header"'] * 19
    assert errors[19:] == ['-350,"Too many errors"', '+0,"No error"']


def test_a_serial_line_is_local_until_told(opened: Open) -> None:
    dut = opened("ASRL1::INSTR")
    dut.timeout = 500
    with pytest.raises(pyvisa.errors.VisaIOError, match="VI_ERROR_TMO"):
        dut.query("*IDN?")
    dut.write("SYST:REM")
    assert dut.query("*IDN?") == "HEWLETT-PACKARD,34401A,0,10-5-2"
    assert dut.query("SYST:ERR?") == '+550,"Command not allowed in local"'
    assert dut.query("system:rwlock;:SYST:ERR?") == '+0,"No error"'
    dut.write("SYST:LOC")
    with pytest.raises(pyvisa.errors.VisaIOError, match="VI_ERROR_TMO"):
        dut.query("READ?")


def test_each_bus_trigger_brings_its_samples(dut: MessageBasedResource) -> None:
    dut.write("CONF:VOLT:DC 10;:VOLT:NPLC 1;:TRIG:SOUR BUS;COUN 2;:SAMP:COUN 3;:INIT")
    dut.assert_trigger()
    dut.query("*OPC?")
    assert dut.query("DATA:POIN?") == "+3"
    dut.assert_trigger()
    assert len(dut.query("FETC?").split(",")) == 6
    dut.assert_trigger()
    assert dut.query("SYST:ERR?") == '-211,"Trigger ignored"'


@pytest.mark.parametrize(
    ("message", "expected", "within"),
    [
        ('FUNC "DIOD"', 9.9e37, 0.0),
        ('FUNC "CONT"', 9.9e37, 0.0),
    ],
)
def test_an_open_input_has_no_conduction(
    dut: MessageBasedResource, message: str, expected: float, within: float
) -> None:
    dut.write(message)
    assert float(dut.query("READ?")) == pytest.approx(expected, abs=within)


def test_continuity_and_diode_of_a_resistance(
    bench: SimulatedBench, dut: MessageBasedResource
) -> None:
    for message in (b"OUT 500 OHM;OPER", b"*WAI"):
        bench.panel("calibrator").receive(message)
    bench.world.clock.sleep(5.0)
    assert float(dut.query("MEAS:CONT?")) == pytest.approx(500.0, abs=0.3)
    assert float(dut.query("MEAS:DIOD?")) == pytest.approx(0.5, abs=1e-3)


def test_statistics_of_the_readings_taken(dut: MessageBasedResource) -> None:
    dut.write("CONF:VOLT:DC 10;:SAMP:COUN 5;:CALC:FUNC AVER;STAT ON;:INIT")
    readings = [float(one) for one in dut.query("FETC?").split(",")]
    assert float(dut.query("CALC:AVER:MIN?")) == min(readings)
    assert float(dut.query("CALC:AVER:MAX?")) == max(readings)
    assert float(dut.query("CALC:AVER:AVER?")) == pytest.approx(sum(readings) / 5, abs=1e-12)
    assert dut.query("CALC:AVER:COUN?") == "+5.00000000E+00"
