"""SCPI messages, row by row of what SCPI-1999 and IEEE 488.2 say about them."""

from dataclasses import dataclass, field

import pytest

from simulators.language.scpi import Command, Language, Parameter
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Special,
    boolean,
    boolean_or,
    limited,
    multiplier,
    name_of,
    number,
    plain_number,
    string,
    token_of,
    word,
)


@dataclass
class Device:
    """A device that writes down what it was told."""

    told: list[object] = field(default_factory=list)

    def language(self) -> Language:
        note = self.told.append
        return Language([
            Command("*IDN", None, lambda: "me"),
            Command("*ESE", note, lambda: "0", (Parameter(plain_number),)),
            Command("MEASure[:SCALar]:CURRent[:DC]", None, lambda: "1"),
            Command("TEST:TREEA", None, lambda: "10"),
            Command("TEST:TREEB", None, lambda: "20"),
            Command("TEXT", note, lambda: "text", (Parameter(string),)),
            Command("Ab", None, lambda: "Ab"),
            Command("ABcc:AACddd", None, lambda: "ABcc"),
            Command("VOLTage[:DC]:RANGe[:UPPer]", note, lambda: "up", (Parameter(number("V")),)),
            Command("VOLTage[:DC]:RANGe:AUTO", note, lambda: "auto", (Parameter(boolean),)),
            Command("OUTPut#3", lambda n, on: note((n, on)), lambda n: f"{n}",
                    (Parameter(boolean),)),
            Command("COUNt", note, None, (Parameter(number()),)),
            Command("SOURce", note, None, (Parameter(word("IMMediate", "BUS")),)),
            Command("ZERO", note, None, (Parameter(boolean_or("ONCE")),)),
        ])  # fmt: skip


def run(message: str) -> tuple[list[str], list[object], list[int]]:
    """Return the replies, what the device was told, and the errors."""
    device, replies, errors = Device(), [], []
    for step in device.language().compile(message):
        try:
            reply = step()
        except ScpiError as wrong:
            errors.append(wrong.code)
        else:
            replies += [] if reply is None else [reply]
    return replies, device.told, errors


@pytest.mark.parametrize(
    ("message", "replies"),
    [
        ("MEAS:CURR?", ["1"]),
        (":MEAS:SCAL:CURR:DC?", ["1"]),
        ("measure:current?", ["1"]),
        ("MEASure:SCALar:CURR:dc?", ["1"]),
        ("  MEAS:CURR?  ", ["1"]),
        ("a?", ["Ab"]),
        ("ab?", ["Ab"]),
        ("ab:aac?", ["ABcc"]),
        ("abcc:aacddd?", ["ABcc"]),
        ("TEST:TREEA?;TREEB?", ["10", "20"]),
        ("TEST:TREEA?;:TEXT?", ["10", "text"]),
        ("TEST:TREEA?;*IDN?;TREEB?", ["10", "me", "20"]),
        ("*IDN?;*IDN?", ["me", "me"]),
        (";*IDN?", ["me"]),
        (";", []),
        ("", []),
        ("VOLT:DC:RANG:AUTO?;UPP?", ["auto", "up"]),
        ("VOLT:RANG?", ["up"]),
        ("VOLT:RANG:UPP?", ["up"]),
        ("OUTP?", ["1"]),
        ("OUTP2?", ["2"]),
        ("output3?", ["3"]),
    ],
)
def test_headers_that_match(message: str, replies: list[str]) -> None:
    assert run(message) == (replies, [], [])


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("MEAS?", -113),
        ("MEAS:DC?", -113),
        ("MEAS:CURR", -113),
        ("MEASU:CURR?", -113),
        ("abcc:aacdd?", -113),
        ("a:aac?", -113),
        (":*IDN?", -102),
        ("TEXT", -109),
        ("*ESE", -109),
        ("*IDN? 12", -108),
        ("*ESE ON", -104),
        ("*ESE 3 V", -138),
        ("VOLT:RANG 3 A", -131),
        ("VOLT:RANG 3 VVVVVVVVVVVVV", -134),
        ("VOLT:RANG 'a'", -158),
        ("VOLT:RANG minc", -224),
        ("VOLT:RANG 1e40000", -123),
        ("VOLT:RANG 1.2.3", -121),
        ("VOLT:RANG (1", -170),
        ("VOLT:RANG:AUTO maybe", -224),
        ("VOLT:RANG:AUTO 'on'", -104),
        ("SOUR FRONT", -224),
        ("SOUR 3", -128),
        ("TEXT 3", -104),
        ("TEXT 'open", -151),
        ("OUTP4?", -114),
        ("OUTP0?", -114),
        ("VOLT:RANG 1,,2", -102),
        ("VOLTAGERANGELONG?", -112),
        ("MEAS:CURR?*", -113),
        ("\x80abc", -101),
    ],
)
def test_mistakes(message: str, code: int) -> None:
    assert run(message) == ([], [], [code])


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("VOLT:RANG 12", 12.0),
        ("VOLT:RANG 1e3", 1000.0),
        ("VOLT:RANG +.5", 0.5),
        ("VOLT:RANG -10.5", -10.5),
        ("VOLT:RANG -1 e 3", -1000.0),
        ("VOLT:RANG 10 mV", 0.01),
        ("VOLT:RANG 1.2e-1V", 0.12),
        ("VOLT:RANG 2kv", 2000.0),
        ("VOLT:RANG 2 MAV", 2e6),
        ("VOLT:RANG MIN", Special.MINIMUM),
        ("VOLT:RANG maximum", Special.MAXIMUM),
        ("VOLT:RANG DEF", Special.DEFAULT),
        ("*ESE #H20", 32.0),
        ("*ESE #Q17", 15.0),
        ("*ESE #B101", 5.0),
        ("VOLT:RANG:AUTO ON", True),
        ("VOLT:RANG:AUTO off", False),
        ("VOLT:RANG:AUTO 0", False),
        ("VOLT:RANG:AUTO 5", True),
        ("ZERO ONCE", "ONCE"),
        ("ZERO 1", True),
        ("SOUR imm", "IMM"),
        ("SOUR IMMEDIATE", "IMM"),
        ("TEXT 'it''s; \"fine\", really'", 'it\'s; "fine", really'),
        ('TEXT "a ""b"""', 'a "b"'),
        ("OUTP2 ON", (2, True)),
    ],
)
def test_parameters(message: str, told: object) -> None:
    assert run(message) == ([], [told], [])


