"""What is said to a Mettler-Toledo balance and how its answers are taken, word for word.

Source: Mettler-Toledo MT-SICS reference pages (weight field of ten characters, status letters).
Texts of weigh-module faults from PyLabRobot/pylabrobot mettler_toledo.py.
"""

import pytest

from drivers.capabilities import Identity
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
from drivers.mettler_toledo.mt_sics import MtSicsBalance
from tests.drivers.rehearsal import Pairs, answers_for, rehearsed

KIND = 'I2 A "XSR205DU Excellence 220.00900 g"'
SOFTWARE = 'I3 A "2.10 10.28.0.493.142"'
GREETED: Pairs = [("@", 'I4 A "B123456789"'), ("I2", KIND), ("I3", SOFTWARE)]
ZEROED: Pairs = [("Z", "Z A")]
GOOD: Pairs = [("S", "S S     100.00 g")]


def balance(link: RecordedLink, model: str = "mettler-xsr205du") -> MtSicsBalance:
    return rehearsed(MtSicsBalance, link, model, serial="B123456789")


def test_identity() -> None:
    with RecordedLink(GREETED) as link:
        assert balance(link).identify() == Identity(
            "Mettler-Toledo", "XSR205DU", "B123456789", "2.10 10.28.0.493.142"
        )


STRANGERS = {
    "serial number": ("@", 'I4 A "B525073136"', WrongInstrument),
    "model": ("I2", 'I2 A "XS204 Excellence 220.0090 g"', WrongInstrument),
    "no type": ("I2", "I2 I", UnexpectedReply),
    "no capacity": ("I2", 'I2 A "XSR205DU"', UnexpectedReply),
    "unknown word": ("@", "ES", UnexpectedReply),
    "a late weight": ("@", "S S     100.00 g", UnexpectedReply),
    "answers out of step": ("I2", 'I4 A "B123456789"', UnexpectedReply),
    "echo": ("@", "@", UnexpectedReply),
}


@pytest.mark.parametrize(("query", "reply", "error"), STRANGERS.values(), ids=STRANGERS)
def test_stranger_is_refused(query: str, reply: str, error: type[InstrumentError]) -> None:
    said: Pairs = [(sent, reply if sent == query else given) for sent, given in GREETED]
    if reply == "@":
        said = [("@", "@"), *GREETED[1:]]
    with RecordedLink(said) as link, pytest.raises(error):
        balance(link).identify()


WEIGHTS = {
    "grams": ("S S     100.00 g", 0.1),
    "no surprising digits": ("S S   0.12345 g", 0.00012345),
    "negative": ("S S    -12.345 g", -0.012345),
    "a blank more": ("S S      100.00 g", 0.1),
    "capacity": ("S S 220.00900 g", 0.220009),
    "kilograms": ("S S   10.00002 kg", 10.00002),
    "milligrams": ("S S    123.456 mg", 0.000123456),
    "zero": ("S S    0.00000 g", 0.0),
}


@pytest.mark.parametrize(("reply", "kilograms"), WEIGHTS.values(), ids=WEIGHTS)
def test_weight_is_in_kilograms_exactly(reply: str, kilograms: float) -> None:
    with RecordedLink([*GREETED, *ZEROED, ("S", reply)]) as link:
        dut = balance(link)
        dut.zero()
        reading = dut.weigh()
    assert reading.value == kilograms
    assert reading.raw == reply


def test_tare_serves_as_reference_too() -> None:
    with RecordedLink([*GREETED, ("T", "T S     100.00 g"), ("S", "S S      0.00 g")]) as link:
        dut = balance(link)
        dut.tare()
        assert dut.weigh().value == 0.0


NO_WEIGHTS = {
    "no stability": ("S I", InstrumentRefused),
    "not executable": ("S L", InstrumentRefused),
    "overload": ("S +", Overload),
    "underload": ("S -", Overload),
    "dynamic": ("S D     129.07 g", InstrumentRefused),
    "weigh module fault": ("S S Error 10b", InstrumentRefused),
    "syntax error": ("ES", InstrumentRefused),
    "transmission error": ("ET", InstrumentRefused),
    "logical error": ("EL", InstrumentRefused),
    "pounds": ("S S     0.2205 lb", NotConfigured),
    "pieces": ("S S        253 PCS", NotConfigured),
}


@pytest.mark.parametrize(("reply", "error"), NO_WEIGHTS.values(), ids=NO_WEIGHTS)
def test_what_is_no_stable_weight_in_grams_is_no_number(
    reply: str, error: type[InstrumentError]
) -> None:
    with RecordedLink([*GREETED, *ZEROED, ("S", reply), *GOOD]) as link:
        dut = balance(link)
        dut.zero()
        with pytest.raises(error) as caught:
            dut.weigh()
        assert dut.weigh().value == 0.1
    answers_for(caught, "S", reply)


