"""A Mettler-Toledo balance, line by line, as the MT-SICS pages have it."""

import dataclasses
import re

import pytest

from simulators.panel import Outspoken
from simulators.physics.functions import Function
from simulators.weighing.balance import WeighingCell
from tests.simulators.weighing_rig import Rig, rig_of


@pytest.fixture
def rig() -> Rig:
    return rig_of("mettler-xsr205du", "B123456789")


FIELD = r"[ \d.-]{10}"
REPLIES = [
    ("I1", 'I1 A "0123" "2.30" "2.22" "2.33" "2.20"'),
    ("I2", 'I2 A "XSR205DU Excellence 220.00900 g"'),
    ("I3", 'I3 A "2.10 10.28.0.493.142"'),
    ("I4", 'I4 A "B123456789"'),
    ("@", 'I4 A "B123456789"'),
    ("I10", 'I10 A "My Balance"'),
    ('I10 "Bench 3"', "I10 A"),
    ('I10 "123456789012345678901"', "I10 L"),
    ("I11", 'I11 A "XSR205DU"'),
    ("S", rf"S S {FIELD} g"),
    ("SI", rf"S S {FIELD} g"),
    ("SU", rf"S S {FIELD} g"),
    ("SC 500", rf"S S {FIELD} g"),
    ("Z", "Z A"),
    ("ZI", "ZI S"),
    ("T", r"T (S    0\.00000 g|-|S    0\.0000\d g)"),
    ("TA", r"TA A    0\.00000 g"),
    ("TA 100.00 g", r"TA A   100\.0000 g"),
    ("TA -1 g", "TA L"),
    ("TA 1 lb", "TA L"),
    ("TA 1000 g", "TA L"),
    ("TAC", "TAC A"),
    ('D "HELLO"', "D A"),
    ("DW", "DW A"),
    ("K 1", "K A"),
    ("M21 0 0", "M21 A"),
    ("M21 0 77", "M21 L"),
    ("M01", "M01 A 0"),
    ("WS", "WS A 0"),
    ("ST 1", "ST A"),
    ("X", "ES"),
    ("*IDN?", "ES"),
    ("s", "ES"),
    ("S ", "ES"),
    ("TA  1 g", "ES"),
    (" S", "ES"),
    ('D "open', "ES"),
    ("TC 1000", "ES"),
    ("ZC 1000", "ES"),
    ("S\x07", "ET"),
]


@pytest.mark.parametrize(("message", "reply"), REPLIES, ids=[one[0] for one in REPLIES])
def test_replies(rig: Rig, message: str, reply: str) -> None:
    (answer,) = rig.ask(message)
    if '"' in reply:
        assert answer == reply + "\n"
    assert re.fullmatch(re.escape(reply) if '"' in reply else reply, answer.rstrip("\n"))


def test_an_empty_line_is_no_command(rig: Rig) -> None:
    assert rig.ask("") == []


def test_the_list_of_commands_ends_with_a(rig: Rig) -> None:
    lines = rig.ask("I0")
    assert all(re.fullmatch(r'I0 B [012] "[A-Z@0-9]+"\n', line) for line in lines[:-1])
    assert re.fullmatch(r'I0 A [012] "[A-Z@0-9]+"\n', lines[-1])
    level_0 = {line.split('"')[1] for line in lines if line.split()[2] == "0"}
    assert level_0 == set("@ I0 I1 I2 I3 I4 I5 S SI SIR Z ZI".split())


def test_the_serial_number_is_sent_after_power_on(rig: Rig) -> None:
    (reply,) = rig.bench.panel("balance").power_on()
    assert reply.payload == b'I4 A "B123456789"\n'


def test_a_weight_in_ten_characters_with_the_digits_of_its_range(rig: Rig) -> None:
    rig.put("w50")
    (fine,) = rig.ask("S")
    assert re.fullmatch(r"S S   50\.000\d\d g\n|S S   49\.999\d\d g\n", fine)
    assert len(fine) == len("S S ") + 10 + len(" g\n")
    rig.put("w200")
    (coarse,) = rig.ask("S")
    assert re.fullmatch(r"S S   (200\.000\d|199\.999\d) g\n", coarse)


