"""What is said to a 3458A and how its answers are taken, word for word.

Sources: 3458A User's Guide (commands, errors, states after RESET and PRESET); identity and
clients' dialogues: PhilippCo/testgear, HP3458A.py. From memory, unverified: the literal layout
of a reading and of numbers in replies.
"""

from collections.abc import Callable
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
from tests.drivers.recordings import Pairs, Watched, answers_for, driver_over

MODEL = "keysight-3458a"
OPENED: Pairs = [("END ALWAYS", None), ("TRIG HOLD", None)]
GREETED: Pairs = [*OPENED, ("ID?", "HP3458A"), ("REV?", "9,2")]
AWAKE: Pairs = [("RESET", None), ("END ALWAYS;QFORMAT NUM", None)]
NO_ERROR = '0,"NO ERROR"'
CLEAN: Pairs = [("ERRSTR?", NO_ERROR)]
DCV10 = "PRESET NORM;TRIG HOLD;DCV 10;NPLC 100;AZERO ON;FIXEDZ OFF"
CYCLES: Pairs = [("NPLC?", " 100.000000E+00")]
CONFIGURED: Pairs = [(DCV10, None), *CLEAN, *CYCLES]
SESSION: Pairs = [*GREETED, *AWAKE, *CONFIGURED]
RAW = " 9.99999871E+00"
GOOD: Pairs = [("TRIG SGL", RAW), *CYCLES, *CLEAN]


def dmm(link: RecordedLink, serial: str | None = None) -> Any:
    return driver_over(link, MODEL, serial)


@pytest.mark.parametrize(
    ("replies", "identity"),
    [
        pytest.param(("HP3458A", "9,2"), Identity("HP", "3458A", "", "9,2"), id="HP"),
        pytest.param(("HP3458A", " 6, 2"), Identity("HP", "3458A", "", "6, 2"), id="blanks"),
        pytest.param(
            ("Keysight 3458A", "9,2"), Identity("Keysight", "3458A", "", "9,2"), id="newer"
        ),
    ],
)
def test_identity(replies: tuple[str, str], identity: Identity) -> None:
    with RecordedLink([*OPENED, ("ID?", replies[0]), ("REV?", replies[1])]) as link:
        assert dmm(link).identify() == identity


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        pytest.param(("HP3457A", "9,2"), UnexpectedReply, id="another model"),
        pytest.param((RAW, "9,2"), UnexpectedReply, id="a reading"),
        pytest.param(("HP3458A", RAW), UnexpectedReply, id="a reading for revisions"),
        pytest.param(("HP3458A", "9"), UnexpectedReply, id="one revision"),
        pytest.param(("", "9,2"), UnexpectedReply, id="nothing"),
        pytest.param(("ID?", "9,2"), UnexpectedReply, id="echo"),
    ],
)
def test_who_is_no_3458a_is_told_nothing(
    replies: tuple[str, str], error: type[InstrumentError]
) -> None:
    with RecordedLink([*OPENED, ("ID?", replies[0]), ("REV?", replies[1])]) as link:
        with pytest.raises(error) as caught:
            dmm(link).configure_dc_voltage(10.0)
    assert not isinstance(caught.value, WrongInstrument)


CASES: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "dcv": (lambda each: each.configure_dc_voltage(10.0), DCV10, "100"),
    "dcv lowest": (
        lambda each: each.configure_dc_voltage(0.1),
        DCV10.replace("DCV 10", "DCV 0.1"),
        "100",
    ),
    "acv": (
        lambda each: each.configure_ac_voltage(10.0, 1e3),
        "PRESET NORM;TRIG HOLD;SETACV SYNC;ACBAND 1000,2E6;ACV 10,0.001",
        "1",
    ),
    "dci": (
        lambda each: each.configure_dc_current(0.1),
        "PRESET NORM;TRIG HOLD;DCI 0.1;NPLC 100",
        "100",
    ),
    "aci": (
        lambda each: each.configure_ac_current(1.0, 45.0),
        "PRESET NORM;TRIG HOLD;ACBAND 45,2E6;ACI 1,0.001",
        "1",
    ),
    "two wires": (
        lambda each: each.configure_resistance(1e9, Wires.TWO),
        "PRESET NORM;TRIG HOLD;OHM 1E+09;NPLC 100;AZERO ON;OCOMP ON",
        "100",
    ),
    "four wires": (
        lambda each: each.configure_resistance(1e3, Wires.FOUR),
        "PRESET NORM;TRIG HOLD;OHMF 1000;NPLC 100;AZERO ON;OCOMP ON",
        "100",
    ),
    "gate 1 s": (
        lambda each: each.configure_frequency(10.0, 1.0),
        "PRESET NORM;TRIG HOLD;FSOURCE ACV;FREQ 10,1E-05",
        "1",
    ),
    "gate 0.1 ms": (
        lambda each: each.configure_frequency(10.0, 1e-4),
        "PRESET NORM;TRIG HOLD;FSOURCE ACV;FREQ 10,0.1",
        "1",
    ),
}


