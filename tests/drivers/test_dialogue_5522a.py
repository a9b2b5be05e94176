"""What is said to a 5522A and how its answers are taken, word for word.

Sources: 5522A Operators Manual, chapter 6 (commands), p. 5-33 (reply types) and p. D-1 (errors);
5560A Remote Programmers Manual, Rev. 3 (reply examples, order of programming); replies marked
captured were recorded from real calibrators by others. From memory, unverified: `CUR_POST
A20`, the ranges of all but direct voltage, the resistance beyond which nothing is compensated,
the errors from 1301 on.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from operator import methodcaller

import pytest

from drivers.capabilities import (
    AcCurrentSource,
    AcVoltageSource,
    CapacitanceSource,
    DcCurrentSource,
    DcVoltageSource,
    FrequencySource,
    Identity,
    ResistanceSource,
    Span,
    Wires,
)
from drivers.dialogue import Dialogue
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    RecordingMismatch,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.fluke.f5522a import Fluke5522A
from drivers.identity import ExpectedIdentity
from drivers.link import Link
from drivers.link.recorded import RecordedLink
from drivers.models import MODELS
from tests.drivers.rehearsal import PatientClock

Pairs = Sequence[tuple[str, str | None]]
Act = Callable[[Fluke5522A], None]

CAPTURED = "FLUKE,5522A,1972905,1.1+1.3+1.8"
OUTPUT = "0.0000000E+00,V,0E+00,0,0.00E+00"
FAULT = "Fault 1300: Bad syntax (REM)"
NO_ERROR = '0,"No Error"'
ZERO_CAL = '319,"Zero cal needed every 7 days"'
TRIP = '104,"Hardware relay trip occurred"'
SYNTAX = '1300,"Bad syntax"'
UNIT = '1305,"Bad parameter unit"'
COMPENSATION = '539,"Can\'t change compensation now."'

CLEAN: Pairs = [("ERR?", NO_ERROR)]
GREETED: Pairs = [("*IDN?", CAPTURED), ("*CLS", None)]
AFTER_LOSS: Pairs = [("*IDN?", CAPTURED), ("STBY", None), ("*CLS", None)]
RESET: Pairs = [("*RST", None), ("*OPC?", "1"), *CLEAN]
# Bit 12 SETTLED, bit 0 OPER: 5500A Operator Manual, figure 5-11, and 5560A alike.
SETTLING, SETTLED, TRIPPED = ("ISR?", "1"), ("ISR?", "4097"), ("ISR?", "4096")
DONE: Pairs = [SETTLED, ("*OPC?", "1")]
LIVE: Pairs = [("OPER", None), *DONE, *CLEAN, ("OPER?", "1")]
AUX, A20 = ("CUR_POST?", "AUX"), ("CUR_POST?", "A20")
STANDBY: Pairs = [("STBY", None), ("*OPC?", "1"), ("OPER?", "0")]


def calibrator(
    link: Link,
    model: str = "fluke-5522a",
    serial: str | None = "1972905",
    clock: PatientClock | None = None,
) -> Fluke5522A:
    row = MODELS[model]
    expected = ExpectedIdentity(row.makers, row.models, serial)
    greeting = replace(Fluke5522A.greeting, expected=expected)
    return Fluke5522A(
        Dialogue("calibrator", lambda: link, clock or PatientClock(), greeting=greeting)
    )


def answers_for(error: InstrumentError, command: str, reply: str) -> None:
    """Assert that `error` says which instrument, what was sent and what came back."""
    assert error.instrument == "calibrator"
    assert error.command == command
    assert reply in error.reply


dcv = partial(methodcaller, "source_dc_voltage")
acv = partial(methodcaller, "source_ac_voltage")
dci = partial(methodcaller, "source_dc_current")
aci = partial(methodcaller, "source_ac_current")
res = partial(methodcaller, "source_resistance")
cap = partial(methodcaller, "source_capacitance")
freq = partial(methodcaller, "source_frequency")


def told(command: str) -> Pairs:
    """A command that the calibrator takes without complaint."""
    return [(command, None), *CLEAN]


def ohms(value: str, compensation: str) -> Pairs:
    return [*told(f"OUT {value} OHM"), *told(f"ZCOMP {compensation}")]


def farads(value: str) -> Pairs:
    return [*told(f"OUT {value} F"), *told("ZCOMP NONE")]


def moved(post: str) -> Pairs:
    """Another current terminal: without voltage, in standby, and known to be."""
    return [*STANDBY, *told("OUT 0 A, 0 HZ"), *told(f"CUR_POST {post}")]


# --- who answers ---


@pytest.mark.parametrize(
    ("model", "serial", "reply"),
    [
        pytest.param("fluke-5522a", "1972905", CAPTURED, id="captured"),
        pytest.param("fluke-5522a", "5248000", "FLUKE,5522A,5248000,1.2+1.0+1.0+*", id="amplifier"),
        pytest.param("fluke-5520a", "7215002", "FLUKE,5520A,7215002,2.4+1.3+2.0+*", id="5520A"),
        pytest.param("fluke-5522a", None, CAPTURED, id="any serial number"),
    ],
)
def test_identity(model: str, serial: str | None, reply: str) -> None:
    with RecordedLink([("*IDN?", reply), ("*CLS", None)]) as link:
        assert calibrator(link, model, serial).identify() == Identity(*reply.split(","))


STRANGERS = {
    "serial": "FLUKE,5522A,1972906,1.1+1.3+1.8",
    "5520A": "FLUKE,5520A,1972905,2.4+1.3+2.0",
    "5500A": "FLUKE,5500A,1972905,2.4+1.3+2.0+*",
    "5560A": "FLUKE,5560A,1972905,1.0+1.8",
    "meter": "HEWLETT-PACKARD,34401A,0,10-5-2",
}
NO_IDENTITIES = {
    "three fields": "FLUKE,5522A,1972905",
    "five fields": f"{CAPTURED},1",
    "empty": "",
    "answer to *OPC?": "1",
    "answer to ERR?": NO_ERROR,
    "terminal mode": "*IDN?",
    "terminal mode, prompt": "2> *IDN?",
    "printed fault": FAULT,
}


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        *(pytest.param(reply, WrongInstrument, id=name) for name, reply in STRANGERS.items()),
        *(pytest.param(reply, UnexpectedReply, id=name) for name, reply in NO_IDENTITIES.items()),
    ],
)
def test_nothing_is_said_to_somebody_else(reply: str, error: type[InstrumentError]) -> None:
    with RecordedLink([("*IDN?", reply)]) as link:
        with pytest.raises(error) as caught:
            calibrator(link).source_dc_voltage(10.0)
    assert caught.type is error
    answers_for(caught.value, "*IDN?", reply)


def test_newer_model_is_not_the_older() -> None:
    with RecordedLink([("*IDN?", CAPTURED)]) as link:
        with pytest.raises(WrongInstrument):
            calibrator(link, "fluke-5520a").standby()


@pytest.mark.parametrize("reply", ["*IDN?", "2> *IDN?"])
def test_terminal_mode_is_told_from_a_stranger(reply: str) -> None:
    with RecordedLink([("*IDN?", reply)]) as link:
        with pytest.raises(UnexpectedReply, match="comp"):
            calibrator(link).identify()


# --- what is said ---


CASES = {
    "dcv": (dcv(10.0), told("OUT 10 V, 0 HZ")),
    "dcv negative": (dcv(-10.0), told("OUT -10 V, 0 HZ")),
    "dcv zero": (dcv(0.0), told("OUT 0 V, 0 HZ")),
    "dcv mV": (dcv(0.3299999), told("OUT 0.3299999 V, 0 HZ")),
    "dcv top": (dcv(1020.0), told("OUT 1020 V, 0 HZ")),
    "dcv bottom": (dcv(-1020.0), told("OUT -1020 V, 0 HZ")),
    "acv": (acv(10.0, 1e3), told("OUT 10 V, 1000 HZ")),
    "acv 1 mV": (acv(0.001, 1e3), told("OUT 0.001 V, 1000 HZ")),
    "acv 62.5 Hz": (acv(0.1, 62.5), told("OUT 0.1 V, 62.5 HZ")),
    "acv 500 kHz": (acv(3.0, 500e3), told("OUT 3 V, 500000 HZ")),
    "acv top": (acv(1020.0, 45.0), told("OUT 1020 V, 45 HZ")),
    "frequency": (freq(100e3, 1.0), told("OUT 1 V, 100000 HZ")),
    "frequency low": (freq(10.0, 1.0), told("OUT 1 V, 10 HZ")),
    "dci": (dci(0.1), [AUX, *told("OUT 0.1 A, 0 HZ")]),
    "dci negative": (dci(-0.001), [AUX, *told("OUT -0.001 A, 0 HZ")]),
    "dci zero": (dci(0.0), [AUX, *told("OUT 0 A, 0 HZ")]),
    "dci last on AUX": (dci(2.99999), [AUX, *told("OUT 2.99999 A, 0 HZ")]),
    "dci first on 20 A": (dci(3.0), [AUX, *moved("A20"), *told("OUT 3 A, 0 HZ")]),
    "dci first on 20 A, negative": (dci(-3.0), [AUX, *moved("A20"), *told("OUT -3 A, 0 HZ")]),
    "dci top, on 20 A": (dci(20.5), [A20, *told("OUT 20.5 A, 0 HZ")]),
    "dci back on AUX": (dci(1.0), [A20, *moved("AUX"), *told("OUT 1 A, 0 HZ")]),
    "aci": (aci(0.01, 1e3), [AUX, *told("OUT 0.01 A, 1000 HZ")]),
    "aci on 20 A": (aci(10.0, 50.0), [AUX, *moved("A20"), *told("OUT 10 A, 50 HZ")]),
    "aci back on AUX": (aci(1.0, 50.0), [A20, *moved("AUX"), *told("OUT 1 A, 50 HZ")]),
    "two wires": (res(100.0, Wires.TWO), ohms("100", "WIRE2")),
    "four wires": (res(10e3, Wires.FOUR), ohms("10000", "WIRE4")),
    "short circuit": (res(0.0, Wires.FOUR), ohms("0", "WIRE4")),
    "last compensated": (res(109999.9, Wires.FOUR), ohms("109999.9", "WIRE4")),
    "first that is not": (res(110e3, Wires.TWO), ohms("110000", "NONE")),
    "capacitance lowest": (cap(220e-12), farads("2.2E-10")),
    "capacitance 1 nF": (cap(1e-9), farads("1E-09")),
    "capacitance 329.999 nF": (cap(329.999e-9), farads("3.29999E-07")),
    "capacitance top": (cap(0.11), farads("0.11")),
    "resistance top": (res(1.1e9, Wires.TWO), ohms("1.1E+09", "NONE")),
}


@pytest.mark.parametrize(("act", "dialogue"), CASES.values(), ids=CASES)
def test_output_is_set_checked_and_put_on_the_terminals(act: Act, dialogue: Pairs) -> None:
    with RecordedLink([*GREETED, *RESET, *dialogue, *LIVE]) as link:
        act(calibrator(link))


def test_standby_says_no_more_than_it_must() -> None:
    with RecordedLink([*GREETED, *STANDBY, *STANDBY]) as link:
        unit = calibrator(link)
        unit.standby()
        unit.standby()


def test_reset_once_a_session() -> None:
    first = [*GREETED, *RESET, *told("OUT 1 V, 0 HZ"), *LIVE]
    second = [*told("OUT 2 V, 60 HZ"), *LIVE, *STANDBY, *told("OUT 3 V, 0 HZ"), *LIVE]
    again = [*GREETED, *RESET, *told("OUT 4 V, 0 HZ"), *LIVE]
    with RecordedLink([*first, *second, *again]) as link:
        unit = calibrator(link)
        unit.source_dc_voltage(1.0)
        unit.source_ac_voltage(2.0, 60.0)
        unit.standby()
        unit.source_dc_voltage(3.0)
        unit.close()
        unit.source_dc_voltage(4.0)


# --- numbers as the calibrator reads them ---

# At most 15 significant digits, exponent within ±20, a point and no comma: 5520A programmers
# reference, p. 4. One blank after the header, blanks before a unit: the same page.
SPOKEN_OUT = re.compile(
    r"OUT (?P<value>[+-]?\d+(?:\.\d+)?(?:E[+-]?\d{1,2})?) (?P<unit>V|A|OHM|F)"
    r"(?:, (?P<hertz>\d+(?:\.\d+)?(?:E[+-]?\d{1,2})?) HZ)?"
)


NUMBERS = {
    "0.1 + 0.2": (dcv(0.1 + 0.2), 0.3, "V", 0.0),
    "0.1 µV": (dcv(1e-7), 1e-7, "V", 0.0),
    "-0.1 µV": (dcv(-1e-7), -1e-7, "V", 0.0),
    "1/3 V": (dcv(1 / 3), 0.3333333, "V", 0.0),
    "329.9999 V": (dcv(329.9999), 329.9999, "V", 0.0),
    "minus zero": (dcv(-0.0), 0.0, "V", 0.0),
    "12 µA": (dci(1.2345678e-5), 1.23457e-5, "A", 0.0),
    "29 µA": (aci(29e-6, 10e3), 29e-6, "A", 10e3),
    "1 MΩ": (res(1.099999e6, Wires.TWO), 1.099999e6, "OHM", None),
    "0.1 nF of 10.9999 nF": (cap(10.9999e-9), 10.9999e-9, "F", None),
    "1/3 µF": (cap(1e-6 / 3), 0.33333e-6, "F", None),
    "119.99 Hz": (freq(119.99, 1.0), 1.0, "V", 119.99),
    "seven digits of Hz": (freq(123456.7, 1.0), 1.0, "V", 123456.7),
}


@pytest.mark.parametrize(("act", "value", "unit", "hertz"), NUMBERS.values(), ids=NUMBERS)
def test_number_is_one_the_calibrator_can_read(
    act: Act, value: float, unit: str, hertz: float | None
) -> None:
    asked: Pairs = [AUX] if unit == "A" else []
    with pytest.raises(RecordingMismatch) as caught:
        act(calibrator(RecordedLink([*GREETED, *RESET, *asked])))
    said = caught.value.command
    spoken = SPOKEN_OUT.fullmatch(said)
    assert spoken, said
    digits = spoken["value"].partition("E")[0].replace(".", "").lstrip("+-0")
    assert len(digits) <= 15
    # Half of the finest resolution that the specification states for each quantity.
    resolution = {"V": 0.05e-6, "A": 0.5e-9, "OHM": 0.5, "F": 0.5e-11}[unit]
    assert float(spoken["value"]) == pytest.approx(value, abs=resolution, rel=0)
    assert spoken["unit"] == unit
    assert (None if spoken["hertz"] is None else float(spoken["hertz"])) == hertz


# --- what the error queue holds ---


PENDING = '1331,"OPER not allowed while error pending"'
OVERFLOW = '1,"Error queue overflow"'
QUEUES = {
    "one": ("OUT 10 V, 0 HZ", [SYNTAX]),
    "two": ("OUT 10 V, 0 HZ", [SYNTAX, UNIT]),
    "advisory before": ("OUT 10 V, 0 HZ", [ZERO_CAL, UNIT]),
    "advisory after": ("OUT 10 V, 0 HZ", [UNIT, ZERO_CAL]),
    "advisory between": ("OUT 10 V, 0 HZ", [SYNTAX, ZERO_CAL, COMPENSATION, UNIT]),
    "321 is none": ("OUT 10 V, 0 HZ", ['321,"20A Terminals must be shorted"']),
    "full": ("OUT 10 V, 0 HZ", [*[SYNTAX] * 15, OVERFLOW]),
    "lost behind advisories": ("OUT 10 V, 0 HZ", [*[ZERO_CAL] * 15, OVERFLOW]),
    "while going to operate": ("OPER", [PENDING]),
    "relay trip": ("OPER", [ZERO_CAL, TRIP]),
}


@pytest.mark.parametrize(("command", "queue"), QUEUES.values(), ids=QUEUES)
def test_refusal_is_raised_when_the_queue_is_empty(command: str, queue: list[str]) -> None:
    settled = [*told("OUT 10 V, 0 HZ"), ("OPER", None), *DONE]
    said: Pairs = settled if command == "OPER" else [(command, None)]
    entries = [("ERR?", entry) for entry in [*queue, NO_ERROR]]
    again = [*told("OUT 1 V, 0 HZ"), *LIVE]
    with RecordedLink([*GREETED, *RESET, *said, *entries, *again]) as link:
        unit = calibrator(link)
        with pytest.raises(InstrumentRefused) as caught:
            unit.source_dc_voltage(10.0)
        unit.source_dc_voltage(1.0)
    for entry in set(queue) - {ZERO_CAL}:
        answers_for(caught.value, command, entry)


def test_refused_compensation_never_reaches_the_terminals() -> None:
    refused = [("ZCOMP WIRE4", None), ("ERR?", COMPENSATION), *CLEAN]
    with RecordedLink([*GREETED, *RESET, *told("OUT 100 OHM"), *refused]) as link:
        with pytest.raises(InstrumentRefused) as caught:
            calibrator(link).source_resistance(100.0, Wires.FOUR)
    answers_for(caught.value, "ZCOMP WIRE4", COMPENSATION)


@pytest.mark.parametrize("refused", ["OUT 0 A, 0 HZ", "CUR_POST A20"])
def test_refused_change_of_terminals_leaves_standby(refused: str) -> None:
    taken = told("OUT 0 A, 0 HZ") if refused.startswith("CUR_POST") else []
    said = [AUX, *STANDBY, *taken, (refused, None), ("ERR?", SYNTAX), *CLEAN]
    with RecordedLink([*GREETED, *RESET, *said]) as link:
        with pytest.raises(InstrumentRefused) as caught:
            calibrator(link).source_dc_current(10.0)
    answers_for(caught.value, refused, SYNTAX)


def test_terminals_are_not_changed_while_live() -> None:
    with RecordedLink([*GREETED, *RESET, AUX, *STANDBY[:-1], ("OPER?", "1")]) as link:
        with pytest.raises(InstrumentRefused) as caught:
            calibrator(link).source_dc_current(10.0)
    answers_for(caught.value, "STBY", "")


@pytest.mark.parametrize("entries", [1, 2])
def test_advisory_alone_is_passed_over(entries: int) -> None:
    advised = [("OUT 10 V, 0 HZ", None), *[("ERR?", ZERO_CAL)] * entries, *CLEAN]
    live = [("OPER", None), *DONE, ("ERR?", ZERO_CAL), *CLEAN, ("OPER?", "1")]
    with RecordedLink([*GREETED, *RESET, *advised, *live]) as link:
        calibrator(link).source_dc_voltage(10.0)


def test_queue_that_never_empties_is_an_error_too() -> None:
    # It holds 16 entries; one that gives more is not answering for them.
    endless = [("OUT 10 V, 0 HZ", None), *[("ERR?", SYNTAX)] * 200]
    link = RecordedLink([*GREETED, *RESET, *endless])
    with pytest.raises((InstrumentRefused, UnexpectedReply), match="Bad syntax"):
        calibrator(link).source_dc_voltage(10.0)


# --- operate and standby that did not come ---


def test_operate_that_did_not_come() -> None:
    dropped = [*told("OUT 100 V, 0 HZ"), *LIVE[:-1], ("OPER?", "0")]
    again = [*told("OUT 1 V, 0 HZ"), *LIVE]
    with RecordedLink([*GREETED, *RESET, *dropped, *again]) as link:
        unit = calibrator(link)
        with pytest.raises(InstrumentRefused) as caught:
            unit.source_dc_voltage(100.0)
        unit.source_dc_voltage(1.0)
    answers_for(caught.value, "OPER", "")


@pytest.mark.parametrize(
    "polled",
    [[TRIPPED, TRIPPED], [SETTLING, ("ISR?", "0")], [SETTLING, SETTLING, TRIPPED]],
    ids=["at once", "later", "after a while"],
)
def test_output_that_trips_while_it_settles_is_not_waited_for(
    polled: list[tuple[str, str]],
) -> None:
    tripped = [("OPER", None), *polled, ("*OPC?", "1"), ("ERR?", TRIP), *CLEAN]
    with RecordedLink([*GREETED, *RESET, *told("OUT 100 V, 0 HZ"), *tripped]) as link:
        with pytest.raises(InstrumentRefused) as caught:
            calibrator(link).source_dc_voltage(100.0)
    answers_for(caught.value, "OPER", TRIP)


def test_output_that_is_not_connected_yet_is_waited_for() -> None:
    live = [LIVE[0], TRIPPED, SETTLING, *LIVE[1:]]
    with RecordedLink([*GREETED, *RESET, *told("OUT 10 V, 0 HZ"), *live]) as link:
        calibrator(link).source_dc_voltage(10.0)


def test_output_that_never_settles_is_refused() -> None:
    clock = PatientClock()
    link = RecordedLink(
        [*GREETED, *RESET, *told("OUT 1 V, 0 HZ"), ("OPER", None), *[SETTLING] * 400]
    )
    with pytest.raises(InstrumentRefused, match="not settled within 30 s") as caught:
        calibrator(link, clock=clock).source_dc_voltage(1.0)
    answers_for(caught.value, "OPER", "")
    assert 30.0 <= clock.now <= 31.0


# --- a second thread that makes the bench safe ---


class Interfering(RecordedLink):
    """A recording in whose course, once `message` is sent, somebody else acts."""

    def __init__(self, dialogue: Pairs, message: str, act: Callable[[], None]) -> None:
        super().__init__(dialogue)
        self._message, self._act = message, act

    def send(self, message: bytes, deadline: float) -> None:
        super().send(message, deadline)
        if message.decode() == self._message:
            self._act()


def source_twice(unit: Fluke5522A) -> None:
    """One is refused in any case: the first, or where that was settled already, the second."""
    unit.source_dc_voltage(10.0)
    unit.source_dc_voltage(20.0)


BARRED: dict[str, tuple[str, Pairs]] = {
    "while it is reset": ("*OPC?", [RESET[0], RESET[1]]),
    "before it is connected": ("OUT 10 V, 0 HZ", [*RESET, ("OUT 10 V, 0 HZ", None)]),
    "as it is connected": ("OPER", [*RESET, *told("OUT 10 V, 0 HZ"), ("OPER", None)]),
    "while it settles": ("ISR?", [*RESET, *told("OUT 10 V, 0 HZ"), ("OPER", None), SETTLING]),
    "once it has settled": ("OPER?", [*RESET, *told("OUT 10 V, 0 HZ"), *LIVE]),
}


@pytest.mark.parametrize(("message", "said"), BARRED.values(), ids=BARRED)
def test_barred_source_says_nothing_more_but_standby(message: str, said: Pairs) -> None:
    clock = PatientClock()
    with Interfering([*GREETED, *said, *STANDBY], message, lambda: unit.dialogue.bar()) as link:
        unit = calibrator(link, clock=clock)
        with pytest.raises(InstrumentRefused, match="stand by for good"):
            source_twice(unit)
        with unit.dialogue.standing_by():
            unit.standby()
        with pytest.raises(InstrumentRefused):
            unit.source_dc_voltage(10.0)
    assert clock.now <= 0.2


def test_standby_that_did_not_come() -> None:
    with RecordedLink([*GREETED, *STANDBY[:-1], ("OPER?", "1")]) as link:
        with pytest.raises(InstrumentRefused) as caught:
            calibrator(link).standby()
    answers_for(caught.value, "STBY", "")


# --- answers that are none ---

NO_ANSWERS = {
    "*OPC?": ["", "0", "2", "11", "1,1", "1 2> ", "*OPC?", FAULT, NO_ERROR, "one"],
    "ERR?": ["", "0", "1", "319", "0,No Error", '"No Error"', '0,"No Error', "ERR?", FAULT],
    "OPER?": ["", "2", "-1", "10", "ON", "1.0", "0,0", "OPER?", FAULT, NO_ERROR, "DCV"],
    "CUR_POST?": ["", "A30", "0", "AUX,A20", "AUX2", "CUR_POST?", FAULT, "OPEN", "1"],
}
NO_ANSWERS["ISR?"] = ["", "-1", "32768", "1.0", "4097,1", "ISR?", FAULT, NO_ERROR, "+4097"]
NO_ANSWERS["ERR?"] += [f"{NO_ERROR} 3> ", f"{NO_ERROR},{NO_ERROR}", '0.0,"No Error"', OUTPUT]
BEFORE: dict[str, Pairs] = {
    "*OPC?": [AUX, *told("OUT 1 A, 0 HZ"), ("OPER", None), SETTLED],
    "ISR?": [AUX, *told("OUT 1 A, 0 HZ"), ("OPER", None), SETTLING],
    "ERR?": [AUX, ("OUT 1 A, 0 HZ", None)],
    "OPER?": [AUX, *told("OUT 1 A, 0 HZ"), *LIVE[:-1]],
    "CUR_POST?": [],
}


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        pytest.param(question, reply, id=f"{question} {'empty' if reply == '' else reply}")
        for question, replies in NO_ANSWERS.items()
        for reply in [*replies, None]
    ],
)
def test_reply_that_is_no_answer_ends_the_session(question: str, reply: str | None) -> None:
    spoilt = [*GREETED, *RESET, *BEFORE[question], (question, reply)]
    again = [*AFTER_LOSS, *RESET, *told("OUT 1 V, 0 HZ"), *LIVE]
    with RecordedLink([*spoilt, *again]) as link:
        unit = calibrator(link)
        with pytest.raises(ReplyTimeout if reply is None else UnexpectedReply) as caught:
            unit.source_dc_current(1.0)
        unit.source_dc_voltage(1.0)
    answers_for(caught.value, question, reply or "")


@pytest.mark.parametrize("reply", ["", "0", FAULT, "*OPC?"])
def test_reset_that_is_not_confirmed_ends_the_session(reply: str) -> None:
    spoilt = [*GREETED, ("*RST", None), ("*OPC?", reply)]
    again = [*AFTER_LOSS, *RESET, *told("OUT 1 V, 0 HZ"), *LIVE]
    with RecordedLink([*spoilt, *again]) as link:
        unit = calibrator(link)
        with pytest.raises(UnexpectedReply, match=re.escape("*OPC?")):
            unit.source_dc_voltage(1.0)
        unit.source_dc_voltage(1.0)


@pytest.mark.parametrize("reply", [*NO_ANSWERS["OPER?"], None])
def test_standby_is_tried_again_in_a_new_session(reply: str | None) -> None:
    spoilt = [*GREETED, *STANDBY[:-1], ("OPER?", reply)]
    with RecordedLink([*spoilt, *AFTER_LOSS, *STANDBY]) as link:
        calibrator(link).standby()


# --- patience ---


class Watched(RecordedLink):
    """A recording that keeps the deadline of every message (s after its sending: time stands)."""

    def __init__(self, dialogue: Pairs) -> None:
        super().__init__(dialogue)
        self.deadlines: list[tuple[str, float]] = []

    def send(self, message: bytes, deadline: float) -> None:
        self.deadlines.append((message.decode("ascii"), deadline))
        super().send(message, deadline)


def test_settling_is_waited_for() -> None:
    # "Below 5 s for all functions and ranges except as noted": 5522A specifications, Rev. V.
    clock = PatientClock()
    live = [LIVE[0], *[SETTLING] * 25, *LIVE[1:]]
    with Watched([*GREETED, *RESET, *told("OUT 10 V, 0 HZ"), *live]) as link:
        calibrator(link, clock=clock).source_dc_voltage(10.0)
    assert clock.now > 5.0
    patience = [deadline for message, deadline in link.deadlines if message == "*OPC?"]
    assert patience[0] > 5.0


def test_settled_output_is_noticed_soon() -> None:
    clock = PatientClock()
    live = [LIVE[0], SETTLING, *LIVE[1:]]
    with RecordedLink([*GREETED, *RESET, *told("OUT 10 V, 0 HZ"), *live]) as link:
        calibrator(link, clock=clock).source_dc_voltage(10.0)
    assert clock.now < 0.3


# --- reach ---


REACHES: dict[type, tuple[Span, Span | None]] = {
    DcVoltageSource: (Span(-1020.0, 1020.0), None),
    AcVoltageSource: (Span(1e-3, 1020.0), Span(10.0, 500e3)),
    DcCurrentSource: (Span(-20.5, 20.5), None),
    AcCurrentSource: (Span(29e-6, 20.5), Span(10.0, 30e3)),
    ResistanceSource: (Span(0.0, 1.1e9), None),
    CapacitanceSource: (Span(220e-12, 0.11), None),
    FrequencySource: (Span(0.01, 2e6), None),
}


@pytest.mark.parametrize("capability", Fluke5522A.offers)
def test_no_more_is_offered_than_is_specified(capability: type) -> None:
    amplitude, hertz = REACHES[capability]
    reach = Fluke5522A.offers[capability]
    assert reach.amplitude.low in amplitude
    assert reach.amplitude.high in amplitude
    if hertz:
        assert reach.hertz is not None
        assert reach.hertz.low in hertz
        assert reach.hertz.high in hertz


# --- the output after the readings ---


@pytest.mark.parametrize(
    ("exchanges", "said"),
    [
        pytest.param([("ERR?", '0,"No Error"'), ("OPER?", "0")], "dropped", id="tripped"),
        pytest.param(
            [("ERR?", '1500,"Compliance voltage exceeded"'), ("ERR?", '0,"No Error"')],
            "Compliance",
            id="an error came up",
        ),
    ],
)
def test_an_output_that_went_away_is_told(exchanges: list[tuple[str, str]], said: str) -> None:
    with RecordedLink([*GREETED, *exchanges]) as link:
        with pytest.raises(InstrumentRefused, match=said):
            calibrator(link).confirm_operating()


def test_an_output_that_is_there_still_is_confirmed() -> None:
    with RecordedLink([*GREETED, ("ERR?", '0,"No Error"'), ("OPER?", "1")]) as link:
        calibrator(link).confirm_operating()