@pytest.mark.parametrize(
    ("model", "weight", "text"),
    [
        ("mettler-xpr205", "w200", r"S S +(200\.000\d\d|199\.999\d\d) g\n"),
        ("mettler-xpr6", "w1", r"S S +(1\.00000\d|0\.99999\d) g\n"),
        ("mettler-me204", "w100", r"S S +(100\.000\d|99\.999\d) g\n"),
    ],
)
def test_every_model_writes_its_own_decimals(model: str, weight: str, text: str) -> None:
    rig = rig_of(model, "1")
    rig.put(weight)
    (answer,) = rig.ask("S")
    assert re.fullmatch(text, answer)
    assert len(answer) == len("S S ") + 10 + len(" g\n")


def test_unstable_then_stable(rig: Rig) -> None:
    rig.put("w200", wait=0.3)
    (at_once,) = rig.ask("SI")
    assert at_once.startswith("S D ")
    assert float(at_once.split()[2]) < 199.9
    before = rig.clock.monotonic()
    (stable,) = rig.ask("S")
    assert stable.startswith("S S ")
    assert float(stable.split()[2]) == pytest.approx(200.0, abs=0.0005)
    assert 1.0 < rig.clock.monotonic() - before < 5.0


def test_sc_gives_up_waiting(rig: Rig) -> None:
    rig.put("w200", wait=0.0)
    (dynamic,) = rig.ask("SC 500")
    assert dynamic.startswith("S D ")
    assert rig.clock.monotonic() == pytest.approx(0.5)


def test_tare_and_net(rig: Rig) -> None:
    rig.put("w50")
    (tare,) = rig.ask("T")
    assert re.fullmatch(r"T S +[45][09]\.\d{5} g\n", tare)
    assert rig.ask("TA")[0].split()[2] == tare.split()[2]
    rig.put("w50", "w1")
    assert float(rig.ask("S")[0].split()[2]) == pytest.approx(1.0, abs=2e-4)
    rig.put()
    assert float(rig.ask("S")[0].split()[2]) == pytest.approx(-50.0, abs=2e-4)
    rig.ask("TAC")
    assert float(rig.ask("S")[0].split()[2]) == pytest.approx(0.0, abs=2e-4)


def test_overload_of_weighing_tare_and_zero(rig: Rig) -> None:
    rig.put("w500")
    assert rig.ask("S") == ["S +\n"]
    assert rig.ask("SI") == ["S +\n"]
    assert rig.ask("T") == ["T +\n"]
    assert rig.ask("Z") == ["Z +\n"]
    assert rig.ask("ZI") == ["ZI +\n"]


def test_underload_after_switching_on_with_a_load(rig: Rig) -> None:
    rig.put("w200")
    rig.bench.panel("balance").power_on()
    rig.put()
    assert rig.ask("S") == ["S -\n"]


def test_kilograms_as_host_unit(rig: Rig) -> None:
    rig.put("w200")
    rig.ask("M21 0 1")
    assert re.fullmatch(
        r"S S (0\.2000\d{3}|0\.1999\d{3}) kg\n", rig.ask("S")[0].replace("S  ", "S ")
    )
    assert rig.ask("SIU")[0].endswith(" g\n")


def test_sir_streams_until_a_weighing_command(rig: Rig) -> None:
    panel = rig.bench.panel("balance").panel
    assert isinstance(panel, Outspoken)
    rig.put("w50", wait=0.0)
    assert rig.ask("SIR") == []
    rig.clock.sleep(3.0)
    lines = [reply.payload.decode() for reply in panel.unasked()]
    assert 28 <= len(lines) <= 31
    assert lines[0].startswith("S D ")
    assert lines[-1].startswith("S S ")
    rig.ask("I4")
    assert panel.next_word() < rig.clock.monotonic() + 0.1
    rig.ask("SI")
    assert panel.next_word() == float("inf")


@pytest.mark.parametrize(("command", "letters"), [("SR", {"D", "S"}), ("SNR", {"S"})])
def test_sending_on_change(rig: Rig, command: str, letters: set[str]) -> None:
    panel = rig.bench.panel("balance").panel
    assert isinstance(panel, Outspoken)
    assert rig.ask(command)[0].startswith("S S ")
    rig.clock.sleep(10.0)
    assert panel.unasked() == ()
    rig.put("w50", wait=0.0)
    rig.clock.sleep(10.0)
    lines = [reply.payload.decode() for reply in panel.unasked()]
    assert [line.split()[1] for line in lines] == sorted(letters)
    assert float(lines[-1].split()[2]) == pytest.approx(50.0, abs=2e-4)
    rig.ask("@")
    assert panel.next_word() == float("inf")


