"""The Super-Thermometers, command by command, from the fact sheet and the manual."""

import pytest

from simulators.bench import InstrumentSpec
from simulators.fluke_159x.bridge import Bridge
from simulators.fluke_159x.panel import plain, shortened
from simulators.physics.functions import Function
from simulators.physics.platinum import Its90
from tests.simulators.temperature_rig import EXACT, TemperatureBench, bench_with, four_wires

STATED = {"RTPW": 25.4987, "A4": -1.3e-4, "B4": 2e-6, "A7": -1.9e-4, "B7": -1.1e-5, "C7": 1e-6}
NO_ERROR = '0,"No error"'


def super_thermometer(model: str = "fluke-1594a", seed: int = 5) -> TemperatureBench:
    rig = bench_with(
        InstrumentSpec("it", model, "C3456", EXACT),
        InstrumentSpec("prt", "sprt", "1", constants=STATED),
        seed=seed,
    )
    rig.bench.connect(four_wires("prt", "it CH1"))
    return rig


@pytest.fixture
def it() -> TemperatureBench:
    return super_thermometer()


@pytest.fixture
def known(it: TemperatureBench) -> TemperatureBench:
    """One whose library has the probe, assigned to channel 1."""
    it.say("it", 'INP:PROB:ADD "PRT_A46002"')
    for name, value in STATED.items():
        it.say("it", f'INP:PROB:PAR "PRT_A46002",{name},{value}')
    it.say("it", 'INP1:PROB:IDEN "PRT_A46002"')
    assert it.ask("it", "SYST:ERR?") == NO_ERROR
    return it


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("*IDN?", "FLUKE,1594A,C3456,1.00"),
        ("SYST:ERR?", NO_ERROR),
        ("SYSTEM:ERROR?", NO_ERROR),
        ("CALC1:TYPE?", "RES"),
        ("CALCULATE4:TYPE?", "RES"),
        ("INP2:PROB:IDEN?", '"NONE"'),
        ("INP:PROB:COUN?", "0"),
        ("INP:PROB:FIRS?", '""'),
        ("STAT:OPER:COND?", "16"),
        ("STATUS:OPERATION:CONDITION?", "16"),
        ("STAT:QUES:COND?", "0"),
        ("STAT:QUES?", "0"),
        ("STAT:QUES:ENAB?", "0"),
        ("TEST:LIN?", "0"),
        ("*OPC?", "1"),
    ],
)
def test_replies(it: TemperatureBench, message: str, reply: str) -> None:
    assert it.say("it", message) == [f"{reply}\n"]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("CALC:TYPE RES", '-114,"Header suffix out of range"'),
        ("CALC5:TYPE RES", '-114,"Header suffix out of range"'),
        ("TEST:LIN:REP?", '-114,"Header suffix out of range"'),
        ("TEST:LIN:REP1?", '-230,"Data corrupt or stale"'),
        ("TEST:LIN:REP:TIME?", '-230,"Data corrupt or stale"'),
        ("*IDN?;*IDN?", '-102,"Syntax error"'),
        ("FETC? 2", '-230,"Data corrupt or stale"'),
        ("SENS2:DATA?", '-230,"Data corrupt or stale"'),
        ("FETC? 5", '-224,"Illegal parameter value"'),
        ("CALC1:TYPE VOLT", '-224,"Illegal parameter value"'),
        ("CALC1:TYPE TEMP", '-221,"Settings conflict"'),
        ('INP1:PROB:IDEN "NOBODY"', '-224,"Illegal parameter value"'),
        ('INP:PROB:TEST? "NOBODY",65', '-224,"Illegal parameter value"'),
        ('INP:PROB:ADD "a b"', '-224,"Illegal parameter value"'),
        ("NONSENSE", '-113,"Undefined header"'),
    ],
)
def test_refusals_are_silent_and_queued(it: TemperatureBench, message: str, error: str) -> None:
    assert it.say("it", message) == []
    assert it.ask("it", "SYST:ERR?") == error
    assert it.ask("it", "SYST:ERR?") == NO_ERROR


