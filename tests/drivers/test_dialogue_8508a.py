"""What is said to a Fluke 8508A and how its answers are taken, word for word.

Sources: 8508A User's Guide, p. 4-19 (queues and error numbers); PhilippCo/testgear, F8508A.py
(commands, `X?`, patience); IEEE 488.2, 11.5.1 (event register). From memory, unverified: the
form of a reading and of overload, some filters.
"""

from collections.abc import Callable
from typing import Any

import pytest

from drivers.capabilities import Identity, Wires
from drivers.errors import (
    InstrumentRefused,
    NotConfigured,
    Overload,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.link.recorded import RecordedLink
from tests.drivers.recordings import Pairs, Watched, answers_for, driver_over

IDENTITY = "FLUKE,8508A,12345,1.0"
GREETED: Pairs = [("*IDN?", IDENTITY), ("*CLS", None)]
QUIET: Pairs = [("*ESR?", "0")]
AWAKE: Pairs = [
    ("*RST", None),
    *QUIET,
    ("TRG_SRCE EXT;INPUT FRONT;GUARD INT", None),
    *QUIET,
]
DCV20 = "DCV 20,RESL7,FAST_OFF,FILT_OFF,TWO_WR"
SESSION: Pairs = [*GREETED, *AWAKE, (DCV20, None), *QUIET]
RAW = "+1.00000012E+00"
GOOD: Pairs = [("X?", RAW), *QUIET]


def dmm(link: RecordedLink, serial: str | None = None) -> Any:
    return driver_over(link, "fluke-8508a", serial)


def test_identity() -> None:
    with RecordedLink(GREETED) as link:
        assert dmm(link, "12345").identify() == Identity("FLUKE", "8508A", "12345", "1.0")


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("FLUKE,8588A,1234567890,2.10", id="its successor"),
        pytest.param("FLUKE,8508A,12346,1.0", id="serial number"),
    ],
)
def test_nothing_is_said_to_somebody_else(reply: str) -> None:
    with RecordedLink([("*IDN?", reply)]) as link, pytest.raises(WrongInstrument):
        dmm(link, "12345").configure_dc_voltage(20.0)


CASES: dict[str, tuple[Callable[[Any], None], str]] = {
    "dcv": (lambda each: each.configure_dc_voltage(20.0), DCV20),
    "dcv lowest": (
        lambda each: each.configure_dc_voltage(0.2),
        "DCV 0.2,RESL7,FAST_OFF,FILT_OFF,TWO_WR",
    ),
    "acv, 1 kHz": (
        lambda each: each.configure_ac_voltage(2.0, 1e3),
        "ACV 2,RESL6,TFER_ON,FILT100HZ,ACCP,TWO_WR",
    ),
    "acv, mains": (
        lambda each: each.configure_ac_voltage(200.0, 53.0),
        "ACV 200,RESL6,TFER_ON,FILT40HZ,ACCP,TWO_WR",
    ),
    "acv, 20 Hz": (
        lambda each: each.configure_ac_voltage(2.0, 20.0),
        "ACV 2,RESL6,TFER_ON,FILT10HZ,DCCP,TWO_WR",
    ),
    "acv, slow": (
        lambda each: each.configure_ac_voltage(2.0, 0.5),
        "ACV 2,RESL6,TFER_ON,FILT1HZ,DCCP,TWO_WR",
    ),
    "dci": (
        lambda each: each.configure_dc_current(0.02),
        "DCI 0.02,RESL7,FAST_OFF,FILT_OFF",
    ),
    "aci": (lambda each: each.configure_ac_current(2.0, 60.0), "ACI 2,RESL6,FILT40HZ,ACCP"),
    "two wires": (
        lambda each: each.configure_resistance(2e6, Wires.TWO),
        "OHMS 2000000,RESL7,FAST_OFF,FILT_OFF,LOI_OFF,TWO_WR",
    ),
    "four wires": (
        lambda each: each.configure_resistance(200.0, Wires.FOUR),
        "OHMS 200,RESL7,FAST_OFF,FILT_OFF,LOI_OFF,FOUR_WR",
    ),
}