MALFORMED = {
    "empty": "",
    "no unit": "S S     100.00",
    "no value": "S S g",
    "tare": "T S     100.00 g",
    "decimal comma": "S S     100,00 g",
    "plus sign": "S S    +100.00 g",
    "sign apart": "S S -   100.00 g",
    "exponent": "S S    1.0E+02 g",
    "two weights": "S S     100.00 g S S     100.00 g",
    "switched on": 'I4 A "B123456789"',
    "zeroed": "Z A",
    "no status": "S     100.00 g",
    "torn": "S S     100.",
    "lower case": "s s     100.00 g",
    "trailing blank": "S S     100.00 g ",
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_no_weight_ends_the_session(reply: str) -> None:
    session = [*GREETED, *ZEROED]
    with RecordedLink([*session, ("S", reply), *session, *GOOD]) as link:
        dut = balance(link)
        dut.zero()
        with pytest.raises(UnexpectedReply):
            dut.weigh()
        with pytest.raises(NotConfigured):
            dut.weigh()
        dut.zero()
        assert dut.weigh().value == 0.1


REFUSALS = {
    "busy": ("I", InstrumentRefused),
    "above the range": ("+", Overload),
    "below the range": ("-", Overload),
}


@pytest.mark.parametrize("command", ["Z", "T"])
@pytest.mark.parametrize(("status", "error"), REFUSALS.values(), ids=REFUSALS)
def test_refused_zero_or_tare_is_told(
    command: str, status: str, error: type[InstrumentError]
) -> None:
    with RecordedLink([*GREETED, (command, f"{command} {status}")]) as link:
        dut = balance(link)
        with pytest.raises(error) as caught:
            dut.zero() if command == "Z" else dut.tare()
        with pytest.raises(NotConfigured):
            dut.weigh()
    answers_for(caught, command, f"{command} {status}")


def test_it_adjusts_itself_and_wants_a_zero_afterwards() -> None:
    done = ("C3", "C3 B\nC3 A")
    with RecordedLink([*GREETED, *ZEROED, done, *ZEROED, *GOOD]) as link:
        dut = balance(link)
        dut.zero()
        dut.adjust_itself()
        with pytest.raises(NotConfigured):
            dut.weigh()
        dut.zero()
        assert dut.weigh().value == 0.1


NOT_ADJUSTED = {
    "aborted": ("C3 B\nC3 I", "empty the pan"),
    "busy": ("C3 I", "empty the pan"),
    "no built-in weight": ("C3 L", "no built-in weight"),
    "unknown command": ("ES", "does not know"),
}


@pytest.mark.parametrize(("reply", "said"), NOT_ADJUSTED.values(), ids=NOT_ADJUSTED)
def test_an_adjustment_that_was_not_made_is_told(reply: str, said: str) -> None:
    with RecordedLink([*GREETED, ("C3", reply), *ZEROED, *GOOD]) as link:
        dut = balance(link)
        with pytest.raises(InstrumentRefused, match=said) as caught:
            dut.adjust_itself()
        dut.zero()
        assert dut.weigh().value == 0.1
    answers_for(caught, "C3", reply.rpartition("\n")[2])


@pytest.mark.parametrize("reply", ["C3 A", "Z A", "C3 B\nC3 B", "C3 B\nS S     100.00 g", ""])
def test_what_is_no_end_of_an_adjustment_ends_the_session(reply: str) -> None:
    with RecordedLink([*GREETED, ("C3", reply), *GREETED, *ZEROED, *GOOD]) as link:
        dut = balance(link)
        with pytest.raises(UnexpectedReply):
            dut.adjust_itself()
        dut.zero()
        assert dut.weigh().value == 0.1


def test_an_adjustment_whose_end_does_not_come_is_a_timeout() -> None:
    with RecordedLink([*GREETED, ("C3", None)]) as link, pytest.raises(ReplyTimeout):
        balance(link).adjust_itself()


def test_nothing_is_weighed_before_a_zero() -> None:
    with RecordedLink([]) as link, pytest.raises(NotConfigured, match="Zero or tare"):
        balance(link).weigh()


def test_tare_dies_with_its_session() -> None:
    with RecordedLink([*GREETED, ("T", "T S     100.00 g"), ("S", None)]) as link:
        dut = balance(link)
        dut.tare()
        with pytest.raises(ReplyTimeout):
            dut.weigh()
        with pytest.raises(NotConfigured):
            dut.weigh()


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("mettler-xs204", "XS204 Excellence 220.0090 g"),
        ("mettler-xpr205", "XPR205 220.00900 g"),
        ("mettler-me204", "ME204 220.0000 g"),
        ("mettler-xpr6", "XPR6 6.100000 g"),
        ("mettler-ax1006", "AX1006 1011.00000 g"),
        ("mettler-ax10005", "AX10005 10011.00000 g"),
    ],
)
def test_sibling_states_its_type(model: str, kind: str) -> None:
    with RecordedLink([GREETED[0], ("I2", f'I2 A "{kind}"'), GREETED[2]]) as link:
        assert balance(link, model).identify().model == kind.split()[0]
