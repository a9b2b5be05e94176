"""What is said to a Fluke 1502A or 1504 readout and how its answers are taken, word for word.

Source: 1502A and 1504 User's Guides, 7.3 (form of a measurement, units, sample period, duplex). The
maker's name in the identity is from memory, unverified.
"""

import pytest

from drivers.capabilities import Identity
from drivers.errors import NotConfigured, Overload, UnexpectedReply, WrongInstrument
from drivers.fluke.readout import Readout
from drivers.link.recorded import RecordedLink
from tests.drivers.rehearsal import Pairs, PatientClock, answers_for, rehearsed

GREETED: Pairs = [("SA=0", None), ("DU=H", None), ("*IDN?", "HART,1502A,A12345,1.21")]
CELSIUS: Pairs = [("U=C", None)]
GOOD: Pairs = [("T", "t:   25.587 C")]


def readout(
    link: RecordedLink, model: str = "fluke-1502a", clock: PatientClock | None = None
) -> Readout:
    return rehearsed(Readout, link, model, serial="A12345", clock=clock)


def test_identity() -> None:
    with RecordedLink(GREETED) as link:
        assert readout(link).identify() == Identity("HART", "1502A", "A12345", "1.21")


def test_sibling_is_not_taken_for_it() -> None:
    with RecordedLink(GREETED) as link, pytest.raises(WrongInstrument):
        readout(link, "fluke-1504").identify()


MEASUREMENTS = {
    "blanks for zeros": ("t:   25.587 C", 25.587),
    "all digits": ("t: 1234.567 C", 1234.567),
    "negative": ("t:  -38.834 C", -38.834),
    "time stamp": ("t:   25.587 C 15:49:15", 25.587),
    "zero": ("t:    0.000 C", 0.0),
}


@pytest.mark.parametrize(("reply", "celsius"), MEASUREMENTS.values(), ids=MEASUREMENTS)
def test_temperature(reply: str, celsius: float) -> None:
    with RecordedLink([*GREETED, *CELSIUS, ("T", reply)]) as link:
        reading = readout(link).read_temperature()
    assert reading.value == celsius
    assert reading.raw == reply


def test_unit_is_set_when_it_has_to_change() -> None:
    ohms: Pairs = [("U=O", None), ("T", "t:  109.727 O"), ("T", "t:  109.728 O")]
    with RecordedLink([*GREETED, *CELSIUS, *GOOD, *GOOD, *ohms, *CELSIUS, *GOOD]) as link:
        dut = readout(link)
        assert dut.read_temperature().value == 25.587
        assert dut.read_temperature().value == 25.587
        assert dut.read_resistance().value == 109.727
        assert dut.read_resistance().value == 109.728
        assert dut.read_temperature().value == 25.587


def test_measurement_made_before_the_unit_changed_is_passed_over() -> None:
    clock = PatientClock()
    old: Pairs = [("T", "t:  109.727 O")]
    with RecordedLink([*GREETED, *CELSIUS, *old, *old, *GOOD]) as link:
        dut = readout(link, clock=clock)
        dut.identify()
        began = clock.now
        assert dut.read_temperature().value == 25.587
    assert clock.now == began + 1.0


@pytest.mark.parametrize("unit", "FKO")
def test_unit_that_stays_another_is_refused(unit: str) -> None:
    clock = PatientClock()
    link = RecordedLink([*GREETED, *CELSIUS, *[("T", f"t:   78.057 {unit}")] * 100])
    dut = readout(link, clock=clock)
    dut.identify()
    began = clock.now
    with pytest.raises(NotConfigured) as caught:
        dut.read_temperature()
    assert clock.now == began + 3.0
    answers_for(caught, "T", f"78.057 {unit}")


def test_unit_that_somebody_changed_is_refused_at_once() -> None:
    changed: Pairs = [("T", "t:   78.057 F")]
    with RecordedLink([*GREETED, *CELSIUS, *GOOD, *changed, *CELSIUS, *GOOD]) as link:
        dut = readout(link)
        dut.read_temperature()
        with pytest.raises(NotConfigured):
            dut.read_temperature()
        assert dut.read_temperature().value == 25.587


@pytest.mark.parametrize("reply", ["t: -------- C", "t: ******** C", "t: -------- C 15:49:15"])
def test_open_probe_is_no_number(reply: str) -> None:
    with RecordedLink([*GREETED, *CELSIUS, ("T", reply), *CELSIUS, *GOOD]) as link:
        dut = readout(link)
        with pytest.raises(Overload) as caught:
            dut.read_temperature()
        assert dut.read_temperature().value == 25.587
    answers_for(caught, "T", reply)


MALFORMED = {
    "empty": "",
    "value alone": "25.587",
    "no unit": "t:   25.587",
    "unknown unit": "t:   25.587 R",
    "short field": "t: 25.587 C",
    "long field": "t:    25.587 C",
    "some stars": "t:   25.*** C",
    "no decimals": "t:    25587 C",
    "torn time": "t:   25.587 C 15:49",
    "blank within": "t:  2 5.587 C",
    "echo": "T",
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_no_measurement_ends_the_session(reply: str) -> None:
    session = [*GREETED, *CELSIUS]
    with RecordedLink([*session, ("T", reply), *session, *GOOD]) as link:
        dut = readout(link)
        with pytest.raises(UnexpectedReply):
            dut.read_temperature()
        assert dut.read_temperature().value == 25.587
