"""What is said to an IsoTech milliK and how its answers are taken, word for word.

Source: MSLNZ/msl-equipment isotech/millik.py (commands, identity); the maker's manual was not seen.
"""

import pytest

from drivers.capabilities import Identity
from drivers.errors import (
    InstrumentRefused,
    Overload,
    ReplyTimeout,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.isotech.millik import MilliK
from drivers.link.recorded import RecordedLink
from tests.drivers.rehearsal import Pairs, answers_for, rehearsed

MILLIK = "Isothermal Technology,milliK,21-P2460,4.0.0"
EXPANDER = "Isothermal Technology,millisKanner,21-P2593,2.01"
GREETED: Pairs = [("mill:list?", MILLIK)]
REMOTE: Pairs = [("mill:list?", MILLIK), ("MILLIK:REMOTE", None)]
READ = (
    "SENSE:CHANNEL 1;SENSE:FUNCTION RESISTANCE;SENSE:RESISTANCE:RANGE 115"
    ";SENSE:RESISTANCE:WIRES 4;SENSE:CURRENT NORMAL;READ?"
)
GOOD: Pairs = [(READ, "100.000123")]


def millik(link: RecordedLink, serial: str = "21-P2460", **fields: object) -> MilliK:
    return rehearsed(MilliK, link, "isotech-millik", serial=serial, clock=None, **fields)


def test_identity() -> None:
    with RecordedLink(GREETED) as link:
        assert millik(link).identify() == Identity(
            "Isothermal Technology", "milliK", "21-P2460", "4.0.0"
        )


class Listing(RecordedLink):
    """A recording whose replies may have several lines."""

    def __init__(self, dialogue: Pairs) -> None:
        super().__init__(dialogue)
        self.lines: list[bytes] = []

    def receive(self, deadline: float) -> bytes:
        if not self.lines:
            self.lines = super().receive(deadline).split(b"\n")
        return self.lines.pop(0)


WITH_TWO: Pairs = [("mill:list?", f"{EXPANDER}\n{EXPANDER}\n{MILLIK}")]


def test_identity_is_that_of_the_last_device_in_the_list() -> None:
    with Listing(WITH_TWO) as link:
        assert millik(link).identify().serial == "21-P2460"


def test_expander_alone_is_not_taken_for_it() -> None:
    with Listing([("mill:list?", EXPANDER)]) as link, pytest.raises(ReplyTimeout):
        millik(link).identify()


def test_another_one_is_refused() -> None:
    with Listing(WITH_TWO) as link, pytest.raises(WrongInstrument):
        millik(link, "21-P2593").identify()


@pytest.mark.parametrize(
    ("reply", "ohms"),
    [("100.000123", 100.000123), ("+1.00000123E+02", 100.000123), ("-0.000012", -1.2e-5)],
)
def test_resistance(reply: str, ohms: float) -> None:
    with RecordedLink([*GREETED, *REMOTE, (READ, reply), *GOOD]) as link:
        dut = millik(link)
        reading = dut.read_resistance()
        dut.read_resistance()
    assert (reading.value, reading.raw) == (ohms, reply)


def test_channel_and_range_are_said_each_time() -> None:
    thermistor = (
        "SENSE:CHANNEL 17;SENSE:FUNCTION RESISTANCE;SENSE:RESISTANCE:RANGE 500000"
        ";SENSE:RESISTANCE:WIRES 4;SENSE:CURRENT NORMAL;READ?"
    )
    remote: Pairs = [*WITH_TWO, ("MILLIK:REMOTE", None)]
    with Listing([*WITH_TWO, *remote, (thermistor, "10000.12")]) as link:
        assert millik(link, channel=17, range_ohms=500_000).read_resistance().value == 10000.12


@pytest.mark.parametrize(
    ("devices", "channel"),
    [
        pytest.param([*GREETED], 3, id="alone"),
        pytest.param([*GREETED], 10, id="no expander"),
        pytest.param([*WITH_TWO], 2, id="taken up by the expanders"),
        pytest.param([*WITH_TWO], 18, id="beyond the eighth"),
        pytest.param([*WITH_TWO], 30, id="third expander"),
    ],
)
def test_channel_that_it_has_not_is_refused(devices: Pairs, channel: int) -> None:
    with Listing([*devices, *devices, ("MILLIK:REMOTE", None)]) as link:
        dut = millik(link, channel=channel)
        for _ in range(2):
            with pytest.raises(InstrumentRefused, match=f"no channel {channel}"):
                dut.read_resistance()


def test_resistance_beyond_the_range_is_overload() -> None:
    with RecordedLink([*GREETED, *REMOTE, (READ, "460.1"), *GOOD]) as link:
        dut = millik(link)
        with pytest.raises(Overload) as caught:
            dut.read_resistance()
        assert dut.read_resistance().value == 100.000123
    answers_for(caught, READ, "460.1")


MALFORMED = {
    "empty": "",
    "two values": "100.000123,100.000124",
    "not a number": "NAN",
    "infinite": "INF",
    "unit": "100.000123 ohm",
    "torn": "100.",
    "underscore": "1_00.0",
    "identity": MILLIK,
    "echo": READ,
}


@pytest.mark.parametrize("reply", MALFORMED.values(), ids=MALFORMED)
def test_reply_that_is_no_number_ends_the_session(reply: str) -> None:
    session = [*GREETED, *REMOTE]
    with RecordedLink([*session, (READ, reply), *session, *GOOD]) as link:
        dut = millik(link)
        with pytest.raises(UnexpectedReply):
            dut.read_resistance()
        assert dut.read_resistance().value == 100.000123


def test_it_is_given_back_to_its_panel() -> None:
    with RecordedLink([*GREETED, *REMOTE, *GOOD, ("MILLIK:LOCAL", None)]) as link:
        dut = millik(link)
        dut.read_resistance()
        dut.close()
        dut.close()


def test_it_is_not_given_back_when_the_session_is_lost() -> None:
    with RecordedLink([*GREETED, *REMOTE, (READ, None)]) as link:
        dut = millik(link)
        with pytest.raises(ReplyTimeout):
            dut.read_resistance()
        dut.close()
