"""What is said to a 33500B generator and how its answers are taken, word for word.

Sources: pymeasure/pymeasure, agilent33500.py, and microsoft/Qcodes, KeysightAgilent_33XXX.py
(commands, a captured identity); PyFixate/Fixate, keysight_33500b.py (`SYST:ERR?` after each).
"""

from collections.abc import Callable
from typing import Any

import pytest

from drivers.capabilities import AcVoltageSource, FrequencySource, Identity
from drivers.errors import (
    InstrumentRefused,
    NotConfigured,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.link.recorded import RecordedLink
from drivers.models import MODELS
from tests.drivers.recordings import Pairs, answers_for, driver_over
from tests.drivers.rehearsal import PatientClock

MODEL = "keysight-33522b"
IDENTITY = "Agilent Technologies,33522B,MY57800256,5.00-1.19-2.00-58-00"
GREETED: Pairs = [("*IDN?", IDENTITY), ("*CLS", None)]
LOST: Pairs = [("*IDN?", IDENTITY), ("OUTP1 OFF", None), ("*CLS", None)]
CLEAN: Pairs = [("SYST:ERR?", '+0,"No error"')]
AWAKE: Pairs = [("*ESR?", "+0")]
RESET: Pairs = [
    *AWAKE,
    ("*RST", None),
    *CLEAN,
    ("OUTP1:LOAD INF", None),
    *CLEAN,
    ("SOUR1:VOLT:UNIT VRMS", None),
    *CLEAN,
    ("SOUR1:VOLT:UNIT?", "VRMS"),
]
DONE: Pairs = [("*OPC", None), ("*ESR?", "+1")]
ON: Pairs = [("OUTP1 ON", None), *CLEAN, *DONE, *CLEAN, ("OUTP1?", "1")]
STANDBY: Pairs = [("OUTP1 OFF", None), ("*OPC?", "1"), ("OUTP1?", "0")]


def sine(hertz: str, volts: str) -> Pairs:
    said = f"SOUR1:FUNC SIN;:SOUR1:FREQ {hertz};:SOUR1:VOLT {volts};:SOUR1:VOLT:OFFS 0"
    return [(said, None), *CLEAN]


def generator(link: RecordedLink, serial: str | None = None) -> Any:
    return driver_over(link, MODEL, serial)


def test_identity() -> None:
    with RecordedLink(GREETED) as link:
        stated = generator(link, "MY57800256").identify()
    assert stated == Identity(*IDENTITY.split(","))


def test_nothing_is_said_to_somebody_else() -> None:
    asked = [("*IDN?", IDENTITY.replace("33522B", "33512B"))]
    with RecordedLink(asked) as link, pytest.raises(WrongInstrument):
        generator(link).source_ac_voltage(1.0, 1e3)


CASES: dict[str, tuple[Callable[[Any], None], Pairs]] = {
    "1 V": (lambda each: each.source_ac_voltage(1.0, 1e3), sine("1000", "1")),
    "10 MHz": (lambda each: each.source_frequency(10e6, 0.5), sine("10000000", "0.5")),
    "a millihertz beside 10 MHz": (
        lambda each: each.source_frequency(10e6 + 1e-3, 0.5),
        sine("10000000.001", "0.5"),
    ),
    "slow": (lambda each: each.source_frequency(1e-6, 1.0), sine("1E-06", "1")),
    "30 MHz": (lambda each: each.source_ac_voltage(7.07, 30e6), sine("30000000", "7.07")),
}


@pytest.mark.parametrize(("act", "said"), CASES.values(), ids=CASES)
def test_sine_is_applied_and_confirmed(act: Callable[[Any], None], said: Pairs) -> None:
    again = [*AWAKE, *sine("60", "2"), *ON]
    with RecordedLink([*GREETED, *RESET, *said, *ON, *again, *STANDBY]) as link:
        source = generator(link)
        act(source)
        source.source_ac_voltage(2.0, 60.0)  # reset once a session
        source.standby()


@pytest.mark.parametrize("error", ['-222,"Data out of range"', '-221,"Settings conflict; 5 V"'])
def test_refusal_is_raised_before_the_output_goes_on(error: str) -> None:
    said = sine("1000", "100")[0]
    refused = [said, ("SYST:ERR?", error), *CLEAN]
    with RecordedLink([*GREETED, *RESET, *refused]) as link:
        with pytest.raises(InstrumentRefused) as caught:
            generator(link).source_ac_voltage(100.0, 1e3)
    answers_for(caught.value, said[0], error)


@pytest.mark.parametrize("unit", ["VPP", "", "DBM", "VRM"])
def test_amplitudes_in_another_unit_are_no_amplitudes(unit: str) -> None:
    with RecordedLink([*GREETED, *RESET[:-1], ("SOUR1:VOLT:UNIT?", unit)]) as link:
        with pytest.raises(UnexpectedReply, match="Expected VRMS"):
            generator(link).source_ac_voltage(1.0, 1e3)


def test_after_a_power_cut_it_is_reset_again() -> None:
    woken: Pairs = [("*ESR?", "+128"), *RESET[1:], *sine("60", "2"), *ON]
    with RecordedLink([*GREETED, *RESET, *sine("1000", "1"), *ON, *woken]) as link:
        source = generator(link)
        source.source_ac_voltage(1.0, 1e3)
        source.source_ac_voltage(2.0, 60.0)


@pytest.mark.parametrize("reply", ["", "128;1", "+1.0", "*ESR?"])
def test_register_that_is_no_number_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, ("*ESR?", reply)]) as link, pytest.raises(UnexpectedReply):
        generator(link).source_ac_voltage(1.0, 1e3)