@pytest.mark.parametrize(("act", "said", "cycles"), CASES.values(), ids=CASES)
def test_function_is_configured_and_checked(
    act: Callable[[Any], None], said: str, cycles: str
) -> None:
    asked: Pairs = [("NPLC?", cycles)]
    session: Pairs = [*GREETED, *AWAKE, (said, None), *CLEAN, *asked]
    with RecordedLink([*session, ("TRIG SGL", RAW), *asked, *CLEAN, *CONFIGURED]) as link:
        meter = dmm(link)
        act(meter)
        assert meter.read().value == 9.99999871
        meter.configure_dc_voltage(10.0)  # once awake, it is not reset again


def test_gate_that_it_has_not_is_refused_before_anything_is_said() -> None:
    with RecordedLink([]) as link, pytest.raises(InstrumentRefused, match=r"0\.0001 s"):
        dmm(link).configure_frequency(1.0, 0.5)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" 9.99999871E+00", 9.99999871),
        ("-9.99999871E+00", -9.99999871),
        ("+1.00000000E-07", 1e-7),
        ("0.00000000E+00", 0.0),
        (" 1.19999999E+09", 1.19999999e9),
    ],
)
def test_reading_is_the_number_that_was_sent(raw: str, value: float) -> None:
    with RecordedLink([*SESSION, ("TRIG SGL", raw), ("NPLC?", "100"), *CLEAN]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(10.0)
        reading = meter.read()
    assert reading.value == value
    assert reading.raw == raw.strip()


@pytest.mark.parametrize("raw", [" 1.00000000E+38", "-1.00000000E+38"])
def test_overload_leaves_the_meter_configured(raw: str) -> None:
    over: Pairs = [("TRIG SGL", raw), ("NPLC?", "100"), *CLEAN]
    with RecordedLink([*SESSION, *over, *GOOD]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(10.0)
        with pytest.raises(Overload):
            meter.read()
        assert meter.read().value == 9.99999871


def test_frequency_of_nothing_is_no_reading() -> None:
    act, said, cycles = CASES["gate 1 s"]
    asked: Pairs = [("NPLC?", cycles)]
    session: Pairs = [*GREETED, *AWAKE, (said, None), *CLEAN, *asked]
    with RecordedLink([*session, ("TRIG SGL", " 0.00000000E+00"), *asked, *CLEAN]) as link:
        meter = dmm(link)
        act(meter)
        with pytest.raises(UnexpectedReply, match="check the connections"):
            meter.read()


NO_READINGS = {
    "empty": "",
    "answer to NPLC?": " 100.000000E+00",
    "answer to ERRSTR?": NO_ERROR,
    "answer to ID?": "HP3458A",
    "answer to FUNC?": " 1, 10.0000000E+00",
    "torn": " 9.99999871E+0",
    "torn in front": "99871E+00",
    "too few decimals": " 9.9999987E+00",
    "too many decimals": " 9.999998710E+00",
    "two readings": " 9.99999871E+00, 9.99999871E+00",
    "run together": " 9.99999871E+00 9.99999871E+00",
    "two digits": " 10.9999987E+00",
    "junk": " 9.99999871E+00x",
    "echo": "TRIG SGL",
}


@pytest.mark.parametrize("reply", NO_READINGS.values(), ids=NO_READINGS)
def test_reply_that_is_no_reading_ends_the_session(reply: str) -> None:
    with RecordedLink([*SESSION, ("TRIG SGL", reply), *SESSION, *GOOD]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(10.0)
        with pytest.raises(UnexpectedReply) as caught:
            meter.read()
        with pytest.raises(NotConfigured):
            meter.read()
        meter.configure_dc_voltage(10.0)
        meter.read()
    answers_for(caught.value, "TRIG SGL", reply)


@pytest.mark.parametrize("cycles", [" 10.0000000E+00", "1", "0"])
def test_meter_that_was_reset_meanwhile_is_not_believed(cycles: str) -> None:
    woken: Pairs = [("TRIG SGL", RAW), ("NPLC?", cycles)]
    with RecordedLink([*SESSION, *woken, *SESSION, *GOOD]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(10.0)
        with pytest.raises(NotConfigured, match="configure it again"):
            meter.read()
        meter.configure_dc_voltage(10.0)
        meter.read()


@pytest.mark.parametrize("reply", ["", RAW.strip() + "x", "1,2", NO_ERROR, "NPLC?"])
def test_answer_out_of_step_ends_the_session(reply: str) -> None:
    with RecordedLink([*SESSION, ("TRIG SGL", RAW), ("NPLC?", reply)]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(10.0)
        with pytest.raises(UnexpectedReply):
            meter.read()


ERRORS = ['102,"TRIGGER TOO FAST"', '106,"PARAMETER OUT OF RANGE: DCV 20000"', '210,"OVERLOAD"']


def test_refused_configuration_is_raised_and_forgotten() -> None:
    refused = [(DCV10, None), *[("ERRSTR?", each) for each in ERRORS], *CLEAN]
    with RecordedLink([*GREETED, *AWAKE, *refused, *AWAKE, *CONFIGURED, *GOOD]) as link:
        meter = dmm(link)
        with pytest.raises(InstrumentRefused) as caught:
            meter.configure_dc_voltage(10.0)
        with pytest.raises(NotConfigured):
            meter.read()
        meter.configure_dc_voltage(10.0)
        meter.read()
    answers_for(caught.value, DCV10, *ERRORS)


def test_error_beside_a_reading_is_raised() -> None:
    queue = [("ERRSTR?", ERRORS[0]), *CLEAN]
    with RecordedLink([*SESSION, ("TRIG SGL", RAW), ("NPLC?", "100"), *queue, *GOOD]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(10.0)
        with pytest.raises(InstrumentRefused) as caught:
            meter.read()
        meter.read()
    answers_for(caught.value, "TRIG SGL", ERRORS[0])


@pytest.mark.parametrize("reply", ["", "0", "NO ERROR", RAW, '102,"TRIGGER', "ERRSTR?"])
def test_reply_that_is_no_error_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, *AWAKE, (DCV10, None), ("ERRSTR?", reply)]) as link:
        with pytest.raises(UnexpectedReply):
            dmm(link).configure_dc_voltage(10.0)


def test_errors_without_end_are_an_error_too() -> None:
    endless = [*GREETED, *AWAKE, (DCV10, None), *[("ERRSTR?", ERRORS[0])] * 100]
    with pytest.raises(UnexpectedReply, match="do not come to an end"):
        dmm(RecordedLink(endless)).configure_dc_voltage(10.0)


def test_nothing_is_said_when_nothing_is_configured() -> None:
    with RecordedLink([]) as link, pytest.raises(NotConfigured):
        dmm(link).read()


def test_silence_ends_the_session() -> None:
    with RecordedLink([*SESSION, ("TRIG SGL", None), *SESSION]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(10.0)
        with pytest.raises(ReplyTimeout):
            meter.read()
        with pytest.raises(NotConfigured):
            meter.read()
        meter.configure_dc_voltage(10.0)


WAITS = {
    # 100 cycles of 50 Hz, twice for the zero; with offset compensation again.
    "dcv": (*CASES["dcv"], 4.0),
    "resistance": (*CASES["four wires"], 8.0),
    "gate": (*CASES["gate 1 s"], 1.0),
}


@pytest.mark.parametrize(("act", "said", "cycles", "seconds"), WAITS.values(), ids=WAITS)
def test_reading_is_waited_for(
    act: Callable[[Any], None], said: str, cycles: str, seconds: float
) -> None:
    asked: Pairs = [("NPLC?", cycles)]
    session: Pairs = [*GREETED, *AWAKE, (said, None), *CLEAN, *asked]
    with Watched([*session, ("TRIG SGL", RAW), *asked, *CLEAN]) as link:
        meter = dmm(link)
        act(meter)
        meter.read()
    assert link.deadlines["TRIG SGL"] > seconds
