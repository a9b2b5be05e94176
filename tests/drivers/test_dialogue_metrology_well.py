"""What is said to a Fluke metrology well and how its answers are taken, word for word.

Sources: Fluke/Hart user guides of the wells (commands, error behaviour); Hepek93/lab_instruments
Fluke9142.py (spelling of the commands, -P inputs); the identity of a 9144 captured by a public
application. The numbers of the errors are from memory, unverified.
"""

import pytest

from drivers.capabilities import Identity
from drivers.catalogue import driver_class
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    NotConfigured,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.fluke.metrology_well import MetrologyWell, ProcessWell
from drivers.link.recorded import RecordedLink
from tests.drivers.recordings import Breaking
from tests.drivers.rehearsal import Pairs, answers_for, rehearsed

GREETED: Pairs = [("*IDN?", "HART,9144,A79002,1.00"), ("*CLS", None)]
CLEAN: Pairs = [("SYST:ERR?", '0,"No error"')]
CELSIUS: Pairs = [("UNIT:TEMP?", "C")]
UNIT: Pairs = [("UNIT:TEMP C", None), *CLEAN, *CELSIUS]
SET: Pairs = [("SOUR:SPO 80.12", None), *CLEAN, ("SOUR:SPO?", "80.12")]
ON: Pairs = [("OUTP:STAT 1", None), *CLEAN]
APPROACHED: Pairs = [*UNIT, *SET, *ON]
SENSOR: Pairs = [("SOUR:SENS:DATA?", "80.125")]
OURS: Pairs = [*CELSIUS, ("SOUR:SPO?", "80.12"), ("OUTP:STAT?", "1")]
STANDBY: Pairs = [("OUTP:STAT 0", None), ("OUTP:STAT?", "0")]
BEYOND = '-222,"Data out of range"'


def well(link: RecordedLink, model: str = "fluke-9144", serial: str | None = None) -> MetrologyWell:
    return rehearsed(MetrologyWell, link, model, serial=serial)


@pytest.mark.parametrize(
    ("model", "reply"),
    [
        ("fluke-9144", "HART,9144,A79002,1.00"),
        ("fluke-9142", "HART,9142,A79002,1.00"),
        ("fluke-9143", "FLUKE,9143,A79002,1.00"),
        ("fluke-9144-p", "HART,9144,A79002,1.00"),
    ],
)
def test_identity(model: str, reply: str) -> None:
    with RecordedLink([("*IDN?", reply), ("*CLS", None)]) as link:
        assert well(link, model, "A79002").identify() == Identity(*reply.split(","))


def test_another_well_is_refused() -> None:
    with RecordedLink([GREETED[0]]) as link, pytest.raises(WrongInstrument):
        well(link, "fluke-9142").identify()


def test_echo_is_refused_with_what_to_do() -> None:
    with RecordedLink([("*IDN?", "*IDN?")]) as link:
        with pytest.raises(UnexpectedReply, match="duplex to half"):
            well(link).identify()


@pytest.mark.parametrize("reply", ["80.125", "+80.125", "80.125C", "80.125 C"])
def test_temperature_of_the_control_sensor(reply: str) -> None:
    with RecordedLink([*GREETED, *CELSIUS, ("SOUR:SENS:DATA?", reply)]) as link:
        assert well(link).read_temperature().value == 80.125


def test_fahrenheit_is_never_taken_for_celsius() -> None:
    with RecordedLink([*GREETED, ("UNIT:TEMP?", "F"), *CELSIUS, *SENSOR]) as link:
        dut = well(link)
        with pytest.raises(NotConfigured) as caught:
            dut.read_temperature()
        assert dut.read_temperature().value == 80.125
    answers_for(caught, "UNIT:TEMP?", "F")


