"""What is said to meters that speak SCPI and how their answers are taken, word for word.

Sources: 34401A User's Guide, p. 159 (replies); 53200A Programmer's Reference, p. 243 (replies);
2015 User's Manual; pymeasure/pymeasure, keithley2000.py and keithleyDMM6500.py with its tests;
microsoft/Qcodes, Keithley_2000.py; PyFixate/Fixate, fluke_8846a.py and keithley_6500.py;
SCPI-1999. Identities are captured but that of the DMM6500. From memory, unverified: what the
Keithley 2000 and the Fluke 8846A write as a reading, how the DMM6500 writes its error queue.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import pytest

from drivers.capabilities import Identity, Wires
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    NotConfigured,
    Overload,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.link.recorded import RecordedLink
from drivers.models import MODELS
from tests.drivers.recordings import Pairs, Watched, answers_for, driver_over

READ = "READ?;:SYST:ERR?;*ESR?"
HEADER = '-113,"Undefined header"'
RANGE = '-222,"Data out of range"'


@dataclass(frozen=True)
class Meter:
    """One model: its words."""

    identity: str
    configure: Callable[[Any], None]
    said: str
    raw: str
    value: float
    overload: str = "+9.90000000E+37"
    nothing: str = "+9.91000000E+37"
    no_error: str = '+0,"No error"'
    opening: Pairs = ()
    asked_too: Pairs = ()
    resets: bool = False
    malformed: tuple[str, ...] = field(default=())

    @property
    def greeted(self) -> Pairs:
        asked = [("*IDN?", self.identity), *self.asked_too]
        return [*self.opening, *asked, ("*CLS", None)]

    @property
    def clean(self) -> Pairs:
        return [("SYST:ERR?", self.no_error)]

    @property
    def configured(self) -> Pairs:
        return [*([("*RST", None)] if self.resets else []), (self.said, None), *self.clean]

    @property
    def good(self) -> Pairs:
        return [(READ, f"{self.raw};{self.no_error};0")]


REMOTE: Pairs = [("SYST:REM", None)]
DCV_34401A = "CONF:VOLT:DC 10;:VOLT:DC:NPLC 10;:ZERO:AUTO ON;:INP:IMP:AUTO OFF"
DCV_2000 = (
    ":CONF:VOLT:DC;:INIT:CONT 0;:SENS:VOLT:DC:RANG:AUTO 0;:SENS:VOLT:DC:RANG 10"
    ";:SENS:VOLT:DC:NPLC 10;:SENS:VOLT:DC:AVER:STAT 0;:SENS:VOLT:DC:REF:STAT 0"
)
DCV_6500 = (
    ':SENS:FUNC "VOLT:DC";:SENS:VOLT:DC:RANG:AUTO 0;:SENS:VOLT:DC:RANG 10'
    ";:SENS:VOLT:DC:NPLC 10;:SENS:VOLT:DC:AZER 1;:SENS:VOLT:DC:INP MOHM10"
    ";:SENS:VOLT:DC:AVER:STAT 0;:SENS:VOLT:DC:REL:STAT 0;:COUN 1"
)
DCV_8846A = "CONF:VOLT:DC 10;:VOLT:DC:NPLC 10;:SENS:VOLT:DC:IMP:AUTO OFF;:CALC:STAT OFF"
FREQ_53230A = (
    "CONF:FREQ;:INP1:IMP 1E6;:INP1:COUP AC;:INP1:RANG 5;:INP1:LEV:AUTO OFF;:INP1:LEV 0"
    ";:FREQ:GATE:SOUR TIME;:FREQ:GATE:TIME 1;:SYST:TIM 2;:FORM ASC,15;:CALC:STAT OFF"
)


def ten_volts(meter: Any) -> None:
    meter.configure_dc_voltage(10.0)


def one_second(meter: Any) -> None:
    meter.configure_frequency(5.0, 1.0)


METERS = {
    "hp-34401a": Meter(
        "HEWLETT-PACKARD,34401A,0,10-5-2",
        ten_volts,
        DCV_34401A,
        "-1.72140000E-05",
        -1.7214e-5,
        opening=REMOTE,
        malformed=("1.00000000E+00", "+1.0000000E+00", "+1.00000000E+007", "+1.00000000e+00"),
    ),
    "keithley-2000": Meter(
        "KEITHLEY INSTRUMENTS INC.,MODEL 2000,1308393,A20  /A02",
        ten_volts,
        DCV_2000,
        "+1.234567E+00",
        1.234567,
        overload="+9.900000E+37",
        nothing="+9.910000E+37",
        no_error='0,"No error"',
        resets=True,
        malformed=("1.234567E+00", "+1.234567E+00VDC", "+1.23456E+00", "+1.234567E+00,+1"),
    ),
    "keithley-dmm6500": Meter(
        "KEITHLEY INSTRUMENTS,MODEL DMM6500,04400001,1.7.7b",
        ten_volts,
        DCV_6500,
        "-4.999995E-01",
        -0.4999995,
        overload="9.900000E+37",
        nothing="9.910000E+37",
        no_error='0,"No error;0;0 0"',
        asked_too=[("*LANG?", "SCPI")],
        resets=True,
        malformed=("+4.999995E-01", "4.99999E-01", "4.999995E-1", "3.414127E-04,3.4E-04", "nil"),
    ),
    "fluke-8846a": Meter(
        "FLUKE,8846A,3821015,08/02/10-11:53",
        ten_volts,
        DCV_8846A,
        "+1.00000120E+01",
        10.000012,
        opening=REMOTE,
        malformed=("+1.00000120E+1", "1.00000120", "+1.00000120E+01,+1.00000120E+01", "=>"),
    ),
    "keysight-53230a": Meter(
        "Agilent Technologies,53230A,MY50001484,02.05-1519.666-1.19-4.15-127-155-35",
        one_second,
        FREQ_53230A,
        "+1.00000000012345E+007",
        10000000.0012345,
        overload="+9.90000000000000E+037",
        nothing="+9.91000000000000E+037",
        malformed=("+1.0023E+007", "+1.00230000000000E+07", "+1.00230000000000E-007,+1E-007"),
    ),
}
each_meter = pytest.mark.parametrize("model", METERS)


# --- who answers ---


@each_meter
def test_identity(model: str) -> None:
    words = METERS[model]
    with RecordedLink(words.greeted) as link:
        assert driver_over(link, model).identify() == Identity(*words.identity.split(","))


@each_meter
def test_serial_number_is_checked_where_it_is_stated(model: str) -> None:
    words = METERS[model]
    serial = words.identity.split(",")[2]
    with RecordedLink(words.greeted) as link:
        driver_over(link, model, serial).identify()
    if MODELS[model].states_serial:
        asked = [*words.opening, ("*IDN?", words.identity), *words.asked_too]
        with RecordedLink(asked) as link, pytest.raises(WrongInstrument, match=serial):
            driver_over(link, model, "77").identify()


@pytest.mark.parametrize(("model", "stranger"), [*permutations(METERS, 2)])
def test_nothing_is_said_to_somebody_else(model: str, stranger: str) -> None:
    words, other = METERS[model], METERS[stranger]
    asked = [*words.opening, ("*IDN?", other.identity), *words.asked_too]
    with RecordedLink(asked) as link, pytest.raises(WrongInstrument) as caught:
        words.configure(driver_over(link, model))
    assert other.identity in caught.value.reply


@pytest.mark.parametrize("language", ["TSP", "SCPI2000", "SCPI34401", "", "scpi"])
def test_another_language_is_refused_with_what_to_do(language: str) -> None:
    words = METERS["keithley-dmm6500"]
    with RecordedLink([("*IDN?", words.identity), ("*LANG?", language)]) as link:
        with pytest.raises(InstrumentRefused, match="Set its command set to SCPI"):
            driver_over(link, "keithley-dmm6500").identify()


# --- what is said ---


def reading_ac(quantity: str, amount: float, hertz: float) -> Callable[[Any], None]:
    def act(meter: Any) -> None:
        getattr(meter, f"configure_ac_{quantity}")(amount, hertz)

    return act


def reading_dc_current(amperes: float) -> Callable[[Any], None]:
    return lambda meter: meter.configure_dc_current(amperes)


def resistance(ohms: float, wires: Wires) -> Callable[[Any], None]:
    return lambda meter: meter.configure_resistance(ohms, wires)


def capacitance(farads: float) -> Callable[[Any], None]:
    return lambda meter: meter.configure_capacitance(farads)


def frequency(volts: float, gate_seconds: float) -> Callable[[Any], None]:
    return lambda meter: meter.configure_frequency(volts, gate_seconds)


def sensing_2000(function: str, range_: str, speed: str) -> str:
    sense = f":SENS:{function}"
    return (
        f":CONF:{function};:INIT:CONT 0;{sense}:RANG:AUTO 0;{sense}:RANG {range_};{sense}:{speed}"
        f";{sense}:AVER:STAT 0;{sense}:REF:STAT 0"
    )


def sensing_6500(function: str, range_: str, *settings: str) -> str:
    sense = f";:SENS:{function}:"
    wanted = ("RANG:AUTO 0", f"RANG {range_}", *settings, "AVER:STAT 0", "REL:STAT 0")
    return f':SENS:FUNC "{function}"{sense}{sense.join(wanted)};:COUN 1'


FREQ_2000 = ":CONF:FREQ;:INIT:CONT 0;:SENS:FREQ:THR:VOLT:RANG 10;:SENS:FREQ:APER 0.1"
FREQ_34401A = "CONF:FREQ;:FREQ:VOLT:RANG 1;:FREQ:APER 0.1"
FREQ_8846A = "CONF:FREQ;:SENS:FREQ:VOLT:RANG 0.1;:FREQ:APER 1;:CALC:STAT OFF"
SAID: dict[str, list[tuple[Callable[[Any], None], str]]] = {
    "hp-34401a": [
        (reading_ac("voltage", 750.0, 10.0), "CONF:VOLT:AC 750;:DET:BAND 3"),
        (reading_ac("voltage", 1.0, 200.0), "CONF:VOLT:AC 1;:DET:BAND 20"),
        (reading_ac("voltage", 0.1, 2e3), "CONF:VOLT:AC 0.1;:DET:BAND 200"),
        (reading_dc_current(0.01), "CONF:CURR:DC 0.01;:CURR:DC:NPLC 10;:ZERO:AUTO ON"),
        (reading_ac("current", 1.0, 60.0), "CONF:CURR:AC 1;:DET:BAND 3"),
        (resistance(1e8, Wires.TWO), "CONF:RES 100000000;:RES:NPLC 10;:ZERO:AUTO ON"),
        (resistance(100.0, Wires.FOUR), "CONF:FRES 100;:FRES:NPLC 10"),
        (frequency(1.0, 0.1), FREQ_34401A),
    ],
    "keithley-2000": [
        (reading_ac("voltage", 750.0, 29.0), sensing_2000("VOLT:AC", "750", "DET:BAND 3")),
        (reading_ac("voltage", 1.0, 300.0), sensing_2000("VOLT:AC", "1", "DET:BAND 30")),
        (reading_dc_current(0.01), sensing_2000("CURR:DC", "0.01", "NPLC 10")),
        (reading_ac("current", 1.0, 3e3), sensing_2000("CURR:AC", "1", "DET:BAND 300")),
        (resistance(1e6, Wires.TWO), sensing_2000("RES", "1000000", "NPLC 10")),
        (resistance(100.0, Wires.FOUR), sensing_2000("FRES", "100", "NPLC 10")),
        (frequency(10.0, 0.1), FREQ_2000),
    ],
    "keithley-dmm6500": [
        (reading_ac("voltage", 750.0, 5.0), sensing_6500("VOLT:AC", "750", "DET:BAND 3")),
        (reading_dc_current(10.0), sensing_6500("CURR:DC", "10", "NPLC 10", "AZER 1")),
        (reading_ac("current", 1.0, 1e3), sensing_6500("CURR:AC", "1", "DET:BAND 30")),
        (resistance(10.0, Wires.TWO), sensing_6500("RES", "10", "NPLC 10", "AZER 1")),
        (resistance(1.0, Wires.FOUR), sensing_6500("FRES", "1", "NPLC 10", "AZER 1")),
    ],
    "fluke-8846a": [
        (reading_ac("voltage", 1.0, 60.0), "CONF:VOLT:AC 1;:DET:BAND 3;:CALC:STAT OFF"),
        (reading_dc_current(0.1), "CONF:CURR:DC 0.1;:CURR:DC:NPLC 10;:CALC:STAT OFF"),
        (reading_ac("current", 1.0, 1e3), "CONF:CURR:AC 1;:DET:BAND 20;:CALC:STAT OFF"),
        (resistance(100.0, Wires.TWO), "CONF:RES 100;:RES:NPLC 10;:CALC:STAT OFF"),
        (resistance(100.0, Wires.FOUR), "CONF:FRES 100;:FRES:NPLC 10;:CALC:STAT OFF"),
        (capacitance(1e-9), "CONF:CAP 1E-09;:CALC:STAT OFF"),
        (capacitance(0.1), "CONF:CAP 0.1;:CALC:STAT OFF"),
        (frequency(0.1, 1.0), FREQ_8846A),
    ],
    "keysight-53230a": [
        (frequency(1.0, 1.0), FREQ_53230A),
        (
            frequency(10.0, 0.1),
            FREQ_53230A.replace("RANG 5", "RANG 50")
            .replace("TIME 1", "TIME 0.1")
            .replace("TIM 2", "TIM 1.1"),
        ),
        (frequency(60.0, 1.0), FREQ_53230A.replace("RANG 5", "RANG 60")),
    ],
}
CASES = [
    pytest.param(model, act, said, id=f"{model} {said[:30]}")
    for model, cases in SAID.items()
    for act, said in [(METERS[model].configure, METERS[model].said), *cases]
]


@pytest.mark.parametrize(("model", "act", "said"), CASES)
def test_function_is_configured_and_checked(
    model: str, act: Callable[[Any], None], said: str
) -> None:
    words = METERS[model]
    reset: Pairs = [("*RST", None)] if words.resets else []
    first = [*words.greeted, *reset, (said, None), *words.clean, *words.good]
    with RecordedLink([*first, (words.said, None), *words.clean, *words.good]) as link:
        meter = driver_over(link, model)
        act(meter)
        assert meter.read().value == words.value
        words.configure(meter)
        assert meter.read().raw == words.raw


# --- readings ---


@each_meter
def test_overload_leaves_the_meter_configured(model: str) -> None:
    words = METERS[model]
    over = [(READ, f"{words.overload};{words.no_error};8")]
    with RecordedLink([*words.greeted, *words.configured, *over, *words.good]) as link:
        meter = driver_over(link, model)
        words.configure(meter)
        with pytest.raises(Overload):
            meter.read()
        assert meter.read().value == words.value


def no_readings() -> list[Any]:
    cases = []
    for model, words in METERS.items():
        status = f"{words.no_error};0"
        odd = {
            "empty": "",
            "reading alone": words.raw,
            "no reading": status,
            "no status": f"{words.raw};{words.no_error}",
            "torn status": f"{words.raw};{words.no_error};",
            "torn entry": f"{words.raw};{words.no_error[:-1]};0",
            "junk": f"{words.raw}x;{status}",
            "unit": f"{words.raw} V;{status}",
            "not a number": f"{words.nothing};{status}",
            "identity": words.identity,
            "echo": READ,
            **{bad: f"{bad};{status}" for bad in words.malformed},
        }
        cases += [pytest.param(model, reply, id=f"{model} {what}") for what, reply in odd.items()]
    return cases


@pytest.mark.parametrize(("model", "reply"), no_readings())
def test_reply_that_is_no_reading_ends_the_session(model: str, reply: str) -> None:
    words = METERS[model]
    session = [*words.greeted, *words.configured]
    with RecordedLink([*session, (READ, reply), *session, *words.good]) as link:
        meter = driver_over(link, model)
        words.configure(meter)
        with pytest.raises(UnexpectedReply) as caught:
            meter.read()
        with pytest.raises(NotConfigured):
            meter.read()
        words.configure(meter)
        assert meter.read().value == words.value
    answers_for(caught.value, READ, reply)


@each_meter
@pytest.mark.parametrize("events", ["128", "+136"])
def test_meter_that_was_switched_on_meanwhile_is_not_believed(model: str, events: str) -> None:
    words = METERS[model]
    session = [*words.greeted, *words.configured]
    woken = [(READ, f"{words.raw};{words.no_error};{events}")]
    with RecordedLink([*session, *woken, *session, *words.good]) as link:
        meter = driver_over(link, model)
        words.configure(meter)
        with pytest.raises(NotConfigured, match="switched on meanwhile"):
            meter.read()
        with pytest.raises(NotConfigured):
            meter.read()
        words.configure(meter)
        assert meter.read().value == words.value


@each_meter
@pytest.mark.parametrize("before", ["", "reading;"], ids=["instead of", "beside"])
def test_error_at_a_reading_is_raised(model: str, before: str) -> None:
    words = METERS[model]
    reading = before.replace("reading", words.raw)
    queue = [(READ, f"{reading}{HEADER};32"), ("SYST:ERR?", RANGE), *words.clean]
    with RecordedLink([*words.greeted, *words.configured, *queue, *words.good]) as link:
        meter = driver_over(link, model)
        words.configure(meter)
        with pytest.raises(InstrumentRefused) as caught:
            meter.read()
        assert meter.read().value == words.value
    answers_for(caught.value, READ, HEADER, RANGE)


NO_SIGNALS = {
    "hp-34401a": (FREQ_34401A, "+0.00000000E+00"),
    "keithley-2000": (FREQ_2000, "+0.000000E+00"),
    "fluke-8846a": (FREQ_8846A, "-0.00000000E+00"),
}


@pytest.mark.parametrize("model", NO_SIGNALS)
def test_frequency_of_nothing_is_no_reading(model: str) -> None:
    words, (said, raw) = METERS[model], NO_SIGNALS[model]
    act = next(act for act, command in SAID[model] if command == said)
    reset: Pairs = [("*RST", None)] if words.resets else []
    nothing = [(READ, f"{raw};{words.no_error};0")]
    with RecordedLink([*words.greeted, *reset, (said, None), *words.clean, *nothing]) as link:
        meter = driver_over(link, model)
        act(meter)
        with pytest.raises(UnexpectedReply, match="check the connections"):
            meter.read()


@pytest.mark.parametrize("model", NO_SIGNALS)
def test_voltage_of_nothing_is_a_reading(model: str) -> None:
    words, raw = METERS[model], NO_SIGNALS[model][1]
    nothing = [(READ, f"{raw};{words.no_error};0")]
    with RecordedLink([*words.greeted, *words.configured, *nothing]) as link:
        meter = driver_over(link, model)
        words.configure(meter)
        assert meter.read().value == 0.0


# --- refusals, silence ---


@each_meter
def test_refused_configuration_is_raised_and_forgotten(model: str) -> None:
    words = METERS[model]
    refused = [*words.configured[:-1], ("SYST:ERR?", RANGE), *words.clean]
    with RecordedLink([*words.greeted, *refused, *words.configured, *words.good]) as link:
        meter = driver_over(link, model)
        with pytest.raises(InstrumentRefused) as caught:
            words.configure(meter)
        with pytest.raises(NotConfigured):
            meter.read()
        words.configure(meter)
        assert meter.read().value == words.value
    answers_for(caught.value, words.said, RANGE)


@each_meter
@pytest.mark.parametrize("reply", ["", "+0", '+0,"No error', "+1.00000000E+00", "SYST:ERR?"])
def test_reply_that_is_no_error_entry_ends_the_session(model: str, reply: str) -> None:
    words = METERS[model]
    spoilt = [*words.configured[:-1], ("SYST:ERR?", reply)]
    with RecordedLink([*words.greeted, *spoilt]) as link, pytest.raises(UnexpectedReply):
        words.configure(driver_over(link, model))


@each_meter
def test_nothing_is_said_when_nothing_is_configured(model: str) -> None:
    with RecordedLink([]) as link, pytest.raises(NotConfigured):
        driver_over(link, model).read()


@each_meter
def test_silence_ends_the_session(model: str) -> None:
    words = METERS[model]
    session = [*words.greeted, *words.configured]
    with RecordedLink([*session, (READ, None), *session, *words.good]) as link:
        meter = driver_over(link, model)
        words.configure(meter)
        with pytest.raises(ReplyTimeout, match=re.escape(READ)) as caught:
            meter.read()
        with pytest.raises(NotConfigured):
            meter.read()
        words.configure(meter)
        meter.read()
    assert isinstance(caught.value, InstrumentError)


LONG_GATE = FREQ_53230A.replace("TIME 1", "TIME 100").replace("TIM 2", "TIM 101")
WAITS = {
    # The filters settle in 7 s, 1 s and 0.6 s (34401A, from memory, unverified).
    "34401A 3 Hz": (
        "hp-34401a",
        reading_ac("voltage", 1.0, 5.0),
        "CONF:VOLT:AC 1;:DET:BAND 3",
        7.0,
    ),
    # 10 cycles of 50 Hz, twice for the zero.
    "34401A direct": ("hp-34401a", ten_volts, DCV_34401A, 0.4),
    # Four readings a second (2015 User's Manual, p. A-5).
    "2000 direct": ("keithley-2000", ten_volts, DCV_2000, 0.25),
    "53230A, no signal": ("keysight-53230a", one_second, FREQ_53230A, 2.0),
    "53230A, long gate": ("keysight-53230a", frequency(5.0, 100.0), LONG_GATE, 101.0),
}


@pytest.mark.parametrize(("model", "act", "said", "seconds"), WAITS.values(), ids=WAITS)
def test_reading_is_waited_for(
    model: str, act: Callable[[Any], None], said: str, seconds: float
) -> None:
    words = METERS[model]
    reset: Pairs = [("*RST", None)] if words.resets else []
    with Watched([*words.greeted, *reset, (said, None), *words.clean, *words.good]) as link:
        meter = driver_over(link, model)
        act(meter)
        meter.read()
    assert link.deadlines[READ] > seconds


@pytest.mark.parametrize(("reply", "follows"), [("EXT", True), ("INT", False)])
def test_a_counter_tells_which_time_base_it_uses(reply: str, follows: bool) -> None:
    words = METERS["keysight-53230a"]
    with RecordedLink([*words.greeted, ("ROSC:SOUR?", reply)]) as link:
        assert driver_over(link, "keysight-53230a").follows_reference() is follows


@pytest.mark.parametrize("reply", ["", "1", "AUTO"])
def test_a_time_base_nobody_knows_ends_the_session(reply: str) -> None:
    words = METERS["keysight-53230a"]
    with RecordedLink([*words.greeted, ("ROSC:SOUR?", reply)]) as link:
        meter = driver_over(link, "keysight-53230a")
        with pytest.raises(UnexpectedReply, match="Expected INT or EXT"):
            meter.follows_reference()