@pytest.mark.parametrize(("act", "said"), CASES.values(), ids=CASES)
def test_function_is_configured_and_checked(act: Callable[[Any], None], said: str) -> None:
    again = [(DCV20, None), *QUIET]
    with RecordedLink([*GREETED, *AWAKE, (said, None), *QUIET, *GOOD, *again]) as link:
        meter = dmm(link)
        act(meter)
        assert meter.read().value == 1.00000012
        meter.configure_dc_voltage(20.0)  # once awake, it is not reset again


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("+1.00000012E+00", 1.00000012),
        ("-1.00000012E+00", -1.00000012),
        ("-12.3456789E-03", -0.0123456789),
        ("+199.999999E+06", 199999999.0),
    ],
)
def test_reading_is_the_number_that_was_sent(raw: str, value: float) -> None:
    with RecordedLink([*SESSION, ("X?", raw), *QUIET]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(20.0)
        reading = meter.read()
    assert reading.value == pytest.approx(value, rel=1e-15)
    assert reading.raw == raw


@pytest.mark.parametrize("raw", ["+200.0000E+33", "-200.0000E+33"])
def test_overload_leaves_the_meter_configured(raw: str) -> None:
    with RecordedLink([*SESSION, ("X?", raw), *QUIET, *GOOD]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(20.0)
        with pytest.raises(Overload):
            meter.read()
        assert meter.read().value == 1.00000012


NO_READINGS = {
    "empty": "",
    "event register": "0",
    "error number": "1000",
    "identity": IDENTITY,
    "torn": "+1.00000012E+0",
    "torn in front": "00000012E+00",
    "no exponent": "+1.00000012",
    "two readings": "+1.00000012E+00,+1.00000012E+00",
    "unit": "+1.00000012E+00 V",
    "echo": "X?",
}


@pytest.mark.parametrize("reply", NO_READINGS.values(), ids=NO_READINGS)
def test_reply_that_is_no_reading_ends_the_session(reply: str) -> None:
    with RecordedLink([*SESSION, ("X?", reply), *SESSION, *GOOD]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(20.0)
        with pytest.raises(UnexpectedReply) as caught:
            meter.read()
        with pytest.raises(NotConfigured):
            meter.read()
        meter.configure_dc_voltage(20.0)
        meter.read()
    answers_for(caught.value, "X?", reply)


def test_meter_that_was_switched_on_meanwhile_is_not_believed() -> None:
    with RecordedLink([*SESSION, ("X?", RAW), ("*ESR?", "128"), *SESSION, *GOOD]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(20.0)
        with pytest.raises(NotConfigured, match="switched on meanwhile"):
            meter.read()
        meter.configure_dc_voltage(20.0)
        meter.read()


def test_power_cut_before_a_function_is_configured_is_seen() -> None:
    woken: Pairs = [(DCV20, None), ("*ESR?", "128")]
    with RecordedLink([*SESSION, *woken, *SESSION]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(20.0)
        with pytest.raises(NotConfigured, match="switched on meanwhile"):
            meter.configure_dc_voltage(20.0)
        meter.configure_dc_voltage(20.0)


# Both queues are last in, first out, so the oldest comes last.
REFUSALS: dict[str, tuple[Pairs, list[str]]] = {
    "command error": ([("*ESR?", "32")], ["*ESR? 32"]),
    "query error": ([("*ESR?", "4")], ["*ESR? 4"]),
    "execution error": (
        [("*ESR?", "16"), ("EXQ?", "1014"), ("EXQ?", "1000")],
        ["EXQ? 1014 illegal combination of range and function"],
    ),
    "two of them": (
        [("*ESR?", "16"), ("EXQ?", "1013"), ("EXQ?", "1024"), ("EXQ?", "1000")],
        ["EXQ? 1013 data out of limit; EXQ? 1024 illegal combination of range and input"],
    ),
    "device error": ([("*ESR?", "8"), ("DDQ?", "2001"), ("DDQ?", "0")], ["DDQ? 2001"]),
    "both": (
        [("*ESR?", "24"), ("EXQ?", "1007"), ("EXQ?", "1000"), ("DDQ?", "7"), ("DDQ?", "1000")],
        ["EXQ? 1007 data entry error; DDQ? 7"],
    ),
}


@pytest.mark.parametrize(("queue", "said"), REFUSALS.values(), ids=REFUSALS)
def test_refused_configuration_is_raised_and_forgotten(queue: Pairs, said: list[str]) -> None:
    refused = [*AWAKE, (DCV20, None), *queue]
    with RecordedLink([*GREETED, *refused, *AWAKE, (DCV20, None), *QUIET, *GOOD]) as link:
        meter = dmm(link)
        with pytest.raises(InstrumentRefused) as caught:
            meter.configure_dc_voltage(20.0)
        with pytest.raises(NotConfigured):
            meter.read()
        meter.configure_dc_voltage(20.0)
        meter.read()
    answers_for(caught.value, DCV20, *said)


@pytest.mark.parametrize(("queue", "said"), REFUSALS.values(), ids=REFUSALS)
def test_error_beside_a_reading_is_raised(queue: Pairs, said: list[str]) -> None:
    with RecordedLink([*SESSION, ("X?", RAW), *queue, *GOOD]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(20.0)
        with pytest.raises(InstrumentRefused) as caught:
            meter.read()
        meter.read()
    answers_for(caught.value, "X?", *said)


@pytest.mark.parametrize("reply", ["", RAW, "0;0", "1.5", "*ESR?", "9999999"])
def test_register_that_is_no_number_ends_the_session(reply: str) -> None:
    with RecordedLink([*SESSION, ("X?", RAW), ("*ESR?", reply)]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(20.0)
        with pytest.raises(UnexpectedReply):
            meter.read()


def test_nothing_is_said_when_nothing_is_configured() -> None:
    with RecordedLink([]) as link, pytest.raises(NotConfigured):
        dmm(link).read()


def test_silence_ends_the_session() -> None:
    with RecordedLink([*SESSION, ("X?", None), *SESSION]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(20.0)
        with pytest.raises(ReplyTimeout):
            meter.read()
        with pytest.raises(NotConfigured):
            meter.read()
        meter.configure_dc_voltage(20.0)


def test_slow_reading_is_waited_for_as_long_as_clients_do() -> None:
    with Watched([*SESSION, *GOOD]) as link:
        meter = dmm(link)
        meter.configure_dc_voltage(20.0)
        meter.read()
    assert link.deadlines["X?"] >= 180.0