@pytest.mark.parametrize(
    ("suffix", "unit", "factor"),
    [
        ("MOHM", "OHM", 1e6), ("MHZ", "HZ", 1e6), ("MV", "V", 1e-3), ("MA", "A", 1e-3),
        ("MS", "S", 1e-3), ("UA", "A", 1e-6), ("KOHM", "OHM", 1e3), ("GHZ", "HZ", 1e9),
        ("MAV", "V", 1e6), ("V", "V", 1.0), ("UOHM", "OHM", 1e-6), ("NS", "S", 1e-9),
    ],
)  # fmt: skip
def test_multipliers(suffix: str, unit: str, factor: float) -> None:
    assert multiplier(suffix, unit) == factor


def test_command_error_drops_the_rest_and_execution_error_does_not() -> None:
    assert run("*IDN?;NONSENSE;*IDN?") == (["me"], [], [-113])
    assert run("SOUR FRONT;*IDN?") == (["me"], [], [-224])


@pytest.mark.parametrize(
    ("text", "body"), [("#15hello", "hello"), ("#210abcdefghij", "abcdefghij"), ("#11a", "a")]
)
def test_definite_blocks(text: str, body: str) -> None:
    assert token_of(text).text == body


@pytest.mark.parametrize("text", ["#02AB", "#19a", "#2xxab"])
def test_blocks_that_are_none(text: str) -> None:
    with pytest.raises(ScpiError) as wrong:
        token_of(text)
    assert wrong.value.code == -161


def test_a_colon_before_a_common_command_is_the_maker_s_choice() -> None:
    strict = Language([Command("*CLS", None, lambda: "cleared")])
    lenient = Language([Command("*CLS", None, lambda: "cleared")], colon_before_common=True)
    with pytest.raises(ScpiError) as wrong:
        strict.compile(" :*CLS?")[0]()
    assert wrong.value.code == -102
    assert lenient.compile(" :*CLS?")[0]() == "cleared"
    assert lenient.compile("*CLS?")[0]() == "cleared"


@pytest.mark.parametrize("typed", ['"VOLT:DC"', "'voltage:dc'", '":VOLTage:DC"', '" VOLT:DC "'])
def test_quoted_names(typed: str) -> None:
    convert = name_of({"VOLTage:DC": 1, "RESistance": 2})
    assert convert(token_of(typed)) == 1


@pytest.mark.parametrize(
    ("typed", "code"), [('"VOLTA:DC"', -224), ('"VOLT"', -224), ("VOLT", -104), ("3", -104)]
)
def test_names_that_are_none(typed: str, code: int) -> None:
    with pytest.raises(ScpiError) as wrong:
        name_of({"VOLTage:DC": 1})(token_of(typed))
    assert wrong.value.code == code


@pytest.mark.parametrize(
    ("value", "known"),
    [(3.0, 3.0), (Special.MINIMUM, 1.0), (Special.MAXIMUM, 5.0), (Special.DEFAULT, 2.0)],
)
def test_numbers_inside_their_limits(value: float | Special, known: float) -> None:
    assert limited(value, 1.0, 5.0, 2.0) == known


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.9, -222),
        (5.1, -222),
        (float("inf"), -222),
        (Special.INFINITY, -224),
        (Special.AUTO, -224),
    ],
)
def test_numbers_outside_their_limits(value: float | Special, code: int) -> None:
    with pytest.raises(ScpiError) as wrong:
        limited(value, 1.0, 5.0, 2.0)
    assert wrong.value.code == code


def test_infinity_where_it_is_wanted() -> None:
    assert limited(Special.INFINITY, 1.0, 5.0, 2.0, infinite=True) == float("inf")


def test_an_instrument_s_own_code_is_an_error_too() -> None:
    assert not ScpiError(550).is_command_error
