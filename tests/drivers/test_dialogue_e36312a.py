"""What is said to an E36312A supply and how its answers are taken, word for word.

Sources: pymeasure/pymeasure, keysightE36312A.py (commands, ratings); a captured identity. From
memory, unverified: the form of a measured value.
"""

from collections.abc import Callable
from typing import Any

import pytest

from drivers.capabilities import DcCurrentSource, DcVoltageSource, Identity, Span
from drivers.errors import (
    InstrumentRefused,
    NotConfigured,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.link.recorded import RecordedLink
from tests.drivers.recordings import Pairs, answers_for, driver_over

MODEL = "keysight-e36312a"
IDENTITY = "Keysight Technologies,E36312A,MY59002391,2.1.0-1.0.4-1.12"
ALL_OFF = "OUTP 0, (@1);:OUTP 0, (@2);:OUTP 0, (@3)"
GREETED: Pairs = [("*IDN?", IDENTITY), ("*CLS", None)]
LOST: Pairs = [("*IDN?", IDENTITY), (ALL_OFF, None), ("*CLS", None)]
CLEAN: Pairs = [("SYST:ERR?", '+0,"No error"')]
AWAKE: Pairs = [("*ESR?", "+0")]
RESET: Pairs = [*AWAKE, ("*RST", None), *CLEAN]
DONE: Pairs = [("*OPC", None), ("*ESR?", "+1")]
VOLT5 = "CURR 5, (@1);:VOLT 5, (@1)"
SET: Pairs = [(VOLT5, None), *CLEAN]
ON: Pairs = [("OUTP 1, (@1)", None), *CLEAN, *DONE]
STEADY: Pairs = [
    ("MEAS:VOLT? (@1)", "+5.00012340E+00"),
    ("MEAS:VOLT? (@1)", "+5.00012350E+00"),
]
CONFIRMED: Pairs = [*CLEAN, ("MEAS:CURR? (@1)", "+1.00000000E-02"), ("OUTP? (@1)", "1")]
AGAIN: Pairs = [*AWAKE, *SET, *ON, *STEADY, *CONFIRMED]
APPLIED: Pairs = [*SET, *ON, *STEADY, *CONFIRMED]
STANDBY: Pairs = [(ALL_OFF, None), ("*OPC?", "1"), ("OUTP? (@1)", "0")]


def supply(link: RecordedLink, model: str = MODEL) -> Any:
    return driver_over(link, model, "MY59002391")


def test_identity() -> None:
    with RecordedLink(GREETED) as link:
        assert supply(link).identify() == Identity(*IDENTITY.split(","))


def test_nothing_is_said_to_somebody_else() -> None:
    asked = [("*IDN?", IDENTITY.replace("E36312A", "E36313A"))]
    with RecordedLink(asked) as link, pytest.raises(WrongInstrument):
        supply(link).source_dc_voltage(5.0)


def test_voltage_is_applied_when_the_own_measurement_is_steady() -> None:
    rises = ["+0.00000000E+00", "+0.00000000E+00", "+4.90000000E+00"]
    rising: Pairs = [("MEAS:VOLT? (@1)", reply) for reply in rises]
    first = [*SET, *ON, *rising, *STEADY, *CONFIRMED]
    with RecordedLink([*GREETED, *RESET, *first, *AGAIN, *STANDBY]) as link:
        source = supply(link)
        source.source_dc_voltage(5.0)
        source.source_dc_voltage(5.0)  # reset once
        source.standby()


def test_current_is_driven_below_the_rated_voltage_and_by_way_of_off() -> None:
    driven: Pairs = [
        *RESET,
        ("VOLT 25, (@2);:CURR 0.5, (@2)", None),
        *CLEAN,
        ("OUTP 1, (@2)", None),
        *CLEAN,
        *DONE,
        ("MEAS:CURR? (@2)", "+5.00100000E-01"),
        ("MEAS:CURR? (@2)", "+5.00100000E-01"),
        *CLEAN,
        ("MEAS:VOLT? (@2)", "+1.20000000E+00"),
        ("OUTP? (@2)", "1"),
    ]
    with RecordedLink([*GREETED, *driven]) as link:
        supply(link, "keysight-e36312a-output2").source_dc_current(0.5)


LIMITED: dict[str, tuple[Pairs, Callable[[Any], None], str]] = {
    "too low a load": (
        [*SET, *ON, *STEADY, *CLEAN, ("MEAS:CURR? (@1)", "+5.00000000E+00")],
        lambda each: each.source_dc_voltage(5.0),
        "VOLT 5",
    ),
    "open circuit": (
        [
            ("VOLT 6, (@1);:CURR 0.1, (@1)", None),
            *CLEAN,
            *ON,
            *[("MEAS:CURR? (@1)", "-1.00000000E-05")] * 21,
            *CLEAN,
            ("MEAS:VOLT? (@1)", "+6.00010000E+00"),
        ],
        lambda each: each.source_dc_current(0.1),
        "CURR 0.1",
    ),
}


@pytest.mark.parametrize(("said", "act", "command"), LIMITED.values(), ids=LIMITED)
def test_limit_that_is_regulated_instead_is_refused(
    said: Pairs, act: Callable[[Any], None], command: str
) -> None:
    with RecordedLink([*GREETED, *RESET, *said]) as link:
        with pytest.raises(InstrumentRefused, match="its limit") as caught:
            act(supply(link))
    assert caught.value.command == command


def test_output_that_has_tripped_is_seen_and_reset_before_the_next() -> None:
    tripped: Pairs = [*CONFIRMED[:2], ("OUTP? (@1)", "0")]
    with RecordedLink([*GREETED, *RESET, *APPLIED, *tripped, *RESET, *APPLIED]) as link:
        source = supply(link)
        source.source_dc_voltage(5.0)
        with pytest.raises(InstrumentRefused, match="its output is off"):
            source.confirm_operating()
        source.source_dc_voltage(5.0)


def test_after_a_power_cut_it_is_reset_again() -> None:
    woken: Pairs = [("*ESR?", "+128"), *RESET[1:], *APPLIED]
    with RecordedLink([*GREETED, *RESET, *APPLIED, *woken]) as link:
        source = supply(link)
        source.source_dc_voltage(5.0)
        source.source_dc_voltage(5.0)


def test_voltage_that_does_not_settle_is_refused() -> None:
    drifting = [("MEAS:VOLT? (@1)", f"+{volts % 5 + 1}.00000000E+00") for volts in range(21)]
    with RecordedLink([*GREETED, *RESET, *SET, *ON, *drifting, *CONFIRMED]) as link:
        with pytest.raises(InstrumentRefused, match="not settled"):
            supply(link).source_dc_voltage(5.0)


def test_refusal_is_raised_before_the_output_goes_on() -> None:
    error = '-222,"Data out of range"'
    with RecordedLink([*GREETED, *RESET, (VOLT5, None), ("SYST:ERR?", error), *CLEAN]) as link:
        source = supply(link)
        with pytest.raises(InstrumentRefused) as caught:
            source.source_dc_voltage(5.0)
    answers_for(caught.value, VOLT5, error)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("", id="empty"),
        pytest.param("+5.0001E+00", id="too few decimals"),
        pytest.param("+5.00012340E+0", id="torn"),
        pytest.param("+5.00012340E+00,+1.00000000E+00", id="two outputs"),
        pytest.param("+9.91000000E+37", id="not a number"),
        pytest.param("1", id="state"),
        pytest.param("MEAS:VOLT? (@1)", id="echo"),
    ],
)
def test_reply_that_is_no_measurement_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, *RESET, *SET, *ON, ("MEAS:VOLT? (@1)", reply)]) as link:
        source = supply(link)
        with pytest.raises(UnexpectedReply):
            source.source_dc_voltage(5.0)
        with pytest.raises(NotConfigured):
            source.confirm_operating()


