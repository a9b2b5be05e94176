"""A PTU300, line by line, as its user guide has it."""

import re

import pytest

from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.panel import Outspoken, Reply
from simulators.physics.functions import Function
from simulators.vaisala_ptu300.form import (
    DEFAULT,
    Measured,
    Surroundings,
    field,
    is_format,
    render,
)
from simulators.world import Air

EXACT = {
    name: {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}
    for name in ("temperature", "humidity", "atmospheric-pressure")
}
AIR = Air(20.0, 40.0, 100500.0)


class Rig:
    def __init__(self, *, exact: bool = True, echo: bool = False) -> None:
        self.clock = VirtualClock()
        spec = InstrumentSpec("ptu", "vaisala-ptu300", "K1510011", EXACT if exact else {})
        self.bench: SimulatedBench = build([spec], seed=6, air=AIR, clock=self.clock)
        self.panel = self.bench.panel("ptu")
        if not echo:
            self.panel.receive(b"ECHO OFF")

    def ask(self, message: str) -> str:
        return received(self.panel.receive(message.encode("latin-1")))


def received(replies: tuple[Reply, ...]) -> str:
    return b"".join(reply.payload for reply in replies).decode("latin-1")


@pytest.fixture
def rig() -> Rig:
    return Rig()


REPLIES = [
    ("", "VERS", "PTU300 / 3.04\n"),
    ("", "vers", "PTU300 / 3.04\n"),
    ("", "SNUM", "Serial number : K1510011\n"),
    ("", "*9900SN", "K1510011\n"),
    ("", "ERRS", "No errors\n"),
    ("", "UNIT", "Output units   : metric\n"),
    ("", "UNIT N", "Output units   : non metric\n"),
    ("UNIT N", "UNIT M", "Output units   : metric\n"),
    ("", "UNIT P hPa", "P units : hPa\n"),
    ("", "UNIT P inH2O", "P units : inH2O\n"),
    ("", "UNIT P furlong", "Unknown command.\n"),
    ("", 'FORM 4.3 P " " 3.3 T #r #n', "OK\n"),
    ('FORM 4.3 P " " 3.3 T #r #n', "FORM ?", 'Output format  :4.3 P " " 3.3 T \\r \\n\n'),
    ("FORM 4.3 P #n", "FORM nonsense", "Output format  :4.3 P \\n\n"),
    ("", "INTV 1 MIN", "Output interval: 1 MIN\n"),
    ("", "INTV 256 S", "Unknown command.\n"),
    ("", "SMODE RUN", "Start mode : RUN\n"),
    ("", "SMODE", "Start mode : STOP\n"),
    ("", "FILT 0.3", "Filter : 0.300\n"),
    ("", "ADDR", "Address : 0\n"),
    ("", "SERI", "Baud P D S : 4800 E 7 1\n"),
    ("", "SERI 9600 N 8 1", "Baud P D S : 9600 N 8 1\n"),
    ("", "ECHO", "Echo : OFF\n"),
    ("", "OPEN 0", "PTU300 0 line opened for operator commands\n"),
    ("", "CLOSE", "line closed\n"),
    ("TIME 10:20:30", "TIME", "Time : 10:20:30\n"),
    ("DATE 2027-02-28", "DATE", "Date : 2027-02-28\n"),
    ("", "DATE 2027-02-30", "Unknown command.\n"),
    ("", "BOGUS", "Unknown command.\n"),
    ("", "", ""),
]


@pytest.mark.parametrize(
    ("told", "asked", "reply"), REPLIES, ids=[f"{a} {b}".strip() for a, b, _ in REPLIES]
)
def test_replies(rig: Rig, told: str, asked: str, reply: str) -> None:
    if told:
        rig.ask(told)
    assert rig.ask(asked) == reply


def test_the_list_of_everything_has_one_separator_a_line(rig: Rig) -> None:
    first, *others = rig.ask("?").splitlines()
    assert first == "PTU300 / 3.04"
    items = dict(line.split(": ") for line in others)
    assert items["Serial number "] == "K1510011"
    assert others[-1].split(": ")[0].strip() == "Module 2"
    assert [key.strip() for key in items][:8] == [
        "Serial number", "Batch number", "Output format", "Adjust. date", "Adjust. info", "Date",
        "Time", "Start mode",
    ]  # fmt: skip
    assert any("baro" in value.lower() for value in items.values())


def test_echo_and_prompt_are_on_as_delivered() -> None:
    rig = Rig(echo=True)
    assert rig.ask("SNUM") == "SNUM\nSerial number : K1510011\n>"
    assert rig.ask("") == "\n>"
    assert rig.ask("ECHO OFF") == "ECHO OFF\nEcho : OFF\n"
    assert rig.ask("ECHO ON") == "Echo : ON\n>"


