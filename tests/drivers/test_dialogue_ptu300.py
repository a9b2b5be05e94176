"""What is said to a Vaisala PTU300 and how its answers are taken, word for word.

Source: Vaisala PTU300 User's Guide M210796EN (lines, stars, echo and prompt, identity).
"""

from collections.abc import Callable
from contextlib import closing

import pytest

from drivers.capabilities import Identity, Reading
from drivers.catalogue import connect
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    NotConfigured,
    UnexpectedReply,
    WrongInstrument,
)
from drivers.link.recorded import RecordedLink
from drivers.vaisala.ptu300 import Ptu300
from tests.drivers.peers import LineServer, Peer, RealClock
from tests.drivers.rehearsal import Pairs, answers_for, rehearsed

Act = Callable[[Ptu300], Reading]

GREETED: Pairs = [
    ("S", None),
    ("ECHO OFF", None),
    ("VERS", "PTU300 / 3.04"),
    ("SNUM", "Serial number : K1510011"),
]
LINE = "P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH"
ALL = "P=  1003.8 hPa   T= 17.7 'C RH= 40.9 %RH TD=  4.3 'C  trend=***** tend=*"
PRESSURE, TEMPERATURE, HUMIDITY = (
    Ptu300.read_atmospheric_pressure,
    Ptu300.read_temperature,
    Ptu300.read_humidity,
)


def ptu(link: RecordedLink, serial: str = "K1510011") -> Ptu300:
    return rehearsed(Ptu300, link, "vaisala-ptu300", serial=serial)


def test_identity() -> None:
    with RecordedLink(GREETED) as link:
        assert ptu(link).identify() == Identity("Vaisala", "PTU300", "K1510011", "3.04")


STRANGERS = {
    "barometer": ("VERS", "PTB330 / 1.01", WrongInstrument),
    "serial number": ("SNUM", "Serial number : A1234567", WrongInstrument),
    "prompt": ("VERS", ">PTU300 / 3.04", WrongInstrument),
    "echo": ("VERS", "VERS", UnexpectedReply),
    "measurement": ("VERS", LINE, UnexpectedReply),
    "unknown command": ("SNUM", "Unknown command.", UnexpectedReply),
}


@pytest.mark.parametrize(("query", "reply", "error"), STRANGERS.values(), ids=STRANGERS)
def test_stranger_is_refused(query: str, reply: str, error: type[InstrumentError]) -> None:
    said: Pairs = [(sent, reply if sent == query else given) for sent, given in GREETED]
    with RecordedLink(said) as link, pytest.raises(error):
        ptu(link).identify()


READINGS = {
    "pressure": (PRESSURE, LINE, 101320.0),
    "temperature": (TEMPERATURE, LINE, 31.1),
    "humidity": (HUMIDITY, LINE, 38.3),
    "pressure among all": (PRESSURE, ALL, 100380.0),
    "temperature among all": (TEMPERATURE, ALL, 17.7),
    "humidity among all": (HUMIDITY, ALL, 40.9),
    "more decimals": (PRESSURE, "P= 1025.41 hPa", 102541.0),
    "no surprising digits": (PRESSURE, "P= 1013.27 hPa", 101327.0),
    "kilopascals": (PRESSURE, "P=101.327 kPa", 101327.0),
    "pascals": (PRESSURE, "P= 101327 Pa", 101327.0),
    "millibars": (PRESSURE, "P= 1013.27 mbar", 101327.0),
    "bars, absolute": (PRESSURE, "P= 1.01327 bara", 101327.0),
    "frost": (TEMPERATURE, "T=-12.5 'C", -12.5),
    "another quantity is missing": (TEMPERATURE, "P=****** hPa T= 31.1 'C RH=**** %RH", 31.1),
}


@pytest.mark.parametrize(("act", "line", "value"), READINGS.values(), ids=READINGS)
def test_reading_is_taken_by_its_name(act: Act, line: str, value: float) -> None:
    with RecordedLink([*GREETED, ("SEND", line)]) as link:
        reading = act(ptu(link))
    assert reading.value == value
    assert reading.raw == line