def test_standby_is_tried_once_more_in_a_new_session() -> None:
    broken: Pairs = [(ALL_OFF, None), ("*OPC?", None)]
    with RecordedLink([*GREETED, *broken, *LOST, *STANDBY]) as link:
        supply(link).standby()


def test_standby_that_is_not_reached_is_an_error() -> None:
    live: Pairs = [(ALL_OFF, None), ("*OPC?", "1"), ("OUTP? (@1)", "1")]
    with RecordedLink([*GREETED, *live]) as link:
        with pytest.raises(InstrumentRefused, match="take the terminals to be live"):
            supply(link).standby()


def test_silence_ends_the_session_and_the_next_one_is_off_before_it_resets() -> None:
    silent: Pairs = [(VOLT5, None), ("SYST:ERR?", None)]
    with RecordedLink([*GREETED, *RESET, *silent, *LOST, *RESET, *APPLIED]) as link:
        source = supply(link)
        with pytest.raises(ReplyTimeout):
            source.source_dc_voltage(5.0)
        source.source_dc_voltage(5.0)


@pytest.mark.parametrize(
    ("model", "volts", "amperes"),
    [
        (MODEL, 6.0, 5.0),
        ("keysight-e36312a-output2", 25.0, 1.0),
        ("keysight-e36312a-output3", 25.0, 1.0),
    ],
)
def test_each_output_offers_its_rating(model: str, volts: float, amperes: float) -> None:
    offers = supply(RecordedLink([]), model).offers
    assert offers[DcVoltageSource].amplitude == Span(0.0, volts)
    assert offers[DcCurrentSource].amplitude == Span(0.0, amperes)
