"""What is said to a Fluke 287 or 289 and how its answers are taken, word for word.

Source: 289/287 Remote Interface Specification (2007): the replies to `ID` and `QDDA`.
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
from drivers.link import Terminator
from drivers.link.recorded import RecordedLink
from drivers.models import MODELS
from tests.drivers.recordings import LinesLink, Pairs, answers_for, driver_over

GREETED: Pairs = [("ID", "0\nFLUKE 289,V1.00,95081087")]
# As the specification prints it, in one line.
PRINTED = (
    "MV_AC,NONE,AUTO,VAC,50,-3,OFF,0.000,0,2"
    ",LIVE,0.005029,VAC,-3,3,5,NORMAL,NONE,1197308998.282"
    ",PRIMARY,0.005029,VAC,-3,3,5,NORMAL,NONE,1197308998.282"
)
PEAKS = (
    "MV_AC,PEAK_MIN_MAX,AUTO,VAC,50,-3,OFF,1197309132.612,1,MIN_MAX AVG,5"
    ",LIVE,0.00515,VAC,-3,2,5,NORMAL,NONE,1197309141.806"
    ",PRIMARY,0.00515,VAC,-3,2,5,NORMAL,NONE,1197309141.806"
    ",MINIMUM,-0.0211,V,-3,2,5,NORMAL,NONE,1197309133.616"
    ",MAXIMUM,0.03055,V,-3,2,5,NORMAL,NONE,1197309133.366"
    ",AVERAGE,0.00529,VAC,-3,2,5,NORMAL,NONE,1197309141.806"
)


def display(
    at: float,
    value: str = "4.9987",
    *,
    function: str = "V_DC",
    ranging: str = "MANUAL",
    unit: str = "VDC",
    range_: str = "5,0",
    modes: str = "0",
    second: str = "NONE",
    state: str = "NORMAL",
) -> str:
    """Return the reply to `QDDA` of a display whose reading was taken `at` (s)."""
    reading = f"{value},{unit},0,4,5,{state},NONE,{1197308998.25 + at:.3f}"
    settings = f"{function},{second},{ranging},{unit},{range_},OFF,0.000,{modes}"
    return f"0\n{settings},2,LIVE,{reading},PRIMARY,{reading}"


def shown(*replies: str) -> Pairs:
    return [("QDDA", reply) for reply in replies]


GOOD: Pairs = shown(display(0.0, "1.0000"), display(0.25, "3.0000"), display(0.75))


def meter(link: RecordedLink, serial: str | None = "95081087") -> Any:
    return driver_over(link, "fluke-289", serial)


# --- who answers ---


def test_identity() -> None:
    with LinesLink(GREETED) as link:
        assert meter(link).identify() == Identity("FLUKE", "289", "95081087", "V1.00")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        pytest.param("0\nFLUKE 287,V1.00,95081087", WrongInstrument, id="model"),
        pytest.param("0\nFLUKE 289,V1.00,95081088", WrongInstrument, id="serial number"),
        pytest.param("1", UnexpectedReply, id="syntax error"),
        pytest.param("5", UnexpectedReply, id="no data"),
        pytest.param("0\n9.323E0,VDC,NORMAL,NONE", UnexpectedReply, id="a reading"),
        pytest.param("0\nFLUKE 289,V1.00", UnexpectedReply, id="torn"),
        pytest.param("FLUKE 289,V1.00,95081087", UnexpectedReply, id="no acknowledgement"),
        pytest.param("ID", UnexpectedReply, id="echo"),
    ],
)
def test_nothing_is_asked_of_somebody_else(reply: str, error: type[InstrumentError]) -> None:
    with LinesLink([("ID", reply)]) as link, pytest.raises(error):
        meter(link).configure_dc_voltage(5.0)


# --- what the operator has set ---

RIGHT: dict[str, tuple[Callable[[Any], None], str]] = {
    "dcv": (lambda each: each.configure_dc_voltage(5.0), display(0.0)),
    "dcv, mV": (
        lambda each: each.configure_dc_voltage(0.5),
        display(0.0, "0.1", function="MV_DC", range_="500,-3"),
    ),
    "dcv, automatic": (
        lambda each: each.configure_dc_voltage(5.0),
        display(0.0, ranging="AUTO", range_="50,-3"),
    ),
    "acv, as printed": (lambda each: each.configure_ac_voltage(0.05, 50.0), f"0\n{PRINTED}"),
    "dci, µA": (
        lambda each: each.configure_dc_current(5e-4),
        display(0.0, "1E-6", function="UA_DC", unit="ADC", range_="500,-6"),
    ),
    "dci, A": (
        lambda each: each.configure_dc_current(10.0),
        display(0.0, function="A_DC", unit="ADC", range_="10,0"),
    ),
    "aci, mA": (
        lambda each: each.configure_ac_current(0.05, 1e3),
        display(0.0, "1E-3", function="MA_AC", unit="AAC", range_="50,-3"),
    ),
    "resistance": (
        lambda each: each.configure_resistance(5e6, Wires.TWO),
        display(0.0, "+9.99999999E+37", function="OHMS", unit="OHM", range_="5,6", state="OL"),
    ),
}


@pytest.mark.parametrize(("act", "reply"), RIGHT.values(), ids=RIGHT)
def test_what_is_set_rightly_is_accepted(act: Callable[[Any], None], reply: str) -> None:
    with LinesLink([*GREETED, *shown(reply)]) as link:
        act(meter(link))


WRONG = {
    "switch": (display(0.0, function="OHMS", unit="OHM"), "Turn the switch to direct voltage"),
    "alternating": (display(0.0, function="V_AC", unit="VAC"), "the switch is at V_AC"),
    "both": (display(0.0, function="V_AC_PLUS_DC", unit="VAC_PLUS_DC"), "at V_AC_PLUS_DC"),
    "range": (display(0.0, range_="50,0"), "Press RANGE until the range is 5 VDC"),
    "smaller range": (display(0.0, range_="500,-3"), "its range is 0.5, asked for is 5"),
    "held": (display(0.0, modes="1,HOLD"), "HOLD is on"),
    "relative": (display(0.0, modes="1,REL"), "REL is on"),
    "two modes": (display(0.0, modes="2,REL,MIN_MAX_AVG"), "REL, MIN_MAX_AVG is on"),
    "beside": (display(0.0, second="HERTZ"), "HERTZ is on"),
    "peaks as printed": (f"0\n{PEAKS}", "at MV_AC"),
}


@pytest.mark.parametrize(("reply", "said"), WRONG.values(), ids=WRONG)
def test_what_is_set_wrongly_is_refused_with_what_to_do(reply: str, said: str) -> None:
    with LinesLink([*GREETED, *shown(reply)]) as link:
        hand_held = meter(link)
        with pytest.raises(InstrumentRefused) as caught:
            hand_held.configure_dc_voltage(5.0)
        with pytest.raises(NotConfigured):
            hand_held.read()
    assert said in str(caught.value)


@pytest.mark.parametrize(("reply", "said"), WRONG.values(), ids=WRONG)
def test_what_is_changed_between_is_refused_at_the_reading(reply: str, said: str) -> None:
    with LinesLink([*GREETED, *shown(display(-2.0), display(-1.0), reply)]) as link:
        hand_held = meter(link)
        hand_held.configure_dc_voltage(5.0)
        with pytest.raises(InstrumentRefused) as caught:
            hand_held.read()
    assert said in str(caught.value)


def test_automatic_range_is_judged_at_the_reading() -> None:
    small = display(0.75, "0.4", ranging="AUTO", range_="500,-3")
    said = [display(0.0, ranging="AUTO"), display(0.0, ranging="AUTO"), small]
    with LinesLink([*GREETED, *shown(*said)]) as link:
        hand_held = meter(link)
        hand_held.configure_dc_voltage(5.0)
        with pytest.raises(InstrumentRefused, match=r"its range is 0\.5"):
            hand_held.read()


def test_four_wires_are_refused_before_anything_is_said() -> None:
    with LinesLink([]) as link, pytest.raises(InstrumentRefused, match="two wires"):
        meter(link).configure_resistance(100.0, Wires.FOUR)


# --- readings ---


def test_reading_is_younger_than_the_question() -> None:
    with LinesLink([*GREETED, *shown(display(-5.0)), *GOOD]) as link:
        hand_held = meter(link)
        hand_held.configure_dc_voltage(5.0)
        reading = hand_held.read()
    assert (reading.value, reading.raw) == (4.9987, "4.9987")


def test_moments_without_a_number_are_passed_over() -> None:
    blank = [display(0.75, state="BLANK"), display(1.0, state="DISCHARGE")]
    said = [display(-5.0), display(0.0), *blank, display(1.25)]
    with LinesLink([*GREETED, *shown(*said)]) as link:
        hand_held = meter(link)
        hand_held.configure_dc_voltage(5.0)
        assert hand_held.read().value == 4.9987


def test_display_that_stands_still_is_refused() -> None:
    with LinesLink([*GREETED, *shown(*[display(0.0)] * 102)]) as link:
        hand_held = meter(link)
        hand_held.configure_dc_voltage(5.0)
        with pytest.raises(InstrumentRefused, match="a number that is not held"):
            hand_held.read()


@pytest.mark.parametrize(
    ("value", "state"), [("+9.99999999E+37", "OL"), ("-9.99999999E+37", "OL_MINUS")]
)
def test_overload_leaves_the_meter_configured(value: str, state: str) -> None:
    over = [display(-5.0), display(0.0), display(0.75, value, state=state, range_="1000,0")]
    with LinesLink([*GREETED, *shown(*over), *GOOD]) as link:
        hand_held = meter(link)
        hand_held.configure_dc_voltage(5.0)
        with pytest.raises(Overload):
            hand_held.read()
        assert hand_held.read().value == 4.9987


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(display(0.75, "+9.99999999E+37", state="INVALID"), id="invalid"),
        pytest.param(display(0.75, "+9.99999999E+37"), id="no number in a normal state"),
        pytest.param(display(0.75, state="OPEN_TC"), id="open thermocouple"),
    ],
)
def test_what_is_no_number_ends_the_session(reply: str) -> None:
    said = shown(display(-5.0), display(0.0), reply)
    with LinesLink([*GREETED, *said]) as link:
        hand_held = meter(link)
        hand_held.configure_dc_voltage(5.0)
        with pytest.raises(UnexpectedReply):
            hand_held.read()
        with pytest.raises(NotConfigured):
            hand_held.read()


MALFORMED = {
    "empty": "",
    "torn": f"0\n{PRINTED[:-20]}",
    "torn stamp": f"0\n{PRINTED[:-4]}",
    "torn in front": f"0\n{PRINTED[9:]}",
    "a field too few": f"0\n{PRINTED.replace('NONE,1197308998.282,P', '1197308998.282,P')}",
    "a field too many": f"0\n{PRINTED},",
    "modes missing": f"0\n{PRINTED.replace('0.000,0,', '0.000,1,')}",
    "modes below zero": f"0\n{PRINTED.replace('0.000,0,', '0.000,-1,')}",
    "readings missing": f"0\n{PRINTED.replace(',2,LIVE', ',3,LIVE')}",
    "no primary": f"0\n{PRINTED.replace('PRIMARY', 'AVERAGE')}",
    "two primaries": f"0\n{PRINTED.replace('LIVE', 'PRIMARY')}",
    "no number": f"0\n{PRINTED.replace('0.005029', '0.0x5029')}",
    "neither automatic nor manual": f"0\n{PRINTED.replace('AUTO', 'AU')}",
    "range no number": f"0\n{PRINTED.replace(',50,-3,', ',x,-3,')}",
    "answer to QM": "0\n9.323E0,VDC,NORMAL,NONE",
    "answer to ID": "0\nFLUKE 289,V1.00,95081087",
    "no acknowledgement": PRINTED,
    "unknown acknowledgement": "3",
    "echo": "QDDA",
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_no_display_ends_the_session(reply: str) -> None:
    with LinesLink([*GREETED, *shown(reply), *GREETED, *shown(f"0\n{PRINTED}")]) as link:
        hand_held = meter(link)
        with pytest.raises(UnexpectedReply):
            hand_held.configure_ac_voltage(0.05, 50.0)
        hand_held.configure_ac_voltage(0.05, 50.0)


@pytest.mark.parametrize(
    ("digit", "meaning"),
    [("1", "syntax error"), ("2", "execution error"), ("5", "no data available")],
)
def test_refusal_is_raised_with_its_meaning(digit: str, meaning: str) -> None:
    with LinesLink([*GREETED, *shown(digit), *shown(display(0.0))]) as link:
        hand_held = meter(link)
        with pytest.raises(InstrumentRefused) as caught:
            hand_held.configure_dc_voltage(5.0)
        hand_held.configure_dc_voltage(5.0)
    answers_for(caught.value, "QDDA", digit, meaning)


@pytest.mark.parametrize("reply", [None, "0"], ids=["nothing", "acknowledgement alone"])
def test_silence_ends_the_session(reply: str | None) -> None:
    with LinesLink([*GREETED, ("QDDA", reply), *GREETED, *shown(display(0.0))]) as link:
        hand_held = meter(link)
        with pytest.raises(ReplyTimeout):
            hand_held.configure_dc_voltage(5.0)
        hand_held.configure_dc_voltage(5.0)


def test_nothing_is_said_when_nothing_is_configured() -> None:
    with LinesLink([]) as link, pytest.raises(NotConfigured):
        meter(link).read()


@pytest.mark.parametrize("model", ["fluke-287", "fluke-289"])
def test_lines_end_with_cr(model: str) -> None:
    line = MODELS[model].serial
    assert (line.baud, line.framing) == (115200, "8N1")
    assert line.lines.message is line.lines.reply is Terminator.CR
