"""What is said to a Sartorius balance and how its answers are taken, word for word.

Source: Sartorius operating instructions (22-character format, special texts, commands); identity
replies and the unstable line as measured on an MSE1203S (GraysonBellamy/sartoriuslib docs); the
form of the status line from numat/sartorius driver.py.
"""

from collections.abc import Callable

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
from drivers.sartorius.sbi import SbiBalance
from tests.drivers.rehearsal import Pairs, PatientClock, answers_for, rehearsed

Act = Callable[[SbiBalance], None]

P, U, V = "\x1bP", "\x1bU", "\x1bV"
GREETED: Pairs = [
    ("\x1bx1_", "MSE1203S-100-DR     "),
    ("\x1bx2_", "SerNo.    0031801165"),
    ("\x1bx3_", "00-39-21"),
]
AT_ZERO = "N     +    0.000 g  "
ZEROED: Pairs = [(V, None), (P, AT_ZERO)]
GOOD: Pairs = [(P, "N     +  100.000 g  ")]
UNSTABLE = "N     +    0.031    "


def balance(
    link: RecordedLink, model: str = "sartorius-mse1203s", clock: PatientClock | None = None
) -> SbiBalance:
    serial = "0031801165" if model == "sartorius-mse1203s" else None
    return rehearsed(SbiBalance, link, model, serial=serial, clock=clock)


def test_identity() -> None:
    with RecordedLink(GREETED) as link:
        assert balance(link).identify() == Identity(
            "Sartorius", "MSE1203S", "0031801165", "00-39-21"
        )


def test_serial_number_may_stand_alone() -> None:
    said: Pairs = [("\x1bx1_", "MSE225S-100-DU"), ("\x1bx2_", "37454321"), ("\x1bx3_", "00-37-09")]
    with RecordedLink(said) as link:
        assert balance(link, "sartorius-mse225s").identify().serial == "37454321"


STRANGERS = {
    "model": ("\x1bx1_", "PMA7501-X00V1", WrongInstrument),
    "serial number": ("\x1bx2_", "SerNo.    0031801166", WrongInstrument),
    "weight for a model": ("\x1bx1_", AT_ZERO, UnexpectedReply),
    "weight for a serial number": ("\x1bx2_", AT_ZERO, UnexpectedReply),
    "weight for a version": ("\x1bx3_", AT_ZERO, UnexpectedReply),
    "empty": ("\x1bx1_", "", UnexpectedReply),
}


@pytest.mark.parametrize(("query", "reply", "error"), STRANGERS.values(), ids=STRANGERS)
def test_stranger_is_refused(query: str, reply: str, error: type[InstrumentError]) -> None:
    said: Pairs = [(sent, reply if sent == query else given) for sent, given in GREETED]
    with RecordedLink(said) as link, pytest.raises(error):
        balance(link).identify()


def test_balance_that_speaks_the_binary_protocol_is_silent() -> None:
    with RecordedLink([("\x1bx1_", None)]) as link, pytest.raises(ReplyTimeout):
        balance(link).identify()


WEIGHTS = {
    "grams": ("N     +   123.56 g  ", 0.12356),
    "no surprising digits": ("N     +   100.00 g  ", 0.1),
    "negative": ("N     -    0.031 g  ", -0.000031),
    "no sign": ("N          0.000 g  ", 0.0),
    "all eight characters": ("N     + 220.0001 g  ", 0.2200001),
    "nine characters": ("N     +220.00001 g  ", 0.22000001),
    "kilograms": ("N     +    1.200 kg ", 1.2),
    "milligrams": ("N     +   123.45 mg ", 0.00012345),
}


@pytest.mark.parametrize(("line", "kilograms"), WEIGHTS.values(), ids=WEIGHTS)
def test_weight_is_in_kilograms_exactly(line: str, kilograms: float) -> None:
    assert len(line) == 20
    with RecordedLink([*GREETED, *ZEROED, (P, line)]) as link:
        dut = balance(link)
        dut.zero()
        reading = dut.weigh()
    assert reading.value == kilograms
    assert reading.raw == line


def test_unstable_value_is_never_a_reading() -> None:
    clock = PatientClock()
    with RecordedLink([*GREETED, *ZEROED, (P, UNSTABLE), (P, UNSTABLE), *GOOD]) as link:
        dut = balance(link, clock=clock)
        dut.zero()
        assert dut.weigh().value == 0.1
    assert clock.now == pytest.approx(0.4)


def test_value_that_never_comes_to_rest_is_refused_in_time() -> None:
    clock = PatientClock()
    link = RecordedLink([*GREETED, *ZEROED, *[(P, UNSTABLE)] * 1000])
    dut = balance(link, clock=clock)
    dut.zero()
    with pytest.raises(InstrumentRefused, match="come to rest") as caught:
        dut.weigh()
    assert clock.now == pytest.approx(60.0, abs=1.0)
    answers_for(caught, P, UNSTABLE)


@pytest.mark.parametrize(("command", "act"), [(U, SbiBalance.tare), (V, SbiBalance.zero)])
def test_zero_and_tare_wait_for_a_stable_zero(command: str, act: Act) -> None:
    moving: Pairs = [(P, "N     +   12.345    "), (P, "N     +   12.345 g  ")]
    few: Pairs = [(P, "N     -    0.002 g  ")]
    with RecordedLink([*GREETED, (command, None), *moving, *few, *GOOD]) as link:
        dut = balance(link)
        act(dut)
        assert dut.weigh().value == 0.1