def test_a_measurement_carries_unit_channel_and_time(it: TemperatureBench) -> None:
    it.clock.sleep(61.0)
    ohms = it.probe().ohms(it.now) + 1e-6 * it.probe().heating(it.now)
    value, unit, channel, time = it.ask("it", "FETCH? 1").split(",")
    assert float(value) == pytest.approx(ohms, rel=2e-6)
    assert (unit, channel, time) == ("O", "1", "2000-01-01 00:01:00")
    assert it.ask("it", "FETC?").split(",")[2] == "1"
    assert it.ask("it", "FETC? (@1)").split(",")[2] == "1"


def test_ratio_and_temperature(known: TemperatureBench) -> None:
    known.say("it", "CALC1:TYPE RAT")
    value, unit, *_ = known.ask("it", "FETC? 1").split(",")
    assert (float(value), unit) == (pytest.approx(0.2783, abs=2e-3), "R")
    known.say("it", "CALC1:TYPE TEMP")
    value, unit, *_ = known.ask("it", "FETC? 1").split(",")
    heated = known.probe().heating(0.0) * 1e-6 / 0.1
    assert float(value) == pytest.approx(23.0 + heated, abs=3e-4)
    assert unit == "C"
    known.say("it", "UNIT:TEMP K")
    assert float(known.ask("it", "FETC? 1").split(",")[0]) == pytest.approx(296.15, abs=0.01)


def test_the_probe_can_be_tried(known: TemperatureBench) -> None:
    curve = known.probe().curve
    assert isinstance(curve, Its90)
    ohms = curve.ohms(419.527)
    assert known.ask("it", f'INP:PROB:TEST? "PRT_A46002",{ohms:.6f}') == "419.527,C"
    assert known.say("it", 'INP:PROB:TEST? "PRT_A46002",9999') == []
    assert known.ask("it", "SYST:ERR?") == '-230,"Data corrupt or stale"'
    known.say("it", 'INP:PROB:PAR "PRT_A46002",TYPE,RESISTOR')
    assert known.ask("it", 'INP:PROB:TEST? "PRT_A46002",65.449411') == "65.449411,O"


def test_a_resistor_is_not_shown_in_degrees(known: TemperatureBench) -> None:
    known.say("it", "CALC1:TYPE TEMP")
    known.say("it", 'INP:PROB:PAR "PRT_A46002",CONV,NONE')
    assert known.ask("it", "CALC1:TYPE?") == "RES"


def test_the_library(known: TemperatureBench) -> None:
    known.say("it", "INP:PROB:ADD R2")
    assert known.ask("it", "INP:PROB:COUN?") == "2"
    assert known.ask("it", "INP:PROB:FIRS?") == '"PRT_A46002"'
    assert known.ask("it", "INP:PROB:NEXT?") == '"R2"'
    assert known.ask("it", "INP:PROB:NEXT?") == '""'
    assert known.ask("it", 'INP:PROB:PAR? "PRT_A46002",RTPW') == "25.4987"
    known.say("it", "INP:PROB:ADD R2")
    assert known.ask("it", "SYST:ERR?") == '-224,"Illegal parameter value"'
    known.say("it", "CALC1:TYPE TEMP")
    known.say("it", "INP:PROB:DEL PRT_A46002")
    assert known.ask("it", "INP1:PROB:IDEN?") == '"NONE"'
    assert known.ask("it", "CALC1:TYPE?") == "RES"


def test_the_operation_event_tells_of_a_new_measurement(it: TemperatureBench) -> None:
    it.ask("it", "FETC? 1")
    assert it.ask("it", "STAT:OPER?") == "0"
    it.clock.sleep(2.1)
    assert it.ask("it", "STAT:OPER?") == "16"
    assert it.ask("it", "STAT:OPER?") == "0"
    it.say("it", "STAT:OPER:ENAB 16")
    it.clock.sleep(2.1)
    assert int(it.ask("it", "*STB?")) & 128
    it.ask("it", "FETC? 1")
    assert not int(it.ask("it", "*STB?")) & 128


