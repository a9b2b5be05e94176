"""The metrology wells, message by message, from their fact sheet."""

from collections.abc import Iterator

import pytest
import pyvisa
from pyvisa.resources import MessageBasedResource

from simulators.bench import InstrumentSpec
from simulators.fluke_914x.well import Well
from tests.simulators.temperature_rig import EXACT, TemperatureBench, bench_with, four_wires

ADDRESS = "ASRL3::INSTR"


def a_well(model: str = "fluke-9142-p", **more: object) -> TemperatureBench:
    return bench_with(InstrumentSpec("well", model, "A79002", EXACT, **more))  # type: ignore[arg-type]  # passed through as they came


@pytest.fixture
def well() -> TemperatureBench:
    return a_well()


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("*IDN?", "HART,9142,A79002,1.00"),
        ("*OPT?", "1"),
        ("SYST:CONF:MOD?", "1"),
        ("SOUR:SPO?", "25.00"),
        ("sour:spo?", "25.00"),
        ("SOURCE:SENSE:DATA?", "23.000"),
        ("SOUR:SENS:DATA? TEMP", "23.000"),
        ("SOUR:SENS:DAT? TEMP", "23.000"),
        ("SOUR:SENS:DATA? RES", "108.959"),
        ("OUTP:STAT?", "0"),
        ("OUTP1:DATA?", "0.0"),
        ("SOUR:STAB:TEST?", "0"),
        ("SOUR:STAB:LIM?", "0.05"),
        ("SOUR:STAB:DAT?", "2.000"),
        ("SOUR:RATE?", "100.00"),
        ("SOUR:PROT:TRIP?", "0"),
        ("SOUR:PROT:HCUT?", "165"),
        ("SOUR:PROT:SCUT:LEV?", "165"),
        ("SOUR:LIST:SPO3?", "25.00"),
        ("UNIT:TEMP?", "C"),
        ("SYST:ERR?", '0,"No error"'),
        ("SYST:PASS:CEN:STAT?", "0"),
        ("SYST:COMM:SER:BAUD?", "9600"),
    ],
)
def test_replies(well: TemperatureBench, message: str, reply: str) -> None:
    assert well.say("well", message) == [f"{reply}\n"]


@pytest.mark.parametrize(
    ("message", "query", "reply"),
    [
        ("SOUR:SPO 80.12", "SOUR:SPO?", "80.12"),
        ("SOUR:SPO 80.123", "SOUR:SPO?", "80.12"),
        ("SOUR:SPO -25", "SOUR:SPO?", "-25.00"),
        ("OUTP:STAT 1", "OUTP:STAT?", "1"),
        ("OUTP1:STAT ON", "OUTP:STAT?", "1"),
        ("SOUR:STAB:LIM 0.02", "SOUR:STAB:LIM?", "0.02"),
        ("SOUR:RATE 12.5", "SOUR:RATE?", "12.50"),
        ("SOUR:PROT:SCUT:LEV 120", "SOUR:PROT:SCUT:LEV?", "120"),
        ("SOUR:LIST:SPO8 -10.5", "SOUR:LIST:SPO8?", "-10.50"),
        ("UNIT:TEMP F", "UNIT:TEMP?", "F"),
        ("SYST:PASS:CEN 1234", "SYST:PASS:CEN:STAT?", "1"),
        ("SYST:COMM:SER:BAUD 2400", "SYST:COMM:SER:BAUD?", "2400"),
    ],
)
def test_settings(well: TemperatureBench, message: str, query: str, reply: str) -> None:
    assert well.say("well", message) == []
    assert well.ask("well", query) == reply
    assert well.ask("well", "SYST:ERR?") == '0,"No error"'


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("OUT:STAT?", '-113,"Undefined header"'),
        ("SOUR:SPO", '-109,"Missing parameter"'),
        ("SOUR:SPO 1,2", '-108,"Parameter not allowed"'),
        ("SOUR:SPO 151", '-222,"Data out of range"'),
        ("SOUR:SPO -25.1", '-222,"Data out of range"'),
        ("SOUR:STAB:LIM 10", '-222,"Data out of range"'),
        ("SOUR:RATE 501", '-222,"Data out of range"'),
        ("SOUR:LIST:SPO9 25", '-114,"Header suffix out of range"'),
        ("SYST:PASS:CEN 1", '-224,"Illegal parameter value"'),
        ("READ?", '-230,"Data corrupt or stale"'),
        ("SENS1:DATA?", '-230,"Data corrupt or stale"'),
    ],
)
def test_refusals_are_silent_and_queued(well: TemperatureBench, message: str, error: str) -> None:
    assert well.say("well", message) == []
    assert well.ask("well", "SYST:ERR?") == error
    assert well.ask("well", "SOUR:SPO?") == "25.00"


def test_without_process_electronics_there_is_no_reference_input() -> None:
    well = a_well("fluke-9144")
    assert well.ask("well", "*OPT?") == "0"
    assert well.ask("well", "*IDN?") == "HART,9144,A79002,1.00"
    assert well.say("well", "READ?") == []
    assert well.ask("well", "SYST:ERR?") == '-113,"Undefined header"'
    assert "well REFERENCE HI" not in well.bench.world._terminals
    assert well.ask("well", "SOUR:SPO?") == "50.00"