@pytest.mark.parametrize(("command", "answer"), [("S", "S I"), ("T", "T I"), ("Z", "Z I")])
def test_in_a_draught_nothing_is_stable_in_time(rig: Rig, command: str, answer: str) -> None:
    rig.bench.physics("balance", WeighingCell).draught = True
    before = rig.clock.monotonic()
    assert rig.ask(command) == [f"{answer}\n"]
    assert rig.clock.monotonic() - before == pytest.approx(40.0)
    assert rig.ask("SI")[0].startswith("S D ")
    assert rig.ask("ZI") == ["ZI D\n"]
    assert rig.ask("TI")[0].startswith("TI ")


def test_a_broken_weigh_module_says_so_in_place_of_a_value(rig: Rig) -> None:
    rig.bench.physics("balance", WeighingCell).failure = "10b"
    assert rig.ask("S") == ["S S Error 10b\n"]
    assert rig.ask("SI") == ["S S Error 10b\n"]


def test_standby_answers_not_now(rig: Rig) -> None:
    assert rig.ask("PWR 0") == ["PWR A\n"]
    assert rig.ask("S") == ["S I\n"]
    assert rig.ask("PWR 1") == ["PWR A\n", 'I4 A "B123456789"\n']
    assert rig.ask("S")[0].startswith("S S ")


def said(rig: Rig) -> list[str]:
    panel = rig.bench.panel("balance")
    return [reply.payload.decode() for reply in panel.unasked()]


def test_internal_adjustment_takes_its_time_and_an_empty_pan(rig: Rig) -> None:
    assert rig.ask("C3") == ["C3 B\n"]
    rig.clock.sleep(20.0)
    assert said(rig) == []
    assert rig.ask("S") == ["S I\n"]
    rig.clock.sleep(40.0)
    assert said(rig) == ["C3 A\n"]
    rig.put("w200")
    assert rig.ask("C3") == ["C3 B\n"]
    rig.clock.sleep(60.0)
    assert said(rig) == ["C3 I\n"]


def test_a_balance_without_a_built_in_weight_says_so(rig: Rig) -> None:
    cell = rig.bench.physics("balance", WeighingCell)
    cell.specification = dataclasses.replace(cell.specification, internal_weight=False)
    assert rig.ask("C3") == ["C3 L\n"]


def test_internal_adjustment_leaves_the_error_of_the_built_in_weight() -> None:
    rig = rig_of("mettler-xs204", "1")
    cell = rig.bench.physics("balance", WeighingCell)
    before = cell.true_error(Function.MASS, 0.22, range_=0.22)
    cell.correct_slope(50e-6)
    rig.ask("C3")
    rig.clock.sleep(10.0)
    rig.ask("@")
    rig.clock.sleep(60.0)
    assert said(rig) == []
    found = cell.error_in_room(Function.MASS, 0.22, range_=0.22)
    assert found - before == pytest.approx(50e-6 * 0.22, abs=6e-6 * 0.22), "it was cancelled"
    rig.ask("C3")
    rig.clock.sleep(60.0)
    assert said(rig) == ["C3 A\n"]
    left = cell.error_in_room(Function.MASS, 0.22, range_=0.22)
    assert 0.0 < abs(left) <= cell.specification.built_in * 0.22


def test_adjustment_with_a_weight_of_the_operator() -> None:
    rig = rig_of("mettler-xs204", "1")
    cell = rig.bench.physics("balance", WeighingCell)
    cell.correct_slope(20e-6)
    assert rig.ask("C2") == ["C2 B\n", "C2 0.0000 g\n"]
    rig.clock.sleep(1.0)
    assert said(rig) == ["C2 200.0000 g\n"]
    assert rig.ask("SI") == ["SI I\n"]
    rig.put("w100")
    assert said(rig) == []
    rig.put("w200")
    assert said(rig) == ["C2 A\n"]
    assert cell.true_error(Function.MASS, 0.2, range_=0.22) == pytest.approx(0.0, abs=0.4e-6)
    assert rig.ask("SI")[0].startswith("S S ")


def test_an_adjustment_gives_up_and_can_be_cancelled(rig: Rig) -> None:
    rig.ask("C2")
    rig.clock.sleep(200.0)
    assert said(rig) == ["C2 200.00000 g\n", "C2 I\n"]
    rig.ask("C2")
    assert rig.ask("@") == ['I4 A "B123456789"\n']
    rig.clock.sleep(200.0)
    assert said(rig) == []
