"""A Sartorius balance, line by line, as its operating instructions have it."""

import re

import pytest

from simulators.bench import InstrumentSpec, build
from simulators.clock import VirtualClock
from simulators.errors import UnknownName
from simulators.models import SBI_LINE
from simulators.panel import Outspoken
from simulators.physics.functions import Function
from simulators.sartorius_sbi.framing import sbi_command
from simulators.weighing.balance import WeighingCell
from simulators.world import Air
from tests.simulators.weighing_rig import EXACT, Rig, rig_of


@pytest.fixture
def rig() -> Rig:
    return rig_of("sartorius-mse1203s", "0031801165")


REPLIES = [
    ("\x1bP", r"N     [+-]    0\.00\d g  \n"),
    ("P", r"N     [+-]    0\.00\d g  \n"),
    ("\x1bp_", r"N     [+-]    0\.00\d g  \n"),
    ("\x1bx1_", r"MSE1203S-100-DR     \n"),
    ("\x1bx2_", r"SerNo\.    0031801165\n"),
    ("\x1bx3_", r"00-39-21\n"),
]


@pytest.mark.parametrize(("message", "reply"), REPLIES, ids=[repr(one[0]) for one in REPLIES])
def test_replies(rig: Rig, message: str, reply: str) -> None:
    (answer,) = rig.ask(message)
    assert re.fullmatch(reply, answer)


@pytest.mark.parametrize(
    "message", ["\x1bT", "\x1bU", "\x1bV", "\x1bK", "\x1bO", "\x1bS", "\x1bZ", "\x1bf0_",
                "*IDN?", "\x1bY", "", "\x1b"]
)  # fmt: skip
def test_no_answer(rig: Rig, message: str) -> None:
    assert rig.ask(message) == []
    assert len(rig.ask("\x1bP")[0]) == 21  # 22 with CR LF


def test_the_unit_is_blank_while_unstable(rig: Rig) -> None:
    rig.put("w100", wait=0.2)
    (moving,) = rig.ask("\x1bP")
    assert re.fullmatch(r"N     \+ +\d+\.\d{3}    \n", moving)
    rig.clock.sleep(5.0)
    assert re.fullmatch(r"N     \+ +(100\.00\d|99\.99\d) g  \n", rig.ask("\x1bP")[0])


def test_sixteen_characters_without_identification() -> None:
    spec = InstrumentSpec("balance", "sartorius-bce224", "37454321", EXACT, {"identification": 0.0})
    bench = build([spec], seed=3, air=Air(20.0), clock=VirtualClock())
    panel = bench.panel("balance")
    (reply,) = panel.receive(b"\x1bP")
    assert re.fullmatch(rb"[+-]   0\.000\d g  \n", reply.payload)
    assert len(reply.payload) == 15  # 16 with CR LF
    assert panel.receive(b"\x1bx2_")[0].payload == b"37454321\n"


def test_tare_and_zero_wait_for_a_stable_value(rig: Rig) -> None:
    rig.put("w200", wait=0.0)
    rig.ask("\x1bT")
    assert abs(float(rig.ask("\x1bP")[0][6:16].replace(" ", ""))) < 200.0
    rig.clock.sleep(10.0)
    assert float(rig.ask("\x1bP")[0][6:16].replace(" ", "")) == pytest.approx(0.0, abs=0.004)
    rig.put()
    assert float(rig.ask("\x1bP")[0][6:16].replace(" ", "")) == pytest.approx(-200.0, abs=0.005)


def test_zero_alone_leaves_a_load_alone(rig: Rig) -> None:
    rig.put("w200")
    rig.ask("\x1bV")
    assert float(rig.ask("\x1bP")[0][6:16].replace(" ", "")) == pytest.approx(200.0, abs=0.005)
    rig.ask("\x1bU")
    assert float(rig.ask("\x1bP")[0][6:16].replace(" ", "")) == pytest.approx(0.0, abs=0.004)