MALFORMED = {
    "empty": "",
    "no decimals": "80",
    "torn": "80.",
    "fahrenheit": "176.2F",
    "ohms": "109.727 O",
    "word": "OPEN",
    "stars": "*****",
    "exponent": "8.0E+01",
    "decimal comma": "80,12",
    "stream": "t: 80.12 C",
    "two": "80.12,80.13",
    "echo": "SOUR:SENS:DATA?",
    "nan": "NAN",
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_no_temperature_ends_the_session(reply: str) -> None:
    spoilt: Pairs = [*GREETED, *CELSIUS, ("SOUR:SENS:DATA?", reply)]
    with RecordedLink([*spoilt, *GREETED, *CELSIUS, *SENSOR]) as link:
        dut = well(link)
        with pytest.raises(UnexpectedReply):
            dut.read_temperature()
        assert dut.read_temperature().value == 80.125


# --- going for a temperature ---


def test_approach_sets_unit_and_set_point_then_heats() -> None:
    with RecordedLink([*GREETED, *APPROACHED]) as link:
        well(link).approach_temperature(80.12)


def test_set_point_has_the_resolution_of_the_well() -> None:
    said: Pairs = [("SOUR:SPO -12.35", None), *CLEAN, ("SOUR:SPO?", "-12.35")]
    with RecordedLink([*GREETED, *UNIT, *said, *ON]) as link:
        well(link).approach_temperature(-12.346)


REFUSED: dict[str, tuple[Pairs, str, str]] = {
    "unit": ([("UNIT:TEMP C", None), ("SYST:ERR?", BEYOND), *CLEAN], "UNIT:TEMP C", BEYOND),
    "set-point": (
        [*UNIT, SET[0], ("SYST:ERR?", BEYOND), ("SYST:ERR?", '-102,"Syntax error"'), *CLEAN],
        "SOUR:SPO 80.12",
        '"Data out of range"; -102',
    ),
    "set-point that stays": (
        [*UNIT, SET[0], *CLEAN, ("SOUR:SPO?", "25.00")],
        "SOUR:SPO 80.12",
        "25.00",
    ),
    "output": (
        [*UNIT, *SET, ON[0], ("SYST:ERR?", '-203,"Command protected"'), *CLEAN],
        "OUTP:STAT 1",
        "-203",
    ),
}


@pytest.mark.parametrize(("said", "command", "reply"), REFUSED.values(), ids=REFUSED)
def test_refused_approach_is_told(said: Pairs, command: str, reply: str) -> None:
    with RecordedLink([*GREETED, *said]) as link:
        dut = well(link)
        with pytest.raises(InstrumentRefused) as caught:
            dut.approach_temperature(80.12)
        with pytest.raises(NotConfigured):
            dut.is_stable()
    answers_for(caught, command, reply)


TEST = "SOUR:STAB:TEST?"
LIMIT: Pairs = [("SOUR:STAB:LIM?", "0.05")]
STATES: dict[str, tuple[Pairs, bool]] = {
    "on its way": ([(TEST, "0")], False),
    "stable": ([(TEST, "1"), *LIMIT, ("SOUR:SENS:DATA?", "80.16")], True),
    "stable at the set-point before": (
        [(TEST, "1"), *LIMIT, ("SOUR:SENS:DATA?", "25.01")],
        False,
    ),
}


@pytest.mark.parametrize(("said", "stable"), STATES.values(), ids=STATES)
def test_stability_is_what_the_well_states(said: Pairs, stable: bool) -> None:
    with RecordedLink([*GREETED, *APPROACHED, *OURS, *said]) as link:
        dut = well(link)
        dut.approach_temperature(80.12)
        assert dut.is_stable() is stable


CHANGED: dict[str, tuple[Pairs, type[InstrumentError]]] = {
    "unit": ([("UNIT:TEMP?", "F")], NotConfigured),
    "set-point": ([*CELSIUS, ("SOUR:SPO?", "80.13")], NotConfigured),
    "off": ([*OURS[:2], ("OUTP:STAT?", "0")], InstrumentRefused),
    "no flag": ([*OURS, (TEST, "2")], UnexpectedReply),
}


@pytest.mark.parametrize(("said", "error"), CHANGED.values(), ids=CHANGED)
def test_what_was_changed_meanwhile_is_not_stable(
    said: Pairs, error: type[InstrumentError]
) -> None:
    with RecordedLink([*GREETED, *APPROACHED, *said]) as link:
        dut = well(link)
        dut.approach_temperature(80.12)
        with pytest.raises(error):
            dut.is_stable()


def test_set_point_of_a_lost_session_is_not_ours() -> None:
    with RecordedLink([*GREETED, *APPROACHED, ("UNIT:TEMP?", None)]) as link:
        dut = well(link)
        dut.approach_temperature(80.12)
        with pytest.raises(ReplyTimeout):
            dut.is_stable()
        with pytest.raises(NotConfigured):
            dut.is_stable()


def test_operation_is_confirmed() -> None:
    trip: Pairs = [("SOUR:PROT:TRIP?", "0")]
    operates: Pairs = [*CLEAN, *trip, ("OUTP:STAT?", "1")]
    off: Pairs = [*CLEAN, *trip, ("OUTP:STAT?", "0")]
    tripped: Pairs = [*CLEAN, ("SOUR:PROT:TRIP?", "1")]
    error: Pairs = [("SYST:ERR?", BEYOND), *CLEAN]
    with RecordedLink([*GREETED, *operates, *off, *tripped, *error]) as link:
        dut = well(link)
        dut.confirm_operating()
        with pytest.raises(InstrumentRefused, match="it is off"):
            dut.confirm_operating()
        with pytest.raises(InstrumentRefused, match="cut-out"):
            dut.confirm_operating()
        with pytest.raises(InstrumentRefused, match="out of range"):
            dut.confirm_operating()


def test_standby_stops_heating() -> None:
    with RecordedLink([*GREETED, *APPROACHED, *STANDBY, *STANDBY]) as link:
        dut = well(link)
        dut.approach_temperature(80.12)
        dut.standby()
        dut.standby()
        with pytest.raises(NotConfigured):
            dut.is_stable()


def test_standby_that_is_not_reached_is_told() -> None:
    with RecordedLink([*GREETED, STANDBY[0], ("OUTP:STAT?", "1")]) as link:
        with pytest.raises(InstrumentRefused, match="at its panel"):
            well(link).standby()


def test_standby_is_reached_although_the_connection_breaks() -> None:
    with Breaking([*GREETED, *GREETED, *STANDBY], b"OUTP:STAT 0") as link:
        well(link).standby()


@pytest.mark.parametrize("reply", ["", "0", "No error", '"No error"', '0,"No error'])
def test_reply_that_is_no_error_entry_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, UNIT[0], ("SYST:ERR?", reply)]) as link:
        with pytest.raises(UnexpectedReply):
            well(link).approach_temperature(80.12)