@pytest.mark.parametrize(("command", "act"), [(U, SbiBalance.tare), (V, SbiBalance.zero)])
def test_ignored_zero_or_tare_is_told(command: str, act: Act) -> None:
    link = RecordedLink([*GREETED, (command, None), *GOOD * 1000])
    dut = balance(link)
    with pytest.raises(InstrumentRefused, match="did not accept") as caught:
        act(dut)
    with pytest.raises(NotConfigured):
        dut.weigh()
    answers_for(caught, command, "100.000 g")


NO_WEIGHTS = {
    "overload": ("Stat           High ", Overload),
    "underload": ("Stat           Low  ", Overload),
    "overload, short": ("Stat           H    ", Overload),
    "error 54": ("Stat     Err  54    ", Overload),
    "error 55": ("Stat     Err  55    ", Overload),
    "error 02": ("Stat     Err  02    ", InstrumentRefused),
    "error 11": ("Stat     ERR  11    ", InstrumentRefused),
    "off": ("Stat       OFF      ", InstrumentRefused),
    "adjusting": ("Stat       Cal.Int. ", InstrumentRefused),
    "no data": ("Stat     COMM.ERR   ", InstrumentRefused),
    "pounds": ("N     +   0.2205 lb ", NotConfigured),
    "pieces": ("N     +      253 pcs", NotConfigured),
}


@pytest.mark.parametrize(("line", "error"), NO_WEIGHTS.values(), ids=NO_WEIGHTS)
def test_what_is_no_net_weight_is_no_number(line: str, error: type[InstrumentError]) -> None:
    with RecordedLink([*GREETED, *ZEROED, (P, line), *GOOD]) as link:
        dut = balance(link)
        dut.zero()
        with pytest.raises(error) as caught:
            dut.weigh()
        assert dut.weigh().value == 0.1
    answers_for(caught, P, line)


MALFORMED = {
    "empty": "",
    "16 characters": "+   123.56 g  ",
    "gross": "G     +   123.56 g  ",
    "tare": "T     +    12.00 g  ",
    "counting": "Qnt   +      253 pcs",
    "short": "N     +   123.56 g ",
    "long": "N     +   123.56 g   ",
    "decimal comma": "N     +   123,56 g  ",
    "brackets of the unverified digit": "N     + 123.5[6] g  ",
    "sign apart": "N     +   -23.56 g  ",
    "blank within": "N     +   12 .56 g  ",
    "no value": "N     +          g  ",
    "two points": "N     +   1.2.56 g  ",
    "model": "MSE1203S-100-DR     ",
    "echo": P,
}


@pytest.mark.parametrize("line", MALFORMED.values(), ids=MALFORMED)
def test_line_that_is_no_net_weight_ends_the_session(line: str) -> None:
    session = [*GREETED, *ZEROED]
    with RecordedLink([*session, (P, line), *session, *GOOD]) as link:
        dut = balance(link)
        dut.zero()
        with pytest.raises(UnexpectedReply):
            dut.weigh()
        with pytest.raises(NotConfigured):
            dut.weigh()
        dut.zero()
        assert dut.weigh().value == 0.1


Z = "\x1bZ"
CALIBRATING: Pairs = [(P, "Stat       Cal.Int. ")]


@pytest.mark.parametrize("before", [[], GOOD], ids=["at once", "a little later"])
def test_it_adjusts_itself_and_wants_a_zero_afterwards(before: Pairs) -> None:
    clock = PatientClock()
    session = [*GREETED, *ZEROED, (Z, None), *before, *CALIBRATING * 4, (P, AT_ZERO)]
    with RecordedLink([*session, *ZEROED, *GOOD]) as link:
        dut = balance(link, clock=clock)
        dut.zero()
        dut.adjust_itself()
        assert 10.0 <= clock.now <= 25.0
        with pytest.raises(NotConfigured):
            dut.weigh()
        dut.zero()
        assert dut.weigh().value == 0.1


NOT_ADJUSTED = {
    "ignored": (GOOD * 100, "does not adjust itself", 10.0),
    "endless": (CALIBRATING * 1000, "does not come to an end", 180.0),
    "pan loaded": ([(P, "Stat     Err  02    ")] * 100, "empty the pan", 10.0),
    "fails": ([*CALIBRATING, (P, "Stat     Err  02    ")], "does not weigh", 5.0),
}


@pytest.mark.parametrize(("said", "told", "seconds"), NOT_ADJUSTED.values(), ids=NOT_ADJUSTED)
def test_an_adjustment_that_was_not_made_is_told(said: Pairs, told: str, seconds: float) -> None:
    clock = PatientClock()
    dut = balance(RecordedLink([*GREETED, (Z, None), *said]), clock=clock)
    with pytest.raises(InstrumentRefused, match=told):
        dut.adjust_itself()
    assert clock.now <= seconds + 5.0


def test_what_is_neither_weight_nor_status_ends_the_session() -> None:
    with RecordedLink([*GREETED, (Z, None), (P, "+   123.56 g  ")]) as link:
        dut = balance(link)
        with pytest.raises(UnexpectedReply):
            dut.adjust_itself()


def test_nothing_is_weighed_before_a_zero() -> None:
    with RecordedLink([]) as link, pytest.raises(NotConfigured, match="Zero or tare"):
        balance(link).weigh()