def test_the_default_line_is_the_one_of_the_guide() -> None:
    around = Surroundings("A1234567", 0, "2026-01-01", "00:00:00")
    line = render(DEFAULT, Measured(17.74, 40.94, 100380.0), around).removesuffix("\r\n")
    assert line == "P=  1003.8 hPa   T= 17.7 'C RH= 40.9 %RH TD=  4.3 'C  trend=***** tend=*"


def test_a_line_in_a_format_of_ones_own(rig: Rig) -> None:
    rig.ask('FORM 4.3 P " " 3.3 T " " 3.3 RH " " SN " " #r #n')
    line = rig.ask("SEND")
    assert re.fullmatch(r"1005\.\d{3}  (19|20)\.\d{3}  (39|40)\.\d{3} K1510011 \n", line)
    assert rig.ask("SEND 1") == ""
    assert rig.ask("send 0")[:5] == line[:5]


@pytest.mark.parametrize(
    ("value", "digits", "decimals", "text"),
    [
        (1025.41, 4, 3, "1025.410"), (19.19, 3, 3, " 19.190"), (-5.0, 2, 1, "-5.0"),
        (1025.41, 3, 1, "*****"), (float("inf"), 3, 1, "*****"), (7.0, 1, 0, "7"),
    ],
)  # fmt: skip
def test_fields(value: float, digits: int, decimals: int, text: str) -> None:
    assert field(value, digits, decimals) == text


@pytest.mark.parametrize(
    ("form", "good"),
    [
        ("4.3 P #r #n", True), ('"P="5.1 P U5', True), ("p t rh", True), ("#009 P", True),
        ("", False), ("4.3 Q", False), ('"open', False), ("#999", False), ("4,3 P", False),
    ],
)  # fmt: skip
def test_formats(form: str, good: bool) -> None:
    assert is_format(form) is good


@pytest.mark.parametrize(
    ("told", "form", "value"),
    [
        ("UNIT P Pa", "6.0 P", 100500.0), ("UNIT P barg", "2.5 P", -0.00825),
        ("UNIT N", "3.1 T", 68.0), ("UNIT P mmHg", "4.1 P", 753.8), ("VERS", "3.1 TD", 6.0),
    ],
)  # fmt: skip
def test_units(rig: Rig, told: str, form: str, value: float) -> None:
    rig.ask(told)
    rig.ask(f"FORM {form} #n")
    assert float(rig.ask("SEND")) == pytest.approx(value, rel=1e-3, abs=0.06)


def test_run_sends_lines_until_s() -> None:
    rig = Rig(echo=True)
    serial = rig.panel.panel
    assert isinstance(serial, Outspoken)
    rig.ask("INTV 2 S")
    rig.ask("R")
    assert rig.ask("SNUM") == ""
    rig.clock.sleep(10.1)
    lines = [reply.payload for reply in serial.unasked()]
    assert len(lines) == 6
    assert all(line.startswith(b"P= ") and line.endswith(b"\n") for line in lines)
    assert rig.ask("S") == ">"
    assert serial.next_word() == float("inf")


def test_a_polled_one_answers_its_address_alone(rig: Rig) -> None:
    rig.ask("ADDR 5")
    rig.ask("SMODE POLL")
    assert rig.ask("RESET") == ""
    assert rig.ask("SNUM") == ""
    assert rig.ask("SEND 5").startswith("P= ")
    assert rig.ask("OPEN 4") == ""
    assert rig.ask("OPEN 5") == "PTU300 5 line opened for operator commands\n"
    assert rig.ask("SNUM") == "Serial number : K1510011\n"
    assert rig.ask("CLOSE") == "line closed\n"
    assert rig.ask("SNUM") == ""


def test_a_change_of_the_air_arrives_with_the_lag_of_each_sensor(rig: Rig) -> None:
    rig.ask('FORM 6.1 P " " 3.3 T " " 3.2 RH #n')
    rig.bench.world.air = Air(30.0, 60.0, 99500.0)
    rig.clock.sleep(20.0)
    pressure, celsius, humidity = (float(part) for part in rig.ask("SEND").split())
    assert pressure == pytest.approx(995.0, abs=0.1)
    assert celsius == pytest.approx(30.0 - 10.0 / 2.71828, abs=0.05)
    assert humidity == pytest.approx(60.0 - 20.0 * 0.13534, abs=0.2)
    rig.clock.sleep(300.0)
    assert float(rig.ask("SEND").split()[1]) == pytest.approx(30.0, abs=0.03)


def test_errors_are_drawn_within_the_accuracy_and_known_to_the_test() -> None:
    rig = Rig(exact=False)
    error = rig.bench.true_error("ptu", Function.ATMOSPHERIC_PRESSURE, 1e5, range_=1.1e5)
    assert 0.0 < abs(error) < 15.0
    rig.ask("FORM 4.3 P #n")
    assert float(rig.ask("SEND")) == pytest.approx(1005.0 + error / 100.0, abs=0.06)