def test_queue_that_never_empties_is_an_error_too() -> None:
    link = RecordedLink([*GREETED, UNIT[0], *[("SYST:ERR?", BEYOND)] * 50])
    with pytest.raises(UnexpectedReply, match="does not get empty"):
        well(link).approach_temperature(80.12)


# --- the reference input of -P models ---


def test_reference_probe() -> None:
    said: Pairs = [("SENS1:DATA?", "109.727"), *CELSIUS, ("READ?", "24.998")]
    with RecordedLink([*GREETED, *said]) as link:
        dut = rehearsed(ProcessWell, link, "fluke-9144-p")
        assert dut.read_resistance().value == 109.727
        assert dut.read_reference_temperature().value == 24.998


@pytest.mark.parametrize("reply", ["109.727C", "OPEN", "", "-"])
def test_what_is_no_resistance_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, ("SENS1:DATA?", reply)]) as link:
        with pytest.raises(UnexpectedReply):
            rehearsed(ProcessWell, link, "fluke-9144-p").read_resistance()


@pytest.mark.parametrize("number", ["9142", "9143", "9144"])
def test_process_electronics_add_an_input_and_change_nothing_else(number: str) -> None:
    plain = driver_class(f"fluke-{number}").offers
    process = driver_class(f"fluke-{number}-p").offers
    assert plain.items() <= process.items()
    assert len(process) == len(plain) + 1