def test_status_lines() -> None:
    rig = rig_of("sartorius-bce224", "1")
    rig.put("w500")
    assert rig.ask("\x1bP") == ["Stat           High \n"]
    rig.put("w200")
    rig.bench.panel("balance").power_on()
    rig.put()
    assert rig.ask("\x1bP") == ["Stat            Low \n"]
    rig.bench.panel("balance").power_on()
    rig.put("w100")
    rig.ask("\x1bZ")
    assert rig.ask("\x1bP") == ["Stat     Err  02    \n"]
    rig.put()
    rig.ask("\x1bZ")
    assert rig.ask("\x1bP") == ["Stat       Cal.Int. \n"]
    rig.clock.sleep(30.0)
    assert rig.ask("\x1bP")[0].startswith("N     ")


def test_adjustment_leaves_the_error_of_the_built_in_weight() -> None:
    rig = rig_of("sartorius-bce224", "1")
    cell = rig.bench.physics("balance", WeighingCell)
    cell.correct_slope(50e-6)
    rig.ask("\x1bZ")
    assert cell.error_in_room(Function.MASS, 0.2, range_=0.22) > 30e-6 * 0.2, "not at once"
    rig.clock.sleep(30.0)
    rig.ask("\x1bP")
    left = cell.error_in_room(Function.MASS, 0.2, range_=0.22)
    assert 0.0 < abs(left) <= cell.specification.built_in * 0.2 + cell.specification.linearity


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        ("Err  54", "Stat     Err  54    \n"),
        ("OFF", "Stat       OFF      \n"),
        ("High", "Stat           High \n"),
        ("COMM.ERR", "Stat       COMM.ERR \n"),
    ],
)
def test_failures_are_status_lines(rig: Rig, failure: str, line: str) -> None:
    rig.bench.physics("balance", WeighingCell).failure = failure
    assert rig.ask("\x1bP") == [line]


def test_in_a_draught_a_tare_never_comes_and_no_unit(rig: Rig) -> None:
    rig.put("w200")
    rig.bench.physics("balance", WeighingCell).draught = True
    rig.ask("\x1bT")
    rig.clock.sleep(100.0)
    line = rig.ask("\x1bP")[0]
    assert float(line[6:16].replace(" ", "")) == pytest.approx(200.0, abs=0.2)
    assert line[17:20] == "   "


def test_automatic_lines_pause_at_a_request_until_the_next_tare() -> None:
    spec = InstrumentSpec("balance", "sartorius-mse1203s", "1", EXACT, {"autoprint": 1.0})
    clock = VirtualClock()
    bench = build([spec], seed=3, air=Air(20.0), clock=clock)
    panel = bench.panel("balance").panel
    assert isinstance(panel, Outspoken)
    clock.sleep(1.1)
    assert len(panel.unasked()) == 6
    panel.receive(b"\x1bP")
    assert panel.next_word() == float("inf")
    panel.receive(b"\x1bT")
    assert panel.next_word() == clock.monotonic()


def test_printing_after_stability_waits() -> None:
    rig = rig_of("sartorius-mse225s", "1")
    spec = InstrumentSpec("balance", "sartorius-mse225s", "1", EXACT, {"after_stability": 1.0})
    bench = build([spec, rig.bench.specs["w200"]], seed=3, air=Air(20.0), clock=rig.clock)
    waiting = Rig(bench, rig.clock)
    waiting.put("w200", wait=0.0)
    before = rig.clock.monotonic()
    (line,) = waiting.ask("\x1bP")
    assert rig.clock.monotonic() - before > 2.0
    assert re.fullmatch(r"N     \+(200\.000\d\d|199\.999\d\d) g  \n", line)


@pytest.mark.parametrize(
    ("begun", "whole"),
    [
        (b"\x1b", False), (b"\x1bP", True), (b"\x1bx", False), (b"\x1bx1", False),
        (b"\x1bx1_", True), (b"P", False), (b"\x00\x1bP", True), (b"\x1ba3TEXT", False),
        (b"\x1b" + b"x" * 20, True), (b"", False),
    ],
)  # fmt: skip
def test_where_a_command_ends(begun: bytes, whole: bool) -> None:
    assert sbi_command(begun) is whole
    assert SBI_LINE.complete(begun) is whole


def test_a_misspelt_constant_is_refused() -> None:
    spec = InstrumentSpec("balance", "sartorius-bce224", "1", constants={"autoprnt": 1.0})
    with pytest.raises(UnknownName, match="autoprint"):
        build([spec], seed=1, air=Air(), clock=VirtualClock())