def test_the_error_queue_overflows(well: TemperatureBench) -> None:
    for _ in range(12):
        well.say("well", "NONSENSE")
    errors = [well.ask("well", "SYST:ERR?") for _ in range(11)]
    assert errors[8:] == ['-113,"Undefined header"', '-350,"Queue overflow"', '0,"No error"']
    well.say("well", "NONSENSE")
    well.say("well", "*CLS")
    assert well.ask("well", "SYST:ERR?") == '0,"No error"'


def test_fahrenheit(well: TemperatureBench) -> None:
    well.say("well", "UNIT:TEMP F")
    assert well.ask("well", "SOUR:SENS:DATA?") == "73.400"
    well.say("well", "SOUR:SPO 212")
    assert well.ask("well", "SOUR:SPO?") == "212.00"
    well.say("well", "UNIT:TEMP C")
    assert well.ask("well", "SOUR:SPO?") == "100.00"


def test_the_stability_test_waits_for_rest(well: TemperatureBench) -> None:
    well.say("well", "SOUR:SPO 100;:OUTP:STAT 1")
    minutes = 0
    while well.ask("well", "SOUR:STAB:TEST?") == "0":
        well.clock.sleep(60.0)
        minutes += 1
        assert minutes < 60
    assert 12 <= minutes <= 25
    assert float(well.ask("well", "SOUR:STAB:DAT?")) <= 0.05
    assert float(well.ask("well", "SOUR:SENS:DATA?")) == pytest.approx(100.0, abs=0.05)
    well.say("well", "OUTP:STAT 0")
    assert well.ask("well", "SOUR:STAB:TEST?") == "0"


def test_the_cut_out(well: TemperatureBench) -> None:
    well.say("well", "SOUR:PROT:SCUT:LEV 60;:SOUR:SPO 100;:OUTP:STAT 1")
    well.clock.sleep(1800.0)
    assert well.ask("well", "SOUR:PROT:TRIP?") == "1"
    assert well.ask("well", "OUTP:STAT?") == "0"
    assert float(well.ask("well", "SOUR:SENS:DATA?")) < 60.0
    well.say("well", "SOUR:PROT:CLEAR")
    assert well.ask("well", "SOUR:PROT:TRIP?") == "0"


def test_power_on(well: TemperatureBench) -> None:
    well.say("well", "SOUR:SPO 100;:OUTP:STAT 1;NONSENSE")
    well.bench.panel("well").power_on()
    assert well.ask("well", "OUTP:STAT?") == "0"
    assert well.ask("well", "SOUR:SPO?") == "100.00"
    assert well.ask("well", "SYST:ERR?") == '0,"No error"'


def test_the_menu_of_the_serial_line(well: TemperatureBench) -> None:
    well.say("well", "SYST:COMM:SER:LIN OFF")
    assert well.say("well", "SOUR:SPO?") == ["25.00\r"]
    well.say("well", "SYST:COMM:SER:FDUP ON")
    assert well.say("well", "SOUR:SPO?") == ["SOUR:SPO?\r", "25.00\r"]
    assert well.say("well", "") == []


def test_the_reference_input_reads_the_probe_with_its_own_coefficients() -> None:
    stated = {"RTPW": 99.987, "A8": -2.1e-4, "B8": -1.2e-5}
    rig = bench_with(
        InstrumentSpec("well", "fluke-9144-p", "1", EXACT, constants=stated),
        InstrumentSpec("prt", "prt", "2", constants=stated),
    )
    rig.bench.connect([("prt TIP", "well HOLE 2"), *four_wires("prt", "well REFERENCE")])
    rig.say("well", "SOUR:SPO 300;:OUTP:STAT 1")
    rig.clock.sleep(2 * 3600.0)
    tip = rig.probe().celsius(rig.now)
    assert float(rig.ask("well", "READ?")) == pytest.approx(tip, abs=0.02)
    ohms = rig.probe().ohms(rig.now)
    assert float(rig.ask("well", "SENS1:DATA?")) == pytest.approx(ohms, abs=5e-3)
    assert float(rig.ask("well", "CALC1:DATA?")) == pytest.approx(tip, abs=0.02)
    hole = rig.bench.physics("well", Well).block.holes["HOLE 2"]
    assert hole.celsius(rig.now) == pytest.approx(tip, abs=0.01)


@pytest.fixture
def opened(well: TemperatureBench) -> Iterator[MessageBasedResource]:
    manager = well.bench.resource_manager({ADDRESS: "well"})
    opened = manager.open_resource(ADDRESS)
    assert isinstance(opened, MessageBasedResource)
    yield opened
    manager.close()


def test_a_strangers_client(opened: MessageBasedResource, well: TemperatureBench) -> None:
    """Say what Hepek93/lab_instruments, Fluke9142.py, says, with VISA's own defaults."""
    assert opened.query("*IDN?") == "HART,9142,A79002,1.00\r\n"
    opened.write("SOUR:STAB:LIM 0.05")
    opened.write("SOUR:SPO 80.12")
    opened.write("OUTP:STAT 1")
    well.clock.sleep(3600.0)
    assert opened.query("SOUR:STAB:TEST?") == "1\r\n"
    assert float(opened.query("SOUR:SENS:DATA? TEMP")) == pytest.approx(80.12, abs=0.05)
    assert float(opened.query("SOUR:SENS:DATA? RES")) == pytest.approx(130.94, abs=0.05)
    assert float(opened.query("SOUR:STAB:DAT?")) < 0.05
    opened.write("SYST:BEEP:IMM")
    opened.timeout = 500
    with pytest.raises(pyvisa.VisaIOError):
        opened.query("OUT:STAT?")
    assert opened.query("SYST:ERR?") == '-113,"Undefined header"\r\n'
