"""Hand tools behind a Digimatic converter: text, errors, and the length between the jaws."""

import re

import pytest

from simulators.artefacts.hand_length import Tool
from simulators.bench import InstrumentSpec, SimulatedBench, build
from simulators.clock import VirtualClock
from simulators.models import DIGIMATIC
from simulators.transport.framing import Framer, translated
from simulators.world import Air

EXACT = {"length": {"gain_ppm": 0.0, "offset_ppm_of_range": 0.0}}


def bench_of(
    model: str, metres: float, *, celsius: float = 20.0, expansion: float = 11.5e-6
) -> SimulatedBench:
    clock = VirtualClock()
    block = InstrumentSpec(
        "block", "gauge-block-k", "1", {"length": {"gain_ppm": 0.0}},
        {"nominal_metres": metres, "expansion": expansion},
    )  # fmt: skip
    tool = InstrumentSpec("tool", model, "1", EXACT)
    bench = build([tool, block], seed=8, air=Air(celsius), clock=clock)
    bench.connect([("block FACES", "tool JAWS")])
    return bench


def ask(bench: SimulatedBench, message: bytes = b"1") -> bytes:
    (reply,) = bench.panel("tool").receive(message)
    return translated(reply.payload, DIGIMATIC)


@pytest.mark.parametrize(
    ("model", "metres", "text"),
    [
        ("mitutoyo-micrometer", 0.0025, rb"01A\+000(2\.50\d|2\.499)\r"),
        ("mitutoyo-micrometer", 0.025, rb"01A\+00(25\.00\d|24\.999)\r"),
        ("mitutoyo-gauge", 0.005, rb"01A\+00(5\.000\d|4\.999\d)\r"),
        ("mitutoyo-calliper", 0.1, rb"01A\+00(100\.0[01]|099\.99)\r"),
        ("mitutoyo-calliper", 0.15, rb"01A\+00(150\.0[01]|149\.99)\r"),
    ],
)
def test_text(model: str, metres: float, text: bytes) -> None:
    answer = ask(bench_of(model, metres))
    assert re.fullmatch(text, answer)
    assert len(answer) == len("01A+") + 8 + 1


def test_closed_jaws_read_nought() -> None:
    bench = bench_of("mitutoyo-micrometer", 0.01)
    bench.disconnect()
    assert re.fullmatch(rb"01A[+-]0000\.00[01]\r", ask(bench))


def test_no_cable_and_too_long_a_block_are_errors() -> None:
    bench = bench_of("mitutoyo-micrometer", 0.05)
    assert ask(bench) == b"912\r"
    assert bench.state()["tool"]["millimetres"] is None
    bench.physics("tool", Tool).connected = False
    assert ask(bench) == b"911\r"


def test_steel_on_steel_needs_no_temperature_and_ceramic_does() -> None:
    steel = bench_of("mitutoyo-calliper", 0.1, celsius=30.0)
    ceramic = bench_of("mitutoyo-calliper", 0.1, celsius=30.0, expansion=0.0)
    long = [bench.physics("tool", Tool).metres() for bench in (steel, ceramic)]
    assert long[0] is not None
    assert long[1] is not None
    assert long[0] - long[1] == pytest.approx(11.5e-6, rel=0.01)


def test_taking_the_measure_again_scatters_and_looking_again_does_not() -> None:
    bench = bench_of("mitutoyo-micrometer", 0.01)
    tool = bench.physics("tool", Tool)
    once = tool.metres()
    assert tool.metres() == once
    bench.world.clock.sleep(5.0)
    bench.connect([("block FACES", "tool JAWS")])
    assert tool.metres() != once


def test_drawn_errors_are_within_the_limit() -> None:
    specs = [InstrumentSpec(f"c{n}", "mitutoyo-calliper", "1") for n in range(30)]
    bench = build(specs, seed=1, air=Air(20.0), clock=VirtualClock())
    errors = [bench.true_error(one.name, "length", 0.1, range_=0.15) for one in specs]
    assert len(set(errors)) == 30
    assert 5e-6 < max(map(abs, errors)) < 20e-6


@pytest.mark.parametrize(("sent", "messages"), [(b"1", 1), (b"1\r", 2), (b"ab", 2), (b"1\r\n", 2)])
def test_any_character_asks(sent: bytes, messages: int) -> None:
    bench = bench_of("mitutoyo-micrometer", 0.01)
    found = Framer(DIGIMATIC).feed(sent)
    assert len(found) == messages
    replies = [reply for one in found for reply in bench.panel("tool").receive(one)]
    assert len(replies) == len(sent.strip())