NO_READINGS = {
    "stars": (PRESSURE, "P=****** hPa T= 31.1 'C RH= 38.3 %RH", InstrumentRefused),
    "stars, temperature": (TEMPERATURE, "P= 1013.2 hPa T=**** 'C", InstrumentRefused),
    "stars, humidity": (HUMIDITY, "P= 1013.2 hPa T= 31.1 'C RH=***** %RH", InstrumentRefused),
    "stars without unit": (HUMIDITY, "RH=*****", InstrumentRefused),
    "fahrenheit": (TEMPERATURE, "P= 1013.2 hPa T= 88.0 'F RH= 38.3 %RH", NotConfigured),
    "inches": (PRESSURE, "P= 29.92 inHg T= 31.1 'C", NotConfigured),
    "gauge": (PRESSURE, "P= 0.013 barg", NotConfigured),
    "pounds": (PRESSURE, "P= 14.69 psia", NotConfigured),
    "no unit": (PRESSURE, "P= 1013.2 T= 31.1 'C", NotConfigured),
    "no such quantity": (PRESSURE, "T= 31.1 'C RH= 38.3 %RH", NotConfigured),
    "first sensor alone": (PRESSURE, "P1= 1013.2 hPa T= 31.1 'C", NotConfigured),
    "dew point is no temperature": (TEMPERATURE, "TD= 4.3 'C", NotConfigured),
}


@pytest.mark.parametrize(("act", "line", "error"), NO_READINGS.values(), ids=NO_READINGS)
def test_what_is_no_value_in_our_unit_is_no_number(
    act: Act, line: str, error: type[InstrumentError]
) -> None:
    with RecordedLink([*GREETED, ("SEND", line), ("SEND", LINE)]) as link:
        dut = ptu(link)
        with pytest.raises(error) as caught:
            act(dut)
        assert dut.read_humidity().value == 38.3
    answers_for(caught, "SEND", line)


MALFORMED = {
    "empty": "",
    "numbers alone": "1025.410  19.190  57.830 K1510011",
    "unknown command": "Unknown command.",
    "prompt": f">{LINE}",
    "echo": "SEND",
    "torn value": "P= 1013. hPa",
    "decimal comma": "P= 1013,2 hPa",
    "the same twice": "P= 1013.2 hPa P= 1013.3 hPa",
    "another line": "Echo : OFF",
    "identity": "PTU300 / 3.04",
    "trailing words": f"{LINE} and more",
}


@pytest.mark.parametrize("line", MALFORMED.values(), ids=MALFORMED)
def test_line_of_another_form_ends_the_session(line: str) -> None:
    with RecordedLink([*GREETED, ("SEND", line), *GREETED, ("SEND", LINE)]) as link:
        dut = ptu(link)
        with pytest.raises(UnexpectedReply):
            dut.read_humidity()
        assert dut.read_humidity().value == 38.3


def as_delivered(peer: Peer) -> None:
    """Echo and prompt until told ECHO OFF; lines end with CR LF."""
    answers = {"VERS": "PTU300 / 3.04", "SNUM": "Serial number : K1510011", "SEND": LINE}
    echo, text = True, ""
    while byte := peer._lines.read(1).decode("latin-1"):
        peer.send(byte if echo else "")
        if byte != "\r":
            text += byte
            continue
        peer.heard.append(text)
        if text == "ECHO OFF":
            echo = False
            peer.send("\r\nEcho            : OFF\r\n")
        elif text in answers:
            peer.send(f"\r\n{answers[text]}\r\n>" if echo else f"{answers[text]}\r\n")
        else:
            peer.send("\r\n>" if echo else "")
        text = ""


def test_echo_and_prompt_are_switched_off_first() -> None:
    with LineServer(as_delivered) as server:
        dut = connect(
            "vaisala-ptu300",
            "room",
            f"serial+socket://127.0.0.1:{server.port}",
            serial="K1510011",
            clock=RealClock(),
            manager=lambda: pytest.fail("no VISA library is needed"),
        )
        assert isinstance(dut, Ptu300)
        with closing(dut):
            assert dut.read_atmospheric_pressure().value == 101320.0
            assert dut.read_temperature().value == 31.1
    assert server.sessions == [["S", "ECHO OFF", "VERS", "SNUM", "SEND", "SEND"]]