def test_a_measurement_of_nothing_is_questionable(it: TemperatureBench) -> None:
    it.bench.disconnect()
    it.say("it", "STAT:QUES:ENAB 16")
    assert it.ask("it", "STAT:QUES?") == "0"
    it.clock.sleep(2.1)
    assert it.ask("it", "STAT:QUES:COND?") == "16"
    assert int(it.ask("it", "*STB?")) & 8
    assert it.ask("it", "STAT:QUES?") == "16"
    assert it.ask("it", "STAT:QUES?") == "0"
    assert it.ask("it", "STAT:QUES:COND?") == "16"


def test_latest_measurement_regardless_of_channel_is_that_of_each_in_turn() -> None:
    rig = bench_with(
        InstrumentSpec("it", "fluke-1595a", "C3456", EXACT), InstrumentSpec("prt", "sprt", "1"),
        InstrumentSpec("other", "sprt", "2"),
    )  # fmt: skip
    rig.bench.connect([*four_wires("prt", "it CH1"), *four_wires("other", "it CH3")])
    channels = []
    for _ in range(4):
        channels.append(rig.ask("it", "FETC?").split(",")[2])
        rig.clock.sleep(2.0)
    assert channels == ["1", "3", "1", "3"]


def test_input_is_read_whatever_is_calculated_of_it(known: TemperatureBench) -> None:
    shown = known.ask("it", "FETC? 1").split(",")[0]
    known.say("it", "CALC1:TYPE TEMP")
    assert known.ask("it", "SENS1:DATA?") == known.ask("it", "SENS1:FRES:DATA?") == shown
    known.say("it", "CALC1:TYPE RAT")
    assert float(known.ask("it", "SENS1:DATA?")) == pytest.approx(float(shown) / 100.0)


def test_self_heating_goes_with_the_square_of_the_current(it: TemperatureBench) -> None:
    seen = {}
    for milliamperes in (1.0, 2**0.5):
        it.say("it", f"SENS1:CURR {milliamperes * 1e-3:.9f}")
        it.clock.sleep(2.0)
        seen[milliamperes] = float(it.ask("it", "FETC? 1").split(",")[0])
    rise = seen[2**0.5] - seen[1.0]
    assert rise == pytest.approx(1e-6 * it.probe().heating(it.now), rel=0.15)


def test_read_waits_for_the_next_sample(it: TemperatureBench) -> None:
    it.clock.sleep(0.5)
    it.ask("it", "READ? 1")
    assert it.now == pytest.approx(2.0)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("model", "limit"), [("fluke-1594a", 8e-7), ("fluke-1595a", 2e-7)])
def test_drawn_errors_keep_the_sheet(model: str, limit: float, seed: int) -> None:
    rig = bench_with(InstrumentSpec("it", model, "1"), seed=seed)
    error = rig.bench.physics("it", Bridge).true_error(Function.RESISTANCE, 50.0, range_=5e5)
    assert 0.0 < abs(error) / 50.0 <= limit


@pytest.mark.parametrize(
    ("header", "short"),
    [
        ("FETCH?", "FETC?"), ("CALCULATE1:TYPE", "CALC1:TYPE"), ("INPUT2:PROBE:IDENTITY?",
        "INP2:PROB:IDEN?"), ("TEST:LINEARITY:REPORT3?", "TEST:LIN:REP3?"), ("X:Y?", "X:Y?"),
    ],
)  # fmt: skip
def test_only_the_first_letters_of_a_word_count(header: str, short: str) -> None:
    assert shortened(header) == short


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(25.0, 6, "25"), (0.5, 8, "0.5"), (-1e-9, 5, "0"), (10.0, 0, "10")],
)
def test_trailing_zeros_are_omitted(value: float, places: int, text: str) -> None:
    assert plain(value, places) == text