WAITED: dict[str, tuple[Pairs, type[Exception], float]] = {
    "switched off meanwhile": ([("*ESR?", "+0"), ("*ESR?", "+128")], NotConfigured, 0.2),
    "never done": ([("*ESR?", "+0")] * 400, UnexpectedReply, 21.0),
    "no register": ([("*ESR?", "+0"), ("*ESR?", "1;1")], UnexpectedReply, 0.2),
}


@pytest.mark.parametrize(("asked", "error", "at_most"), WAITED.values(), ids=WAITED)
def test_output_that_is_not_done_is_an_error(
    asked: Pairs, error: type[Exception], at_most: float
) -> None:
    clock = PatientClock()
    said = [*GREETED, *RESET, *sine("1000", "1"), *ON[:2], ("*OPC", None), *asked]
    with pytest.raises(error):
        driver_over(RecordedLink(said), MODEL, clock=clock).source_ac_voltage(1.0, 1e3)
    assert clock.now < at_most


def test_output_that_takes_its_time_is_waited_for() -> None:
    clock = PatientClock()
    slow = [*ON[:2], ("*OPC", None), *[("*ESR?", "+0")] * 50, *ON[3:]]
    with RecordedLink([*GREETED, *RESET, *sine("1000", "1"), *slow]) as link:
        driver_over(link, MODEL, clock=clock).source_ac_voltage(1.0, 1e3)
    assert clock.now > 4.0


def test_output_that_has_tripped_is_seen() -> None:
    tripped = [*CLEAN, ("OUTP1?", "0")]
    with RecordedLink([*GREETED, *RESET, *sine("1000", "1"), *ON, *tripped]) as link:
        source = generator(link)
        source.source_ac_voltage(1.0, 1e3)
        with pytest.raises(InstrumentRefused, match="its output is off"):
            source.confirm_operating()


@pytest.mark.parametrize("reply", ["", "ON", "+1", "1;0", "OUTP1?"])
def test_reply_that_is_no_state_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, *CLEAN, ("OUTP1?", reply)]) as link:
        with pytest.raises(UnexpectedReply):
            generator(link).confirm_operating()


def test_standby_is_tried_once_more_in_a_new_session() -> None:
    broken: Pairs = [("OUTP1 OFF", None), ("*OPC?", None)]
    with RecordedLink([*GREETED, *broken, *LOST, *STANDBY]) as link:
        generator(link).standby()


def test_standby_that_is_not_reached_is_an_error() -> None:
    live: Pairs = [("OUTP1 OFF", None), ("*OPC?", "1"), ("OUTP1?", "1")]
    with RecordedLink([*GREETED, *live]) as link:
        with pytest.raises(InstrumentRefused, match="take the terminals to be live"):
            generator(link).standby()


def test_silence_ends_the_session_and_the_next_one_resets_again() -> None:
    silent: Pairs = [*sine("1000", "1")[:1], ("SYST:ERR?", None)]
    with RecordedLink([*GREETED, *RESET, *silent, *LOST, *RESET, *sine("1000", "1"), *ON]) as link:
        source = generator(link)
        with pytest.raises(ReplyTimeout):
            source.source_ac_voltage(1.0, 1e3)
        source.source_ac_voltage(1.0, 1e3)


@pytest.mark.parametrize("model", [each for each in MODELS if each.startswith("keysight-335")])
def test_no_more_is_offered_than_the_model_reaches(model: str) -> None:
    most = 20e6 if model in ("keysight-33511b", "keysight-33512b") else 30e6
    offers = driver_over(RecordedLink([]), model).offers
    assert offers[FrequencySource].amplitude.high == most
    assert offers[AcVoltageSource].hertz.high == most
